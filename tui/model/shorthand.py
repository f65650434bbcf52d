"""The AWS CLI's shorthand syntax: ``key=a,value=b`` → values. Knows no member's type."""

from __future__ import annotations

import re

_NAME = re.compile(r"\s*([\w.:/@#-]+?)\s*=")
_QUOTED = re.compile(r"""'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*\"""", re.DOTALL)
_BARE = re.compile(r"(?:[^,\\]+|\\,?)*")
_BARE_WITHIN = re.compile(r"(?:[^,\\}]+|\\,?)*")
_DEEPEST = 20


def read(text: str) -> dict[str, object]:
    """The members that a shorthand text says; values are strings and objects.

    Raises:
        ValueError: It is no shorthand; the text says where.
    """
    members, at = _members(text, 0, "", 0)
    if at < len(text):
        raise ValueError(f"{text[at : at + 40]!r} is not name=value")
    return members


def _members(text: str, at: int, closing: str, depth: int) -> tuple[dict[str, object], int]:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    members: dict[str, object] = {}
    while True:
        name = _NAME.match(text, at)
        if not name:
            part = re.match(r"[^,}]{0,40}", text[at:])
            raise ValueError(f"{part[0] if part else ''!r} is not name=value")
        if name[1] in members:
            raise ValueError(f"{name[1]} stands twice")
        members[name[1]], at = _value(text, name.end(), closing, depth)
        if closing and text.startswith(closing, at):
            return members, at + 1
        if not text.startswith(",", at):
            if closing:
                raise ValueError(f"a {closing} is missing")
            return members, at
        at += 1


def _value(text: str, at: int, closing: str, depth: int) -> tuple[object, int]:
    while text.startswith((" ", "\t", "\n"), at):
        at += 1
    if text.startswith("{", at):
        members, at = _members(text, at + 1, "}", depth + 1)
        return members, _after_blanks(text, at)
    if text.startswith("[", at):
        raise ValueError("no member takes a list in this syntax; write JSON")
    if quoted := _QUOTED.match(text, at):
        quote = text[at]
        return quoted[0][1:-1].replace(f"\\{quote}", quote), _after_blanks(text, quoted.end())
    bare = (_BARE_WITHIN if closing else _BARE).match(text, at)
    assert bare, "an empty value is one, too"
    return bare[0].rstrip().replace("\\,", ","), bare.end()


def _after_blanks(text: str, at: int) -> int:
    while text.startswith((" ", "\t", "\n"), at):
        at += 1
    return at
