"""The time and bytes until the first frame stands on an 80×24 terminal, beside bare Textual.

``python benchmarks/first_frame.py [RUNS]`` starts each program in a pseudo-terminal, with 200 known
invocations in the ledger, and reads until the words of its screen have been painted.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import ptyprocess
import pyte

from tui.ledger.database import Database
from tui.model.context import Context
from tui.model.invocation import Invocation, Status

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
BUDGET, BUDGET_BYTES = 1.35, 8000
BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare and painted")
Bare().run()
"""


def main() -> None:
    """Print both times, their ratio, and the bytes of our first frame."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.sqlite3"
        context = Context(region="us-west-2", endpoint_url="http://127.0.0.1:9")
        _fill(ledger, context)
        ours = [sys.executable, "-m", "tui", "--ledger", str(ledger), "--region", "us-west-2"]
        ours += ["--endpoint-url", "http://127.0.0.1:9", "--config", os.devnull]
        bare = [sys.executable, "-c", BARE]
        pairs = [(_first_frame(bare, "painted"), _first_frame(ours, "00199")) for _ in range(RUNS)]
    bare_time = statistics.median(pair[0][0] for pair in pairs)
    our_time = statistics.median(pair[1][0] for pair in pairs)
    size = statistics.median(pair[1][1] for pair in pairs)
    ratio = our_time / bare_time
    print(f"bare Textual  {bare_time * 1000:6.0f} ms")
    print(f"asyncinvoke   {our_time * 1000:6.0f} ms   {ratio:.2f} × bare (budget {BUDGET})")
    print(f"first frame   {size:6.0f} bytes (budget {BUDGET_BYTES})")


def _fill(path: Path, context: Context) -> None:
    now = datetime.now(timezone.utc)
    rows = [
        Invocation(
            key=f"arn:aws:bedrock:us-west-2:123456789012:async-invoke/0000000{number:05}",
            invocation_arn=f"arn:aws:bedrock:us-west-2:123456789012:async-invoke/0000000{number:05}",
            status=Status.COMPLETED,
            region="us-west-2",
            submit_time=now - timedelta(minutes=200 - number),
            model_id="luma.ray-v2:0",
            s3_uri="s3://media/ray",
        )
        for number in range(200)
    ]
    values = [(r.key, context.key, r.submit_time.timestamp(), msgspec.json.encode(r)) for r in rows]
    database = Database(path)
    database.now(
        lambda db: db.executemany(
            "INSERT INTO invocation (key, context, submitted, content) VALUES (?, ?, ?, ?)", values
        )
    )
    database.close()


def _first_frame(command: list[str], words: str) -> tuple[float, int]:
    """Seconds and bytes until the words stand on the screen."""
    screen = pyte.Screen(80, 24)
    stream = pyte.ByteStream(screen)
    environment = {**os.environ, "TERM": "xterm-256color"}
    start, size = time.perf_counter(), 0
    process = ptyprocess.PtyProcess.spawn(command, dimensions=(24, 80), env=environment)
    try:
        while not any(words in line for line in screen.display):
            content = process.read(65536)
            size += len(content)
            stream.feed(content)
        return time.perf_counter() - start, size
    finally:
        process.terminate(force=True)


if __name__ == "__main__":
    main()
