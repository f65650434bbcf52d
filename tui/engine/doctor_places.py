"""What the doctor finds where things are written: buckets, their region, the key, the endpoint."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine
from typing import NamedTuple

from msgspec.structs import replace

from tui.aws import endpoints, probes
from tui.engine.doctor_case import Case
from tui.model.explanation import explained
from tui.model.finding import Finding, Verdict, finding_of
from tui.model.problem import Problem, ProblemError

_AS_NAMED = {"404": "NoSuchBucket", "NotFound": "NoSuchBucket", "403": "AccessDenied"}
"""What S3 says of a HEAD, which has no room for words → the error that it is."""

_BUCKET = re.compile(r"s3://([^/{}]+)/?([^{]*)")


class Place(NamedTuple):
    """A folder that the settings name.

    Attributes:
        topic: What it is for.
        uri: Its URI, which may have placeholders.
        key: Its setting.
    """

    topic: str
    uri: str
    key: str


def checks(case: Case, reached: frozenset[str]) -> list[Coroutine[object, object, list[Finding]]]:
    """The looks at all places that the settings name, in order."""
    defaults = case.settings.defaults
    named = [Place("output", defaults.s3_uri, "defaults.s3-uri")]
    named += [Place("uploads", defaults.upload_to, "defaults.upload-to")] * bool(defaults.upload_to)
    wanted = [_look_at(case, each, reached) for each in named]
    if defaults.kms_key_id:
        wanted.append(_look_at_key(case, defaults.kms_key_id))
    if defaults.endpoint_name and "sagemaker-runtime" in reached:
        wanted.append(_look_at_endpoint(case, defaults.endpoint_name))
    return wanted


async def _look_at(case: Case, place: Place, reached: frozenset[str]) -> list[Finding]:
    found = _BUCKET.match(place.uri)
    if not place.uri or found is None:
        what = f"{place.uri} names no bucket" if place.uri else f"no {place.key} is set"
        return [Finding(place.topic, Verdict.NOT_KNOWN, f"{what}: no bucket was looked at")]
    bucket, prefix = found.groups()
    if "s3" not in reached:
        return [Finding(place.topic, Verdict.NOT_KNOWN, f"{bucket}: S3 was not reached")]
    owner = case.settings.defaults.bucket_owner if place.topic == "output" else ""
    head = await probes.heading(case.session, bucket, owner)
    region = case.session.regions.of(bucket) or head.text("BucketRegion")
    ours = case.session.context.region
    if region and region != ours:
        return [
            Finding(
                place.topic,
                Verdict.FAULT,
                f"{bucket} is in {region}, and the calls go to {ours}",
                cause="a service reads and writes in the region of the call only",
                remedy=f"name a bucket in {ours} as {place.key}, or choose --region {region}",
            )
        ]
    if head.error is not None:
        return [_refused(place, bucket, "HeadBucket", head.error.problem)]
    listed = await probes.listing_objects(case.session, bucket, prefix)
    if listed.error is not None:
        return [_refused(place, bucket, "ListObjectsV2", listed.error.problem)]
    told = "s3:PutObject is not tried here: 'look' in a form begins an upload, and takes it back"
    where = f" in {region}" if region else ""
    return [Finding(place.topic, Verdict.OK, f"{bucket} is there{where}, and listed", (told,))]


def _refused(place: Place, bucket: str, operation: str, problem: Problem) -> Finding:
    """What it means that S3 refused a look."""
    kind = _AS_NAMED.get(problem.kind, problem.kind)
    if kind != problem.kind:
        problem = explained(replace(problem, kind=kind, cause="", remedy=""))
    # What is only written needs no right to list.
    is_unread = place.topic == "uploads" and problem.kind.startswith("AccessDenied")
    verdict = Verdict.WARNING if is_unread else Verdict.FAULT
    verdict = Verdict.NOT_KNOWN if problem.is_retryable else verdict
    return finding_of(place.topic, verdict, problem, about=f"{bucket}: {operation}")


async def _look_at_key(case: Case, key_id: str) -> list[Finding]:
    tried = await probes.describing_key(case.session, key_id)
    if tried.error is not None:
        problem = tried.error.problem
        is_missing = problem.kind == "NotFoundException"
        about = key_id if is_missing else f"{key_id}: not known whether it serves"
        if is_missing and not problem.remedy:
            problem = replace(
                problem,
                cause="there is no such key in the region and account",
                remedy="mend defaults.kms-key-id; KEY in a form offers the region's aliases",
            )
        verdict = Verdict.FAULT if is_missing else Verdict.NOT_KNOWN
        return [finding_of("key", verdict, problem, about=about)]
    metadata = tried.answer.get("KeyMetadata")
    state = str(metadata.get("KeyState") if isinstance(metadata, dict) else "") or "?"
    if state in ("Enabled", "?"):
        told = "kms:GenerateDataKey and kms:Decrypt are not tried"
        return [Finding("key", Verdict.OK, f"{key_id} is {state.lower()}", (told,))]
    return [
        Finding(
            "key",
            Verdict.FAULT,
            f"{key_id} is {state}",
            cause="a key in that state encrypts nothing",
            remedy="enable it, cancel its deletion, or name another as defaults.kms-key-id",
        )
    ]


async def _look_at_endpoint(case: Case, name: str) -> list[Finding]:
    try:
        found = await asyncio.wait_for(
            endpoints.describe_endpoint(case.session, name), probes.SECONDS
        )
    except asyncio.TimeoutError:
        return [
            Finding("endpoint", Verdict.NOT_KNOWN, f"{name}: no answer in {probes.SECONDS:.0f} s")
        ]
    except ProblemError as error:
        problem = error.problem
        verdict = Verdict.FAULT if problem.kind.startswith("Validation") else Verdict.NOT_KNOWN
        return [finding_of("endpoint", verdict, problem, about=name)]
    if found.is_async is False:
        return [
            Finding(
                "endpoint",
                Verdict.FAULT,
                f"{name} answers at once only",
                cause="its configuration has no AsyncInferenceConfig",
                remedy="name an asynchronous one as defaults.endpoint-name; its form lists them",
            )
        ]
    if found.status != "InService":
        return [
            Finding(
                "endpoint",
                Verdict.WARNING,
                f"{name} is {found.status}",
                cause=found.failure_reason or "it is being made, changed or deleted",
                remedy="wait until it is InService, or choose another",
            )
        ]
    told = "sagemaker:InvokeEndpointAsync is not tried: it would run"
    return [Finding("endpoint", Verdict.OK, f"{name} is {found.status}", (told,))]
