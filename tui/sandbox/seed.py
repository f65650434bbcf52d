"""Past jobs, so that a first screen is not empty: of every model, in every state."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta

from tui.model.catalogue import ASYNC_MODELS
from tui.sandbox.jobs import Job, Jobs
from tui.sandbox.storage import OUTPUT
from tui.sandbox.triggers import TRIGGERS

WITH_OBJECTS = 24
"""How many of the newest seeded jobs have their outputs at once; the others get theirs when S3
is asked about them."""

_SCENES = (
    "A tide pool at sunrise, anemones opening slowly",
    "Aerial shot of a lighthouse in fog, dolly forward",
    "A paper boat drifts down a gutter after the rain",
    "Closeup of a watchmaker's hands, warm light",
    "Snow falls on a night market, handheld camera",
    "A fox crosses an empty tram line at dawn",
)
_PARTLY_FAILED = (5, 7)
"""Of each dozen, those that lose a segment and a shot."""

_FAILURES = tuple(trigger for trigger in TRIGGERS if trigger.effect == "failed")


def seed_jobs(jobs: Jobs, count: int, region: str, now: datetime, days: float = 6.0) -> list[Job]:
    """Make ``count`` jobs, the newest first, spread over the last days; the same every time.

    The newest two still run, for as long again as they have been running.
    """
    made = list(_seeded(jobs, count, region, now, days))
    for job in made:
        jobs.add(job)
    return made


def _seeded(jobs: Jobs, count: int, region: str, now: datetime, days: float) -> Iterator[Job]:
    rng = random.Random(f"{count} {jobs.count(region)}")
    for index in range(count):
        # The first dozens lie minutes apart, the rest fill the days evenly.
        age = timedelta(minutes=4 + index * 11) if index < 48 else timedelta(hours=9)
        if index >= 48:
            age += timedelta(days=days) * (index - 48) / max(1, count - 48)
        yield _job(jobs, rng, index, region, now - age, now)


def _job(
    jobs: Jobs, rng: random.Random, index: int, region: str, submitted: datetime, now: datetime
) -> Job:
    model = ASYNC_MODELS[index % len(ASYNC_MODELS)]
    document = deepcopy(model.template)
    scene = rng.choice(_SCENES)
    if "prompt" in document:
        document["prompt"] = scene
    elif "textToVideoParams" in document and index % 12 in _PARTLY_FAILED:
        document = _four_shots(scene)
    elif "textToVideoParams" in document:
        document["textToVideoParams"] = {"text": scene}
    is_embedding = "embed" in model.model_id
    took = timedelta(seconds=rng.randrange(90, 240))
    job = Job(
        id=jobs.new_id(rng),
        region=region,
        model_id=model.model_id,
        model_input=document,
        bucket=OUTPUT,
        prefix="embeddings" if is_embedding else ("demo", "campaign/spring")[index % 2],
        submitted=submitted,
        ends=submitted + took if index > 1 else now + (now - submitted),
        token=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        tags=(("project", "demo"), ("run", str(index))) if index % 4 == 0 else (),
    )
    if index in (0, 1):
        return job
    if index % 5 == 4:
        failure = _FAILURES[index // 5 % len(_FAILURES)]
        return replace(job, failure=failure.message, failure_type=failure.code)
    return replace(job, has_failed_part=index % 12 in _PARTLY_FAILED)


def _four_shots(scene: str) -> dict[str, object]:
    return {
        "taskType": "MULTI_SHOT_AUTOMATED",
        "multiShotAutomatedParams": {"text": scene},
        "videoGenerationConfig": {"durationSeconds": 24, "fps": 24, "dimension": "1280x720"},
    }
