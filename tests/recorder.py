"""A server before a sandbox that writes down what arrives, as it was sent."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Arrived:
    """One request.

    Attributes:
        method: ``GET``, ``POST``, …
        target: The path with its query, undecoded.
        headers: By their names in small letters.
        body: The bytes.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class Recorder:
    """``with Recorder(sandbox.url) as recorder: …``; clients go to ``recorder.url``."""

    def __init__(self, url: str) -> None:
        self.arrived: list[Arrived] = []
        place = urlsplit(url)
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                recorder.arrived.append(Arrived(self.command, self.path, headers, body))
                line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
                try:
                    line.request(self.command, self.path, body, headers)
                    answer = line.getresponse()
                    content = answer.read()
                finally:
                    line.close()
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in _HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = _pass_on  # noqa: N815 - http.server names them

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)
