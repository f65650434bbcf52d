"""Two contexts of two profiles: each with its own keys, region and endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import START
from tui.sandbox.jobs import Clock
from tui.sandbox.server import Sandbox

WEST, EAST = "us-west-2", "eu-west-1"
WEST_KEY, EAST_KEY = "AKIAWESTWESTWESTWEST", "AKIAEASTEASTEASTEAST"

AWS_CONFIG = """\
[profile west]
region = us-west-2
aws_access_key_id = AKIAWESTWESTWESTWEST
aws_secret_access_key = west

[profile east]
region = eu-west-1
aws_access_key_id = AKIAEASTEASTEASTEAST
aws_secret_access_key = east
"""

CONFIG = """\
[polling]
fastest = 0.2

[defaults]
model-id = "luma.ray-v2:0"
s3-uri = "s3://media/ray/"

[contexts.west]
endpoint-url = "{west}"

[contexts.east]
endpoint-url = "{east}"
"""


@contextmanager
def two_sandboxes(*, is_stepped: bool = True) -> Iterator[tuple[Sandbox, Sandbox]]:
    """One for each of the two regions; on stepped clocks, or on the real one."""
    clocks = (Clock(START), Clock(START)) if is_stepped else (None, None)
    west = Sandbox(clock=clocks[0], job_seconds=1, region=WEST)
    east = Sandbox(clock=clocks[1], job_seconds=1, region=EAST)
    with west, east:
        yield west, east


def write_files(folder: Path, west: Sandbox, east: Sandbox) -> tuple[Path, Path]:
    """The AWS configuration and config.toml that name the two; returns where they are."""
    aws, config = folder / "aws-config", folder / "config.toml"
    aws.write_text(AWS_CONFIG)
    config.write_text(CONFIG.format(west=west.url, east=east.url))
    return aws, config
