"""What a shell's ``printf`` or ``echo`` prints, and a ``printf`` of any bytes. Runs nothing."""

from __future__ import annotations

import re

from tui.model.reading import ReadingError
from tui.model.shell import Word, quote
from tui.model.text import escaped_json

_PLACE = re.compile(
    r"%(?P<place>[s%])|(?P<octals>(?:\\[0-7]{1,3})+)|\\(?P<letter>.)|[^%\\]+", re.DOTALL
)
_LETTERS = dict(zip("abfnrtv\\'\"", b"\a\b\f\n\r\t\v\\'\"", strict=True))
_NAMED = {ord("\n"): r"\n", ord("\t"): r"\t", ord("\r"): r"\r", ord("\\"): r"\\", ord("%"): "%%"}


def write(content: bytes) -> str:
    """The ``printf`` that prints just these bytes, in every shell, and none that is unseen."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if escaped_json(text) == text:
        return f"printf %s {quote(text)}"
    found = "".join([_ESCAPED[byte] for byte in content])
    # What begins with a hyphen would be an option.
    return f"printf '{_octal(content[0]) + found[1:] if found.startswith('-') else found}'"


def read(words: tuple[Word, ...]) -> bytes:
    """What a command of these words prints.

    Raises:
        ReadingError: It is neither ``echo`` nor ``printf``, or has an option or a format that is
            not read here.
    """
    name, *given = words
    if name.text == "echo":
        return _echoed([word.text for word in given], name.start)
    if name.text != "printf" or not given or given[0].text.startswith("-"):
        raise ReadingError("only what printf %s '…' or echo '…' prints is read", name.start)
    template, *texts = given
    parts, at = [], 0
    while at < len(template.text):
        match = _PLACE.match(template.text, at)
        if not match or (match["letter"] and match["letter"] not in _LETTERS):
            message = f"{template.text[at : at + 2]} in a format is not read: printf %s '…' is"
            raise ReadingError(message, template.start)
        if match["place"] == "s":
            parts.append(_encoded(texts.pop(0).text) if texts else b"")
        elif match["octals"]:
            octals = match["octals"].split("\\")[1:]
            parts.append(bytes([int(octal, 8) & 0xFF for octal in octals]))
        elif match["letter"]:
            parts.append(bytes([_LETTERS[match["letter"]]]))
        else:
            parts.append(_encoded(match["place"] or match[0]))
        at = match.end()
    if texts:
        raise ReadingError("the format has no %s for this", texts[0].start)
    return b"".join(parts)


def _echoed(texts: list[str], start: int) -> bytes:
    is_line = texts[:1] != ["-n"]
    texts = texts if is_line else texts[1:]
    if texts and re.match("-[neE]+$", texts[0]):
        raise ReadingError(f"echo {texts[0]} is not read: printf %s '…' is", start)
    return _encoded(" ".join(texts) + "\n" * is_line)


def _octal(byte: int) -> str:
    return f"\\{byte:03o}"


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_ESCAPED = [
    _NAMED.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F and byte != ord("'") else _octal(byte))
    for byte in range(256)
]
"""How each byte stands in a format in single quotes."""
