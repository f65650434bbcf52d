from __future__ import annotations

import base64
import json
import struct
from pathlib import Path

import pytest

from tui.model.catalogue import ASYNC_MODELS, AsyncModel, check_input, doomed, model_named

REQUESTS = sorted((Path(__file__).parents[1] / "requests").glob("*.json"))
REEL_0, REEL_1, LUMA = "amazon.nova-reel-v1:0", "amazon.nova-reel-v1:1", "luma.ray-v2:0"
MARENGO_2, MARENGO_3 = "twelvelabs.marengo-embed-2-7-v1:0", "twelvelabs.marengo-embed-3-0-v1:0"
NOVA = "amazon.nova-2-multimodal-embeddings-v1:0"


def wrong(model_id: str, document: object) -> dict[str, str]:
    return {fault.where: fault.rule for fault in check_input(model_id, document)}


def reel(text: str = "a kite", **more: object) -> dict[str, object]:
    return {"taskType": "TEXT_VIDEO", "textToVideoParams": {"text": text, **more}}


def reel_image(content: bytes) -> dict[str, object]:
    source = {"bytes": base64.b64encode(content).decode()}
    return reel(images=[{"format": "png", "source": source}])


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_a_request_of_every_kind_passes(path: Path) -> None:
    request = json.loads(path.read_text())
    assert check_input(request["modelId"], request["modelInput"]) == []


@pytest.mark.parametrize("model", ASYNC_MODELS, ids=lambda model: model.model_id)
def test_every_template_passes(model: AsyncModel) -> None:
    assert check_input(model.model_id, model.template) == []


def test_a_model_is_found_by_id_and_by_arn() -> None:
    by_id = model_named(LUMA)
    assert by_id is not None
    assert by_id.makes == "video"
    assert model_named(f"arn:aws:bedrock:us-west-2::foundation-model/{LUMA}") is by_id


def test_an_unknown_model_has_no_rules() -> None:
    assert model_named("acme.dream-v1:0") is None
    assert check_input("acme.dream-v1:0", {"anything": [1]}) == []


def test_unknown_members_are_allowed() -> None:
    assert check_input(LUMA, {"prompt": "x", "camera": {"zoom": 2}}) == []


def test_all_faults_are_given_and_not_only_the_first() -> None:
    document = {"prompt": 7, "aspect_ratio": "2:1", "duration": "6s", "loop": "yes"}
    assert wrong(LUMA, document) == {
        "prompt": "type",
        "aspect_ratio": "enum",
        "duration": "enum",
        "loop": "type",
    }


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    (fault,) = check_input(REEL_0, reel("x" * 676))
    assert fault.pointer == "#/textToVideoParams/text"
    assert str(fault).endswith("at most 512 characters, not 676 characters")


@pytest.mark.parametrize("document", ["text", 7, None, [1]])
def test_an_input_that_is_no_object_is_a_fault(document: object) -> None:
    assert wrong(LUMA, document) == {"": "type"}


def test_an_empty_luma_prompt_passes_the_service_and_dooms_the_job() -> None:
    assert check_input(LUMA, {"prompt": ""}) == []
    assert [fault.where for fault in doomed(LUMA, {"prompt": ""})] == ["prompt"]
    assert doomed(LUMA, {"prompt": "a tide pool"}) == doomed("acme.x", {"prompt": ""}) == []


def test_the_block_of_parameters_must_match_the_task() -> None:
    document = {"taskType": "TEXT_VIDEO", "multiShotAutomatedParams": {"text": "x"}}
    assert wrong(REEL_1, document) == {
        "textToVideoParams": "required",
        "multiShotAutomatedParams": "rule",
    }


def test_the_first_reel_knows_no_shots() -> None:
    shots = {"shots": [{"text": "x"}]}
    document = {"taskType": "MULTI_SHOT_MANUAL", "multiShotManualParams": shots}
    assert wrong(REEL_0, document) == {"taskType": "enum"}
    assert wrong(REEL_1, document) == {}


