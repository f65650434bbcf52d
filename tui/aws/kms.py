"""KMS: the aliases of the region's keys. Encrypts nothing."""

from __future__ import annotations

from tui.aws.errors import problems
from tui.aws.session import Session
from tui.model.key_alias import KeyAlias

MOST = 1000
"""Aliases, at most."""

_AWS_S_OWN = "alias/aws/"


async def list_aliases(session: Session) -> list[KeyAlias]:
    """The aliases that stand for a key, at most ``MOST``: by name, AWS's own last.

    Raises:
        ProblemError: KMS refused (``kms:ListAliases``) or could not be reached.
    """
    found: list[KeyAlias] = []
    arguments: dict[str, object] = {"Limit": 100}
    with problems("ListAliases", session.context):
        client = await session.client("kms")
        while len(found) < MOST:
            answer = await client.list_aliases(**arguments)
            found += [
                KeyAlias(entry["AliasName"], entry["AliasArn"])
                for entry in answer.get("Aliases", [])
                if entry.get("TargetKeyId")
            ]
            if not answer.get("Truncated"):
                break
            arguments["Marker"] = answer["NextMarker"]
    return sorted(found[:MOST], key=lambda alias: (alias.name.startswith(_AWS_S_OWN), alias.name))
