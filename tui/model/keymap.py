"""Which keys do what, once a person has changed some; and what speaks against such a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product

from tui.model import actions, dialog_actions
from tui.model.action import Action
from tui.model.key_names import is_typed, key_fault, name_of, prose

UNBOUND = "<ignore>"
"""Stands for no key: Textual's name for one that nobody presses."""

Changed = Mapping[str, str]
"""Keys by the id of their action, as config.toml has them; empty for none."""

NEEDED = frozenset({"app.back", "app.help", "app.quit", "dialog.close", "dialog.no", "dialog.yes"})
"""The ids of what must have a key, or one could not find out."""

_ACROSS = ("left", "right", "home", "end")

FIELD_KEYS = frozenset(
    {f"{held}{key}" for held in ("", "shift+", "ctrl+", "ctrl+shift+") for key in _ACROSS}
    - {"ctrl+home", "ctrl+end", "ctrl+shift+home", "ctrl+shift+end"}
    | {f"ctrl+{letter}" for letter in "adekuvw"}
    | {"backspace", "delete", "enter"}
)
"""What a text field takes for itself; ctrl+x it leaves alone while nothing is selected."""

_ALONG = ("up", "down", "shift+up", "shift+down", "pageup", "pagedown")

AREA_KEYS = FIELD_KEYS | {*_ALONG, "f6", "f7"}
"""The same of a field with many lines."""

SCROLL_KEYS = frozenset(
    {"up", "down", "left", "right", "home", "end", "pageup", "pagedown"}
    | {"ctrl+pageup", "ctrl+pagedown"}
)
"""What a text that scrolls takes for itself."""

LIST_KEYS = frozenset(("up", "down", "home", "end", "pageup", "pagedown", "enter"))
"""What a list takes for itself."""


@dataclass(frozen=True)
class Reach:
    """What can be done from one screen.

    Attributes:
        name: The screen's.
        own: What is done wherever the focus is.
        widgets: What is done where one of its widgets has the focus; there it goes first.
        typed: The keys that its text fields take; empty where there is none.
        listed: The keys that its list takes.
        scrolled: The keys that its text takes, which may be longer than the screen.
    """

    name: str
    own: tuple[Action, ...]
    widgets: tuple[tuple[Action, ...], ...] = ()
    typed: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    scrolled: frozenset[str] = frozenset()

    @property
    def actions(self) -> Iterator[Action]:
        """All of them."""
        return chain(self.own, *self.widgets)

    def overlaps(self, keymap: Keymap) -> dict[tuple[str, str], str]:
        """The key that two actions have which one could mean at once, by their ids."""
        at_once = chain(
            combinations(self.own, 2),
            *(combinations(each, 2) for each in self.widgets),
            *(product(self.own, each) for each in self.widgets),
        )
        found: dict[tuple[str, str], str] = {}
        for one, other in at_once:
            both = [key for key in keymap.keys(one) if key in keymap.keys(other)]
            if one.id != other.id and both:
                found.setdefault((one.id, other.id), both[0])
        return found


REACHES = (
    Reach(
        "the table",
        actions.DETAIL + actions.TABLE + actions.EVERYWHERE,
        (
            actions.MOVE + actions.ACROSS + actions.MARK,
            actions.MOVE + actions.LINES,
            actions.TREE,
            actions.FAILING,
        ),
        typed=FIELD_KEYS,
    ),
    Reach("the form", actions.FORM + actions.EDIT, typed=AREA_KEYS),
    Reach("one object", actions.VIEWER, (actions.MOVE + actions.LINES,), typed=FIELD_KEYS),
    Reach("many invocations", actions.MANY, (actions.MOVE,), typed=FIELD_KEYS),
    Reach("the doctor", actions.DOCTOR),
    Reach("an error", dialog_actions.PROBLEM, scrolled=SCROLL_KEYS),
    Reach("the columns", dialog_actions.COLUMN_KEYS, listed=LIST_KEYS),
    Reach("a list of names", dialog_actions.MODELS, typed=FIELD_KEYS),
    Reach("the contexts", dialog_actions.CONTEXTS, typed=FIELD_KEYS),
    Reach("the templates", dialog_actions.TEMPLATES, listed=LIST_KEYS),
    Reach("the drafts", dialog_actions.DRAFTS, listed=LIST_KEYS),
    Reach("a choice", dialog_actions.CHOICE, typed=FIELD_KEYS),
    Reach("a question", dialog_actions.ASKED, typed=FIELD_KEYS),
    Reach("a confirmation", dialog_actions.CONFIRM),
    Reach("the help", dialog_actions.HELP_KEYS, typed=FIELD_KEYS, scrolled=SCROLL_KEYS),
    Reach("a text", dialog_actions.OVERLAY, scrolled=SCROLL_KEYS),
)
"""Every screen and dialog."""

