"""The fields of the form, as typed ↔ a request; and the field that a fault belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tui.model import attachment, document, placeholder
from tui.model.document import DocumentFault
from tui.model.fault import Fault
from tui.model.request import StartAsyncInvoke, Tag, parse_tags, tags_text

MODEL_INPUT = "model_input"

_FIELD_OF_MEMBER = {
    "modelId": "model_id",
    "modelInput": MODEL_INPUT,
    "s3Uri": "s3_uri",
    "kmsKeyId": "kms_key_id",
    "bucketOwner": "bucket_owner",
    "tags": "tags",
    "clientRequestToken": "token",
}

_NO_PLACEHOLDERS: Mapping[str, str] = {}

LINES = tuple(field for field in _FIELD_OF_MEMBER.values() if field != MODEL_INPUT)
"""The fields of one line, in the form's order."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form.

    Attributes:
        request: The request; None while something keeps it from being one.
        faults: What does, by field.
        probe: The request with a stand-in for each field at fault, so that the others can be
            checked meanwhile.
    """

    request: StartAsyncInvoke | None
    faults: Mapping[str, str]
    probe: StartAsyncInvoke


def read(
    fields: Mapping[str, str], token: str, placeholders: Mapping[str, str] = _NO_PLACEHOLDERS
) -> Typed:
    """What is typed, as a request.

    Args:
        fields: The texts by field.
        token: The client request token if none is typed.
        placeholders: What those in the output URI stand for.
    """
    typed = {name: fields.get(name, "").strip() for name in LINES}
    faults = {name: "is required" for name in ("model_id", "s3_uri") if not typed[name]}
    s3_uri = ""
    try:
        s3_uri = placeholder.fill(typed["s3_uri"], placeholders)
    except ValueError as error:
        faults["s3_uri"] = str(error)
    value = document.parse(fields.get(MODEL_INPUT, ""))
    if isinstance(value, DocumentFault):
        faults[MODEL_INPUT] = str(value)
        value = {}
    tags: tuple[Tag, ...] = ()
    try:
        tags = parse_tags(typed["tags"])
    except ValueError as error:
        faults["tags"] = str(error)
    is_input_known = MODEL_INPUT not in faults
    request = StartAsyncInvoke(
        # Without a model, or an input, no rule of a model is of use.
        model_id=typed["model_id"] if typed["model_id"] and is_input_known else "any",
        model_input=value,
        s3_uri=s3_uri or "s3://any-bucket",
        client_request_token=typed["token"] or token,
        kms_key_id=typed["kms_key_id"],
        bucket_owner=typed["bucket_owner"],
        tags=tags,
    )
    return Typed(None if faults else request, faults, request)


def fields_of(request: StartAsyncInvoke) -> dict[str, str]:
    """A request as the form's fields; ``read`` gives it back."""
    return {
        "model_id": request.model_id,
        MODEL_INPUT: document.pretty(request.model_input),
        "s3_uri": placeholder.literal(request.s3_uri),
        "kms_key_id": request.kms_key_id,
        "bucket_owner": request.bucket_owner,
        "tags": tags_text(request.tags),
        "token": request.client_request_token,
    }


def fields_from(members: Mapping[str, object]) -> dict[str, str]:
    """Members of a request, some may be missing, as the fields that they fill."""
    output = members.get("outputDataConfig")
    named = output.get("s3OutputDataConfig") if isinstance(output, dict) else None
    flat = {**members, **(named if isinstance(named, dict) else {})}
    fields = {
        field: str(flat[name])
        for name, field in _FIELD_OF_MEMBER.items()
        if name in flat and name not in ("modelInput", "tags")
    }
    if "s3_uri" in fields:
        fields["s3_uri"] = placeholder.literal(fields["s3_uri"])
    if "modelInput" in members:
        fields[MODEL_INPUT] = document.pretty(members["modelInput"])
    if isinstance(tags := members.get("tags"), list):
        pairs = [Tag(tag.get("key", ""), tag.get("value", "")) for tag in tags]
        fields["tags"] = tags_text(pairs)
    return fields


def members_of(fields: Mapping[str, str]) -> dict[str, object]:
    """The fields that are filled in, under the API's own member names, as they are typed.

    Raises:
        ValueError: The model input or the tags cannot be read.
    """
    typed = {
        member: text
        for member, field in _FIELD_OF_MEMBER.items()
        if (text := fields.get(field, "").strip())
    }
    members: dict[str, object] = {
        name: typed[name] for name in ("clientRequestToken", "modelId") if name in typed
    }
    value = document.parse(typed.get("modelInput", ""))
    if isinstance(value, DocumentFault):
        raise ValueError(str(value))
    members["modelInput"] = value
    names = ("s3Uri", "kmsKeyId", "bucketOwner")
    if s3 := {name: typed[name] for name in names if name in typed}:
        members["outputDataConfig"] = {"s3OutputDataConfig": s3}
    if tags := parse_tags(typed.get("tags", "")):
        members["tags"] = [{"key": tag.key, "value": tag.value} for tag in tags]
    return members


def summary(request: StartAsyncInvoke, facts: Mapping[str, str]) -> str:
    """What is about to be sent, a line for each thing, after what else there is to know.

    Args:
        request: What is sent.
        facts: Where it goes, by name.
    """
    size = len(document.compact(request.model_input).encode("utf-8", "replace"))
    files = ", ".join(found.name for found in attachment.find(request.model_input))
    lines = {
        **facts,
        "output": request.s3_uri,
        "input": document.size_text(size) + (f", and {files}" if files else ""),
        "KMS key": request.kms_key_id,
        "owner": request.bucket_owner,
        "tags": tags_text(request.tags),
    }
    return "\n".join(f"{name:<9}{value}" for name, value in lines.items() if value)


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """The first fault of each field, in words."""
    texts: dict[str, str] = {}
    for fault in faults:
        members = (_FIELD_OF_MEMBER[part] for part in fault.path if part in _FIELD_OF_MEMBER)
        actual = f", not {fault.actual}" if fault.actual else ""
        texts.setdefault(next(members, MODEL_INPUT), f"{fault.expected}{actual}")
    return texts
