"""A context: the profile, region and endpoint that calls go through. Data only."""

from __future__ import annotations

from msgspec import Struct


class Context(Struct, frozen=True, kw_only=True):
    """Where calls go and how the line there is made.

    Attributes:
        profile: A profile of the AWS files; None is the SDK's default chain.
        region: An AWS region, or None while nothing names one.
        endpoint_url: Replaces every service's endpoint (a sandbox, a VPC endpoint).
        verify_ssl: False as with the AWS CLI's ``--no-verify-ssl``.
        ca_bundle: Path of a CA bundle to trust instead of the SDK's own.
        sign_requests: False as with the AWS CLI's ``--no-sign-request``.
        variables: Assignments that another client needs in its environment to come here as well,
            in place of the profile: ``AWS_ACCESS_KEY_ID=sandbox``.
        connect_timeout: Seconds to wait for a connection.
        read_timeout: Seconds to wait for the next bytes of an answer.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    verify_ssl: bool = True
    ca_bundle: str | None = None
    sign_requests: bool = True
    variables: tuple[str, ...] = ()
    connect_timeout: float = 10.0
    read_timeout: float = 60.0

    @property
    def key(self) -> str:
        """What tells the rows of one context from those of another in the ledger."""
        parts = [self.profile or "default", self.region or "-", self.endpoint_url or ""]
        return " ".join(part for part in parts if part)

    @property
    def title(self) -> str:
        """The context as the screen's first line shows it, without the account."""
        return f"{self.profile or 'default'} · {self.region or 'no region'}"


class Identity(Struct, frozen=True):
    """Who the context's credentials belong to, as sts:GetCallerIdentity says.

    Attributes:
        account: Twelve digits.
        arn: The caller's ARN.
    """

    account: str
    arn: str
