"""What a model answered at once: its bytes, their type, and the name that they are saved under."""

from __future__ import annotations

from msgspec import Struct

_ENDINGS = {
    "application/json": "json",
    "application/jsonlines": "jsonl",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/csv": "csv",
    "text/plain": "txt",
    "video/mp4": "mp4",
}


class Answer(Struct, frozen=True):
    """The body of an InvokeModel answer.

    Attributes:
        content_type: As the service said it, parameters included.
        content: The bytes, as they came.
        latency: Which performance config was used, or empty; the ledger does not keep it.
        service_tier: Which tier was used, or empty; the ledger does not keep it.
    """

    content_type: str
    content: bytes
    latency: str = ""
    service_tier: str = ""

    def members(self) -> dict[str, str]:
        """What came besides the body, under the API's own names; what did not come is left out.

        >>> Answer("application/json", b"{}").members()
        {'contentType': 'application/json'}
        """
        named = {
            "contentType": self.content_type,
            "performanceConfigLatency": self.latency,
            "serviceTier": self.service_tier,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def name(self) -> str:
        """A file name that tells the type.

        >>> Answer("application/json", b"{}").name
        'answer.json'
        """
        kind = self.content_type.partition(";")[0].strip().lower()
        return f"answer.{_ENDINGS.get(kind, 'bin')}"
