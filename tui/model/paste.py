"""A pasted text in whatever syntax → the request that it says. Reads no file, runs nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.model import command_line, document, literal, option, yaml_text
from tui.model.document import DocumentFault
from tui.model.literal import JAVASCRIPT, PYTHON, JsonText
from tui.model.operation import OPERATIONS, START_ASYNC_INVOKE, Operation
from tui.model.reading import FileReference, Pasted, ReadingError

_MOST_CALLS = 20

# Strings and comments are skipped whole, also those that do not end: each character is seen once.
_SKIPPED = (
    r"'''[^']*(?:'(?!'')[^']*)*(?:'''|\Z)|"
    r'"""[^"]*(?:"(?!"")[^"]*)*(?:"""|\Z)|'
    r"'[^'\\\n]*(?:\\.[^'\\\n]*)*'?|"
    r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|'
    r"`[^`\\]*(?:\\.[^`\\]*)*`?|"
    r"(?:#|//)[^\n]*|/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/|\Z)"
)
_CALLS = {rf"{operation.method}": (operation, PYTHON) for operation in OPERATIONS} | {
    name: (operation, JAVASCRIPT)
    for operation in OPERATIONS
    for name in (
        operation.javascript_command,
        operation.name[0].lower() + operation.name[1:],
    )
}
_CALL = re.compile(rf"(?:{_SKIPPED})|\b({'|'.join(_CALLS)})\s*\(", re.DOTALL)
_OTHER_CALL = re.compile(
    r"\b(converse|converse_?stream|invoke_?(?:model|endpoint)_?with_?response_?stream"
    r"|invoke_?endpoint)(?:Command)?\(",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"(?:(?:export\s{1,9})?(?:(?:const|let|var)\s{1,9})?[^\W\d][\w$]{0,99}\s{0,9}=\s{0,99})?(?=[{\[(])"
)
_YAML = re.compile(r"(?:#[^\n]*\n\s*){0,500}(?:---\s|[\w\"'-]{1,100}[ \t]*:(?:\s|\Z))")
UNKNOWN = (
    "no request is found: paste an AWS CLI command (aws bedrock-runtime start-async-invoke …, "
    "invoke-model …, or aws sagemaker-runtime invoke-endpoint-async …), a boto3 or JavaScript "
    "call, JSON or YAML"
)
NO_OBJECT = "an object is wanted: a request's members or a model input"


def read(text: str) -> Pasted | DocumentFault:
    """The request that a text says, in the first syntax that it looks like.

    An AWS CLI command line, a call of boto3 or of the AWS SDK for JavaScript, or an object in
    JSON, YAML, JavaScript or Python: the operation's members or, without them, a model input.
    """
    try:
        return _pasted(text.removeprefix("\ufeff"))
    except ReadingError as error:
        return _fault(text.removeprefix("\ufeff"), error)


def with_file(pasted: Pasted, file: FileReference, content: bytes) -> Pasted | DocumentFault:
    """What was pasted, together with the content of one of the files that it refers to."""
    operation = pasted.operation
    try:
        said = option.read_file(operation, file, content)
        is_whole = file.option in option.WHOLE
        both = [said.members, pasted.members] if is_whole else [pasted.members, said.members]
        members = _checked(operation, {**both[0], **both[1]})
    except ReadingError as error:
        return DocumentFault(f"{file.option}: {file.path}: {error.message}")
    others = tuple(other for other in pasted.files if other != file)
    return Pasted(operation, members, (*pasted.notes, *said.notes), others)


def _pasted(text: str) -> Pasted:
    start = command_line.start_of(text)
    if start >= 0:
        pasted = command_line.read(text, start)
        members = _checked(pasted.operation, pasted.members, start)
        return Pasted(pasted.operation, members, pasted.notes, pasted.files)
    start = len(text) - len(text.lstrip())
    if match := _OBJECT.match(text, start):
        return _of_object(_object(text, match.end()), match.end())
    if found := _call(text):
        return found
    if _YAML.match(text, start):
        return _of_object(yaml_text.read(text), 0)
    if other := _OTHER_CALL.search(text):
        known = ", ".join(operation.name for operation in OPERATIONS)
        raise ReadingError(f"{other[1]} is not read, only these are: {known}", other.start())
    raise ReadingError(UNKNOWN if text.strip() else f"there is no text; {UNKNOWN}", 0)


