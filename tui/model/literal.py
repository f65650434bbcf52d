"""Literals of Python and JavaScript → JSON values. Reads what is written, evaluates nothing."""

from __future__ import annotations

import base64
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.model import document, quoted
from tui.model.document import DEEPEST, DocumentFault
from tui.model.operation import text_or_bytes
from tui.model.reading import ReadingError

MOST_TOKENS = 200_000
"""Each token costs a few microseconds; whole embeddings come as JSON, which is read faster."""

_DEEPEST_TEXT = DEEPEST + 10
_MOST_WRAPPED = 4
_LONGEST_NUMBER = 1000
_WORD = r"[^\W\d][\w$]{0,99}"
_NAME = re.compile(rf"(?:{_WORD}|\$[\w$]{{0,99}})(?:\s{{0,9}}\.\s{{0,9}}{_WORD}){{0,9}}")
_NUMBER = re.compile(
    r"0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?"
)
_UTF8 = r"""['"](?i:utf[-_]?8)['"]"""
_ENCODE = re.compile(rf"\.encode\((?:(?:encoding=)?{_UTF8})?\)")
_ENCODING = re.compile(rf"""{_UTF8}|['"]base64['"]""")
_URL_SAFE = str.maketrans("-_", "+/")


class JsonText(str):
    """The JSON that the text makes of a literal, as ``json.dumps({…})`` does."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Language:
    """What sets the literals of a language apart.

    Attributes:
        name: For a person.
        constants: The words that are values.
        dumps: The function that makes JSON of its first argument.
        bytes: The beginning of a call that makes bytes of a string, or of what follows one.
        space: What may stand between two tokens.
        string: A string, quotes and prefix included.
    """

    name: str
    constants: Mapping[str, bool | None]
    dumps: str
    bytes: re.Pattern[str]
    space: re.Pattern[str]
    string: re.Pattern[str]


PYTHON = Language(
    "Python",
    {"True": True, "False": False, "None": None},
    "json.dumps",
    re.compile(r"(?:bytes|bytearray|(?:io\s{0,9}\.\s{0,9})?BytesIO)\s{0,9}\("),
    re.compile(r"\s+|#[^\n]*|\\\r?\n"),
    quoted.PYTHON,
)
JAVASCRIPT = Language(
    "JavaScript",
    {"true": True, "false": False, "null": None},
    "JSON.stringify",
    re.compile(
        r"(?:new\s{1,9}TextEncoder\s{0,9}\(\s{0,9}\)|[^\W\d]\w{0,99})\s{0,9}\.\s{0,9}encode\s{0,9}\("
        r"|(?:Buffer|Uint8Array)\s{0,9}\.\s{0,9}from\s{0,9}\(|new\s{1,9}Uint8Array\s{0,9}\("
    ),
    re.compile(r"\s+|//[^\n]*|/\*.*?\*/", re.DOTALL),
    quoted.JAVASCRIPT,
)


def read(text: str, start: int, language: Language) -> tuple[object, int]:
    """The literal that begins at an offset, and the offset behind it.

    Raises:
        ReadingError: It is none that JSON can carry unchanged.
    """
    with _Reader(text, start, language) as reader:
        return _plain(reader.value(), start), reader.after_space()


def read_arguments(text: str, start: int, language: Language) -> dict[str, object]:
    """The arguments of the call whose parenthesis opens at an offset, by name.

    Those of JavaScript are the members of its one object. A value may be a ``JsonText``.

    Raises:
        ReadingError: They are not all written out.
    """
    with _Reader(text, start, language) as reader:
        return {
            name: value if isinstance(value, JsonText) else _plain(value, start)
            for name, value in reader.arguments().items()
        }


def _plain(value: object, start: int) -> object:
    """The value in JSON's own types; bytes that are no text stay, alone or as a member."""
    if isinstance(value, bytes):
        return value
    members = value if isinstance(value, dict) else {}
    kept = {name: member for name, member in members.items() if isinstance(member, bytes)}
    if not kept:
        return _json(value, start)
    others = {name: member for name, member in members.items() if name not in kept}
    plain = _json(others, start)
    return {**plain, **kept} if isinstance(plain, dict) else plain


def _json(value: object, start: int) -> object:
    """The value in JSON's own types: what sound tokens make together may not be sendable."""
    try:
        plain = document.parse(document.compact(value))
    except TypeError:
        raise ReadingError("bytes that are no text have no place in JSON", start) from None
    if isinstance(plain, DocumentFault):
        raise ReadingError(plain.message, start)
    return plain


