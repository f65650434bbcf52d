"""The form of a new Bedrock async invocation. Checks as it is typed; loses nothing."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Button, Footer, Input, TextArea

from tui.app.bindings import FORM, bindings
from tui.app.screens.models import ModelScreen
from tui.app.screens.prompt import PromptScreen
from tui.app.screens.working import KEEPING, WorkingScreen
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.field import Complaint, Field
from tui.app.widgets.json_editor import JsonEditor
from tui.app.widgets.line import Line
from tui.engine import submission
from tui.engine.session import Engine
from tui.ledger.drafts import Draft
from tui.model import document, form
from tui.model.catalogue import ASYNC_MODELS, model_named
from tui.model.document import DocumentFault, size_text
from tui.model.fault import Fault
from tui.model.form import Typed
from tui.model.invocation import Key
from tui.model.problem import Problem, ProblemError
from tui.model.request import StartAsyncInvoke

CHECK_SECONDS = 0.3
"""How long the typing must rest before it is checked."""

LARGEST_FILE = 30_000_000
"""Bytes of a file that the form opens: the service takes 25 MB."""

DRAFT_SECONDS = 0.4
"""How much typing a crash may cost at the most."""


class FormScreen(WorkingScreen[Key | None]):
    """Types, checks and submits one request; dismissed with its invocation's key."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)
    AUTO_FOCUS = "#json"
    HELP_NAME = "form"

    def __init__(self, engine: Engine, request: StartAsyncInvoke | None = None) -> None:
        """Open an empty form, the newest draft, or a request to be run again.

        Args:
            engine: Where it is submitted.
            request: What to start from; its token is left out, since it stands for the first run.
        """
        super().__init__()
        self._engine = engine
        self._request = request
        self._draft_id = submission.new_token()
        self._draft_saved: datetime | None = None
        self._check_timer: Timer | None = None
        self._draft_fields: dict[str, str] | None = None
        self._draft_lock = asyncio.Lock()
        self._overridden: tuple[Fault, ...] = ()
        self._touched: set[str] = set()
        self._filled: dict[str, str] | None = None
        self._is_sending = False
        self._path = ""

    def compose(self) -> ComposeResult:
        """Where it goes, the fields, and the buttons."""
        yield ContextBar(self._engine, "New invocation")
        with VerticalScroll(id="fields"):
            ids = SuggestFromList([model.model_id for model in ASYNC_MODELS])
            yield Field("model_id", "Model", "any id or ARN; F2 lists the known ones", ids)
            yield JsonEditor()
            yield Complaint(id="input-complaint")
            yield Field("s3_uri", "Output", "s3://bucket/prefix/")
            yield Field("kms_key_id", "KMS key", "ARN of a key or alias (optional)")
            yield Field("bucket_owner", "Owner", "account of the output bucket (optional)")
            yield Field("tags", "Tags", "team=media run=42 (optional)")
            yield Field("token", "Token", "filled in at submission")
            with Horizontal(id="buttons"):
                yield Button("Submit", id="submit", compact=True, variant="primary")
            yield Line(id="problem")
        yield Footer(show_command_palette=False)

    async def on_mount(self) -> None:
        """Fill in the request to run again, else the newest draft, else the defaults."""
        self._keep_drafts()
        if self._request is not None:
            self._fill(form.fields_of(replace(self._request, client_request_token="")))
            return
        try:
            drafts = await self._engine.drafts.all()
        except ProblemError as error:
            self._start_over()
            self._refused(error.problem)
            return
        if drafts:
            others = f"; F3 lists all {len(drafts)}" if len(drafts) > 1 else ""
            self._open_draft(drafts[0], f"your draft, as you left it{others}; ctrl+n starts over")
        else:
            self._start_over()

    def _open_draft(self, draft: Draft, note: str) -> None:
        self._draft_id, self._draft_saved = draft.id, draft.saved
        self._fill(draft.fields)
        self._say(note, "$foreground-muted")
        self._check()

    def _start_over(self) -> None:
        """The defaults and the model's template, as a draft of its own."""
        defaults = self._engine.settings.defaults
        model = model_named(defaults.model_id)
        self._draft_id, self._draft_saved = submission.new_token(), None
        self._fill(
            {
                "model_id": defaults.model_id,
                "model_input": document.pretty(model.template) if model else "",
                "s3_uri": defaults.s3_uri,
                "kms_key_id": defaults.kms_key_id,
                "bucket_owner": defaults.bucket_owner,
            }
        )

    @property
    def _editor(self) -> JsonEditor:
        return self.query_one(JsonEditor)

    def _input(self, name: str) -> Input:
        return self.query_one(f"#{name.replace('_', '-')}", Input)

    def _fill(self, fields: dict[str, str]) -> None:
        for name in form.LINES:
            self._input(name).value = fields.get(name, "")
        self._editor.text = fields.get("model_input", "")
        self._filled = self._fields()
        self._touched.clear()

    def _fields(self) -> dict[str, str]:
        """All that stands in the form, by field."""
        fields = {name: self._input(name).value for name in form.LINES}
        return {**fields, "model_input": self._editor.text}

    async def _read(self) -> Typed:
        """What is typed, as a request; a long input is parsed off the event loop."""
        return await asyncio.to_thread(form.read, self._fields(), submission.new_token())

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed) -> None:
        """Check and keep what is typed, once the typing rests."""
        if not self._touched and self._filled in (None, self._fields()):
            return
        name = str(event.control.id)
        self._touched.add("model_input" if name == "json" else name.replace("-", "_"))
        self._say("")
        if self._check_timer:
            self._check_timer.stop()
        self._check_timer = self.set_timer(CHECK_SECONDS, self._check)

    @work(group=KEEPING, exit_on_error=False)
    async def _keep_drafts(self) -> None:
        """Keep what is typed, again and again; a timer's message would wait behind the keys."""
        while True:
            await asyncio.sleep(DRAFT_SECONDS)
            await self.keep()

    async def keep(self) -> None:
        """Keep what is typed, as a draft; without its input where the settings keep none."""
        async with self._draft_lock:
            fields, now = self._fields(), self._engine.clock()
            is_typed = self._touched or self._filled not in (None, fields)
            if not is_typed or fields == self._draft_fields:
                return
            kept = dict(fields)
            if not self._engine.settings.history.keep_inputs:
                del kept["model_input"]
            try:
                draft = Draft(self._draft_id, kept, now)
                self._draft_id = await self._engine.drafts.save(draft, self._draft_saved)
            except ProblemError as error:
                self._refused(error.problem)
                return
            self._draft_saved, self._draft_fields = now, fields

    @work(exclusive=True, group="check", exit_on_error=False)
    async def _check(self) -> None:
        """Say what is wrong with the fields that were typed in."""
        if self._is_sending:
            return
        typed = await self._read()
        shown = {name: text for name, text in typed.faults.items() if name in self._touched}
        verdict = await submission.check(typed.probe)
        self._complain(form.by_field(verdict.faults) | shown, verdict.warnings)

    def _complain(self, faults: dict[str, str], warnings: tuple[Fault, ...]) -> None:
        for name in form.LINES:
            self.query_one(f"#{name.replace('_', '-')}-field", Field).complain(faults.get(name, ""))
        text = faults.get("model_input", "") or "\n".join(str(warning) for warning in warnings)
        if isinstance(self._editor.value, DocumentFault):
            text = ""  # the editor says it itself
        self.query_one("#input-complaint", Complaint).complain(
            text, is_warning="model_input" not in faults
        )

    @on(Button.Pressed, "#submit")
    def action_submit(self) -> None:
        """Check everything; send it if nothing is wrong."""
        if not self._is_sending:
            self._is_sending = True
            self._send()

    @work(group="send", exit_on_error=False)
    async def _send(self) -> None:
        try:
            await self._send_once()
        finally:
            self._is_sending = False

    async def _send_once(self) -> None:
        typed = await self._read()
        verdict = await submission.check(typed.probe)
        faults = form.by_field(verdict.faults) | {**typed.faults}
        self._complain(faults, verdict.warnings)
        if faults or typed.request is None:
            self._go_to(next(iter(faults)))
            self._say("not sent: mend what is marked, then submit again", "$error")
            return
        if verdict.warnings and verdict.warnings != self._overridden:
            self._overridden = verdict.warnings
            self._say(
                "the model's documented rules say otherwise; submit again to send it", "$warning"
            )
            return
        # The draft must hold the token: opened again, it must not become a second invocation.
        self._input("token").value = typed.request.client_request_token
        self._touched.add("token")
        await self.keep()
        self._say("sending…", "$accent")
        try:
            row = await self._engine.submit(typed.request, self._draft_id)
        except ProblemError as error:
            self._refused(error.problem)
            return
        self._draft_fields = self._fields()  # nothing is left to be kept as a draft
        self.dismiss(row.key)

    def _refused(self, problem: Problem) -> None:
        lines = [str(problem)]
        lines += [f"cause   {problem.cause}"] if problem.cause else []
        lines += [f"remedy  {problem.remedy}"] if problem.remedy else []
        lines += [f"request id  {problem.request_id}"] if problem.request_id else []
        self._say("\n".join(lines), "$error")

    def _go_to(self, name: str) -> None:
        target = self._editor.query_one(TextArea) if name == "model_input" else self._input(name)
        target.focus()
        if name == "model_input" and isinstance(value := self._editor.value, DocumentFault):
            row, column = max(0, value.line - 1), max(0, value.column - 1)
            self._editor.query_one(TextArea).move_cursor((row, column))

    def _say(self, text: str, style: str = "") -> None:
        line = self.query_one("#problem", Line)
        line.say(text, style, keep_lines=True)
        if text:
            line.scroll_visible(animate=False)

    async def action_model(self) -> None:
        """Choose the model from a list."""
        await self.app.push_screen(ModelScreen(self._input("model_id").value), self._take_model)

    def _take_model(self, chosen: str | None) -> None:
        """Put a model in; an input that is still a template becomes the model's."""
        model = model_named(chosen or "")
        if model is None:
            return
        self._input("model_id").value = model.model_id
        templates = {document.pretty(known.template) for known in ASYNC_MODELS} | {""}
        if self._editor.text.strip() in templates:
            self._editor.text = document.pretty(model.template)
        self._touched.add("model_id")
        self._editor.query_one(TextArea).focus()

    async def action_open_file(self) -> None:
        """Read a whole request, or just the model input, from a JSON file."""
        hint = "a request's members as JSON, or a model input"

        def read(path: str | None) -> None:
            if path:
                self._path = path
                self._read_file(path)

        await self.app.push_screen(PromptScreen("Open file", self._path, hint), read)

    @work(group="file", exit_on_error=False)
    async def _read_file(self, path: str) -> None:
        try:
            text = await asyncio.to_thread(_read_text, path)
        except (OSError, RuntimeError, UnicodeDecodeError) as error:
            self._say(f"cannot be read: {error}", "$error")
            return
        await self._take(text)

    async def _take(self, text: str) -> None:
        """Put a file's content in; what stood here before stays as a draft of its own."""
        value = await asyncio.to_thread(document.parse, text)
        if isinstance(value, dict) and (
            "EndpointName" in value or {"modelId", "body"} <= set(value)
        ):
            self._say("not a StartAsyncInvoke request: it belongs to another operation", "$error")
            return
        await self.keep()
        self._draft_id, self._draft_saved = submission.new_token(), None
        if not isinstance(value, dict) or "modelInput" not in value:
            self._editor.text = text
        else:
            try:
                request = StartAsyncInvoke.of(value)
            except ValueError as error:
                self._say(f"not a StartAsyncInvoke request: {error}", "$error")
                return
            self._fill(form.fields_of(request))
        self._touched.add("model_input")
        self._say("")

    def action_format(self) -> None:
        """Lay the JSON out."""
        self._editor.format()

    async def action_drafts(self) -> None:
        """Choose another draft from a list, or delete some."""
        from tui.app.screens.drafts import DraftScreen

        await self.keep()
        try:
            drafts = await self._engine.drafts.all()
        except ProblemError as error:
            self._refused(error.problem)
            return
        await self.app.push_screen(DraftScreen(self._engine, drafts), self._take_draft)

    def _take_draft(self, draft: Draft | None) -> None:
        if draft is not None:
            self._open_draft(draft, "")

    async def action_over(self) -> None:
        """Begin another form; what stood in this one is kept as a draft."""
        await self.keep()
        self._start_over()
        self._say("")

    async def action_back(self) -> None:
        """Leave; the draft is kept."""
        await self.keep()
        self.dismiss(None)


def _read_text(name: str) -> str:
    """A regular file's text; a pipe or a device might never end."""
    path = Path(name).expanduser()
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is not a regular file")
    if path.exists() and path.stat().st_size > LARGEST_FILE:
        raise OSError(f"{path} is larger than {size_text(LARGEST_FILE)}")
    return path.read_text(encoding="utf-8")
