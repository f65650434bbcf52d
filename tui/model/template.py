"""Templates of model inputs, per model and task, with placeholders to fill in. Pure data.

A placeholder is ``{{what belongs here}}``: any text without braces, quotes and line ends.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from tui.model import document
from tui.model.fault import Fault, Path
from tui.model.form import ASYNC, MODEL_INPUT, OPERATION, WAITED_FOR

_PLACEHOLDER = re.compile(r'\{\{[^{}"\n]{1,80}\}\}')
_ENCODED = re.compile(rb'\{\{[^{}"]{1,480}\}\}')
"""The same in JSON, where a character takes up to six bytes."""


@dataclass(frozen=True, slots=True)
class Template:
    """One template.

    Attributes:
        name: What a person calls it; for the catalogue's, the task.
        fields: The texts of the form's fields that it fills.
        is_own: Whether it is the person's own, rather than the catalogue's.
    """

    name: str
    fields: Mapping[str, str]
    is_own: bool = False

    @property
    def model_id(self) -> str:
        """The model that it is for; empty for one that leaves the model as it is."""
        return self.fields.get("model_id", "")


def next_placeholder(text: str, start: int = 0) -> tuple[int, int] | None:
    """Where the first placeholder from ``start`` on begins and ends; None where there is none."""
    match = _PLACEHOLDER.search(text, start)
    return match.span() if match else None


def unfilled(value: object) -> list[Fault]:
    """A fault for each string of a model input that still holds a placeholder."""
    # Looking into its JSON first takes a thirtieth of the time of a walk.
    return _unfilled(value, ()) if _ENCODED.search(msgspec.json.encode(value)) else []


def _unfilled(value: object, path: Path) -> list[Fault]:
    if isinstance(value, str):
        match = _PLACEHOLDER.search(value)
        return (
            [Fault(path, "placeholder", f"something in the place of {match[0]}")] if match else []
        )
    members: list[tuple[str | int, object]] = []
    if isinstance(value, Mapping):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    return [fault for name, inner in members for fault in _unfilled(inner, (*path, name))]


def _made(model_id: str, name: str, model_input: object, operation: str = ASYNC) -> Template:
    text = document.pretty(model_input)
    fields = {OPERATION: operation, "model_id": model_id, MODEL_INPUT: text}
    return Template(name, fields)


_PICTURE = "fileb://{{picture.png, 1280x720}}"
_CLIP = "{{s3://bucket/video.mp4}}"
_SOUND = "{{s3://bucket/sound.mp3}}"
_STILL = "{{s3://bucket/picture.jpg}}"
_OWNER = "{{account of the bucket}}"


def _reel(task: str, block: str, params: object, **config: object) -> dict[str, object]:
    config = {**config, "fps": 24, "dimension": "1280x720", "seed": 42}
    return {"taskType": task, block: params, "videoGenerationConfig": config}


def _reel_text(**more: object) -> dict[str, object]:
    params = {"text": "{{what happens, and how the camera moves}}", **more}
    return _reel("TEXT_VIDEO", "textToVideoParams", params, durationSeconds=6)


_REEL_PICTURE = {"format": "png", "source": {"bytes": _PICTURE}}
_REEL_TASKS = {
    "text": _reel_text(),
    "picture and text": _reel_text(images=[_REEL_PICTURE]),
}
_REEL_SHOTS = {
    "shots out of one text": _reel(
        "MULTI_SHOT_AUTOMATED",
        "multiShotAutomatedParams",
        {"text": "{{the whole story}}"},
        durationSeconds=12,
    ),
    "shots, each with its text": _reel(
        "MULTI_SHOT_MANUAL",
        "multiShotManualParams",
        {
            "shots": [
                {"text": "{{the first shot}}"},
                {"text": "{{the second shot}}", "image": _REEL_PICTURE},
            ]
        },
    ),
}


def _luma_frame(name: str) -> dict[str, object]:
    source = {"type": "base64", "media_type": "image/png", "data": f"fileb://{{{{{name}.png}}}}"}
    return {"type": "image", "source": source}


_LUMA_TASKS: dict[str, object] = {
    "text": {
        "prompt": "{{what happens}}",
        "aspect_ratio": "16:9",
        "duration": "5s",
        "resolution": "720p",
    },
    "first and last picture": {
        "prompt": "{{what happens in between}}",
        "keyframes": {"frame0": _luma_frame("first"), "frame1": _luma_frame("last")},
    },
}


def _s3(uri: str) -> dict[str, object]:
    return {"s3Location": {"uri": uri, "bucketOwner": _OWNER}}


_MARENGO_2_TASKS: dict[str, object] = {
    "video": {"inputType": "video", "mediaSource": _s3(_CLIP)},
    "audio": {"inputType": "audio", "mediaSource": _s3(_SOUND)},
    "picture": {"inputType": "image", "mediaSource": _s3(_STILL)},
    "text": {"inputType": "text", "inputText": "{{a text}}"},
}
_MARENGO_3_TASKS: dict[str, object] = {
    "video": {
        "inputType": "video",
        "video": {
            "mediaSource": _s3(_CLIP),
            "embeddingOption": ["visual", "audio"],
            "embeddingScope": ["clip", "asset"],
        },
    },
    "audio": {"inputType": "audio", "audio": {"mediaSource": _s3(_SOUND)}},
    "picture": {"inputType": "image", "image": {"mediaSource": _s3(_STILL)}},
    "text": {"inputType": "text", "text": {"inputText": "{{a text}}"}},
    "text and picture": {
        "inputType": "text_image",
        "text_image": {"inputText": "{{a text}}", "mediaSource": _s3(_STILL)},
    },
}


def _nova(kind: str, form: str, uri: str, **more: object) -> dict[str, object]:
    source = {"format": form, "source": {"s3Location": {"uri": uri}}, **more}
    params = {"embeddingPurpose": "GENERIC_INDEX", "embeddingDimension": 1024, kind: source}
    return {"taskType": "SEGMENTED_EMBEDDING", "segmentedEmbeddingParams": params}


_SEGMENTS = {"segmentationConfig": {"durationSeconds": 5}}
_NOVA_TASKS: dict[str, object] = {
    "video": _nova("video", "mp4", _CLIP, embeddingMode="AUDIO_VIDEO_COMBINED", **_SEGMENTS),
    "audio": _nova("audio", "mp3", _SOUND, **_SEGMENTS),
    "picture": _nova("image", "jpeg", _STILL),
}

_QUESTION = "{{a question}}"
_WAITED_FOR = (
    (
        "amazon.nova-micro-v1:0",
        "question",
        {
            "messages": [{"role": "user", "content": [{"text": _QUESTION}]}],
            "inferenceConfig": {"maxTokens": 500},
        },
    ),
    (
        "anthropic.claude-3-haiku-20240307-v1:0",
        "question",
        {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 500,
            "messages": [{"role": "user", "content": _QUESTION}],
        },
    ),
    ("amazon.titan-embed-text-v2:0", "embedding of a text", {"inputText": "{{a text}}"}),
    (
        "stability.stable-image-core-v1:1",
        "picture",
        {"prompt": "{{what is seen}}", "aspect_ratio": "1:1", "output_format": "png"},
    ),
)

TEMPLATES = tuple(
    _made(model_id, name, model_input)
    for model_id, tasks in (
        ("amazon.nova-reel-v1:0", _REEL_TASKS),
        ("amazon.nova-reel-v1:1", {**_REEL_TASKS, **_REEL_SHOTS}),
        ("luma.ray-v2:0", _LUMA_TASKS),
        ("twelvelabs.marengo-embed-2-7-v1:0", _MARENGO_2_TASKS),
        ("twelvelabs.marengo-embed-3-0-v1:0", _MARENGO_3_TASKS),
        ("amazon.nova-2-multimodal-embeddings-v1:0", _NOVA_TASKS),
    )
    for name, model_input in tasks.items()
) + tuple(_made(model_id, name, asked, WAITED_FOR) for model_id, name, asked in _WAITED_FOR)
"""The catalogue's, model by model."""
