from __future__ import annotations

from tests.builders import TOKEN, a_request
from tui.model import form

FIELDS = form.fields_of(a_request())


def test_placeholders_are_filled_into_the_request() -> None:
    typed = form.read({**FIELDS, "s3_uri": "s3://media/{user}/"}, TOKEN, {"user": "ann"})

    assert typed.request is not None
    assert typed.request.s3_uri == "s3://media/ann/"


def test_an_unknown_placeholder_is_a_fault_of_its_field() -> None:
    typed = form.read({**FIELDS, "s3_uri": "s3://media/{usr}/"}, TOKEN, {"user": "ann"})

    assert typed.request is None
    assert "{usr}" in typed.faults["s3_uri"]


def test_braces_of_a_request_come_back_as_they_were() -> None:
    request = a_request(s3_uri="s3://media/{date}/{{x}/")

    assert form.read(form.fields_of(request), "other").request == request


def test_braces_of_a_pasted_uri_are_no_placeholders() -> None:
    members = {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://media/{date}/"}}}

    typed = form.read({**FIELDS, **form.fields_from(members)}, TOKEN, {"date": "2026-03-01"})

    assert typed.probe.s3_uri == "s3://media/{date}/"
