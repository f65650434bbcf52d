"""``--sandbox``: an embedded AWS around a front end, with credentials and a ledger of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.commands.start import Start
from tui.config import Sources
from tui.config.layers import Found, Place
from tui.model.setting import Setting

if TYPE_CHECKING:
    from tui.sandbox.server import Sandbox

PROFILE = "sandbox"
S3_URI = "s3://sandbox-output/demo/"
MODEL_ID = "luma.ray-v2:0"
ENDPOINT_NAME = "sandbox-echo"
UPLOAD_TO = "s3://sandbox-uploads/demo/"

_FILE = """\
[profile {profile}]
region = {region}
aws_access_key_id = sandbox
aws_secret_access_key = sandbox

[profile {profile}-eu]
region = eu-west-1
aws_access_key_id = sandbox-eu
aws_secret_access_key = sandbox-eu
"""


@contextlib.contextmanager
def embedded(start: Start, sandbox: Sandbox, seed_jobs: int) -> Iterator[Start]:
    """The same start inside an embedded AWS of its own; both end together. See ``joined``.

    Raises:
        SandboxMissingError: The extra ``sandbox`` is not installed.
    """
    with sandbox:
        if seed_jobs:
            sandbox.seed(seed_jobs)
        with joined(start, sandbox.url, sandbox.region) as inside:
            yield inside


@contextlib.contextmanager
def joined(start: Start, url: str, region: str) -> Iterator[Start]:
    """The same start inside a sandbox that runs, and goes on; nothing else is left of it.

    The SDK sees none of the user's own AWS settings meanwhile: no credentials of theirs can go
    to the sandbox, and no request of the sandbox's to AWS.

    Args:
        start: What the command line came to.
        url: The sandbox's endpoint URL.
        region: For requests that name none.
    """
    with tempfile.TemporaryDirectory(prefix="asyncinvoke-") as folder:
        profile = Path(folder) / "aws-config"
        profile.write_text(_FILE.format(profile=PROFILE, region=region), encoding="utf-8")
        own = {
            "AWS_CONFIG_FILE": str(profile),
            "AWS_SHARED_CREDENTIALS_FILE": str(Path(folder) / "none"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        with _environment(own):
            settings = start.settings
            defaults = settings.defaults_of(start.context)
            flags: dict[Place, Found] = {
                ("profile",): Found(PROFILE, "--sandbox"),
                ("region",): Found(region, "--sandbox"),
                ("endpoint-url",): Found(url, "--sandbox"),
            }
            yield dataclasses.replace(
                start,
                others=(),
                others_shown=(),
                sources=Sources(flags=flags, environment=dict(os.environ), path=start.sources.path),
                settings=replace(
                    settings,
                    defaults=replace(
                        defaults,
                        model_id=defaults.model_id or MODEL_ID,
                        s3_uri=defaults.s3_uri or S3_URI,
                        endpoint_name=defaults.endpoint_name or ENDPOINT_NAME,
                        upload_to=defaults.upload_to or UPLOAD_TO,
                    ),
                    contexts={},
                    open="",
                ),
                context=replace(
                    start.context,
                    profile=PROFILE,
                    is_environment=False,
                    name="",
                    variables=("AWS_ACCESS_KEY_ID=sandbox", "AWS_SECRET_ACCESS_KEY=sandbox"),
                    region=region,
                    endpoint_url=url,
                    endpoints=(),
                    profile_endpoints=(),
                    ca_bundle=None,
                    sign_requests=True,
                ),
                shown=_shown(start.shown, region, url),
                ledger=start.ledger if start.is_ledger_chosen else Path(folder) / "ledger.sqlite3",
            )


def _shown(shown: Iterable[Setting], region: str, url: str) -> tuple[Setting, ...]:
    """The settings in use, in a sandbox."""
    own = {"profile": PROFILE, "region": region, "endpoint-url": url}
    texts = {key: json.dumps(value) for key, value in own.items()}
    texts |= {"ca-bundle": "", "no-sign-request": "false"}
    return tuple(
        Setting(each.key, texts[each.key], "--sandbox") if each.key in texts else each
        for each in shown
        if not each.key.startswith("endpoint-url (")
    )


@contextlib.contextmanager
def _environment(own: dict[str, str]) -> Iterator[None]:
    """Replace every AWS and proxy variable by our own ones for a while."""
    held = dict(os.environ)
    for name in held:
        if name.startswith("AWS_") or name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            del os.environ[name]
    os.environ.update(own)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(held)
