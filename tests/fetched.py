"""What plain HTTP gives for a URL, asked for as it is: no library tidies its path up."""

from __future__ import annotations

import http.client
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Fetched:
    """An answer."""

    status: int
    headers: Message
    content: bytes


def fetch(url: str) -> Fetched:
    """GET it, without credentials."""
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.netloc, timeout=60)) as connection:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return Fetched(answer.status, answer.headers, answer.read())
