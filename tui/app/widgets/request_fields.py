"""The fields of a request, of whichever operation: what is typed, and what is wrong beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Button, Input, TextArea

from tui.app.bindings import key_of, keyed
from tui.app.completion import InputCompletion, KeyCompletion, TagCompletion
from tui.app.hearing import Hears
from tui.app.widgets.completed_field import CompletedField
from tui.app.widgets.field import Complaint, Field
from tui.app.widgets.folder_field import FolderField
from tui.app.widgets.json_editor import JsonEditor
from tui.app.widgets.operation_line import OperationLine
from tui.app.widgets.problem_line import ProblemLine
from tui.engine import destination, submission
from tui.engine.session import Engine
from tui.model import document, form
from tui.model.actions import FORM
from tui.model.catalogue import ASYNC_MODELS, model_named
from tui.model.fault import Fault
from tui.model.form import AT_ENDPOINT, MODEL_INPUT, OPERATION, Typed
from tui.model.problem import Problem
from tui.model.request import InvokeEndpointAsync, StartAsyncInvoke
from tui.model.template import TEMPLATES

TARGETS = (("modelId",), ("EndpointName",))
"""The members whose warnings stand beside their field."""


class RequestFields(Hears, Vertical):
    """The operation, its fields, the button and, below, the line for what concerns all of it.

    The fields of the other operations are there, too, and only hidden: what is typed in them is
    found again.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._has_choices: set[str] = set()
        self._focused: Widget | None = None
        self._operations = OperationLine()
        self._template = ""  # what was taken out for an endpoint
        self._said_of: dict[str, str] | None = None  # what stood there when something was said

    def compose(self) -> ComposeResult:
        """The fields in the order of the form."""
        yield self._operations
        with VerticalScroll(id="fields", can_focus=False):
            yield from self._lines()
        yield ProblemLine(id="problem", hides_when_empty=True)

    def _lines(self) -> ComposeResult:
        ids = SuggestFromList([model.model_id for model in ASYNC_MODELS])
        yield Field("model_id", "Model", keyed("any id or ARN; {form.choose} lists some"), ids)
        yield Field("endpoint_name", "Endpoint", keyed("any name; {form.choose} lists some"))
        yield JsonEditor()
        yield Complaint(id="input-complaint")
        yield FolderField(self._engine, "s3_uri", "Output", "s3://bucket/{date}/{model}/")
        where = InputCompletion(self._engine.offers)
        yield CompletedField("input_location", "Input", "s3:// URI, or a local file", where)
        yield FolderField(self._engine, "upload_to", "Upload", "s3:// folder (optional)")
        yield Field("inference_id", "ID", "filled in at submission")
        kms = "key or alias ARN (optional)"
        yield CompletedField("kms_key_id", "KMS key", kms, KeyCompletion(self._engine.offers))
        yield Field("bucket_owner", "Owner", "bucket's account (optional)")
        tags = "team=media run=42 (optional)"
        recent = TagCompletion(self._engine.board)
        yield CompletedField("tags", "Tags", tags, recent, holds_words=True)
        yield Field("token", "Token", "filled in at submission")
        yield Field("content_type", "Type", "application/json (optional)")
        yield Field("accept", "Accept", "of the answer (optional)")
        custom = "for the model (optional)"
        yield Field("custom_attributes", "Custom", custom, holds_words=True)
        yield Field("request_ttl_seconds", "TTL", "seconds in queue (optional)")
        yield Field("invocation_timeout_seconds", "Timeout", "seconds to run (optional)")
        yield Field("s3_output_path_extension", "Folder", "below the output (optional)")
        yield Field("filename", "File", "of the output (optional)")
        yield Field("guardrail_identifier", "Guard", "guardrail ID, ARN (optional)")
        yield Field("guardrail_version", "Version", "of it: a number or DRAFT")
        yield Field("trace", "Trace", "optional")
        yield Field("performance_config_latency", "Latency", "optional")
        yield Field("service_tier", "Tier", "optional")
        metadata = '{"team": "media"} (optional)'
        yield Field("request_metadata", "Metadata", metadata, holds_words=True)
        with Horizontal(id="buttons"):
            yield Button("Submit", id="submit", compact=True, variant="primary")

    def on_mount(self) -> None:
        """Follow how high the fields are: a field's first complaint comes after all is painted."""
        self.watch(self.query_one("#fields"), "virtual_size", self._keep_in_sight, init=False)

    @property
    def operation(self) -> str:
        """The operation whose fields are shown."""
        return self._operations.operation

    @operation.setter
    def operation(self, operation: str) -> None:
        self._operations.operation = operation

    @work(group="choices", exit_on_error=False)
    async def _offer_choices(self, operation: str) -> None:
        """Name the values that some fields may have, as the SDK's service model lists them."""
        self._has_choices.add(operation)
        for member, values in (await submission.choices(operation)).items():
            field = self._field(form.field_of(member))
            field.input.hint("/".join(values))
            field.input.suggester = SuggestFromList(values)

    @property
    def editor(self) -> JsonEditor:
        """The model input's editor."""
        return self.query_one(JsonEditor)

    def look(self, typed: Typed) -> None:
        """Look whether outputs, or an input from here, can go to their folder."""
        request, is_looked = typed.probe, True
        if isinstance(request, StartAsyncInvoke):
            fault = typed.faults.get("s3_uri", "")
            key, owner = request.kms_key_id, request.bucket_owner
            is_looked = self._folder("s3_uri").look(request.s3_uri, fault, key, owner)
        elif isinstance(request, InvokeEndpointAsync):
            fault = typed.faults.get("upload_to", "")
            is_looked = self._folder("upload_to").look(typed.upload_to, fault)
        if not self.is_frozen:  # else it is said how far the sending is
            self.say("" if is_looked else "not looked: mend the folder first", "$text-error")

    def _folder(self, name: str) -> FolderField:
        field = self._field(name)
        assert isinstance(field, FolderField)
        return field

    def show_source(self, text: str) -> None:
        """Say what the file is that is named as an endpoint's input, or nothing."""
        self.query_one("#input-location-field", CompletedField).show_becomes(text)

    def input(self, name: str) -> Input:
        """The input of a field of one line."""
        return self._field(name).input

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name.replace('_', '-')}-field", Field)

    @property
    def texts(self) -> dict[str, str]:
        """All that stands in the form, by field, and the operation."""
        lines = {name: self.input(name).value for name in form.LINES}
        return {OPERATION: self.operation, **lines, MODEL_INPUT: self.editor.text}

    @texts.setter
    def texts(self, texts: Mapping[str, str]) -> None:
        self.editor.text = texts.get(MODEL_INPUT, "")
        self._fill(texts)

    def put_in(self, texts: Mapping[str, str]) -> None:
        """Fill all of it; the input that stood there before can be had back."""
        self.editor.replace(texts.get(MODEL_INPUT, ""))
        self.editor.go_to_beginning()
        self._fill(texts)

    def _fill(self, texts: Mapping[str, str]) -> None:
        for name in form.LINES:
            self.input(name).value = texts.get(name, "")
        self.operation = form.operation_of(texts)
        self.complain({}, ())
        self.show_source("")
        self._template = ""
        self._show_filled()

    async def read(self) -> Typed:
        """What is typed, as a request; a long input is parsed off the event loop."""
        known, token = self._show_filled(), submission.new_token()
        return await asyncio.to_thread(form.read, self.texts, token, known)

    def _show_filled(self) -> dict[str, str]:
        """Show the folder with its placeholders filled in, and return what they become."""
        target = self.input(form.target_field(self.operation)).value
        known = destination.placeholders(target, self._engine.clock)
        for field in self.query(FolderField):
            field.show_filled(known)
        return known

    @property
    def is_frozen(self) -> bool:
        """Whether they stay as they are: what is typed now would be lost."""
        return self.disabled

    def freeze(self) -> None:
        """Take nothing more, until they are thawed."""
        if not self.is_frozen:
            self._focused = self.screen.focused
            self.disabled = True
            self.screen.refresh_bindings()

    def thaw(self) -> None:
        """Go on where the keyboard was."""
        if self.is_frozen:
            self.disabled = False
            # As the app gives the focus back: a field does not select all that stands in it.
            self.screen.set_focus(self._focused, from_app_focus=True)
            self.screen.refresh_bindings()

    def take_target(self, name: str) -> None:
        """Put a model or an endpoint in; an input that is still a template becomes the model's."""
        self.input(form.target_field(self.operation)).value = name
        model = model_named(name) if self.operation != AT_ENDPOINT else None
        smallest = {document.pretty(known.template) for known in ASYNC_MODELS} | {""}
        if model and self.editor.text.strip() in smallest:
            self.editor.replace(document.pretty(model.template))
        self.go_to(MODEL_INPUT)

    def change_operation(self, operation: str) -> None:
        """Change to another form; what they share stays, but for the template of a model."""
        if operation == self.operation:
            return
        was_at_endpoint = self.operation == AT_ENDPOINT
        before = form.target_field(self.operation)
        was_at_target = self.input(before).has_focus
        self.operation = operation
        if was_at_target and form.target_field(operation) != before:
            self.go_to_start()
        text = self.editor.text.strip()
        if operation == AT_ENDPOINT and text in _templates():
            self._template = text
            self.editor.replace("")
        elif was_at_endpoint and not text:
            model = model_named(self.input("model_id").value.strip())
            smallest = document.pretty(model.template) if model else ""
            self.editor.replace(self._template or smallest)

    @on(OperationLine.OperationClicked)
    def _operation_clicked(self, event: OperationLine.OperationClicked) -> None:
        self.change_operation(event.operation)

    def complain(self, faults: Mapping[str, str], warnings: Sequence[Fault]) -> None:
        """Say beside each field what is wrong with it, and that nothing is with the others."""
        beside = [warning for warning in warnings if warning.path in TARGETS]
        said = {**form.by_field(beside), **faults}
        if "AsyncInvoke" in said.get("model_id", "") or "InvokeModel" in said.get("model_id", ""):
            said["model_id"] += f"; {key_of('form.next-form')} changes to it"
        for name in form.LINES:
            self._field(name).complain(said.get(name, ""), is_warning=name not in faults)
        text = "\n".join(str(warning) for warning in warnings if warning not in beside)
        text = faults.get(MODEL_INPUT, "") or text
        if self.editor.fault and self.operation != AT_ENDPOINT:
            text = ""  # the editor says it itself
        self.query_one("#input-complaint", Complaint).complain(
            text, is_warning=MODEL_INPUT not in faults
        )
        self.call_after_refresh(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """What is said below one field may have pushed the one that has the focus out of sight."""
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            # What is said of a field stands below its input.
            fields = (each for each in focused.ancestors if isinstance(each, Field))
            next(fields, focused).scroll_visible(animate=False)

    def go_to_first(self, names: Collection[str]) -> None:
        """Give the keyboard to the first of some fields, from the top."""
        first, *rest = form.lines(self.operation)
        self.go_to(next(name for name in (first, MODEL_INPUT, *rest) if name in names))

    def go_to_start(self) -> None:
        """Give the keyboard to the model or endpoint, where none stands; else to the input."""
        target = form.target_field(self.operation)
        self.go_to(MODEL_INPUT if self.input(target).value else target)

    def take_input(self, text: str) -> bool:
        """Put an object that was pasted into a line into the input; False if that holds a text."""
        if self.editor.text.strip():
            return False
        self.editor.replace(text)
        return True

    def go_to(self, name: str) -> None:
        """Give the keyboard to a field; in the model input, to where it cannot be read."""
        if name != MODEL_INPUT:
            # As the app gives the focus back: the next letter replaces nothing that stands there.
            field = self.input(name)
            field.cursor_position = len(field.value)
            self.screen.set_focus(field, from_app_focus=True)
            return
        fault = self.editor.fault
        if fault and self.operation != AT_ENDPOINT:  # which takes what is no JSON
            self.editor.go_to(fault)
        else:
            self.editor.query_one(TextArea).focus()

    def say(self, text: str, style: str = "", problem: Problem | None = None) -> None:
        """Say what concerns all of it, and which problem that is of, or nothing."""
        self._said_of = self.texts if text else None
        line = self.query_one("#problem", ProblemLine)
        line.say(text, style, keep_lines=True, problem=problem)
        self.call_after_refresh(self._keep_in_sight)

    def tell(self, text: str) -> None:
        """Say how far something is, again and again; no text of the form is copied for it."""
        self._said_of = None
        self.query_one("#problem", ProblemLine).say(text, "$text-accent", keep_lines=True)

    def hush(self) -> None:
        """Say nothing of it any more, once it is not what it was said of."""
        if self._said_of is not None and self._said_of != self.texts:
            self.say("")

    def refuse(self, problem: Problem, note: str = "") -> None:
        """Say what went wrong, why, and what to do."""
        lines = [str(problem)]
        lines += [f"cause   {problem.cause}"] if problem.cause else []
        lines += [f"remedy  {problem.remedy}"] if problem.remedy else []
        lines += [f"request id  {problem.request_id}"] if problem.request_id else []
        lines += (
            [f"policy  {key_of('app.error', *FORM)} shows what to grant"] if problem.policy else []
        )
        self.say("\n".join([*lines, note] if note else lines), "$text-error", problem)

    @on(OperationLine.OperationChanged)
    def _show_fields(self) -> None:
        """Show the fields of the operation alone."""
        wanted = form.lines(self.operation)
        for name in form.LINES:
            self._field(name).display = name in wanted
        if self.operation not in self._has_choices:
            self._offer_choices(self.operation)
        self._say_body_type()
        focused = self.screen.focused
        if focused is not None and not all(each.display for each in focused.ancestors_with_self):
            self.go_to(MODEL_INPUT)  # or what is typed next would go nowhere

    @on(Input.Changed, "#content-type")
    def _say_body_type(self) -> None:
        """Have the editor know what it holds."""
        is_body = self.operation == AT_ENDPOINT
        self.editor.body_type = self.input("content_type").value.strip() if is_body else None


@cache
def _templates() -> frozenset[str]:
    """The inputs of models that nobody has typed."""
    smallest = (document.pretty(model.template) for model in ASYNC_MODELS)
    return frozenset((*smallest, *(each.fields[MODEL_INPUT].strip() for each in TEMPLATES)))
