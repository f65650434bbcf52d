"""Outputs read in a thread with an event loop, and connections, of its own: no key waits for it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TypeVar

from tui.aws.session import Session
from tui.engine import loop
from tui.engine.session import Engine
from tui.engine.source import Bucket, Store
from tui.model.invocation import Invocation

T = TypeVar("T")

SourceOf = Callable[[Invocation], Store]


async def elsewhere(engine: Engine, work: Callable[[SourceOf], Coroutine[object, object, T]]) -> T:
    """Do work with the sources of an engine that is read in this loop; see ``loop.elsewhere``.

    Args:
        engine: Whose invocations are read.
        work: Is given where the outputs of an invocation are read.
    """
    engine.aws.signing.bind()

    async def there() -> T:
        session = Session(engine.context, engine.aws.signing, stays=False)

        def source_of(invocation: Invocation) -> Store:
            source = engine.source_of(invocation)
            return Bucket(session) if isinstance(source, Bucket) else source

        try:
            return await work(source_of)
        finally:
            await session.close()

    return await loop.elsewhere(there)
