"""Shell quoting: the words of one pasted command, and a value as one word. Expands nothing."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from tui.model.reading import ReadingError
from tui.model.text import escaped_json

MOST_WORDS = 10_000
MOST_QUOTES = 1_000_000
"""Quotes and backslashes; each may cost half a microsecond."""
_MOST_COMMENTS = 1000

_BLANK = re.compile(r"(?:[ \t]+|\\[ \t]*\r?\n|\\\Z)+")
_JOINED = re.compile(r"\\(?:\r?\n|\Z)")
_NOTHING = re.compile(r"\s+|#[^\n]*")
_PLAIN = re.compile(r"[^ \t\r\n'\"\\$`|&;<>()]+")
_DOUBLE = re.compile(r'[^"\\$`]+')
_ANSI = re.compile(r"\$'([^'\\]*(?:\\.[^'\\]*)*)'", re.DOTALL)
_ANSI_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|c(.)|(.))",
    re.DOTALL,
)
_ANSI_LETTERS = dict(zip("abeEfnrtv", "\a\b\x1b\x1b\f\n\r\t\v", strict=True))
_EXPANSION = re.compile(r"\$(?:[A-Za-z_]\w*|\{[^}\s]*\}?|\(|[0-9@*#?!$-])")
_HERE = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|([\w.]+))([^\n]*)\n")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command, without its quotes, and where it begins."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        words: Its words.
        standard_input: The here-document that it reads; None without one.
        rest: What stands behind it on its line: a pipe, a redirection, another command.
        end: Where ``rest`` begins.
    """

    words: tuple[Word, ...]
    standard_input: str | None = None
    rest: str = ""
    end: int = -1


def quote(text: str) -> str:
    """A value as one word of a POSIX shell; ``$'…'`` only where it has unseen characters."""
    if escaped_json(text) != text:
        return "$'" + re.sub(r"[^ -~]|['\\]", _ansi, text) + "'"
    # zsh takes a word that begins with = for the path of a command.
    return f"'{text}'" if re.match(r"=[^']*\Z", text) else shlex.quote(text)


def split(text: str, start: int = 0) -> Command:
    """The first command of a text.

    Args:
        text: The text.
        start: Where the command begins.

    Raises:
        ReadingError: A quote is open, or a value would come from the shell.
    """
    if sum(text.count(mark, start) for mark in "'\"\\") > MOST_QUOTES:
        raise ReadingError("more quotes and backslashes than a command has", start)
    words: list[Word] = []
    at = start
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
        elif text[at] == "#":
            at = _end_of_line(text, at)
        elif text[at] in "\r\n":
            _refuse_more(text, at)
            break
        elif text.startswith("<<", at) and text[at + 2 : at + 3] != "<":
            return _with_here_document(tuple(words), text, at)
        elif text[at] in "|&;<>":
            return Command(tuple(words), rest=text[at : _end_of_line(text, at)].strip(), end=at)
        else:
            word, at = _word(text, at)
            words.append(word)
            if len(words) > MOST_WORDS:
                raise ReadingError("more words than a command has", at)
    return Command(tuple(words))


def _word(text: str, start: int) -> tuple[Word, int]:
    parts: list[str] = []
    at = start
    while at < len(text):
        found = text[at]
        if plain := _PLAIN.match(text, at):
            parts.append(plain[0])
            at = plain.end()
        elif found == "'":
            end = text.find("'", at + 1)
            if end < 0:
                raise ReadingError("the quote ' that opens here is not closed", at)
            parts.append(text[at + 1 : end])
            at = end + 1
        elif found == '"':
            part, at = _double_quoted(text, at)
            parts.append(part)
        elif text.startswith("$'", at):
            part, at = _ansi_quoted(text, at)
            parts.append(part)
        elif text.startswith('$"', at):
            at += 1
        elif found in "$`":
            parts.append(_dollar(text, at))
            at += 1
        elif found == "\\" and not _BLANK.match(text, at):
            parts.append(text[at + 1])
            at += 2
        elif joined := _JOINED.match(text, at):
            at = joined.end()
        elif found in "()":
            raise ReadingError(f"{found} stands here without quotes", at)
        else:
            break
    return Word("".join(parts), start), at


