"""What the form does to bring an endpoint's input to S3: uploads it, says how far, and cancels."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from tui.app.bindings import keyed
from tui.app.screens.working import WorkingScreen
from tui.app.widgets.request_fields import RequestFields
from tui.engine.session import Engine
from tui.engine.staging import Local
from tui.model.document import size_text
from tui.model.invocation import Key
from tui.model.request import InvokeEndpointAsync

TELLING_SECONDS = 0.5
"""How often it is said how much has been uploaded."""


class Staging:
    """Uploads an input at most once, however often the request is refused after it."""

    def __init__(
        self, screen: WorkingScreen[Key | None], engine: Engine, fields: RequestFields
    ) -> None:
        """Upload nothing yet.

        Args:
            screen: The form; what its keys do depends on whether something is uploaded.
            engine: Where to.
            fields: Where it is said how far it is.
        """
        self._screen = screen
        self._engine = engine
        self._fields = fields
        self._uploading: asyncio.Task[InvokeEndpointAsync] | None = None
        self._is_cancelled = False
        self._sent = 0
        self._uploaded: object = None
        self._location = ""

    def cancel(self) -> None:
        """Upload no more; the parts of an upload are taken back.

        One that is whole by now stays in S3, and is not uploaded again once that is known here.
        """
        if self._uploading is not None:
            self._is_cancelled = True  # also if it has just come to its end
            self._uploading.cancel()

    async def stage(
        self, request: InvokeEndpointAsync, local: Local | None, upload_to: str
    ) -> InvokeEndpointAsync | None:
        """The request as it is sent; None where the upload was cancelled.

        Args:
            request: The request as it is typed.
            local: The file that is its input.
            upload_to: The folder to upload to, or empty.

        Raises:
            ProblemError: The input cannot be had, or was not uploaded.
        """
        is_here = local is not None or request.model_input is not None
        if not (upload_to and is_here):
            return await self._engine.stage(request, local, "")
        token = request.client_request_token
        what = (local or request.model_input, upload_to, request.content_type, token)
        if what != self._uploaded:
            whole = local.size if local else len(request.model_input or b"")
            staged = await self._upload(request, local, upload_to, whole)
            if staged is None:
                return None
            self._uploaded, self._location = what, staged.input_location
            if self._is_cancelled:
                return None
        return replace(request, model_input=None, input_location=self._location)

    async def _upload(
        self, request: InvokeEndpointAsync, local: Local | None, upload_to: str, whole: int
    ) -> InvokeEndpointAsync | None:
        self._sent, self._is_cancelled = 0, False
        work = self._engine.stage(request, local, upload_to, self._count)
        uploading = self._uploading = asyncio.get_running_loop().create_task(work)
        self._screen.is_uploading = True
        self._screen.refresh_bindings()

        def tell() -> None:
            done = f"{size_text(self._sent)} of {size_text(whole)}"
            keys = keyed("{form.cancel} cancels, {app.back} leaves without sending")
            self._fields.tell(f"uploading… {done} · {keys}")

        tell()
        telling = self._screen.set_interval(TELLING_SECONDS, tell)
        try:
            await asyncio.wait([uploading])
            is_left = uploading.cancelled() or (self._is_cancelled and uploading.exception())
            return None if is_left else uploading.result()
        finally:
            uploading.cancel()  # the form was left
            telling.stop()
            self._uploading = None
            self._screen.is_uploading = False
            self._screen.refresh_bindings()

    def _count(self, sent: int) -> None:
        self._sent += sent
