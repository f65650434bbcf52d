from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.requests import documents
from tui.model.document import compact
from tui.model.literal import JAVASCRIPT, PYTHON, JsonText, Language, read, read_arguments
from tui.model.reading import ReadingError


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        (PYTHON, "{'a': (1, 2), \"b\": [True, None,],}", {"a": [1, 2], "b": [True, None]}),
        (PYTHON, "('a' 'b'\n 'c')", "abc"),
        (PYTHON, "(1,)", [1]),
        (PYTHON, "'a' + \"b\" + '''c\n'd\"'''", "abc\n'd\""),
        (PYTHON, r"'\x41\u0042\N{DIGIT ONE}\n\d'", "AB1\n\\d"),
        (PYTHON, r"r'\n' u'é' rf'{{\n}}'", r"\né{\n}"),
        (PYTHON, "[-1, +2, 0x1F, 1_000, .5, 5., 1e3, --3]", [-1, 2, 31, 1000, 0.5, 5.0, 1e3, 3]),
        (PYTHON, "{**{'a': 1}, 'b': 2}", {"a": 1, "b": 2}),
        (PYTHON, "{'a': json . dumps({'b': 'é'})}", {"a": '{"b": "\\u00e9"}'}),
        (JAVASCRIPT, "{a: 1, $b: 2, 'c-d': 3, [\"e\"]: 4,}", {"a": 1, "$b": 2, "c-d": 3, "e": 4}),
        (JAVASCRIPT, r"'\x41\u0042\u{1F30A}\ud83c\udf0a\'\0\/\q'", "AB🌊🌊'\0/q"),
        (JAVASCRIPT, "`a\n\\`$b \\${c}`", "a\n`$b ${c}"),
        (JAVASCRIPT, "'a\\\nb' + \"c\"", "abc"),
        (JAVASCRIPT, "[9007199254740993n, -1n, 0b11, .5]", [9007199254740993, -1, 3, 0.5]),
        (JAVASCRIPT, "/* a */ [null, // b\n true]", [None, True]),
        (JAVASCRIPT, '{a: JSON.stringify({b: "é"})}', {"a": '{"b":"é"}'}),
    ],
)
def test_literals_are_read(language: Language, text: str, value: object) -> None:
    found, end = read(text, 0, language)

    assert repr(found) == repr(value)
    assert end == len(text)


@given(documents)
def test_a_literal_of_python_is_any_document(value: object) -> None:
    assert repr(read(repr(value), 0, PYTHON)[0]) == repr(value)


@given(documents)
def test_json_is_javascript(value: object) -> None:
    assert repr(read(compact(value), 0, JAVASCRIPT)[0]) == repr(value)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        (PYTHON, "true", "true is not known"),
        (PYTHON, "x.y[0]", "x.y is not known"),
        (PYTHON, "[1 + 2]", "not calculated"),
        (PYTHON, "['%s' % x]", "] is wanted here, not %"),
        (PYTHON, "{'a'}", ": is wanted"),
        (PYTHON, "{'a': 1, 'a': 2}", "a stands twice"),
        (PYTHON, "{**'a'}", "wants a dictionary"),
        (PYTHON, "{1: 2}", "a name in quotes"),
        (PYTHON, "f'{x}'", "x in an f-string"),
        (PYTHON, r"[b'\xff']", "bytes that are no text"),
        (PYTHON, r"{'a': {'b': b'\xff'}}", "bytes that are no text"),
        (PYTHON, r"json.dumps(b'\xff')", "bytes that are no text"),
        (PYTHON, r"{b'\xff': 1}", "a name is no bytes"),
        (PYTHON, "bytes([256])", "makes no bytes of this"),
        (PYTHON, "bytes(" * 6, "too many bytes"),
        (PYTHON, "['x'.encode('latin-1')]", "] is wanted here, not ."),
        (PYTHON, r"'\N{nothing at all}'", "escape"),
        (PYTHON, "1e999", "larger"),
        (PYTHON, "012", "data"),
        (PYTHON, "1" * 2000, "a number of 2,000"),
        (PYTHON, "-x", "a number is wanted"),
        (PYTHON, r"'\ud800'", "surrogate"),
        (PYTHON, "json.dumps({}, indent=2)", "the end of json.dumps"),
        (PYTHON, "json.dumps(" * 6, "too many json.dumps"),
        (JAVASCRIPT, "True", "True is not known"),
        (JAVASCRIPT, "undefined", "undefined is not known"),
        (JAVASCRIPT, "Buffer.from('x', 'hex')", "the end of Buffer.from"),
        (JAVASCRIPT, "Buffer.from('x', 'base64')", "makes no bytes of this"),
        (JAVASCRIPT, "new Uint8Array(['1'])", "makes no bytes of this"),
        (JAVASCRIPT, "{a, b}", "value of a is not known"),
        (JAVASCRIPT, "`${x}`", "x in a template"),
        (JAVASCRIPT, "`\\\\${x}`", "x in a template"),
        (JAVASCRIPT, r"'\u12'", "escape"),
        (JAVASCRIPT, r"'\ud83c'", "escape"),
        (JAVASCRIPT, "'a\nb'", "does not end"),
        (JAVASCRIPT, "[1 2]", "] is wanted here, not 2"),
        (JAVASCRIPT, "[", "the text ends"),
        (JAVASCRIPT, "[[" * 100, "too deeply"),
        (JAVASCRIPT, "[0" + ",0" * 200_000 + "]", "too many values"),
    ],
)
def test_what_is_no_literal_is_said(language: Language, text: str, words: str) -> None:
    with pytest.raises(ReadingError, match=words.replace("[", r"\[").replace(".", r"\.")):
        read(text, 0, language)


