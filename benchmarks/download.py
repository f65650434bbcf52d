"""Downloading a 1 GiB object from SeaweedFS, beside the AWS CLI, boto3, s5cmd and curl.

``python benchmarks/download.py [RUNS]`` lets each bring the same object of the same server to the
same disk, one after the other in each round. Ours and boto3's transfer manager work in this
process, on clients that are open already; the others are whole processes. The
object was uploaded in parts, so that S3 tells no checksum of the whole; a second one, stored in one
piece, shows what the check of its MD5 adds. Budgets are of the time that the peer takes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from boto3.s3.transfer import TransferConfig

from benchmarks.measuring import (
    AWS_CLI,
    NO_CLI,
    cli_version,
    compare,
    heading,
    memory,
    resident,
    show,
)
from benchmarks.service import ENVIRONMENT
from tests.seaweedfs import SECRET, WRITER, SeaweedFS, running
from tui.aws import s3
from tui.aws.session import Session
from tui.engine.downloading import Wanted, download
from tui.engine.source import Bucket
from tui.model.context import Context
from tui.model.outputs import OutputObject

SIZE = 1024**3
PART = 64 * 1024 * 1024
BUDGET_CLI, BUDGET_S5CMD, BUDGET_MEMORY = 0.5, 1.25, 100e6
BUCKET, KEY, WHOLE = "benchmark", "parts/output.bin", "whole/output.bin"

S5CMD = os.environ.get("S5CMD") or shutil.which("s5cmd")
"""The s5cmd to compare with; the variable of this name chooses another than the path's."""

CURL = shutil.which("curl")


class Ours:
    """The engine's download, on a session that stays open.

    Attributes:
        above: Bytes of memory that each download took above the idle process.
    """

    def __init__(self, server: SeaweedFS) -> None:
        self._loop = asyncio.new_event_loop()
        self._session = Session(Context(region="us-west-2", endpoint_url=server.url))
        self.above: list[float] = []

    def find(self, key: str) -> OutputObject:
        """The object under a key."""
        found = self._loop.run_until_complete(s3.find_object(self._session, BUCKET, key))
        assert found
        return found

    def fetch(self, thing: OutputObject, folder: Path) -> None:
        """Download it."""
        idle = resident(os.getpid())
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
        wanted = [Wanted(Bucket(self._session), thing, folder)]
        outcome = self._loop.run_until_complete(download(wanted))
        assert outcome.saved, outcome.failed
        self.above.append(_peak() - idle)

    def close(self) -> None:
        """Close the session."""
        self._loop.run_until_complete(self._session.close())
        self._loop.close()


def main() -> None:
    """Print all rates, their ratios, and the memory."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ.update(ENVIRONMENT)
    os.environ.update({"AWS_ACCESS_KEY_ID": WRITER, "AWS_SECRET_ACCESS_KEY": SECRET})
    with tempfile.TemporaryDirectory() as name, running(_made(Path(name, "server"))) as server:
        _upload(server, Path(name, "content"))
        _compare(server, Path(name), runs)


def _compare(server: SeaweedFS, base: Path, runs: int) -> None:
    ours, took = Ours(server), dict[str, list[float]]()
    parts, whole = ours.find(KEY), ours.find(WHOLE)
    with closing(server.client()) as client:
        peers: dict[str, Callable[[Path], object]] = {
            "asyncinvoke": lambda folder: ours.fetch(parts, folder),
            "… and its MD5 checked": lambda folder: ours.fetch(whole, folder),
            "boto3": lambda folder: client.download_file(BUCKET, KEY, str(folder / "boto3")),
        }
        uri, url = f"s3://{BUCKET}/{KEY}", server.url
        if AWS_CLI:
            cli = [AWS_CLI, "--endpoint-url", url, "s3", "cp", "--quiet", uri]
            peers["aws"] = lambda folder: _run(*cli, str(folder / "aws"))
        if S5CMD:
            s5cmd = [S5CMD, "--endpoint-url", url, "cp", uri]
            peers["s5cmd"] = lambda folder: _run(*s5cmd, str(folder / "s5cmd"))
        if CURL:
            signed = client.generate_presigned_url(
                "get_object", Params={"Bucket": BUCKET, "Key": KEY}
            )
            curl = [CURL, "-s", "-f", signed, "-o"]
            peers["curl"] = lambda folder: _run(*curl, str(folder / "curl"))
        for _ in range(runs):
            for name, fetch in peers.items():
                took.setdefault(name, []).append(_taken(fetch, base / "target"))
    ours.close()
    heading("a 1 GiB object downloaded from SeaweedFS")
    mine = show("asyncinvoke", took["asyncinvoke"], _rate)
    show("… and its MD5 checked", took["… and its MD5 checked"], _rate)
    if AWS_CLI:
        theirs = show(f"{cli_version(AWS_CLI)} s3 cp", took["aws"], _rate)
        compare("the time of aws s3 cp", mine, theirs, BUDGET_CLI)
    else:
        print(f"  {NO_CLI}")
    if S5CMD:
        compare("the time of s5cmd", mine, show("s5cmd cp", took["s5cmd"], _rate), BUDGET_S5CMD)
    else:
        print("  no s5cmd: install s5cmd, or let S5CMD name it")
    theirs = show("boto3's transfer manager", took["boto3"], _rate)
    compare("the time of boto3", mine, theirs)
    if CURL:
        compare("the time of curl", mine, show("curl on a presigned URL", took["curl"], _rate))
    show("memory above idle", ours.above, memory, BUDGET_MEMORY)


def _taken(fetch: Callable[[Path], object], folder: Path) -> float:
    """Seconds until the object is in a new folder, whole."""
    folder.mkdir()
    start = time.perf_counter()
    fetch(folder)
    taken = time.perf_counter() - start
    assert [path.stat().st_size for path in folder.glob("[!.]*")] == [SIZE]
    shutil.rmtree(folder)
    return taken


def _upload(server: SeaweedFS, content: Path) -> None:
    with content.open("wb") as file:
        for _ in range(0, SIZE, PART):
            file.write(os.urandom(PART))
    in_parts = TransferConfig(multipart_chunksize=PART, max_concurrency=2)
    with closing(server.client()) as client, content.open("rb") as body:
        client.create_bucket(Bucket=BUCKET)
        client.upload_file(str(content), BUCKET, KEY, Config=in_parts)
        client.put_object(Bucket=BUCKET, Key=WHOLE, Body=body)
    content.unlink()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _rate(seconds: float) -> str:
    return f"{SIZE / seconds / 1e6:,.0f} MB/s"


def _peak() -> float:
    """The most memory that this process has held since that was noted anew."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
