"""The doctor on the screen: what it finds, as it finds it, and what to mend."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll

from tui.app.bindings import bindings
from tui.app.screens.working import WorkingScreen
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.finding_row import FindingRow
from tui.app.widgets.keys import Keys
from tui.app.widgets.line import Line
from tui.config.charset import charset, is_unicode
from tui.engine.doctor import examine
from tui.engine.doctor_case import Case, Terminal
from tui.engine.session import Engine
from tui.model.actions import DOCTOR
from tui.model.finding import Finding, Verdict, closing_lines, report
from tui.model.setting import Setting
from tui.model.text import printable


class DoctorScreen(WorkingScreen[None]):
    """Looks at all that the context needs, as soon as it is opened."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(DOCTOR)
    HELP_NAME = "doctor"
    AUTO_FOCUS = None

    def __init__(self, engine: Engine, shown: Sequence[Setting], config: Path) -> None:
        """Look at nothing yet.

        Args:
            engine: The context to look at.
            shown: Every setting in use, and where it came from.
            config: Where config.toml is, or would be.
        """
        super().__init__()
        self._config = config
        self._engine = engine
        self._shown = tuple(shown)
        self._findings: list[Finding] = []

    def compose(self) -> ComposeResult:
        """Context, how it stands, the findings, keys."""
        yield ContextBar(self._engine, "Doctor")
        yield Line("looking…", id="summary")
        yield VerticalScroll(id="findings", can_focus=False)
        yield Keys()

    def on_mount(self) -> None:
        """Begin."""
        self.action_again()

    def action_again(self) -> None:
        """Look once more, from the beginning."""
        self._examine()

    async def action_scroll(self, way: str) -> None:
        """Scroll through the findings."""
        room = self.query_one("#findings", VerticalScroll)
        getattr(room, f"scroll_{way}")(animate=False)

    def action_copy(self) -> None:
        """Send the report, as it stands now, to the clipboard."""
        lines = report(self._findings, is_unicode=is_unicode())
        self.app.copy_to_clipboard("\n".join(map(printable, lines)) + "\n")
        self.say("the report was sent to the terminal's clipboard")

    def action_back(self) -> None:
        """Close it; what is still looked at is left."""
        self.dismiss()

    @work(exclusive=True, group="doctor", exit_on_error=False)
    async def _examine(self) -> None:
        """Show each finding as it comes, and in the end what to mend."""
        room, self._findings = self.query_one("#findings", VerticalScroll), []
        self._sum_up(is_over=False)
        await room.remove_children()
        async with aclosing(examine(self._case())) as findings:
            async for finding in findings:
                self._findings.append(finding)
                self._sum_up(is_over=False)
                await room.mount(FindingRow(finding))
        closing = Line(id="closing")
        closing.say("\n".join(closing_lines(self._findings)), keep_lines=True)
        await room.mount(closing)
        self._sum_up(is_over=True)

    def _case(self) -> Case:
        engine, size = self._engine, self.app.size
        return Case(
            session=engine.aws,
            settings=engine.settings.at(engine.context),
            config=self._config,
            ledger=engine.ledger.path,
            terminal=Terminal((size.width, size.height), charset()),
            environment=os.environ,
            shown=self._shown,
            clock=engine.clock,
        )

    def _sum_up(self, *, is_over: bool) -> None:
        """Say in one line how it stands, wherever one has scrolled."""
        faults = [each.topic for each in self._findings if each.verdict is Verdict.FAULT]
        warnings = sum(each.verdict is Verdict.WARNING for each in self._findings)
        text = f"{len(faults)} to mend: {', '.join(dict.fromkeys(faults))}" if faults else ""
        text = text or ("nothing to mend" if is_over else "")
        text += f" · {warnings} warning{'' if warnings == 1 else 's'}" if warnings else ""
        style = "$text-error" if faults else "$text-success" if is_over else ""
        told = text if is_over else " · ".join(filter(None, ("looking…", text.lstrip(" ·"))))
        self.query_one("#summary", Line).say(told, style)
