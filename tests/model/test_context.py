from __future__ import annotations

import pytest

from tests.builders import an_invocation
from tui.model.context import EVERY_SERVICE, Context
from tui.model.snippet import fetch_command, get_command

SPLIT = Context(
    region="us-west-2",
    endpoint_url="http://all",
    endpoints=(("s3", "http://s3"), ("sts", "http://sts")),
    profile_endpoints=(("s3", "http://theirs-s3"), (EVERY_SERVICE, "http://theirs")),
)


@pytest.mark.parametrize(
    ("service", "url"), [("s3", "http://s3"), ("sts", "http://sts"), ("kms", "http://all")]
)
def test_a_service_s_own_endpoint_goes_before_the_general_one(service: str, url: str) -> None:
    assert SPLIT.endpoint_of(service) == SPLIT.replaced(service) == url


def test_the_profile_s_endpoints_come_last_and_are_left_to_the_sdk() -> None:
    context = Context(profile_endpoints=SPLIT.profile_endpoints)

    assert context.endpoint_of("s3") == "http://theirs-s3"
    assert context.endpoint_of("kms") == "http://theirs"
    assert context.replaced("s3") is None
    assert context.endpoints_invoked == ("http://theirs",)


def test_without_any_endpoint_there_is_none() -> None:
    assert Context().endpoint_of("s3") is None
    assert Context().endpoints_invoked == ()


def test_the_key_tells_apart_what_invocations_are_sent_to() -> None:
    assert SPLIT.key == "default us-west-2 http://all"
    assert Context(profile="a", profile_endpoints=SPLIT.profile_endpoints).key == "a -"
    one = Context(region="r-1", endpoints=(("bedrock-runtime", "http://b"),))
    assert one.key == "default r-1 http://b"


def test_a_command_names_the_endpoint_of_its_own_service() -> None:
    only_s3 = Context(region="us-west-2", endpoints=(("s3", "http://s3"),))

    assert "--endpoint-url http://s3" in fetch_command("s3://media/x", only_s3)
    assert "--endpoint-url" not in get_command(an_invocation(), only_s3)
    assert "--endpoint-url http://all" in get_command(an_invocation(), SPLIT)
