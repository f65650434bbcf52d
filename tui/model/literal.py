"""Literals of Python and JavaScript → JSON values. Reads what is written, evaluates nothing."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.model import document
from tui.model.document import DEEPEST, DocumentFault
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
_QUOTED = r"""'[^'\\\n]*(?:\\.[^'\\\n]*)*'|"[^"\\\n]*(?:\\.[^"\\\n]*)*\""""
_TRIPLE = (
    r"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|"
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
)
_ESCAPE = re.compile(
    r"\\(?:u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|x([\da-fA-F]{2})|(\r\n|.))", re.DOTALL
)
_UTF8 = r"""['"](?i:utf[-_]?8)['"]"""
_ENCODE = re.compile(rf"\.encode\((?:(?:encoding=)?{_UTF8})?\)")
_ENCODING = re.compile(rf"""{_UTF8}|['"]base64['"]""")
_LETTERS = {**dict(zip("bfnrtv0", "\b\f\n\r\t\v\0", strict=True)), "\n": "", "\r\n": ""}
_LETTERS |= {"\r": "", "\u2028": "", "\u2029": ""}


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
    re.compile(rf"(?:[rR]?[bBfF]?|[bBfFuU]?[rR]?)(?:{_TRIPLE}|{_QUOTED})", re.DOTALL),
)
JAVASCRIPT = Language(
    "JavaScript",
    {"true": True, "false": False, "null": None},
    "JSON.stringify",
    re.compile(
        r"(?:new\s{1,9}TextEncoder\s{0,9}\(\s{0,9}\)|[^\W\d]\w{0,99})\s{0,9}\.\s{0,9}encode\s{0,9}\("
        r"|Buffer\s{0,9}\.\s{0,9}from\s{0,9}\("
    ),
    re.compile(r"\s+|//[^\n]*|/\*.*?\*/", re.DOTALL),
    re.compile(rf"{_QUOTED}|`[^`\\]*(?:\\.[^`\\]*)*`", re.DOTALL),
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
    """The value in JSON's own types: what sound tokens make together may not be sendable."""
    plain = document.parse(document.compact(value))
    if isinstance(plain, DocumentFault):
        raise ReadingError(plain.message, start)
    return plain


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
        texts = [part for part in parts if isinstance(part, str)]
        if len(texts) < len(parts):
            raise ReadingError("a value is written out, not calculated", start)
        return "".join(texts)

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
            return self._argument(call[0])
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
        return self._string()

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
            value = _plain(self._argument(f"{word}("), name.start())
            text = json.dumps(value) if self._language is PYTHON else document.compact(value)
            return self._encoded(JsonText(text))
        raise ReadingError(
            f"the value of {word[:60]} is not known here: write it out", name.start()
        )

    def _argument(self, call: str) -> object:
        """The first argument of a call; the second may name the encoding of its bytes."""
        # Each json.dumps doubles the backslashes of those within it.
        self._wrapped += 1
        if self._wrapped > _MOST_WRAPPED:
            raise ReadingError(f"too many {call}…) in each other", self._at)
        value = self.value()
        self._wrapped -= 1
        if self._takes(",") and (name := _ENCODING.match(self._text, self.after_space())):
            self._at = name.end()
        if not self._takes(")"):
            raise self._unexpected(f"the end of {call}…)")
        return value

    def _encoded(self, text: str) -> str:
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

    def _string(self) -> str:
        parts: list[str] = []
        while match := self._language.string.match(self._text, self.after_space()):
            start = self._at
            self._at = match.end()
            if self._language is JAVASCRIPT:
                return _javascript_string(match[0], start)
            parts.append(_python_string(match[0], start))
        return "".join(parts)

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


def _python_string(token: str, start: int) -> str:
    prefix = token[: re.search("['\"]", token).start()].lower()  # type: ignore[union-attr]
    if "f" in prefix:
        if braces := re.search(r"\{([^{}]{0,60})", token.replace("{{", "").replace("}}", "")):
            message = f"the value of {braces[1].strip()} in an f-string is not known here"
            raise ReadingError(f"{message}: write it out", start)
        token = token[len(prefix) :].replace("{{", "{").replace("}}", "}")
        token = f"r{token}" if "r" in prefix else token
    elif not prefix and "\\" not in token and "\r" not in token:
        return token[3:-3] if token[:3] in ("'''", '"""') else token[1:-1]
    try:
        value = ast.literal_eval(token)
        return value.decode() if isinstance(value, bytes) else str(value)
    except (SyntaxError, ValueError) as error:
        raise ReadingError("an escape here is not Python, or its bytes not UTF-8", start) from error


def _javascript_string(token: str, start: int) -> str:
    if token[0] == "`":
        if hole := re.search(r"(?<!\\)(?:\\\\)*\$\{([^}]{0,60})", token):
            message = f"the value of {hole[1].strip()} in a template is not known here"
            raise ReadingError(f"{message}: write it out", start)
        token = token.replace("\r\n", "\n")
    text = token[1:-1]
    if "\\" not in text:
        return text
    try:
        text = _ESCAPE.sub(_unescaped, text)
        # Two escapes may make one character.
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except ValueError as error:
        raise ReadingError("an escape in this string is not JavaScript", start) from error


def _unescaped(match: re.Match[str]) -> str:
    unit, point, byte, letter = match.groups()
    if code := unit or point or byte:
        return chr(int(code, 16))
    if letter in "ux123456789":
        raise ValueError(letter)
    return _LETTERS.get(letter, letter)
