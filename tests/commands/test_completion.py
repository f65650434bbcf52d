"""What the shells offer at a tab: the real ones are asked, through the scripts that we print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW, a_watched, an_invocation, arn_of
from tests.commands.conftest import Invoke
from tests.terminal import Terminal
from tui.commands import completion, options
from tui.commands.completion import SHELLS, WORDS
from tui.ledger.database import Database
from tui.ledger.known import Known

CONTEXT = "default us-west-2"

BASH = """
source <(asyncinvoke completion bash)
for COMP_LINE; do
    COMPREPLY=() COMP_POINT=${#COMP_LINE} COMP_TYPE=9
    _python_argcomplete asyncinvoke
    printf '%s\\n' "${COMPREPLY[@]}" -
done
"""
"""What bash does at a tab, behind one line after the other; each answer ends with a hyphen."""

FISH = """
asyncinvoke completion fish | source
complete --do-complete $argv[1]
"""


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(shell), reason=f"needs {shell}")


@pytest.fixture
def path(machine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the path that has the command, as an installer makes it."""
    folder = machine / "bin"
    folder.mkdir()
    command = folder / "asyncinvoke"
    program = f"#!{sys.executable}\nfrom tui.__main__ import command\ncommand()\n"
    command.write_text(program, encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    config = machine / "aws-config"
    config.write_text("[profile prod]\nregion = us-west-2\n[profile test-\x1b[31mred]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    return folder


@pytest.fixture
async def ledger(machine: Path) -> Path:
    """A ledger with two invocations of the default profile in us-west-2."""
    file = machine / "ledger.sqlite3"
    with closing(Database(file)) as database:
        earlier = an_invocation("a91b0c3d4e5f", submit_time=NOW - timedelta(days=1))
        await Known(database).save(CONTEXT, [earlier, an_invocation("mm0oexhd8y31")])
        await Known(database).save("prod us-west-2", [an_invocation("elsewhere000")])
    return file


def asked(command: Sequence[str]) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    return [line.strip() for line in done.stdout.splitlines() if line.strip()]


def in_bash(*lines: str) -> list[list[str]]:
    """What is offered behind each line."""
    words = "\n".join(asked(["bash", "--norc", "-c", BASH, "bash", *lines]))
    answers = re.split("^-$", words, flags=re.MULTILINE)[:-1]
    assert len(answers) == len(lines)
    return [answer.split() for answer in answers]


def in_fish(line: str) -> dict[str, str]:
    lines = asked(["fish", "--no-config", "--command", FISH, line])
    return {word: told for word, _, told in (line.partition("\t") for line in lines)}


@needs("bash")
def test_bash_offers_commands_options_and_choices(path: Path) -> None:
    commands, *others = in_bash(
        "asyncinvoke ",
        "asyncinvoke rec",
        "asyncinvoke recover --res",
        "asyncinvoke list --output y",
        "asyncinvoke list --output=j",
        "asyncinvoke config ",
    )
    assert {"list", "start-async-invoke", "sandbox", "completion"} <= set(commands)
    assert not [word for word in commands if word.startswith("-")]
    assert others == [
        ["recover"],
        ["--resend"],
        ["yaml", "yaml-stream"],
        ["json"],
        ["path", "show", "check"],
    ]


@needs("bash")
def test_bash_offers_what_only_this_machine_knows(path: Path, ledger: Path) -> None:
    config = path.parent / "settings.toml"
    config.write_text("[contexts.media]\nprofile = 'prod'\n")

    *others, models = in_bash(
        "asyncinvoke --profile ",
        "asyncinvoke --region us-west-",
        "asyncinvoke list --context m",
        f"asyncinvoke --ledger {ledger.parent}/led",
        "asyncinvoke start-async-invoke --model-id l",
    )
    assert others == [["default", "prod"], ["us-west-1", "us-west-2"], ["media"], [str(ledger)]]
    assert "luma.ray-v2:0" in models


@needs("fish")
def test_fish_offers_them_with_what_they_mean(path: Path) -> None:
    assert in_fish("asyncinvoke rec") == {"recover": options._RECOVER}
    assert set(in_fish("asyncinvoke --profile p")) == {"prod"}
    assert set(in_fish("asyncinvoke list --output t")) == {"text", "table"}


@needs("zsh")
def test_zsh_completes_as_it_is_typed(path: Path, machine: Path) -> None:
    begin = "autoload -Uz compinit && compinit -u && source <(asyncinvoke completion zsh)"
    begin += " && PS1=$PS1$PS1"
    environment = {**os.environ, "PS1": "ready> ", "ZDOTDIR": str(machine)}
    with Terminal(["zsh", "-f", "-i"], environment) as terminal:
        terminal.wait_for("ready>")
        terminal.press(begin, "enter")
        terminal.wait_for("ready> ready>")
        terminal.press("asyncinvoke recover --res", "tab")
        terminal.wait_for("asyncinvoke recover --resend")
        terminal.press("ctrl+u", "asyncinvoke --profile pr", "tab")
        terminal.wait_for("asyncinvoke --profile prod")
        terminal.press("ctrl+u", "asyncinvoke --output y", "tab")
        terminal.wait_for("asyncinvoke --output yaml")  # as far as they are alike
        terminal.press("tab")
        terminal.wait_for("yaml-stream")


def test_a_key_is_the_id_or_the_arn_of_what_the_ledger_has(machine: Path, ledger: Path) -> None:
    given = Namespace(ledger=str(ledger), region="us-west-2")

    words = WORDS["key"](given, "")
    assert list(words) == ["mm0oexhd8y31", "a91b0c3d4e5f"]
    assert words["mm0oexhd8y31"].startswith("InProgress, luma.ray-v2:0, 2026-")
    assert list(WORDS["key"](given, "arn:aws")) == [arn_of("mm0oexhd8y31"), arn_of("a91b0c3d4e5f")]


async def test_the_endpoints_that_were_asked_are_offered(machine: Path, ledger: Path) -> None:
    with closing(Database(ledger)) as database:
        await Known(database).save(CONTEXT, [a_watched()])
    given = Namespace(ledger=str(ledger), region="us-west-2")

    assert list(WORDS["endpoint_name"](given, "")) == ["sharpen"]


@pytest.mark.parametrize("content", [None, b"", b"somebody's notes\n" * 999])
def test_a_ledger_that_is_none_offers_nothing_and_stays(
    machine: Path, content: bytes | None
) -> None:
    file = machine / "deep" / "ledger.sqlite3"
    file.parent.mkdir()
    if content is not None:
        file.write_bytes(content)

    assert WORDS["key"](Namespace(ledger=str(file), region="us-west-2"), "") == {}

    found = [path for path in file.parent.rglob("*") if path.is_file()]
    assert found == ([file] if content is not None else [])
    assert content is None or file.read_bytes() == content


def test_what_no_terminal_should_be_sent_is_not_offered(path: Path, machine: Path) -> None:
    assert "test-\x1b[31mred" in WORDS["profile"](Namespace(), "")
    assert words_of("asyncinvoke --profile ") == ["default", "prod"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("--profile ", ["default", "prod"]),
        ("--context ", []),
        ("start-async-invoke --model-id luma", ["luma.ray-v2:0"]),
    ],
)
def test_a_configuration_that_is_wrong_is_no_fault_here(
    machine: Path, line: str, offered: list[str]
) -> None:
    (machine / "settings.toml").write_text("[polling]\nfastest = 'soon'\n")
    (machine / "no-config").write_text("[profile prod]\n")

    assert words_of(f"asyncinvoke {line}") == offered


@pytest.mark.parametrize(
    "line", ["", "--region us-", "--profile ", "start-async-invoke --model-id "]
)
def test_words_come_without_the_screen_and_without_aws(machine: Path, line: str) -> None:
    imports: list[str] = []

    words_of(f"asyncinvoke {line}", imports)

    assert "tui.commands.completion" in imports
    heavy = {"textual", "rich", "botocore", "boto3", "aiobotocore", "aiohttp", "moto"}
    assert not heavy & {name.partition(".")[0] for name in imports}
    assert sorted(path.name for path in machine.iterdir()) == ["settings.toml"]


def words_of(line: str, imports: list[str] | None = None) -> list[str]:
    """What a process writes that is asked as the script for bash asks; nothing else is said."""
    reader, writer = os.pipe()
    program = "from tui.__main__ import command; command()"
    environment = {**os.environ, "_ARGCOMPLETE": "1", "COMP_LINE": line}
    environment |= {"COMP_POINT": str(len(line.encode())), "_ARGCOMPLETE_SHELL": "bash"}
    shell = ["bash", "-c", 'exec 8>&"$1" 9>/dev/null; exec "${@:2}"', "bash", str(writer)]
    done = subprocess.run(
        [*shell, sys.executable, "-X", "importtime", "-c", program],
        env=environment,
        pass_fds=[writer],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as answer:
        written = answer.read()
    lines = done.stderr.splitlines()
    assert all(line.startswith("import time:") for line in lines), done.stderr
    assert (done.returncode, done.stdout) == (0, "")
    if imports is not None:
        imports += [line.rpartition("|")[2].strip() for line in lines]
    return [word.strip() for word in written.split("\v") if word.strip()]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_data(here: Invoke, shell: str) -> None:
    done = here("completion", shell)

    assert (done.code, done.err) == (0, "")
    assert "asyncinvoke" in done.out


def test_a_shell_that_is_unknown_is_usage(here: Invoke) -> None:
    done = here("completion", "cmd")

    assert done.code == 2
    assert "'bash', 'zsh', 'fish'" in done.err


def test_every_value_that_is_offered_belongs_to_an_option() -> None:
    names = {action.dest for action in completion._actions(options.build())}

    assert set(WORDS) - {"key"} <= names
