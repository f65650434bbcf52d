"""Many requests at once: the lines of a batch, and what keeps each from being sent.

Reads no file and asks nobody; what the service and the ledger say of a line is added by others.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from msgspec import structs

from tui.model import document, placeholder
from tui.model.fault import Fault
from tui.model.form import members_of
from tui.model.request import StartAsyncInvoke

LINE_SUFFIXES = (".jsonl", ".ndjson")
"""How the names of files end that hold one request a line."""

_OUTPUT = "outputDataConfig.s3OutputDataConfig."


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One request of a batch, or what stands in its place.

    Attributes:
        source: Where it stands: ``batch.jsonl:12``, or the name of its file.
        request: What it asks for, as typed; None while something keeps it from being a request.
        faults: What keeps it from being sent.
        warnings: What the model's documented rules say against it; it may be sent all the same.
        size: Bytes of its text, and of the files that it names as they are sent.
    """

    source: str
    request: StartAsyncInvoke | None = None
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    size: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether it can be sent."""
        return self.request is not None and not self.faults

    @property
    def problems(self) -> tuple[str, ...]:
        """All that is said of it, the worst first."""
        return (*self.faults, *self.warnings)

    def with_faults(self, *faults: str) -> BatchLine:
        """The same line with more faults."""
        return replace(self, faults=(*self.faults, *faults))


def texts(name: str, text: str) -> list[tuple[str, str]]:
    """The requests' texts in a file, each with its source: one for each line, or all of it.

    Args:
        name: The file's name.
        text: What it holds.
    """
    lines = text.split("\n")  # not splitlines: JSON strings may hold other ends of lines
    if not (name.endswith(LINE_SUFFIXES) or _is_object(lines)):
        return [(name, text)]
    return [
        (f"{name}:{number}", line.removesuffix("\r"))
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def _is_object(lines: Sequence[str]) -> bool:
    """Whether the first of several lines is a whole object, which no single document has."""
    written = [line for line in lines[:1000] if line.strip()]
    return len(written) > 1 and isinstance(document.parse(written[0]), dict)


def line_of(
    source: str, members: Mapping[str, object], rest: Mapping[str, object], token: str, size: int
) -> BatchLine:
    """A line out of a request's members.

    Args:
        source: Where they stand.
        members: Those that it has; of a bare model input, ``modelInput`` alone.
        rest: Those that it takes where it has none; the tags are for a bare model input.
        token: Its client request token if it has none.
        size: Bytes of its text.
    """
    whole = {**rest, **members}
    if members.keys() != {"modelInput"} and "tags" not in members:
        whole.pop("tags", None)
    try:
        request = StartAsyncInvoke.of(
            {**whole, "clientRequestToken": whole.get("clientRequestToken") or token}
        )
    except ValueError as error:
        return BatchLine(source, faults=(str(error),), size=size)
    return BatchLine(source, request, size=size)


def with_filled(line: BatchLine, known: Mapping[str, str]) -> BatchLine:
    """The line with the placeholders in its output folder filled in, as the form fills them.

    Args:
        line: One that took the folder that was typed for all.
        known: What they stand for.
    """
    if line.request is None:
        return line
    try:
        s3_uri = placeholder.fill(line.request.s3_uri, known)
    except ValueError as error:
        return replace(line, request=None, faults=(*line.faults, f"s3Uri: {error}"))
    return replace(line, request=structs.replace(line.request, s3_uri=s3_uri))


def rest_of(
    model_id: str, s3_uri: str, kms_key_id: str, bucket_owner: str, tags: str
) -> dict[str, object]:
    """The members that requests take which have none of their own; what is empty is left out.

    Raises:
        ValueError: The tags are no tags; the text says why.
    """
    output = {"s3_uri": s3_uri, "kms_key_id": kms_key_id, "bucket_owner": bucket_owner}
    return members_of({"model_id": model_id, "tags": tags, **(output if s3_uri else {})})


_MEMBERS = ("modelId", "modelInput", "clientRequestToken", "outputDataConfig")


def near_misses(model_input: object) -> list[Fault]:
    """What in a model input looks like a member of the request around it."""
    named = {name.lower(): name for name in _MEMBERS}
    keys = model_input if isinstance(model_input, dict) else ()
    return [
        Fault((key,), "rule", f"no part of the input, if {named[key.lower()]} is meant")
        for key in keys
        if key.lower() in named
    ]


def words(fault: Fault) -> str:
    """A fault for a narrow column."""
    return str(fault).removeprefix(_OUTPUT)


def with_doubles(lines: Iterable[BatchLine]) -> list[BatchLine]:
    """The lines, with a fault on each whose client request token an earlier one has."""
    first: dict[str, str] = {}
    told = []
    for line in lines:
        token = line.request.client_request_token if line.request else ""
        if token in first:
            line = line.with_faults(f"clientRequestToken: stands in {first[token]} already")
        elif token:
            first[token] = line.source
        told.append(line)
    return told


def with_taken(lines: Iterable[BatchLine], tokens: Collection[str]) -> list[BatchLine]:
    """The lines, with a fault on each whose token stands for an earlier submission."""
    fault = "clientRequestToken: was submitted before; take another, or drop the line"
    return [
        line.with_faults(fault)
        if line.request and line.request.client_request_token in tokens
        else line
        for line in lines
    ]


def with_sent(lines: Iterable[BatchLine], sent: Mapping[bytes, int]) -> list[BatchLine]:
    """The lines, with a fault on those that were sent already: read again, they have new tokens.

    Args:
        lines: What was read.
        sent: How often what was sent, by ``content_of``.
    """
    left, told = Counter(sent), []
    for line in lines:
        if line.is_ready and left[content := content_of(line)] > 0:
            left[content] -= 1
            line = line.with_faults("was sent from this screen already")
        told.append(line)
    return told


def content_of(line: BatchLine) -> bytes:
    """What tells one line's request from another's, whatever their tokens."""
    content = structs.replace(line.request, client_request_token="") if line.request else None
    return hashlib.sha256(msgspec.json.encode(content)).digest()


def summary(lines: Iterable[BatchLine]) -> str:
    """How many lines are ready, and how many are not: ``47 ready, 2 with faults``."""
    ready = warned = faulty = 0
    for line in lines:
        ready += line.is_ready
        warned += line.is_ready and bool(line.warnings)
        faulty += not line.is_ready
    told = f"{ready:,} ready"
    if warned:
        told += f" ({with_problems(warned, 'warning')})"
    return f"{told}, {with_problems(faulty, 'fault')}" if faulty else told


def with_problems(count: int, what: str) -> str:
    """So many lines with problems of a kind: ``1 with a fault``, ``2 with faults``."""
    return f"{count:,} with {f'a {what}' if count == 1 else f'{what}s'}"
