"""The models that take StartAsyncInvoke, and what each wants as its model input.

Models come and go: these are starting points, and an id that is not here has no rules at all.
Members that no rule names are allowed everywhere, since models grow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tui.model.fault import Fault, Path
from tui.model.picture import picture_faults
from tui.model.schema import Choice, Flag, ListOf, Number, OneOrMany, Record, Shape, Switch, Text


@dataclass(frozen=True)
class AsyncModel:
    """A model, and the form of its model input.

    Attributes:
        model_id: The base model's id, as StartAsyncInvoke wants it.
        name: What its maker calls it.
        provider: Who makes it.
        makes: What comes out: ``video`` or ``embeddings``.
        needs: What goes in, in a few words.
        template: The smallest model input that is valid.
        shape: The rules for a model input.
        doomed: Faults that the service lets pass, but that make the job fail.
        is_async_only: Whether InvokeModel refuses the model.
    """

    model_id: str
    name: str
    provider: str
    makes: str
    needs: str
    template: dict[str, object]
    shape: Shape = field(repr=False, compare=False)
    doomed: Callable[[object], Iterator[Fault]] = field(
        default=lambda _: iter(()), repr=False, compare=False
    )
    is_async_only: bool = False


def model_named(model_id_or_arn: str) -> AsyncModel | None:
    """The model with this id or foundation-model ARN, or None."""
    return _BY_ID.get(model_id_or_arn.rpartition(":foundation-model/")[2])


def check_input(model_id: str, document: object) -> list[Fault]:
    """Everything that is wrong with ``document`` as the input of the model.

    Args:
        model_id: An id or a foundation-model ARN; unknown ones have no rules.
        document: The model input, as a JSON value.
    """
    model = model_named(model_id)
    return list(model.shape(document, ())) if model else []


def doomed(model_id: str, document: object) -> list[Fault]:
    """What StartAsyncInvoke lets pass of a model input, and the job fails of a second later."""
    model = model_named(model_id)
    return list(model.doomed(document)) if model else []


# The parts that several models share.

_S3_LOCATION = Record(
    {
        "uri": Text(pattern=r"s3://.+", expected="an S3 URI like s3://bucket/key"),
        "bucketOwner": Text(),
    },
    required=("uri",),
)
"""Public examples hold all sorts of placeholders for ``bucketOwner``, so its digits are free."""

_BASE64 = Text(minimum=1)


# Amazon Nova Reel


def _reel_picture(value: object, path: Path) -> Iterator[Fault]:
    source = value.get("source") if isinstance(value, Mapping) else None
    content = source.get("bytes") if isinstance(source, Mapping) else None
    if isinstance(content, str):
        yield from picture_faults(content, (*path, "source", "bytes"), width=1280, height=720)


_REEL_SOURCE = Record(
    {"bytes": _BASE64, "s3Location": _S3_LOCATION}, exactly_one=("bytes", "s3Location")
)
_REEL_IMAGE = Record(
    {"format": Choice("png", "jpeg"), "source": _REEL_SOURCE},
    required=("source",),
    check=_reel_picture,
)
_REEL_TEXT = Text(minimum=1, maximum=512)
_NO_PICTURE = "no image with taskType MULTI_SHOT_AUTOMATED"
_REEL_PARAMS: dict[str, tuple[str, Record]] = {
    "TEXT_VIDEO": (
        "textToVideoParams",
        Record(
            {"text": _REEL_TEXT, "images": ListOf(_REEL_IMAGE, maximum=1)},
            required=("text",),
        ),
    ),
    "MULTI_SHOT_AUTOMATED": (
        "multiShotAutomatedParams",
        Record(
            {"text": Text(minimum=1, maximum=4000)},
            required=("text",),
            refused={"image": _NO_PICTURE, "images": _NO_PICTURE},
        ),
    ),
    "MULTI_SHOT_MANUAL": (
        "multiShotManualParams",
        Record(
            {
                "shots": ListOf(
                    Record({"text": _REEL_TEXT, "image": _REEL_IMAGE}, required=("text",)),
                    minimum=1,
                )
            },
            required=("shots",),
        ),
    ),
}
_REEL_DURATION: dict[str, Shape] = {
    "TEXT_VIDEO": Choice(6),
    "MULTI_SHOT_AUTOMATED": Number(12, 120, multiple_of=6),
}


def _reel_task(task: str) -> Record:
    """The whole input of one task: its own block of parameters, and no other task's."""
    block, params = _REEL_PARAMS[task]
    members: dict[str, Shape] = {
        "fps": Choice(24),
        "dimension": Choice("1280x720"),
        "seed": Number(0, 2147483646, is_whole=True),
    }
    refused = {}
    if task in _REEL_DURATION:
        members["durationSeconds"] = _REEL_DURATION[task]
    else:
        refused["durationSeconds"] = f"no durationSeconds with taskType {task}"
    return Record(
        {block: params, "videoGenerationConfig": Record(members, refused=refused)},
        required=(block,),
        refused={
            other: f"only {block} with taskType {task}"
            for other, _ in _REEL_PARAMS.values()
            if other != block
        },
    )


