"""The body of a request to an endpoint, as it is typed: any text, sent byte by byte. No I/O."""

from __future__ import annotations

import json
import re
from typing import NoReturn

from tui.model import document
from tui.model.document import DocumentFault

_JSON_TYPE = re.compile(r"application/([\w.-]+\+)?json|text/json", re.IGNORECASE)


def encoded(text: str) -> bytes | None:
    """The bytes that are sent; none where nothing is typed.

    Raises:
        ValueError: It holds what no UTF-8 carries; the text says so.
    """
    try:
        return text.encode() if text else None
    except UnicodeEncodeError as error:
        raise ValueError("holds half of a surrogate pair, which UTF-8 cannot carry") from error


def editable(content: object) -> str | None:
    """A body as a text that an editor gives back as it was; None where there is no such text.

    An editor ends all lines alike.
    """
    if isinstance(content, bytes):
        try:
            content = content.decode()
        except UnicodeDecodeError:
            return None
    if not isinstance(content, str):
        return None
    rest = content.replace("\r\n", "")
    is_even = "\r" not in rest and ("\n" not in rest or rest == content)
    return content if is_even else None


def is_json_type(content_type: str) -> bool:
    """Whether a content type says that its content is one JSON value."""
    return bool(_JSON_TYPE.fullmatch(content_type.partition(";")[0].strip()))


def may_be_json(text: str, content_type: str) -> bool:
    """Whether a text shall be JSON: its content type says so or, without one, how it begins."""
    if content_type.strip():
        return is_json_type(content_type)
    return text.lstrip("\ufeff \t\r\n").startswith(("{", "["))


def fault(text: str) -> DocumentFault | None:
    """Why a text is not JSON; None where it is.

    It is sent as it is: that a number would be written otherwise, or a name stands twice, is no
    fault of it; a byte order mark is, for it is sent, too.
    """
    if text.startswith("\ufeff"):
        return DocumentFault("a byte order mark stands before it", 1, 1)
    try:
        json.loads(text, parse_constant=_refuse, parse_float=str, parse_int=str)
    except RecursionError:
        return None  # nobody can tell, and the endpoint may take it
    except ValueError:
        found = document.parse(text)
        return found if isinstance(found, DocumentFault) else None
    return None


def _refuse(token: str) -> NoReturn:
    raise ValueError(token)
