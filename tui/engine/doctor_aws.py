"""What the doctor finds with AWS's help: who we are, what time it is there, what we may do.

Every call is one that changes nothing; see ``tui.aws.probes``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Coroutine
from datetime import datetime, timedelta
from typing import NamedTuple

from tui.aws import probes
from tui.aws.probes import Tried
from tui.engine import doctor_places
from tui.engine.doctor_case import Case
from tui.engine.together import in_order
from tui.model.credentials import Credentials
from tui.model.explanation import explained
from tui.model.finding import Finding, Verdict, finding_of
from tui.model.problem import Problem, ProblemError

MOST_SKEW = timedelta(minutes=5)
"""How far AWS lets a clock be off; a signature is then too old, or from the future."""

NOTABLE_SKEW = timedelta(minutes=1)

SOON = timedelta(minutes=10)
"""How long credentials should last at least."""

LOOK_SECONDS = 30.0
"""How long credentials may take: a person may have to type the code of an MFA device."""

SLOW = Problem(
    kind="CredentialsTimeout",
    message="nothing came in time",
    cause="credential_process, or the metadata service of the machine, does not answer",
    remedy="run the credential_process of the profile by hand, or choose another --profile",
)
"""The problem of credentials that do not come."""

UNASKED = Finding("AWS", Verdict.NOT_KNOWN, "not asked what is allowed: mend what is above first")

_NONE = explained(Problem(kind="NoCredentialsError", message="none were found"))

_ABOUT_THE_CALLER = re.compile(
    r"Expired.*|RequestExpired|Unrecognized.*|Invalid(ClientTokenId|AccessKeyId)|"
    r"(Invalid|Missing)AuthenticationToken.*|.*Signature.*|.*SSO.*|TokenRetrievalError|"
    r"LoginRefreshRequired|.*Credential.*|ProfileNotFound|RequestTimeTooSkewed"
)
_ABOUT_THE_TIME = re.compile(r".*Signature.*|RequestTimeTooSkewed|RequestExpired")

_METHODS = {
    "env": "environment variables",
    "shared-credentials-file": "keys of the credentials file",
    "config-file": "keys of the config file",
    "assume-role": "an assumed role",
    "assume-role-with-web-identity": "a role assumed by web identity",
    "sso": "SSO",
    "login": "aws login",
    "custom-process": "credential_process",
    "container-role": "the container's role",
    "iam-role": "the machine's role",
    "bearer": "a bearer token, AWS_BEARER_TOKEN_BEDROCK",
}


class Action(NamedTuple):
    """Something that the program does with AWS.

    Attributes:
        topic: What a finding calls it.
        operation: The API operation.
        right: The IAM action that allows it.
        is_needed: Whether it is a fault when it is denied.
        is_refused: Whether what was tried must be refused even where it is allowed.
        details: What the try cannot tell.
    """

    topic: str
    operation: str
    right: str
    is_needed: bool = True
    is_refused: bool = True
    details: tuple[str, ...] = ()


LIST = Action("list", "ListAsyncInvokes", "bedrock:ListAsyncInvokes", is_refused=False)
GET = Action("get", "GetAsyncInvoke", "bedrock:GetAsyncInvoke")
INVOKE = Action("invoke", "InvokeModel", "bedrock:InvokeModel", is_needed=False)
MODELS = Action(
    "models",
    "ListFoundationModels",
    "bedrock:ListFoundationModels",
    is_needed=False,
    is_refused=False,
)


async def examine(case: Case, reached: frozenset[str]) -> AsyncGenerator[Finding, None]:
    """What AWS lets us do, as far as its services were reached.

    Args:
        case: What to look at.
        reached: botocore's names of the services that answer.
    """
    signs = case.session.context.sign_requests
    try:
        found = await asyncio.wait_for(case.look(case.session), LOOK_SECONDS) if signs else None
    except ProblemError:
        found = None  # the calls that need them tell why
    except asyncio.TimeoutError:
        yield finding_of("credentials", Verdict.FAULT, SLOW)
        yield UNASKED
        return
    asks = signs and "sts" in reached
    first = (probes.whoever(case.session) if asks else _nobody(), probes.listing(case.session))
    told = [each async for each in in_order(_timed(case, trying) for trying in first)]
    (who, _), (listed, _) = told
    skew = next((now - tried.date for tried, now in told if tried.date), None)
    time = clock(skew)
    caller = credentials(found, who, listed, case.clock(), signs=signs)
    if time.verdict is Verdict.FAULT:
        caller = excused(caller, listed)
    yield caller
    yield time
    if caller.verdict is Verdict.FAULT or (listed.error and time.verdict is Verdict.FAULT):
        yield UNASKED
        return
    yield action(LIST, listed)
    start = Action("start", "StartAsyncInvoke", "bedrock:InvokeModel", details=(_tried_with(case),))
    model_id = case.settings.defaults.model_id
    tries = [
        _acted(GET, probes.getting(case.session, arn)) if (arn := caller_arn(who)) else _ungot(),
        _acted(start, probes.starting(case.session, model_id)),
        _acted(INVOKE, probes.invoking(case.session)),
        _acted(MODELS, probes.listing_models(case.session)),
    ]
    async for finding in in_order(tries):
        yield finding
    async for findings in in_order(doctor_places.checks(case, reached)):
        for finding in findings:
            yield finding


async def untried_credentials(case: Case) -> Finding:
    """What this machine says of the credentials, where AWS cannot be asked."""
    topic = "credentials"
    if not case.session.context.sign_requests:
        return credentials(None, Tried(), Tried(), case.clock(), signs=False)
    try:
        found = await asyncio.wait_for(case.look(case.session), LOOK_SECONDS)
    except ProblemError as error:
        return finding_of(topic, Verdict.FAULT, error.problem)
    except asyncio.TimeoutError:
        return finding_of(topic, Verdict.FAULT, SLOW)
    if found is None:
        return finding_of(topic, Verdict.FAULT, _NONE)
    return Finding(topic, Verdict.NOT_KNOWN, f"{_in_words(found)}: not tried")


async def _nobody() -> Tried:
    """Nobody was asked who we are."""
    return Tried()


async def _timed(case: Case, trying: Awaitable[Tried]) -> tuple[Tried, datetime]:
    """What came of a try, and our time when it came."""
    return await trying, case.clock()


async def _acted(what: Action, trying: Coroutine[object, object, Tried]) -> Finding:
    return action(what, await trying)


async def _ungot() -> Finding:
    words = "GetAsyncInvoke: not tried, as the account is not known"
    return Finding(GET.topic, Verdict.NOT_KNOWN, words)


def caller_arn(who: Tried) -> str:
    """The caller's ARN; empty where what answers at the endpoint tells none with an account."""
    told = who.text("Arn")
    return told if re.fullmatch(r"arn:[^:]*:[^:]*:[^:]*:[^:]+:.+", told) else ""