def _call(text: str) -> Pasted | None:
    """The first call that can be read, or the first one's fault; None without a call."""
    first: ReadingError | None = None
    last = max(text.rfind(name) for name in _CALLS)
    if last < 0:
        return None
    calls = (match for match in _CALL.finditer(text, 0, last + 1000) if match[1])
    for match, _ in zip(calls, range(_MOST_CALLS), strict=False):
        try:
            return _of_call(text, match)
        except ReadingError as error:
            first = first or error
    if first:
        raise first
    return None


def _of_call(text: str, match: re.Match[str]) -> Pasted:
    operation, language = _CALLS[match[1]]
    members = literal.read_arguments(text, match.end() - 1, language)
    notes = []
    for name, value in members.items():
        if isinstance(value, JsonText) and operation.members.get(name) == {}:
            members[name] = document.parse(value)
            notes.append(f"{name} was JSON in a string: what the JSON says is taken")
        elif isinstance(value, JsonText):
            members[name] = str(value)
    return _whole(operation, members, match.start(), tuple(notes))


def _object(text: str, start: int) -> object:
    """What an object says in JSON, or else in JavaScript or Python."""
    value = document.parse(text[start:])
    if not isinstance(value, DocumentFault):
        return value
    if not value.line:
        raise ReadingError(value.message)
    faults = [ReadingError(value.message, start + _offset(text[start:], value))]
    for language in (JAVASCRIPT, PYTHON):
        try:
            found, end = literal.read(text, start, language)
            if text[end : end + 1] not in ("", ";") or text[end + 1 :].strip():
                raise ReadingError("more stands behind the object", end)
        except ReadingError as error:
            faults.append(error)
        else:
            return found
    # The syntax that was meant is the one that could be read the farthest.
    raise max(faults, key=lambda fault: fault.offset)


def _of_object(value: object, start: int) -> Pasted:
    if not isinstance(value, dict):
        raise ReadingError(NO_OBJECT, start)
    operation = max(OPERATIONS, key=lambda known: len(known.members.keys() & value.keys()))
    is_part = value.keys() <= operation.members.keys() and (
        not value.keys().isdisjoint(("modelInput", "outputDataConfig", "InputLocation"))
        or isinstance(value.get("body"), dict)
    )
    if is_part or any(known.target in value for known in OPERATIONS):
        return _whole(operation, value, start)
    note = "it names no modelId and no EndpointName: all of it is the model input"
    return _whole(START_ASYNC_INVOKE, {"modelInput": value}, start, (note,))


def _whole(
    operation: Operation, members: Mapping[str, object], start: int, notes: tuple[str, ...] = ()
) -> Pasted:
    """What a text says that has all members in one place."""
    try:
        found = operation.with_document(members)
    except ValueError as error:
        raise ReadingError(str(error), start) from error
    return Pasted(operation, _checked(operation, found, start), notes)


def _checked(
    operation: Operation, members: Mapping[str, object], start: int = -1
) -> Mapping[str, object]:
    try:
        checked = operation.checked(members)
    except ValueError as error:
        raise ReadingError(str(error), start) from error
    if checked.get("tags") in ([], START_ASYNC_INVOKE.members["tags"]):  # as a skeleton has them
        del checked["tags"]
    return checked


def _fault(text: str, error: ReadingError) -> DocumentFault:
    at = error.offset
    if at < 0:
        return DocumentFault(error.message)
    return DocumentFault(error.message, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def _offset(text: str, fault: DocumentFault) -> int:
    at = 0
    for _ in range(fault.line - 1):
        at = text.index("\n", at) + 1
    return at + fault.column - 1
