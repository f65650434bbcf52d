"""The person's own templates: JSON files in a folder, one a template, named by their stems."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tui.engine import opening
from tui.model import placeholder
from tui.model.document import pretty
from tui.model.problem import Problem, ProblemError
from tui.model.template import Template

MOST = 500
"""How many files of the folder are looked at."""

SUFFIX = ".json"

TAKEN = "FileExists"
"""The kind of the refusal of a name that another template has."""

_NAME = re.compile(r"[^\W_][\w .+-]{0,79}")


def load(folder: Path) -> tuple[list[Template], list[str]]:
    """The templates of a folder, by name, and why others could not be read.

    A folder that does not exist has none. Waits for the disk.
    """
    templates, faults = [], []
    try:
        paths = sorted(folder.glob("*.json"))[:MOST]
    except OSError as error:
        return [], [f"{folder}: {error.strerror}"]
    for path in paths:
        try:
            fields = opening.read_file(str(path)).fields
        except ValueError as error:
            faults.append(str(error))
        else:
            if "s3_uri" in fields:  # what is a placeholder in the file is one in the form
                fields["s3_uri"] = placeholder.unescaped(fields["s3_uri"])
            templates.append(Template(path.stem, fields, is_own=True))
    return templates, faults


def save(folder: Path, name: str, members: dict[str, object], *, replaces: bool = False) -> Path:
    """Write a request as a template that only its owner reads. Waits for the disk.

    Args:
        folder: Is made if it does not exist.
        name: What it will be called.
        members: The request's members, as the API names them.
        replaces: Whether one of the same name may be written over.

    Raises:
        ProblemError: The name is none, one of the same name exists, or the disk refused.
    """
    if not _NAME.fullmatch(name):
        raise ProblemError(_BAD_NAME)
    path = folder / f"{name}{SUFFIX}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists() and not replaces:
            raise ProblemError(_taken(path))
        draft = path.with_name(f".{name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{pretty(members)}\n")
        draft.replace(path)  # a crash leaves the old one or the new one
    except (OSError, UnicodeEncodeError) as error:
        raise ProblemError(_unwritten(path, error)) from error
    return path


_BAD_NAME = Problem(
    kind="BadName",
    message="a name is letters, digits, spaces and .+-_, beginning with a letter or digit",
    remedy="choose a plain name of at most 80 characters",
)


def _taken(path: Path) -> Problem:
    return Problem(
        kind=TAKEN,
        message=f"{path} exists",
        remedy="choose another name, or the same once more to write over it",
    )


def _unwritten(path: Path, error: Exception) -> Problem:
    return Problem(
        kind=type(error).__name__,
        message=f"{path} cannot be written: {error}",
        remedy="choose another folder for the templates in config.toml",
    )