def _tried_with(case: Case) -> str:
    model_id = probes.no_model_like(case.settings.defaults.model_id)
    return f"tried with {model_id}, which does not exist: a policy for single models denies it, too"


def clock(skew: timedelta | None) -> Finding:
    """How far our clock is from AWS's.

    Args:
        skew: Our time minus AWS's, which tells whole seconds; None where AWS told none.
    """
    if skew is None:
        return Finding("clock", Verdict.NOT_KNOWN, "no answer of AWS told the time")
    seconds = round(abs(skew.total_seconds()))
    if abs(skew) <= NOTABLE_SKEW:
        return Finding("clock", Verdict.OK, "as AWS's" if seconds < 3 else f"{seconds} s off")
    minutes, rest = divmod(seconds, 60)
    by = f"{minutes} min {rest} s" if rest else f"{minutes} min"
    way = "ahead of" if skew > timedelta() else "behind"
    is_fault = abs(skew) > MOST_SKEW
    return Finding(
        "clock",
        Verdict.FAULT if is_fault else Verdict.WARNING,
        f"this machine's clock is {by} {way} AWS's",
        cause="AWS refuses signatures that are five minutes off" if is_fault else "nobody sets it",
        remedy="set it: timedatectl set-ntp true, or ask who runs the machine",
    )


