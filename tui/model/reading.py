"""What reading a pasted text comes to: a request's members, or a fault with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file that the text refers to and that is for the caller to read.

    Attributes:
        option: The option of the AWS CLI whose value it holds: ``--model-input``.
        path: As it stands after ``file://``.
    """

    option: str
    path: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text says.

    Attributes:
        members: The request's members under the API's names, each of the API's type; those that
            the text does not say are missing, and a skeleton's are empty.
        notes: What the text says besides and is left out, a line each.
        files: The files that hold the other members, in the order in which they count.
    """

    members: Mapping[str, object]
    notes: tuple[str, ...] = ()
    files: tuple[FileReference, ...] = ()


@dataclass(frozen=True, slots=True)
class PasteFault:
    """Why a text says no request.

    Attributes:
        message: One line for a person.
        line: From 1; 0 when the place is not known.
        column: From 1; 0 when the place is not known.
    """

    message: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{place}{self.message}"


class ReadingError(ValueError):
    """A reader cannot go on; only readers raise and catch it.

    Attributes:
        message: One line for a person.
        offset: Where in the text, from 0; -1 when the place is not known.
    """

    def __init__(self, message: str, offset: int = -1) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
