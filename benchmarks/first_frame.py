"""The time and bytes until the first frame stands on an 80×24 terminal, beside bare Textual.

``python benchmarks/first_frame.py [RUNS]`` starts each program in a pseudo-terminal, with 200 known
invocations in the ledger, and reads until the words of its screen have been painted.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import BARE_TEXTUAL, compare, heading, show, size
from benchmarks.rows import fill_ledger, id_of
from tests.terminal import Terminal
from tui.model.context import Context

BUDGET, BUDGET_BYTES = 1.35, 8000


def main() -> None:
    """Print both times, their ratio, and the bytes of our first frame."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.sqlite3"
        context = Context(region="us-west-2", endpoint_url="http://127.0.0.1:9")
        fill_ledger(ledger, context)
        ours = [sys.executable, "-m", "tui", "--ledger", str(ledger), "--region", "us-west-2"]
        ours += ["--endpoint-url", "http://127.0.0.1:9", "--config", os.devnull]
        bare = [sys.executable, "-c", BARE_TEXTUAL]
        pairs = [(_first_frame(bare, "painted"), _first_frame(ours, id_of(0))) for _ in range(runs)]
    heading("start to first frame, 80×24")
    bare_time = show("bare Textual", [pair[0][0] for pair in pairs])
    our_time = show("asyncinvoke, 200 known rows", [pair[1][0] for pair in pairs])
    compare("bare Textual", our_time, bare_time, BUDGET)
    show("bare Textual's bytes", [pair[0][1] for pair in pairs], size)
    show("asyncinvoke's bytes", [pair[1][1] for pair in pairs], size, BUDGET_BYTES)


def _first_frame(command: list[str], words: str) -> tuple[float, int]:
    """Seconds and bytes until the words stand on the screen."""
    start = time.perf_counter()
    with Terminal(command, os.environ) as terminal:
        terminal.wait_for(words)
        return time.perf_counter() - start, len(terminal.sent)


if __name__ == "__main__":
    main()
