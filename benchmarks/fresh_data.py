"""The time from the start until what only AWS knows stands on the screen, beside the AWS CLI.

``python benchmarks/fresh_data.py [RUNS]`` starts the program in a pseudo-terminal on an empty
ledger, and the AWS CLI as a process that lists the same 1,000 invocations of the same service.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import AWS_CLI, NO_CLI, cli_version, compare, heading, show
from benchmarks.rows import id_of
from benchmarks.service import ENVIRONMENT, serving
from tests.terminal import Terminal

BUDGET = 1.5


def main() -> None:
    """Print both times and their ratio."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    ours, theirs = [], []
    with serving(pages=1) as url:
        for _ in range(runs):
            ours.append(_until_fresh(url))
            if AWS_CLI:
                theirs.append(_listed(AWS_CLI, url))
    heading("start to fresh data, 1,000 rows")
    our_time = show("asyncinvoke", ours)
    if AWS_CLI:
        compare("aws list-async-invokes", our_time, show(cli_version(AWS_CLI), theirs), BUDGET)
    else:
        print(f"  {NO_CLI}")


def _until_fresh(url: str) -> float:
    """Seconds until the newest invocation stands on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tui", "--endpoint-url", url, "--config", os.devnull]
        command += ["--ledger", str(Path(folder) / "ledger.sqlite3")]
        start = time.perf_counter()
        with Terminal(command, {**os.environ, **ENVIRONMENT}) as terminal:
            terminal.wait_for(id_of(0))
            return time.perf_counter() - start


def _listed(cli: str, url: str) -> float:
    """Seconds that the AWS CLI takes to list them all and end."""
    command = [cli, "bedrock-runtime", "list-async-invokes", "--endpoint-url", url]
    start = time.perf_counter()
    subprocess.run(
        command, env={**os.environ, **ENVIRONMENT}, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
