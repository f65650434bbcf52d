"""The context picker: those that are open, were open, or stand in the files; and their regions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import App
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input

from tui.app.bindings import bindings, keyed, written
from tui.app.screens.confirm import ConfirmScreen
from tui.app.screens.picker import PickerScreen
from tui.app.screens.working import ASKING, GOES_ON, UNANSWERED, WorkingScreen
from tui.app.text import safe
from tui.config import ConfigError
from tui.engine import recalling
from tui.engine.contexts import Contexts
from tui.engine.session import Engine
from tui.model.context_list import ContextEntry, Place, Recents, closeness, entries
from tui.model.dialog_actions import CONTEXTS
from tui.model.problem import Problem, ProblemError
from tui.model.text import cell_width, fit, printable

T = TypeVar("T")

MOST_NAME_CELLS, REGION_CELLS = 40, 15

FOR_GOOD = (
    "It has no region, so only a start without one opens it again; the ledger keeps its rows."
)

_BESIDE = 8
"""Cells of the dialog's border and padding, and between its columns."""


async def choose(app: App[int], contexts: Contexts) -> None:
    """Have a context chosen, open it beside the others if it is not, and make it the active one.

    Raises:
        ProblemError: The ledger failed, or its endpoint URL or region is none.
    """
    recents = await recalling.recall(contexts)
    named = await _understood(partial(recalling.named, contexts))
    words, region = "", ""
    while not region:
        screen = ContextScreen(contexts, recents, named, words)
        if (chosen := await app.push_screen_wait(screen)) is None:
            return
        words, place = screen.words, screen.place_of(chosen)
        region = place.region
        if region and not screen.is_region_asked:
            break
        own = [place.region, *(each.region for each in recents.places if each.name == place.name)]
        known = await recalling.regions()
        asking = RegionScreen(place.name, [each for each in own if each], known)
        typed = await app.push_screen_wait(asking)
        region = (typed or "").lower()  # without one, back to the contexts
    wanted = Place(place.name, region)
    for engine in contexts.open_ones:
        if recalling.place_of(engine).id == wanted.id:
            contexts.activate(engine)
            break
    else:
        context = await _understood(partial(contexts.named, place.name, region))
        engine = await contexts.open_beside(context)
        contexts.activate(engine)
        if engine.context.label != context.label and not engine.context.alias:
            text = f"{context.label} goes where {engine.context.label} does, which is open already"
            app.notify(printable(f"{text}: its defaults hold"), markup=False)
    await contexts.close_unplaced()
    await recalling.recall(contexts)


class ContextScreen(PickerScreen[ContextEntry]):
    """Chooses a context, and closes those that are open."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(CONTEXTS)

    HEADING = "Contexts"
    HINT = "letters of a profile, region or account; or any profile"
    ASKED = "the AWS files are being read…"
    IS_BEST_FIRST = True
    KEYS = (
        "{enter} choose   {contexts.region} another region   {contexts.close} close it   "
        "{dialog.close} cancel"
    )

    def __init__(
        self, contexts: Contexts, recents: Recents, named: Sequence[Place], words: str = ""
    ) -> None:
        """List the contexts.

        Args:
            contexts: Those that are open.
            recents: Those that were.
            named: Those of config.toml.
            words: What is typed already.
        """
        self._contexts = contexts
        self._recents = recents
        self._named = named
        self._profiles: Sequence[Place] = ()
        self._longest_name = 0
        self.is_region_asked = False
        self.words = words
        super().__init__(recalling.place_of(contexts.active).id)

    def on_mount(self) -> None:
        """Have what was typed before stand there again."""
        self._words.value = self.words

    @on(Input.Changed, "#words")
    def _keep_words(self, event: Input.Changed) -> None:
        self.words = event.value

    def place_of(self, chosen: str) -> Place:
        """What an entry, or a typed name, stands for; a typed one may have a region behind it."""
        found = (entry.place for entry in self._known if entry.place.id == chosen)
        name, _, region = chosen.partition(" ")
        return next(found, Place(name, region.strip()))

    async def ask(self) -> None:
        """See ``PickerScreen``."""
        self._profiles = await recalling.of_files()

    def refused(self, problem: Problem) -> str:
        """See ``PickerScreen``."""
        return f"the AWS files are not read: {problem.one_line}"

    def entries(self) -> list[ContextEntry]:
        """See ``PickerScreen``."""
        opened = recalling.opened(self._contexts)
        found = entries(opened, self._recents, self._named, self._profiles)
        self._longest_name = max(cell_width(printable(entry.place.name)) for entry in found)
        return found

    def matching(self, known: Sequence[ContextEntry], words: str) -> list[ContextEntry]:
        """See ``PickerScreen``."""
        return best(known, words, lambda entry: entry.text)

    def name_of(self, entry: ContextEntry) -> str:
        """Its id: two contexts may have one name."""
        return entry.place.id

    def line(self, entry: ContextEntry) -> Content:
        """Its name, its region, and what is known of it."""
        place = entry.place
        style = "$text-accent" if entry.is_open else "$foreground-muted"
        region = printable(place.region or "region ?")
        return (
            safe(f"{fit(printable(place.name), self._name_cells)} ", keep_lines=False)
            + safe(f"{fit(region, REGION_CELLS)} ", keep_lines=False)
            + safe(printable(entry.marks), style, keep_lines=False)
        )

    @property
    def _name_cells(self) -> int:
        """As many as the longest name has, where they leave the region its own."""
        room = self.app.size.width - REGION_CELLS - _BESIDE
        return min(self._longest_name, MOST_NAME_CELLS, max(room, 1))

    def about(self, entry: ContextEntry) -> str:
        """Where it is written down, whose it is, and what the keys do with it."""
        place = entry.place
        enter = written("enter")
        whose = f"account {place.account}" if place.account else "account not known yet"
        role = f"as {place.role}" if place.role else ""
        what = (
            f"{enter} makes it the active one"
            if entry.is_open and place.region
            else f"{enter} opens it beside the others"
        )
        does = "what is new goes there" if entry.is_active else what
        lines = [f"{place.name} · {place.region or f'no region: {enter} asks for one'}"]
        lines += [" · ".join(filter(None, (whose, role, entry.origin))), does]
        return "\n".join(lines)

    def about_typed(self, name: str) -> str:
        """That it is taken."""
        return (
            f"{written('enter')} takes {name} as the name of a profile"
            if name
            else "type a profile's name"
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Close what is open, as long as another one is; else the key is the words'."""
        if action != "close":
            return super().check_action(action, parameters)
        entry = self._highlighted if self.is_mounted else None
        return entry is not None and entry.is_open and not self._contexts.is_one

    def action_region(self) -> None:
        """Choose it in another region."""
        self.is_region_asked = True
        entry, typed = self._highlighted, self._words.value.strip()
        if chosen := (self.name_of(entry) if entry is not None else typed):
            self.dismiss(chosen)

    @work(exclusive=True, group=ASKING, exit_on_error=False)
    async def action_close(self) -> None:
        """Close the context under the cursor, once the loss of answers is agreed to."""
        entry = self._highlighted
        engine = self._engine_of(entry) if entry else None
        if engine is None or not await self._may_close(engine):
            return
        await self._contexts.close_one(engine)
        self._known = self.entries()
        self._current = recalling.place_of(self._contexts.active).id
        self._show()

    def _engine_of(self, entry: ContextEntry) -> Engine | None:
        each_id = ((each, recalling.place_of(each).id) for each in self._contexts.open_ones)
        return next((each for each, name in each_id if name == entry.place.id), None)

    async def _may_close(self, engine: Engine) -> bool:
        waiting = engine.unkept_answers - engine.ledger.unwritten
        screens = [each for each in self.app.screen_stack if isinstance(each, WorkingScreen)]
        lost = []
        question = f"Close {engine.context.title} while outputs are saved?"
        if any(screen.saves_for(engine) for screen in screens):
            lost.append(keyed(f"Saving its outputs stops then; {GOES_ON}."))
        if waiting:
            answers = "an answer is" if waiting == 1 else f"{waiting} answers are"
            question = f"Close {engine.context.title} while {answers} waited for?"
            lost.append(UNANSWERED)
        if self._contexts.closes_for_good(engine):
            question = question if lost else f"Close {engine.context.title}, with its rows?"
            lost.append(FOR_GOOD)
        if not lost:
            return True
        is_agreed = await self.app.push_screen_wait(ConfirmScreen(question, "\n".join(lost)))
        return is_agreed is True


