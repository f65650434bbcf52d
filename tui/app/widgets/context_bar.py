"""The first line: the program, where calls go, and how fresh the data is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from tui.app.text import safe
from tui.engine.session import Engine
from tui.model.invocation import ago


class ContextBar(Horizontal):
    """Profile, region, account and endpoint on the left; pending count and age on the right."""

    def __init__(self, engine: Engine, title: str) -> None:
        super().__init__()
        self._engine = engine
        self._title = title
        self._shown: tuple[str, str] = ("", "")

    def compose(self) -> ComposeResult:
        """A title where there is room, a part that may be cut, and one that is not."""
        yield Static(self._title, id="title", markup=False)
        yield Static(id="where", markup=False)
        yield Static(id="freshness", markup=False)

    def on_mount(self) -> None:
        """Show what is known already."""
        self.update_bar()

    def update_bar(self) -> None:
        """Repaint the parts that read differently now."""
        where, freshness = self._where(), self._freshness()
        if (where, freshness) == self._shown:
            return
        self._shown = (where, freshness)
        self.query_one("#where", Static).update(safe(where, keep_lines=False))
        self.query_one("#freshness", Static).update(safe(freshness, keep_lines=False))
        self.set_class(self._engine.problem is not None, "-stale")

    def _where(self) -> str:
        context, identity = self._engine.context, self._engine.identity
        parts = [context.title, identity.account if identity else "account ?"]
        if context.endpoint_url:
            parts.append(context.endpoint_url.partition("://")[2])
        return " · ".join(parts)

    def _freshness(self) -> str:
        engine = self._engine
        pending = sum(row.is_pending for row in engine.board)
        count = f"{pending} pending"
        if engine.heard is None:
            known = max((row.heard for row in engine.board if row.heard), default=None)
            age = f"as of {ago(known, engine.clock())}, " if known else ""
            return f"{count} · {age}{'no answer' if engine.problem else 'asking…'} "
        age = ago(engine.heard, engine.clock())
        return f"{count} · {'stale, heard' if engine.problem else 'updated'} {age} "
