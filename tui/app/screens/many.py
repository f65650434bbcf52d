"""Many requests at once: the files that hold them, what each line says, and sending them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.css.query import NoMatches
from textual.events import ScreenResume
from textual.widgets import Input

from tui.app.bindings import bindings, key_of, keyed, written
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.reading import ReadingScreen
from tui.app.screens.working import ASKING, WorkingScreen
from tui.app.widgets.batch_table import BatchTable
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.field import Field
from tui.app.widgets.keys import Keys
from tui.app.widgets.line import Line
from tui.engine import batch, destination
from tui.engine.session import Engine
from tui.model import document, placeholder
from tui.model.actions import MANY
from tui.model.batch import BatchLine, content_of, rest_of, summary, with_problems
from tui.model.document import size_text
from tui.model.invocation import Key, key_of_token
from tui.model.problem import ProblemError
from tui.model.tag import tags_text

NOTHING_READ = (
    "Type names of files, a folder or a\n"
    "pattern like *.json; {enter} reads them.\n\n"
    "A .jsonl file has a request a line.\n"
    "One without model or output takes it\n"
    "from above; an input alone, the tags."
)

READING, SENDING = "reading", "sending"
"""What it may be doing; the first may be left."""

FOR_LINES = frozenset({"submit", "drop", "open", "problem"})
"""The actions that want lines."""

_NAMED = 3
"""Models and outputs that the question names; of the others it says how many they are."""


class ManyScreen(WorkingScreen[Key | None]):
    """Reads, previews and sends a batch; dismissed with the key of the first that was sent."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(MANY)
    AUTO_FOCUS = "#files"
    HELP_NAME = "many"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._sent: Counter[bytes] = Counter()
        self._first: Key | None = None
        self._doing = ""

    def compose(self) -> ComposeResult:
        """Where it goes, the files, what bare inputs lack, and the lines."""
        yield ContextBar(self._engine, "Many invocations")
        yield Field("files", "Files", "batch.jsonl, *.json, a folder", holds_words=True)
        yield Field("model_id", "Model", "for requests without one")
        yield Field("s3_uri", "Output", "s3:// for those without one")
        yield Field("tags", "Tags", "team=media, for inputs alone", holds_words=True)
        yield Line(id="summary")
        yield BatchTable(id="lines")
        yield Keys()

    def on_mount(self) -> None:
        """Start from the defaults of the configuration."""
        defaults = self._engine.settings.defaults
        self.query_one("#model-id", Input).value = defaults.model_id
        self.query_one("#s3-uri", Input).value = defaults.s3_uri
        self._table.placeholder = keyed(NOTHING_READ)

    @property
    def _table(self) -> BatchTable:
        return self.query_one(BatchTable)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what there is something for, and nothing that must wait."""
        try:
            table = self._table
        except NoMatches:
            return True  # it is not there yet, or no more
        if action == "back":
            return self._doing != SENDING
        if action in FOR_LINES:
            is_there = action == "submit" or table.has_focus
            return is_there and not self._doing and bool(table.lines)
        return True

    def why_not(self, action: str) -> str:
        """What is missing, or must be over first."""
        if self._doing:
            return f"{self._doing}: wait until it is done"
        if not self._table.lines:
            return f"there is no line yet: name files, and {written('enter')} reads them"
        return f"{key_of('app.back')} goes to the lines first" if action in FOR_LINES else ""

    # Reading ---------------------------------------------------------------------------------

    @on(Input.Submitted)
    def _wanted(self) -> None:
        if not self._doing:
            self._read()

    @work(group="read", exit_on_error=False)
    async def _read(self) -> None:
        typed = {each.id: each.value.strip() for each in self.query(Input)}
        if not typed["files"]:
            self.query_one("#files-field", Field).complain("is required")
            return
        defaults = self._engine.settings.defaults
        keys = (defaults.kms_key_id, defaults.bucket_owner)
        known = destination.placeholders(typed["model-id"], self._engine.clock)
        try:
            placeholder.fill(typed["s3-uri"], known)  # each line does, with its own model
        except ValueError as error:
            self.query_one("#s3-uri-field", Field).complain(str(error))
            return
        try:
            rest = rest_of(typed["model-id"], typed["s3-uri"], *keys, typed["tags"])
        except ValueError as error:
            self.query_one("#tags-field", Field).complain(str(error))
            return
        for field in self.query(Field):
            field.complain("")
        self._begin(READING)
        try:
            engine = self._engine
            lines = await batch.read(typed["files"], rest, engine.journal, self._sent, engine.clock)
        except ProblemError as error:
            self._say_line(error.problem.one_line, "$text-error")
            return
        finally:
            self._end()
        self._table.cursor = 0
        self._show(lines)
        if any(line.is_ready for line in lines):
            self._table.focus()
        else:
            self.action_files()  # there is another name to be typed, more likely than not

    def _show(self, lines: Sequence[BatchLine], note: str = "") -> None:
        self._table.show(lines)
        size = size_text(sum(line.size for line in lines))
        told = f"{summary(lines)} · {size}" if lines else "nothing to send"
        self._say_line(f"{note} · {told}" if note else told)
        self.refresh_bindings()

    def _say_line(self, text: str, style: str = "") -> None:
        self.query_one("#summary", Line).say(text, style)

    def _begin(self, doing: str) -> None:
        self._doing = doing
        self._say_line(f"{doing}…", "$text-accent")
        self.refresh_bindings()

    def _end(self) -> None:
        self._doing = ""
        self.refresh_bindings()

    # One line --------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """Other keys mean something now."""
        self.refresh_bindings()

    def action_files(self) -> None:
        """Type other files."""
        self.query_one("#files", Input).focus()

    def action_drop(self) -> None:
        """Leave the line under the cursor out."""
        lines, at = self._table.lines, self._table.cursor
        self._show([*lines[:at], *lines[at + 1 :]])

    def action_problem(self) -> None:
        """Go to the next line that something is wrong with."""
        self._table.action_next_problem()

    @on(BatchTable.LineChosen)
    async def action_open(self) -> None:
        """Show all of the line under the cursor."""
        if (line := self._table.chosen) is not None:
            await self.app.push_screen(ReadingScreen(line.source, _whole(line)))

    # Sending ---------------------------------------------------------------------------------

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_submit(self) -> None:
        """Ask whether to send what is ready; the rest stays here."""
        lines = self._table.lines
        chosen = [line for line in lines if line.is_ready]
        if not chosen:
            told = "nothing can be sent: mend what is marked, then read it again"
            self._say_line(told, "$text-error")
            return
        plural = "s" * (len(chosen) > 1)
        question = f"Send {len(chosen):,} invocation{plural}?"
        if await self.app.push_screen_wait(ConfirmScreen(question, self._explanation(lines))):
            self._begin(SENDING)
            self._send(lines)

    @work(group="send", exit_on_error=False)
    async def _send(self, lines: Sequence[BatchLine]) -> None:
        """Write down what is ready, to be sent in its turn; keep what is not."""
        try:
            told = [*await batch.ready(line for line in lines if line.is_ready)]
            going = [line for line in told if line.is_ready]
            requests = [line.request for line in going if line.request]
            await self._engine.enqueue(requests)
        except ProblemError as error:
            self._say_line(error.problem.one_line, "$text-error")
            return
        finally:
            self._end()
        went = {line.source for line in going}
        changed = {line.source: line for line in told}
        gone = [line for line in lines if line.source in went]
        self._sent.update(await asyncio.to_thread(lambda: list(map(content_of, gone))))
        if requests and self._first is None:
            self._first = key_of_token(requests[0].client_request_token)
        left = [changed.get(line.source, line) for line in lines if line.source not in went]
        paused = (
            f"; the queue is paused, {key_of('table.queue')} on the table goes on"
            * self._engine.queue.is_paused
        )
        note = f"{len(went):,} sent to the queue{paused}"
        self._show(left, note)
        if not left:
            self.say(note)
            self._leave_when_sent()

    @on(ScreenResume)
    def _leave_when_sent(self) -> None:
        """Leave once all is sent; what lies over this screen, such as its help, is left first."""
        if self._first is not None and not self._table.lines and self.is_active:
            self.dismiss(self._first)

    def _explanation(self, lines: Sequence[BatchLine]) -> str:
        """What goes where, and what does not."""
        engine = self._engine
        going = [line.request for line in lines if line.is_ready and line.request]
        account = engine.identity.account if engine.identity else "not known"
        endpoint = "".join(f", {url}" for url in engine.context.endpoints_invoked)
        told = [
            f"In {engine.context.title}, account {account}{endpoint}.",
            f"Models: {_listed(request.model_id for request in going)}.",
            f"Outputs: {_listed(request.s3_uri for request in going)}.",
        ]
        if warned := sum(line.is_ready and bool(line.warnings) for line in lines):
            told.append(f"{with_problems(warned, 'warning')}.")
        if left := len(lines) - len(going):
            told.append(f"{with_problems(left, 'fault')} {'stays' if left == 1 else 'stay'} here.")
        return " ".join(told)

    def action_back(self) -> None:
        """Step back: from the fields to the lines, and from there out of the screen."""
        if self._table.lines and not self._table.has_focus:
            self._table.focus()
        elif self.is_active:
            self.dismiss(self._first)


def _listed(names: Iterable[str]) -> str:
    """The most frequent of the names, each with its number."""
    counts = Counter(names)
    told = [f"{name} ({count:,})" for name, count in counts.most_common(_NAMED)]
    if len(counts) > _NAMED:
        told.append(f"{len(counts) - _NAMED:,} more")
    return ", ".join(told)


def _whole(line: BatchLine) -> str:
    """All that is known of a line."""
    told = [f"fault    {fault}" for fault in line.faults]
    told += [f"warning  {warning}" for warning in line.warnings]
    if (request := line.request) is not None:
        told += [""] if told else []
        told += [
            f"model    {request.model_id}",
            f"output   {request.s3_uri}",
            f"token    {request.client_request_token}",
        ]
        told += [f"KMS key  {request.kms_key_id}"] if request.kms_key_id else []
        told += [f"owner    {request.bucket_owner}"] if request.bucket_owner else []
        told += [f"tags     {tags_text(request.tags)}"] if request.tags else []
        told += [f"size     {size_text(line.size)}", ""]
        told.append(document.pretty(document.abridged(request.model_input), flat_numbers=True))
    return "\n".join(told)
