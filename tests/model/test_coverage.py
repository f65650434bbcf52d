from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.model.coverage import Coverage

SIZE = 60
SPANS = st.lists(st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)), max_size=12)


@given(SPANS, st.integers(1, SIZE))
def test_what_is_there_and_what_is_missing_are_all_bytes_once(
    spans: list[tuple[int, int]], longest: int
) -> None:
    coverage, there = Coverage(), set[int]()
    for start, end in spans:
        coverage = coverage.adding(start, end)
        there |= set(range(start, end))

    missing = coverage.missing(SIZE, longest)

    assert coverage.size == len(there)
    lacking = [byte for start, end in missing for byte in range(start, end)]
    assert lacking == sorted(set(range(SIZE)) - there)
    assert all(0 < end - start <= longest for start, end in missing)


@given(SPANS)
def test_spans_are_in_order_and_none_touches_the_next(spans: list[tuple[int, int]]) -> None:
    coverage = Coverage()
    for start, end in spans:
        coverage = coverage.adding(start, end)

    bounds = [bound for span in coverage.spans for bound in span]
    assert bounds == sorted(set(bounds))


def test_of_nothing_nothing_is_missing() -> None:
    assert Coverage().missing(0, 8) == []
