"""What a request or an answer looks like, from the SDK's own service models. Sends nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from botocore.model import ListShape, MapShape, Shape, StructureShape

from tui.aws.shapes import input_shape, output_shape

_SCALARS = {
    "string": "",
    "integer": 0,
    "long": 0,
    "float": 0.0,
    "double": 0.0,
    "boolean": True,
    "timestamp": "1970-01-01T00:00:00",
}
"""What stands for a value; for a binary one it is null."""

_NOTE = 100
"""Characters of a note on a member, at most."""


def request(operation: str) -> object:
    """An empty value for each member of a request; of an enum, its first."""
    return _skeleton(input_shape(operation), is_named=False)


def answer(operation: str) -> object:
    """An answer in which each text is its own name, without what is streamed into a file."""
    shape = output_shape(operation)
    streamed = shape.serialization.get("payload")
    found = _skeleton(shape, is_named=True)
    assert isinstance(found, dict), "every answer is a structure"
    return {name: value for name, value in found.items() if name != streamed}


def notes(operation: str) -> dict[str, str]:
    """What the service model says of each member of a request, in a line; by its path with dots."""
    return dict(_notes(input_shape(operation), ""))


def _skeleton(shape: Shape, name: str = "", *, is_named: bool) -> object:
    if isinstance(shape, StructureShape):
        return {
            member: _skeleton(inner, member, is_named=is_named)
            for member, inner in shape.members.items()
        }
    if isinstance(shape, ListShape):
        item = shape.member
        return [_skeleton(item, item.name, is_named=is_named)]
    if isinstance(shape, MapShape):
        return {"KeyName": _skeleton(shape.value, shape.value.name, is_named=is_named)}
    if shape.type_name == "string" and not is_named:
        return next(iter(shape.metadata.get("enum", ())), "")
    return name if shape.type_name == "string" else _SCALARS.get(shape.type_name)


def _notes(shape: Shape, prefix: str) -> Iterator[tuple[str, str]]:
    if isinstance(shape, ListShape):
        yield from _notes(shape.member, prefix)
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            words = _plain(member.documentation)
            enum = member.metadata.get("enum", ())
            said = f"{words} Valid values are: {', '.join(enum)}." if enum else words
            needed = "[REQUIRED] " if name in shape.required_members else ""
            yield f"{prefix}{name}", f"{needed}{said}".strip()
            yield from _notes(member, f"{prefix}{name}.")


def _plain(documentation: str) -> str:
    """The first sentence of a documentation in HTML, cut short."""
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", documentation)).split())
    sentence = re.split(r"(?<=\.)\s", text, maxsplit=1)[0]
    return sentence if len(sentence) <= _NOTE else f"{sentence[: _NOTE - 1]}…"
