"""A context: the profile, region and endpoint that calls go through. Data only."""

from __future__ import annotations

from msgspec import Struct

EVERY_SERVICE = ""
"""Stands among the endpoints of a profile for the services that it does not name."""

ENVIRONMENT = "(environment)"
"""What the context of the environment's keys is called where they go before a profile's."""

_INVOKED = ("bedrock-runtime", "sagemaker-runtime")
"""The services that invocations are sent to."""


class Context(Struct, frozen=True, kw_only=True):
    """Where calls go and how the line there is made.

    Attributes:
        profile: A profile of the AWS files; None is the SDK's default chain.
        region: An AWS region, or None while nothing names one.
        is_environment: Whether the environment's keys sign, beside a profile that it names.
        name: What config.toml calls it; empty for one that it does not name.
        alias: What it is called beside another open one of its name; empty where there is none.
        endpoint_url: Replaces the endpoint of every service that ``endpoints`` does not name (a
            sandbox, a VPC endpoint).
        endpoints: Endpoints of single services, by botocore's names of them.
        profile_endpoints: Those that the profile itself names: another client with the profile
            finds them by itself.
        verify_ssl: False as with the AWS CLI's ``--no-verify-ssl``.
        ca_bundle: Path of a CA bundle to trust instead of the SDK's own.
        sign_requests: False as with the AWS CLI's ``--no-sign-request``.
        variables: Assignments that another client needs in its environment to come here as well,
            in place of the profile: ``AWS_ACCESS_KEY_ID=sandbox``.
        connect_timeout: Seconds to wait for a connection; 0 is for ever.
        read_timeout: Seconds to wait for the next bytes of an answer; 0 is for ever.
    """

    profile: str | None = None
    region: str | None = None
    is_environment: bool = False
    name: str = ""
    alias: str = ""
    endpoint_url: str | None = None
    endpoints: tuple[tuple[str, str], ...] = ()
    profile_endpoints: tuple[tuple[str, str], ...] = ()
    verify_ssl: bool = True
    ca_bundle: str | None = None
    sign_requests: bool = True
    variables: tuple[str, ...] = ()
    connect_timeout: float = 10.0
    read_timeout: float = 60.0

    @property
    def called(self) -> str:
        """The profile's name; where the environment's keys go before it, a name of their own."""
        return ENVIRONMENT if self.is_environment else self.profile or "default"

    @property
    def key(self) -> str:
        """What tells the rows of one context from those of another in the ledger.

        A profile stands for the endpoints that it names itself.
        """
        places = dict.fromkeys(filter(None, map(self.replaced, _INVOKED)))
        return " ".join([self.called, self.region or "-", *places])

    def replaced(self, service: str) -> str | None:
        """The endpoint that the profile does not bring with it; None where there is none."""
        return dict(self.endpoints).get(service) or self.endpoint_url

    def endpoint_of(self, service: str) -> str | None:
        """The endpoint that a service has in place of AWS's own; None for that."""
        theirs = dict(self.profile_endpoints)
        return self.replaced(service) or theirs.get(service) or theirs.get(EVERY_SERVICE)

    @property
    def endpoints_invoked(self) -> tuple[str, ...]:
        """What stands in place of AWS's own endpoints where invocations are sent to."""
        return tuple(dict.fromkeys(filter(None, map(self.endpoint_of, _INVOKED))))

    @property
    def label(self) -> str:
        """What its rows are told apart by: its name or, without one, its profile and region."""
        place = f"{self.called} {self.region or 'no region'}"
        return self.alias or self.name or place

    @property
    def title(self) -> str:
        """The context as the screen's first line shows it, without the account."""
        profile = self.called
        called = f"{self.name} ({profile})" if self.name not in ("", profile) else profile
        return f"{called} · {self.region or 'no region'}"


class Identity(Struct, frozen=True):
    """Who the context's credentials belong to, as sts:GetCallerIdentity says.

    Attributes:
        account: Twelve digits.
        arn: The caller's ARN.
    """

    account: str
    arn: str

    @property
    def role(self) -> str:
        """The name of the role or the user; empty for what is neither."""
        kind, _, rest = self.arn.rpartition(":")[2].partition("/")
        if kind == "assumed-role":
            return rest.partition("/")[0]
        return rest.rpartition("/")[2]
