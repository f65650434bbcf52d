"""Bedrock's control plane: the models that the account sees in the region."""

from __future__ import annotations

from datetime import datetime

from tui.aws.errors import problems
from tui.aws.session import Session
from tui.model.invocation import utc
from tui.model.model_list import FoundationModel


async def list_foundation_models(session: Session) -> list[FoundationModel]:
    """Every foundation model of the region, in the service's order; the list has one page.

    Raises:
        ProblemError: AWS refused (``bedrock:ListFoundationModels``) or could not be reached.
    """
    with problems("ListFoundationModels", session.context):
        client = await session.client("bedrock")
        answer = await client.list_foundation_models()
        return [
            FoundationModel(
                model_id=summary["modelId"],
                name=summary.get("modelName", ""),
                provider=summary.get("providerName", ""),
                status=summary.get("modelLifecycle", {}).get("status", ""),
                legacy_time=_moment(summary.get("modelLifecycle", {}).get("legacyTime")),
                end_of_life_time=_moment(summary.get("modelLifecycle", {}).get("endOfLifeTime")),
                takes=tuple(summary.get("inputModalities", ())),
                makes=tuple(summary.get("outputModalities", ())),
            )
            for summary in answer.get("modelSummaries", [])
        ]


def _moment(told: datetime | None) -> datetime | None:
    return utc(told) if told else None
