"""The endpoint picker: those asked last, and the account's, with their kind and state."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.app.bindings import written
from tui.app.screens.picker import NAME_CELLS, PickerScreen
from tui.app.text import safe
from tui.engine.session import Engine
from tui.model import endpoint_list
from tui.model.endpoint import Endpoint
from tui.model.endpoint_list import EndpointEntry
from tui.model.form import AT_ENDPOINT
from tui.model.problem import Problem
from tui.model.recent import recent_models
from tui.model.text import fit, printable

BESIDE_CELLS = 22
"""What a window has besides the names, at least: the state, and the dialog's edges."""

MIN_CELLS = 12
"""What a name has of a line, at least."""


class EndpointScreen(PickerScreen[EndpointEntry]):
    """Chooses an endpoint."""

    HEADING = "Endpoints"
    HINT = "words, or any name"
    ASKED = "the account's endpoints are being asked for…"

    def __init__(self, engine: Engine, current: str) -> None:
        """List the endpoints.

        Args:
            engine: What it knows of them.
            current: The form's endpoint.
        """
        self._engine = engine
        self._recent = recent_models(engine.board, operation=AT_ENDPOINT)
        self._listed: Sequence[Endpoint] | None = None
        super().__init__(current)

    async def ask(self) -> None:
        """See ``PickerScreen``."""
        self._listed = await self._engine.offers.endpoints()

    def refused(self, problem: Problem) -> str:
        """See ``PickerScreen``."""
        if problem.kind == "AccessDeniedException":
            return "the account's are not shown: no sagemaker:ListEndpoints; type any name"
        return f"the account's are not shown: {problem.one_line}"

    def entries(self) -> list[EndpointEntry]:
        """See ``PickerScreen``."""
        return endpoint_list.entries(self._recent, self._listed)

    def matching(self, known: Sequence[EndpointEntry], words: str) -> list[EndpointEntry]:
        """See ``PickerScreen``."""
        return endpoint_list.matching(known, words)

    def name_of(self, entry: EndpointEntry) -> str:
        """Its name."""
        return entry.endpoint.name

    def line(self, entry: EndpointEntry) -> Content:
        """Its name, and what to know of it."""
        style = "$text-warning" if entry.is_doubtful else "$foreground-muted"
        room = self.app.size.width - BESIDE_CELLS
        name = fit(printable(entry.endpoint.name), max(MIN_CELLS, min(NAME_CELLS, room)))
        marks = safe(printable(entry.marks), style, keep_lines=False)
        return safe(f"{name} ", keep_lines=False) + marks

    def about(self, entry: EndpointEntry) -> str:
        """Its state, where it writes, and why a request may wait there."""
        endpoint = entry.endpoint
        kind = "takes InvokeEndpointAsync" if endpoint.is_async else ""
        output = f"writes to {endpoint.output_path}" if endpoint.output_path else ""
        lines = [" · ".join(filter(None, (kind, endpoint.state))), output, endpoint.hint]
        return "\n".join(filter(None, lines)) or endpoint.name

    def about_typed(self, name: str) -> str:
        """That it is taken."""
        return (
            f"{written('enter')} takes {name} as it is" if name else "type the name of an endpoint"
        )
