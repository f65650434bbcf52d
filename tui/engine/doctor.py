"""The doctor: looks at all that the program needs, in a stable order, and says what it finds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator

from tui.aws import probes
from tui.aws.probes import Door
from tui.engine import doctor_aws, doctor_here, doctor_line, doctor_terminal
from tui.engine.doctor_case import Case
from tui.engine.doctor_line import Road
from tui.engine.together import in_order
from tui.model.finding import Finding, Verdict, finding_of
from tui.model.problem import ProblemError

NEEDED = ("bedrock-runtime", "s3", "sts")
"""The services that the program calls; without the last one, the account is not known."""

_ABOUT_THE_PLACE = re.compile(r"ValueError|.*(Region|Endpoint|Config|Service|Variant).*")
"""What a client is not made for, unless it is for want of credentials."""


async def examine(case: Case) -> AsyncGenerator[Finding, None]:
    """What is found, piece by piece; what hangs is left after some seconds, and said to hang.

    A fault that all the rest would fail of, such as a certificate, ends it: there is one cause to
    mend, and not ten.
    """
    is_lost = not case.session.context.region
    here = [
        doctor_here.versions(),
        doctor_here.context(case),
        doctor_line.proxies(case),
        doctor_terminal.terminal(case),
        doctor_here.configuration(case),
        doctor_here.ledger(case),
        doctor_line.certificates(case),
    ]
    async for found in in_order(here):
        for each in found:
            is_lost |= each.topic == "certificates" and each.verdict is Verdict.FAULT
            yield each
    if is_lost:
        yield doctor_aws.UNASKED
        return
    services = (*NEEDED, "sagemaker-runtime") if case.settings.defaults.endpoint_name else NEEDED
    try:
        doors = await _doors(case, services)
    except ProblemError as error:
        is_where = _ABOUT_THE_PLACE.fullmatch(error.problem.kind)
        topic = "context" if is_where else "credentials"
        yield finding_of(topic, Verdict.FAULT, error.problem)
        yield doctor_aws.UNASKED
        return
    roads = doctor_line.roads(doors)
    reached: set[str] = set()
    async for road, finding in in_order(_walk(case, road) for road in roads):
        if finding.verdict is Verdict.OK:
            reached.update(road.services)
        yield finding
    if "bedrock-runtime" not in reached:
        yield await doctor_aws.untried_credentials(case)
        yield doctor_aws.UNASKED
        return
    async for finding in doctor_aws.examine(case, frozenset(reached)):
        yield finding


async def _doors(case: Case, services: tuple[str, ...]) -> dict[str, Door]:
    """Where the calls of services go.

    Raises:
        ProblemError: The configuration does not allow clients.
    """
    seconds = doctor_aws.LOOK_SECONDS  # some credentials are looked up here
    try:
        return {
            service: await asyncio.wait_for(probes.door(case.session, service), seconds)
            for service in services
        }
    except asyncio.TimeoutError:
        raise ProblemError(doctor_aws.SLOW) from None


async def _walk(case: Case, road: Road) -> tuple[Road, Finding]:
    is_needed = road.services != ("sts",)
    return road, await doctor_line.walk(case, road, is_needed=is_needed)
