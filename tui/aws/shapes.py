"""Constraints read from the SDK's own service models: the only ones that never grow old.

botocore itself enforces almost none of them. No client is made here and nothing is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape
from botocore.utils import parse_to_aware_datetime

from tui.model.fault import Fault, Path

_PATTERNS_IN_WORDS = {
    "S3Uri": "an s3:// URI like s3://bucket/prefix/, the bucket in lower case",
    "KmsKeyId": "the ARN of a key or of an alias, like arn:aws:kms:us-east-1:123456789012:key/…",
    "AccountId": "12 digits",
    "TagKey": "letters, digits, spaces and . _ : / = + @ -",
    "TagValue": "letters, digits, spaces and . _ : / = + @ -",
    "InvocationArn": "the ARN of an invocation: arn:aws:bedrock:…:async-invoke/…",
    "AsyncInvokeIdempotencyToken": "visible ASCII characters",
    "AsyncInvokeIdentifier": "a model id or ARN",
    "InvokeModelIdentifier": "a model id or ARN",
    "GuardrailIdentifier": "the id or ARN of a guardrail",
    "GuardrailVersion": "a number or DRAFT",
    "EndpointName": "letters and digits, with single hyphens between them",
    "InputLocationHeader": "an s3:// URI like s3://bucket/key, or an https:// URL",
    "PaginationToken": "a token without spaces",
    "Header": "visible ASCII characters",
    "CustomAttributesHeader": "visible ASCII characters",
    "InferenceId": "visible ASCII characters, not a space at the beginning",
    "S3OutputPathExtensionHeader": "letters, digits and / ! _ . * ' ( ) -, without s3:",
    "FilenameHeader": "letters, digits and - _, with one dot at most",
}
"""What the pattern of a shape means, for a person."""

_CLASSES = {r"\p{ASCII}": r"\x00-\x7f", r"\p{Print}": r"\x20-\x7e"}
"""Classes of characters that Python's expressions have no name for."""

_TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "structure": (Mapping, "an object"),
    "map": (Mapping, "an object"),
    "list": ((list, tuple), "a list"),
    "string": (str, "a text"),
    "integer": (int, "a whole number"),
    "long": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "boolean": (bool, "true or false"),
    "timestamp": ((datetime, str, int, float), "a time"),
    "blob": ((bytes, bytearray, str), "bytes"),
}
"""The Python types of a shape's values, and their name for a person."""


_SERVICES = {"InvokeEndpointAsync": "sagemaker-runtime"}
"""The services of operations that are not the Bedrock runtime's."""


@dataclass(frozen=True)
class Constraint:
    """What the service model says about one member.

    Attributes:
        required: Whether its structure must have it.
        type: The shape's type: ``string``, ``structure``, ``list``, ``integer``, …
        enum: The only values there are; empty when any will do.
        pattern: A regular expression for the whole value.
        minimum: Of the value of a number, the length of a text or the items of a list.
        maximum: Likewise.
    """

    required: bool
    type: str
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None


def check(operation: str, params: Mapping[str, object], service: str = "") -> list[Fault]:
    """Everything in ``params`` that the service model forbids, in the order of the members.

    Raises:
        KeyError: The service has no such operation.
    """
    return list(_faults(input_shape(operation, service), params, ()))


def constraint(operation: str, member_path: str, service: str = "") -> Constraint:
    """What the model says of a member, named as ``members`` names it.

    Raises:
        KeyError: There is no such operation or member.
    """
    shape: Shape = input_shape(operation, service)
    required = True
    for name in member_path.split("."):
        structure = _item(shape)
        required = name in structure.required_members
        shape = structure.members[name]
    low, high = _bounds(shape)
    pattern = shape.metadata.get("pattern")
    return Constraint(
        required, shape.type_name, tuple(shape.metadata.get("enum", ())), pattern, low, high
    )


def members(operation: str, service: str = "") -> list[str]:
    """Every member of the operation's input; those inside others, and in lists, with dots."""
    return list(_members(input_shape(operation, service), ""))


def error_status(code: str, service: str = "bedrock-runtime") -> int:
    """The HTTP status that comes with an error.

    Raises:
        KeyError: The service has no such error.
    """
    shapes = {shape.name: shape for shape in _service_model(service).error_shapes}
    return cast(int, shapes[code].metadata["error"]["httpStatusCode"])


@cache
def _service_model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def output_shape(operation: str, service: str = "") -> StructureShape:
    """What the operation answers.

    Raises:
        KeyError: The service has no such operation.
    """
    return cast(StructureShape, _operation(operation, service).output_shape)


@cache
def input_shape(operation: str, service: str = "") -> StructureShape:
    """What the operation takes.

    Raises:
        KeyError: The service has no such operation.
    """
    return cast(StructureShape, _operation(operation, service).input_shape)