class RegionScreen(PickerScreen[str]):
    """Chooses a region for a context."""

    HINT = "letters of a region; or any region"
    IS_BEST_FIRST = True

    def __init__(self, name: str, own: Sequence[str], known: Sequence[str]) -> None:
        """List the regions.

        Args:
            name: The context's.
            own: The regions that it has, or had; they come first.
            known: Those where Bedrock is offered.
        """
        self.HEADING = f"Region for {printable(name)}"
        self._own = list(dict.fromkeys(own))
        self._offered = known
        super().__init__(self._own[0] if self._own else "us-east-1")

    @property
    def is_asked(self) -> bool:
        """See ``PickerScreen``: nobody is asked."""
        return True

    async def ask(self) -> None:
        """See ``PickerScreen``."""

    def refused(self, problem: Problem) -> str:
        """See ``PickerScreen``."""
        return problem.one_line

    def entries(self) -> list[str]:
        """See ``PickerScreen``."""
        return list(dict.fromkeys((*self._own, *self._offered)))

    def matching(self, known: Sequence[str], words: str) -> list[str]:
        """See ``PickerScreen``."""
        return best(known, words, str)

    def name_of(self, entry: str) -> str:
        """The region."""
        return entry

    def line(self, entry: str) -> Content:
        """The region, and whether it is the context's own."""
        mark = "own or recent" if entry in self._own else ""
        return safe(f"{fit(printable(entry), REGION_CELLS)} {mark}", keep_lines=False)

    def about(self, entry: str) -> str:
        """Whether Bedrock is there."""
        if entry in self._offered:
            return f"{entry}: Bedrock is offered"
        return self.about_typed(entry)

    def about_typed(self, name: str) -> str:
        """That it is taken, and what speaks against it."""
        if not name:
            return "type the name of a region"
        doubt = "" if name in self._offered else f"\nthe SDK knows of no Bedrock in {name}"
        return f"{written('enter')} takes {name} as it is{doubt}"


def best(known: Sequence[T], words: str, text: Callable[[T], str]) -> list[T]:
    """Those in whose text the letters occur in this order, the best first; all for no letters."""
    letters = words.strip()
    if not letters:
        return list(known)
    close = ((closeness(letters, text(each)), each) for each in known)
    kept = [(found, each) for found, each in close if found is not None]
    return [each for _, each in sorted(kept, key=lambda pair: pair[0])]


async def _understood(read: Callable[[], T]) -> T:
    """What config.toml, the AWS files and the flags come to, read in a thread.

    Raises:
        ProblemError: They name an endpoint or a region that is none.
    """
    try:
        return await asyncio.to_thread(read)
    except ConfigError as error:
        remedy = "mend it in config.toml, the flag or variable that names it, or what was typed"
        problem = Problem(kind="ConfigError", message=str(error), remedy=remedy)
        raise ProblemError(problem) from error
