"""Faults in the service's own words, as its ValidationException carries them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from tui.aws.shapes import constraint
from tui.model.fault import Fault

_ONLY_ONE_TASK = (
    'subject must not be valid against schema {"anyOf": [{"required": ["textToVideoParams"]}, '
    '{"required": ["multiShotAutomatedParams"]}, {"required": ["multiShotManualParams"]}]}'
)
_JSON_TYPES = {
    "a text": "String",
    "a number": "Number",
    "a whole number": "Integer",
    "true or false": "Boolean",
    "a list": "JSONArray",
    "an object": "JSONObject",
    "null": "Null",
}


def validation_errors(
    operation: str, params: Mapping[str, object], faults: Sequence[Fault], service: str
) -> str:
    """What the service says about members that break its own model."""
    clauses = [
        f"Value{_quoted(_value_at(params, fault))} at '{_member(fault)}' failed to satisfy "
        f"constraint: {_constraint_words(operation, fault, service)}"
        for fault in faults
    ]
    plural = "error" if len(clauses) == 1 else "errors"
    return f"{len(clauses)} validation {plural} detected: {'; '.join(clauses)}"


def malformed_input(model_id: str, fault: Fault) -> str:
    """What the service says about a model input that breaks the model's schema."""
    if "nova-reel" in model_id:
        if "image" in fault.path or "images" in fault.path:
            place = "#: required key [s3Location] not found"
            return f"Malformed input request: {place}, please reformat your input and try again."
        if len(fault.path) == 1 and str(fault.path[0]).endswith("Params"):
            place = f"#: {_ONLY_ONE_TASK}"
            return f"Malformed input request: {place}, please reformat your input and try again."
    return (
        f"Malformed input request: {_schema_words(fault)}, "
        "please reformat your input and try again."
    )


def _schema_words(fault: Fault) -> str:
    if fault.rule == "required" and not fault.actual:
        parent = Fault(fault.path[:-1], "required", "").pointer
        return f"{parent}: required key [{fault.path[-1]}] not found"
    limit, found = _number(fault.expected), _number(fault.actual)
    words = {
        "required": f"required key [{fault.expected.rpartition(' ')[2]}] not found",
        "type": f"expected type: {_JSON_TYPES.get(fault.expected, fault.expected)}, "
        f"found: {_JSON_TYPES.get(fault.actual, fault.actual)}",
        "enum": f"{fault.actual} is not a valid enum value",
        "pattern": f"string [{fault.actual}] does not match pattern",
        "minLength": f"expected minLength: {limit}, actual: {found}",
        "maxLength": f"expected maxLength: {limit}, actual: {found}",
        "minItems": f"expected minimum item count: {limit}, found: {found}",
        "maxItems": f"expected maximum item count: {limit}, found: {found}",
        "minimum": f"{fault.actual} is not greater or equal to {limit}",
        "maximum": f"{fault.actual} is not less or equal to {limit}",
        "multipleOf": f"{fault.actual} is not a multiple of {limit}",
    }.get(fault.rule, f"expected {fault.expected}")
    return f"{fault.pointer}: {words}"


def _constraint_words(operation: str, fault: Fault, service: str) -> str:
    path = ".".join(part for part in fault.path if isinstance(part, str))
    if fault.rule == "required":
        return "Member must not be null"
    if fault.rule == "token":
        return f"Member must satisfy regular expression pattern: {fault.expected}"
    rules = constraint(operation, path, service)
    measure = "value" if rules.type in ("integer", "long", "float", "double") else "length"
    bound = {"minimum": rules.minimum, "maximum": rules.maximum}
    if fault.rule == "enum":
        return f"Member must satisfy enum value set: [{', '.join(rules.enum)}]"
    if fault.rule == "pattern":
        return f"Member must satisfy regular expression pattern: {rules.pattern}"
    if fault.rule.startswith("min"):
        return f"Member must have {measure} greater than or equal to {bound['minimum']}"
    if fault.rule.startswith("max"):
        return f"Member must have {measure} less than or equal to {bound['maximum']}"
    return f"Member must be {fault.expected}"


def _member(fault: Fault) -> str:
    """The path as the service prints it: ``tags.1.member.key``, lists counted from one."""
    return ".".join(f"{p + 1}.member" if isinstance(p, int) else p for p in fault.path)


def _value_at(params: object, fault: Fault) -> object:
    for part in fault.path:
        if isinstance(part, int):
            params = cast("list[object]", params)[part]
        else:
            params = cast("Mapping[str, object]", params).get(part)
    return params


def _quoted(value: object) -> str:
    """A value as it follows on a word; bytes are not shown, since there may be millions."""
    if isinstance(value, bytes):
        return ""
    return " null" if value is None else f" '{value}'"


def _number(text: str) -> str:
    found = re.search(r"-?[\d.]+", text)
    return found[0] if found else text