def test_a_call_of_python_names_its_arguments() -> None:
    found = read_arguments("f(a=1, **{'b': 2}, c=json.dumps([3]))", 1, PYTHON)

    assert found == {"a": 1, "b": 2, "c": "[3]"}
    assert isinstance(found["c"], JsonText)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (PYTHON, "b'[1]'"),
        (PYTHON, 'B"""[1]"""'),
        (PYTHON, "'[1]'.encode()"),
        (PYTHON, "'[1]' .encode('utf-8')"),
        (PYTHON, 'json.dumps([1]).encode(encoding="UTF8")'),
        (PYTHON, "bytes('[1]', 'utf-8')"),
        (PYTHON, "io.BytesIO(json.dumps([1]).encode())"),
        (JAVASCRIPT, "new TextEncoder().encode('[1]')"),
        (JAVASCRIPT, "new TextEncoder( ).encode(JSON.stringify([1]),)"),
        (JAVASCRIPT, "encoder.encode(JSON.stringify([1]))"),
        (JAVASCRIPT, "Buffer.from(`[1]`, 'utf8')"),
        (JAVASCRIPT, "Buffer.from('WzFd', 'base64')"),
        (JAVASCRIPT, "Uint8Array.from([91, 49, 93])"),
    ],
)
def test_bytes_are_the_text_that_they_hold(language: Language, text: str) -> None:
    found, end = read(text, 0, language)

    assert str(found).replace(" ", "") == "[1]"
    assert end == len(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (PYTHON, r"b'\xff+/'"),
        (PYTHON, r"b'\xff' b'+' + b'/'"),
        (PYTHON, "bytes([255, 0x2b, 47])"),
        (JAVASCRIPT, "Buffer.from('/ysv', 'base64')"),
        (JAVASCRIPT, "Buffer.from('_ysv', \"base64\")"),
        (JAVASCRIPT, "new Uint8Array([255, 43, 47])"),
    ],
)
def test_bytes_that_are_no_text_stay_bytes(language: Language, text: str) -> None:
    assert read(text, 0, language)[0] == b"\xff+/"
    assert read(f"{{'a': 1, 'b': {text}}}", 0, language)[0] == {"a": 1, "b": b"\xff+/"}


@given(st.binary())
def test_a_character_may_be_split_over_literals(content: bytes) -> None:
    half = len(content) // 2
    whole = content.decode(errors="ignore").encode()

    assert read(repr(content), 0, PYTHON)[0] in (content, whole.decode())
    assert (
        read(f"{content[:half]!r} {content[half:]!r}", 0, PYTHON)[0]
        == read(repr(content), 0, PYTHON)[0]
    )


@given(documents)
def test_no_depth_of_a_document_is_too_much_for_json_in_a_call(value: object) -> None:
    deep = [value]
    for _ in range(90):
        deep = [deep]

    assert read(f"json.dumps({deep!r})", 0, PYTHON)[0] == json.dumps(deep)


@pytest.mark.parametrize("text", ["({})", "({},)", "( /* none */ {} )"])
def test_a_call_of_javascript_has_one_object(text: str) -> None:
    assert read_arguments(text, 0, JAVASCRIPT) == {}


@pytest.mark.parametrize("text", ["()", "([])", "({}, {})", "({}", ""])
def test_a_call_of_javascript_with_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ReadingError):
        read_arguments(text, 0, JAVASCRIPT)
