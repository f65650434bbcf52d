"""The draft behind the form: what the fields begin with, and whether what is typed is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from msgspec.structs import asdict, replace

from tui.app.bindings import keyed
from tui.app.widgets.request_fields import RequestFields
from tui.engine.draft import KEEP_SECONDS, OpenDraft
from tui.engine.opening import Opened
from tui.engine.session import Engine
from tui.ledger.drafts import Draft
from tui.model import document, form
from tui.model.catalogue import model_named
from tui.model.form import AT_ENDPOINT, MODEL_INPUT, OPERATION, WAITED_FOR
from tui.model.problem import Problem, ProblemError

ALREADY_SENT = (
    "this was sent already under its token; {form.start-over} starts over, or empty the token"
)

ALREADY_SENT_TO_ENDPOINT = (
    "this was sent already under its ID; {form.start-over} starts over, or empty the ID"
)

ALREADY_ASKED = "asked already: sent again, it is charged for again; {form.start-over} starts over"

ASKED = "asked"
"""What a draft holds besides: the token of a question, while it stands there as it was asked."""

AS_NEW = "this form is as new already"

BESIDE = "what stood here is a draft of its own: {form.drafts} lists it"

BESIDE_WITHOUT_INPUT = "what stood here is a draft without its input; {edit.undo} brings that back"

ONCE_MORE = "the same key once more goes on without keeping it"


class FormDraft:
    """Fills the fields, and keeps what is typed in them; says so when it cannot be.

    Attributes:
        touched: The fields that were typed in, opened or marked; their faults are shown.
        stood: The fields that stood in a draft that was opened; their faults are shown, too.
        is_sent: Whether it became an invocation: then nothing is kept any more.
    """

    def __init__(self, engine: Engine, fields: RequestFields) -> None:
        self.touched: set[str] = set()
        self.stood: set[str] = set()
        self.is_sent = False
        self._engine = engine
        self._fields = fields
        self._open = self.another()
        self._filled: dict[str, str] | None = None
        self._asked_as: dict[str, str] | None = None
        self._asked = ""
        self._unkept: Problem | None = None
        self._may_lose = False

    @property
    def id(self) -> str:
        """The draft's id."""
        return self._open.id

    @property
    def kept(self) -> Draft | None:
        """What the ledger got last; None before it got anything."""
        return self._open.kept

    @property
    def is_typed(self) -> bool:
        """Whether the fields hold anything but what they were filled with."""
        return bool(self.touched) or self._filled not in (None, self._fields.texts)

    @property
    def beside(self) -> str:
        """Where what stands here is found, once something else does; empty if it is not kept."""
        if not self.is_typed or self.kept is None or self._unkept is not None:
            return ""
        return keyed(BESIDE if self._engine.settings.history.keep_inputs else BESIDE_WITHOUT_INPUT)

    def another(self, held: Draft | None = None) -> OpenDraft:
        """A draft beside this one, or one that the ledger holds."""
        engine = self._engine
        keep_inputs = engine.settings.history.keep_inputs
        return OpenDraft(engine.drafts, engine.clock, keep_inputs=keep_inputs, held=held)

    def fill(self, texts: Mapping[str, str]) -> None:
        """Fill the fields with what nobody has typed."""
        self._fields.texts = texts
        self._begin(texts)

    def _begin(self, texts: Mapping[str, str]) -> None:
        self._filled = self._asked_as = self._fields.texts
        self._asked = texts.get(ASKED, "")
        self._may_lose = False
        self.touched.clear()
        self.stood.clear()

    def start_over(self) -> None:
        """The defaults and the model's template, as a draft of its own, with the cursor in it.

        A form that waits for the answer begins with no model that does not answer at once. One for
        an endpoint begins with no input.
        """
        defaults = self._engine.settings.defaults
        model = model_named(defaults.model_id)
        operation = self._fields.operation
        if model and model.is_async_only and operation == WAITED_FOR:
            defaults, model = replace(defaults, model_id=""), None
        self._open = self.another()
        has_template = model is not None and operation != AT_ENDPOINT
        template = document.pretty(model.template) if model and has_template else ""
        texts = {OPERATION: operation, **asdict(defaults), MODEL_INPUT: template}
        if self.is_typed:  # no draft may hold the input: it can be had back
            self._fields.put_in(texts)
            self._begin(texts)
        else:
            self.fill(texts)
        self._fields.go_to_start()

    async def open(self, draft: Draft, note: str = "") -> None:
        """Go on with a draft that the ledger holds.

        Args:
            draft: The draft.
            note: What to say of it, unless it was sent already.
        """
        self._open = self.another(draft)
        self.fill(draft.fields)
        self.stood.update(name for name, text in draft.fields.items() if text.strip())
        asked = draft.fields.get(ASKED, "")
        is_at_endpoint = form.operation_of(draft.fields) == AT_ENDPOINT
        field = "inference_id" if is_at_endpoint else "token"
        token = asked or draft.fields.get(field, "").strip()
        sent = ALREADY_SENT_TO_ENDPOINT if is_at_endpoint else ALREADY_SENT
        with contextlib.suppress(ProblemError):  # the ledger's trouble is told when it is kept
            if token and await self._engine.journal.was_sent(token):
                note = keyed(ALREADY_ASKED if asked else sent)
        self._fields.say(note, "$foreground-muted")

    def take_in(self, opened: Opened, *, is_whole: bool) -> None:
        """Put in what was opened; what stood here before stays as a draft of its own.

        A draft may lack the input, which can be had back as what was typed can.

        Args:
            opened: What was opened.
            is_whole: Whether a request leaves nothing of what stands here but the output.
        """
        beside = self.beside
        self._open = self.another()
        texts = form.with_opened(self._fields.texts, opened.fields, is_whole=is_whole)
        self._fields.put_in(texts)
        self._begin(texts)
        self.touched.update(opened.fields)
        self._fields.say(beside, "$foreground-muted")

    def note_asked(self, token: str) -> None:
        """Keep with the draft the token that it is asked with; another question has another."""
        self._asked_as, self._asked = self._fields.texts, token
        self.touched.add(ASKED)

    def type_on(self) -> None:
        """What was typed is another thing now: its loss was not asked for."""
        self._may_lose = False
        if self._unkept is None:
            self._fields.hush()

    async def keep(self, patience: float | None = KEEP_SECONDS) -> bool:
        """Keep what is typed; say so when it cannot be."""
        said, is_due = self._unkept, self.is_typed and not self.is_sent
        fields = self._fields.texts
        if self._asked and fields == self._asked_as:
            fields[ASKED] = self._asked
        self._unkept = await self._open.keep(fields, patience) if is_due else None
        if self._unkept is None:
            self._may_lose = False
            if said is not None:
                self._fields.say("")
        elif self._unkept != said:
            self._fields.refuse(self._unkept, ONCE_MORE if self._may_lose else "")
        return self._unkept is None

    async def let_go(self) -> bool:
        """Whether what is typed may leave the form: it is kept, or its loss was asked for twice."""
        is_asked_twice, held = self._may_lose, self._open
        if await self.keep() or is_asked_twice:
            return self._open is held or await self.let_go()  # another was opened meanwhile
        self._may_lose = True
        if self._unkept is not None:
            self._fields.refuse(self._unkept, ONCE_MORE)
        return False
