from __future__ import annotations

from tui.model.records import records_of


def test_records_are_numbered_and_empty_lines_are_none() -> None:
    records = records_of('{"a": [1, 2]}\n\n{"b": 2}\n', is_cut=False)

    assert records.text == 'record 1\n{\n  "a": [ 1, 2 ]\n}\n\nrecord 2\n{\n  "b": 2\n}\n'
    assert records.facts == "2 records"
    assert records.is_all


def test_what_is_not_json_stays_as_it_is() -> None:
    assert records_of("{nope", is_cut=False).text == "record 1\n(not JSON, or cut)\n{nope\n"


def test_a_record_that_the_end_cuts_is_left_out_unless_there_is_no_other() -> None:
    assert records_of('{"a": 1}\n{"b"', is_cut=True).facts == "1 record"
    assert records_of('{"a": 1', is_cut=True).text.endswith('{"a": 1\n')


def test_a_long_record_is_shown_in_part() -> None:
    numbers = ", ".join(["0.125"] * 3072)
    records = records_of(f'{{"embedding": [{numbers}]}}', is_cut=False)
    assert len(records.text) < 2100
    assert records.text.count("…") == 1

    members = ", ".join(f'"m{number}": 1' for number in range(500))
    assert records_of(f"{{{members}}}", is_cut=False).text.endswith("… 402 more lines\n")


def test_of_too_many_records_the_first_are_shown() -> None:
    records = records_of("1\n" * 20_001, is_cut=True)

    assert records.facts == "20,001 records, of which 20,000 are shown"
    assert not records.is_all