def credentials(
    found: Credentials | None, who: Tried, listed: Tried, now: datetime, *, signs: bool
) -> Finding:
    """Whether AWS takes what we sign with, and whose it is.

    Args:
        found: What it is, as far as that is known.
        who: What came of asking who we are; empty where that was not asked.
        listed: What came of the first list.
        now: Our time.
        signs: Whether requests are signed.
    """
    topic = "credentials"
    if not signs:
        return Finding(topic, Verdict.OK, "none are sent, as --no-sign-request asks")
    kind = _in_words(found)
    if who.error is None and who.text("Account"):
        text = f"{kind}: account {who.text('Account')}, {who.text('Arn')}"
        return _lasting(found, now, text)
    refusals = [each.error.problem for each in (listed, who) if each.error]
    bad = [each for each in refusals if is_about_the_caller(each)]
    if bad and (listed.error or not found or found.method != "bearer"):
        renewal = " ".join(found.renewal) if found else ""
        details = ((kind,) if found else ()) + ((f"renew with: {renewal}",) if renewal else ())
        return finding_of(topic, Verdict.FAULT, bad[0], details=details)
    why = f" ({who.error.problem.one_line})" if who.error else ""
    text = f"{kind}: whose account it is, is not known{why}"
    return Finding(topic, Verdict.NOT_KNOWN, text)


def excused(caller: Finding, listed: Tried) -> Finding:
    """What is known of the credentials while the clock is wrong: nothing, if AWS minds that."""
    problem = listed.error.problem if listed.error else None
    if problem is None or not _ABOUT_THE_TIME.fullmatch(problem.kind):
        return caller
    words = f"AWS takes no signature by this clock ({problem.kind})"
    return Finding("credentials", Verdict.NOT_KNOWN, words)


def _in_words(found: Credentials | None) -> str:
    if found is None:
        return "no kind that is known"
    words = _METHODS.get(found.method, found.method)
    return f"{words} (profile {found.profile})" if found.profile else words


def _lasting(found: Credentials | None, now: datetime, text: str) -> Finding:
    """Credentials that serve, with how long they do."""
    ends = found.expires if found else None
    if found is None or ends is None:
        return Finding("credentials", Verdict.OK, text)
    details = (f"they end {ends:%Y-%m-%d %H:%M} UTC",)
    renewal = " ".join(found.renewal)
    if renewal and ends - now < SOON:
        cause = "the session is nearly over"
        return Finding("credentials", Verdict.WARNING, text, details, cause, renewal)
    return Finding("credentials", Verdict.OK, text, details)


def action(what: Action, tried: Tried) -> Finding:
    """Whether something may be done, by what a try of it was refused with."""
    if tried.error is None:
        return Finding(what.topic, Verdict.OK, f"{what.operation}: allowed ({what.right})")
    problem = tried.error.problem
    if is_denied(problem):
        verdict = Verdict.FAULT if what.is_needed else Verdict.WARNING
        about = f"{what.operation}: denied"
        return finding_of(what.topic, verdict, problem, about=about, details=what.details)
    if what.is_refused and problem.kind in ("ValidationException", "ResourceNotFoundException"):
        return Finding(what.topic, Verdict.OK, f"{what.operation}: allowed ({what.right})")
    if what.is_needed and not what.is_refused and not problem.is_retryable:
        return finding_of(what.topic, Verdict.FAULT, problem, about=what.operation)
    about = f"{what.operation}: not known whether it is allowed"
    return finding_of(what.topic, Verdict.NOT_KNOWN, problem, about=about)


def is_about_the_caller(problem: Problem) -> bool:
    """Whether it speaks of what requests are signed with."""
    return problem.is_signed_out or _ABOUT_THE_CALLER.fullmatch(problem.kind) is not None


def is_denied(problem: Problem) -> bool:
    """Whether a policy refused it, rather than the model or the request."""
    return problem.kind.startswith("AccessDenied") and "not authorized" in problem.message