def _joined(parts: list[str | bytes]) -> str | bytes:
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) == len(parts):
        return "".join(texts)
    encoded = (part.encode() if isinstance(part, str) else part for part in parts)
    return text_or_bytes(b"".join(encoded))


class _Reader:
    def __init__(self, text: str, start: int, language: Language) -> None:
        self._text = text
        self._at = start
        self._language = language
        self._depth = 0
        self._tokens = 0
        self._wrapped = 0
        self._muted = warnings.catch_warnings()

    def __enter__(self) -> _Reader:
        # Python warns of escapes that it does not know and keeps them, as its own users see.
        self._muted.__enter__()
        warnings.simplefilter("ignore")
        return self

    def __exit__(self, *_: object) -> None:
        self._muted.__exit__(None, None, None)

    def after_space(self) -> int:
        """Where the next token begins."""
        self._count()
        while space := self._language.space.match(self._text, self._at):
            self._at = space.end()
            self._count()
        return self._at

    def value(self) -> object:
        """The value that comes next."""
        start = self.after_space()
        value = self._operand()
        if not self._takes("+"):
            return value
        parts = [value, self._operand()]
        while self._takes("+"):
            parts.append(self._operand())
        texts = [part for part in parts if isinstance(part, (str, bytes))]
        if len(texts) < len(parts):
            raise ReadingError("a value is written out, not calculated", start)
        return _joined(texts)

    def arguments(self) -> dict[str, object]:
        """What stands in the parentheses of a call."""
        self._expect("(")
        if self._language is JAVASCRIPT:
            start = self.after_space()
            value = self.value()
            if not isinstance(value, dict):
                raise ReadingError("the command wants an object: { modelId: … }", start)
            self._takes(",")
            self._expect(")")
            return value
        arguments: dict[str, object] = {}
        for start in self._parts(")"):
            if self._takes("**"):
                self._merge(arguments, self.value(), start)
            else:
                name = _NAME.match(self._text, start)
                if not name:
                    raise self._unexpected("name=value")
                self._at = name.end()
                self._expect("=")
                self._merge(arguments, {name[0]: self.value()}, start)
        return arguments

    def _operand(self) -> object:
        start = self.after_space()
        found = self._text[start : start + 1]
        if found == "{" or found == "[" or (found == "(" and self._language is PYTHON):
            self._depth += 1
            if self._depth > _DEEPEST_TEXT:
                raise ReadingError("nested too deeply to be sent", start)
            self._at += 1
            value = self._object() if found == "{" else self._list("]" if found == "[" else ")")
            self._depth -= 1
            return value
        if self._language.string.match(self._text, start):
            return self._encoded(self._string())
        if found in ("-", "+") or _NUMBER.match(self._text, start):
            return self._number()
        if call := self._language.bytes.match(self._text, start):
            self._at = call.end()
            return self._bytes(call[0], start)
        if name := _NAME.match(self._text, start):
            return self._named(name)
        if found in ("'", '"', "`"):
            raise ReadingError("the string that begins here does not end", start)
        raise self._unexpected("a value")

    def _object(self) -> dict[str, object]:
        members: dict[str, object] = {}
        for start in self._parts("}"):
            if self._language is PYTHON and self._takes("**"):
                self._merge(members, self.value(), start)
            else:
                name = self._member_name()
                if not self._takes(":"):
                    if self._language is JAVASCRIPT and self._text[self._at : self._at + 1] in ",}":
                        raise ReadingError(f"the value of {name[:60]} is not known here", start)
                    raise self._unexpected(":")
                self._merge(members, {name: self.value()}, start)
        return members

    def _parts(self, closing: str) -> Iterator[int]:
        """Where each part begins, of those between commas up to the closing bracket."""
        while not self._takes(closing):
            yield self.after_space()
            if not self._takes(","):
                self._expect(closing)
                return

    def _member_name(self) -> str:
        start = self.after_space()
        if self._language is JAVASCRIPT:
            if self._takes("["):
                name = self.value()
                self._expect("]")
                if isinstance(name, str):
                    return name
            elif (word := _NAME.match(self._text, start)) and "." not in word[0]:
                self._at = word.end()
                return word[0]
        if not self._language.string.match(self._text, start):
            raise self._unexpected("a name in quotes")
        name = self._string()
        if isinstance(name, bytes):
            raise ReadingError("a name is no bytes", start)
        return name

    def _list(self, closing: str) -> object:
        items: list[object] = []
        while not self._takes(closing):
            items.append(self.value())
            if not self._takes(","):
                self._expect(closing)
                # In Python, parentheses without a comma only group.
                return items[0] if closing == ")" and len(items) == 1 else items
        return items

    def _named(self, name: re.Match[str]) -> object:
        word = re.sub(r"\s+", "", name[0])
        self._at = name.end()
        if word in self._language.constants:
            return self._language.constants[word]
        if word == self._language.dumps and self._takes("("):
            value = _json(self._argument(f"{word}(")[0], name.start())
            text = json.dumps(value) if self._language is PYTHON else document.compact(value)
            return self._encoded(JsonText(text))
        raise ReadingError(
            f"the value of {word[:60]} is not known here: write it out", name.start()
        )

    def _argument(self, call: str) -> tuple[object, str]:
        """The first argument of a call, and the second: it may name the encoding of its bytes."""
        # Each json.dumps doubles the backslashes of those within it.
        self._wrapped += 1
        if self._wrapped > _MOST_WRAPPED:
            raise ReadingError(f"too many {call}…) in each other", self._at)
        value = self.value()
        self._wrapped -= 1
        encoding = ""
        if self._takes(",") and (name := _ENCODING.match(self._text, self.after_space())):
            self._at = name.end()
            encoding = name[0][1:-1]
        if not self._takes(")"):
            raise self._unexpected(f"the end of {call}…)")
        return value, encoding

    def _bytes(self, call: str, start: int) -> object:
        """What a call makes bytes of, as the text that they are, where they are one."""
        value, encoding = self._argument(call)
        try:
            if isinstance(value, str) and encoding == "base64":
                letters = "".join(value.split()).rstrip("=").translate(_URL_SAFE)
                return text_or_bytes(
                    base64.b64decode(f"{letters}{-len(letters) % 4 * '='}", validate=True)
                )
            return text_or_bytes(bytes(value)) if isinstance(value, list) else value
        except (TypeError, ValueError) as error:
            raise ReadingError(f"{call}…) makes no bytes of this: {error}", start) from error

    def _encoded(self, text: str | bytes) -> str | bytes:
        """A string of Python, which may be made bytes at once."""
        if self._language is PYTHON and (call := _ENCODE.match(self._text, self.after_space())):
            self._at = call.end()
        return text

    def _number(self) -> object:
        start = self._at
        sign = ""
        while (found := self._text[self.after_space() : self._at + 1]) in ("+", "-"):
            sign = "-" if (found == "-") != bool(sign) else ""
            self._at += 1
        match = _NUMBER.match(self._text, self._at)
        if not match:
            raise self._unexpected("a number")
        self._at = match.end()
        token = match[0].replace("_", "")
        if self._language is JAVASCRIPT and self._text.startswith("n", self._at):
            self._at += 1
        if len(token) > _LONGEST_NUMBER:
            raise ReadingError(f"a number of {len(token):,} characters", start)
        if re.match("0[xXoObB].", token):
            return int(sign + token, 0)
        if token.startswith("."):
            token = f"0{token}"
        value = document.parse(sign + re.sub(r"\.(?=\Z|[eE])", ".0", token))
        if isinstance(value, DocumentFault):
            raise ReadingError(value.message, start)
        return value

    def _string(self) -> str | bytes:
        parts: list[str | bytes] = []
        while match := self._language.string.match(self._text, self.after_space()):
            start = self._at
            self._at = match.end()
            if self._language is JAVASCRIPT:
                return quoted.javascript(match[0], start)
            parts.append(quoted.python(match[0], start))
        return _joined(parts)

    def _count(self) -> None:
        self._tokens += 1
        if self._tokens > MOST_TOKENS:
            raise ReadingError("too many values for this syntax: paste it as JSON", self._at)

    def _takes(self, token: str) -> bool:
        at = self.after_space()
        if not self._text.startswith(token, at):
            return False
        self._at += len(token)
        return True

    def _expect(self, token: str) -> None:
        if not self._takes(token):
            raise self._unexpected(token)

    def _unexpected(self, wanted: str) -> ReadingError:
        found = self._text[self._at : self._at + 1]
        if not found:
            return ReadingError(f"the text ends where {wanted} is wanted", self._at)
        return ReadingError(f"{wanted} is wanted here, not {found}", self._at)

    def _merge(self, members: dict[str, object], more: object, at: int) -> None:
        """Add a member, or those that stand behind a ``**``."""
        if not isinstance(more, dict):
            raise ReadingError("** wants a dictionary", at)
        for name, value in more.items():
            if name in members:
                raise ReadingError(f"{name[:60]} stands twice", at)
            members[name] = value
