"""One string literal of Python or JavaScript, with its quotes → what it says."""

from __future__ import annotations

import ast
import re

from tui.model.reading import ReadingError

_QUOTED = r"""'[^'\\\n]*(?:\\.[^'\\\n]*)*'|"[^"\\\n]*(?:\\.[^"\\\n]*)*\""""
_TRIPLE = (
    r"'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''|"
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
)
PYTHON = re.compile(rf"(?:[rR]?[bBfF]?|[bBfFuU]?[rR]?)(?:{_TRIPLE}|{_QUOTED})", re.DOTALL)
JAVASCRIPT = re.compile(rf"{_QUOTED}|`[^`\\]*(?:\\.[^`\\]*)*`", re.DOTALL)

_ESCAPE = re.compile(
    r"\\(?:u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|x([\da-fA-F]{2})|(\r\n|.))", re.DOTALL
)
_LETTERS = {**dict(zip("bfnrtv0", "\b\f\n\r\t\v\0", strict=True)), "\n": "", "\r\n": ""}
_LETTERS |= {"\r": "", "\u2028": "", "\u2029": ""}


def python(token: str, start: int) -> str | bytes:
    """What a token of ``PYTHON`` says.

    Raises:
        ReadingError: Only running it would tell; ``start`` is its place.
    """
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
    except (SyntaxError, ValueError) as error:
        raise ReadingError("an escape here is not Python", start) from error
    return value if isinstance(value, bytes) else str(value)


def javascript(token: str, start: int) -> str:
    """What a token of ``JAVASCRIPT`` says.

    Raises:
        ReadingError: Only running it would tell; ``start`` is its place.
    """
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
