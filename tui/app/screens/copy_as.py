"""Copying a request in another tool's syntax, to the terminal's clipboard or into a file."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList

from tui.app.bindings import bindings, keyed
from tui.app.clipboard import MOST_BYTES
from tui.app.hearing import Hears
from tui.app.widgets.field import Field
from tui.app.widgets.line import Line
from tui.engine import attaching, exporting, staging
from tui.engine.local_file import UnusableError
from tui.engine.session import Engine
from tui.model import form, operation, snippet
from tui.model.context import Context
from tui.model.dialog_actions import CHOICE
from tui.model.document import size_text
from tui.model.problem import ProblemError
from tui.model.request import InvokeEndpointAsync, Request
from tui.model.snippet import Kind

TOO_LONG = "its body is too long to be sent so: upload it first, and put its URI in its place"

_SKELETON = "skeleton: --generate-cli-skeleton"
_SYNTAXES = (*(kind.value for kind in Kind), _SKELETON)


async def ask(app: App[object], request: Request, engine: Engine) -> str | None:
    """Copy a request that was typed, with the contents of the files that it names.

    Args:
        app: Where to ask how.
        request: The request, as it is typed.
        engine: Where it goes.

    Returns:
        What was done, or None.
    """
    if isinstance(request, InvokeEndpointAsync):
        typed, note = await _with_body(request, engine)
    else:
        model_input, note = await attaching.filled(request.model_input)
        typed = replace(request, model_input=model_input)
    return await app.push_screen_wait(CopyScreen(typed, engine.context, note))


async def _with_body(request: InvokeEndpointAsync, engine: Engine) -> tuple[Request, str]:
    """The request with the file that is its input as its body, where it takes that, and a note."""
    name = request.input_location
    if request.model_input is not None:
        is_too_long = len(request.model_input) > await asyncio.to_thread(staging.longest_body)
        return request, TOO_LONG if is_too_long else ""
    if not form.is_local(name):
        return request, ""
    try:
        whole = await staging.stage(engine.aws, request, await staging.look(name))
    except (UnusableError, ProblemError) as error:
        reason = error.problem.message if isinstance(error, ProblemError) else str(error)
        return request, f"{name} must be uploaded first, and its URI put in its place: {reason}"
    return whole, f"with the content of {name} as its body"


class CopyScreen(Hears, ModalScreen[str | None]):
    """Asks for a syntax, and for a file if it is to be one; dismissed with what was done."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CHOICE)

    def __init__(self, request: Request, context: Context, note: str = "") -> None:
        """Ask how to write a request.

        Args:
            request: The request, as the other tool shall send it.
            context: Where it goes.
            note: What else to say of it.
        """
        super().__init__()
        self._request, self._where, self._note = request, context, note

    def compose(self) -> ComposeResult:
        """The syntaxes, where to, and what the keys do."""
        with Vertical(id="prompt"):
            yield Line(f"Copy the request for {self._request.model_id} as", id="question")
            if self._note:
                yield Line(self._note)
            yield OptionList(*_SYNTAXES, markup=False, compact=True)
            yield Field("file", "File", "empty: the clipboard")
            yield Label(
                keyed("{enter} copy   tab file   {dialog.close} cancel"),
                markup=False,
                classes="hint",
            )

    def on_mount(self) -> None:
        """Start on the first."""
        self.query_one(OptionList).highlighted = 0

    async def action_move(self, action: str) -> None:
        """Move over the syntaxes, before the next key does anything."""
        await self.query_one(OptionList).run_action(action)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(Field).complain("")

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    @work(exclusive=True, exit_on_error=False)
    async def _copy(self) -> None:
        """Do it, or say why it cannot be done."""
        syntax = _SYNTAXES[self.query_one(OptionList).highlighted or 0]
        text = await asyncio.to_thread(self._text, syntax)
        name_of_it = syntax.partition(":")[0]
        size = size_text(len(text.encode("utf-8", "replace")))
        if name := self.query_one("#file", Input).value.strip():
            try:
                path = await exporting.save(f"{text}\n", Path(name))
            except ProblemError as error:
                self._complain(error.problem.one_line)
                return
            self.dismiss(f"{name_of_it}: {size} written to {path}")
        elif len(text.encode("utf-8", "replace")) > MOST_BYTES:
            most = size_text(MOST_BYTES)
            self._complain(f"{size} are more than the clipboard takes ({most}): name a file")
        else:
            self.app.copy_to_clipboard(text)
            self.dismiss(f"{name_of_it}: {size} sent to the terminal's clipboard")

    def _text(self, syntax: str) -> str:
        if syntax == _SKELETON:
            return snippet.skeleton(operation.named(type(self._request).__name__))
        return snippet.write(self._request, Kind(syntax), self._where)

    def _complain(self, text: str) -> None:
        self.query_one(Field).complain(text)
        self.query_one("#file", Input).focus()
