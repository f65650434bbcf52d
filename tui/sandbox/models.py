"""The models that the sandbox knows: the catalogue's async ones and a few that are not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui.model.catalogue import ASYNC_MODELS

PROFILE = re.compile(
    r"(us|us-gov|eu|apac|au|jp|ca|sa|me|il|global)\.\w+\..*|arn:.*:(application-)?inference-profile/.*"
)
"""Ids and ARNs of inference profiles."""

_NEEDS_PROFILE = re.compile(
    r"anthropic\.claude-((sonnet|opus|haiku)-4|3-7)\b.*|meta\.llama[34]-.*|deepseek\.r1.*"
)


@dataclass(frozen=True)
class SyncModel:
    """A model that only InvokeModel takes."""

    model_id: str
    name: str
    provider: str
    takes: tuple[str, ...]
    makes: str


SYNC_MODELS: tuple[SyncModel, ...] = (
    SyncModel(
        "amazon.titan-embed-text-v2:0", "Titan Text Embed v2", "Amazon", ("TEXT",), "EMBEDDING"
    ),
    SyncModel("amazon.nova-lite-v1:0", "Nova Lite", "Amazon", ("TEXT", "IMAGE", "VIDEO"), "TEXT"),
    SyncModel("amazon.nova-micro-v1:0", "Nova Micro", "Amazon", ("TEXT",), "TEXT"),
    SyncModel("amazon.nova-canvas-v1:0", "Nova Canvas", "Amazon", ("TEXT", "IMAGE"), "IMAGE"),
    SyncModel(
        "anthropic.claude-3-haiku-20240307-v1:0",
        "Claude 3 Haiku",
        "Anthropic",
        ("TEXT", "IMAGE"),
        "TEXT",
    ),
    SyncModel(
        "stability.stable-image-core-v1:1", "Stable Image Core", "Stability AI", ("TEXT",), "IMAGE"
    ),
)


def needs_profile(model_id: str) -> bool:
    """Whether InvokeModel takes the model only through an inference profile."""
    return _NEEDS_PROFILE.fullmatch(model_id) is not None


def foundation_models(region: str) -> list[dict[str, object]]:
    """Every model, as ListFoundationModels prints it."""
    inputs = {"video": ["TEXT", "IMAGE"], "embeddings": ["TEXT", "IMAGE", "SPEECH", "VIDEO"]}
    outputs = {"video": "VIDEO", "embeddings": "EMBEDDING"}
    rows = [
        (m.model_id, m.name, m.provider, inputs[m.makes], outputs[m.makes]) for m in ASYNC_MODELS
    ] + [(m.model_id, m.name, m.provider, list(m.takes), m.makes) for m in SYNC_MODELS]
    return [
        {
            "modelArn": f"arn:aws:bedrock:{region}::foundation-model/{model_id}",
            "modelId": model_id,
            "modelName": name,
            "providerName": provider,
            "inputModalities": takes,
            "outputModalities": [makes],
            "responseStreamingSupported": makes == "TEXT",
            "customizationsSupported": [],
            "inferenceTypesSupported": ["ON_DEMAND"],
            "modelLifecycle": {"status": "LEGACY" if "nova-reel" in model_id else "ACTIVE"},
        }
        for model_id, name, provider, takes, makes in rows
    ]
