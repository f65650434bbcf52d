"""What the form does to send its request: judge it, ask about it, submit it, wait for the answer.

Keeping the form as it is meanwhile, and leaving it, is the form's matter.
"""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form_draft import FormDraft
from tui.app.screens.working import WorkingScreen
from tui.app.widgets.request_fields import RequestFields
from tui.engine import attaching, submission
from tui.engine.attaching import Looked
from tui.engine.session import Engine
from tui.model import form, placeholder, template
from tui.model.fault import Fault
from tui.model.form import MODEL_INPUT, Typed
from tui.model.invocation import Invocation, Key, Status, duration, key_of_token
from tui.model.problem import ProblemError
from tui.model.request import InvokeModel, Request, StartAsyncInvoke

ELAPSED_SECONDS = 1.0
"""How often it is looked how long an answer has been waited for."""

MAY_HAVE_RUN = "it may have run, and is charged for then; ctrl+s asks once more, and anew"
"""What to know before a question that was not answered is asked again."""


class Sending:
    """Sends what stands in the form's fields; says why when it does not.

    Attributes:
        sent: The invocation that was sent.
        asked: What was last waited for, answered or not.
        is_under_way: Whether it goes on when the form is left.
    """

    def __init__(
        self,
        screen: WorkingScreen[Key | None],
        engine: Engine,
        fields: RequestFields,
        draft: FormDraft,
    ) -> None:
        """Send nothing yet.

        Args:
            screen: The form; it is told what it waits for.
            engine: Where it is submitted.
            fields: What is sent, and where it is said what is wrong.
            draft: Keeps the token before it is used.
        """
        self.sent: Key | None = None
        self.asked: Key | None = None
        self.is_under_way = False
        self._screen = screen
        self._engine = engine
        self._fields = fields
        self._draft = draft
        self._warned: tuple[object, ...] = ()

    async def judge(self, typed: Typed) -> tuple[Looked, dict[str, str], tuple[Fault, ...]]:
        """Look at the files that the input names, and hold it all against the rules.

        Returns:
            The files, the faults by field, and the warnings.
        """
        looked = await attaching.look(typed.probe.model_input)
        verdict = await submission.check(replace(typed.probe, model_input=looked.stand_in))
        faults = form.by_field(verdict.faults)
        if looked.faults:
            faults[MODEL_INPUT] = "\n".join(map(str, looked.faults))
        doubts = await asyncio.to_thread(template.unfilled, typed.probe.model_input)
        if isinstance(typed.probe, StartAsyncInvoke):
            doubts += self._engine.offers.warnings(typed.probe.model_id)
        self._fields.editor.note = "  ".join(f"{name} {of}" for name, of in looked.notes.items())
        return looked, faults, (*doubts, *looked.warnings, *verdict.warnings)

    async def send(self) -> None:
        """Send it if nothing is wrong; the fields thaw where it was not sent."""
        try:
            self.sent = await self._send_once()
        except Exception:
            self._thaw()
            raise
        if self.sent is None:
            self._thaw()
        self._draft.is_sent = self.sent is not None

    def _thaw(self) -> None:
        self.is_under_way = False
        self._fields.thaw()

    async def _send_once(self) -> Key | None:
        """The invocation's key, or None when it was not sent; why is said."""
        typed = await self._fields.read()
        looked, faults, warnings = await self.judge(typed)
        faults |= typed.faults
        self._fields.complain(faults, warnings)
        if faults or typed.request is None:
            self._fields.thaw()
            self._draft.touched.update(faults)  # what is marked stays marked until it is mended
            self._fields.go_to_first(faults)
            self._fields.say("not sent: mend what is marked, then submit again", "$text-error")
            return None
        # The token is no part of it: what was not sent for another reason is not asked about again.
        warned = self._draft.id, {**self._fields.texts, "token": ""}, looked.stamps, warnings
        if warnings and warned != self._warned:
            self._warned = warned
            self._fields.say(
                "the model's documented rules say otherwise; submit again to send it",
                "$text-warning",
            )
            return None
        if self._engine.settings.confirm and not await self._is_confirmed(typed.request, looked):
            return None
        return await self._send_for_good(typed.request, looked)

    async def _send_for_good(self, request: Request, looked: Looked) -> Key | None:
        """The invocation's key, or None when it was not sent, and may be typed on."""
        folder = self._fields.input("s3_uri").value
        if isinstance(request, StartAsyncInvoke):
            # The draft must hold the token: opened again, it must not become a second invocation.
            # So must it the folder that was sent: with another one, the token would be refused.
            self._fields.input("token").value = request.client_request_token
            self._fields.input("s3_uri").value = placeholder.literal(request.s3_uri)
            self._draft.touched.add("token")
        else:
            self._draft.note_asked(request.client_request_token)
        if not await self._draft.keep(patience=None):
            self._fields.input("s3_uri").value = folder
            return None
        self._fields.say("sending…", "$accent")
        try:
            content = await attaching.fill(looked)
            row = await self._submit(replace(request, model_input=content))
        except ProblemError as error:
            self._fields.input("s3_uri").value = folder  # it is not there under that one
            self._fields.refuse(error.problem)
            return None
        if row.is_waited_for and row.status is Status.UNKNOWN:
            told = f"no answer: {row.failure_message}\n{MAY_HAVE_RUN}"
            self._fields.say(told, "$text-error")
            return None
        return row.key

    async def _is_confirmed(self, request: Request, looked: Looked) -> bool:
        """Show what will be sent, and where to, and ask whether it shall."""
        engine = self._engine
        account = engine.identity.account if engine.identity else "not known"
        endpoint = engine.context.endpoint_url or "AWS's own"
        facts = {"where": engine.context.title, "account": account, "endpoint": endpoint}
        text = await asyncio.to_thread(form.summary, request, facts, looked.size)
        question = ConfirmScreen(f"Submit this to {request.model_id}?", text)
        is_agreed = await self._screen.app.push_screen_wait(question)
        if not is_agreed:
            self._fields.say("not sent", "$foreground-muted")
        return is_agreed

    async def _submit(self, request: Request) -> Invocation:
        """Submit it; from here on, leaving the form does not stop it."""
        self.is_under_way = True
        if not isinstance(request, InvokeModel):
            return await self._engine.submit(request, self._draft.kept)
        self._screen.awaited = self.asked = key_of_token(request.client_request_token)
        self._screen.refresh_bindings()
        begun = self._engine.clock()

        def tell() -> None:
            elapsed = duration((self._engine.clock() - begun).total_seconds())
            text = f"waiting for the answer · {elapsed} · ctrl+x cancels, esc waits in the table"
            self._fields.say(text, "$accent")

        tell()
        telling = self._screen.set_interval(ELAPSED_SECONDS, tell)
        try:
            return await self._engine.submit(request, self._draft.kept)
        finally:
            telling.stop()
            self._screen.awaited = None
            self._screen.refresh_bindings()
