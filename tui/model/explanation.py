"""Looks an error up in the catalogues: the problem with its cause, remedy and policy. No I/O."""

from __future__ import annotations

import re
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tui.model.counting import so_many
from tui.model.error_catalogue import ANSWERED, SIGNATURE
from tui.model.failures import FAILURES
from tui.model.local_errors import LOCAL
from tui.model.policy import IS_HOPELESS, NAMED, needed, policy_of, writing_policy
from tui.model.problem import Problem

NOTABLE_SKEW = 300.0
"""Seconds that a clock may be off before AWS minds; S3 lets fifteen minutes pass."""

SAID_SKEW = 60.0
"""Seconds below which it is no matter of the clock, whatever the answer says."""


class Circumstances(Struct, frozen=True, kw_only=True):
    """What is known of a failed call besides its error.

    Attributes:
        profile: The profile that it was made with; empty is the SDK's default chain.
        region: Where it went.
        bucket_region: Where its bucket is, if the answer says so.
        skew: Seconds that this machine's clock is ahead of AWS's; None where nothing tells.
    """

    profile: str = ""
    region: str = ""
    bucket_region: str = ""
    skew: float | None = None


NOTHING_KNOWN = Circumstances()


def explained(problem: Problem, known: Circumstances = NOTHING_KNOWN) -> Problem:
    """The problem with the catalogue's cause and remedy; unknown ones come back as they are.

    Args:
        problem: What went wrong, as it came.
        known: What is known besides.
    """
    told = _skew_in(problem.message)
    skew = known.skew if told is None else told
    is_right = skew is not None and abs(skew) < SAID_SKEW
    is_clock = abs(skew or 0.0) >= NOTABLE_SKEW and re.fullmatch(SIGNATURE, problem.kind)
    message = f"{problem.message} too skewed" if is_clock else problem.message
    for entry in (*ANSWERED, *LOCAL):
        if (
            not (is_right and "{skew}" in entry.cause)
            and re.fullmatch(entry.kind, problem.kind)
            and (not entry.operation or re.fullmatch(entry.operation, problem.operation))
            and (match := re.search(entry.text, message, re.DOTALL))
        ):
            words = _words(problem, known, skew) | _named(match.groupdict())
            return replace(
                problem,
                cause=entry.cause.format_map(words),
                remedy=entry.remedy.format_map(words),
                is_retryable=entry.is_retryable or problem.is_retryable,
                policy=policy_of(problem, known.region),
            )
    return problem


def explain_failure(message: str, folder: str = "", region: str = "") -> Problem:
    """What the failure message of a Failed invocation means.

    Args:
        message: As the service gave it; empty where it gave none.
        folder: The S3 URI that it was to write to.
        region: Where it ran.
    """
    problem = Problem(kind="Failed", message=message)
    for each in FAILURES:
        if re.search(each.text, message):
            policy = writing_policy(folder, region) if each.is_of_writing else ""
            return replace(
                problem,
                cause=each.cause,
                remedy=each.remedy,
                is_retryable=each.is_retryable,
                policy=policy,
            )
    return problem


def _words(problem: Problem, known: Circumstances, skew: float | None) -> dict[str, str]:
    """What the catalogue's texts leave open."""
    actions, resources = needed(problem, known.region)
    action = " and ".join(actions) or "the action"
    named = NAMED.search(problem.message)
    return {
        "action": action,
        "of_action": f" of {action}" if named and IS_HOPELESS.search(problem.message) else "",
        "resource": "any resource" if resources in ((), ("*",)) else resources[0],
        "bucket_region": known.bucket_region or "another region",
        "profile": f" --profile {known.profile}" if known.profile else "",
        "of_profile": f" of the profile {known.profile}" if known.profile else "",
        "with_profile": f" with the profile {known.profile}" if known.profile else "",
        "skew": "wrong" if not skew else _off(skew),
        "denier": "a policy",
    }


def _named(groups: dict[str, str | None]) -> dict[str, str]:
    """What the message itself says; one of several names of a policy is enough."""
    found = {name: text for name, text in groups.items() if text}
    if "other" in found:
        found["denier"] = f"a {found['other']}"
    return found


def _off(skew: float) -> str:
    """How far a clock is off, in minutes or, where that is much, hours.

    >>> _off(-1200)
    "20 minutes behind AWS's"
    """
    minutes = round(abs(skew) / 60)
    size = so_many(minutes, "minute") if minutes < 120 else so_many(minutes // 60, "hour")
    return f"{size} {'ahead of' if skew > 0 else 'behind'} AWS's"


def _skew_in(message: str) -> float | None:
    """Seconds that our clock is ahead, where a refused signature tells both times."""
    stamp = r"(\d{8}T\d{6}Z)"
    told = re.search(rf"{stamp} is (?:now|still) (?:earlier|later) than {stamp} \({stamp}", message)
    if told is None:
        return None
    ours, service = (datetime.strptime(told[at], "%Y%m%dT%H%M%S%z") for at in (1, 3))
    return (ours - service).total_seconds()
