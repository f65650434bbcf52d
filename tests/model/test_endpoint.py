from __future__ import annotations

import pytest

from tui.model.endpoint import Endpoint, async_first


@pytest.mark.parametrize(
    ("endpoint", "state"),
    [
        (Endpoint("a", "InService", True, 1, backlog=12), "InService · 1 instance · 12 queued"),
        (Endpoint("a", "InService", True, 2), "InService · 2 instances"),
        (Endpoint("a", "InService", True, 0, backlog=0), "InService · 0 instances · 0 queued"),
        (Endpoint("a", "InService", True), "InService"),
        (Endpoint("a", "InService", False, 1), "InService · 1 instance · not asynchronous"),
        (Endpoint("a", "Failed", None, None, "no capacity"), "Failed · no capacity"),
    ],
)
def test_the_state_says_only_what_is_known(endpoint: Endpoint, state: str) -> None:
    assert endpoint.state.removesuffix(" or running") == state


def test_only_an_asynchronous_endpoint_without_an_instance_needs_a_policy_to_wake_up() -> None:
    assert "HasBacklogWithoutCapacity" in Endpoint("a", "InService", True, 0).hint
    assert not Endpoint("a", "InService", True, 1).hint
    assert not Endpoint("a", "InService", True, None).hint
    assert not Endpoint("a", "InService", False, 0).hint


def test_asynchronous_ones_come_first_and_the_unknown_before_the_others() -> None:
    kinds = [False, None, True, None, True, False]
    endpoints = [Endpoint(str(number), is_async=kind) for number, kind in enumerate(kinds)]

    assert [endpoint.name for endpoint in async_first(endpoints)] == list("241305")
