"""What the full screens share: help, leaving, and what is told in passing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual import events, on
from textual.notifications import SeverityLevel

from tui.app import passing
from tui.app.bindings import keyed
from tui.app.hearing import Hears
from tui.app.screens.confirm import LeaveScreen
from tui.app.screens.dead_keys import Result, SaysWhyNot
from tui.app.widgets.problem_line import ProblemLine, ProblemOpened
from tui.model.invocation import Key
from tui.model.problem import Problem, ProblemError
from tui.model.text import printable

if TYPE_CHECKING:
    from tui.engine.session import Engine

ASKING = "asking"
"""The group of the workers that wait for a person, in a screen that they have opened."""

KEEPING = "keeping"
"""The group of the workers that keep what is typed for as long as their screen is there."""


UNANSWERED = "What has no answer yet is lost: it cannot be asked for, and is charged for."

UPLOAD_ENDS = "The upload is cancelled then and nothing is sent; the draft is kept."

QUEUED = "What waits is kept; a program that is open sends it, unless the queue is paused."

GOES_ON = "{table.download} into the same folder goes on later with what came"
"""What is told of outputs that are saved no more."""

MOST_UNSEEN = 20
"""How many problems are kept to be looked at: a line that is gone may tell one for each row."""

ENDED_MEANWHILE = "not left: the upload had ended by then, and what was uploaded for is sent"


class WorkingScreen(Hears, SaysWhyNot[Result]):
    """A full screen.

    Of an action ``check_action`` says whether its key does anything now, ``why_not`` why it does
    nothing, and ``explains`` whether all that it does is to say that there is nothing to do.
    """

    awaited: Key | None = None
    """The invocation whose end the screen shows by itself."""

    is_uploading = False
    """Whether it uploads what is sent then; leaving ends it."""

    unseen: tuple[Problem, ...] = ()
    """What it told in passing and nobody has looked at, the newest first."""

    seen: tuple[Problem, ...] = ()
    """What of that was looked at last: it can be read once more."""

    HELP_NAME = ""
    """The screen's name in the registry of actions."""

    def on_compose(self) -> None:
        """Know the class of its width first: Textual adds it last, and styles all once more."""
        width = self.app.size.width
        fitting = [name for least, name in self.app.HORIZONTAL_BREAKPOINTS or () if least <= width]
        self.add_class(*fitting[-1:])

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Style nothing twice: all of it has just been mounted."""
        if not self.stack_updates:
            event.refresh_styles = False

    def on_screen_suspend(self) -> None:
        """Have nothing lie over what was opened since that can be told again."""
        if self in self.app.screen_stack:  # it was not closed, and what is told now is new
            passing.clear(self.app)

    @property
    def is_saving(self) -> bool:
        """Whether it saves outputs; leaving stops that, and what came stays."""
        return False

    def saves_for(self, engine: Engine) -> bool:
        """Whether it saves outputs of one of the contexts."""
        return False

    @property
    def unkept_answers(self) -> int:
        """How many answers would be lost with the program; the table knows of all."""
        return 0

    @property
    def queued(self) -> int:
        """How many wait here to be sent; the table knows of all."""
        return 0

    @property
    def help_name(self) -> str:
        """The same, for what the screen shows now."""
        return self.HELP_NAME

    def action_help(self) -> None:
        """Show the keys of this screen, from those on that are for what has the focus."""
        from tui.app.screens.help import HelpScreen

        heading = getattr(self.focused, "HELP_HEADING", "")
        self.app.push_screen(HelpScreen(self.help_name, heading))

    @property
    def standing(self) -> Problem | None:
        """What went wrong and stands on the screen."""
        standing = (line.problem for line in self.query(ProblemLine) if line.is_on_screen)
        return next(filter(None, standing), None)

    @property
    def troubles(self) -> tuple[Problem, ...]:
        """What was told and not looked at, and what stands there; without either, what was."""
        standing = self.standing
        others = () if standing is None or standing in self.unseen else (standing,)
        return (*self.unseen, *others) or self.seen

    def action_trouble(self) -> None:
        """Show in full what went wrong."""
        if problems := self.troubles:
            self.show_in_full(*problems)
        else:
            passing.tell(self.app, "nothing went wrong here so far")

    @on(ProblemOpened)
    def _problem_opened(self, message: ProblemOpened) -> None:
        self.show_in_full(message.problem)

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Say once in passing what nothing says again."""
        self.app.notify(printable(text), severity=severity, markup=False)

    def complain(self, problem: Problem, words: str = "") -> None:
        """Say what went wrong; from each screen that is open now it can be read in full.

        Args:
            problem: What.
            words: What is said of it, where that is other than its one line.
        """
        for screen in {self, *self.app.screen_stack}:
            if isinstance(screen, WorkingScreen):
                others = (each for each in screen.unseen if each != problem)
                screen.unseen = (problem, *others)[:MOST_UNSEEN]
        passing.tell(self.app, words or problem.one_line, "error")

    @contextmanager
    def complaining(self) -> Iterator[None]:
        """Say what goes wrong inside."""
        try:
            yield
        except ProblemError as error:
            self.complain(error.problem)

    def explains(self, action: str) -> bool:
        """Whether there is nothing here that an action is for, so that its key only says that."""
        return action == "trouble" and not self.troubles

    def show_in_full(self, *problems: Problem) -> None:
        """Show all that is known of problems, from the first on; they are looked at then."""
        from tui.app.screens.problem import ProblemScreen

        self.look_at(problems)
        pages = self.pages(problems)
        at = [each for _, each in pages].index(problems[0])
        self.app.push_screen(ProblemScreen(*pages, at=at))

    def pages(self, problems: Sequence[Problem]) -> list[tuple[str, Problem]]:
        """The problems to be shown, each with its context's name where that is to be told."""
        return [("", each) for each in problems]

    def look_at(self, problems: Collection[Problem]) -> None:
        """Have no screen that is open put them first any more: a person has them before them."""
        for screen in {self, *self.app.screen_stack}:
            if isinstance(screen, WorkingScreen):
                looked_at = tuple(each for each in screen.unseen if each in problems)
                screen.seen = looked_at or screen.seen
                screen.unseen = tuple(each for each in screen.unseen if each not in problems)

    async def keep(self) -> bool:
        """Keep what is typed, and return whether it is kept; most screens have nothing."""
        return True

    async def let_go(self) -> bool:
        """Whether what is typed may leave the screen."""
        return await self.keep()

    async def action_leave(self) -> None:
        """Leave the program; what is typed is kept."""
        if not await self.let_go():
            return
        is_uploading, lost = self.is_uploading, dict(self._lost())
        if not lost:
            self.app.exit(0)
            return

        def leave(is_agreed: bool | None) -> None:
            if is_agreed and is_uploading and not self.is_uploading:
                self.say(ENDED_MEANWHILE, "warning")
            elif is_agreed:
                self.app.exit(0)

        question = f"Leave while {next(iter(lost))}?"
        await self.app.push_screen(LeaveScreen(question, "\n".join(lost.values())), leave)

    def _lost(self) -> Iterator[tuple[str, str]]:
        """What leaving interrupts, the dearest first, and what becomes of it."""
        screens = [each for each in self.app.screen_stack if isinstance(each, WorkingScreen)]
        if waiting := sum(each.unkept_answers for each in screens):
            answers = "an answer is" if waiting == 1 else f"{waiting} answers are"
            yield f"{answers} waited for", UNANSWERED
        if any(screen.is_saving for screen in screens):
            yield "outputs are saved", keyed(f"Saving stops then; {GOES_ON}.")
        if self.is_uploading:
            yield "the input is uploaded", UPLOAD_ENDS
        if queued := sum(each.queued for each in screens):
            yield f"{queued:,} wait{'s' * (queued == 1)} to be sent", QUEUED
