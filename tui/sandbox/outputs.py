"""What each model writes, in its own layout. Numbers are made up, but the same for the same job.

clip.mp4 was drawn with ffmpeg: SMPTE bars and a moving white square, 6 s of H.264 at 1280x720
and 24 fps (``-f lavfi -i smptehdbars`` with ``drawbox``, crf 34, faststart).
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from tui.sandbox.jobs import Job
from tui.sandbox.triggers import trigger_in

_JSON = "application/json"
_MEDIA_SECONDS = 60.0
"""How long every video or audio is taken to be, since nobody opens it."""


@dataclass(frozen=True)
class Output:
    """One object that a job writes; ``name`` is its key below the job's folder."""

    name: str
    body: bytes
    content_type: str = _JSON


def outputs_at_start(job: Job) -> Iterator[Output]:
    """What the job writes as soon as it runs."""
    if job.model_id.startswith("amazon.nova-reel-"):
        yield _json("manifest.json", {"schemaVersion": "1.0", "invocationArn": job.arn})


def outputs_at_end(job: Job) -> Iterator[Output]:
    """What the job leaves when it is over, completed or failed."""
    for prefix, writer in _WRITERS.items():
        if job.model_id.startswith(prefix):
            yield from writer(job)
            return
    if not job.failure:
        yield _json("output.json", {"modelId": job.model_id, "modelInput": job.model_input})


@cache
def clip() -> bytes:
    """A small MP4 that plays."""
    return Path(__file__).with_name("clip.mp4").read_bytes()


def embedding(rng: random.Random, dimension: int) -> list[float]:
    """A vector of about unit length."""
    scale = math.sqrt(3 / dimension)
    low, width, draw = -scale, 2 * scale, rng.random
    return [round(low + width * draw(), 8) for _ in range(dimension)]


# Amazon Nova Reel: the video, its shots, and a report on both


def _reel(job: Job) -> Iterator[Output]:
    shots = _shot_count(_object(job.model_input))
    bad_shots = _bad_shots(job, shots)
    report = [
        _shot_report(job, f"shot_{number:04}.mp4", is_good=number not in bad_shots)
        for number in range(1, shots + 1)
    ]
    if bad_shots:
        full = {
            "status": "FAILURE",
            "failureType": "ABORTED",
            "failureMessage": "At least one shot could not be generated.",
        }
    else:
        full = _shot_report(job, "output.mp4", is_good=True)
    status = {"schemaVersion": "1.0", "shots": report, "fullVideo": full}
    yield _json("video-generation-status.json", status)
    if job.failure:
        return
    for number in range(1, shots + 1):
        if number not in bad_shots:
            yield Output(f"shot_{number:04}.mp4", clip(), "video/mp4")
    if not bad_shots:
        yield Output("output.mp4", clip(), "video/mp4")


def _shot_count(document: Mapping[str, object]) -> int:
    """How many shots the video has; 0 for a single clip, which has no files of its own for them."""
    task = document.get("taskType")
    if task == "MULTI_SHOT_MANUAL":
        return len(_list(_object(document.get("multiShotManualParams")).get("shots")))
    if task == "MULTI_SHOT_AUTOMATED":
        config = _object(document.get("videoGenerationConfig"))
        return int(_number(config.get("durationSeconds"), 12)) // 6
    return 0


def _bad_shots(job: Job, count: int) -> set[int]:
    """The shots whose own texts say that they fail; where none does, the middle one."""
    if not (job.has_failed_part and count):
        return set()
    shots = _list(_object(_object(job.model_input).get("multiShotManualParams")).get("shots"))
    return {number for number, shot in enumerate(shots, 1) if trigger_in(shot)} or {
        (count + 1) // 2
    }


def _shot_report(job: Job, name: str, *, is_good: bool) -> dict[str, str]:
    if is_good and not job.failure:
        return {"status": "SUCCESS", "location": f"s3://{job.bucket}/{job.folder}{name}"}
    return {
        "status": "FAILURE",
        "failureType": job.failure_type or "RAI_VIOLATION_OUTPUT_VIDEO_DEFLECTION",
        "failureMessage": job.failure
        or "The generated content has been blocked by our content filters.",
    }


# Luma Ray: the video alone, stored without a proper content type


def _luma(job: Job) -> Iterator[Output]:
    if not job.failure:
        yield Output("output.mp4", clip(), "application/octet-stream")


# TwelveLabs Marengo: one list of embeddings


def _marengo_2(job: Job) -> Iterator[Output]:
    if job.failure:
        return
    rng = random.Random(job.id)
    document = _object(job.model_input)
    kind = document.get("inputType")
    rows: list[dict[str, object]]
    if kind in ("video", "audio"):
        whole = ["visual-text", "visual-image", "audio"] if kind == "video" else ["audio"]
        options = _list(document.get("embeddingOption")) or whole
        start = _number(document.get("startSec"), 0)
        end = start + _number(document.get("lengthSec"), _MEDIA_SECONDS - start)
        length = _number(document.get("useFixedLengthSec"), 6.0)
        rows = [
            {
                "embedding": embedding(rng, 1024),
                "embeddingOption": option,
                "startSec": first,
                "endSec": last,
            }
            for first, last in _segments(start, end, length)
            for option in options
        ]
    else:
        rows = [{"embedding": embedding(rng, 1024)}]
    yield _json("output.json", {"data": rows})
    yield _manifest(job, "output.json")


