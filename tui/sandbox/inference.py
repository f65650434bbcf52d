"""InvokeModel as the sandbox plays it: what it refuses, what it answers and how long that takes.

The request itself is the body's bytes and the other members, as they came.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from tui.model.catalogue import model_named
from tui.model.model_list import is_sync_only
from tui.model.schema import Record
from tui.sandbox.answers import JSON, Answer, answer_model, message
from tui.sandbox.checks import error_of, json_value, refuse_faults
from tui.sandbox.headers import headers_of
from tui.sandbox.http import Response
from tui.sandbox.models import PROFILE, needs_profile
from tui.sandbox.triggers import ANSWER_TRIGGERS, Trigger, trigger_in
from tui.sandbox.wording import malformed_input

SLOW_SECONDS = 30.0
"""How long a slow answer takes, on the sandbox's clock."""

_BLOCKED = "Sorry, the model cannot answer this question."
_ACTION = "amazon-bedrock-guardrailAction"
_TRACE = "amazon-bedrock-trace"


def invoke_model(members: Mapping[str, object]) -> Response:
    """The answer to an InvokeModel request.

    Raises:
        ServiceError: The service refuses the request.
    """
    refuse_faults("InvokeModel", members)
    _refuse_members(members)
    model_id = str(members["modelId"])
    base = _sync_model(model_id)
    document = _document(base, members["body"])
    trigger = trigger_in(document, ANSWER_TRIGGERS)
    if trigger is not None and trigger.effect == "refused":
        raise error_of(trigger.code, trigger.message, _details(trigger, model_id))
    effect = trigger.effect if trigger else ""
    answer = _answer(base, document, members, is_blocked=effect == "blocked")
    return Response(
        200,
        answer.body,
        headers_of("InvokeModel", {**members, "contentType": answer.content_type}),
        seconds={"slow": SLOW_SECONDS, "held": math.inf}.get(effect, 0.0),
        is_lost=effect == "lost",
    )


def _refuse_members(members: Mapping[str, object]) -> None:
    """Refuse what the service's model lets pass, but the service does not."""
    content_type = str(members.get("contentType", JSON))
    if content_type.partition(";")[0].strip().lower() != JSON:
        words = "The provided Content Type is invalid or not supported for this model"
        raise error_of("ValidationException", words)
    if members.get("guardrailIdentifier") and not members.get("guardrailVersion"):
        words = "The guardrailVersion must be specified along with the guardrailIdentifier."
        raise error_of("ValidationException", words)


def _sync_model(model_id: str) -> str:
    """The base id of a model that InvokeModel takes, or the service's refusal."""
    model = model_named(model_id)
    if model is not None and model.is_async_only:
        raise error_of(
            "ValidationException",
            "The provided model doesn't support InvokeModel. Use StartAsyncInvoke.",
        )
    if needs_profile(model_id):
        raise error_of(
            "ValidationException",
            f"Invocation of model ID {model_id} with on-demand throughput isn't supported. "
            "Retry your request with the ID or ARN of an inference profile that contains "
            "this model.",
        )
    base = model_id.rpartition("/")[2]
    base = base.partition(".")[2] if PROFILE.fullmatch(base) else base
    if model is None and not is_sync_only(base):
        raise error_of("ValidationException", "The provided model identifier is invalid.")
    return base


def _document(model_id: str, body: object) -> Mapping[str, object]:
    value = json_value(body if isinstance(body, bytes) else b"")
    if isinstance(value, Mapping):
        return value
    fault = next(iter(Record({})(value, ())))
    raise error_of("ValidationException", malformed_input(model_id, fault))


def _details(trigger: Trigger, model_id: str) -> dict[str, object]:
    """What the error has beside its message."""
    if trigger.code != "ModelErrorException":
        return {}
    return {"originalStatusCode": 500, "resourceName": model_id}


def _answer(
    model_id: str,
    document: Mapping[str, object],
    members: Mapping[str, object],
    *,
    is_blocked: bool,
) -> Answer:
    if is_blocked:
        return _guarded(message(model_id, _BLOCKED), members, is_blocked=True)
    answer = answer_model(model_id, document, str(members.get("accept", "")))
    if answer is None:
        words = "The provided Accept Type is invalid or not supported for this model"
        raise error_of("ValidationException", words)
    if answer.content_type == JSON and members.get("guardrailIdentifier"):
        return _guarded(json.loads(answer.body), members, is_blocked=False)
    return answer


def _guarded(
    content: Mapping[str, object], members: Mapping[str, object], *, is_blocked: bool
) -> Answer:
    """The answer with what a guardrail did about it; the trace only where it is asked for."""
    guarded = {**content, _ACTION: "INTERVENED" if is_blocked else "NONE"}
    if str(members.get("trace", "")).startswith("ENABLED"):
        trace: dict[str, object] = {"actionReason": "No action."}
        if is_blocked:
            violence = {"type": "VIOLENCE", "confidence": "HIGH", "filterStrength": "HIGH"}
            policy = {"contentPolicy": {"filters": [{**violence, "action": "BLOCKED"}]}}
            guardrail = str(members.get("guardrailIdentifier") or "sandbox").rpartition("/")[2]
            trace = {"actionReason": "Guardrail blocked.", "input": {guardrail: policy}}
        guarded[_TRACE] = {"guardrail": trace}
    return Answer(json.dumps(guarded).encode(), JSON)
