from __future__ import annotations

import pyte
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyte.screens import Char
from rich.cells import cell_len
from rich.control import Control
from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import DataTable, Input, Label, TextArea

from tui.app.shadow import SYNC_END, SYNC_START, Shadow

COLUMNS, ROWS = 12, 5
STYLES = ["", "1", "3;31", "7", "4;38;2;1;2;3", "1;4;48;5;99", "38;5;7;48;2;9;8;7", "2;9;97;101"]
DOUBTFUL = ["❤️", "👩‍🚀", "\ue0b0", "🇩🇪", "👍🏽", "☝︎"]
KITTY = "\x1b_Ga=T,f=24,s=1,v=1;/////w==\x1b\\"
SIXEL = '\x1bP0;1;0q"1;1;4;6#0;2;9;9;9#0!4~-\x1b\\'
IN_TMUX = "\x1bPtmux;\x1b\x1b_Ga=d\x1b\x1b\\\x1b\x1b_Ga=T;//8=\x1b\x1b\\\x1b\\"


class Terminal(pyte.Screen):
    """An xterm without autowrap. Unlike pyte's own, cutting a wide character leaves a blank.

    Attributes:
        doubtful: The width it takes the characters for that terminals disagree on.
    """

    doubtful = 0

    def draw(self, data: str) -> None:
        for code in data:
            width = self._width(code)
            line = self.buffer[self.cursor.y]
            if not width:
                before = max(self.cursor.x - 1, 0)
                before -= line[before].data == "" and before > 0
                line[before] = line[before]._replace(data=line[before].data + code)
                continue
            x = max(0, min(self.cursor.x, self.columns - width))
            after = x + width
            if line[x].data == "" and x:
                line[x - 1] = line[x - 1]._replace(data=" ")
            if after < self.columns and line[after].data == "":
                line[after] = line[after]._replace(data=" ")
            line[x] = self.cursor.attrs._replace(data=code)
            if width == 2 and after <= self.columns:
                line[x + 1] = self.cursor.attrs._replace(data="")
            self.cursor.x = after

    def _width(self, code: str) -> int:
        if self.doubtful and any(code == doubtful[0] for doubtful in DOUBTFUL):
            return self.doubtful
        return cell_len(code)


class Pair:
    """A terminal that gets the stream as it is, and one behind a shadow."""

    def __init__(self, columns: int = COLUMNS, rows: int = ROWS) -> None:
        self.plain, self.shadowed = Terminal(columns, rows), Terminal(columns, rows)
        self._streams = pyte.Stream(self.plain), pyte.Stream(self.shadowed)
        self._shadow = Shadow(columns, rows)

    def feed(self, data: str) -> str:
        sent = self._shadow.feed(data)
        self._streams[0].feed(data)
        self._streams[1].feed(sent)
        return sent

    def resize(self, columns: int, rows: int) -> None:
        for terminal in (self.plain, self.shadowed):
            terminal.resize(rows, columns)
        self._shadow.resize(columns, rows)

    def assert_equal(self) -> None:
        assert cells(self.shadowed) == cells(self.plain)
        assert self.shadowed.cursor.hidden == self.plain.cursor.hidden
        x = min(self.plain.cursor.x, self.plain.columns - 1)
        assert (self.shadowed.cursor.x, self.shadowed.cursor.y) == (x, self.plain.cursor.y)


def cells(terminal: pyte.Screen) -> list[list[Char]]:
    return [[terminal.buffer[y][x] for x in range(terminal.columns)] for y in range(terminal.lines)]


def at(row: int, column: int, text: str = "") -> str:
    return f"\x1b[{row + 1};{column + 1}H{text}"


