"""A list to choose a name from, filtered by words; one that it does not hold is its last line.

What stands in the list, and who is asked for more, is said by those that are made of it.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from tui.app.bindings import bindings, keyed
from tui.app.hearing import Hears
from tui.app.text import safe
from tui.app.widgets.field import PlainInput
from tui.app.widgets.line import Line
from tui.model.dialog_actions import MODELS
from tui.model.problem import Problem, problem_of

Entry = TypeVar("Entry")

NAME_CELLS = 40


class PickerScreen(Hears, ModalScreen["str | None"], Generic[Entry]):
    """Chooses a name; dismissed with it, with what was typed, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MODELS)
    AUTO_FOCUS = "#words"

    HEADING = ""
    HINT = ""
    ASKED = ""
    """What to say while the account is asked."""
    KEYS = "{list.up} {list.down} move   {enter} choose   {dialog.close} cancel"
    """What the keys do, in the last line."""
    IS_BEST_FIRST = False
    """Whether the cursor goes to what fits the words best, and that stands on top."""

    def __init__(self, current: str) -> None:
        """List what is known.

        Args:
            current: The name in the form.
        """
        super().__init__()
        self._current = current
        self._known = self.entries()
        self._shown = self._known

    @abstractmethod
    def entries(self) -> list[Entry]:
        """What is known by now, in its order."""

    @abstractmethod
    def matching(self, known: Sequence[Entry], words: str) -> list[Entry]:
        """The entries that the words keep."""

    @abstractmethod
    def name_of(self, entry: Entry) -> str:
        """The name that an entry stands for."""

    @abstractmethod
    def line(self, entry: Entry) -> Content:
        """An entry as it stands in the list."""

    @abstractmethod
    def about(self, entry: Entry) -> str:
        """What is known of an entry, in three lines at most."""

    @abstractmethod
    def about_typed(self, name: str) -> str:
        """What is known of a name that the list does not hold."""

    @abstractmethod
    async def ask(self) -> None:
        """Ask the account.

        Raises:
            ProblemError: AWS refused or could not be reached.
        """

    @abstractmethod
    def refused(self, problem: Problem) -> str:
        """Why the account's own are not there."""

    @property
    def is_asked(self) -> bool:
        """Whether the account has said what it has."""
        return False

    def compose(self) -> ComposeResult:
        """The words, the list, what is known of the one under the cursor, and the account."""
        with Vertical(id="models", classes="-tall"):
            yield Label(self.HEADING, markup=False, id="question")
            yield PlainInput(id="words", compact=True, placeholder=self.HINT)
            listing = OptionList(*map(self._option, self._shown), markup=False, compact=True)
            listing.can_focus = False  # the letters go to the words
            yield listing
            yield Line(id="about")
            yield Line(id="account", classes="hint", hides_when_empty=True)
            yield Label(keyed(self.KEYS), markup=False, classes="hint")

    def on_mount(self) -> None:
        """Start on the name that is in the form, and ask for the account's own."""
        names = list(map(self.name_of, self._shown))
        place = names.index(self._current) if self._current in names else 0
        self._listing.highlighted = place if names else None
        self._describe()
        if not self.is_asked:
            self._say_account(self.ASKED)
            self._ask()

    def action_move(self, how: str) -> None:
        """Move the cursor in the list, while the words keep the focus."""
        getattr(self._listing, f"action_{how}")()

    @on(Input.Changed, "#words")
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        before = self._shown
        self._show()
        names = list(map(self.name_of, self._shown))
        if (typed := self._words.value.strip()) in names:
            self._listing.highlighted = names.index(typed)
        elif names and (self.IS_BEST_FIRST or not before):
            self._listing.highlighted = 0

    @on(Input.Submitted, "#words")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        entry = self._highlighted
        if chosen := (self.name_of(entry) if entry is not None else event.value.strip()):
            self.dismiss(chosen)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id or self._words.value.strip())

    @on(OptionList.OptionHighlighted)
    def _describe(self) -> None:
        entry, typed = self._highlighted, self._words.value.strip()
        told = self.about(entry) if entry is not None else self.about_typed(typed)
        if typed and not self._listing.option_count:
            told = f"nothing matches\n{told}"
        self.query_one("#about", Line).say(told, keep_lines=True)

    @work(exit_on_error=False)
    async def _ask(self) -> None:
        try:
            await self.ask()
        except Exception as error:
            self._say_account(self.refused(problem_of(error)))
            return
        self._say_account("")
        self._known = self.entries()
        self._show()

    @property
    def _words(self) -> Input:
        return self.query_one("#words", Input)

    @property
    def _listing(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _highlighted(self) -> Entry | None:
        index = self._listing.highlighted
        return None if index is None or index >= len(self._shown) else self._shown[index]

    def _show(self) -> None:
        """Show the entries that the words keep; lines that stay where they are do not move."""
        held, listing = self._highlighted, self._listing
        before = list(map(self.name_of, self._shown))
        has_typed = listing.option_count > len(before)
        is_typed_chosen = has_typed and listing.highlighted == len(before)
        if has_typed:
            listing.remove_option_at_index(len(before))
        self._shown = self.matching(self._known, self._words.value)
        names = list(map(self.name_of, self._shown))
        if before and names[: len(before)] == before:
            for index, entry in enumerate(self._shown[: len(before)]):
                listing.replace_option_prompt_at_index(index, self.line(entry))
            listing.add_options(map(self._option, self._shown[len(before) :]))
        else:
            listing.clear_options()
            listing.add_options(map(self._option, self._shown))
            name = self.name_of(held) if held is not None else self._current
            listing.highlighted = (names.index(name) if name in names else 0) if names else None
        typed = self._words.value.strip()
        if typed and typed not in names and " " not in typed:
            listing.add_option(Option(safe(f"{typed}  (as it is typed)", keep_lines=False)))
            if is_typed_chosen or not names:
                listing.highlighted = len(names)
        elif is_typed_chosen and typed in names:
            listing.highlighted = names.index(typed)
        self._describe()

    def _option(self, entry: Entry) -> Option:
        return Option(self.line(entry), id=self.name_of(entry))

    def _say_account(self, text: str) -> None:
        self.query_one("#account", Line).say(text)