def _operation(operation: str, service: str) -> OperationModel:
    model = _service_model(service or _SERVICES.get(operation, "bedrock-runtime"))
    if operation not in model.operation_names:
        raise KeyError(operation)
    return model.operation_model(operation)


def _item(shape: Shape) -> StructureShape:
    while isinstance(shape, ListShape):
        shape = shape.member
    if not isinstance(shape, StructureShape):
        raise KeyError(shape.name)
    return shape


def _members(shape: Shape, prefix: str) -> Iterator[str]:
    while isinstance(shape, ListShape):
        shape = shape.member
    if isinstance(shape, StructureShape) and not shape.is_document_type:
        for name, member in shape.members.items():
            yield prefix + name
            yield from _members(member, f"{prefix}{name}.")


def _bounds(shape: Shape) -> tuple[int | None, int | None]:
    return shape.metadata.get("min"), shape.metadata.get("max")


def _faults(shape: Shape, value: object, path: Path) -> Iterator[Fault]:
    if getattr(shape, "is_document_type", False):
        return
    python_type, wanted = _TYPES[shape.type_name]
    is_stray_bool = isinstance(value, bool) and shape.type_name != "boolean"
    if not isinstance(value, python_type) or is_stray_bool:
        yield Fault(path, "type", wanted, _kind_of(value))
        return
    if isinstance(shape, StructureShape):
        yield from _structure_faults(shape, cast("Mapping[str, object]", value), path)
    elif isinstance(shape, MapShape):
        for key, item in cast("Mapping[str, object]", value).items():
            yield from _faults(shape.value, item, (*path, key))
    elif isinstance(shape, ListShape):
        items = cast("list[object]", value)
        yield from _bound_faults(shape, len(items), path, "Items", lambda n: _count(n, "item"))
        for index, item in enumerate(items):
            yield from _faults(shape.member, item, (*path, index))
    elif isinstance(value, (str, bytes, bytearray)):
        unit = "character" if isinstance(value, str) else "byte"
        yield from _bound_faults(shape, len(value), path, "Length", lambda n: _count(n, unit))
        if isinstance(value, str):
            yield from _text_faults(shape, value, path)
    elif isinstance(value, (int, float)):
        yield from _bound_faults(shape, value, path, "imum", str)


def _structure_faults(
    shape: StructureShape, value: Mapping[str, object], path: Path
) -> Iterator[Fault]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield Fault((*path, name), "required", "is required")
    if shape.is_tagged_union and len(value) != 1:
        rule = "rule" if value else "required"
        yield Fault(path, rule, f"exactly one of {', '.join(shape.members)}", f"{len(value)}")
    for name, item in value.items():
        if name not in shape.members:
            known = ", ".join(shape.members)
            yield Fault((*path, name), "rule", f"one of the known members: {known}")
        elif item is not None:
            yield from _faults(shape.members[name], item, (*path, name))


def _text_faults(shape: Shape, value: str, path: Path) -> Iterator[Fault]:
    enum = shape.metadata.get("enum", ())
    pattern = shape.metadata.get("pattern")
    if shape.type_name == "timestamp" and not _is_time(value):
        yield Fault(path, "type", "a time like 2026-01-31T12:00:00Z", _shown(value))
    if enum and value not in enum:
        yield Fault(path, "enum", " or ".join(enum), _shown(value))
    if pattern and value and not _compiled(pattern).fullmatch(value):
        expected = _PATTERNS_IN_WORDS.get(shape.name, f"text that matches {pattern}")
        yield Fault(path, "pattern", expected, _shown(value))


def _bound_faults(
    shape: Shape, size: float, path: Path, rule: str, words: Callable[[float], str]
) -> Iterator[Fault]:
    """Bounds of a length, a number of items or, with the rule ``imum``, of a value."""
    low, high = _bounds(shape)
    if low is not None and size < low:
        yield Fault(path, f"min{rule}", f"at least {words(low)}", words(size))
    if high is not None and size > high:
        yield Fault(path, f"max{rule}", f"at most {words(high)}", words(size))


def _is_time(text: str) -> bool:
    """Whether the SDK takes a text for a time; what it says of one that is none is many things."""
    try:
        parse_to_aware_datetime(text)
    except (ValueError, TypeError, RuntimeError, OverflowError):
        return False
    return True


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The service models are written for Java, which has names for some classes of characters."""
    for name, characters in _CLASSES.items():
        pattern = pattern.replace(f"[{name}]", f"[{characters}]").replace(name, f"[{characters}]")
    return re.compile(pattern.replace(r"\z", r"\Z"))


def _count(number: float, unit: str) -> str:
    return f"{number:,} {unit}" + ("" if number == 1 else "s")


def _kind_of(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    names = ("structure", "list", "string", "double", "blob")
    return next(
        (_TYPES[name][1] for name in names if isinstance(value, _TYPES[name][0])),
        type(value).__name__,
    )


def _shown(value: str) -> str:
    return value if len(value) <= 40 else value[:39] + "…"
