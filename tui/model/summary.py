"""What a form says of a request before it is sent, a line for each thing. No I/O."""

from __future__ import annotations

from collections.abc import Mapping

from tui.model import attachment, document
from tui.model.request import InvokeEndpointAsync, InvokeModel, Request, StartAsyncInvoke
from tui.model.tag import tags_text


def summary(
    request: Request,
    facts: Mapping[str, str],
    attached: int = 0,
    local: str = "",
    upload_to: str = "",
) -> str:
    """What is about to be sent, after what else there is to know.

    Args:
        request: What is sent, with its files by name.
        facts: Where it goes, by name.
        attached: Bytes that its files add.
        local: What the file is that is an endpoint's input, or empty.
        upload_to: The folder that an endpoint's input is uploaded to, or empty.
    """
    if isinstance(request, InvokeEndpointAsync):
        told = {**facts, **_inference(request, local, upload_to)}
    else:
        told = {**facts, **_of_model(request, attached)}
    return "\n".join(f"{name:<9}{value}" for name, value in told.items() if value)


def _of_model(request: Request, attached: int) -> dict[str, str]:
    size = len(document.compact(request.model_input).encode("utf-8", "replace")) + attached
    files = ", ".join(found.name for found in attachment.find(request.model_input))
    told = {
        "output": request.s3_uri if isinstance(request, StartAsyncInvoke) else "comes back here"
    }
    told["input"] = f"{document.size_text(size)} as sent" + (f", with {files}" if files else "")
    if isinstance(request, StartAsyncInvoke):
        told["KMS key"] = request.kms_key_id
        told["owner"] = request.bucket_owner
        told["tags"] = tags_text(request.tags)
    if isinstance(request, InvokeModel):
        options = ((name, getattr(request, field)) for name, field in request.OPTIONS.items())
        told["options"] = " ".join(f"{name}={value}" for name, value in options if value)
    return told


def _inference(request: InvokeEndpointAsync, local: str, upload_to: str) -> dict[str, str]:
    given = request.input_location
    if request.model_input is not None:
        given = f"{document.size_text(len(request.model_input))} as typed"
    elif local:
        given = f"{given}, {local}"
    is_here = bool(local) or request.model_input is not None
    numbers = (
        ("TTL", request.request_ttl_seconds),
        ("timeout", request.invocation_timeout_seconds),
    )
    return {
        "output": "where the endpoint writes",
        "input": given if upload_to or not is_here else f"{given}, sent with the request",
        "upload": f"first, below {upload_to}" if is_here and upload_to else "",
        "type": request.content_type,
        "accept": request.accept,
        "custom": request.custom_attributes,
        **{name: f"{seconds:,} s" if seconds else "" for name, seconds in numbers},
        "folder": request.s3_output_path_extension,
        "file": request.filename,
    }
