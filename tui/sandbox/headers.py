"""The members of an operation that travel in HTTP headers, as the SDK's service model says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape, StructureShape

from tui.sandbox.checks import whole_number


def members_in(
    operation: str, headers: Mapping[str, str], service: str = "bedrock-runtime"
) -> dict[str, object]:
    """The members of a request that its headers hold, by the API's names."""
    shape = _service_model(service).operation_model(operation).input_shape
    return {
        member: _value(shape.members[member], headers[name])
        for member, name in _header_names(shape).items()
        if name in headers
    }


def headers_of(
    operation: str, members: Mapping[str, object], service: str = "bedrock-runtime"
) -> dict[str, str]:
    """The headers of an answer that has these members; others have no header."""
    names = _header_names(_service_model(service).operation_model(operation).output_shape)
    return {name: str(members[member]) for member, name in names.items() if member in members}


def _value(shape: Shape, header: str) -> object:
    text = _text(header)
    return whole_number(text) if shape.type_name == "integer" else text


def _text(header: str) -> str:
    """What a client meant: botocore writes headers in UTF-8, others in Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return header


@cache
def _service_model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def _header_names(shape: StructureShape) -> dict[str, str]:
    """The header of each member that has one, in lower case."""
    return {
        member: cast(str, part.serialization["name"]).lower()
        for member, part in shape.members.items()
        if part.serialization.get("location") == "header"
    }
