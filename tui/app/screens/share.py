"""Sharing what an invocation wrote: its S3 URI, a presigned URL, or the command that fetches it."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from tui.app import browser
from tui.app.bindings import bindings, keyed
from tui.app.hearing import Hears
from tui.app.widgets.field import Complaint, Field
from tui.app.widgets.line import Line
from tui.engine import exporting, sharing
from tui.engine.session import Engine
from tui.model import snippet
from tui.model.dialog_actions import CHOICE
from tui.model.document import size_text
from tui.model.invocation import Invocation
from tui.model.lifetime import lifetime_of
from tui.model.outputs import OutputObject
from tui.model.presigned import Signer, ending
from tui.model.problem import Problem, ProblemError
from tui.model.shared import Shared, shared_of

LIFETIME = "1h"

_ONE_OBJECT = "a presigned URL is for one object: choose it in the Output tab ({detail.output})"

_SHORTENED = (
    "browsers resolve the . or .. between the slashes of its key: its URL is for curl --path-as-is"
)


class Way(Enum):
    """How something is shared; the value is what a person reads."""

    URI = "S3 URI"
    URL = "presigned URL"
    SHOWN = "presigned URL, shown here"
    BROWSER = "presigned URL, in a browser"
    COMMAND = "aws s3 cp command"


_OF_FOLDERS = (Way.URI, Way.COMMAND)


async def ask(
    app: App[object], engine: Engine, row: Invocation, thing: OutputObject | None
) -> str | None:
    """Share an object of an invocation or, without one, all that it writes.

    Args:
        app: Where to ask how.
        engine: What signs.
        row: The invocation.
        thing: One of its objects.

    Returns:
        What was done, or why it cannot be; None where the person wants nothing after all.
    """
    try:
        shared = shared_of(row, thing)
    except ValueError as error:
        return str(error)
    return await app.push_screen_wait(ShareScreen(engine, shared))


class ShareScreen(Hears, ModalScreen[str | None]):
    """Asks how, and for how long and into which file; dismissed with what was done."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOICE)

    def __init__(self, engine: Engine, shared: Shared) -> None:
        super().__init__()
        self._engine, self._shared = engine, shared
        self._ways = _OF_FOLDERS if shared.is_folder else tuple(Way)
        self._signer: Signer | Problem | None = None

    def compose(self) -> ComposeResult:
        """What is shared, the ways, for how long, where to, and what the keys do."""
        with Vertical(id="prompt"):
            yield Line(f"Share {self._shared.name}", id="question")
            yield Line(self._shared.uri, id="uri")
            yield OptionList(*(way.value for way in self._ways), markup=False, compact=True)
            if self._shared.is_folder:
                yield Line(keyed(_ONE_OBJECT), classes="hint")
            else:
                yield Field("lifetime", "Lifetime", "15m, 1h, 12h, 7d")
                yield Line(id="ending", hides_when_empty=True)
                told = _SHORTENED * self._shared.is_shortened
                yield Line(told, id="shortened", hides_when_empty=True)
            yield Field("file", "File", "empty: the clipboard")
            yield Complaint(id="refusal")
            yield Line(id="url", hides_when_empty=True)
            yield Label(
                keyed("{enter} share   tab fields   {dialog.close} close"),
                markup=False,
                classes="hint",
            )

    def on_mount(self) -> None:
        """Start on the first; learn what signs."""
        self.query_one(OptionList).highlighted = 0
        if not self._shared.is_folder:
            self.query_one("#lifetime", Input).value = LIFETIME
            self._learn_signer()

    async def action_move(self, action: str) -> None:
        """Move over the ways, before the next key does anything."""
        await self.query_one(OptionList).run_action(action)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.input.id == "lifetime":
            self._tell_ending()
        else:
            self._refuse("file", "")
        self.query_one("#refusal", Complaint).complain("")

    @work(group="signer", exit_on_error=False)
    async def _learn_signer(self) -> None:
        """Know what signs before it does, for that may cut the lifetime."""
        try:
            self._signer = await sharing.signer(self._engine.aws)
        except ProblemError as error:
            self._signer = error.problem
        self._tell_ending()

    def _tell_ending(self) -> None:
        """Say until when a URL would serve that is signed now, or what is wrong with that."""
        line, signer = self.query_one("#ending", Line), self._signer
        try:
            lifetime = lifetime_of(self.query_one("#lifetime", Input).value)
        except ValueError as error:
            self._refuse("lifetime", str(error))
            line.say("")
            return
        self._refuse("lifetime", "")
        if isinstance(signer, Problem):
            line.set_class(True, "-warning")
            line.say(signer.one_line)
        elif signer is not None:
            until = self._engine.clock() + lifetime
            line.set_class(signer.cuts(until), "-warning")
            line.say(ending(until, signer))

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    @work(exclusive=True, exit_on_error=False)
    async def _share(self) -> None:
        """Do it, or say why it cannot be done."""
        way = self._ways[self.query_one(OptionList).highlighted or 0]
        self._tell("")
        try:
            done = await self._done(way)
        except ProblemError as error:
            self._tell(refusal=error.problem.one_line)
        else:
            if done and self.is_current:
                self.dismiss(done)

    async def _done(self, way: Way) -> str:
        """What was done; empty where the person has to look, or to type, once more.

        Raises:
            ProblemError: It cannot be done.
        """
        if way is Way.URI:
            return await self._send(way.value, self._shared.uri)
        if way is Way.COMMAND:
            context, is_folder = self._engine.context, self._shared.is_folder
            command = snippet.fetch_command(self._shared.uri, context, is_folder=is_folder)
            return await self._send(way.value, command)
        try:
            lifetime = lifetime_of(self.query_one("#lifetime", Input).value)
        except ValueError:  # which is said beside it
            self.query_one("#lifetime", Input).focus()
            return ""
        if way is Way.BROWSER and not self.app.is_web:
            browser.require()
        self._tell("signing…")
        signed = await sharing.presign(self._engine.aws, self._shared.place, lifetime)
        name, end = self._shared.name, ending(signed.until, signed.signer)
        if way is Way.BROWSER:
            if self.app.is_web:
                self.app.open_url(signed.url)
            else:
                await browser.show(signed.url)
            return f"{name}: its presigned URL was given to the browser; it serves {end}"
        if way is Way.SHOWN and not self.query_one("#file", Input).value.strip():
            self._tell(signed.url)
            return ""
        done = await self._send(f"{way.value} of {name}", signed.url)
        return done and f"{done}; it serves {end}"

    async def _send(self, what: str, text: str) -> str:
        """Bring a text into the file that is named, or else to the clipboard."""
        size = size_text(len(text.encode("utf-8", "replace")))
        name = self.query_one("#file", Input).value.strip()
        if not name:
            self.app.copy_to_clipboard(text)
            return f"{what}: {size} sent to the terminal's clipboard"
        try:
            path = await exporting.save(f"{text}\n", Path(name))
        except ProblemError as error:
            self._tell("")
            self._refuse("file", error.problem.one_line)
            self.query_one("#file", Input).focus()
            return ""
        return f"{what}: {size} written to {path}"

    def _tell(self, text: str = "", refusal: str = "") -> None:
        """Say something below the fields, where it is seen also on a small screen."""
        self.query_one("#url", Line).say(text)
        self.query_one("#refusal", Complaint).complain(refusal)
        if text or refusal:
            self.call_after_refresh(self.query_one("#prompt").scroll_end, animate=False)

    def _refuse(self, field: str, text: str) -> None:
        self.query_one(f"#{field}-field", Field).complain(text)
