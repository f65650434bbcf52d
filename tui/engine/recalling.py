"""Which contexts there are, and which were open: from the ledger, config.toml and the AWS files."""

from __future__ import annotations

import asyncio

from tui.aws import profiles
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.context import ENVIRONMENT
from tui.model.context_list import Place, Recents

RECENT = "contexts"
"""The name that the recent contexts are remembered under."""


def place_of(engine: Engine) -> Place:
    """An open context, with who we are there as far as AWS has said so."""
    context, who = engine.context, engine.identity
    name = context.name or context.called
    account, role = (who.account, who.role) if who else ("", "")
    return Place(name, context.region or "", account, role)


def opened(contexts: Contexts) -> list[Place]:
    """Those that are open, the active one first."""
    ordered = sorted(contexts.open_ones, key=lambda engine: engine is not contexts.active)
    return [place_of(engine) for engine in ordered]


def named(contexts: Contexts) -> list[Place]:
    """Those of config.toml, and that of the environment's keys where they have one of their own.

    Raises:
        ConfigError: The endpoint URL of one is none.
    """
    names = [*contexts.settings.contexts]
    names += [ENVIRONMENT] if contexts.named(ENVIRONMENT).is_environment else []
    return [Place(name, contexts.named(name).region or "") for name in names]


async def recall(contexts: Contexts) -> Recents:
    """Those that were open, and are; remembered from now on.

    Raises:
        ProblemError: The ledger failed.
    """
    choices = contexts.ledger.choices
    recents = await asyncio.to_thread(choices.load, RECENT, Recents())
    now = recents.after(place for place in opened(contexts) if place.name != ENVIRONMENT)
    if now != recents:
        await choices.save(RECENT, now)
    return now


async def of_files() -> list[Place]:
    """Every profile of the AWS files.

    Raises:
        ProblemError: A file cannot be read.
    """
    found = await asyncio.to_thread(profiles.profiles)
    return [Place(each.name, each.region, each.account, each.role) for each in found]


async def regions() -> list[str]:
    """The regions where the SDK knows of Bedrock."""
    return await asyncio.to_thread(profiles.bedrock_regions)
