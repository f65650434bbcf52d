"""The operations that requests in other tools' syntax are for: their names and their members."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tui.model import document
from tui.model.document import DocumentFault, compact


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a service, from which every tool derives its own names.

    Attributes:
        name: As the service model writes it: ``StartAsyncInvoke``.
        service_id: As the service model writes it: ``Bedrock Runtime``.
        members: An empty value for each member of the input, in the model's order. ``""`` is
            text or a time, ``0`` a whole number, ``{}`` any JSON value, ``b""`` any bytes,
            ``None`` bytes that are JSON, an object a structure, and a list holds one such item.
        target: The member that names what is invoked, or is asked for; empty for a list.
        result: The member of the output that a person wants to see.
        is_streamed: Whether the result is a stream, for which the AWS CLI wants a file.
    """

    name: str
    service_id: str
    members: Mapping[str, object]
    target: str
    result: str
    is_streamed: bool = False

    @property
    def document(self) -> str:
        """The member that is a JSON document; empty where there is none."""
        return next((name for name, shape in self.members.items() if _is_document(shape)), "")

    @property
    def body(self) -> str:
        """The member that is sent as bytes, the body of HTTP; empty where there is none."""
        return next((name for name, shape in self.members.items() if shape in (None, b"")), "")

    @property
    def has_json_body(self) -> bool:
        """Whether the document is the body."""
        return bool(self.body) and self.body == self.document

    @property
    def service(self) -> str:
        """The service's name for the AWS CLI and boto3: ``bedrock-runtime``."""
        return self.service_id.lower().replace(" ", "-")

    @property
    def command(self) -> str:
        """The AWS CLI's subcommand."""
        return dashed(self.name)

    @property
    def method(self) -> str:
        """The method of boto3's client."""
        return self.command.replace("-", "_")

    @property
    def javascript_command(self) -> str:
        """The command class of the AWS SDK for JavaScript."""
        return f"{self.name}Command"

    @property
    def javascript_client(self) -> str:
        """The client class of the AWS SDK for JavaScript."""
        return f"{self.service_id.replace(' ', '')}Client"

    @property
    def javascript_package(self) -> str:
        """The npm package that has both classes."""
        return f"@aws-sdk/client-{self.service}"

    def checked(self, members: Mapping[str, object]) -> dict[str, object]:
        """The members without those that are null, in the model's order.

        Raises:
            ValueError: A member is unknown or of the wrong type; the text names it.
        """
        return _structure(self.name, self.members, members)

    def with_document(self, members: Mapping[str, object]) -> dict[str, object]:
        """The members with the document itself, where they have bytes as a text.

        Raises:
            ValueError: The text is not the JSON of a document.
        """
        found = dict(members)
        if not self.has_json_body:
            return found
        body = found.pop(self.document, None)
        if isinstance(body, str) and body:
            try:
                body = document_of(body)
            except ValueError as error:
                raise ValueError(f"{self.document}: {error}") from error
        elif body in (None, ""):  # as a skeleton has it
            return found
        return {**found, self.document: body}


START_ASYNC_INVOKE = Operation(
    "StartAsyncInvoke",
    "Bedrock Runtime",
    {
        "clientRequestToken": "",
        "modelId": "",
        "modelInput": {},
        "outputDataConfig": {
            "s3OutputDataConfig": {"s3Uri": "", "kmsKeyId": "", "bucketOwner": ""}
        },
        "tags": [{"key": "", "value": ""}],
    },
    target="modelId",
    result="invocationArn",
)

INVOKE_MODEL = Operation(
    "InvokeModel",
    "Bedrock Runtime",
    {
        "body": None,
        "contentType": "",
        "accept": "",
        "modelId": "",
        "trace": "",
        "guardrailIdentifier": "",
        "guardrailVersion": "",
        "performanceConfigLatency": "",
        "serviceTier": "",
        "requestMetadata": "",
    },
    target="modelId",
    result="body",
    is_streamed=True,
)

