"""The detail pane: one invocation in four tabs. It is told what to show; it asks nobody."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import TabbedContent, TabPane

from tui.app.widgets.outputs import OutputsPane
from tui.app.widgets.overview import Overview
from tui.app.widgets.problem_line import ProblemLine
from tui.app.widgets.reader import Reader
from tui.config import Pictures
from tui.model import document, snippet
from tui.model.context import Context
from tui.model.facts import Asked
from tui.model.invocation import Invocation
from tui.model.outputs import hex_lines
from tui.model.request import InvokeEndpointAsync, Request

_NO_INPUT = "The input is not known.\n\nAWS does not return model inputs, and "
_NOT_OURS = "this invocation was not submitted from here."
_NOT_KEPT = "the ledger does not hold it: inputs are not kept, or were purged."

TIGHT = 42
"""Columns below which the names of the tabs stand closer together, or the last would be cut."""

_HEAD = 4096


class Pane(TabPane):
    """A tab that its key or a click opens, but not the focus that comes into it late."""

    def _on_descendant_focus(self, event: events.DescendantFocus) -> None:
        event.prevent_default()


class Detail(Vertical):
    """Overview, Input, Output and Request of one invocation."""

    def __init__(self, pictures: Pictures, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._pictures = pictures

    def compose(self) -> ComposeResult:
        """The four tabs."""
        with TabbedContent():
            with Pane("1 Overview", id="overview"):
                yield Overview()
            with Pane("2 Input", id="input"):
                yield Reader(id="input-text")
            with Pane("3 Output", id="output"):
                yield OutputsPane(self._pictures)
            with Pane("4 Request", id="request"):
                yield Reader(id="request-text")

    def on_resize(self) -> None:
        """Have the four names side by side in 40 columns, too."""
        self.set_class(self.size.width < TIGHT, "-tight")

    @property
    def active(self) -> str:
        """The id of the open tab."""
        return self.query_one(TabbedContent).active

    @active.setter
    def active(self, tab: str) -> None:
        self.query_one(TabbedContent).active = tab

    @property
    def outputs(self) -> OutputsPane:
        """The Output tab."""
        return self.query_one(OutputsPane)

    def show_facts(self, row: Invocation, asked: Asked, now: datetime) -> None:
        """Fill the Overview."""
        self.query_one(Overview).show(row, asked, now)

    def show_request(self, row: Invocation, request: Request | None, context: Context) -> None:
        """Fill Input and Request, from the request where it is known."""
        text = _NO_INPUT + (_NOT_KEPT if row.is_ours else _NOT_OURS)
        if request:
            text = _input_text(request)
        self.query_one("#input-text", Reader).read(text)
        commands = []
        if request:
            abridged = _abridged(request)
            note = "" if abridged == request else "# long values are shortened here\n"
            shown = replace(abridged, client_request_token="")
            commands.append(note + snippet.write(shown, snippet.Kind.AWS_CLI, context))
        if row.invocation_arn:
            commands.append(snippet.get_command(row, context))
        if row.witness:
            commands.append(snippet.head_command(row, context))
        if row.invocation_arn or row.witness:
            commands.append(snippet.copy_command(row, context))
        self.query_one("#request-text", Reader).read("\n\n".join(commands))

    def focus_content(self) -> None:
        """Give the keyboard to what the open tab shows."""
        pane = self.query_one(TabbedContent).active_pane
        found = [widget for widget in pane.query("*") if widget.focusable] if pane else []
        # A line about what went wrong is meant where nothing else can be.
        if target := min(found, key=lambda widget: isinstance(widget, ProblemLine), default=None):
            target.focus()


def _input_text(request: Request) -> str:
    """What was sent, as it reads best; where it is, if it was not sent with the request."""
    if not isinstance(request, InvokeEndpointAsync):
        return document.pretty(document.abridged(request.model_input))
    if request.model_input is None:
        return f"The input is in S3:\n\n{request.input_location}"
    try:
        return request.model_input.decode()
    except UnicodeDecodeError:
        return "\n".join(hex_lines(request.model_input[:_HEAD]))


def _abridged(request: Request) -> Request:
    """The request with the long values of its document cut; a body of bytes stays whole."""
    if isinstance(request, InvokeEndpointAsync):
        return request
    return replace(request, model_input=document.abridged(request.model_input))
