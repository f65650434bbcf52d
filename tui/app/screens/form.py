"""The form of a new invocation. Checks as it is typed; loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from msgspec.structs import replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import ScreenResume
from textual.timer import Timer
from textual.widgets import Button, Input, TextArea

from tui.app.bindings import bindings, key_of
from tui.app.external import RoundTrip
from tui.app.screens.endpoints import EndpointScreen
from tui.app.screens.form_draft import AS_NEW, FormDraft
from tui.app.screens.form_holding import NOT_TAKEN, HeldScreen
from tui.app.screens.form_judging import judge
from tui.app.screens.form_saving import Saving
from tui.app.screens.form_sending import Sending
from tui.app.screens.models import ModelScreen
from tui.app.screens.prompt import PromptScreen
from tui.app.screens.working import ASKING, KEEPING
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.keys import Keys
from tui.app.widgets.operation_line import OperationLine
from tui.app.widgets.pasting import RequestPasted
from tui.app.widgets.request_fields import RequestFields
from tui.engine import opening, templates
from tui.engine.draft import KEEP_SECONDS
from tui.engine.opening import Opened
from tui.engine.session import Engine
from tui.ledger.drafts import Draft
from tui.model import attachment, form
from tui.model.actions import FORM
from tui.model.form import ASYNC, AT_ENDPOINT, MODEL_INPUT, WAITED_FOR
from tui.model.invocation import Key
from tui.model.problem import ProblemError
from tui.model.request import Request
from tui.model.template import Template
from tui.model.text import unquoted

CHECK_SECONDS = 0.3
"""How long the typing must rest before it is checked."""

CHECKING = "check"
"""The group of the workers that check what is typed."""

DRAFT_SECONDS = 0.4
"""How much typing a crash may cost at the most."""

NOT_WHILE_HELD = frozenset(
    {"copy_as", "drafts", "edit", "format", "look", "model", "open_file", "operation", "over"}
    | {"submit", "template"}
)
"""The actions that change the form, or cover it."""

HELP_NAMES = {ASYNC: "form", AT_ENDPOINT: "endpoint", WAITED_FOR: "waiting"}
"""The forms' names in the registry of actions."""

LEFT = "the upload is cancelled and nothing was sent; the draft is kept"


