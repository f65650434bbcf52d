from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.events import Key, MouseEvent, Paste, Resize
from textual.message import Message

from tui.app.typed import PATIENCE_TICKS, Typed

START, END = "\x1b[200~", "\x1b[201~"
COLOURED = "\x1b[31mred\x1b[0m"
LEFT_OUT = ("BytesLeftOut",)

KEYS = {
    "a": ("a", "a"),
    "~": ("tilde", "~"),
    "é": ("é", "é"),
    "日": ("日", "日"),
    "\r": ("enter", "\r"),
    "\x1b[A": ("up", None),
    "\x1b[3~": ("delete", None),
    "\x1b[20~": ("f9", None),
    "\x1bb": ("ctrl+left", None),
    "\x1b[99;5u": ("ctrl+c", None),
    "\x1b[<0;5;7M": ("MouseDown", 4, 6),
    "\x1b[48;24;80;480;800t": ("Resize", 80, 24),
    "\x1b[I": ("AppFocus",),
}
"""What a terminal sends for keys and the like, and what is told of it."""

Told = tuple[object, ...]


def told(message: Message) -> Told:
    match message:
        case Paste():
            return ("Paste", message.text)
        case Key():
            return (message.key, message.character)
        case MouseEvent():
            return (type(message).__name__, message.x, message.y)
        case Resize():
            return ("Resize", *message.size)
        case _:
            return (type(message).__name__,)


def fed(typed: Typed, *chunks: bytes | str) -> list[Told]:
    sent = [chunk.encode() if isinstance(chunk, str) else chunk for chunk in chunks]
    return [told(message) for chunk in sent for message in typed.feed(chunk)]


def ticked(typed: Typed, times: int = 1) -> list[Told]:
    return [told(message) for _ in range(times) for message in typed.tick()]


def pasted(text: str) -> Told:
    return ("Paste", text)


marker_like = st.text(st.sampled_from("\x1b[201~0aé\0"))
texts = st.one_of(st.text(), marker_like, st.just(COLOURED)).filter(lambda text: END not in text)
# A resize tells the size in pixels, and the mouse is then counted in them: by itself, below.
steady = sorted(key for key, (name, *_) in KEYS.items() if name != "Resize")
keys = st.sampled_from(steady).map(lambda key: (key, [KEYS[key]]))
pastes = texts.map(lambda text: (START + text + END, [pasted(text)]))
escaped = texts.map(lambda text: ("\x1b" + START + text + END, [("escape", "\x1b"), pasted(text)]))


@given(st.lists(st.one_of(keys, pastes, escaped)), st.data())
@settings(deadline=None)
def test_pastes_come_whole_and_once_among_the_keys_however_the_bytes_are_cut(
    parts: list[tuple[str, list[Told]]], data: st.DataObject
) -> None:
    sent = "".join(part for part, _ in parts).encode()
    cuts = data.draw(st.lists(st.integers(0, len(sent))))
    chunks = [sent[a:b] for a, b in pairwise([0, *sorted(cuts), len(sent)])]

    assert fed(Typed(), *chunks) == [each for _, expected in parts for each in expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        COLOURED,
        "a\x1bb",
        "ends in \x1b",
        END[:-1],
        START,
        "\x1b[I",
        "\0",
        "\x1b[A",
    ],
    ids=repr,
)
def test_a_paste_that_comes_byte_by_byte_is_one_message(text: str) -> None:
    sent = f"x{START}{text}{END}y".encode()
    expected = [("x", "x"), pasted(text), ("y", "y")]
    assert fed(Typed(), *(sent[i : i + 1] for i in range(len(sent)))) == expected


def test_the_first_half_of_a_start_counts_once() -> None:
    sent = START[:4], f"{START[4:]}a{END}", START[4:], "q"
    assert fed(Typed(), *sent) == [pasted("a"), ("0", "0"), ("tilde", "~"), ("q", "q")]


