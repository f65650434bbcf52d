"""The keys of a screen as they are now, out of the registry; words find those of all screens."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.app.bindings import bindings, current, key_of, written
from tui.app.widgets.ask_line import AskLine
from tui.app.widgets.line import Line
from tui.model.action import Action
from tui.model.actions import FORMS, SCREENS
from tui.model.dialog_actions import HELP_KEYS
from tui.model.text import fit

MOST_KEY_CELLS = 14
"""What the keys have of a line, at most; in a narrow terminal, a third of it."""

OTHERS = ("main", "form", "viewer", "many", "doctor")
"""The screens whose keys are found, too, once words are looked for."""


class HelpScreen(ModalScreen[None]):
    """Shows what the keys of one screen do."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(HELP_KEYS)

    def __init__(self, screen: str, heading: str = "") -> None:
        """Show the keys.

        Args:
            screen: Of which screen.
            heading: Which of its headings comes first, if it has it.
        """
        super().__init__()
        self._own = sorted(SCREENS[screen], key=lambda group: group[0] != heading)
        own = {action.id for _, actions in self._own for action in actions}
        self._others = [
            (f"{group} (on another screen)", [each for each in actions if each.id not in own])
            for name in OTHERS
            if not {name, screen} <= FORMS.keys()
            for group, actions in SCREENS[name]
        ]

    def compose(self) -> ComposeResult:
        """A heading and a table of keys for each group, and what finds them."""
        with Vertical(id="help"):
            with VerticalScroll(can_focus=True):
                yield Static(markup=False, id="keys")
            yield AskLine(key_of("help.find"), "words of what a key does", id="find")
            keys = f"{key_of('help.find')} find   {key_of('dialog.close')} back"
            yield Line(keys, classes="hint")

    def on_mount(self) -> None:
        """Begin with the keys."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self.call_after_refresh(self._fill)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Have the letters go to the words while these are typed."""
        return action != "find" or not self.query_one(AskLine).is_typed

    def action_find(self) -> None:
        """Type words."""
        self.query_one(AskLine).open()

    async def action_dismiss(self, result: None = None) -> None:
        """Step back: from the words, from the help."""
        find = self.query_one(AskLine)
        if find.display:
            find.clear()
            self.query_one(VerticalScroll).focus()
        else:
            self.dismiss(result)

    @on(AskLine.Asked)
    def _asked(self) -> None:
        self._fill()
        self.query_one(VerticalScroll).scroll_home(animate=False)

    @on(AskLine.Accepted)
    def _accepted(self) -> None:
        self.query_one(VerticalScroll).focus()

    def _fill(self) -> None:
        """Show what the words keep."""
        words = self.query_one(AskLine).text.casefold().split()
        width = self.query_one("#keys", Static).size.width
        lines: list[Content] = []
        for heading, actions in [*self._own, *(self._others if words else ())]:
            kept = [each for each in _first_of_each_id(actions) if _has(each, words)]
            if kept:
                lines += [Content("")] if lines else []
                lines += [Content.styled(heading, "bold $text-accent")]
                lines += [Content(line) for each in kept for line in _laid_out(each, width)]
        self.query_one("#keys", Static).update(
            Content("\n").join(lines) if lines else Content("no key does that")
        )


def _first_of_each_id(actions: Sequence[Action]) -> Sequence[Action]:
    """One line for each: a key that logs in, or only says what would, is one to a person."""
    found: dict[str, Action] = {}
    for action in actions:
        found.setdefault(action.id, action)
    return [*found.values()]


def _keys(action: Action) -> str:
    """The keys of now, as few cells as they take."""
    return written(*current().keys(action)) or "–"


def _has(action: Action, words: Sequence[str]) -> bool:
    """Whether all words are in what it does or in its keys, as they are written or named."""
    names = " ".join(current().keys(action))
    searched = f"{_keys(action)} {names} {action.label} {action.help} {action.id}".casefold()
    return all(word in searched for word in words)


def _laid_out(action: Action, width: int) -> Iterator[str]:
    """A line for the keys and what they do, or as many as it takes."""
    room = min(MOST_KEY_CELLS, max(width // 3, 1))
    keys = _keys(action)
    text = textwrap.wrap(action.help, max(width - room - 3, 1)) or [""]
    if len(keys) > room:
        yield f"  {keys}"
        keys = ""
    yield f"  {fit(keys, room)} {text[0]}"
    yield from (f"  {'':{room}} {line}" for line in text[1:])
