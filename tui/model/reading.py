"""What reading a pasted text comes to: a request's members, or an error with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui.model.operation import Operation


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file that the text refers to and that is for the caller to read.

    Attributes:
        option: The option of the AWS CLI whose value it holds: ``--model-input``.
        path: As it stands after ``file://``.
        is_raw: Whether bytes stand in it as they are, rather than as base64.
    """

    option: str
    path: str
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text says.

    Attributes:
        operation: What is asked for; of a model input alone, StartAsyncInvoke.
        members: The request's members under the API's names, each of the API's type; those that
            the text does not say are missing, and a skeleton's are empty.
        notes: What the text says besides and is left out, a line each.
        files: The files that hold the other members, in the order in which they count.
    """

    operation: Operation
    members: Mapping[str, object]
    notes: tuple[str, ...] = ()
    files: tuple[FileReference, ...] = ()


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
