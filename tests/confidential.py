"""Secrets of every shape that passes through the program, and how to find one in a text."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st

PIECE = 8
"""Characters of a secret that are too many to be seen."""


@dataclass(frozen=True)
class Secrets:
    """One person's secrets, all different, and nothing in them by chance.

    Attributes:
        seed: What they are made of.
        before: What a person typed before the words that nobody else may read.
        after: And after.
    """

    seed: bytes
    before: str = ""
    after: str = ""

    def _digest(self, name: str, size: int = 96) -> bytes:
        return hashlib.shake_256(name.encode() + self.seed).digest(size)

    def _base64(self, name: str, length: int) -> str:
        return base64.b64encode(self._digest(name, length)).decode()[:length]

    @cached_property
    def access_key(self) -> str:
        return "ASIA" + base64.b32encode(self._digest("access", 10)).decode()

    @cached_property
    def secret_key(self) -> str:
        return self._base64("secret", 40)

    @cached_property
    def session_token(self) -> str:
        return self._base64("session", 356)

    @cached_property
    def sso_token(self) -> str:
        return base64.urlsafe_b64encode(self._digest("sso", 60)).decode()

    @cached_property
    def bearer(self) -> str:
        return self._base64("bearer", 132)

    @cached_property
    def signature(self) -> str:
        return self._digest("signature", 32).hex()

    @cached_property
    def password(self) -> str:
        return (
            base64.urlsafe_b64encode(self._digest("password", 12)).decode()[:14] + "7!"
        )  # as those who set the rules want it

    @cached_property
    def marker(self) -> str:
        """The words of a model input that nobody else may read."""
        return base64.b32encode(self._digest("prompt", 20)).decode().lower()

    @property
    def prompt(self) -> str:
        return f"{self.before}{self.marker}{self.after}"

    @property
    def model_input(self) -> dict[str, object]:
        return {"prompt": self.prompt, "nested": [{"text": self.prompt}, 1], self.prompt: True}

    @property
    def presigned_url(self) -> str:
        return (
            "https://media.s3.us-west-2.amazonaws.com/out.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            f"&X-Amz-Credential={self.access_key}%2F20260301%2Fus-west-2%2Fs3%2Faws4_request"
            f"&X-Amz-Security-Token={self.session_token}&X-Amz-Signature={self.signature}"
        )

    @property
    def proxy(self) -> str:
        return f"http://someone:{self.password}@proxy.example:3128"

    @property
    def authorization(self) -> str:
        scope = f"Credential={self.access_key}/20260301/us-west-2/bedrock/aws4_request"
        return f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature={self.signature}"

    @property
    def recognisable(self) -> tuple[str, ...]:
        """Those that the masks must find in any text, as they are found in the wild."""
        return (
            self.access_key,
            self.secret_key,
            self.session_token,
            self.sso_token,
            self.bearer,
            f"Authorization: Bearer {self.bearer}",
            f"Authorization: {self.authorization}",
            self.authorization,
            self.signature,
            self.presigned_url,
            self.proxy,
            f"aws_secret_access_key = {self.secret_key}",
            f"X-Amz-Security-Token={self.session_token}",
            f"password={self.password}",
            json.dumps({"accessToken": self.sso_token, "clientSecret": self.password}),
        )

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.recognisable, self.password, self.prompt, json.dumps(self.model_input))

    def seen_in(self, text: str) -> list[str]:
        """The pieces of secrets in a text."""
        hidden = (
            self.access_key[4:],
            self.secret_key,
            self.session_token,
            self.sso_token,
            self.bearer,
            self.signature,
            self.password,
            self.marker,
        )
        return [piece for secret in hidden for piece in _pieces(secret) if piece in text]


def _pieces(secret: str) -> Iterable[str]:
    return (secret[start : start + PIECE] for start in range(len(secret) - PIECE + 1))


secrets = st.builds(
    Secrets, st.binary(min_size=8, max_size=8), st.text(max_size=20), st.text(max_size=20)
)
