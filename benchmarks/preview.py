"""The time to a preview of JSON on SeaweedFS, beside curl that fetches the same bytes.

``python benchmarks/preview.py [RUNS] [BYTES]`` looks at embeddings in an object of BYTES, 5 GiB
unless the disk has no room for that, and in a small one, and at small objects, a line each, of
which 256 KiB make 28,000 rows: 256 KiB are read, laid out as JSON and folded into rows of 100
cells, off the event loop. curl, a whole process and by its own clock, fetches as much from a
presigned URL and prints it nowhere. Both are asked in turn, on a session that stays open; what the
first look of a session takes is said, too.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.contents import embeddings_part, rows_part
from benchmarks.measuring import compare, heading, show
from benchmarks.service import ENVIRONMENT
from benchmarks.uploads import PART, upload_parts
from tests.seaweedfs import SECRET, WRITER, SeaweedFS, running
from tui.aws import s3
from tui.aws.session import Session
from tui.engine import viewing
from tui.engine.fetching import PREVIEW
from tui.engine.source import Bucket
from tui.model.context import Context
from tui.model.document import size_text
from tui.model.outputs import OutputObject
from tui.model.sheet import Sheet

LARGE, SMALL = 5 * 1024**3, 2 * PREVIEW
BUDGET = 1.5
BUCKET = "benchmark"
CELLS = 100
CURL = shutil.which("curl")


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, of each run.

    Attributes:
        size: Bytes of the object.
        part: Makes a part of it of so many bytes.
        ours: To a preview that is laid out.
        worked: The processor's part of that.
        first: The same as the first thing that a session does.
        curl: Of the process.
        answer: By curl's own clock.
    """

    size: int
    part: Callable[[int], bytes]
    ours: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    curl: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)


def main() -> None:
    """Print the times and their ratios, for both sizes."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else LARGE
    os.environ.update(ENVIRONMENT)
    os.environ.update({"AWS_ACCESS_KEY_ID": WRITER, "AWS_SECRET_ACCESS_KEY": SECRET})
    with tempfile.TemporaryDirectory() as name:
        large = min(wanted, shutil.disk_usage(name).free // 2 // PART * PART)
        figures = {
            f"embeddings in {size_text(SMALL)}": Figures(SMALL, embeddings_part),
            f"embeddings in {size_text(large)}": Figures(large, embeddings_part),
            f"objects in {size_text(SMALL)}": Figures(SMALL, rows_part),
        }
        with running(Path(name)) as server:
            _upload(server, figures)
            asyncio.run(_measure(server, figures, runs))
    if large < wanted:
        print(f"the disk has room for {size_text(large)} only")
    for title, found in figures.items():
        heading(f"a preview of {size_text(PREVIEW)} of JSON, {title}")
        ours = show("asyncinvoke, laid out", found.ours)
        if CURL:
            compare("the time of curl", ours, show("curl", found.curl), BUDGET)
            compare("its own time", ours, show("curl, by its own clock", found.answer))
        show("… of the program's processor time", found.worked)
        show("asyncinvoke, first of a session", found.first)
    small, large_one, _ = figures.values()
    heading("does it depend on the size")
    compare("the time of the small one", median(large_one.ours), median(small.ours))
    if CURL:
        compare("… of curl, for the server's part", median(large_one.curl), median(small.curl))


async def _measure(server: SeaweedFS, figures: Mapping[str, Figures], runs: int) -> None:
    context = Context(region="us-west-2", endpoint_url=server.url)
    session = Session(context)
    try:
        things = {name: await _found(session, name) for name in figures}
        for _ in range(runs):
            for name, found in figures.items():
                before = time.process_time()
                found.ours.append(await _taken(session, things[name]))
                found.worked.append(time.process_time() - before)
                if CURL:
                    whole, answer = await asyncio.to_thread(_curled, server, things[name], CURL)
                    found.curl.append(whole)
                    found.answer.append(answer)
        for name, found in figures.items():
            other = Session(context)
            found.first.append(await _taken(other, things[name]))
            await other.close()
    finally:
        await session.close()


async def _taken(session: Session, thing: OutputObject) -> float:
    """Seconds until the object is laid out."""
    start = time.perf_counter()
    view = await viewing.look(Bucket(session), thing)
    preview = view.preview
    sheet = await asyncio.to_thread(Sheet, preview.text, CELLS, is_outlined=bool(preview.document))
    taken = time.perf_counter() - start
    assert preview.document
    assert len(view.head) == PREVIEW
    assert len(sheet.rows) > 1000
    return taken


def _curled(server: SeaweedFS, thing: OutputObject, curl: str) -> tuple[float, float]:
    """Seconds of curl's process, and by its own clock."""
    place = {"Bucket": BUCKET, "Key": thing.key}
    with closing(server.client()) as client:
        url = client.generate_presigned_url("get_object", Params=place)
    command = [curl, "-s", "-f", "-r", f"0-{PREVIEW - 1}", "-o", os.devnull]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "-w", "%{size_download} %{time_total}", url],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    taken = time.perf_counter() - start
    size, answer = done.stdout.split()
    assert int(size) == PREVIEW
    return taken, float(answer)


async def _found(session: Session, name: str) -> OutputObject:
    found = await s3.find_object(session, BUCKET, _key(name))
    assert found
    return found


def _upload(server: SeaweedFS, figures: Mapping[str, Figures]) -> None:
    """Put the lists; the parts of one are alike but for its first bracket."""
    with closing(server.client()) as client:
        client.create_bucket(Bucket=BUCKET)
        for name, found in figures.items():
            more = found.part(min(PART, found.size))
            first = b"[" + more[1:]

            def make(start: int, end: int, first: bytes = first, more: bytes = more) -> bytes:
                return (more if start else first)[: end - start]

            upload_parts(client, BUCKET, _key(name), found.size, make)


def _key(name: str) -> str:
    return f"{name}/list.json"


if __name__ == "__main__":
    main()
