"""The Output tab: the objects that an invocation wrote, and a preview of the chosen one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from tui.app.widgets.content_pane import ContentPane
from tui.app.widgets.meaning import Meaning
from tui.app.widgets.object_tree import ObjectTree, counted
from tui.app.widgets.problem_line import ProblemLine
from tui.config import Pictures
from tui.engine.source import Outputs
from tui.engine.viewing import View
from tui.model.document import size_text
from tui.model.invocation import Invocation, Key, ago
from tui.model.meaning import Remarks
from tui.model.no_outputs import why_none, why_unlisted
from tui.model.outputs import OutputObject
from tui.model.problem import Problem

_TYPE = re.compile(r"[^·:,]*")
"""What the facts of a preview begin with."""


class OutputsPane(Vertical):
    """Lists objects and previews one. It asks for both by message; the screen answers."""

    @dataclass
    class PreviewWanted(Message):
        """A preview of this object is wanted, or more than was seen before."""

        thing: OutputObject
        before: View | None = None

    def __init__(self, pictures: Pictures) -> None:
        """Begin with nothing.

        Args:
            pictures: What images are drawn with.
        """
        super().__init__()
        self._pictures = pictures
        self._outputs: Outputs | None = None
        self._listed: datetime | None = None
        self._unlisted: tuple[str, Problem] | None = None
        self._is_growing = False
        self.is_for: Key | None = None
        self.view: View | None = None

    def compose(self) -> ComposeResult:
        """A line about the whole, what was made, the objects, and the preview of one."""
        yield ProblemLine(id="summary")
        yield Meaning()
        yield ObjectTree(id="objects")
        yield ProblemLine(id="kind")
        yield ContentPane(self._pictures, "preview")

    def on_mount(self) -> None:
        """Begin with nothing to show."""
        self.begin(None)

    def begin(self, key: Key | None) -> None:
        """Forget the invocation shown before; the objects of this one are asked for."""
        self.is_for = key
        self.tell(())
        self.say("looking…" if key else "")

    @property
    def _tree(self) -> ObjectTree:
        return self.query_one(ObjectTree)

    @property
    def content(self) -> ContentPane:
        """The preview."""
        return self.query_one(ContentPane)

    @property
    def chosen(self) -> OutputObject | None:
        """The object under the cursor."""
        return self._tree.chosen

    # The list --------------------------------------------------------------------------------

    def say(
        self, text: str, style: str = "$foreground-muted", problem: Problem | None = None
    ) -> None:
        """Show a line instead of objects, and the problem that it tells of."""
        self._outputs, self._unlisted = None, None
        self._tree.clear()
        self.query_one("#summary", ProblemLine).say(text, style, problem=problem)
        self._no_preview("")
        self.set_class(True, "-empty")

    def show(self, outputs: Outputs, row: Invocation, now: datetime) -> None:
        """List the objects; cursor, folds and preview stay with theirs."""
        self._listed, self._unlisted = now, None
        self._is_growing = not row.status.is_terminal
        if not outputs.objects:
            self.say(why_none(row, outputs.place))
            return
        before, self._outputs = self._outputs, outputs
        if outputs != before:
            self.set_class(False, "-empty")
            self._tree.show(outputs.objects, now, has_more=not outputs.is_whole)
        self._summarise(now)

    def show_unlisted(self, problem: Problem, row: Invocation, now: datetime) -> None:
        """Say why there is no list, or no newer one: what is listed stays."""
        text = why_unlisted(row, problem)
        if self._outputs is None:
            self.tell(())
            self.say(text, "$text-error", problem)
            return
        self._unlisted = text, problem
        self._summarise(now)
        if self._is_at_more:
            self._about_row()

    def show_ages(self, now: datetime) -> None:
        """Say the relative times that read differently now."""
        if self._outputs is not None:
            self._tree.show_ages(now)
            self._summarise(now)

    def _summarise(self, now: datetime) -> None:
        assert self._outputs is not None
        tree, is_whole = self._tree, self._outputs.is_whole
        count = counted(tree.count) if is_whole else f"the first {counted(tree.count)}"
        if self._unlisted and self._listed:
            why, problem = self._unlisted
            text = f"{count}, as of {ago(self._listed, now)} · {why}"
            self.query_one("#summary", ProblemLine).say(text, "$text-warning", problem=problem)
            return
        so_far = " so far" * (is_whole and self._is_growing)
        text = f"{count}{so_far} · {size_text(tree.total)} · {self._outputs.place}"
        self.query_one("#summary", ProblemLine).say(text, "$foreground-muted")

    def tell(self, remarks: Remarks) -> None:
        """Say above the objects what the model made."""
        self.query_one(Meaning).tell(remarks)

    def on_object_tree_more_wanted(self) -> None:
        """Say that the screen asks for more."""
        self._no_preview("listing…")

    # The preview -----------------------------------------------------------------------------

    def on_object_tree_object_highlighted(self, event: ObjectTree.ObjectHighlighted) -> None:
        """Ask for the preview of the object under the cursor, unless it is there already."""
        event.stop()
        thing = self.chosen
        if thing is None:
            self._about_row()
        elif not (self.view and self.view.thing == thing):
            if not (self.view and self.view.thing.uri == thing.uri):  # it is another one now
                self._no_preview(f"{thing.name} · reading…")
            self.post_message(self.PreviewWanted(thing))

    def _about_row(self) -> None:
        """Say what is under the cursor, where it is no object."""
        about = ""
        if folder := self._tree.folder:
            about = f"{folder.path} · {self._tree.counted_in(folder)} · {size_text(folder.size)}"
        self._no_preview(about)

    @property
    def _is_at_more(self) -> bool:
        """Whether the cursor is on the row that lists more."""
        return bool(self._outputs) and self._tree.chosen is None and self._tree.folder is None

    async def show_content(self, view: View) -> None:
        """Preview an object; more of it, or what it has become, from where one reads."""
        thing = view.thing
        if self.chosen != thing:
            return
        stays = self.view is not None
        self._say_about(f"{thing.name} · {_about(view)}", view)
        if type_ := _TYPE.match(view.preview.facts):
            self._tree.learn(thing, type_[0].strip())
        await self.content.show_lines(view, stays=stays)

    def remark(self, view: View, text: str) -> None:
        """Say more of the object that is previewed, if that is this one still."""
        if text and self.view is view:
            self._say_about(f"{view.thing.name} · {_about(view)} · {text}", view)

    def show_problem(self, problem: Problem) -> None:
        """Say why there is no preview; one that is there stays."""
        if self.view:
            self._say_about(problem.one_line, self.view, "$text-error", problem)
        else:
            self._no_preview(problem.one_line, "$text-error", problem)

    def read_more(self) -> None:
        """Ask for more of the object that is previewed, if there is more."""
        if self.view and self.view.has_more:
            self.post_message(self.PreviewWanted(self.view.thing, self.view))

    def _no_preview(
        self, about: str, style: str = "$foreground-muted", problem: Problem | None = None
    ) -> None:
        self._say_about(about, None, style, problem)
        self.content.show_nothing()

    def _say_about(
        self,
        about: str,
        view: View | None,
        style: str = "$foreground-muted",
        problem: Problem | None = None,
    ) -> None:
        self.view = view
        self.query_one("#kind", ProblemLine).say(about, style, problem=problem)
        self.screen.refresh_bindings()  # there is more to be read, or no more


def _about(view: View) -> str:
    """What an object is, and how much of it is shown."""
    size, read = size_text(view.thing.size), size_text(len(view.head))
    part = f"{read} of " if view.preview.grows and len(view.head) < view.thing.size else ""
    return f"{view.preview.facts} · {part}{size}"
