from __future__ import annotations

import json

from tui.model.records import records_of


def test_records_are_numbered_and_empty_lines_are_none() -> None:
    records = records_of('{"a": [1, 2]}\n\n{"b": 2}\n', is_cut=False)

    assert records.text == 'record 1 {\n  "a": [ 1, 2 ]\n}\nrecord 2 {\n  "b": 2\n}'
    assert json.loads(records.document) == [{"a": [1, 2]}, {"b": 2}]
    assert records.facts == "2 records"
    assert records.is_all


def test_what_is_not_json_stays_as_it_is() -> None:
    records = records_of('{nope\n{"a": 1}', is_cut=False)

    assert records.text.split("\n")[0] == "record 1 (not JSON, or cut) {nope"
    assert json.loads(records.document) == [None, {"a": 1}]


def test_a_record_that_the_end_cuts_is_left_out_unless_there_is_no_other() -> None:
    assert records_of('{"a": 1}\n{"b"', is_cut=True).facts == "1 record"
    assert records_of('{"a": 1', is_cut=True).text.endswith('{"a": 1')


def test_the_records_of_an_end_are_numbered_from_the_last() -> None:
    assert records_of("1\n2", is_cut=False, is_end=True).text == "record -2 1\nrecord -1 2"


def test_of_too_many_records_the_first_are_shown() -> None:
    records = records_of("1\n" * 20_001, is_cut=True)

    assert records.facts == "20,001 records, of which 20,000 are shown"
    assert not records.is_all
