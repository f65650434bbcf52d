"""What a person asks for: the requests, as typed values and as the SDK's arguments."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

from msgspec import Struct

from tui.model.document import compact
from tui.model.fault import Fault

TOKEN = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
"""What the service takes for a client request token; its published pattern is wider."""

_TAG = re.compile(r"((?:[^=\\]|\\.)+)=(.*)", re.DOTALL)

_PROFILE = re.compile(r"(us|us-gov|eu|apac|au|jp|ca|global)\.|.*:(application-)?inference-profile/")


class Tag(Struct, frozen=True):
    """One tag of an invocation."""

    key: str
    value: str


class StartAsyncInvoke(Struct, frozen=True, kw_only=True):
    """The input of bedrock-runtime StartAsyncInvoke.

    Attributes:
        model_id: A base model's id or ARN.
        model_input: The model's own document: any JSON value, nearly always an object.
        s3_uri: The folder that receives the outputs.
        client_request_token: Makes the request idempotent.
        kms_key_id: ARN of a key or alias, or empty.
        bucket_owner: Twelve digits, or empty.
        tags: At most 200.
    """

    model_id: str
    model_input: object
    s3_uri: str
    client_request_token: str
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
        model_id = left.pop("modelId", None)
        if not isinstance(model_id, str) or not model_id:
            raise ValueError("modelId is required")
        if "modelInput" not in left:
            raise ValueError("modelInput is required")
        model_input = left.pop("modelInput")
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
        """The same request under the API's own member names; what is empty is left out."""
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
        """The service's rules that its published model does not state."""
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


def tags_text(tags: Iterable[Tag]) -> str:
    """Tags as they are typed; ``parse_tags`` reads them back."""
    return " ".join(shlex.quote(f"{_escaped(tag.key)}={tag.value}") for tag in tags)


def parse_tags(text: str) -> tuple[Tag, ...]:
    """Tags typed as ``key=value`` words; quotes keep spaces together.

    A backslash, in quotes, keeps an ``=`` in the key.

    Raises:
        ValueError: A word has no ``=``, or a quote is not closed.
    """
    tags = []
    for word in shlex.split(text):
        match = _TAG.fullmatch(word)
        if not match:
            raise ValueError(f"{word!r} is not key=value")
        tags.append(Tag(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), match[2]))
    return tuple(tags)


def _escaped(key: str) -> str:
    return key.replace("\\", "\\\\").replace("=", "\\=")
