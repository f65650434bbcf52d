"""Requests and responses of the sandbox, and what an AWS error looks like on the wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Request:
    """One HTTP request.

    Attributes:
        method: In upper case.
        raw_path: As it came, percent-encoded.
        query: The query's last value of each name, decoded.
        headers: By name in lower case.
        service: The signing scope's service; ``bedrock`` for bearer tokens; empty when unsigned.
        region: The signing scope's region, or the sandbox's own.
        body: All of it; empty for requests that are only passed on.
        access_key: The id of the key that signed it; empty when unsigned.
    """

    method: str
    raw_path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    service: str
    region: str
    body: bytes = b""
    access_key: str = ""


@dataclass(frozen=True)
class Response:
    """One HTTP response.

    Attributes:
        status: Such as 200.
        body: All of it.
        headers: By name in lower case; those that every answer has come by themselves.
        seconds: How long it takes on the sandbox's clock; infinite for never.
        is_lost: Whether the connection is closed in its place.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    is_lost: bool = False

    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as ASGI wants them, with a request id of their own."""
        headers = {
            "content-type": "application/json",
            "content-length": str(len(self.body)),
            "x-amzn-requestid": str(uuid.uuid4()),
            **self.headers,
        }
        return [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]


class ServiceError(Exception):
    """What an operation is refused with."""

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.details = details or {}
        self.code = code
        self.message = message
        self.status = status

    def response(self, service: str = "bedrock") -> Response:
        """The error in the form that the service's clients read: XML for S3 and STS, else JSON.

        Where one path serves all operations, the JSON says what kind of error it is.
        """
        code, message = escape(self.code), escape(self.message)
        xml = {"content-type": "application/xml"}
        if service == "s3":
            text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            return Response(self.status, text.encode(), xml)
        if service == "sts":
            error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
            return Response(
                self.status, f"<ErrorResponse>{error}</Error></ErrorResponse>".encode(), xml
            )
        members = {"message": self.message, **self.details}
        if service not in ("", "bedrock"):
            members = {"__type": self.code, "Message": self.message, **self.details}
        body = json.dumps(members).encode()
        return Response(self.status, body, {"x-amzn-errortype": self.code})


def json_response(value: object, headers: Mapping[str, str] | None = None) -> Response:
    """A 200 with a JSON body."""
    return Response(200, json.dumps(value, separators=(",", ":")).encode(), headers or {})


def parse_request(
    method: str,
    raw_path: bytes,
    query_string: bytes,
    headers: Mapping[str, str],
    default_region: str,
) -> Request:
    """A request without its body; the signing scope says service and region."""
    query = dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True))
    authorization = headers.get("authorization", "")
    service, region, access_key = "", default_region, ""
    if authorization.startswith("Bearer "):
        service = "bedrock"
    elif "Credential=" in authorization:
        scope = authorization.partition("Credential=")[2].partition(",")[0].strip().split("/")
        if len(scope) >= 5:
            region, service, access_key = scope[-3], scope[-2], scope[0]
    elif "X-Amz-Credential" in query:
        scope = query["X-Amz-Credential"].split("/")
        if len(scope) >= 5:
            region, service, access_key = scope[-3], scope[-2], scope[0]
    elif "AWSAccessKeyId" in query:
        service, access_key = "s3", query["AWSAccessKeyId"]
    path = raw_path.decode("latin-1")
    return Request(method, path, query, headers, service, region, access_key=access_key)
