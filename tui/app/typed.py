"""What a terminal sends, as Textual's messages: keys as Textual reads them, pastes as they are.

Textual's parser looks for keys inside a paste too, and tears it apart at every ESC in it: so it
gets every paste empty. This reads no terminal; the driver does.
"""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator

from textual._xterm_parser import XTermParser
from textual.events import Paste
from textual.message import Message

TICK_SECONDS = 0.1
"""How long to wait for bytes before a tick."""

PATIENCE_TICKS = 100
"""A paste whose end does not come is over after so long a silence: a slow line stalls for less."""

_START = b"\x1b[200~"
_END = b"\x1b[201~"


class BytesLeftOut(Message):
    """A paste, or keys that were read at once, are not UTF-8, such as Latin-1: they are gone."""


class Typed:
    """Follows what one terminal sends. A generator that it returns is to be used up.

    Args:
        debug: Whether Textual's parser is to keep a log.
    """

    def __init__(self, *, debug: bool = False) -> None:
        self._parser = XTermParser(debug)
        self._decoder = getincrementaldecoder("utf-8")()
        self._last = b""
        self._pasted: bytearray | None = None
        self._silent_ticks = 0

    def feed(self, sent: bytes) -> Iterator[Message]:
        """Take in the next bytes, cut anywhere; a paste comes as one message when it has ended."""
        self._silent_ticks = 0
        while sent:
            if self._pasted is None:
                keys, sent = self._cut_at_start(sent)
                yield from self._parse(keys)
            else:
                unsearched = max(0, len(self._pasted) - len(_END) + 1)
                self._pasted += sent
                end = self._pasted.find(_END, unsearched)
                if end < 0:
                    return
                sent = bytes(self._pasted[end + len(_END) :])
                del self._pasted[end:]
                yield from self._end_paste(self._pasted)

    def tick(self) -> Iterator[Message]:
        """Note that nothing came for a while: an ESC was a key then, and a paste may be lost."""
        yield from self._parser.tick()
        self._silent_ticks += 1
        if self._pasted is not None and self._silent_ticks >= PATIENCE_TICKS:
            yield from self._end_paste(self._pasted)

    def _cut_at_start(self, sent: bytes) -> tuple[bytes, bytes]:
        """Cut behind a paste's start, which is left to the parser: it may have the half of it."""
        seen = self._last + sent
        start = seen.find(_START)
        if start < 0:
            # No tick clears it: were a stalled line's paste read as keys, they would act.
            self._last = seen[-len(_START) + 1 :]
            return sent, b""
        cut = start + len(_START) - len(self._last)
        self._last = b""
        self._pasted = bytearray()
        return sent[:cut], sent[cut:]

    def _end_paste(self, pasted: bytearray) -> Iterator[Message]:
        self._pasted = None
        yield from self._parse(_END)
        try:
            text = pasted.decode()
        except UnicodeDecodeError:
            yield BytesLeftOut()
        else:
            yield Paste(text)

    def _parse(self, keys: bytes) -> Iterator[Message]:
        try:
            text = self._decoder.decode(keys)
        except UnicodeDecodeError:
            self._decoder.reset()
            yield BytesLeftOut()
            return
        if text:  # to the parser, an empty text is the end of all
            for message in self._parser.feed(text):
                if not isinstance(message, Paste):
                    yield message
