"""Credentials as the clients of either SDK hold them: asked for anew at each signature."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

    from tui.aws.signing import Signing


class _Lent:
    """What clients of either SDK ask of credentials, apart from what they are."""

    method = "borrowed"

    def __init__(self, signing: Signing) -> None:
        self._signing = signing

    def get_account_id(self) -> None:
        """Nothing: no service that is asked here has the account in its endpoint."""

    def get_deferred_property(self, _: str) -> Callable[[], None]:
        """The same, for later."""
        return self.get_account_id


class Borrowed(_Lent):
    """Credentials of a blocking client: what they are is asked at each signature."""

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """See ``Signing.frozen_in_thread``."""
        return self._signing.frozen_in_thread()

    def load_credentials(self) -> Borrowed:
        """Itself: it is the whole chain of its session."""
        return self


class AioBorrowed(_Lent):
    """The same for a client of aiobotocore."""

    async def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """See ``Signing.frozen``."""
        return await self._signing.frozen()

    async def load_credentials(self) -> AioBorrowed:
        """Itself: it is the whole chain of its session."""
        return self
