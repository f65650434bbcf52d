"""What a person asks for: the requests, as typed values and as the SDK's arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import Struct

from tui.model.document import compact, parse
from tui.model.fault import Fault
from tui.model.operation import text_or_bytes
from tui.model.tag import Tag

TOKEN = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
"""What the service takes for a client request token; its published pattern is wider."""

_IN_A_HEADER = re.compile(r"[ -~]*")
"""What arrives in a header as it was typed; a line end never leaves, and all else is garbled."""

_NO_KEY = re.compile(r"s3://[^/]*/?")

_PROFILE = re.compile(r"(us|us-gov|eu|apac|au|jp|ca|global)\.|.*:(application-)?inference-profile/")


class Request(Struct, frozen=True, kw_only=True):
    """What a request of every operation has.

    Attributes:
        model_id: A model's id or ARN; the name of an endpoint.
        model_input: The model's own document: any JSON value, nearly always an object.
        client_request_token: Our name for it. Where the operation takes one, it is also what
            makes the request idempotent.
    """

    model_id: str
    model_input: object
    client_request_token: str

    def arguments(self) -> dict[str, object]:
        """The same request under the API's own member names; what is empty is left out."""
        raise NotImplementedError

    def wire(self) -> dict[str, object]:
        """The arguments as the SDK's client takes them."""
        return self.arguments()

    def faults(self) -> list[Fault]:
        """The service's rules that its published model does not state."""
        raise NotImplementedError


class StartAsyncInvoke(Request, frozen=True, kw_only=True):
    """The input of bedrock-runtime StartAsyncInvoke.

    Attributes:
        s3_uri: The folder that receives the outputs.
        kms_key_id: ARN of a key or alias, or empty.
        bucket_owner: Twelve digits, or empty.
        tags: At most 200.
    """

    s3_uri: str
    kms_key_id: str = ""
    bucket_owner: str = ""
    tags: tuple[Tag, ...] = ()

    @classmethod
    def of(cls, members: Mapping[str, object]) -> StartAsyncInvoke:
        """The request that the API's members say; a missing token becomes an empty one.

        Raises:
            ValueError: A member is missing, unknown or of the wrong type; the text names it.
        """
        left = dict(members)
        model_id, model_input = _pop_required(left, "modelInput")
        s3 = _s3_members(left.pop("outputDataConfig", None))
        tags = left.pop("tags", None)
        token = _optional_text("clientRequestToken", left.pop("clientRequestToken", None))
        if left:
            raise ValueError(f"{', '.join(left)}: StartAsyncInvoke has no such member")
        return cls(
            model_id=model_id,
            model_input=model_input,
            client_request_token=token,
            tags=_tags(tags),
            s3_uri=s3["s3Uri"],
            kms_key_id=s3["kmsKeyId"],
            bucket_owner=s3["bucketOwner"],
        )

    def arguments(self) -> dict[str, object]:
        """See ``Request``."""
        s3 = {"s3Uri": self.s3_uri, "kmsKeyId": self.kms_key_id, "bucketOwner": self.bucket_owner}
        arguments: dict[str, object] = {
            "clientRequestToken": self.client_request_token,
            "modelId": self.model_id,
            "modelInput": self.model_input,
            "outputDataConfig": {
                "s3OutputDataConfig": {name: value for name, value in s3.items() if value}
            },
        }
        if self.tags:
            arguments["tags"] = [{"key": tag.key, "value": tag.value} for tag in self.tags]
        return arguments

    def faults(self) -> list[Fault]:
        """See ``Request``."""
        faults = []
        if self.client_request_token and not TOKEN.fullmatch(self.client_request_token):
            faults.append(
                Fault(("clientRequestToken",), "pattern", "letters, digits and single hyphens")
            )
        if _PROFILE.match(self.model_id):
            expected = "a base model's id: an inference profile only works with InvokeModel"
            faults.append(Fault(("modelId",), "rule", expected))
        keys = [tag.key for tag in self.tags]
        if double := next((key for key in keys if keys.count(key) > 1), None):
            faults.append(Fault(("tags",), "rule", f"each key once, not {double!r} twice"))
        if isinstance(self.model_input, str):
            faults.append(Fault(("modelInput",), "type", "an object, not a string of JSON"))
        return faults


