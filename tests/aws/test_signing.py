"""What requests are signed with, by every kind of client, and what stands in the way of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from tests.aws.sessions import KEYS, a_session, bring
from tests.signed_in import ROLE, SERIAL, AwsFiles
from tui.aws import bedrock, credential_process
from tui.aws.credentials import look
from tui.aws.session import Session
from tui.engine import loop
from tui.model.credentials import CodeWanted, Credentials
from tui.model.problem import Problem, ProblemError
from tui.sandbox.server import Sandbox

SSO = """\
[profile team]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Tester
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
[profile admin]
role_arn = arn:aws:iam::123456789012:role/admin
source_profile = team
"""


async def refused(session: Session) -> Problem:
    with pytest.raises(ProblemError) as caught:
        await session.signing.frozen()
    return caught.value.problem


# One look-up for all ----------------------------------------------------------------------------


async def test_a_program_is_run_once_for_clients_of_every_loop_and_thread(
    aws_files: AwsFiles, sandbox: Sandbox
) -> None:
    runs = aws_files.home / "runs"
    end = datetime.now(timezone.utc) + timedelta(hours=1)
    expiring = KEYS % f', "SessionToken": "t", "Expiration": "{end.isoformat()}"'
    bring(aws_files, f"echo run >> '{runs}'\nprintf '%s' '{expiring}'")
    async with a_session("team", endpoint_url=sandbox.url) as session:
        await session.identity()
        client = await session.blocking_client("s3")
        await asyncio.to_thread(client.list_buckets)

        async def there() -> None:
            other = Session(session.context, session.signing)
            await other.identity()
            await other.close()

        await loop.elsewhere(there)
        found = await look(session)

    assert runs.read_text() == "run\n"
    assert found == Credentials(method="custom-process", profile="team", expires=end)


async def test_a_download_s_loop_may_be_the_first_to_sign(
    aws_files: AwsFiles, sandbox: Sandbox
) -> None:
    aws_files.keys("mine", "team")
    async with a_session("team", endpoint_url=sandbox.url) as session:
        session.signing.bind()

        async def there() -> str:
            return str((await session.signing.frozen()).access_key)

        assert await loop.elsewhere(there) == "mine"


async def test_what_is_refused_is_not_even_sent(aws_files: AwsFiles, sandbox: Sandbox) -> None:
    aws_files.keys("mine")
    problem = Problem(kind="ExpiredToken", message="over")
    async with a_session(endpoint_url=sandbox.url) as session:
        session.signing.refuse(problem)
        with pytest.raises(ProblemError) as caught:
            await anext(bedrock.list_all(session))
        client = await session.blocking_client("s3")
        with pytest.raises(ProblemError):
            await asyncio.to_thread(client.list_buckets)

    assert caught.value.problem == problem
    assert not sandbox.calls


# An API key -------------------------------------------------------------------------------------


async def test_an_api_key_goes_to_bedrock_in_place_of_a_signature(
    aws_files: AwsFiles, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "my-api-key")
    async with a_session(endpoint_url=sandbox.url) as session:
        assert not (await anext(bedrock.list_all(session))).invocations
        assert await look(session) == Credentials(method="bearer")

        sandbox.expiry.set("my-api-key", 0)
        with pytest.raises(ProblemError, match="ExpiredToken"):
            await anext(bedrock.list_all(session))


async def test_an_endpoint_that_is_none_is_told_as_one_and_not_as_credentials(
    aws_files: AwsFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "htp:/nowhere")
    aws_files.keys("source")
    aws_files.configure(f"[profile team]\nrole_arn = {ROLE}\nsource_profile = default\n")
    async with a_session("team") as session:
        problem = await refused(session)

    assert problem.kind == "InvalidEndpointURL"
    assert "htp:/nowhere" in problem.message
    assert not problem.is_signed_out


# A second factor --------------------------------------------------------------------------------


async def test_a_role_s_code_is_asked_for_where_someone_can_be_asked(a_role: AwsFiles) -> None:
    async with a_session("team") as session:
        problem = await refused(session)

        assert problem.kind == "MfaNotAsked"
        assert SERIAL in problem.message
        assert problem.is_signed_out


async def test_when_a_role_s_hour_is_over_the_code_is_asked_for_again(
    a_role: AwsFiles, sandbox: Sandbox
) -> None:
    asked: list[CodeWanted] = []

    async def ask(wanted: CodeWanted) -> str:
        asked.append(wanted)
        return "123456"

    async with a_session("team") as session:
        session.signing.ask = ask
        first = await session.signing.frozen()
        # botocore goes by the machine's own clock.
        found = session.signing._found
        assert found is not None
        found._expiry_time = datetime.now(timezone.utc) + timedelta(minutes=1)
        second = await session.signing.frozen()

    assert first.access_key != second.access_key
    assert len(asked) == 2
    assert sandbox.calls["AssumeRole"] == 2


# What stands in the way -------------------------------------------------------------------------


async def test_a_program_that_hangs_is_killed_with_what_it_started(
    aws_files: AwsFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credential_process, "SECONDS", 0.3)
    bring(aws_files, "sleep 600 & wait")
    async with a_session("team") as session:
        problem = await asyncio.wait_for(refused(session), 20)

    assert problem.kind == "CredentialProcessFailed"
    assert problem.message.startswith("credential_process of profile team: it has not ended within")
    assert problem.is_signed_out


async def test_a_program_that_hangs_holds_up_no_end(aws_files: AwsFiles) -> None:
    begun = aws_files.home / "begun"
    bring(aws_files, f"touch '{begun}'; exec sleep 600")
    async with a_session("team") as session:
        waiting = asyncio.create_task(session.signing.frozen())
        while not begun.exists():
            await asyncio.sleep(0.01)

    with pytest.raises((ProblemError, asyncio.CancelledError)):
        await asyncio.wait_for(waiting, 20)


@pytest.mark.parametrize(
    ("printed", "what"),
    [
        ("TELL-NOBODY", "not JSON"),
        ('["TELL-NOBODY"]', "not a JSON object"),
        ("", "it printed nothing"),
        ('{"Version": "TELL-NOBODY"}', 'no "Version": 1'),
        ('{"Version": 1, "AccessKeyId": "TELL-NOBODY"}', "no SecretAccessKey"),
        (KEYS % ', "Expiration": "TELL-NOBODY"', "the Expiration it printed is no time"),
        (KEYS % ', "SessionToken": 5', "SessionToken"),
    ],
)
async def test_what_a_program_prints_instead_of_credentials_is_named_but_not_shown(
    aws_files: AwsFiles, printed: str, what: str
) -> None:
    bring(aws_files, f"printf '%s' '{printed}'; echo TELL-NOBODY >&2")
    async with a_session("team") as session:
        problem = await refused(session)

    assert problem.kind == "CredentialProcessFailed"
    assert "profile team" in problem.message
    assert what in problem.message
    assert "TELL-NOBODY" not in repr(problem)


@pytest.mark.parametrize(
    ("script", "what"), [("echo TELL-NOBODY >&2; exit 3", "exit code 3"), ("kill -9 $$", "signal")]
)
async def test_how_a_program_failed_is_told(aws_files: AwsFiles, script: str, what: str) -> None:
    bring(aws_files, script)
    async with a_session("team") as session:
        problem = await refused(session)

    assert what in problem.message
    assert "TELL-NOBODY" not in repr(problem)


async def test_the_profile_that_names_the_program_is_told_where_it_only_assumes_a_role(
    aws_files: AwsFiles,
) -> None:
    file = bring(aws_files, "exit 3")
    aws_files.configure(
        f"[profile source]\ncredential_process = '{file}'\n"
        f"[profile team]\nrole_arn = {ROLE}\nsource_profile = source\n"
    )
    async with a_session("team") as session:
        problem = await refused(session)

    assert problem.message == "credential_process of profile source: it ended with exit code 3"


async def test_a_program_that_is_not_there_is_named(aws_files: AwsFiles) -> None:
    aws_files.configure("[profile team]\ncredential_process = /no/such/program --secret x\n")
    async with a_session("team") as session:
        problem = await refused(session)

    assert "/no/such/program cannot start: No such file or directory" in problem.message
    assert "--secret" not in repr(problem)


async def test_a_program_that_brings_what_has_ended_is_told(aws_files: AwsFiles) -> None:
    ended = KEYS % ', "Expiration": "2020-01-01T00:00:00Z"'
    bring(aws_files, f"printf '%s' '{ended}'")
    async with a_session("team") as session:
        problem = await refused(session)

    assert problem.kind == "CredentialsExpired"
    assert problem.is_signed_out


Damage = Callable[[AwsFiles], None]


def _folder(files: AwsFiles) -> None:
    files.credentials.mkdir()


def _latin(files: AwsFiles) -> None:
    files.credentials.write_bytes(b"[default]\naws_access_key_id = \xff\xfe\n")


def _half(files: AwsFiles) -> None:
    files.credentials.write_text("[default]\naws_access_key_id = AKIA\n")


def _torn(files: AwsFiles) -> None:
    files.credentials.write_text("[default\naws_acc")


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        (_folder, "CredentialsUnreadable", "Is a directory"),
        (_latin, "ConfigParseError", "credentials"),
        (_half, "PartialCredentialsError", "aws_secret_access_key"),
        (_torn, "ConfigParseError", "credentials"),
    ],
)
async def test_a_credentials_file_that_cannot_be_read_is_told(
    aws_files: AwsFiles, damage: Damage, kind: str, words: str
) -> None:
    damage(aws_files)
    async with a_session() as session:
        problem = await refused(session)

    assert problem.kind == kind
    assert words in problem.message
    assert not problem.is_ambiguous


# Single sign-on ---------------------------------------------------------------------------------


def _cache(files: AwsFiles, text: str) -> None:
    from hashlib import sha1

    folder = files.home / ".aws" / "sso" / "cache"
    folder.mkdir(parents=True)
    (folder / f"{sha1(b'corp').hexdigest()}.json").write_text(text)


@pytest.mark.parametrize("profile", ["team", "admin"])
@pytest.mark.parametrize(
    "cached",
    [
        None,
        '{"accessToken": "half',
        "[]",
        "5",
        '{"accessToken": "x", "expiresAt": "gibberish"}',
        '{"accessToken": "x", "expiresAt": "2020-01-01T00:00:00Z"}',
    ],
)
async def test_a_cached_token_that_does_not_serve_signs_out_and_has_its_command(
    aws_files: AwsFiles,
    cached: str | None,
    profile: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # botocore fixes the folder when it is imported.
    folder = str(aws_files.home / ".aws" / "sso" / "cache")
    for owner in ("botocore.credentials.SSOProvider", "botocore.tokens.SSOTokenProvider"):
        monkeypatch.setattr(f"{owner}._SSO_TOKEN_CACHE_DIR", folder)
    aws_files.configure(SSO)
    if cached is not None:
        _cache(aws_files, cached)
    async with a_session(profile) as session:
        problem = await refused(session)
        found = await look(session)

    assert problem.is_signed_out, problem
    assert found is not None
    assert found.renewal == ("aws", "sso", "login", "--profile", "team")


async def test_a_log_in_session_is_renewed_by_its_command(aws_files: AwsFiles) -> None:
    aws_files.configure("[profile team]\nlogin_session = arn:aws:iam::123456789012:user/ann\n")
    async with a_session("team") as session:
        problem = await refused(session)
        found = await look(session)

    assert problem.is_signed_out or ".[login]" in problem.remedy
    assert found == Credentials(
        method="login", profile="team", renewal=("aws", "login", "--profile", "team")
    )