def _reel(model_id: str, *tasks: str) -> AsyncModel:
    return AsyncModel(
        model_id=model_id,
        name="Nova Reel",
        provider="Amazon",
        makes="video",
        needs="a text, or a text and an image" + (", or several shots" if len(tasks) > 1 else ""),
        template={
            "taskType": "TEXT_VIDEO",
            "textToVideoParams": {"text": "A tide pool at sunrise. Camera zoom in."},
            "videoGenerationConfig": {"durationSeconds": 6, "fps": 24, "dimension": "1280x720"},
        },
        shape=Switch("taskType", {task: _reel_task(task) for task in tasks}),
        is_async_only=True,
    )


# Luma Ray

_LUMA_FRAME = Record(
    {
        "type": Choice("image"),
        "source": Record(
            {"type": Choice("base64"), "media_type": Text(), "data": _BASE64},
            required=("type", "data"),
        ),
    },
    required=("type", "source"),
)
_LUMA = Record(
    {
        "prompt": Text(maximum=5000),
        "aspect_ratio": Choice("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21"),
        "duration": Choice("5s", "9s"),
        "resolution": Choice("540p", "720p"),
        "loop": Flag(),
        "keyframes": Record({"frame0": _LUMA_FRAME, "frame1": _LUMA_FRAME}),
    },
    required=("prompt",),
)


def _empty_prompt(document: object) -> Iterator[Fault]:
    if isinstance(document, Mapping) and document.get("prompt") == "":
        yield Fault(("prompt",), "minLength", "not empty: the job fails without one")


# TwelveLabs Marengo

_MEDIA = Record(
    {"s3Location": _S3_LOCATION, "base64String": _BASE64},
    exactly_one=("s3Location", "base64String"),
)
_SECONDS = Number(0)
_MARENGO_2: dict[str, Shape] = {
    "inputText": Text(minimum=1),
    "mediaSource": _MEDIA,
    "startSec": _SECONDS,
    "lengthSec": _SECONDS,
    "useFixedLengthSec": Number(2, 10),
    "minClipSec": Number(1, 5),
    "embeddingOption": OneOrMany(Choice("visual-text", "visual-image", "audio")),
    "textTruncate": Choice("end", "none"),
}
_MARENGO_3_MEDIA = Record(
    {
        "mediaSource": _MEDIA,
        "startSec": _SECONDS,
        "endSec": _SECONDS,
        "segmentation": Switch(
            "method",
            {
                "dynamic": Record({"dynamic": Record({"minDurationSec": _SECONDS})}),
                "fixed": Record({"fixed": Record({"durationSec": _SECONDS})}),
            },
        ),
        "embeddingOption": OneOrMany(Choice("visual", "audio", "transcription")),
        "embeddingScope": OneOrMany(Choice("clip", "asset")),
        "embeddingType": OneOrMany(Text(minimum=1)),
    },
    required=("mediaSource",),
)
_MARENGO_3: dict[str, Record] = {
    "text": Record({"inputText": Text(minimum=1)}, required=("inputText",)),
    "image": Record({"mediaSource": _MEDIA}, required=("mediaSource",)),
    "text_image": Record(
        {"inputText": Text(minimum=1), "mediaSource": _MEDIA},
        required=("inputText", "mediaSource"),
    ),
    "audio": _MARENGO_3_MEDIA,
    "video": _MARENGO_3_MEDIA,
    "multi_input": Record({}),
}


