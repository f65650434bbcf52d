from __future__ import annotations

import io
import json
from pathlib import Path

import av
import pytest

from tests.sandbox.conftest import Aws

REQUESTS = sorted((Path(__file__).parents[1] / "requests").glob("*.json"))
REEL = "amazon.nova-reel-v1:1"
NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"
FILTER = "The generated content has been blocked by our content filters."


def shots(*texts: str) -> dict[str, object]:
    params = {"shots": [{"text": text} for text in texts]}
    return {
        "modelId": REEL,
        "modelInput": {"taskType": "MULTI_SHOT_MANUAL", "multiShotManualParams": params},
    }


def nova(kind: str, uri: str, **more: object) -> dict[str, object]:
    source = {"source": {"s3Location": {"uri": uri}}, **more}
    params = {"embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": 256, kind: source}
    return {
        "modelId": NOVA,
        "modelInput": {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": params},
    }


LAYOUTS = {
    "reel-1.1-automated": {f"shot_000{number}.mp4" for number in (1, 2, 3, 4)},
    "reel-1.1-manual": {"shot_0001.mp4", "shot_0002.mp4", "shot_0003.mp4"},
    "reel-": {"manifest.json", "output.mp4", "video-generation-status.json"},
    "luma-": {"output.mp4"},
    "marengo-": {"manifest.json", "output.json"},
    "nova-embeddings-": {"manifest.json", "segmented-embedding-result.json"},
    "nova-embeddings-text": {"embedding-text.jsonl"},
    "nova-embeddings-image": {"embedding-image.json"},
    "nova-embeddings-audio": {"embedding-audio.jsonl"},
    "nova-embeddings-video": {"embedding-video.jsonl", "embedding-audio.jsonl"},
}


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_a_request_of_every_kind_completes_with_its_layout(aws: Aws, path: Path) -> None:
    arn = aws.start(**json.loads(path.read_text()))
    assert aws.finished(arn)["status"] == "Completed"
    expected = set().union(
        *(names for kind, names in LAYOUTS.items() if path.stem.startswith(kind))
    )
    assert set(aws.objects(arn)) == expected


def test_the_video_plays(aws: Aws) -> None:
    arn = aws.start()
    aws.finished(arn)
    with av.open(io.BytesIO(aws.objects(arn)["output.mp4"])) as video:
        stream = video.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 1280, 720)
        assert sum(1 for _ in video.decode(video=0)) == 144


def test_content_types_are_those_of_the_models(aws: Aws) -> None:
    luma, reel = aws.start(), aws.start(**shots("x"))
    aws.finished(reel)
    s3 = aws.client("s3")

    def content_type(arn: str, name: str) -> str:
        head = s3.head_object(Bucket="media", Key=f"out/{arn[-12:]}/{name}")
        kind: str = head["ContentType"]
        return kind

    assert content_type(luma, "output.mp4") == "application/octet-stream"
    assert content_type(reel, "output.mp4") == "video/mp4"
    assert content_type(reel, "manifest.json") == "application/json"


def test_reel_writes_its_manifest_first(aws: Aws) -> None:
    arn = aws.start(**shots("x"))
    assert set(aws.objects(arn)) == {"manifest.json"}


def test_objects_are_there_when_only_s3_is_asked(aws: Aws) -> None:
    arn = aws.start()
    aws.sandbox.clock.advance(8)
    listed = aws.client("s3").list_objects_v2(Bucket="media", Prefix=f"out/{arn[-12:]}/")
    assert listed["KeyCount"] == 1


def test_marengo_2_embeds_each_segment_by_each_option(aws: Aws) -> None:
    arn = aws.start(
        modelId="twelvelabs.marengo-embed-2-7-v1:0",
        modelInput={
            "inputType": "video",
            "mediaSource": {"s3Location": {"uri": "s3://b/v.mp4"}},
            "lengthSec": 12,
            "useFixedLengthSec": 6,
            "embeddingOption": ["visual-text", "audio"],
        },
    )
    aws.finished(arn)
    rows = json.loads(aws.objects(arn)["output.json"])["data"]
    assert [(row["embeddingOption"], row["startSec"], row["endSec"]) for row in rows] == [
        ("visual-text", 0.0, 6.0),
        ("audio", 0.0, 6.0),
        ("visual-text", 6.0, 12.0),
        ("audio", 6.0, 12.0),
    ]
    assert {len(row["embedding"]) for row in rows} == {1024}


def test_marengo_3_embeds_clips_and_the_asset(aws: Aws) -> None:
    request = Path(REQUESTS[0].parent / "marengo-3.0-video.json")
    arn = aws.start(**json.loads(request.read_text()))
    aws.finished(arn)
    rows = json.loads(aws.objects(arn)["output.json"])["data"]
    assert [row["embeddingScope"] for row in rows] == ["clip"] * 4 + ["asset"]
    assert {len(row["embedding"]) for row in rows} == {512}


