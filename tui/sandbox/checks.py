"""What the sandbox refuses, and in which words: checks of requests and their parts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone

from tui.aws.shapes import check, error_status
from tui.model.catalogue import check_input, model_named
from tui.model.fault import Fault
from tui.model.model_list import is_sync_only
from tui.sandbox.http import ServiceError
from tui.sandbox.models import PROFILE
from tui.sandbox.wording import malformed_input, validation_errors

_TOKEN = r"[a-zA-Z0-9](-*[a-zA-Z0-9])*"  # noqa: S105 - a pattern, no secret
_MODEL_ARN = re.compile(r"arn:aws(?:-[^:]+)?:bedrock:([a-z0-9-]*):\d*:foundation-model/(.+)")
_NOT_ASYNC = "The provided model doesn't support async inference."
_NOT_VALID = "The provided request is not valid"


def error_of(
    code: str,
    message: str,
    details: Mapping[str, object] | None = None,
    service: str = "bedrock-runtime",
) -> ServiceError:
    """The error, with the HTTP status that the service model gives it.

    Args:
        code: The error's name.
        message: The service's words.
        details: The error's other members.
        service: Whose error it is. One that every service has comes with Bedrock's status.
    """
    try:
        status = error_status(code, service)
    except KeyError:
        status = error_status(code)
    return ServiceError(code, message, status, details)


def async_model(model_id: str, region: str, document: object) -> str:
    """The base id of a model that takes the document, or the service's refusal."""
    if PROFILE.fullmatch(model_id):
        raise error_of("ValidationException", _NOT_ASYNC)
    match = _MODEL_ARN.fullmatch(model_id)
    if match is not None and match[1] != region:
        raise error_of(
            "ResourceNotFoundException",
            f"Could not resolve the foundation model from the model identifier: {model_id}",
        )
    base = match[2] if match else model_id
    if is_sync_only(base):
        raise error_of("ValidationException", _NOT_ASYNC)
    if model_named(base) is None or not isinstance(document, Mapping):
        raise error_of("ValidationException", _NOT_VALID)
    faults = check_input(base, document)
    if faults:
        raise error_of("ValidationException", malformed_input(base, faults[0]))
    return base


def token_faults(params: Mapping[str, object]) -> list[Fault]:
    """What is wrong with a client request token beyond the published pattern."""
    token = params.get("clientRequestToken")
    if not isinstance(token, str) or not token or re.fullmatch(_TOKEN, token):
        return []
    return [Fault(("clientRequestToken",), "token", _TOKEN)]


def refuse_faults(
    operation: str,
    params: Mapping[str, object],
    more: list[Fault] | None = None,
    service: str = "bedrock-runtime",
) -> None:
    """Raise what the service says about parameters that break its model; unknown ones may stay."""
    faults = [fault for fault in check(operation, params, service) if fault.rule != "rule"]
    strict = {fault.path for fault in more or ()}
    faults = [*(f for f in faults if not (f.rule == "pattern" and f.path in strict)), *(more or ())]
    if any(fault.rule == "type" for fault in faults):
        fault = next(fault for fault in faults if fault.rule == "type")
        raise ServiceError(
            "SerializationException", f"{fault.where}: expected {fault.expected}", 400
        )
    if faults:
        message = validation_errors(operation, params, faults, service)
        code = "ValidationError" if service == "sagemaker-runtime" else "ValidationException"
        raise error_of(code, message, service=service)


def json_value(body: bytes) -> object:
    """The JSON of a request's body; an empty body is an empty object."""
    try:
        value: object = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise error_of(
            "ValidationException",
            "Malformed input request, please reformat your input and try again.",
        ) from error
    return value


def json_object(body: bytes) -> dict[str, object]:
    """The members in a request's body."""
    value = json_value(body)
    if not isinstance(value, dict):
        raise ServiceError("SerializationException", "Expected a JSON object.", 400)
    return value


def whole_number(text: str) -> object:
    """The number that a query says; other text stays, for its type to be refused."""
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def time_in(query: Mapping[str, str], name: str) -> datetime | None:
    """The time that a query says, or None where it says none."""
    if name not in query:
        return None
    text = query[name].strip()
    # Python 3.10 reads neither the Z nor fractions of other than three or six digits.
    text = re.sub(r"\.(\d+)", lambda m: f".{m[1][:6]:0<6}", re.sub("[Zz]$", "+00:00", text))
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ServiceError("SerializationException", f"{name}: expected a time", 400) from error
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