def styled(style: str, text: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if style and text else text


letters = st.text(st.sampled_from("aab  .─é世界🎈"), max_size=COLUMNS)
segments = st.builds(styled, st.sampled_from(STYLES), letters)
combined = st.sampled_from(["e\u0301", "a\u0308b"]).map(lambda text: styled("3;31", text))


@st.composite
def strips(draw: st.DrawFn) -> str:
    place = at(draw(st.integers(0, ROWS - 1)), draw(st.integers(0, COLUMNS - 1)))
    return place + "".join(draw(st.lists(segments | combined, max_size=4)))


@st.composite
def layouts(draw: st.DrawFn) -> str:
    lines = []
    for row in range(ROWS):
        text = draw(st.text(st.sampled_from("ab ─"), min_size=COLUMNS, max_size=COLUMNS))
        cut = draw(st.integers(0, COLUMNS))
        style, other = draw(st.tuples(st.sampled_from(STYLES), st.sampled_from(STYLES)))
        lines.append(at(row, 0) + styled(style, text[:cut]) + styled(other, text[cut:]))
    return "\n".join(lines)


@st.composite
def rectangles(draw: st.DrawFn) -> str:
    left, top = draw(st.integers(0, COLUMNS - 1)), draw(st.integers(0, ROWS - 1))
    width, height = draw(st.integers(1, COLUMNS - left)), draw(st.integers(1, ROWS - top))
    text = styled(draw(st.sampled_from(STYLES)), draw(st.sampled_from("x ")) * width)
    return "\n".join(at(row, left, text) for row in range(top, top + height))


@st.composite
def frames(draw: st.DrawFn) -> list[str]:
    body = draw(layouts() | rectangles() | st.lists(strips(), min_size=1, max_size=4).map("".join))
    body += at(draw(st.integers(0, ROWS - 1)), draw(st.integers(0, COLUMNS - 1)))
    return [SYNC_START, body, SYNC_END] if draw(st.booleans()) else [body]


passing = st.sampled_from(
    [
        "\x07",
        "\x1b[?25l",
        "\x1b[?25h",
        "\x1b[2J",
        "\x1b[1;3H\x1b[K",  # behind a full line, terminals differ in what it erases
        "\x1b[2;3H\x1b[1J",
        "\x1b[3;1H\x1b[2L",
        "\x1b[2;2H\x1b[3P",
        "\x1b[2;4r",
        "\x1b[4;3H\n",
        "\x1b[1;2H\x1b[31mred\x1b7\x1b[0m\x1b[4;4H\x1b8red\x1b[m",
        "\x1b[1A\x1b[3Cup",
        "\x1b[1mbold\x1b[22mnot\x1b[7;39mreverse\x1b[27;49m",
        "\r\tafter",
        "\x1b]52;c;YQ==\x07",
        "\x1b[5;12Hxyz",
        "\x1b[99;99H*",
    ]
)
sizes = st.tuples(st.integers(1, COLUMNS + 2), st.integers(1, ROWS + 2))


@st.composite
def writes(draw: st.DrawFn) -> list[str]:
    """A frame or something else, in the pieces that are written."""
    pieces = draw(frames() | passing.map(lambda text: [text]))
    cut = draw(st.none() | st.integers(0, 60))
    return pieces if cut is None else [p for piece in pieces for p in (piece[:cut], piece[cut:])]


@settings(max_examples=250, deadline=None)
@given(st.lists(writes() | sizes, max_size=8))
@example([["\x1b[1;1H世界"], ["\x1b[1;2Ha\x1b[1;1H"]])
@example([["\x1b[1;1Hxyz"], ["\x1b[1;1H世\x1b[1;2Ha\x1b[1;1H"]])
@example([["\x1b[1;1H世bc"], ["\x1b[1;1Ha\x1b[1;3Hx"]])
@example([["\x1b[1;3Hx"], ["\x1b[1;1Ha\x1b[1;4Hb"]])
def test_the_screen_is_what_the_whole_stream_makes_it(
    happened: list[list[str] | tuple[int, int]],
) -> None:
    pair = Pair()
    for step in happened:
        if isinstance(step, tuple):
            pair.resize(*step)
            continue
        for data in step:
            pair.feed(data)
        assert cells(pair.shadowed) == cells(pair.plain)
        if step[-1].endswith("H"):
            pair.assert_equal()
    pair.feed("\x1b[1;1H")
    pair.assert_equal()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, ROWS - 1), st.lists(st.sampled_from(["a", "b", "世", *DOUBTFUL])))
    ),
    st.integers(1, 2),
)
def test_what_stands_beside_a_character_of_doubtful_width_is_in_place(
    lines: list[tuple[int, list[str]]], opinion: int
) -> None:
    shadow, terminal = Shadow(COLUMNS, ROWS), Terminal(COLUMNS, ROWS)
    terminal.doubtful = opinion
    stream = pyte.Stream(terminal)
    for row, characters in lines:
        text = "".join(characters)
        while cell_len(text) >= COLUMNS:  # where the line ends, no move can help
            characters.pop()
            text = "".join(characters)
        stream.feed(shadow.feed(at(row, 0, text + " " * (COLUMNS - cell_len(text)))))
        column = 0
        for character in characters:
            if character not in DOUBTFUL:
                assert terminal.buffer[row][column].data == character
            column += cell_len(character)
        assert all(terminal.buffer[row][x].data == " " for x in range(column, COLUMNS))