BY_ID: Mapping[str, tuple[Action, ...]] = {
    each.id: tuple(one for reach in REACHES for one in reach.actions if one.id == each.id)
    for reach in REACHES
    for each in reach.actions
}
"""The actions that an id stands for, wherever they stand."""


@dataclass(frozen=True)
class Keymap:
    """The keys of all actions.

    Attributes:
        changed: Those that a person has changed.
    """

    changed: Changed = field(default_factory=dict)

    def keys(self, action: Action) -> tuple[str, ...]:
        """The keys of an action, the one that is shown first; none where it has none."""
        text = self.changed.get(action.id)
        return action.key_list if text is None else keys_of(text)

    def prose(self, name: str, where: Sequence[Action] = (), *, in_words: bool = False) -> str:
        """The first key of an action as a sentence has it, or the way to it through the palette.

        Args:
            name: Its id.
            where: The actions of the screen that is meant, where others have other keys.
            in_words: See ``key_names.prose``.
        """
        action = next((each for each in where if each.id == name), BY_ID[name][0])
        if keys := self.keys(action):
            return prose(keys[0], in_words=in_words)
        palette = [prose(key, in_words=in_words) for key in self.keys(actions.PALETTE)]
        return " ".join([*palette[:1], action.label])

    @property
    def for_textual(self) -> dict[str, str]:
        """The changed ones as ``App.set_keymap`` takes them."""
        return {name: ",".join(keys_of(text)) or UNBOUND for name, text in self.changed.items()}


def keys_of(text: str) -> tuple[str, ...]:
    """The names of keys that stand in a text with commas between them; a comma is ``comma``."""
    return tuple(name_of(part.strip()) for part in text.split(",") if part.strip())


def id_fault(name: str) -> str:
    """What is wrong with an id, with the nearest one that there is; empty where nothing is."""
    if name in BY_ID:
        return ""
    import difflib  # a file without a fault needs it not

    ends = {each.partition(".")[2]: each for each in BY_ID}
    near = difflib.get_close_matches(name, list(BY_ID), n=1, cutoff=0.6)
    by_end = difflib.get_close_matches(name.rpartition(".")[2], list(ends), n=1, cutoff=0.8)
    meant = near or [ends[each] for each in by_end]
    told = f"did you mean {meant[0]}?" if meant else "config.example.toml lists them all"
    return f"is no action; {told}"


def fault(name: str, text: str) -> str:
    """What is wrong with an action's new keys by themselves; empty where nothing is."""
    if what := id_fault(name):
        return what
    keys = keys_of(text)
    if text.strip() and not all(map(str.strip, text.split(","))):
        return "has a comma with no key beside it: the key of a comma is named comma"
    if not keys:
        return "needs a key, or nobody would find the way" if name in NEEDED else ""
    allowed = frozenset(key for each in BY_ID[name] for key in each.key_list)
    faults = filter(None, (key_fault(key, allowed) for key in keys))
    return next(faults, "") or next(_unusable(name, keys), "")


def _unusable(name: str, keys: Sequence[str]) -> Iterator[str]:
    """Why keys would do nothing somewhere."""
    for reach in REACHES:
        for action in reach.own:
            if action.id != name:
                continue
            for key in keys:
                if key not in action.key_list and (why := _taken(key, action, reach)):
                    yield f"{_told(key)} {why}, in {reach.name}"
            if reach.typed and _works(action.key_list, reach) and not _works(keys, reach):
                told = f"{_told(keys[0])} is for the text fields of {reach.name}"
                yield f"{told}: name one beside it that they leave alone, such as f8"


def _taken(key: str, action: Action, reach: Reach) -> str:
    """What a key does on a screen, which an action of it would keep from it, or it from that."""
    if key in reach.listed:
        return "is what the list takes for itself"
    if key in reach.scrolled:
        return "is what scrolls the text"
    if action.is_first and is_typed(key):
        return "could not be typed any more"
    return (
        "is what the text field takes for itself" if action.is_first and key in reach.typed else ""
    )


def _told(key: str) -> str:
    """A key as a fault in config.toml tells of it, on any terminal."""
    return prose(key, in_words=True)


def _works(keys: Sequence[str], reach: Reach) -> bool:
    """Whether one of the keys does something while a text field has the focus."""
    return any(not is_typed(key) and key not in reach.typed for key in keys)


def conflicts(changed: Changed) -> dict[str, str]:
    """What is wrong with changed keys beside one another, and beside the others, by id."""
    before, after = Keymap(), Keymap(changed)
    found: dict[str, str] = {}
    for reach in REACHES:
        held = reach.overlaps(before)
        for (one, other), key in reach.overlaps(after).items():
            if (one, other) in held:
                continue
            name, its = (one, other) if one in changed else (other, one)
            found.setdefault(name, f"{_told(key)} is the key of {its}, too, in {reach.name}")
    return found
