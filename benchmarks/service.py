"""An AWS that answers ListAsyncInvokes at once, in a process of its own, and refuses all else.

``python -m benchmarks.service PAGES ROWS RUNNING`` prints its URL and serves until it is ended. It
follows next tokens and ``statusEquals``, and leaves dates out of account. POST /end/ID ends a
running invocation.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timezone

from aiohttp import web

from benchmarks.rows import a_summary, id_of, status_of
from tui.model.invocation import Status

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REGION": "us-west-2",
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_PAGER": "",
}
"""What a client of the service needs in its environment."""


class Service:
    """The pages, as the bytes that are sent."""

    def __init__(self, pages: int, rows: int, running: int) -> None:
        now = datetime.now(timezone.utc)
        self._rows = rows
        self._summaries = [
            a_summary(number, now, status_of(number, running)) for number in range(pages * rows)
        ]
        self._pages = [self._encoded(page) for page in range(pages)]

    async def on_list(self, request: web.Request) -> web.Response:
        """ListAsyncInvokes."""
        if wanted := request.query.get("statusEquals"):
            found = [summary for summary in self._summaries if summary["status"] == wanted]
            return web.json_response({"asyncInvokeSummaries": found})
        body = self._pages[int(request.query.get("nextToken", 0))]
        return web.Response(body=body, content_type="application/json")

    async def on_get(self, request: web.Request) -> web.Response:
        """GetAsyncInvoke."""
        return web.json_response(self._summaries[self._number(request)])

    async def on_end(self, request: web.Request) -> web.Response:
        """Let a running invocation complete now."""
        number = self._number(request)
        now = datetime.now(timezone.utc)
        self._summaries[number] = a_summary(number, now, Status.COMPLETED) | {
            "submitTime": self._summaries[number]["submitTime"]
        }
        self._pages[number // self._rows] = self._encoded(number // self._rows)
        return web.Response()

    def _encoded(self, page: int) -> bytes:
        start = page * self._rows
        answer: dict[str, object] = {
            "asyncInvokeSummaries": self._summaries[start : start + self._rows]
        }
        if start + self._rows < len(self._summaries):
            answer["nextToken"] = str(page + 1)
        return json.dumps(answer, separators=(",", ":")).encode()

    def _number(self, request: web.Request) -> int:
        return int(request.match_info["id"].rpartition("job")[2])


async def refuse(_: web.Request) -> web.Response:
    """Anything else."""
    return web.json_response({"message": "no"}, status=403)


@contextlib.contextmanager
def serving(pages: int, rows: int = 1000, running: int = 0) -> Iterator[str]:
    """Run the service beside us; gives its URL.

    Args:
        pages: Pages that a whole list has.
        rows: Summaries on a page.
        running: How many of the newest have not ended.
    """
    command = [sys.executable, "-m", "benchmarks.service", str(pages), str(rows), str(running)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def end(url: str, number: int) -> None:
    """Let an invocation of the service at the URL complete."""
    request = urllib.request.Request(f"{url}/end/{id_of(number)}", method="POST")
    urllib.request.urlopen(request).close()


def main() -> None:
    """Serve."""
    pages, rows, running = map(int, sys.argv[1:])
    service = Service(pages, rows, running)
    app = web.Application()
    app.router.add_get("/async-invoke", service.on_list)
    app.router.add_get("/async-invoke/{id:.+}", service.on_get)
    app.router.add_post("/end/{id}", service.on_end)
    app.router.add_route("*", "/{rest:.*}", refuse)

    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    web.run_app(app, sock=listener, print=None, access_log=None)


if __name__ == "__main__":
    main()