@pytest.mark.parametrize(
    ("config", "faults"),
    [
        ({"durationSeconds": 18}, {}),
        ({"durationSeconds": 13}, {"videoGenerationConfig.durationSeconds": "multipleOf"}),
        ({"durationSeconds": 6}, {"videoGenerationConfig.durationSeconds": "minimum"}),
        ({"durationSeconds": 126}, {"videoGenerationConfig.durationSeconds": "maximum"}),
        ({"seed": 2147483646}, {}),
        ({"seed": 2147483647}, {"videoGenerationConfig.seed": "maximum"}),
        ({"seed": -1}, {"videoGenerationConfig.seed": "minimum"}),
        ({"seed": True}, {"videoGenerationConfig.seed": "type"}),
        ({"fps": 30}, {"videoGenerationConfig.fps": "enum"}),
        ({"dimension": "1920x1080"}, {"videoGenerationConfig.dimension": "enum"}),
    ],
)
def test_a_video_configuration_has_its_bounds(
    config: dict[str, object], faults: dict[str, str]
) -> None:
    document = {
        "taskType": "MULTI_SHOT_AUTOMATED",
        "multiShotAutomatedParams": {"text": "x"},
        "videoGenerationConfig": config,
    }
    assert wrong(REEL_1, document) == faults


def test_manual_shots_take_no_duration_and_automated_ones_no_image() -> None:
    manual = {
        "taskType": "MULTI_SHOT_MANUAL",
        "multiShotManualParams": {"shots": [{"text": "x"}]},
        "videoGenerationConfig": {"durationSeconds": 12},
    }
    automated = {
        "taskType": "MULTI_SHOT_AUTOMATED",
        "multiShotAutomatedParams": {"text": "x", "images": []},
    }
    assert wrong(REEL_1, manual) == {"videoGenerationConfig.durationSeconds": "rule"}
    assert wrong(REEL_1, automated) == {"multiShotAutomatedParams.images": "rule"}


def test_jpg_is_not_the_name_of_jpeg() -> None:
    document = reel(images=[{"format": "jpg", "source": {"bytes": "…"}}])
    assert wrong(REEL_0, document) == {"textToVideoParams.images[0].format": "enum"}


def test_a_picture_of_another_size_is_a_fault() -> None:
    header = struct.pack(">I4sIIBBBBBI", 13, b"IHDR", 8, 6, 8, 2, 0, 0, 0, 0)
    (fault,) = check_input(REEL_0, reel_image(b"\x89PNG\r\n\x1a\n" + header))
    assert fault.where == "textToVideoParams.images[0].source.bytes"
    assert (fault.expected, fault.actual) == ("exactly 1280x720 pixels", "8x6 pixels")


@pytest.mark.parametrize("content", ["<base64>", "file://a.b64", "fileb://a.png", "iVBORw0KGgo"])
def test_an_image_that_is_not_there_yet_is_not_judged(content: str) -> None:
    assert check_input(REEL_0, reel(images=[{"format": "png", "source": {"bytes": content}}])) == []


def test_marengo_wants_the_source_that_belongs_to_the_input_type() -> None:
    assert wrong(MARENGO_2, {"inputType": "text", "mediaSource": {}}) == {
        "inputText": "required",
        "mediaSource": "required",
    }
    assert wrong(MARENGO_2, {"inputType": "video"}) == {"mediaSource": "required"}
    assert wrong(MARENGO_2, {"inputType": "scent"}) == {"inputType": "enum"}
    assert wrong(MARENGO_3, {"inputType": "video", "audio": {}}) == {"video": "required"}


def test_marengo_3_segments_either_dynamically_or_by_a_fixed_length() -> None:
    video = {
        "mediaSource": {"s3Location": {"uri": "s3://b/v.mp4"}},
        "segmentation": {"method": "random"},
        "embeddingScope": ["frame"],
    }
    assert wrong(MARENGO_3, {"inputType": "video", "video": video}) == {
        "video.segmentation.method": "enum",
        "video.embeddingScope[0]": "enum",
    }


def test_nova_embeddings_take_exactly_one_source() -> None:
    source = {"source": {"s3Location": {"uri": "s3://b/k"}}}
    params: dict[str, object] = {"embeddingPurpose": "GENERIC_INDEX"}
    document = {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": params}
    assert wrong(NOVA, document) == {"segmentedEmbeddingParams": "required"}
    params["audio"] = source
    assert wrong(NOVA, document) == {}
    params["video"] = source
    assert wrong(NOVA, document) == {"segmentedEmbeddingParams": "rule"}


def test_nova_embeddings_come_in_four_sizes() -> None:
    params = {"embeddingDimension": 512, "text": {"value": "x"}}
    document = {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": params}
    assert wrong(NOVA, document) == {
        "segmentedEmbeddingParams.embeddingPurpose": "required",
        "segmentedEmbeddingParams.embeddingDimension": "enum",
    }
