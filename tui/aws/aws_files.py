"""The files that credentials are read from: whether they changed, and whether they can be read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

Footprint = frozenset[tuple[str, int, int]]
"""The files that are there: path, time of the last change in nanoseconds, bytes."""


def footprint() -> Footprint:
    """What the files look like now: a look at their dates and sizes, not at what is in them."""
    return frozenset(_seen())


def config_file() -> Path:
    """Where the SDK reads its profiles."""
    return _named("AWS_CONFIG_FILE", "config")


def credentials_file() -> Path:
    """Where the SDK reads keys."""
    return _named("AWS_SHARED_CREDENTIALS_FILE", "credentials")


def unreadable() -> str:
    """Which of the two files is there and cannot be read, and why; empty where none is.

    The SDK takes such a file for one that is not there.
    """
    for path in (credentials_file(), config_file()):
        try:
            with path.open("rb") as file:
                file.read(1)
        except FileNotFoundError:
            continue
        except OSError as error:
            return f"{path}: {error.strerror}"
    return ""


def _seen() -> Iterator[tuple[str, int, int]]:
    logins = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY", "~/.aws/login/cache")
    folders = (_path("~/.aws/sso/cache"), _path(logins))
    files = [config_file(), credentials_file()]
    for name in ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        if os.environ.get(name):
            files.append(_path(os.environ[name]))
    for folder in folders:
        with contextlib.suppress(OSError):
            files += folder.iterdir()
    for file in files:
        with contextlib.suppress(OSError):
            state = file.stat()
            yield str(file), state.st_mtime_ns, state.st_size


def _named(variable: str, name: str) -> Path:
    return _path(os.environ.get(variable) or f"~/.aws/{name}")


def _path(text: str) -> Path:
    path = Path(os.path.expandvars(text))
    with contextlib.suppress(RuntimeError):  # nobody's home
        path = path.expanduser()
    return path