def _marengo_3(job: Job) -> Iterator[Output]:
    if job.failure:
        return
    rng = random.Random(job.id)
    document = _object(job.model_input)
    kind = str(document.get("inputType"))
    rows: list[dict[str, object]]
    if kind in ("video", "audio"):
        part = _object(document.get(kind))
        whole = ["visual", "audio", "transcription"] if kind == "video" else ["audio"]
        options = _list(part.get("embeddingOption")) or whole
        scopes = _list(part.get("embeddingScope")) or ["clip", "asset"]
        start = _number(part.get("startSec"), 0)
        end = _number(part.get("endSec"), _MEDIA_SECONDS)
        spans = {
            "clip": _segments(start, end, _marengo_3_length(part)),
            "asset": [(start, end)],
        }
        rows = [
            {
                "embedding": embedding(rng, 512),
                "embeddingOption": option,
                "embeddingScope": scope,
                "startSec": first,
                "endSec": last,
            }
            for scope in scopes
            for first, last in spans.get(str(scope), [])
            for option in options
        ]
    else:
        rows = [{"embedding": embedding(rng, 512)}]
    yield _json("output.json", {"data": rows})
    yield _manifest(job, "output.json")


def _marengo_3_length(part: Mapping[str, object]) -> float:
    segmentation = _object(part.get("segmentation"))
    fixed = _object(segmentation.get("fixed"))
    dynamic = _object(segmentation.get("dynamic"))
    return _number(fixed.get("durationSec"), _number(dynamic.get("minDurationSec"), 4.0))


# Amazon Nova multimodal embeddings: a summary, and a file of segments for each kind


def _nova_embeddings(job: Job) -> Iterator[Output]:
    params = _object(_object(job.model_input).get("segmentedEmbeddingParams"))
    kind = next((k for k in ("text", "image", "audio", "video") if k in params), "text")
    source = _object(params.get(kind))
    dimension = int(_number(params.get("embeddingDimension"), 3072))
    is_separate = kind == "video" and source.get("embeddingMode") == "AUDIO_VIDEO_SEPARATE"
    status = "PARTIAL_SUCCESS" if job.has_failed_part and kind != "image" else "SUCCESS"
    results: list[dict[str, object]] = []
    names: list[str] = []
    for part in ("video", "audio") if is_separate else (kind,):
        if job.failure:
            reason = {"failureReason": job.failure_type, "message": job.failure}
            results.append({"embeddingType": part.upper(), "status": "FAILURE", **reason})
            continue
        name = "embedding-image.json" if part == "image" else f"embedding-{part}.jsonl"
        uri = f"s3://{job.bucket}/{job.folder}{name}"
        results.append({"embeddingType": part.upper(), "status": status, "outputFileUri": uri})
        names.append(name)
        lines = list(_nova_lines(job, part, source, dimension))
        yield Output(name, "".join(json.dumps(line) + "\n" for line in lines).encode(), _JSON)
    location = _object(_object(source.get("source")).get("s3Location"))
    summary = {
        "sourceFileUri": location.get("uri", ""),
        "embeddingDimension": dimension,
        "embeddingResults": results,
    }
    yield _json("segmented-embedding-result.json", summary)
    yield _manifest(job, *names, "segmented-embedding-result.json")


def _nova_lines(
    job: Job, kind: str, source: Mapping[str, object], dimension: int
) -> Iterator[dict[str, object]]:
    rng = random.Random(f"{job.id} {kind}")
    if kind == "image":
        yield {"embedding": embedding(rng, dimension), "status": "SUCCESS"}
        return
    config = _object(source.get("segmentationConfig"))
    if kind == "text":
        unit, size = "CharPosition", _number(config.get("maxLengthChars"), 2000.0)
        spans = [(first, last - 1) for first, last in _segments(0, size * 3, size)]
    else:
        unit, size = "Seconds", _number(config.get("durationSeconds"), 5.0)
        spans = _segments(0, _MEDIA_SECONDS, size)
    bad = len(spans) // 2 if job.has_failed_part else -1
    for index, (first, last) in enumerate(spans):
        metadata = {
            "segmentIndex": index,
            f"segmentStart{unit}": first,
            f"segmentEnd{unit}": last,
        }
        if index == bad:
            yield {
                "segmentMetadata": metadata,
                "status": "FAILURE",
                "failureReason": "INVALID_CONTENT",
                "message": "The segment was refused by our content filters.",
            }
        else:
            vector = embedding(rng, dimension)
            yield {"embedding": vector, "segmentMetadata": metadata, "status": "SUCCESS"}


_WRITERS: dict[str, Callable[[Job], Iterator[Output]]] = {
    "amazon.nova-reel-": _reel,
    "luma.ray-": _luma,
    "twelvelabs.marengo-embed-2": _marengo_2,
    "twelvelabs.marengo-embed-3": _marengo_3,
    "amazon.nova-2-multimodal-embeddings": _nova_embeddings,
}


def _json(name: str, value: object) -> Output:
    return Output(name, json.dumps(value).encode())


def _manifest(job: Job, *names: str) -> Output:
    files = [f"s3://{job.bucket}/{job.folder}{name}" for name in names]
    return _json("manifest.json", {"invocationArn": job.arn, "files": files})


def _segments(start: float, end: float, length: float) -> list[tuple[float, float]]:
    """The span in pieces of this length; at most 60, however short the length."""
    length = max(length, (end - start) / 60, 0.1)
    count = max(1, math.ceil((end - start) / length - 1e-9))
    edges = [round(start + length * index, 3) for index in range(count)] + [end]
    return list(pairwise(edges))


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _number(value: object, default: float) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and isinstance(value, (int, float)) else default
