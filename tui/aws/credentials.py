"""Which kind of credentials a context has, when they end, and how a person renews them."""

from __future__ import annotations

import contextlib
import os
from datetime import timezone

from tui.aws.session import Session
from tui.model.credentials import Credentials, method_of, renewal_of, source_of
from tui.model.problem import ProblemError

BEARER = "AWS_BEARER_TOKEN_BEDROCK"
"""The variable with the API key that the SDK sends to Bedrock in place of a signature."""


async def look(session: Session, *, is_for_bedrock: bool = True) -> Credentials | None:
    """What requests are signed with; None where there is nothing, or nothing is to be signed.

    Where signing is refused at the moment, nothing is looked up but the AWS files, so that no
    person is asked anything. Fails for nothing: what cannot be read is no source of credentials.

    Args:
        session: The context's clients.
        is_for_bedrock: Whether requests to Bedrock are meant, which an API key opens, too.
    """
    if not session.context.sign_requests:
        return None
    if is_for_bedrock and has_bearer():
        return Credentials(method="bearer")
    signing = session.signing
    if signing.refusal is None:
        with contextlib.suppress(ProblemError):  # whoever signs next says why
            await signing.frozen()
    try:
        name, profiles = await signing.profiles()
    except ProblemError:
        return None
    is_chosen = session.context.profile is not None
    of_profile = source_of(name, profiles) in profiles and method_of(name, profiles)
    is_env = not is_chosen and bool(os.environ.get("AWS_ACCESS_KEY_ID"))
    method = signing.method or ("env" if is_env else "") or of_profile or _of_machine()
    if not method:
        return None
    has_profile = method == of_profile or method in ("shared-credentials-file", "config-file")
    expires = signing.expires
    return Credentials(
        method=method,
        profile=name if has_profile else "",
        expires=expires.astimezone(timezone.utc) if expires else None,
        renewal=renewal_of(name, profiles) if has_profile else (),
    )


def has_bearer() -> bool:
    """Whether Bedrock is asked with an API key."""
    return bool(os.environ.get(BEARER))


def _of_machine() -> str:
    """The method of a container, as its environment tells it; an instance has none to tell."""
    names = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    return "container-role" if any(os.environ.get(name) for name in names) else ""
