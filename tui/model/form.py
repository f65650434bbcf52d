"""The fields of the forms, as typed ↔ a request; and the field that a fault belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tui.model import body, document, placeholder
from tui.model.document import DocumentFault
from tui.model.fault import Fault
from tui.model.outputs import place_of
from tui.model.request import (
    InvokeEndpointAsync,
    InvokeModel,
    Request,
    StartAsyncInvoke,
    metadata_of,
)
from tui.model.tag import Tag, parse_tags, tags_text

OPERATION = "operation"
"""What a form's fields hold besides: the operation that they are for."""

ASYNC, AT_ENDPOINT = StartAsyncInvoke.__name__, InvokeEndpointAsync.__name__
WAITED_FOR = InvokeModel.__name__

OPERATIONS = {
    ASYNC: "Bedrock async",
    AT_ENDPOINT: "SageMaker async",
    WAITED_FOR: "Bedrock, wait for the answer",
}
"""The operations that have a form, and what the forms are called."""

MODEL_INPUT = "model_input"

_NO_TARGET = {
    "model_id": "a model's id or ARN, and no JSON: that goes into the input below",
    "endpoint_name": "an endpoint's name, and no JSON: that goes into the body below",
}
"""Said of an object there: a paste that arrives as keys goes into whichever field has them."""

_OURS = ""
"""In place of a member: its field says what is done before the request."""

_FIELDS: dict[str, dict[str, str]] = {
    ASYNC: {
        "modelId": "model_id",
        "modelInput": MODEL_INPUT,
        "s3Uri": "s3_uri",
        "kmsKeyId": "kms_key_id",
        "bucketOwner": "bucket_owner",
        "tags": "tags",
        "clientRequestToken": "token",
    },
    AT_ENDPOINT: {
        "EndpointName": "endpoint_name",
        "Body": MODEL_INPUT,
        "InputLocation": "input_location",
        _OURS: "upload_to",
        "InferenceId": "inference_id",
        "ContentType": "content_type",
        "Accept": "accept",
        "CustomAttributes": "custom_attributes",
        **InvokeEndpointAsync.NUMBERS,
        "S3OutputPathExtension": "s3_output_path_extension",
        "Filename": "filename",
    },
    WAITED_FOR: {"modelId": "model_id", "body": MODEL_INPUT, **InvokeModel.OPTIONS},
}
"""Each operation's members, and the fields that they are typed in."""

_FIELD_OF_MEMBER = {name: field for fields in _FIELDS.values() for name, field in fields.items()}

