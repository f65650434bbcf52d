"""The models that take StartAsyncInvoke, and what each wants as its model input.

Models come and go: these are starting points, and an id that is not here has no rules at all.
Members that no rule names are allowed everywhere, since models grow.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from struct import unpack_from

from tui.model.fault import Fault, Path


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
    shape: _Shape = field(repr=False, compare=False)
    doomed: Callable[[object], Iterator[Fault]] = field(
        default=lambda _: iter(()), repr=False, compare=False
    )
    is_async_only: bool = False


def model_named(model_id_or_arn: str) -> AsyncModel | None:
    """The model with this id or foundation-model ARN, or None."""
    return _BY_ID.get(model_id_or_arn.rpartition(":foundation-model/")[2])


def check_input(model_id: str, document: object, *, service: bool = False) -> list[Fault]:
    """Everything that is wrong with ``document`` as the input of the model.

    Args:
        model_id: An id or a foundation-model ARN; unknown ones have no rules.
        document: The model input, as a JSON value.
        service: Judge as StartAsyncInvoke does. It accepts some inputs, such as an empty prompt,
            whose job fails a second later.
    """
    model = model_named(model_id)
    if model is None:
        return []
    faults = list(model.shape(document, ()))
    return faults if service else [*faults, *model.doomed(document)]


# The language of the rules: shapes that find faults.


_Shape = Callable[[object, Path], Iterator[Fault]]
"""The rules for one value: called with it and its path, a shape yields what is wrong."""


@dataclass(frozen=True)
class _Text:
    """A string, with bounds on its length. ``pattern`` must match all of it."""

    minimum: int = 0
    maximum: int | None = None
    pattern: str = ""
    expected: str = ""

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield Fault(path, "type", "a text", _kind_of(value))
        elif len(value) < self.minimum:
            yield Fault(path, "minLength", f"at least {_count(self.minimum)}", _count(len(value)))
        elif self.maximum is not None and len(value) > self.maximum:
            yield Fault(path, "maxLength", f"at most {_count(self.maximum)}", _count(len(value)))
        elif self.pattern and not re.fullmatch(self.pattern, value, re.DOTALL):
            yield Fault(path, "pattern", self.expected or self.pattern, _shown(value))


@dataclass(frozen=True)
class _Number:
    """A number within bounds."""

    minimum: float
    maximum: float | None = None
    multiple_of: int | None = None
    is_whole: bool = False

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            yield Fault(path, "type", "a number", _kind_of(value))
        elif self.is_whole and value != int(value):
            yield Fault(path, "type", "a whole number", str(value))
        elif value < self.minimum:
            yield Fault(path, "minimum", f"at least {self.minimum}", str(value))
        elif self.maximum is not None and value > self.maximum:
            yield Fault(path, "maximum", f"at most {self.maximum}", str(value))
        elif self.multiple_of is not None and value % self.multiple_of:
            yield Fault(path, "multipleOf", f"a multiple of {self.multiple_of}", str(value))


@dataclass(frozen=True)
class _Flag:
    """True or false."""

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, bool):
            yield Fault(path, "type", "true or false", _kind_of(value))


@dataclass(frozen=True, init=False)
class _Choice:
    """One of a few values."""

    values: tuple[str | int, ...]

    def __init__(self, *values: str | int) -> None:
        object.__setattr__(self, "values", values)

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, (str, int, float)) or value not in self.values:
            yield Fault(path, "enum", " or ".join(map(str, self.values)), _shown(value))


@dataclass(frozen=True)
class _ListOf:
    """A list whose items have one shape."""

    item: _Shape
    minimum: int = 0
    maximum: int | None = None

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(path, "type", "a list", _kind_of(value))
            return
        if len(value) < self.minimum:
            yield Fault(path, "minItems", f"at least {self.minimum}", str(len(value)))
        if self.maximum is not None and len(value) > self.maximum:
            yield Fault(path, "maxItems", f"at most {self.maximum}", str(len(value)))
        for index, item in enumerate(value):
            yield from self.item(item, (*path, index))


@dataclass(frozen=True)
class _OneOrMany:
    """A list whose items have one shape, or such an item alone."""

    item: _Shape

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        shape = _ListOf(self.item) if isinstance(value, list) else self.item
        yield from shape(value, path)


@dataclass(frozen=True)
class _Record:
    """An object.

    Attributes:
        members: The shapes of the members, by name.
        required: Names that must be there.
        exactly_one: Names of which exactly one must be there.
        refused: Names that must not be there, and what is expected instead.
        check: A rule about the object as a whole.
    """

    members: Mapping[str, _Shape]
    required: tuple[str, ...] = ()
    exactly_one: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[object, Path], Iterator[Fault]] | None = None

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(path, "type", "an object", _kind_of(value))
            return
        for name in self.required:
            if name not in value:
                yield Fault((*path, name), "required", "is required")
        found = [name for name in self.exactly_one if name in value]
        if self.exactly_one and len(found) != 1:
            rule = "rule" if found else "required"
            expected = f"exactly one of {', '.join(self.exactly_one)}"
            yield Fault(path, rule, expected, " and ".join(found) or "none")
        for name, expected in self.refused.items():
            if name in value:
                yield Fault((*path, name), "rule", expected)
        for name, shape in self.members.items():
            if name in value:
                yield from shape(value[name], (*path, name))
        if self.check is not None:
            yield from self.check(value, path)


@dataclass(frozen=True)
class _Switch:
    """An object of which one member says what the others are."""

    member: str
    cases: Mapping[str, _Record]

    def __call__(self, value: object, path: Path) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(path, "type", "an object", _kind_of(value))
        elif self.member not in value:
            yield Fault((*path, self.member), "required", "is required")
        else:
            case = value[self.member]
            yield from _Choice(*self.cases)(case, (*path, self.member))
            if isinstance(case, str) and case in self.cases:
                yield from self.cases[case](value, path)


def _kind_of(value: object) -> str:
    """What sort of JSON value it is, for a person."""
    if value is None:
        return "null"
    for kind, name in (
        (bool, "true or false"),
        (str, "a text"),
        ((int, float), "a number"),
        (list, "a list"),
        (Mapping, "an object"),
    ):
        if isinstance(value, kind):
            return name
    return type(value).__name__


def _shown(value: object) -> str:
    """A value in a few characters."""
    if isinstance(value, (Mapping, list)) or value is None:
        return _kind_of(value)
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _count(characters: int) -> str:
    return f"{characters} character" + ("" if characters == 1 else "s")


# Images in base64, judged by their own headers; no pixel is decoded.


_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_ALPHA_CHANNELS = {4: 2, 6: 4}
"""PNG colour types with an alpha channel, and how many channels they have."""


@dataclass(frozen=True)
class _Picture:
    """Width and height in pixels, bits per channel, and whether no pixel is see-through."""

    width: int
    height: int
    depth: int
    is_opaque: bool


def _picture_faults(content: str, path: Path, width: int, height: int) -> Iterator[Fault]:
    """How a base64 image differs from an opaque 8-bit one of this size.

    Placeholders, ``file://`` and ``fileb://`` references and cut-off base64 have no faults:
    what they stand for is not known.
    """
    picture = _read_picture(content)
    if picture is None:
        return
    if (picture.width, picture.height) != (width, height):
        size = f"{picture.width}x{picture.height} pixels"
        yield Fault(path, "rule", f"exactly {width}x{height} pixels", size)
    if picture.depth != 8:
        yield Fault(path, "rule", "8 bits per channel", str(picture.depth))
    if not picture.is_opaque:
        yield Fault(path, "rule", "an opaque image", "one with transparency")


def _read_picture(content: str) -> _Picture | None:
    """The image in a base64 string, or None where there is no complete PNG or JPEG header."""
    try:
        data = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return None
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 33:
        return _read_png(data)
    return _read_jpeg(data) if data.startswith(_JPEG) else None


def _read_png(data: bytes) -> _Picture:
    width, height, depth, colour, _, _, interlace = unpack_from(">IIBBBBB", data, 16)
    is_opaque = True
    if colour in _ALPHA_CHANNELS:
        is_opaque = (
            depth == 8 and not interlace and _is_opaque(data, width, _ALPHA_CHANNELS[colour])
        )
    # A palette is always of 8-bit colours, whatever the depth of its indexes.
    return _Picture(width, height, 8 if colour == 3 else depth, is_opaque)


def _is_opaque(data: bytes, width: int, channels: int) -> bool:
    """Whether the alpha of every pixel is 255.

    PNG filters work on each channel by itself, so the filtered alpha bytes of a row that is
    opaque, below rows that are opaque, are known in advance: nothing has to be unfiltered.
    """
    try:
        pixels = zlib.decompressobj().decompress(b"".join(_chunks(data, b"IDAT")))
    except zlib.error:
        return False
    stride = 1 + width * channels
    first = {kind: _opaque_row(kind, width, is_first=True) for kind in range(5)}
    later = {kind: _opaque_row(kind, width, is_first=False) for kind in range(5)}
    rows = range(0, len(pixels) - stride + 1, stride)
    return bool(rows) and all(
        pixels[start + channels : start + stride : channels]
        == (later if start else first).get(pixels[start])
        for start in rows
    )


def _opaque_row(kind: int, width: int, *, is_first: bool) -> bytes:
    """The alpha bytes of an opaque row under filter 0 none, 1 sub, 2 up, 3 average, 4 Paeth."""
    above = 0 if is_first else 255
    left_edge = (255, 255, 255 - above, 255 - above // 2, 255 - above)[kind]
    inside = (255, 0, 255 - above, 255 - (255 + above) // 2, 0)[kind]
    return bytes((left_edge,)) + bytes((inside,)) * (width - 1)


def _chunks(data: bytes, kind: bytes) -> Iterator[bytes]:
    position = len(_PNG)
    while position + 8 <= len(data):
        length, name = unpack_from(">I4s", data, position)
        if name == kind:
            yield data[position + 8 : position + 8 + length]
        position += 12 + length


def _read_jpeg(data: bytes) -> _Picture | None:
    position = 2
    while position + 9 <= len(data):
        marker, kind, length = unpack_from(">BBH", data, position)
        if marker != 0xFF:
            return None
        # Start-of-frame markers, without the tables that share their range.
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            depth, height, width = unpack_from(">BHH", data, position + 4)
            return _Picture(width, height, depth, is_opaque=True)
        position += 2 + length
    return None


# The parts that several models share.

_S3_LOCATION = _Record(
    {
        "uri": _Text(pattern=r"s3://.+", expected="an S3 URI like s3://bucket/key"),
        "bucketOwner": _Text(),
    },
    required=("uri",),
)
"""Public examples hold all sorts of placeholders for ``bucketOwner``, so its digits are free."""

_BASE64 = _Text(minimum=1)


# Amazon Nova Reel


def _picture(value: object, path: Path) -> Iterator[Fault]:
    source = value.get("source") if isinstance(value, Mapping) else None
    content = source.get("bytes") if isinstance(source, Mapping) else None
    if isinstance(content, str):
        yield from _picture_faults(content, (*path, "source", "bytes"), width=1280, height=720)


_REEL_SOURCE = _Record(
    {"bytes": _BASE64, "s3Location": _S3_LOCATION}, exactly_one=("bytes", "s3Location")
)
_REEL_IMAGE = _Record(
    {"format": _Choice("png", "jpeg"), "source": _REEL_SOURCE},
    required=("source",),
    check=_picture,
)
_REEL_TEXT = _Text(minimum=1, maximum=512)
_NO_PICTURE = "no image with taskType MULTI_SHOT_AUTOMATED"
_REEL_PARAMS: dict[str, tuple[str, _Record]] = {
    "TEXT_VIDEO": (
        "textToVideoParams",
        _Record(
            {"text": _REEL_TEXT, "images": _ListOf(_REEL_IMAGE, maximum=1)},
            required=("text",),
        ),
    ),
    "MULTI_SHOT_AUTOMATED": (
        "multiShotAutomatedParams",
        _Record(
            {"text": _Text(minimum=1, maximum=4000)},
            required=("text",),
            refused={"image": _NO_PICTURE, "images": _NO_PICTURE},
        ),
    ),
    "MULTI_SHOT_MANUAL": (
        "multiShotManualParams",
        _Record(
            {
                "shots": _ListOf(
                    _Record({"text": _REEL_TEXT, "image": _REEL_IMAGE}, required=("text",)),
                    minimum=1,
                )
            },
            required=("shots",),
        ),
    ),
}
_REEL_DURATION: dict[str, _Shape] = {
    "TEXT_VIDEO": _Choice(6),
    "MULTI_SHOT_AUTOMATED": _Number(12, 120, multiple_of=6),
}


def _reel_task(task: str) -> _Record:
    """The whole input of one task: its own block of parameters, and no other task's."""
    block, params = _REEL_PARAMS[task]
    members: dict[str, _Shape] = {
        "fps": _Choice(24),
        "dimension": _Choice("1280x720"),
        "seed": _Number(0, 2147483646, is_whole=True),
    }
    refused = {}
    if task in _REEL_DURATION:
        members["durationSeconds"] = _REEL_DURATION[task]
    else:
        refused["durationSeconds"] = f"no durationSeconds with taskType {task}"
    return _Record(
        {block: params, "videoGenerationConfig": _Record(members, refused=refused)},
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
        shape=_Switch("taskType", {task: _reel_task(task) for task in tasks}),
        is_async_only=True,
    )