def test_several_pastes_come_in_one_read() -> None:
    sent = f"{START}{COLOURED}{END}{START}{END}q{START}b{END}"
    assert fed(Typed(), sent) == [pasted(COLOURED), pasted(""), ("q", "q"), pasted("b")]


def test_a_mouse_and_a_resize_around_a_paste_are_seen_and_inside_it_are_text() -> None:
    mouse, resize = "\x1b[<0;5;7M", "\x1b[48;24;80;480;800t"
    assert fed(Typed(), f"{mouse}{START}{mouse}{resize}{END}{resize}") == [
        KEYS[mouse],
        pasted(mouse + resize),
        KEYS[resize],
    ]


@pytest.mark.parametrize("begun", ["\x1b", "\x1b[", "\x1b[200"], ids=repr)
def test_what_could_begin_a_paste_waits_no_longer_than_for_any_sequence(begun: str) -> None:
    typed = Typed()
    assert fed(typed, begun) == []
    assert told_in_time(typed)
    assert fed(typed, "q") == [("q", "q")]


def told_in_time(typed: Typed) -> list[Told]:
    """What Textual's clock brings, which runs for a tenth of a second."""
    while not (brought := ticked(typed)):
        pass
    return brought


def test_an_escape_alone_is_the_escape_key() -> None:
    typed = Typed()
    fed(typed, "\x1b")
    assert told_in_time(typed) == [("escape", "\x1b")]


def test_a_long_pause_in_the_start_of_a_paste_does_not_make_keys_of_its_text() -> None:
    typed = Typed()
    fed(typed, START[:-1])
    told_in_time(typed)
    assert fed(typed, f"~q\x1bq{END}z") == [("tilde", "~"), pasted("q\x1bq"), ("z", "z")]


def test_pauses_in_a_paste_and_its_end_change_nothing() -> None:
    typed = Typed()
    assert fed(typed, f"{START}a\x1b") == []
    assert ticked(typed, PATIENCE_TICKS - 1) == []
    assert fed(typed, f"[31mb{END[:3]}") == []
    assert ticked(typed, PATIENCE_TICKS - 1) == []
    assert fed(typed, f"{END[3:]}q") == [pasted("a\x1b[31mb"), ("q", "q")]


def test_a_paste_that_never_ends_is_over_after_a_long_silence_and_keys_are_keys_again() -> None:
    typed = Typed()
    fed(typed, f"{START}half of it {END[:2]}")
    assert ticked(typed, PATIENCE_TICKS) == [pasted(f"half of it {END[:2]}")]
    assert ticked(typed, PATIENCE_TICKS) == []
    assert fed(typed, f"q{END}z{START}{COLOURED}{END}") == [
        ("q", "q"),
        ("z", "z"),
        pasted(COLOURED),
    ]


def test_a_paste_that_is_not_utf_8_is_left_out_whole_and_no_byte_of_it_is_a_key() -> None:
    sent = f"x{START}caf".encode() + b"\xe9 noir" + f"{END}y".encode()
    assert fed(Typed(), sent[:10], sent[10:]) == [("x", "x"), LEFT_OUT, ("y", "y")]


def test_keys_that_are_not_utf_8_are_left_out_and_the_next_ones_are_read() -> None:
    assert fed(Typed(), b"caf\xe9 noir", "é", "q") == [LEFT_OUT, ("é", "é"), ("q", "q")]
    assert fed(Typed(), b"\xe9", "c", "q") == [LEFT_OUT, ("q", "q")]


def test_a_paste_behind_keys_that_are_not_utf_8_comes_whole() -> None:
    sent = b"\xe9" + f"{START}{COLOURED}{END}q".encode()
    assert fed(Typed(), sent) == [LEFT_OUT, pasted(COLOURED), ("q", "q")]


def test_a_paste_of_megabytes_is_one_message() -> None:
    lines, times = "a line of a log\x1b[0m\n" * 200, 2500
    assert fed(Typed(), START, *[lines] * times, END) == [pasted(lines * times)]