_S3 = ("s3Uri", "kmsKeyId", "bucketOwner")
_TOKENS = {ASYNC: "token", AT_ENDPOINT: "inference_id"}
_NUMBERS = tuple(InvokeEndpointAsync.NUMBERS.values())
_NUMBER = re.compile(r"0*[1-9][0-9]{0,8}")
_INPUTS = (MODEL_INPUT, "input_location")
_SCHEME = re.compile(r"(?!fileb?://)[A-Za-z][A-Za-z0-9+.-]*://")
_ANY_FOLDER = "s3://any-bucket/"
_NO_PLACEHOLDERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form.

    Attributes:
        request: The request; None while something keeps it from being one. Its input location
            may still be the name of a file here.
        faults: What does, by field.
        probe: The request with a stand-in for each field at fault, so that the others can be
            checked meanwhile.
        upload_to: The folder that an input from here is uploaded to, or empty; of one at fault, a
            stand-in.
    """

    request: Request | None
    faults: Mapping[str, str]
    probe: Request
    upload_to: str = ""


def operation_of(fields: Mapping[str, str]) -> str:
    """The operation that fields are for; those that do not say are for the async one."""
    named = fields.get(OPERATION, "")
    return named if named in OPERATIONS else ASYNC


def lines(operation: str) -> tuple[str, ...]:
    """An operation's fields of one line, in the form's order."""
    return tuple(field for field in _FIELDS[operation].values() if field != MODEL_INPUT)


def field_of(member: str) -> str:
    """The field that a member is typed in."""
    return _FIELD_OF_MEMBER[member]


def target_field(operation: str) -> str:
    """The field of the model or, at SageMaker, of the endpoint."""
    return "endpoint_name" if operation == AT_ENDPOINT else "model_id"


def target_of(fields: Mapping[str, str]) -> str:
    """The model, or the endpoint, that fields are for."""
    return fields.get(target_field(operation_of(fields)), "").strip()


def token_field(operation: str) -> str:
    """The field of what the request is known by, which is filled in when it is sent; or empty."""
    return _TOKENS.get(operation, "")


LINES = tuple(dict.fromkeys(field for operation in OPERATIONS for field in lines(operation)))
"""The fields of one line of all operations."""


def read(
    fields: Mapping[str, str], token: str, placeholders: Mapping[str, str] = _NO_PLACEHOLDERS
) -> Typed:
    """What is typed, as a request of the operation that the fields are for.

    Args:
        fields: The texts by field.
        token: The client request token, or inference id, if none is typed.
        placeholders: What those in the folder's URI stand for.
    """
    operation = operation_of(fields)
    typed = {name: fields.get(name, "").strip() for name in lines(operation)}
    target = target_field(operation)
    required = (target, *(["s3_uri"] if operation == ASYNC else []))
    faults = {name: "is required" for name in required if not typed[name]}
    if document.begins_object(typed[target]):
        faults[target], typed[target] = _NO_TARGET[target], ""
    text = fields.get(MODEL_INPUT, "")
    if operation == AT_ENDPOINT:
        return _inference(typed, text, token, placeholders, faults)
    value = document.parse(text)
    if isinstance(value, DocumentFault):
        faults[MODEL_INPUT] = str(value)
        value = {}
    is_input_known = MODEL_INPUT not in faults
    # Without a model, or an input, no rule of a model is of use.
    model_id = typed["model_id"] if typed["model_id"] and is_input_known else "any"
    request: Request
    if operation == WAITED_FOR:
        typed["request_metadata"] = metadata_of(typed["request_metadata"])
        options = {field: typed[field] for field in InvokeModel.OPTIONS.values()}
        request = InvokeModel(
            model_id=model_id, model_input=value, client_request_token=token, **options
        )
    else:
        request = StartAsyncInvoke(
            model_id=model_id,
            model_input=value,
            s3_uri=_filled("s3_uri", typed, placeholders, faults) or "s3://any-bucket",
            client_request_token=typed["token"] or token,
            kms_key_id=typed["kms_key_id"],
            bucket_owner=typed["bucket_owner"],
            tags=_tags(typed["tags"], faults),
        )
    return Typed(None if faults else request, faults, request)


def _inference(
    typed: Mapping[str, str],
    text: str,
    token: str,
    placeholders: Mapping[str, str],
    faults: dict[str, str],
) -> Typed:
    content, location = _body(text, faults), typed["input_location"]
    if not text and not location:
        faults["input_location"] = "an s3:// URI or a file here, or else a body above"
    has_input = content is not None or location
    request = InvokeEndpointAsync(
        model_id=typed["endpoint_name"] or "any",
        model_input=content,
        input_location=location if has_input else "s3://any-bucket/any-key",
        client_request_token=typed["inference_id"] or token,
        content_type=typed["content_type"],
        accept=typed["accept"],
        custom_attributes=typed["custom_attributes"],
        request_ttl_seconds=_number("request_ttl_seconds", typed, faults),
        invocation_timeout_seconds=_number("invocation_timeout_seconds", typed, faults),
        s3_output_path_extension=typed["s3_output_path_extension"],
        filename=typed["filename"],
    )
    folder = _upload_folder(typed, placeholders, faults, is_used=bool(text) or is_local(location))
    return Typed(None if faults else request, faults, request, folder)


def is_local(text: str) -> bool:
    """Whether what is typed as the input names a file here, rather than a location elsewhere."""
    return bool(text.strip()) and not _SCHEME.match(text.strip())


def _upload_folder(
    typed: Mapping[str, str],
    placeholders: Mapping[str, str],
    faults: dict[str, str],
    *,
    is_used: bool,
) -> str:
    found: dict[str, str] = {}
    folder = _filled("upload_to", typed, placeholders, found)
    if folder and place_of(folder) is None:
        found["upload_to"] = "an s3:// folder like s3://bucket/inputs/"
    if not found:
        return folder
    if not is_used:
        return ""  # nothing is uploaded: a wrong folder keeps nothing from being sent
    faults.update(found)
    return _ANY_FOLDER


def _body(text: str, faults: dict[str, str]) -> bytes | None:
    try:
        return body.encoded(text)
    except ValueError as error:
        faults[MODEL_INPUT] = str(error)
        return None


def _number(field: str, typed: Mapping[str, str], faults: dict[str, str]) -> int:
    """A whole number; 0 where there is none, or none that can be read."""
    try:
        return _number_of(typed[field])
    except ValueError as error:
        faults[field] = str(error)
        return 0


def _number_of(text: str) -> int:
    if text and not _NUMBER.fullmatch(text):
        raise ValueError(f"a whole number of seconds, not {text[:40]}")
    return int(text or "0")


def _filled(
    field: str, typed: Mapping[str, str], placeholders: Mapping[str, str], faults: dict[str, str]
) -> str:
    try:
        return placeholder.fill(typed[field], placeholders)
    except ValueError as error:
        faults[field] = str(error)
        return ""


def _tags(text: str, faults: dict[str, str]) -> tuple[Tag, ...]:
    try:
        return parse_tags(text)
    except ValueError as error:
        faults["tags"] = str(error)
        return ()


def fields_of(request: Request) -> dict[str, str]:
    """A request as the form's fields; ``read`` gives it back."""
    operation = type(request).__name__
    members = request.arguments()
    if isinstance(request, StartAsyncInvoke) and not request.client_request_token:
        del members["clientRequestToken"]
    return {**dict.fromkeys(lines(operation), ""), **fields_from(operation, members)}