# Luma Ray

_LUMA_FRAME = _Record(
    {
        "type": _Choice("image"),
        "source": _Record(
            {"type": _Choice("base64"), "media_type": _Text(), "data": _BASE64},
            required=("type", "data"),
        ),
    },
    required=("type", "source"),
)
_LUMA = _Record(
    {
        "prompt": _Text(maximum=5000),
        "aspect_ratio": _Choice("1:1", "16:9", "9:16", "4:3", "3:4", "21:9", "9:21"),
        "duration": _Choice("5s", "9s"),
        "resolution": _Choice("540p", "720p"),
        "loop": _Flag(),
        "keyframes": _Record({"frame0": _LUMA_FRAME, "frame1": _LUMA_FRAME}),
    },
    required=("prompt",),
)


def _empty_prompt(document: object) -> Iterator[Fault]:
    if isinstance(document, Mapping) and document.get("prompt") == "":
        yield Fault(("prompt",), "minLength", "a prompt: the job fails without one")


# TwelveLabs Marengo

_MEDIA = _Record(
    {"s3Location": _S3_LOCATION, "base64String": _BASE64},
    exactly_one=("s3Location", "base64String"),
)
_SECONDS = _Number(0)
_MARENGO_2: dict[str, _Shape] = {
    "inputText": _Text(minimum=1),
    "mediaSource": _MEDIA,
    "startSec": _SECONDS,
    "lengthSec": _SECONDS,
    "useFixedLengthSec": _Number(2, 10),
    "minClipSec": _Number(1, 5),
    "embeddingOption": _OneOrMany(_Choice("visual-text", "visual-image", "audio")),
    "textTruncate": _Choice("end", "none"),
}
_MARENGO_3_MEDIA = _Record(
    {
        "mediaSource": _MEDIA,
        "startSec": _SECONDS,
        "endSec": _SECONDS,
        "segmentation": _Switch(
            "method",
            {
                "dynamic": _Record({"dynamic": _Record({"minDurationSec": _SECONDS})}),
                "fixed": _Record({"fixed": _Record({"durationSec": _SECONDS})}),
            },
        ),
        "embeddingOption": _OneOrMany(_Choice("visual", "audio", "transcription")),
        "embeddingScope": _OneOrMany(_Choice("clip", "asset")),
        "embeddingType": _OneOrMany(_Text(minimum=1)),
    },
    required=("mediaSource",),
)
_MARENGO_3: dict[str, _Record] = {
    "text": _Record({"inputText": _Text(minimum=1)}, required=("inputText",)),
    "image": _Record({"mediaSource": _MEDIA}, required=("mediaSource",)),
    "text_image": _Record(
        {"inputText": _Text(minimum=1), "mediaSource": _MEDIA},
        required=("inputText", "mediaSource"),
    ),
    "audio": _MARENGO_3_MEDIA,
    "video": _MARENGO_3_MEDIA,
    "multi_input": _Record({}),
}


