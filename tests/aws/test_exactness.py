"""What is typed as a model input is what arrives: through the request, the SDK and the journal."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path

import msgspec
import pytest
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.builders import NOW, TOKEN, a_question, a_request
from tui.aws import bedrock
from tui.aws.session import Session
from tui.ledger.database import Database
from tui.ledger.journal import Journal
from tui.model import document
from tui.model.context import Context
from tui.model.document import DEEPEST, DocumentFault
from tui.model.request import Request
from tui.sandbox.server import Sandbox

texts = st.text(st.characters(exclude_categories=["Cs"]))
whole = st.integers() | st.integers(2**63 - 2, 2**65) | st.integers(-(10**400), 10**400)
leaves = st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False)
flat = st.recursive(
    leaves | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


def wrapped(value: object, wrappers: Sequence[bool]) -> object:
    for is_list in wrappers:
        value = [value] if is_list else {"a": value}
    return value


values = flat | st.builds(wrapped, leaves | texts, st.lists(st.booleans(), max_size=DEEPEST))

TOKENS = (
    *("NaN", "-Infinity", "1e400", "1e-400", "0.1", "1.50", "1E2", "-0", "-0.0", "9" * 30),
    *("0.12345678901234567890", "18446744073709551616", "null", ""),
    *('"\\ud800"', '"\\ud83c\\udf0a"', '"\ud800"', '"\\/\\u0000"'),
    *('{"a": 1, "a": 2}', '{"a": {"a": 1}}', '{"a": 1, "\\u0061": 2}'),
)
typed = (
    st.builds(json.dumps, values, ensure_ascii=st.booleans())
    | st.lists(st.sampled_from(TOKENS), max_size=3).map(lambda chosen: f"[{', '.join(chosen)}]")
    | st.text()
)
"""Texts that are JSON, nearly JSON, and anything."""


def strictly(text: str | bytes) -> object:
    """The same reading for both ends; it does not lose what a dict would."""
    return json.loads(text, object_pairs_hook=lambda pairs: ("object", pairs))


def is_same(one: object, other: object) -> bool:
    """Equal in type too: JSON tells 1 from 1.0 and from true, and -0.0 from 0.0."""
    return repr(one) == repr(other)


@cache
def operation_of(request_type: type[Request]) -> OperationModel:
    service = ServiceModel(Loader().load_service_model("bedrock-runtime", "service-2"))
    return service.operation_model(request_type.__name__)


def wire_body(request: Request) -> bytes:
    """What the SDK makes of a request."""
    serializer = create_serializer("rest-json", include_validation=True)
    operation = operation_of(type(request))
    body: bytes = serializer.serialize_to_request(request.wire(), operation)["body"]
    return body


@settings(deadline=None)
@given(typed)
def test_what_is_typed_is_on_the_wire_as_it_was_typed_or_is_refused(text: str) -> None:
    value = document.parse(text)
    if isinstance(value, DocumentFault) or value is None:  # null is no input to the SDK
        return

    body = wire_body(a_request(model_input=value))

    sent = dict(strictly(body)[1])  # type: ignore[index]
    assert is_same(sent["modelInput"], strictly(text))
    assert is_same(strictly(wire_body(a_question(model_input=value))), strictly(text))


@settings(deadline=None)
@given(values)
def test_every_json_value_survives_the_journal_s_encoding(value: object) -> None:
    for request in (a_request(), a_question()):
        request = replace(request, model_input=document.parse(json.dumps(value)))

        read = msgspec.json.decode(msgspec.json.encode(request), type=type(request))

        assert is_same(read.model_input, value)


@pytest.fixture
async def session(sandbox: Sandbox, aws_environment: None) -> AsyncIterator[Session]:
    session = Session(Context(region="us-west-2", endpoint_url=sandbox.url))
    yield session
    await session.close()


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(values, min_size=1, max_size=10))
async def test_every_json_value_arrives_at_the_service(
    session: Session, sandbox: Sandbox, members: list[object]
) -> None:
    value = {"prompt": "a tide pool", **{f"m{number}": item for number, item in enumerate(members)}}
    parsed = document.parse(json.dumps(value))
    if isinstance(parsed, DocumentFault):  # it is one level deeper than its members
        return

    request = a_request(model_input=parsed, client_request_token=str(uuid.uuid4()))
    await bedrock.start_async_invoke(session, request)

    assert is_same(sandbox.requests[-1]["modelInput"], value)
    await bedrock.invoke_model(session, a_question(model_input=parsed))
    assert is_same(json.loads(sandbox.requests[-1]["body"]), value)  # type: ignore[arg-type]


async def test_the_deepest_document_and_the_largest_number_come_back_from_the_ledger(
    tmp_path: Path,
) -> None:
    text = '{"a":' * DEEPEST + "9" * 4300 + "}" * DEEPEST
    request = a_request(model_input=document.parse(text))
    database = Database(tmp_path / "l.sqlite3")
    journal = Journal(database)

    await journal.prepare(request, "context", NOW)
    found = await journal.find(token=TOKEN)

    assert found is not None
    assert document.compact(found.request.model_input) == text
    assert wire_body(found.request) == wire_body(request)
    database.close()