class Sampler(App[None]):
    """Keeps every frame that Textual would write, as the stream that it would be."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[str] = []

    def compose(self) -> ComposeResult:
        yield Label("[b]bold[/b] [i]italic[/i] [u link='https://a.example/']link[/] 世界 🎈")
        yield Input("typed", id="input")
        with Horizontal():
            yield DataTable(id="table")
            yield TextArea('{"a": [1, 2, 3]}')

    def on_mount(self) -> None:
        table = self.query_one("#table", DataTable)
        table.add_columns("status", "target")
        table.add_rows([(f"row {number}", "世界" * (number % 3)) for number in range(40)])

    def _display(self, screen: Screen[object], renderable: object) -> None:
        if isinstance(renderable, CompositorUpdate):
            cursor = Control.move_to(*self.cursor_position).segment.text
            self.frames.append(renderable.render_segments(self.console) + cursor)


@pytest.mark.parametrize("size", [(80, 24), (33, 9)], ids=str)
async def test_textual_s_own_frames_come_out_the_same_in_fewer_bytes(size: tuple[int, int]) -> None:
    app = Sampler()
    async with app.run_test(size=size) as pilot:
        for key in (
            "x",
            "backspace",
            "tab",
            "down",
            "down",
            "pagedown",
            "end",
            "tab",
            "a",
            "enter",
        ):
            await pilot.press(key)
        app.theme = "textual-light"
        await pilot.pause()
    pair = Pair(*size)
    sent = 0
    for frame in app.frames:
        sent += len(pair.feed(frame))
        pair.assert_equal()
    assert len(app.frames) > 8
    assert sent < sum(map(len, app.frames)) / 2


def test_an_unchanged_frame_sends_nothing() -> None:
    shadow = Shadow(COLUMNS, ROWS)
    frame = at(0, 0, styled("1;31", "one")) + "\n" + at(1, 0, "世界") + at(2, 2)
    assert shadow.feed(frame)
    assert shadow.feed(frame) == ""
    assert [shadow.feed(piece) for piece in (SYNC_START, frame, SYNC_END)] == ["", "", ""]


def test_one_changed_cell_costs_a_move_the_cell_and_a_move_back() -> None:
    shadow = Shadow(80, 24)
    line = styled("38;2;200;210;220;48;2;10;20;30", "x" * 80)
    shadow.feed("\n".join(at(row, 0, line) for row in range(24)) + at(23, 79))
    changed = line.replace("x" * 80, "x" * 40 + "y" + "x" * 39)
    assert shadow.feed(at(11, 0, changed) + at(23, 79)) == "\x1b[12;41Hy\x1b[24;80H"


def test_a_synchronized_update_is_sent_whole_at_its_end() -> None:
    shadow = Shadow(COLUMNS, ROWS)
    assert shadow.feed(SYNC_START) == ""
    assert shadow.feed(at(0, 0, "ab") + at(0, 0)) == ""
    assert shadow.feed(SYNC_END) == f"{SYNC_START}\x1b[1H\x1b[mab\x1b[1H{SYNC_END}"


def test_a_short_gap_is_written_again_rather_than_leapt_over() -> None:
    shadow = Shadow(COLUMNS, ROWS)
    shadow.feed(at(0, 0, "a--a-----a") + at(1, 0))
    assert shadow.feed(at(0, 0, "b--b-----b") + at(1, 0)) == "\x1b[1Hb--b\x1b[5Cb\x1b[2H"


def test_the_end_of_a_line_is_erased_in_the_default_background_only() -> None:
    shadow = Shadow(40, ROWS)
    shadow.feed(at(0, 0, "x" * 40) + at(1, 0, "x" * 40) + at(2, 0))
    assert shadow.feed(at(0, 1, " " * 39) + at(2, 0)) == "\x1b[1;2H\x1b[K\x1b[3H"
    assert " " * 39 in shadow.feed(at(1, 1, styled("44", " " * 39)) + at(2, 0))


def test_after_the_last_column_the_cursor_is_placed_anew() -> None:
    shadow = Shadow(4, 2)
    assert shadow.feed(at(0, 0, "abcd") + "\n" + at(1, 0, "efgh") + at(0, 3)) == (
        "\x1b[1H\x1b[mabcd\x1b[2Hefgh\x1b[1;4H"
    )


@pytest.mark.parametrize("image", [KITTY, SIXEL, IN_TMUX, "\x1b]1337;File=inline=1:AA==\x07"])
def test_an_image_passes_untouched_where_it_belongs_and_all_is_painted_after_it(image: str) -> None:
    shadow = Shadow(COLUMNS, ROWS)
    frame = at(0, 0, "one") + at(1, 0, styled("1", "two")) + at(4, 0)
    shadow.feed(frame)
    sent = shadow.feed(at(0, 0, "ONE") + at(2, 3) + image + at(4, 0))
    assert sent == f"\x1b[1HONE\x1b[3;4H{image}\x1b[5H".replace("ONE", "\x1b[mONE")
    again = shadow.feed(frame)
    assert "one" in again
    assert "two" in again


def test_a_sequence_in_two_pieces_is_sent_in_one() -> None:
    shadow = Shadow(COLUMNS, ROWS)
    assert shadow.feed("\x1b]52;c;YW") == ""
    assert shadow.feed("Jj\x07") == "\x1b]52;c;YWJj\x07"


def test_a_resized_screen_is_painted_whole() -> None:
    shadow = Shadow(COLUMNS, ROWS)
    frame = at(0, 0, "one") + at(1, 0)
    shadow.feed(frame)
    shadow.resize(COLUMNS, ROWS)
    assert "one" in shadow.feed(frame)


def test_a_link_is_opened_and_closed_around_its_text() -> None:
    shadow = Shadow(COLUMNS, ROWS)
    link = "\x1b]8;id=1;https://a.example/\x1b\\"
    shadow.feed(at(0, 0, "a") + at(1, 0))
    sent = shadow.feed(at(0, 0, f"a{link}here\x1b]8;;\x1b\\b") + at(1, 0))
    assert sent == f"\x1b[1;2H{link}here\x1b]8;;\x1b\\b\x1b[2H"


def test_a_changed_line_is_written_again_from_its_first_doubtful_character_on() -> None:
    shadow = Shadow(COLUMNS, ROWS)
    shadow.feed(at(0, 0, "ab\ue0b0cd") + at(1, 0))
    assert shadow.feed(at(0, 0, "xb\ue0b0cd") + at(1, 0)) == "\x1b[1Hx\x1b[2H"
    sent = shadow.feed(at(0, 0, "xb\ue0b0cz") + at(1, 0))
    assert sent == "\x1b[1;3H \x1b[1;3H\ue0b0\x1b[1;4Hcz\x1b[2H"


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (1, 1)])
def test_a_terminal_without_room_takes_a_frame(size: tuple[int, int]) -> None:
    assert "abc" in Shadow(*size).feed("\n".join(at(row, 0, "abc") for row in range(3)))