# Amazon Nova multimodal embeddings


def _nova_source(**more: _Shape) -> _Record:
    return _Record(
        {
            "format": _Text(minimum=1),
            "source": _Record(
                {"s3Location": _S3_LOCATION, "bytes": _BASE64},
                exactly_one=("s3Location", "bytes"),
            ),
            "segmentationConfig": _Record({"durationSeconds": _Number(0)}),
            **more,
        },
        required=("source",),
    )


_NOVA_EMBEDDINGS = _Record(
    {
        "segmentedEmbeddingParams": _Record(
            {
                "embeddingPurpose": _Text(minimum=1),
                "embeddingDimension": _Choice(256, 384, 1024, 3072),
                "text": _Record({}),
                "image": _nova_source(),
                "audio": _nova_source(),
                "video": _nova_source(embeddingMode=_Text(minimum=1)),
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
        shape=_Switch(
            "inputType",
            {
                kind: _Record(_MARENGO_2, required=(needed,))
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
        shape=_Switch(
            "inputType",
            {kind: _Record({kind: shape}, required=(kind,)) for kind, shape in _MARENGO_3.items()},
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
        shape=_Switch("taskType", {"SEGMENTED_EMBEDDING": _NOVA_EMBEDDINGS}),
    ),
)

_BY_ID = {model.model_id: model for model in ASYNC_MODELS}