class InvokeModel(Request, frozen=True, kw_only=True):
    """The input of bedrock-runtime InvokeModel; its ``body`` is the model input as JSON.

    Attributes:
        content_type: Of the body; empty, or JSON, which is all that the service takes.
        accept: The content type that is wanted of the answer, or empty.
        trace: Whether the guardrail's trace is wanted, or empty.
        guardrail_identifier: A guardrail's id or ARN, or empty.
        guardrail_version: A number or ``DRAFT``; goes with the identifier.
        performance_config_latency: ``standard`` or ``optimized``, or empty.
        service_tier: How soon, and at what price, or empty.
        request_metadata: A JSON object of texts, by which the logs can be filtered, or empty.
    """

    OPTIONS: ClassVar[Mapping[str, str]] = {
        "contentType": "content_type",
        "accept": "accept",
        "trace": "trace",
        "guardrailIdentifier": "guardrail_identifier",
        "guardrailVersion": "guardrail_version",
        "performanceConfigLatency": "performance_config_latency",
        "serviceTier": "service_tier",
        "requestMetadata": "request_metadata",
    }
    """The members but for the model and the body, and their names here."""

    content_type: str = ""
    accept: str = ""
    trace: str = ""
    guardrail_identifier: str = ""
    guardrail_version: str = ""
    performance_config_latency: str = ""
    service_tier: str = ""
    request_metadata: str = ""

    @classmethod
    def of(cls, members: Mapping[str, object]) -> InvokeModel:
        """The request that the API's members say; the body may be the document, or its JSON.

        Raises:
            ValueError: A member is missing, unknown or of the wrong type; the text names it.
        """
        left = dict(members)
        model_id, body = _pop_required(left, "body")
        unknown = left.keys() - cls.OPTIONS.keys()
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: InvokeModel has no such member")
        options = {cls.OPTIONS[name]: _optional_text(name, value) for name, value in left.items()}
        return cls(model_id=model_id, model_input=body, client_request_token="", **options)

    def arguments(self) -> dict[str, object]:
        """See ``Request``."""
        options = {name: getattr(self, field) for name, field in self.OPTIONS.items()}
        named = {name: value for name, value in options.items() if value}
        return {"body": self.model_input, "modelId": self.model_id, **named}

    def wire(self) -> dict[str, object]:
        """The arguments, with the body as the bytes that are sent."""
        return {**self.arguments(), "body": compact(self.model_input).encode()}

    def faults(self) -> list[Fault]:
        """See ``Request``."""
        faults = [
            Fault((name,), "pattern", "ASCII letters, digits and signs: it goes into a header")
            for name, field in self.OPTIONS.items()
            if not _IN_A_HEADER.fullmatch(getattr(self, field))
        ]
        if self.content_type.partition(";")[0].strip().lower() not in ("", JSON_TYPE):
            faults.append(Fault(("contentType",), "rule", f"{JSON_TYPE}: Bedrock takes no other"))
        if self.guardrail_identifier and not self.guardrail_version:
            faults.append(Fault(("guardrailVersion",), "rule", "goes with the guardrail"))
        if self.guardrail_version and not self.guardrail_identifier:
            faults.append(Fault(("guardrailIdentifier",), "rule", "goes with the version"))
        if isinstance(self.model_input, str):
            faults.append(Fault(("body",), "type", "an object, not a string of JSON"))
        if self.request_metadata and not _is_object_of_texts(self.request_metadata):
            expected = 'a JSON object of texts, like {"team": "media"}'
            faults.append(Fault(("requestMetadata",), "rule", expected))
        return faults


class InvokeEndpointAsync(Request, frozen=True, kw_only=True):
    """The input of sagemaker-runtime InvokeEndpointAsync.

    ``model_id`` is the endpoint's name, ``client_request_token`` the inference id: the service
    passes it on and keeps nothing from running twice. What is empty, or 0, is left out.

    Attributes:
        model_input: The inline body, byte by byte; None where the input is in S3.
        input_location: URI of the input in S3.
        content_type: Of the input.
        accept: The content type that is wanted of the output.
        custom_attributes: Passed on to the container as they are.
        request_ttl_seconds: How long it may queue; the service's default is 21,600.
        invocation_timeout_seconds: How long the container may take; the service's is 900.
        s3_output_path_extension: Folders below the endpoint's own output path.
        filename: The output's name, in place of one that the service makes up.
    """

    OPTIONS: ClassVar[Mapping[str, str]] = {
        "InputLocation": "input_location",
        "ContentType": "content_type",
        "Accept": "accept",
        "CustomAttributes": "custom_attributes",
        "S3OutputPathExtension": "s3_output_path_extension",
        "Filename": "filename",
    }
    """The members that are texts, and their names here."""

    NUMBERS: ClassVar[Mapping[str, str]] = {
        "RequestTTLSeconds": "request_ttl_seconds",
        "InvocationTimeoutSeconds": "invocation_timeout_seconds",
    }
    """The members that are whole numbers, and their names here."""

    model_input: bytes | None = None
    input_location: str = ""
    content_type: str = ""
    accept: str = ""
    custom_attributes: str = ""
    request_ttl_seconds: int = 0
    invocation_timeout_seconds: int = 0
    s3_output_path_extension: str = ""
    filename: str = ""

    @classmethod
    def of(cls, members: Mapping[str, object]) -> InvokeEndpointAsync:
        """The request that the API's members say; the body may be bytes, or their text.

        Raises:
            ValueError: A member is missing, unknown or of the wrong type; the text names it.
        """
        left = dict(members)
        name = _optional_text("EndpointName", left.pop("EndpointName", None))
        if not name:
            raise ValueError("EndpointName is required")
        body = left.pop("Body", None)
        if not isinstance(body, (str, bytes, type(None))):
            raise ValueError(f"Body: wants a string, not {compact(body)}")
        token = _optional_text("InferenceId", left.pop("InferenceId", None))
        options: dict[str, Any] = {
            name: read(member, left.pop(member, None))
            for names, read in ((cls.OPTIONS, _optional_text), (cls.NUMBERS, _optional_number))
            for member, name in names.items()
        }
        if left:
            raise ValueError(f"{', '.join(left)}: InvokeEndpointAsync has no such member")
        return cls(
            model_id=name,
            model_input=body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body,
            client_request_token=token,
            **options,
        )

    @property
    def deadline_seconds(self) -> int:
        """After how many seconds neither an output nor a failure can be expected any more."""
        ttl = self.request_ttl_seconds or LONGEST_TTL
        return ttl + (self.invocation_timeout_seconds or USUAL_TIMEOUT)

    def arguments(self) -> dict[str, object]:
        """See ``Request``; a body that is text comes as text."""
        body = self.model_input
        options = (*self.OPTIONS.items(), *self.NUMBERS.items())
        arguments: dict[str, object] = {"EndpointName": self.model_id}
        arguments |= {name: getattr(self, field) for name, field in options}
        arguments["InferenceId"] = self.client_request_token
        if body is not None:
            arguments["Body"] = text_or_bytes(body)
        return {name: value for name, value in arguments.items() if value or name == "Body"}

    def wire(self) -> dict[str, object]:
        """The arguments, with the body as the bytes that are sent."""
        body = {} if self.model_input is None else {"Body": self.model_input}
        return {**self.arguments(), **body}

    def faults(self) -> list[Fault]:
        """See ``Request``."""
        texts = {**self.OPTIONS, "InferenceId": "client_request_token"}
        faults = [
            Fault((name,), "pattern", "ASCII letters, digits and signs: it goes into a header")
            for name, field in texts.items()
            if not _IN_A_HEADER.fullmatch(getattr(self, field))
        ]
        if self.input_location and self.model_input is not None:
            faults.append(Fault(("InputLocation",), "rule", "a location or a body, not both"))
        if not (self.input_location or self.model_input):
            faults.append(Fault(("InputLocation",), "required", "where the input is, or a body"))
        if _NO_KEY.fullmatch(self.input_location):
            faults.append(Fault(("InputLocation",), "rule", "an object, like s3://bucket/key"))
        return faults