class FormScreen(HeldScreen[Key | None]):
    """Types, checks and submits one request; dismissed with its invocation's key."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)
    AUTO_FOCUS = "#json"

    @property
    def help_name(self) -> str:
        """The keys of the operation's own form, or those that do something while it is sent."""
        if self.is_uploading:
            return "uploading"
        if self.is_held and not self.is_reading:
            return "awaited" if self.awaited else "sending"
        return HELP_NAMES[self._fields.operation]

    def __init__(
        self,
        engine: Engine,
        request: Request | None = None,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Open an empty form, the newest draft, or a request to be run again.

        Args:
            engine: Where it is submitted.
            request: What to start from; its token is left out, since it stands for the first run.
            rest: Waits for so many seconds between two drafts.
        """
        super().__init__()
        self._engine = engine
        self._request = request
        self._rest = rest
        self._fields = RequestFields(engine)
        self._draft = FormDraft(engine, self._fields)
        self._sending = Sending(self, engine, self._fields, self._draft)
        self._saving = Saving(self, engine, self._fields)
        self._check_timer: Timer | None = None
        self._path = ""

    def compose(self) -> ComposeResult:
        """Where it goes, the fields, and the buttons."""
        yield ContextBar(self._engine, "New invocation")
        yield self._fields
        yield Keys()

    async def on_mount(self) -> None:
        """Fill in the request to run again, else the newest draft, else the defaults."""
        self._keep_drafts()
        if self._request is not None:
            sent = attachment.literal(self._request.model_input)
            again = replace(self._request, client_request_token="", model_input=sent)
            self._draft.fill(form.fields_of(again))
            left_out = form.not_shown(type(again).__name__, again.arguments())
            self._fields.say(left_out, "$text-warning")
            return
        try:
            drafts = await self._engine.drafts.all()
        except ProblemError as error:
            self._draft.start_over()
            self._fields.refuse(error.problem)
            return
        if drafts:
            others = f"; {key_of('form.drafts')} lists all {len(drafts)}" if len(drafts) > 1 else ""
            note = f"your draft, as you left it{others}; {key_of('form.start-over')} starts over"
            await self._draft.open(drafts[0], note)
            self._check()
        else:
            self._draft.start_over()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed) -> None:
        """Check and keep what is typed, once the typing rests."""
        if not self._draft.is_typed:
            return
        name = str(event.control.id)
        self._draft.touched.add(MODEL_INPUT if name == "json" else name.replace("-", "_"))
        if self.is_held:
            return
        self._draft.type_on()
        if self._check_timer:
            self._check_timer.stop()
        self._check_timer = self.set_timer(CHECK_SECONDS, self._check)

    @work(group=KEEPING, exit_on_error=False)
    async def _keep_drafts(self) -> None:
        """Keep what is typed, again and again; a timer's message would wait behind the keys."""
        while True:
            await self._rest(DRAFT_SECONDS)
            await self.keep(patience=None)

    async def keep(self, patience: float | None = KEEP_SECONDS) -> bool:
        """Keep what is typed, as a draft; say so when it cannot be."""
        return await self._draft.keep(patience)

    async def let_go(self) -> bool:
        """Whether what is typed may leave the form: it is kept, or its loss was asked for twice."""
        return await self._draft.let_go()

    @work(exclusive=True, group=CHECKING, exit_on_error=False)
    async def _check(self) -> None:
        """Say what is wrong with the fields that were typed in."""
        if self.is_held:
            return
        typed, told = await self._fields.read(), self._draft.touched | self._draft.stood
        shown = {name: text for name, text in typed.faults.items() if name in told}
        judged = await judge(self._engine, self._fields, typed)
        self._fields.complain({**judged.faults, **shown}, judged.warnings)

    @on(Button.Pressed, "#submit")
    def action_submit(self) -> None:
        """Check everything; send it if nothing is wrong."""
        if not self.is_held:
            self.hold()
            self._send()

    def hold(self) -> None:
        """Take nothing more; a check that ends later would say what does not hold any more."""
        self.workers.cancel_group(self, CHECKING)
        super().hold()

    def release(self) -> None:
        """Take what is typed again."""
        super().release()
        self._check()  # holding it has stopped the check of what was typed before

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the form as it is while it is held; look at a folder where there is one."""
        is_busy = self.awaited is not None or self.is_uploading
        if action == "cancel":
            return is_busy
        if self.is_held and action in NOT_WHILE_HELD:
            return False
        return action != "look" or self._fields.operation != WAITED_FOR

    @work(group="send", exit_on_error=False)
    async def _send(self) -> None:
        await self._sending.send()
        self._close_when_sent()

    @on(ScreenResume)
    def _close_when_sent(self) -> None:
        """Leave when it is sent; what lies over the form, such as its help, is left first."""
        if self._sending.sent is not None and self.is_active:
            self.dismiss(self._sending.sent)

    def action_cancel(self) -> None:
        """Wait for the answer, or the upload, no more."""
        self._sending.staging.cancel()
        if self.awaited:
            self._engine.calls.cancel(self.awaited)

    async def action_model(self) -> None:
        """Choose the model, or the endpoint, from a list."""
        operation, current = self._fields.operation, form.target_of(self._fields.texts)
        if operation == AT_ENDPOINT:
            await self.app.push_screen(EndpointScreen(self._engine, current), self._take_target)
        else:
            screen = ModelScreen(self._engine, current, operation)
            await self.app.push_screen(screen, self._take_target)

    def _take_target(self, chosen: str | None) -> None:
        """Put a model or an endpoint in; an input that is still a template becomes the model's."""
        if chosen:
            self._fields.take_target(chosen)
            self._draft.touched.add(form.target_field(self._fields.operation))

    def action_operation(self) -> None:
        """Change to the next operation's form; what they share stays."""
        self._fields.change_operation(self._fields.query_one(OperationLine).following)
        self._fields.say("")

    @on(OperationLine.OperationChanged)
    def _operation_changed(self) -> None:
        """Hold what stands there against the other operation's rules."""
        if not self.is_held:
            self._check()

    async def action_open_file(self) -> None:
        """Read a whole request, or just the model input, from a JSON file."""
        opened: list[Opened] = []

        async def read(path: str) -> None:
            self._path = path
            operation = self._fields.operation
            found = await asyncio.to_thread(opening.read_file, unquoted(path), operation)
            is_body = operation == AT_ENDPOINT  # which may be many lines
            if not is_body and opening.are_many(found.fields.get(MODEL_INPUT, "")):
                raise ValueError(opening.MANY)
            opened.append(found)

        hint = "a request in any tool's syntax, or an input as it stands"
        screen = PromptScreen("Open file", self._path, hint, read)
        await self.app.push_screen(screen, lambda path: self._take_in(opened.pop) if path else None)

    @on(RequestPasted)
    def _pasted(self, message: RequestPasted) -> None:
        self._take_in(partial(opening.read_pasted, message.request))

    def _take_in(self, read: Callable[[], Opened], *, is_whole: bool = True) -> None:
        """Put in what was opened or pasted; what stood here before stays as a draft of its own.

        Args:
            read: Reads it.
            is_whole: Whether a request leaves nothing of what stands here but the output.
        """
        self.begin_reading()
        self._read_in(read, is_whole=is_whole)

    @work(group="file", exit_on_error=False)
    async def _read_in(self, read: Callable[[], Opened], *, is_whole: bool) -> None:
        is_taken = False
        try:
            opened = await asyncio.to_thread(read)
            if await self.let_go():
                is_taken = True
                self._draft.take_in(opened, is_whole=is_whole)
                for note in opened.notes:
                    self.say(note)
        except ValueError as error:
            self._fields.say(str(error), "$text-error")
        finally:
            self.end_reading(is_taken=is_taken)
        if is_taken:
            self._fields.editor.select_placeholder()

    async def action_template(self) -> None:
        """Take a template, or save what stands here as one."""
        from tui.app.screens.templates import TemplateScreen

        folder = self._engine.settings.template_folder
        own, faults = await asyncio.to_thread(templates.load, folder)
        texts = self._fields.texts
        screen = TemplateScreen(own, faults, form.operation_of(texts), form.target_of(texts))
        await self.app.push_screen(screen, self._take_template)

    def _take_template(self, chosen: Template | str | None) -> None:
        if isinstance(chosen, Template):
            self._take_in(partial(Opened, dict(chosen.fields)), is_whole=False)
        elif chosen:
            self._save_template()

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def _save_template(self) -> None:
        await self._saving.save()

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_copy_as(self) -> None:
        """Copy what stands here as a command, as JSON or as code."""
        from tui.app.screens import copy_as

        typed = await self._fields.read()
        if typed.request is None:
            self._fields.complain(dict(typed.faults), ())
            self._fields.go_to_first(typed.faults)
            self._fields.say("not copied: mend what is marked first", "$text-error")
            return
        field = form.token_field(self._fields.operation) or "token"
        token = self._fields.input(field).value.strip()
        request = replace(typed.request, client_request_token=token)
        if done := await copy_as.ask(self.app, request, self._engine):
            self._fields.say(done, "$foreground-muted")

    async def action_format(self) -> None:
        """Lay the JSON out, or go to where it is none."""
        if not self._fields.editor.is_json:
            self._fields.say("only JSON is laid out", "$text-error")
        elif fault := await self._fields.editor.format():
            self._fields.editor.go_to(fault)
            self._fields.say(f"not laid out: {fault.message}", "$text-error")

    def action_edit(self) -> None:
        """Change the input in the editor of the person's choice."""
        if not self.is_held:
            self.hold()
            self._edit()

    @work(group="edit", exit_on_error=False)
    async def _edit(self) -> None:
        spare = self._draft.another()
        await RoundTrip(self.app, self._engine, self._fields, spare).make()
        self._check()

    async def action_drafts(self) -> None:
        """Choose another draft from a list, or delete some."""
        from tui.app.screens.drafts import DraftScreen

        if not await self.let_go():
            return
        try:
            drafts = await self._engine.drafts.all()
        except ProblemError as error:
            self._fields.refuse(error.problem)
            return
        screen = DraftScreen(self._engine, drafts)

        async def take(draft: Draft | None) -> None:
            if draft is not None:
                await self._draft.open(draft)
                self._check()
            elif self._draft.id in screen.deleted:
                self._draft.start_over()
                self._fields.say("its draft was deleted: this is another form", "$foreground-muted")

        await self.app.push_screen(screen, take)

    async def action_over(self) -> None:
        """Begin another form; what stood in this one is kept as a draft."""
        if await self.let_go():
            before, told = self._fields.texts, self._draft.beside
            self._draft.start_over()
            self._fields.say(AS_NEW if self._fields.texts == before else told, "$foreground-muted")

    @work(exclusive=True, group="look", exit_on_error=False)
    async def action_look(self) -> None:
        """Look whether the outputs, or the input, can go where they shall."""
        self._fields.look(await self._fields.read())

    async def action_back(self) -> None:
        """Leave; the draft is kept, and what is being sent goes on."""
        if not self._sending.is_under_way and not await self.let_go():
            return
        told = [NOT_TAKEN] * self.is_reading + [LEFT] * self.is_uploading
        if self._sending.is_under_way:
            what = "the answer is waited for" if self.awaited else "sending goes on"
            told.append(f"{what}; the table tells when AWS answers")
        self._sending.staging.cancel()
        for text in told:
            self.say(text)
        if self.is_active:
            asked = self._sending.asked
            self.dismiss(asked if asked and asked in self._engine.board else None)
