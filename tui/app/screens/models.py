"""The model picker: every model that is known, with what it makes and needs; filtered by words."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from tui.app.bindings import MODELS, bindings
from tui.app.text import safe
from tui.app.widgets.field import PlainInput
from tui.app.widgets.line import Line
from tui.engine.session import Engine
from tui.model import model_list
from tui.model.form import ASYNC
from tui.model.model_list import ModelEntry
from tui.model.problem import Problem, problem_of
from tui.model.recent import recent_models
from tui.model.text import fit, printable

ASKED = "the account's own models are being asked for…"
ID_CELLS = 40
MAKES_CELLS = 10


class ModelScreen(ModalScreen[str | None]):
    """Chooses a model; dismissed with its id, with what was typed, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MODELS)
    AUTO_FOCUS = "#words"

    def __init__(self, engine: Engine, current: str, operation: str) -> None:
        """List the models.

        Args:
            engine: What it knows of them.
            current: The form's model.
            operation: The form's operation; models for it come first.
        """
        super().__init__()
        self._engine = engine
        self._current = current
        self._is_async = operation == ASYNC
        self._recent = recent_models(engine.board, is_waited_for=not self._is_async)
        self._known = self._entries()
        self._shown = self._known

    def compose(self) -> ComposeResult:
        """The words, the models, what is known of the one under the cursor, and the account."""
        with Vertical(id="models", classes="-tall"):
            yield Label("Models", markup=False, id="question")
            yield PlainInput(id="words", compact=True, placeholder="words, or any id or ARN")
            listing = OptionList(*map(self._option, self._shown), markup=False, compact=True)
            listing.can_focus = False  # the letters go to the words
            yield listing
            yield Line(id="about")
            yield Line(id="account", classes="hint", hides_when_empty=True)
            yield Label("↑ ↓ move   ⏎ choose   esc cancel", markup=False, classes="hint")

    def on_mount(self) -> None:
        """Start on the model that is in the form, and ask for the account's own."""
        ids = [entry.model_id for entry in self._shown]
        self._listing.highlighted = ids.index(self._current) if self._current in ids else 0
        if self._engine.offers.listed is None:
            self._say_account(ASKED)
            self._ask()

    def action_move(self, how: str) -> None:
        """Move the cursor in the list, while the words keep the focus."""
        getattr(self._listing, f"action_{how}")()

    @on(Input.Changed, "#words")
    def _filter(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    @on(Input.Submitted, "#words")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if chosen := (self._highlighted.model_id if self._highlighted else event.value.strip()):
            self.dismiss(chosen)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index].model_id)

    @on(OptionList.OptionHighlighted)
    def _describe(self) -> None:
        entry = self._highlighted
        self.query_one("#about", Line).say(
            _about(entry) if entry else self._about_typed(), keep_lines=True
        )

    @work(exit_on_error=False)
    async def _ask(self) -> None:
        try:
            await self._engine.offers.models()
        except Exception as error:
            self._say_account(_not_shown(problem_of(error)))
            return
        self._say_account("")
        self._known = self._entries()
        self._show()

    def _entries(self) -> list[ModelEntry]:
        found = self._engine.offers.listed
        now = self._engine.clock()
        return model_list.entries(self._recent, found, now, is_async=self._is_async)

    @property
    def _listing(self) -> OptionList:
        return self.query_one(OptionList)

    @property
    def _highlighted(self) -> ModelEntry | None:
        index = self._listing.highlighted
        return None if index is None or index >= len(self._shown) else self._shown[index]

    def _show(self) -> None:
        """Show the entries that the words keep; lines that stay where they are do not move."""
        held, listing = self._highlighted, self._listing
        before = [entry.model_id for entry in self._shown]
        self._shown = model_list.matching(self._known, self.query_one("#words", Input).value)
        ids = [entry.model_id for entry in self._shown]
        if before and ids[: len(before)] == before:
            for index, entry in enumerate(self._shown[: len(before)]):
                listing.replace_option_prompt_at_index(index, self._line(entry))
            listing.add_options(map(self._option, self._shown[len(before) :]))
        else:
            listing.clear_options()
            listing.add_options(map(self._option, self._shown))
            place = ids.index(held.model_id) if held and held.model_id in ids else 0
            listing.highlighted = place if ids else None
        self._describe()

    def _option(self, entry: ModelEntry) -> Option:
        return Option(self._line(entry))

    def _line(self, entry: ModelEntry) -> Content:
        makes = entry.does.partition(" from ")[0]
        is_other = entry.is_async is False if self._is_async else entry.is_async_only
        only = "InvokeModel only" if entry.is_async is False else ""
        marks = ["recent" if entry.is_recent else "", entry.lifecycle]
        marks += ["StartAsyncInvoke only" if entry.is_async_only and is_other else only]
        marks += ["not listed" if entry.is_listed is False else ""]
        words = printable(" · ".join(filter(None, marks)))
        style = "$text-warning" if entry.lifecycle or is_other else ""
        return (
            safe(f"{fit(printable(entry.model_id), ID_CELLS)} ", keep_lines=False)
            + safe(f"{fit(printable(makes), MAKES_CELLS)} ", "$foreground-muted", keep_lines=False)
            + safe(words, style, keep_lines=False)
        )

    def _about_typed(self) -> str:
        typed = self.query_one("#words", Input).value.strip()
        doubts = [f"not {fault.expected}" for fault in self._engine.offers.warnings(typed)]
        return "\n".join([f"⏎ takes {typed} as it is", *doubts])

    def _say_account(self, text: str) -> None:
        self.query_one("#account", Line).say(text)


def _about(entry: ModelEntry) -> str:
    takes = "takes StartAsyncInvoke" if entry.is_async else ""
    lines = [entry.title or entry.model_id, entry.does]
    lines += [" · ".join(filter(None, (takes, entry.remark)))]
    return "\n".join(filter(None, lines))


def _not_shown(problem: Problem) -> str:
    if problem.kind == "AccessDeniedException":
        return "the account's own are not shown: no bedrock:ListFoundationModels"
    return f"the account's own are not shown: {problem.one_line}"
