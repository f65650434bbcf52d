"""The palette: what can be done on a screen now, by name, out of the registry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.actions import parse
from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from tui.app.app import AsyncInvokeApp
from tui.app.bindings import current, written
from tui.app.screens.dead_keys import bound
from tui.app.screens.working import WorkingScreen
from tui.model.action import Action
from tui.model.actions import ACROSS, MOVE, PALETTE, SCREENS

LEFT_OUT = frozenset(action.id for action in (*MOVE, *ACROSS, PALETTE))
"""What nobody looks for by name."""


@dataclass(frozen=True)
class Offer:
    """Something that can be done.

    Attributes:
        action: What.
        keys: The keys that do it.
        run: Does it.
    """

    action: Action
    keys: str
    run: Callable[[], Awaitable[object]]

    @property
    def title(self) -> Content:
        """Its name, and its keys."""
        return Content.assemble(self.action.label, (f"  {self.keys}", "$foreground-muted"))


def offers(screen: WorkingScreen[object]) -> list[Offer]:
    """What would do something on a screen, as it is before the palette lies over it."""
    found: dict[str, Offer] = {}
    for _, actions in SCREENS[screen.help_name]:
        for action in actions:
            if action.id in LEFT_OUT or action.id in found:
                continue
            if (node := _who_does(action, screen)) is not None:
                keys = written(*current().keys(action))
                found[action.id] = Offer(action, keys, _running(screen.app, node, action))
    return list(found.values())


def _who_does(action: Action, screen: WorkingScreen[object]) -> DOMNode | None:
    """The screen, the app, or the widget with the focus; None where it would do nothing."""
    namespace, name, parameters = parse(action.action)
    node: DOMNode | None = {"screen": screen, "app": screen.app}.get(namespace)
    if not namespace:
        binds = (each for each, binding in bound(screen) if binding.id == action.id)
        node = next(binds, None)
    if name == "suspend_process" and screen.app.is_web:
        return None  # there is no shell to go to
    if node is None or not node.check_action(name, parameters):
        return None
    return None if node is screen and screen.explains(name) else node


def _running(app: App[object], node: DOMNode, action: Action) -> Callable[[], Awaitable[object]]:
    return lambda: app.run_action(action.action, node)


class Offers(Provider):
    """Finds them by their names and by what they do."""

    @property
    def _offers(self) -> list[Offer]:
        return self.app.palette_offers if isinstance(self.app, AsyncInvokeApp) else []

    async def discover(self) -> Hits:
        """All of them, in their order."""
        for offer in self._offers:
            yield DiscoveryHit(offer.title, offer.run, offer.action.label, offer.action.help)

    async def search(self, query: str) -> Hits:
        """Those whose name has the letters first, then those whose help has the words."""
        matcher = self.matcher(query)
        for offer in self._offers:
            action = offer.action
            by_name = matcher.match(action.label)
            if by_name or query.strip().casefold() in action.help.casefold():
                score = by_name + 1 if by_name else 1
                yield Hit(score, offer.title, offer.run, action.label, action.help)
