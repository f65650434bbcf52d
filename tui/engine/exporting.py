"""Writes an export to disk: into a file of its own that only its owner reads."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from tui.model.problem import Problem, ProblemError


async def save(text: str, path: Path) -> Path:
    """Write a new file; one that exists is left as it is.

    Returns:
        Where it is, in full.

    Raises:
        ProblemError: The file exists, or cannot be written.
    """
    return await asyncio.to_thread(_save, text, path)


def _save(text: str, path: Path) -> Path:
    try:
        path = path.expanduser()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError:
            path.unlink()  # half of it would look like the whole
            raise
        return path.resolve()
    except FileExistsError as error:
        raise ProblemError(
            Problem(kind="FileExists", message=f"{path} exists", remedy="choose another name")
        ) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise ProblemError(
            Problem(
                kind=type(error).__name__,
                message=f"{path} cannot be written: {error}",
                remedy="choose another place",
            )
        ) from error