# Amazon Nova multimodal embeddings


def _nova_source(**more: Shape) -> Record:
    return Record(
        {
            "format": Text(minimum=1),
            "source": Record(
                {"s3Location": _S3_LOCATION, "bytes": _BASE64},
                exactly_one=("s3Location", "bytes"),
            ),
            "segmentationConfig": Record({"durationSeconds": Number(0)}),
            **more,
        },
        required=("source",),
    )


_NOVA_EMBEDDINGS = Record(
    {
        "segmentedEmbeddingParams": Record(
            {
                "embeddingPurpose": Text(minimum=1),
                "embeddingDimension": Choice(256, 384, 1024, 3072),
                "text": Record({}),
                "image": _nova_source(),
                "audio": _nova_source(),
                "video": _nova_source(embeddingMode=Text(minimum=1)),
            },
            required=("embeddingPurpose",),
            exactly_one=("text", "image", "audio", "video"),
        )
    },
    required=("segmentedEmbeddingParams",),
)


ASYNC_MODELS: tuple[AsyncModel, ...] = (
    _reel("amazon.nova-reel-v1:0", "TEXT_VIDEO"),
    _reel("amazon.nova-reel-v1:1", "TEXT_VIDEO", "MULTI_SHOT_AUTOMATED", "MULTI_SHOT_MANUAL"),
    AsyncModel(
        model_id="luma.ray-v2:0",
        name="Ray v2",
        provider="Luma AI",
        makes="video",
        needs="a prompt; start and end images if you like",
        template={"prompt": "A tide pool at sunrise"},
        shape=_LUMA,
        doomed=_empty_prompt,
        is_async_only=True,
    ),
    AsyncModel(
        model_id="twelvelabs.marengo-embed-2-7-v1:0",
        name="Marengo Embed v2.7",
        provider="TwelveLabs",
        makes="embeddings",
        needs="a video, audio or image in S3, or a text",
        template={
            "inputType": "video",
            "mediaSource": {"s3Location": {"uri": "s3://my-bucket/video.mp4"}},
        },
        shape=Switch(
            "inputType",
            {
                kind: Record(_MARENGO_2, required=(needed,))
                for kind, needed in {
                    "video": "mediaSource",
                    "audio": "mediaSource",
                    "image": "mediaSource",
                    "text": "inputText",
                }.items()
            },
        ),
    ),
    AsyncModel(
        model_id="twelvelabs.marengo-embed-3-0-v1:0",
        name="Marengo Embed 3.0",
        provider="TwelveLabs",
        makes="embeddings",
        needs="a video, audio or image in S3, a text, or a mix",
        template={
            "inputType": "video",
            "video": {"mediaSource": {"s3Location": {"uri": "s3://my-bucket/video.mp4"}}},
        },
        shape=Switch(
            "inputType",
            {kind: Record({kind: shape}, required=(kind,)) for kind, shape in _MARENGO_3.items()},
        ),
    ),
    AsyncModel(
        model_id="amazon.nova-2-multimodal-embeddings-v1:0",
        name="Nova Multimodal Embeddings",
        provider="Amazon",
        makes="embeddings",
        needs="a video, audio, image or text in S3",
        template={
            "taskType": "SEGMENTED_EMBEDDING",
            "segmentedEmbeddingParams": {
                "embeddingPurpose": "GENERIC_INDEX",
                "embeddingDimension": 3072,
                "video": {
                    "format": "mp4",
                    "embeddingMode": "AUDIO_VIDEO_COMBINED",
                    "source": {"s3Location": {"uri": "s3://my-bucket/video.mp4"}},
                    "segmentationConfig": {"durationSeconds": 5},
                },
            },
        },
        shape=Switch("taskType", {"SEGMENTED_EMBEDDING": _NOVA_EMBEDDINGS}),
    ),
)

_BY_ID = {model.model_id: model for model in ASYNC_MODELS}