def _double_quoted(text: str, start: int) -> tuple[str, int]:
    parts: list[str] = []
    at = start + 1
    while at < len(text):
        if plain := _DOUBLE.match(text, at):
            parts.append(plain[0])
            at = plain.end()
        elif text[at] == '"':
            return "".join(parts), at + 1
        elif text[at] == "\\":
            escaped = text[at + 1 : at + 2]
            parts.append(
                "" if escaped == "\n" else escaped if escaped in '$`"\\' else f"\\{escaped}"
            )
            at += 2
        else:
            parts.append(_dollar(text, at))
            at += 1
    raise ReadingError('the quote " that opens here is not closed', start)


def _dollar(text: str, at: int) -> str:
    """A dollar sign that stands for itself."""
    if text[at] == "`":
        raise ReadingError("what the command in `…` prints is not known here: write it out", at)
    if expansion := _EXPANSION.match(text, at):
        name = "$(…)" if expansion[0] == "$(" else expansion[0][:60]
        raise ReadingError(f"the value of {name} is not known here: write it out", at)
    return "$"


def _ansi_quoted(text: str, at: int) -> tuple[str, int]:
    match = _ANSI.match(text, at)
    if not match:
        raise ReadingError("the quote $' that opens here is not closed", at)
    try:
        # Escapes say bytes, which make characters together.
        inside = b"".join(
            _ansi_bytes(part) if part.startswith("\\") else part.encode()
            for part in _split_escapes(match[1])
        )
        return inside.decode(), match.end()
    except ValueError as error:
        raise ReadingError("the escapes in $'…' make no text", at) from error


def _split_escapes(text: str) -> list[str]:
    parts, at = [], 0
    for match in _ANSI_ESCAPE.finditer(text):
        parts += [text[at : match.start()], match[0]]
        at = match.end()
    return [part for part in [*parts, text[at:]] if part]


def _ansi_bytes(escape: str) -> bytes:
    match = _ANSI_ESCAPE.fullmatch(escape)
    if not match:
        return escape.encode()
    octal, byte, short, long, control, letter = match.groups()
    if octal or byte:
        return bytes([int(octal or byte, 8 if octal else 16) & 0xFF])
    if short or long:
        return chr(int(short or long, 16)).encode()
    if control:
        return bytes([ord(control) & 0x1F])
    return (_ANSI_LETTERS.get(letter) or (letter if letter in "\\'\"?" else escape)).encode()


def _ansi(match: re.Match[str]) -> str:
    found = match[0]
    return f"\\{found}" if found in "'\\" else "".join(f"\\x{byte:02x}" for byte in found.encode())


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _refuse_more(text: str, at: int) -> None:
    """One command is read, and a line that was meant to go on is never dropped."""
    for _ in range(_MOST_COMMENTS):
        if not (space := _NOTHING.match(text, at)):
            break
        at = space.end()
    if at < len(text):
        message = "the command ended before this line: a line that goes on ends in \\"
        raise ReadingError(message, at)


def _with_here_document(words: tuple[Word, ...], text: str, at: int) -> Command:
    match = _HERE.match(text, at)
    if not match:
        raise ReadingError("a here-document begins as <<'EOF' at the end of a line", at)
    dash, single, double, bare, rest = match.groups()
    if rest.strip():
        raise ReadingError("the here-document's name stands last on its line", match.start(5))
    lines: list[str] = []
    for line in text[match.end() :].split("\n"):
        body = line.lstrip("\t") if dash else line
        if body.rstrip("\r") == (single or double or bare):
            document = "".join(f"{each}\n" for each in lines)
            break
        lines.append(body)
    else:
        raise ReadingError(f"no line ends the here-document {single or double or bare}", at)
    if bare and (expanded := re.search(r"[$`\\]", document)):
        message = f"{expanded[0]} is expanded in this here-document: quote its name"
        raise ReadingError(message, at)
    return Command(words, document)
