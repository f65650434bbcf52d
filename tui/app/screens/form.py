"""The form of a new invocation. Checks as it is typed; loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import ClassVar

from msgspec.structs import asdict, replace
from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import ScreenResume
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, TextArea

from tui.app import external
from tui.app.bindings import FORM, bindings
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.models import ModelScreen
from tui.app.screens.prompt import PromptScreen
from tui.app.screens.working import ASKING, KEEPING, WorkingScreen
from tui.app.widgets.context_bar import ContextBar
from tui.app.widgets.keys import Keys
from tui.app.widgets.operation_line import OperationLine
from tui.app.widgets.pasting import RequestPasted
from tui.app.widgets.request_fields import RequestFields
from tui.engine import attaching, destination, opening, submission, templates
from tui.engine.attaching import Looked
from tui.engine.draft import KEEP_SECONDS, OpenDraft
from tui.engine.opening import Opened
from tui.engine.session import Engine
from tui.ledger.drafts import Draft
from tui.model import attachment, document, form, placeholder, template
from tui.model.catalogue import model_named
from tui.model.fault import Fault
from tui.model.form import MODEL_INPUT, OPERATION, Typed
from tui.model.invocation import Invocation, Key, Status, coarse, key_of_token
from tui.model.problem import Problem, ProblemError, problem_of
from tui.model.request import InvokeModel, Request, StartAsyncInvoke
from tui.model.template import Template
from tui.model.text import printable

CHECK_SECONDS = 0.3
"""How long the typing must rest before it is checked."""

DRAFT_SECONDS = 0.4
"""How much typing a crash may cost at the most."""

ELAPSED_SECONDS = 5.0
"""How often it is looked how long an answer has been waited for."""

NOT_EDITED = "the editor changed nothing; one with a window must be told to wait: code --wait"

RESCUED = "what was saved is a draft of its own: F3 lists it"

RESCUED_HERE = "what was saved stands in the form; ctrl+z takes it back"

ALREADY_SENT = "this was sent already under its token; ctrl+n starts over, or empty the token"

ONCE_MORE = "the same key once more goes on without keeping it"

NOT_WHILE_SENDING = frozenset(
    {
        "copy_as",
        "drafts",
        "edit",
        "format",
        "model",
        "open_file",
        "operation",
        "over",
        "submit",
        "template",
    }
)
"""The actions that change the form, or cover it."""


class FormScreen(WorkingScreen[Key | None]):
    """Types, checks and submits one request; dismissed with its invocation's key."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(FORM)
    AUTO_FOCUS = "#json"
    HELP_NAME = "form"

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
        self._draft = self._new_draft()
        self._unkept: Problem | None = None
        self._may_lose = False
        self._check_timer: Timer | None = None
        self._overridden: tuple[Fault, ...] = ()
        self._touched: set[str] = set()
        self._filled: dict[str, str] | None = None
        self._is_locked = False
        self._is_sending = False
        self._sent: Key | None = None
        self._focused: Widget | None = None
        self._path = ""
        self._rescued = ""
        self._rescuing: asyncio.Task[Problem | None] | None = None
        self._refused_name = ""

    def compose(self) -> ComposeResult:
        """Where it goes, the fields, and the buttons."""
        yield ContextBar(self._engine, "New invocation")
        yield RequestFields(self._engine)
        yield Keys(show_command_palette=False)

    async def on_mount(self) -> None:
        """Fill in the request to run again, else the newest draft, else the defaults."""
        self._keep_drafts()
        if self._request is not None:
            sent = attachment.literal(self._request.model_input)
            again = replace(self._request, client_request_token="", model_input=sent)
            self._fill(form.fields_of(again))
            return
        try:
            drafts = await self._engine.drafts.all()
        except ProblemError as error:
            self._start_over()
            self._fields.refuse(error.problem)
            return
        if drafts:
            others = f"; F3 lists all {len(drafts)}" if len(drafts) > 1 else ""
            note = f"your draft, as you left it{others}; ctrl+n starts over"
            await self._open_draft(drafts[0], note)
        else:
            self._start_over()

    async def _open_draft(self, draft: Draft, note: str = "") -> None:
        self._draft = self._new_draft(draft)
        self._fill(draft.fields)
        token = draft.fields.get("token", "").strip()
        with contextlib.suppress(ProblemError):  # the ledger's trouble is told when it is kept
            note = ALREADY_SENT if token and await self._engine.was_sent(token) else note
        self._fields.say(note, "$foreground-muted")
        self._check()

    def _new_draft(self, held: Draft | None = None) -> OpenDraft:
        engine = self._engine
        keep_inputs = engine.settings.history.keep_inputs
        return OpenDraft(engine.drafts, engine.clock, keep_inputs=keep_inputs, held=held)

    def _start_over(self) -> None:
        """The defaults and the model's template, as a draft of its own."""
        defaults = self._engine.settings.defaults
        model = model_named(defaults.model_id)
        self._draft = self._new_draft()
        template = document.pretty(model.template) if model else ""
        self._fill({OPERATION: self._fields.operation, **asdict(defaults), MODEL_INPUT: template})

    @property
    def _fields(self) -> RequestFields:
        return self.query_one(RequestFields)

    def _fill(self, texts: dict[str, str]) -> None:
        self._fields.texts = texts
        self._fields.output.show_filled(self._placeholders())
        self._filled = self._fields.texts
        self._touched.clear()

    async def _read(self) -> Typed:
        """What is typed, as a request; a long input is parsed off the event loop."""
        known, token = self._placeholders(), submission.new_token()
        self._fields.output.show_filled(known)
        return await asyncio.to_thread(form.read, self._fields.texts, token, known)

    def _placeholders(self) -> dict[str, str]:
        """What those of the output URI stand for."""
        return destination.placeholders(self._fields.input("model_id").value, self._engine.clock)

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Input.Changed | TextArea.Changed) -> None:
        """Check and keep what is typed, once the typing rests."""
        if not self._touched and self._filled in (None, self._fields.texts):
            return
        name = str(event.control.id)
        self._touched.add(MODEL_INPUT if name == "json" else name.replace("-", "_"))
        if self._is_locked:
            return
        self._may_lose = False
        if self._unkept is None:
            self._fields.say("")
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
        fields, said = self._fields.texts, self._unkept
        is_typed = self._touched or self._filled not in (None, fields)
        is_due = is_typed and self._sent is None
        self._unkept = await self._draft.keep(fields, patience) if is_due else None
        if self._unkept is None:
            self._may_lose = False
            if said is not None:
                self._fields.say("")
        elif self._unkept != said:
            self._fields.refuse(self._unkept, ONCE_MORE if self._may_lose else "")
        return self._unkept is None

    async def let_go(self) -> bool:
        """Whether what is typed may leave the form: it is kept, or its loss was asked for twice."""
        is_asked_twice = self._may_lose
        if await self.keep() or is_asked_twice:
            return True
        self._may_lose = True
        if self._unkept is not None:
            self._fields.refuse(self._unkept, ONCE_MORE)
        return False

    @work(exclusive=True, group="check", exit_on_error=False)
    async def _check(self) -> None:
        """Say what is wrong with the fields that were typed in."""
        if self._is_locked:
            return
        typed = await self._read()
        shown = {name: text for name, text in typed.faults.items() if name in self._touched}
        _, faults, warnings = await self._judge(typed)
        self._fields.complain(faults | shown, warnings)

    async def _judge(self, typed: Typed) -> tuple[Looked, dict[str, str], tuple[Fault, ...]]:
        """Look at the files that the input names, and hold it all against the rules."""
        looked = await attaching.look(typed.probe.model_input)
        verdict = await submission.check(replace(typed.probe, model_input=looked.stand_in))
        faults = form.by_field(verdict.faults)
        if looked.faults:
            faults[MODEL_INPUT] = "\n".join(map(str, looked.faults))
        doubts = template.unfilled(typed.probe.model_input)
        if isinstance(typed.probe, StartAsyncInvoke):
            doubts += self._engine.offers.warnings(typed.probe.model_id)
        self._fields.editor.note = "  ".join(f"{name} {of}" for name, of in looked.notes.items())
        return looked, faults, (*doubts, *looked.warnings, *verdict.warnings)

    @on(Button.Pressed, "#submit")
    def action_submit(self) -> None:
        """Check everything; send it if nothing is wrong."""
        if not self._is_locked:
            self._lock()
            self._send()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the form as it is while it is being sent."""
        if action == "cancel":
            return self.awaited is not None
        return None if self._is_locked and action in NOT_WHILE_SENDING else True

    def _lock(self) -> None:
        """What is typed now would be lost with the draft of what is being sent."""
        self._is_locked, self._focused = True, self.focused
        self._fields.disabled = True

    def _unlock(self) -> None:
        if self._is_locked:
            self._is_locked = self._is_sending = False
            self._fields.disabled = False
            self.set_focus(self._focused)

    @work(group="send", exit_on_error=False)
    async def _send(self) -> None:
        try:
            self._sent = await self._send_once()
        except Exception:
            self._unlock()
            raise
        if self._sent is None:
            self._unlock()
        self._close_when_sent()

    @on(ScreenResume)
    def _close_when_sent(self) -> None:
        """Leave when it is sent; what lies over the form, such as its help, is left first."""
        if self._sent is not None and self.is_active:
            self.dismiss(self._sent)

    async def _send_once(self) -> Key | None:
        """The invocation's key, or None when it was not sent; why is said."""
        typed = await self._read()
        looked, faults, warnings = await self._judge(typed)
        faults |= typed.faults
        self._fields.complain(faults, warnings)
        if faults or typed.request is None:
            self._unlock()
            self._touched.update(faults)  # what is marked stays marked until it is mended
            self._fields.go_to_first(faults)
            self._fields.say("not sent: mend what is marked, then submit again", "$error")
            return None
        if warnings and warnings != self._overridden:
            self._overridden = warnings
            self._fields.say(
                "the model's documented rules say otherwise; submit again to send it", "$warning"
            )
            return None
        if self._engine.settings.confirm and not await self._is_confirmed(typed.request):
            return None
        if isinstance(typed.request, StartAsyncInvoke):
            # The draft must hold the token: opened again, it must not become a second invocation.
            # So must it the folder that was sent: with another one, the token would be refused.
            self._fields.input("token").value = typed.request.client_request_token
            self._fields.input("s3_uri").value = placeholder.literal(typed.request.s3_uri)
            self._touched.add("token")
        if not await self.keep(patience=None):
            return None
        self._fields.say("sending…", "$accent")
        try:
            request = replace(typed.request, model_input=await attaching.fill(looked))
            row = await self._submit(request)
        except ProblemError as error:
            self._fields.refuse(error.problem)
            return None
        if row.is_waited_for and row.status is Status.UNKNOWN:
            self._fields.say(f"no answer: {row.failure_message}", "$error")
            return None
        return row.key

    async def _submit(self, request: Request) -> Invocation:
        """Submit it; from here on, leaving the form does not stop it."""
        self._is_sending = True
        if not isinstance(request, InvokeModel):
            return await self._engine.submit(request, self._draft.id)
        self.awaited = key_of_token(request.client_request_token)
        self.refresh_bindings()
        begun = self._engine.clock()

        def tell() -> None:
            elapsed = coarse((self._engine.clock() - begun).total_seconds())
            text = f"waiting for the answer · {elapsed} · ctrl+x cancels, esc waits in the table"
            self._fields.say(text, "$accent")

        tell()
        telling = self.set_interval(ELAPSED_SECONDS, tell)
        try:
            return await self._engine.submit(request, self._draft.id)
        finally:
            telling.stop()
            self.awaited = None

    def action_cancel(self) -> None:
        """Wait for the answer no more."""
        if self.awaited:
            self._engine.calls.cancel(self.awaited)

    async def _is_confirmed(self, request: Request) -> bool:
        """Show what will be sent, and where to, and ask whether it shall."""
        engine = self._engine
        account = engine.identity.account if engine.identity else "not known"
        endpoint = engine.context.endpoint_url or "AWS's own"
        facts = {"where": engine.context.title, "account": account, "endpoint": endpoint}
        text = form.summary(request, facts)
        question = ConfirmScreen(f"Submit this to {request.model_id}?", text)
        is_agreed = await self.app.push_screen_wait(question)
        if not is_agreed:
            self._fields.say("not sent", "$foreground-muted")
        return is_agreed

    async def action_model(self) -> None:
        """Choose the model from a list."""
        screen = ModelScreen(self._engine, self._fields.input("model_id").value.strip())
        await self.app.push_screen(screen, self._take_model)

    def _take_model(self, chosen: str | None) -> None:
        """Put a model in; an input that is still a template becomes the model's."""
        if not chosen:
            return
        self._fields.take_model(chosen)
        self._touched.add("model_id")

    def action_operation(self) -> None:
        """Change to the next operation's form; what they share stays."""
        self._fields.operation = self._fields.query_one(OperationLine).following
        self._fields.say("")

    @on(OperationLine.OperationChanged)
    def _operation_changed(self) -> None:
        """Hold what stands there against the other operation's rules."""
        if not self._is_locked:
            self._check()

    async def action_open_file(self) -> None:
        """Read a whole request, or just the model input, from a JSON file."""
        hint = "a request in any tool's syntax, or an input"

        def read(path: str | None) -> None:
            if path:
                self._path = path
                self._take_in(partial(opening.read_file, path))

        await self.app.push_screen(PromptScreen("Open file", self._path, hint), read)

    @on(RequestPasted)
    def _pasted(self, message: RequestPasted) -> None:
        self._take_in(partial(opening.read_text, message.text))

    @work(group="file", exit_on_error=False)
    async def _take_in(self, read: Callable[[], Opened], *, is_whole: bool = True) -> None:
        """Put in what was opened or pasted; what stood here before stays as a draft of its own.

        Args:
            read: Reads it.
            is_whole: Whether a request leaves nothing of what stands here but the output.
        """
        try:
            opened = await asyncio.to_thread(read)
        except ValueError as error:
            self._fields.say(str(error), "$error")
            return
        is_let_go = not self._is_locked and await self.let_go()
        if self._is_locked:
            self.app.notify("not taken in: the form is being sent", markup=False)
        if self._is_locked or not is_let_go:
            return
        self._draft = self._new_draft()
        self._fill(form.with_opened(self._fields.texts, opened.fields, is_whole=is_whole))
        self._touched.update(opened.fields)
        self._fields.say("")
        self._fields.editor.select_placeholder()
        for note in opened.notes:
            self.app.notify(printable(note), markup=False)
        self._check()

    async def action_template(self) -> None:
        """Take a template, or save what stands here as one."""
        from tui.app.screens.templates import TemplateScreen

        folder = self._engine.settings.template_folder
        own, faults = await asyncio.to_thread(templates.load, folder)
        screen = TemplateScreen(own, faults, self._fields.input("model_id").value.strip())
        await self.app.push_screen(screen, self._take_template)

    def _take_template(self, chosen: Template | str | None) -> None:
        if isinstance(chosen, Template):
            self._take_in(partial(Opened, dict(chosen.fields)), is_whole=False)
        elif chosen:
            self._save_template()

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def _save_template(self) -> None:
        """Save what stands here under a name that is asked for; the token is left out."""
        try:
            members = form.members_of({**self._fields.texts, "token": ""})
        except ValueError as error:
            self._fields.say(f"not saved: {error}", "$error")
            return
        hint = f"a name; it goes to {self._engine.settings.template_folder}"
        ask = PromptScreen("Save as template", "", hint)
        if not (name := await self.app.push_screen_wait(ask)):
            return
        try:
            path = await asyncio.to_thread(
                templates.save,
                self._engine.settings.template_folder,
                name,
                members,
                replaces=name == self._refused_name,
            )
        except ProblemError as error:
            self._refused_name = name
            self._fields.refuse(error.problem)
            return
        self._fields.say(f"saved as {path}", "$foreground-muted")

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_copy_as(self) -> None:
        """Copy what stands here as a command, as JSON or as code."""
        from tui.app.screens.copy_as import CopyScreen

        typed = await self._read()
        if typed.request is None:
            self._fields.complain(dict(typed.faults), ())
            self._fields.go_to_first(typed.faults)
            self._fields.say("not copied: mend what is marked first", "$error")
            return
        token = self._fields.input("token").value.strip()
        request = replace(typed.request, client_request_token=token)
        done = await self.app.push_screen_wait(CopyScreen(request, self._engine.context))
        if done:
            self._fields.say(done, "$foreground-muted")

    async def action_format(self) -> None:
        """Lay the JSON out, or go to where it is none."""
        if self._fields.editor.fault:
            self._fields.go_to(MODEL_INPUT)
        else:
            await self._fields.editor.format()

    def action_edit(self) -> None:
        """Change the input in the editor of the person's choice."""
        if not self._is_locked:
            self._lock()
            self._edit()

    @work(group="edit", exit_on_error=False)
    async def _edit(self) -> None:
        texts = self._fields.texts
        text, poller, self._rescuing = texts[MODEL_INPUT], self._engine.poller, None
        try:
            rescue = partial(self._rescue, texts)
            edited = await external.edited(self.app, poller, text, rescue)
        except Exception as error:
            self._unlock()
            self._fields.refuse(problem_of(error), await self._where_rescued())
            return
        self._unlock()
        self._fields.editor.replace(edited)
        self._fields.say(NOT_EDITED if edited == text else "", "$foreground-muted")

    async def _where_rescued(self) -> str:
        """Say where is what an editor saved before it failed; where no draft has it, the form."""
        if self._rescuing is None:
            return ""
        is_kept = await self._rescuing is None and self._engine.settings.history.keep_inputs
        if not is_kept:
            self._fields.editor.replace(self._rescued)
        return RESCUED if is_kept else RESCUED_HERE

    def _rescue(self, texts: dict[str, str], saved: str) -> None:
        """Keep what an editor saved and did not bring back, as a draft of its own."""
        keeping = self._new_draft().keep({**texts, MODEL_INPUT: saved})
        self._rescued = saved
        # The screen may be leaving, and its workers with it.
        self._rescuing = asyncio.get_running_loop().create_task(keeping)

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
                await self._open_draft(draft)
            elif self._draft.id in screen.deleted:
                self._start_over()
                self._fields.say("its draft was deleted: this is another form", "$foreground-muted")

        await self.app.push_screen(screen, take)

    async def action_over(self) -> None:
        """Begin another form; what stood in this one is kept as a draft."""
        if await self.let_go():
            self._start_over()
            self._fields.say("")
            self._fields.go_to(MODEL_INPUT)

    @work(exclusive=True, group="look", exit_on_error=False)
    async def action_look(self) -> None:
        """Look whether the outputs can go where they shall."""
        typed = await self._read()
        if isinstance(typed.probe, StartAsyncInvoke):
            self._fields.output.look(typed.probe, typed.faults.get("s3_uri", ""))

    async def action_back(self) -> None:
        """Leave; the draft is kept, and what is being sent goes on."""
        if not self._is_locked and self._fields.output.forget():
            return
        if not self._is_sending and not await self.let_go():
            return
        if self._is_sending:
            what = "the answer is waited for" if self.awaited else "sending goes on"
            self.app.notify(f"{what}; its row says when AWS answers", markup=False)
        if self.is_active:
            self.dismiss(self.awaited)