def test_nova_embeddings_are_one_line_a_segment(aws: Aws) -> None:
    arn = aws.start(**nova("audio", "s3://b/a.wav", segmentationConfig={"durationSeconds": 20}))
    aws.finished(arn)
    objects = aws.objects(arn)
    lines = [json.loads(line) for line in objects["embedding-audio.jsonl"].splitlines()]
    assert [line["segmentMetadata"]["segmentEndSeconds"] for line in lines] == [20.0, 40.0, 60.0]
    assert {len(line["embedding"]) for line in lines} == {256}
    (result,) = json.loads(objects["segmented-embedding-result.json"])["embeddingResults"]
    assert result["status"] == "SUCCESS"
    assert result["outputFileUri"].endswith(f"/{arn[-12:]}/embedding-audio.jsonl")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("[fail:filter]", FILTER),
        ("[fail:capacity]", "Service capacity limit has been reached"),
        ("[fail:internal]", "The system encountered an unexpected error"),
        ("[fail:aborted]", "aborted"),
        ("[fail:input]", "content filters"),
        ("[fail:write]", "s3:PutObject"),
    ],
)
def test_words_in_a_prompt_choose_a_failure(aws: Aws, word: str, message: str) -> None:
    arn = aws.start(f"a pool {word}")
    job = aws.finished(arn)
    assert job["status"] == "Failed"
    assert message in job["failureMessage"]
    assert aws.objects(arn) == {}


def test_a_failed_reel_job_reports_why(aws: Aws) -> None:
    arn = aws.start(**shots("a", "b [fail:capacity]"))
    assert aws.finished(arn)["status"] == "Failed"
    objects = aws.objects(arn)
    assert set(objects) == {"manifest.json", "video-generation-status.json"}
    status = json.loads(objects["video-generation-status.json"])
    assert status["fullVideo"]["failureType"] == "RATE_LIMIT_EXCEEDED"
    assert [shot["status"] for shot in status["shots"]] == ["FAILURE", "FAILURE"]


def test_one_shot_can_fail_in_a_completed_job(aws: Aws) -> None:
    arn = aws.start(**shots("a", "b [fail:shot]", "c"))
    assert aws.finished(arn)["status"] == "Completed"
    objects = aws.objects(arn)
    status = json.loads(objects["video-generation-status.json"])
    assert [shot["status"] for shot in status["shots"]] == ["SUCCESS", "FAILURE", "SUCCESS"]
    assert "shot_0002.mp4" not in objects
    assert "shot_0003.mp4" in objects


def test_each_shot_that_says_so_fails(aws: Aws) -> None:
    arn = aws.start(**shots("a [fail:shot]", "b", "c", "d [fail:shot]"))
    aws.finished(arn)
    status = json.loads(aws.objects(arn)["video-generation-status.json"])
    assert [shot["status"][0] for shot in status["shots"]] == ["F", "S", "S", "F"]


def test_one_segment_can_fail_in_a_completed_job(aws: Aws) -> None:
    arn = aws.start(**nova("video", "s3://b/[fail:segment].mp4"))
    assert aws.finished(arn)["status"] == "Completed"
    objects = aws.objects(arn)
    (result,) = json.loads(objects["segmented-embedding-result.json"])["embeddingResults"]
    assert result["status"] == "PARTIAL_SUCCESS"
    lines = [json.loads(line) for line in objects["embedding-video.jsonl"].splitlines()]
    (failed,) = (line for line in lines if line["status"] == "FAILURE")
    assert failed["failureReason"] == "INVALID_CONTENT"
    assert "embedding" not in failed


def test_a_bucket_elsewhere_fails_the_job_without_an_object(aws: Aws) -> None:
    uri = "s3://elsewhere-bucket/x"
    arn = aws.start(**shots("a"), outputDataConfig={"s3OutputDataConfig": {"s3Uri": uri}})
    assert aws.finished(arn)["status"] == "Failed"
    names = [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]]
    assert "elsewhere-bucket" not in names


def test_odd_keys_survive(aws: Aws) -> None:
    aws.finished(aws.start())
    s3 = aws.client("s3")
    key = "odd/a%2Fb c+ü?&=#.txt"
    s3.put_object(Bucket="media", Key=key, Body=b"x")
    assert s3.get_object(Bucket="media", Key=key)["Body"].read() == b"x"
    assert s3.list_objects_v2(Bucket="media", Prefix="odd/")["Contents"][0]["Key"] == key
    s3.delete_object(Bucket="media", Key=key)
    assert s3.list_objects_v2(Bucket="media", Prefix="odd/")["KeyCount"] == 0


def test_a_large_object_can_be_stored_and_read_in_ranges(aws: Aws) -> None:
    aws.finished(aws.start())
    s3 = aws.client("s3")
    s3.put_object(Bucket="media", Key="large.bin", Body=b"0123456789" * 300_000)
    part = s3.get_object(Bucket="media", Key="large.bin", Range="bytes=2999990-")
    assert part["Body"].read() == b"0123456789"


def test_past_jobs_hold_one_that_lost_a_shot_and_one_that_lost_a_segment(aws: Aws) -> None:
    aws.sandbox.seed(12)
    page = aws.client("bedrock-runtime").list_async_invokes(statusEquals="Completed")
    written = [aws.objects(job["invocationArn"]) for job in page["asyncInvokeSummaries"]]
    reports = [
        json.loads(body)
        for it in written
        for name, body in it.items()
        if name.endswith(("status.json", "result.json"))
    ]
    shots = [[shot["status"] for shot in report.get("shots", [])] for report in reports]
    segments = [
        result["status"] for report in reports for result in report.get("embeddingResults", [])
    ]
    assert ["SUCCESS", "FAILURE", "SUCCESS", "SUCCESS"] in shots
    assert "PARTIAL_SUCCESS" in segments
