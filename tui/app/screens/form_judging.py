"""What is wrong with what stands in a form, together with the files here that it names."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replace_data

from msgspec.structs import replace

from tui.app.widgets.request_fields import RequestFields
from tui.engine import attaching, staging, submission
from tui.engine.attaching import Looked
from tui.engine.local_file import UnusableError
from tui.engine.session import Engine
from tui.engine.staging import Local
from tui.model import body, form, template
from tui.model.document import size_text
from tui.model.fault import Fault
from tui.model.form import MODEL_INPUT, Typed
from tui.model.problem import ProblemError
from tui.model.request import InvokeEndpointAsync, StartAsyncInvoke

_ELSEWHERE = "s3://any-bucket/any-key"


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong with a request, and what it is sent with.

    Attributes:
        faults: What keeps it from being sent, by field.
        warnings: What speaks against it, and may be overridden.
        looked: The files that a model's input names; None for an endpoint's.
        local: The file that is an endpoint's input.
    """

    faults: Mapping[str, str]
    warnings: tuple[Fault, ...]
    looked: Looked | None = None
    local: Local | None = None

    @property
    def source(self) -> str:
        """What the file is that is an endpoint's input, or nothing."""
        return str(self.local) if self.local else ""

    @property
    def stamps(self) -> object:
        """Which state of the files was looked at."""
        return self.looked.stamps if self.looked else self.local and self.local.stamp


async def judge(engine: Engine, fields: RequestFields, typed: Typed) -> Judged:
    """Look at the files that are named, and hold it all against the rules.

    What the files are is said in the fields.
    """
    if isinstance(typed.probe, InvokeEndpointAsync):
        judged = await _of_inference(typed.probe, typed.upload_to)
        judged = await _with_what_is_known(engine, fields, judged)
        fields.editor.note = ""
        fields.show_source(judged.source)
        return judged
    looked = await attaching.look(typed.probe.model_input)
    verdict = await submission.check(replace(typed.probe, model_input=looked.stand_in))
    faults = form.by_field(verdict.faults)
    if looked.faults:
        faults[MODEL_INPUT] = "\n".join(map(str, looked.faults))
    doubts = await asyncio.to_thread(template.unfilled, typed.probe.model_input)
    is_async = isinstance(typed.probe, StartAsyncInvoke)
    doubts += engine.offers.warnings(typed.probe.model_id, is_async=is_async)
    fields.editor.note = "  ".join(f"{name} {of}" for name, of in looked.notes.items())
    return Judged(faults, (*doubts, *looked.warnings, *verdict.warnings), looked=looked)


async def _with_what_is_known(engine: Engine, fields: RequestFields, judged: Judged) -> Judged:
    """The same with what the ledger knows of the id, and the account's list of the endpoint."""
    texts = fields.texts
    token, name = texts["inference_id"].strip(), texts["endpoint_name"].strip()
    try:
        may_be = token and "inference_id" not in judged.faults
        is_sent = bool(may_be) and await engine.journal.was_sent(token)
    except ProblemError:
        is_sent = False  # the ledger's trouble is told when it is sent
    used = {"inference_id": "was sent already: each id once"} if is_sent else {}
    doubts = (*engine.offers.endpoint_warnings(name), *judged.warnings)
    return replace_data(judged, faults={**used, **judged.faults}, warnings=doubts)


async def _of_inference(request: InvokeEndpointAsync, upload_to: str) -> Judged:
    is_named = form.is_local(request.input_location)
    has_both = bool(request.input_location) and request.model_input is not None
    is_uploaded = bool(upload_to) and not has_both and (is_named or request.model_input is not None)
    probe = replace(request, input_location=_ELSEWHERE) if is_named else request
    if is_uploaded:
        probe = replace(probe, input_location=f"{upload_to.rstrip('/')}/any", model_input=None)
    faults = form.by_field((await submission.check(probe)).faults)
    if is_uploaded and "input_location" in faults:
        faults["upload_to"] = faults.pop("input_location")
    if MODEL_INPUT in faults and not has_both:
        faults[MODEL_INPUT] += "; a folder under Upload takes more"
    local = None
    if is_named and not has_both:
        try:
            local = await staging.look(request.input_location)
        except UnusableError as error:
            faults["input_location"] = str(error)
    if local and not upload_to:
        most = await asyncio.to_thread(staging.longest_body)
        if local.size > most:
            found = f"at most {size_text(most)} without a folder to upload to"
            faults["input_location"] = f"{found}, not {size_text(local.size)}"
    return Judged(faults, await asyncio.to_thread(_doubts, request), local=local)


def _doubts(request: InvokeEndpointAsync) -> tuple[Fault, ...]:
    text = (request.model_input or b"").decode()
    doubts = []
    if place := template.next_placeholder(text):
        unfilled = f"something in the place of {text[slice(*place)]}"
        doubts.append(Fault((), "placeholder", unfilled))
    if text and body.is_json_type(request.content_type) and body.fault(text):
        doubts.append(Fault((), "rule", "its type says JSON, which it is not"))
    return tuple(doubts)