def fields_from(operation: str, members: Mapping[str, object]) -> dict[str, str]:
    """Members of a request, some may be missing, as the fields that they fill.

    A body that no editor gives back as it was fills none; ``not_shown`` says so.
    """
    output = members.get("outputDataConfig")
    named = output.get("s3OutputDataConfig") if isinstance(output, dict) else None
    flat = {**members, **(named if isinstance(named, dict) else {})}
    fields = {OPERATION: operation}
    for name, field in _FIELDS[operation].items():
        if name not in flat:
            continue
        value = flat[name]
        if field == MODEL_INPUT and operation == AT_ENDPOINT:
            fields[field] = body.editable(value) or ""
        elif field == MODEL_INPUT:
            fields[field] = document.pretty(value)
        elif isinstance(value, list):
            pairs = [Tag(tag.get("key", ""), tag.get("value", "")) for tag in value]
            fields[field] = tags_text(pairs)
        else:
            fields[field] = str(value)
    if "s3_uri" in fields:
        fields["s3_uri"] = placeholder.literal(fields["s3_uri"])
    return fields


def not_shown(operation: str, members: Mapping[str, object]) -> str:
    """What of a request cannot stand in the form, and what to do about it; or nothing."""
    content = members.get("Body") if operation == AT_ENDPOINT else None
    if content is None or body.editable(content) is not None:
        return ""
    size = document.size_text(len(content)) if isinstance(content, (bytes, str)) else "not text"
    return f"its body ({size}) cannot be edited here and is left out: name a file as Input"


def with_opened(
    texts: Mapping[str, str], opened: Mapping[str, str], *, is_whole: bool
) -> dict[str, str]:
    """What stands in a form once something was opened in it.

    Args:
        texts: What stands there.
        opened: The fields that what was opened fills.
        is_whole: Whether a request empties what it does not name, but for the output folder, which
            it must have. The token, which stands for another request, never stays; nor does an
            endpoint's other input.
    """
    operation = operation_of({**texts, **opened})
    kept = {**texts, **dict.fromkeys(_TOKENS.values(), "")}
    if is_whole and target_field(operation) in opened:
        kept |= {name: "" for name in _FIELDS[operation].values() if name != "s3_uri"}
    if operation == AT_ENDPOINT and any(opened.get(name) for name in _INPUTS):
        kept |= dict.fromkeys(_INPUTS, "")
    return {**kept, **opened}


def members_of(fields: Mapping[str, str]) -> dict[str, object]:
    """The fields that are filled in, under the API's own member names, as they are typed.

    Raises:
        ValueError: The model input, the tags or a number cannot be read.
    """
    operation = operation_of(fields)
    members: dict[str, object] = {}
    s3: dict[str, str] = {}
    for name, field in _FIELDS[operation].items():
        if field not in fields or name == _OURS:
            continue
        text = fields[field].strip()
        if field == MODEL_INPUT and operation == AT_ENDPOINT:
            members |= {name: fields[field]} if body.encoded(fields[field]) else {}
        elif field == MODEL_INPUT:
            value = document.parse(text)
            if isinstance(value, DocumentFault):
                raise ValueError(str(value))
            members[name] = value
        elif field == "tags" and text:
            members[name] = [{"key": tag.key, "value": tag.value} for tag in parse_tags(text)]
        elif field in _NUMBERS and text:
            members[name] = _number_of(text)
        elif text:
            (s3 if name in _S3 else members)[name] = text
    if s3:
        members["outputDataConfig"] = {"s3OutputDataConfig": s3}
    return members


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """The first fault of each field, in words; one inside the model input with its place."""
    texts: dict[str, str] = {}
    for fault in faults:
        field = next(
            (_FIELD_OF_MEMBER[part] for part in fault.path if part in _FIELD_OF_MEMBER), ""
        )
        told = str(replace(fault, path=())) if field else str(fault)
        texts.setdefault(field or MODEL_INPUT, told)
    return texts
