"""The fields of the forms, as typed ↔ a request; and the field that a fault belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tui.model import attachment, document, placeholder
from tui.model.document import DocumentFault
from tui.model.fault import Fault
from tui.model.request import (
    InvokeModel,
    Request,
    StartAsyncInvoke,
    Tag,
    metadata_of,
    parse_tags,
    tags_text,
)

OPERATION = "operation"
"""What a form's fields hold besides: the operation that they are for."""

ASYNC, WAITED_FOR = StartAsyncInvoke.__name__, InvokeModel.__name__

OPERATIONS = {ASYNC: "Bedrock async", WAITED_FOR: "Bedrock, wait for the answer"}
"""The operations that have a form, and what the forms are called."""

MODEL_INPUT = "model_input"

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
    WAITED_FOR: {"modelId": "model_id", "body": MODEL_INPUT, **InvokeModel.OPTIONS},
}
"""Each operation's members, and the fields that they are typed in."""

_FIELD_OF_MEMBER = {name: field for fields in _FIELDS.values() for name, field in fields.items()}

_S3 = ("s3Uri", "kmsKeyId", "bucketOwner")
_REQUIRED = ("model_id", "s3_uri")
_NO_PLACEHOLDERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form.

    Attributes:
        request: The request; None while something keeps it from being one.
        faults: What does, by field.
        probe: The request with a stand-in for each field at fault, so that the others can be
            checked meanwhile.
    """

    request: Request | None
    faults: Mapping[str, str]
    probe: Request


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


LINES = tuple(dict.fromkeys(field for operation in OPERATIONS for field in lines(operation)))
"""The fields of one line of all operations."""


def read(
    fields: Mapping[str, str], token: str, placeholders: Mapping[str, str] = _NO_PLACEHOLDERS
) -> Typed:
    """What is typed, as a request of the operation that the fields are for.

    Args:
        fields: The texts by field.
        token: The client request token if none is typed.
        placeholders: What those in the output URI stand for.
    """
    operation = operation_of(fields)
    typed = {name: fields.get(name, "").strip() for name in lines(operation)}
    faults = {name: "is required" for name in _REQUIRED if not typed.get(name, "any")}
    value = document.parse(fields.get(MODEL_INPUT, ""))
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
            s3_uri=_filled(typed["s3_uri"], placeholders, faults) or "s3://any-bucket",
            client_request_token=typed["token"] or token,
            kms_key_id=typed["kms_key_id"],
            bucket_owner=typed["bucket_owner"],
            tags=_tags(typed["tags"], faults),
        )
    return Typed(None if faults else request, faults, request)


def _filled(text: str, placeholders: Mapping[str, str], faults: dict[str, str]) -> str:
    try:
        return placeholder.fill(text, placeholders)
    except ValueError as error:
        faults["s3_uri"] = str(error)
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
    """Members of a request, some may be missing, as the fields that they fill."""
    output = members.get("outputDataConfig")
    named = output.get("s3OutputDataConfig") if isinstance(output, dict) else None
    flat = {**members, **(named if isinstance(named, dict) else {})}
    fields = {OPERATION: operation}
    for name, field in _FIELDS[operation].items():
        if name not in flat:
            continue
        value = flat[name]
        if field == MODEL_INPUT:
            fields[field] = document.pretty(value)
        elif isinstance(value, list):
            pairs = [Tag(tag.get("key", ""), tag.get("value", "")) for tag in value]
            fields[field] = tags_text(pairs)
        else:
            fields[field] = str(value)
    if "s3_uri" in fields:
        fields["s3_uri"] = placeholder.literal(fields["s3_uri"])
    return fields


def with_opened(
    texts: Mapping[str, str], opened: Mapping[str, str], *, is_whole: bool
) -> dict[str, str]:
    """What stands in a form once something was opened in it.

    Args:
        texts: What stands there.
        opened: The fields that what was opened fills.
        is_whole: Whether a request empties what it does not name, but for the output folder, which
            it must have. The token, which stands for another request, never stays.
    """
    kept = {**texts, "token": ""}
    if is_whole and "model_id" in opened:
        fields = _FIELDS[operation_of(opened)].values()
        kept |= {name: "" for name in fields if name != "s3_uri"}
    return {**kept, **opened}


def members_of(fields: Mapping[str, str]) -> dict[str, object]:
    """The fields that are filled in, under the API's own member names, as they are typed.

    Raises:
        ValueError: The model input or the tags cannot be read.
    """
    members: dict[str, object] = {}
    s3: dict[str, str] = {}
    for name, field in _FIELDS[operation_of(fields)].items():
        if field not in fields:
            continue
        text = fields[field].strip()
        if field == MODEL_INPUT:
            value = document.parse(text)
            if isinstance(value, DocumentFault):
                raise ValueError(str(value))
            members[name] = value
        elif field == "tags" and text:
            members[name] = [{"key": tag.key, "value": tag.value} for tag in parse_tags(text)]
        elif text:
            (s3 if name in _S3 else members)[name] = text
    if s3:
        members["outputDataConfig"] = {"s3OutputDataConfig": s3}
    return members


def summary(request: Request, facts: Mapping[str, str], attached: int = 0) -> str:
    """What is about to be sent, a line for each thing, after what else there is to know.

    Args:
        request: What is sent, with its files by name.
        facts: Where it goes, by name.
        attached: Bytes that its files add.
    """
    size = len(document.compact(request.model_input).encode("utf-8", "replace")) + attached
    files = ", ".join(found.name for found in attachment.find(request.model_input))
    output = request.s3_uri if isinstance(request, StartAsyncInvoke) else "comes back here"
    told = {**facts, "output": output}
    told["input"] = document.size_text(size) + (f", with {files}" if files else "")
    if isinstance(request, StartAsyncInvoke):
        told["KMS key"] = request.kms_key_id
        told["owner"] = request.bucket_owner
        told["tags"] = tags_text(request.tags)
    if isinstance(request, InvokeModel):
        options = ((name, getattr(request, field)) for name, field in request.OPTIONS.items())
        told["options"] = " ".join(f"{name}={value}" for name, value in options if value)
    return "\n".join(f"{name:<9}{value}" for name, value in told.items() if value)


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
