"""The screen's wiring: engine, theme, first screen, help and quitting. It decides nothing."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.theme import Theme

from tui import log
from tui.app import attention, chosen_theme, clipboard, notice
from tui.app.attention import Attention
from tui.app.bindings import bindings, keyed, use, written
from tui.app.driver import fitting_driver
from tui.app.hearing import Hears
from tui.app.lending import lent
from tui.app.screens.confirm import LeaveScreen
from tui.app.screens.main import MainScreen
from tui.app.screens.working import WorkingScreen
from tui.app.signing_in import asker
from tui.app.themes import DARK, OURS, fitted
from tui.app.typed_ahead import Followed, TypedAhead
from tui.engine.contexts import Contexts
from tui.engine.loop import run
from tui.engine.ticking import Heard, Missed
from tui.model.actions import PALETTE
from tui.model.invocation import Key
from tui.model.keymap import Keymap
from tui.model.problem import Problem, ProblemError
from tui.model.text import printable

if TYPE_CHECKING:
    from textual.command import Provider

    from tui.app.palette import Offer

TERMINAL_SECONDS = 2.0
"""How often to look whether the terminal is still there."""

DETACHED_SECONDS = 30.0
"""How often to look whether any terminal shows the tmux session that we are in."""

GATHER_SECONDS = 0.5
"""How long what has ended waits for more: a page of a list is learnt in several slices."""

REPORT_SECONDS = 3.0
"""How long what has ended waits for the reports on its parts."""

NO_TERMINAL = Problem(
    kind="NoTerminal",
    message="in a browser there is no terminal that another program could have",
    remedy="run asyncinvoke in a terminal for that, or save to a file here",
)

HUNG_UP = 128 + signal.SIGHUP


def _offers() -> type[Provider]:
    """What fills the palette; imported when it is opened."""
    from tui.app.palette import Offers

    return Offers


class AsyncInvokeApp(Hears, App[int]):
    """The program on a terminal."""

    TITLE = "asyncinvoke"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[Callable[[], type[Provider]]]] = {_offers}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = bindings((PALETTE,))

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(driver_class=fitting_driver(contexts.settings.few_bytes, os.environ))
        self._contexts = contexts
        self._attention = Attention()
        self.typed_ahead = TypedAhead(self, super().on_event)
        keymap = Keymap(contexts.settings.changed_keys)
        self.set_keymap(keymap.for_textual)
        use(keymap)
        contexts.ask_with(asker(self))
        self.palette_offers: list[Offer] = []
        self._is_paused_unseen = False
        self._ended: set[Key] = set()
        self.animation_level = "none"  # over SSH every frame costs kilobytes
        for theme in OURS:
            self.register_theme(theme)
        choices, configured = contexts.ledger.choices, contexts.settings.theme
        self._theme_wanted = chosen_theme.theme_to_begin_with(choices, configured)
        self.theme = (
            self._theme_wanted if self._theme_wanted in self.available_themes else DARK.name
        )

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours; texts are such as a terminal tells apart, and a person reads."""
        colours = "truecolor" if self.is_headless else self.console.color_system
        return fitted(self.current_theme, super().get_css_variables(), colours)

    def get_key_display(self, binding: Binding) -> str:
        """A key as every text writes it."""
        return written(binding.key)

    def _theme_changed(self, theme: Theme) -> None:
        if theme.name != self._theme_wanted:
            self._theme_wanted = theme.name
            self._remember_theme(theme.name)

    @work(exclusive=True, group="theme", exit_on_error=False)
    async def _remember_theme(self, name: str) -> None:
        """Begin with it the next time."""
        contexts = self._contexts
        try:
            await chosen_theme.remember(contexts.ledger.choices, name, contexts.settings.theme)
        except ProblemError as error:
            text = f"the theme is not kept: {error.problem.one_line}"
            self.notify(printable(text), severity="warning", markup=False)

    @classmethod
    def open(cls, begin: Callable[[], Contexts]) -> int:
        """Run the program until it is left, and return its exit code.

        Args:
            begin: Opens the contexts to begin with.

        Raises:
            LedgerError: The ledger cannot be used.
        """

        async def work() -> int:
            contexts = begin()
            app = cls(contexts)
            try:
                code = await app.run_async(mouse=contexts.settings.mouse) or 0
                if code == HUNG_UP:
                    _let_go_of_terminal()
                return app.return_code or code
            finally:
                await contexts.close()

        return run(work())

    def on_mount(self) -> None:
        """Leave in order when told to, and when the terminal is gone."""
        if self._theme_wanted not in self.available_themes:
            text = f"there is no theme {self._theme_wanted!r}: this is {DARK.name}"
            self.notify(printable(text), severity="warning", markup=False)
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self._contexts.subscribe(self._on_news)
        self._listen_to_log(asyncio.get_running_loop())
        if self.is_headless:
            return
        self._listen()
        # What Textual paints after ctrl+z and fg is what it thinks has changed.
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.set_interval(TERMINAL_SECONDS, self._watch_terminal)
        self.set_interval(DETACHED_SECONDS, self._watch_tmux)

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, self._on_signal, number)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Lend the terminal to another program, if there is one to lend.

        AWS is asked nothing meanwhile, in no context: nobody sees the answer.

        Raises:
            ProblemError: The screen is in a browser.
        """
        if self.is_web:
            raise ProblemError(NO_TERMINAL)
        is_ours = not self._contexts.is_paused
        if is_ours:
            self._contexts.pause(True)
        try:
            if self.is_headless:
                yield
                return
            with lent(self, super().suspend()):
                yield
        finally:
            if is_ours:
                self._contexts.pause(False)
            if not self.is_headless:
                self._listen()

    async def action_quit(self) -> None:
        """Leave as the screen leaves, whatever lies over it: a form keeps its draft."""
        if isinstance(self.screen, LeaveScreen):
            return
        screens = [screen for screen in self.screen_stack if isinstance(screen, WorkingScreen)]
        await screens[-1].action_leave()

    def action_help_quit(self) -> None:
        """Say what quits: ctrl+c does not, for it copies what is selected and cancels a wait."""
        self.notify(keyed("{app.quit} quits"), markup=False)

    def on_unmount(self) -> None:
        """Show no more of the log: who comes next hears of it."""
        log.listen(None)

    def _listen_to_log(self, loop: asyncio.AbstractEventLoop) -> None:
        """Show what there is to say of the log, which is written in a thread of its own."""

        def show(text: str) -> None:
            self.notify(printable(text), severity="warning", timeout=10, markup=False)

        def hear(text: str) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(show, text)

        log.listen(hear)

    def _handle_exception(self, error: Exception) -> None:
        """Write down what ends the program, then have Textual show it."""
        log.fault(error)
        super()._handle_exception(error)

    def _on_signal(self, number: signal.Signals) -> None:
        self.run_worker(self._end(128 + number), exit_on_error=False)

    async def _end(self, code: int) -> None:
        """Leave because someone else says so; what is typed is kept."""
        for screen in self.screen_stack:
            if isinstance(screen, WorkingScreen):
                await screen.keep()
        self.exit(code)

    def _watch_terminal(self) -> None:
        """Leave when nobody is there: with SIGHUP ignored, only the terminal's end tells."""
        watch = select.poll()
        watch.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        if watch.poll(0):  # it asks for nothing, so what it gets is a hang-up or an error
            self._on_signal(signal.SIGHUP)

    @work(exclusive=True, group="tmux", exit_on_error=False)
    async def _watch_tmux(self) -> None:
        """Ask AWS nothing while no terminal shows us; go on when one does again."""
        is_detached = await asyncio.to_thread(attention.is_detached)
        if is_detached and not self._contexts.is_paused:
            self._is_paused_unseen = True
            self._contexts.pause(True)
        elif self._is_paused_unseen and not is_detached:
            self._is_paused_unseen = False
            self._contexts.pause(False)

    async def on_event(self, event: events.Event) -> None:
        """Note when somebody is there; what is typed comes in its turn, Textual does the rest."""
        if isinstance(event, events.Key):
            self._attention.key()
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self.typed_ahead.take(event)
        else:
            await super().on_event(event)

    @on(Followed)
    def _followed(self, message: Followed) -> None:
        message.is_back.set()

    def on_paste(self) -> None:
        """What nothing takes is not lost unseen."""
        is_table = isinstance(self.screen, MainScreen)
        way_out = (
            keyed("{table.new} opens a form to paste a request into")
            if is_table
            else "nothing here takes it"
        )
        self.notify(f"not pasted: {way_out}", severity="warning", markup=False)

    def on_app_focus(self) -> None:
        """Somebody looks again."""
        self._attention.focus(True)

    def on_app_blur(self) -> None:
        """Nobody looks."""
        self._attention.focus(False)

    def _on_news(self, news: Heard | Missed) -> None:
        """Note what has ended, unless it is being looked at."""
        if not self.screen_stack:
            return  # left: the engine goes on for a moment longer than its screens
        awaited = self.screen.awaited if isinstance(self.screen, WorkingScreen) else None
        ended = news.changes.ended - {awaited} if isinstance(news, Heard) else ()
        if ended and not (self._attention.is_there and isinstance(self.screen, MainScreen)):
            self._ended |= ended
            self._tell_ended()

    @work(exclusive=True, group="notice", exit_on_error=False)
    async def _tell_ended(self) -> None:
        """Tell once of all that has ended, when no more comes."""
        await asyncio.sleep(GATHER_SECONDS)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._contexts.settle_inspections(), REPORT_SECONDS)
        ended, self._ended = self._ended, set()
        rows = [row for key in ended if (row := self._contexts.board.get(key))]
        if not rows:
            return
        text = notice.summary(rows)
        is_there, wanted = self._attention.is_there, self._contexts.settings.notice
        if wanted.toast:
            self.notify(text, markup=False)
        if is_there or self._driver is None:
            return
        if wanted.bell:
            self.bell()
        is_tmux = bool(os.environ.get("TMUX"))
        if sequence := notice.sequence(text, wanted.desktop, is_tmux=is_tmux):
            self._driver.write(sequence)

    def copy_to_clipboard(self, text: str) -> None:
        """Send text to the terminal's clipboard, through tmux where we are in it."""
        if len(text.encode("utf-8", "replace")) > clipboard.MOST_BYTES:
            message = (
                "more than a terminal's clipboard takes: nothing was copied; save it as a file"
            )
            self.notify(message, severity="error", markup=False)
            return
        self._clipboard = text
        if self._driver is not None:
            self._send_to_clipboard(text, self._driver.write)

    @work(group="clipboard", exit_on_error=False)
    async def _send_to_clipboard(self, text: str, write: Callable[[str], None]) -> None:
        await clipboard.send(text, write)

    def action_command_palette(self) -> None:
        """Open the palette on what can be done now; a dialog has no actions to find."""
        from tui.app.palette import offers

        if isinstance(self.screen, WorkingScreen):
            self.palette_offers = offers(self.screen)
            super().action_command_palette()

    async def action_doctor(self) -> None:
        """Look at all that the program needs."""
        from tui.app.screens.doctor import DoctorScreen

        contexts = self._contexts
        await self.push_screen(DoctorScreen(contexts.active, contexts.shown, contexts.config_path))

    def get_default_screen(self) -> MainScreen:
        """Open on the table."""
        return MainScreen(self._contexts)


def _let_go_of_terminal() -> None:
    """Point the standard streams elsewhere: flushing them into a terminal that is gone fails."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
