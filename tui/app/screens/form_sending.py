"""What the form does to send its request: judge it, ask about it, submit it, wait for the answer.

Keeping the form as it is meanwhile, and leaving it, is the form's matter.
"""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from tui.app.bindings import keyed
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.form_draft import FormDraft
from tui.app.screens.form_judging import Judged, judge
from tui.app.screens.form_staging import Staging
from tui.app.screens.working import WorkingScreen
from tui.app.widgets.request_fields import RequestFields
from tui.engine import attaching
from tui.engine.session import Engine
from tui.model import placeholder
from tui.model.invocation import Invocation, Key, Status, duration, key_of_token
from tui.model.problem import ProblemError
from tui.model.request import InvokeEndpointAsync, InvokeModel, Request, StartAsyncInvoke
from tui.model.summary import summary

MAY_HAVE_RUN = "it may have run, and is charged for then; {form.submit} asks once more, and anew"
"""What to know before a question that was not answered is asked again."""

UPLOADED = "its input is uploaded: {form.submit} sends it without uploading the same again"
"""What to know before a request is sent again that was refused after its upload."""

CANCELLED = "the upload was cancelled, and nothing was sent"


class Sending:
    """Sends what stands in the form's fields; says why when it does not.

    Attributes:
        sent: The invocation that was sent.
        asked: What was last waited for, answered or not.
        staging: Brings an endpoint's input to S3 before.
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
        self.staging = Staging(screen, engine, fields)
        self._screen = screen
        self._engine = engine
        self._fields = fields
        self._draft = draft
        self._warned: tuple[object, ...] = ()

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
        judged = await judge(self._engine, self._fields, typed)
        faults = {**judged.faults, **typed.faults}
        self._fields.complain(faults, judged.warnings)
        if faults or typed.request is None:
            self._fields.thaw()
            self._draft.touched.update(faults)  # what is marked stays marked until it is mended
            self._fields.go_to_first(faults)
            self._fields.say("not sent: mend what is marked, then submit again", "$text-error")
            return None
        # The token is no part of it: what was not sent for another reason is not asked about again.
        texts = {**self._fields.texts, "token": "", "inference_id": ""}
        warned = self._draft.id, texts, judged.stamps, judged.warnings
        if judged.warnings and warned != self._warned:
            self._warned = warned
            self._fields.say("see what is marked; submit again to send it", "$text-warning")
            return None
        request, upload_to = typed.request, typed.upload_to
        is_asked = self._engine.settings.confirm
        if is_asked and not await self._is_confirmed(request, judged, upload_to):
            return None
        return await self._send_for_good(request, judged, upload_to)

    async def _send_for_good(self, request: Request, judged: Judged, upload_to: str) -> Key | None:
        """The invocation's key, or None when it was not sent, and may be typed on."""
        folder = self._fields.input("s3_uri").value
        if isinstance(request, StartAsyncInvoke):
            # The draft must hold the token: opened again, it must not become a second invocation.
            # So must it the folder that was sent: with another one, the token would be refused.
            self._fields.input("token").value = request.client_request_token
            self._fields.input("s3_uri").value = placeholder.literal(request.s3_uri)
            self._draft.touched.add("token")
        elif isinstance(request, InvokeEndpointAsync):
            self._fields.input("inference_id").value = request.client_request_token
            self._draft.touched.add("inference_id")
        else:
            self._draft.note_asked(request.client_request_token)
        if not await self._draft.keep(patience=None):
            self._fields.input("s3_uri").value = folder
            return None
        self._fields.say("sending…", "$text-accent")
        whole: Request | None = None
        try:
            whole = await self._with_input(request, judged, upload_to)
            if whole is None:
                self._fields.say(CANCELLED, "$foreground-muted")
                return None
            self._fields.say("sending…", "$text-accent")
            row = await self._submit(whole)
        except ProblemError as error:
            self._fields.input("s3_uri").value = folder  # it is not there under that one
            self._fields.refuse(
                error.problem, keyed(UPLOADED) if _is_uploaded(request, whole) else ""
            )
            return None
        if row.is_waited_for and row.status is Status.UNKNOWN:
            told = f"no answer: {row.failure_message}\n{keyed(MAY_HAVE_RUN)}"
            self._fields.say(told, "$text-error")
            return None
        return row.key

    async def _with_input(self, request: Request, judged: Judged, upload_to: str) -> Request | None:
        """The request with what it takes along from here; None where that was cancelled.

        Raises:
            ProblemError: A file cannot be read, or not be uploaded.
        """
        if isinstance(request, InvokeEndpointAsync):
            return await self.staging.stage(request, judged.local, upload_to)
        content = await attaching.fill(judged.looked) if judged.looked else request.model_input
        return replace(request, model_input=content)

    async def _is_confirmed(self, request: Request, judged: Judged, upload_to: str) -> bool:
        """Show what will be sent, and where to, and ask whether it shall."""
        engine = self._engine
        account = engine.identity.account if engine.identity else "not known"
        is_at_endpoint = isinstance(request, InvokeEndpointAsync)
        service = "sagemaker-runtime" if is_at_endpoint else "bedrock-runtime"
        endpoint = engine.context.endpoint_of(service) or "AWS's own"
        facts = {"where": engine.context.title, "account": account, "URL": endpoint}
        size = judged.looked.size if judged.looked else 0
        text = await asyncio.to_thread(summary, request, facts, size, judged.source, upload_to)
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
        telling = self._screen.run_worker(
            self._tell_elapsed(), group="elapsed", exit_on_error=False
        )
        try:
            return await self._engine.submit(request, self._draft.kept)
        finally:
            telling.cancel()
            self._screen.awaited = None
            self._screen.refresh_bindings()

    async def _tell_elapsed(self) -> None:
        """Say how long an answer has been waited for; ever coarser, for a line may be slow."""
        begun = self._engine.clock()
        while True:
            elapsed = (self._engine.clock() - begun).total_seconds()
            told = f"waiting for the answer · {duration(elapsed)}"
            self._fields.tell(
                keyed(f"{told} · {{form.cancel}} cancels, {{app.back}} waits in the table")
            )
            await asyncio.sleep(seconds_to_next(elapsed))


def seconds_to_next(elapsed: float) -> float:
    """How long it stays said that an answer has been waited for so many seconds."""
    return 1.0 if elapsed < 10.0 else 10.0


def _is_uploaded(typed: Request, whole: Request | None) -> bool:
    """Whether the input that was sent, or refused, is in S3 and was not when it was typed."""
    if not isinstance(typed, InvokeEndpointAsync) or not isinstance(whole, InvokeEndpointAsync):
        return False
    return whole.input_location not in ("", typed.input_location)
