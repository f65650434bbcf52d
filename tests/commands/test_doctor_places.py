"""The doctor on the way to AWS, at the places that are written to, and on this machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.commands.conftest import Invoke
from tests.commands.doctored import findings, output_to, the_fault, unasked
from tests.commands.doctored import well as well
from tests.tls import SelfSigned
from tui.sandbox.server import Sandbox

pytestmark = pytest.mark.usefixtures("well")


@pytest.fixture
def closed_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[SelfSigned]:
    with SelfSigned(tmp_path) as server:
        yield server


# Where it is written -----------------------------------------------------------------------------


def test_a_bucket_that_is_missing(invoke: Invoke) -> None:
    output_to("nowhere-to-be-found")

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] == "output"
    assert "nowhere-to-be-found: HeadBucket: NoSuchBucket" in fault["text"]
    assert "name" in fault["remedy"]


def test_a_bucket_that_is_forbidden(invoke: Invoke) -> None:
    output_to("sandbox-forbidden")

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] == "output"
    assert "sandbox-forbidden: HeadBucket: AccessDenied" in fault["text"]
    assert "s3:ListBucket" in fault["remedy"]


def test_a_bucket_that_is_in_another_region(invoke: Invoke) -> None:
    output_to("sandbox-elsewhere")

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] == "output"
    assert fault["text"] == "sandbox-elsewhere is in eu-central-1, and the calls go to us-west-2"
    assert "--region eu-central-1" in fault["remedy"]


def test_an_upload_folder_that_may_not_be_listed_may_serve_all_the_same(invoke: Invoke) -> None:
    output_to("sandbox-output", 'upload-to = "s3://sandbox-unlistable/in/"\n')

    done = invoke("doctor", "--output=json")

    assert done.code == 0
    (warning,) = findings(done, "warning")
    assert (warning["topic"], "HeadBucket" in warning["text"]) == ("uploads", True)


def test_an_upload_folder_that_is_missing(invoke: Invoke) -> None:
    output_to("sandbox-output", 'upload-to = "s3://nowhere-to-be-found/in/"\n')

    assert the_fault(invoke("doctor", "--output=json"))["topic"] == "uploads"


def test_without_an_output_folder_none_is_looked_at(invoke: Invoke, sandbox: Sandbox) -> None:
    Path(os.environ["ASYNCINVOKE_CONFIG"]).write_text("")

    done = invoke("doctor", "--output=json")

    assert done.code == 0
    assert any("no defaults.s3-uri is set" in each["text"] for each in findings(done, "not known"))
    assert sandbox.calls["HeadBucket"] == 0


def test_an_endpoint_that_answers_at_once_only(invoke: Invoke) -> None:
    output_to("sandbox-output", 'endpoint-name = "sandbox-sync"\n')

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] == "endpoint"
    assert "AsyncInferenceConfig" in fault["cause"]


def test_an_endpoint_that_does_not_exist(invoke: Invoke) -> None:
    output_to("sandbox-output", 'endpoint-name = "nobody"\n')

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] == "endpoint"
    assert "nobody" in fault["text"]


def test_a_key_that_does_not_exist(invoke: Invoke) -> None:
    arn = "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555"
    output_to("sandbox-output", f'kms-key-id = "{arn}"\n')

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] == "key"
    assert "NotFoundException" in fault["text"]


# The clock ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "way"), [(-1200, "ahead of"), (1200, "behind")])
def test_a_clock_that_is_20_minutes_off(
    invoke: Invoke, sandbox: Sandbox, seconds: float, way: str
) -> None:
    sandbox.clock.advance(seconds)

    fault = the_fault(invoke("doctor", "--output=json"))

    assert fault["topic"] == "clock"
    assert way in fault["text"]
    assert any(about in fault["text"] for about in ("20 min", "19 min 5"))


def test_a_clock_that_is_two_minutes_off_is_a_warning(invoke: Invoke, sandbox: Sandbox) -> None:
    sandbox.clock.advance(120)

    done = invoke("doctor", "--output=json")

    assert done.code == 0
    (warning,) = findings(done, "warning")
    assert warning["topic"] == "clock"


# The way there -----------------------------------------------------------------------------------


def test_an_endpoint_that_refuses_connections(here: Invoke, closed_port: int) -> None:
    url = f"http://127.0.0.1:{closed_port}"

    done = here("doctor", "--output=json", f"--endpoint-url={url}", "--region=us-west-2")

    fault = the_fault(done)
    assert fault["topic"] == "network"
    assert url in fault["text"]
    assert "onnection refused" in fault["text"]
    assert unasked(done)
    told = [each["text"] for each in findings(done, "not known") if each["topic"] == "credentials"]
    assert told == ["environment variables: not tried"]


def test_credentials_that_are_missing_are_told_though_aws_is_not_reached(
    here: Invoke, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    url = f"http://127.0.0.1:{closed_port}"

    done = here("doctor", "--output=json", f"--endpoint-url={url}", "--region=us-west-2")

    (keys,) = (each for each in findings(done, "fault") if each["topic"] == "credentials")
    assert "none were found" in keys["text"]
    assert "choose a --profile, log in" in keys["remedy"]


def test_a_name_that_leads_nowhere(here: Invoke) -> None:
    url = "http://bedrock.invalid"

    done = here("doctor", "--output=json", f"--endpoint-url={url}", "--region=us-west-2")

    fault = the_fault(done)
    assert fault["topic"] == "network"
    assert "bedrock.invalid: the name is not known" in fault["text"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://127.0.0.1:x", "http://a b"])
def test_an_endpoint_that_is_none(here: Invoke, url: str) -> None:
    done = here("doctor", "--output=json", f"--endpoint-url={url}", "--region=us-west-2")

    if done.code == 2:
        assert "endpoint-url" in done.err
    else:
        assert the_fault(done)["topic"] in ("context", "network")


def test_a_proxy_that_is_none(here: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://[/red]")

    done = here("doctor", "--output=json", "--region=us-west-2")

    assert done.code == 1
    assert {each["topic"] for each in findings(done, "fault")} == {"proxy"}


def test_a_certificate_that_is_not_trusted(here: Invoke, self_signed: SelfSigned) -> None:
    done = here("doctor", "--output=json", f"--endpoint-url={self_signed.url}", "--region=x-1")

    fault = the_fault(done)
    assert fault["topic"] == "TLS"
    assert "issued by Example Corp" in fault["text"]
    assert "--ca-bundle" in fault["remedy"]
    assert unasked(done)


def test_a_ca_bundle_that_is_none(invoke: Invoke, machine: Path) -> None:
    (machine / "rubbish.pem").write_text("no certificate at all\n")

    done = invoke("doctor", "--output=json", "--ca-bundle=rubbish.pem")

    fault = the_fault(done)
    assert fault["topic"] == "certificates"
    assert "rubbish.pem: it holds no certificates" in fault["text"]
    assert unasked(done)


def test_a_ca_bundle_that_is_not_there(invoke: Invoke) -> None:
    fault = the_fault(invoke("doctor", "--output=json", "--ca-bundle=nowhere.pem"))

    assert fault["topic"] == "certificates"
    assert "nowhere.pem" in fault["text"]


def test_a_proxy_that_refuses(
    here: Invoke, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://someone:s3cret@127.0.0.1:{closed_port}")

    done = here("doctor", "--output=json", "--region=us-west-2")

    assert done.code == 1
    faults = findings(done, "fault")
    assert {each["topic"] for each in faults} == {"proxy"}
    assert "HTTPS_PROXY" in faults[0]["remedy"]
    assert "s3cret" not in done.out + done.err
    assert unasked(done)


# This machine ------------------------------------------------------------------------------------


def test_a_ledger_that_cannot_be_written(invoke: Invoke, machine: Path) -> None:
    (machine / "a-file").write_text("")

    fault = the_fault(invoke("doctor", "--output=json", "--ledger=a-file/ledger.sqlite3"))

    assert fault["topic"] == "ledger"
    assert "a-file is no folder" in fault["text"]
    assert "--ledger" in fault["remedy"]


def test_a_ledger_that_is_somebody_s_notes(invoke: Invoke, machine: Path) -> None:
    (machine / "notes.txt").write_text("no database, but somebody's notes\n" * 9)

    fault = the_fault(invoke("doctor", "--output=json", "--ledger=notes.txt"))

    assert (fault["topic"], "it is no ledger" in fault["text"]) == ("ledger", True)


def test_a_ledger_that_others_may_read_is_a_warning(invoke: Invoke, machine: Path) -> None:
    invoke("list", "--ledger=own.sqlite3")
    (machine / "own.sqlite3").chmod(0o644)

    done = invoke("doctor", "--output=json", "--ledger=own.sqlite3")

    assert done.code == 0
    (warning,) = findings(done, "warning")
    assert (warning["topic"], warning["remedy"]) == ("ledger", "chmod 600 own.sqlite3")