LONGEST_TTL = 21_600
"""Seconds that a request to an endpoint may queue where it does not say."""

USUAL_TIMEOUT = 900
"""Seconds that a container may take where the request does not say."""

JSON_TYPE = "application/json"


def metadata_of(text: str) -> str:
    """Request metadata as a header takes it: a line of ASCII; what is no object stays as it is."""
    value = parse(text)
    return compact(value, is_ascii=True) if isinstance(value, dict) else text


def _is_object_of_texts(text: str) -> bool:
    value = parse(text)
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


def _pop_required(left: dict[str, object], document: str) -> tuple[str, object]:
    """The model's id and the document of that name, taken out of the members."""
    model_id = left.pop("modelId", None)
    if not isinstance(model_id, str) or not model_id:
        raise ValueError("modelId is required")
    if document not in left:
        raise ValueError(f"{document} is required")
    return model_id, left.pop(document)


def _s3_members(config: object) -> dict[str, str]:
    s3 = config.get("s3OutputDataConfig") if isinstance(config, dict) else None
    if (
        not isinstance(config, dict)
        or not isinstance(s3, dict)
        or not isinstance(s3.get("s3Uri"), str)
    ):
        example = '{"s3OutputDataConfig": {"s3Uri": "s3://bucket/prefix/"}}'
        raise ValueError(f"outputDataConfig: wants {example}")
    names = ("s3Uri", "kmsKeyId", "bucketOwner")
    for owner, unknown in (
        ("outputDataConfig", set(config) - {"s3OutputDataConfig"}),
        ("s3OutputDataConfig", set(s3) - set(names)),
    ):
        if unknown:
            raise ValueError(f"{owner}: {', '.join(sorted(unknown))}: no such member")
    return {name: _optional_text(name, s3.get(name)) for name in names}


def _optional_text(name: str, value: object) -> str:
    """A member that may be left out or null, either of which is the empty text here."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{name}: wants a string, not {compact(value)}")
    return value


def _optional_number(name: str, value: object) -> int:
    """A member that may be left out or null, either of which is 0 here; 0 itself is never right."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not value:
        least = 60 if name == "RequestTTLSeconds" else 1  # as the service model says
        raise ValueError(f"{name}: wants a whole number from {least}, not {compact(value)}")
    return value


def _tags(value: object) -> tuple[Tag, ...]:
    if value is None:
        return ()
    return tuple(map(_tag, value if isinstance(value, list) else [value]))


def _tag(entry: object) -> Tag:
    if not isinstance(entry, dict) or set(entry) != {"key", "value"}:
        raise ValueError(f"tags: {compact(entry)} is not an object of key and value")
    key, value = entry["key"], entry["value"]
    if not isinstance(key, str) or not isinstance(value, str):
        raise ValueError(f"tags: {compact(entry)}: key and value want strings")
    return Tag(key, value)