INVOKE_ENDPOINT_ASYNC = Operation(
    "InvokeEndpointAsync",
    "SageMaker Runtime",
    {
        "EndpointName": "",
        "ContentType": "",
        "Accept": "",
        "CustomAttributes": "",
        "InferenceId": "",
        "InputLocation": "",
        "S3OutputPathExtension": "",
        "Filename": "",
        "RequestTTLSeconds": 0,
        "InvocationTimeoutSeconds": 0,
        "Body": b"",
    },
    target="EndpointName",
    result="OutputLocation",
)

GET_ASYNC_INVOKE = Operation(
    "GetAsyncInvoke",
    "Bedrock Runtime",
    {"invocationArn": ""},
    target="invocationArn",
    result="status",
)

LIST_ASYNC_INVOKES = Operation(
    "ListAsyncInvokes",
    "Bedrock Runtime",
    {
        "submitTimeAfter": "",
        "submitTimeBefore": "",
        "statusEquals": "",
        "maxResults": 0,
        "nextToken": "",
        "sortBy": "",
        "sortOrder": "",
    },
    target="",
    result="asyncInvokeSummaries",
)

OPERATIONS = (START_ASYNC_INVOKE, INVOKE_MODEL, INVOKE_ENDPOINT_ASYNC)
"""What requests are submitted to."""

QUESTIONS = (GET_ASYNC_INVOKE, LIST_ASYNC_INVOKES)
"""What says how invocations are."""


def named(name: str) -> Operation:
    """The operation of a name, which is also that of its request's type."""
    return next(operation for operation in OPERATIONS if operation.name == name)


def document_of(text: str) -> object:
    """The document that bytes say: its JSON or, as version 2 of the AWS CLI takes it, base64.

    Raises:
        ValueError: They say none; the text says where.
    """
    value = document.parse(text)
    if isinstance(value, DocumentFault):
        try:
            inside = base64.b64decode("".join(text.split()), validate=True).decode()
        except ValueError:
            raise ValueError(str(value)) from None
        value = document.parse(inside)
        if isinstance(value, DocumentFault):
            raise ValueError(f"in base64: {value}")
    return value


def text_or_bytes(content: bytes) -> str | bytes:
    """Bytes as the text that they are; those of none as they come."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def dashed(name: str) -> str:
    """A name as the AWS CLI writes it: ``RequestTTLSeconds`` is ``request-ttl-seconds``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def _structure(name: str, shape: Mapping[str, object], value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{name}: wants an object of {', '.join(shape)}, not {_short(value)}")
    unknown = [str(member) for member in value if member not in shape]
    if unknown:
        raise ValueError(f"{_cut(', '.join(unknown))}: {name} has no such member")
    return {
        member: _member(member, inner, value[member])
        for member, inner in shape.items()
        if member in value and (value[member] is not None or _is_document(inner))
    }


def _member(name: str, shape: object, value: object) -> object:
    if _is_document(shape):
        if _has_bytes(value):
            raise ValueError(f"{name}: holds bytes, which JSON has not")
        return value
    if isinstance(shape, Mapping):
        return _structure(name, shape, value)
    if isinstance(shape, list):
        items = value if isinstance(value, list) else [value]
        return [_member(name, shape[0], item) for item in items]
    wanted, types = _SCALARS[type(shape)]
    if not isinstance(value, types) or isinstance(value, bool):
        raise ValueError(f"{name}: wants {wanted}, not {_short(value)}")
    return text_or_bytes(value) if isinstance(value, bytes) else value


_SCALARS: Mapping[type, tuple[str, tuple[type, ...]]] = {
    str: ("a string", (str,)),
    int: ("a whole number", (int,)),
    bytes: ("a string or bytes", (str, bytes)),
}


def _is_document(shape: object) -> bool:
    return shape is None or shape == {}


def _has_bytes(value: object) -> bool:
    """Whether bytes are in it; the readers let none pass further within."""
    inner = value.values() if isinstance(value, Mapping) else (value,)
    return any(isinstance(each, bytes) for each in inner)


def _short(value: object) -> str:
    return _cut(str(value) if isinstance(value, bytes) else compact(value))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
