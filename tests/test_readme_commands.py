"""What the README tells to type does what it says, as it is written there."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

import tui
from tests.terminal import PATIENCE, Terminal, environment_at
from tests.written import PAGES, ROOT, Block, Command, blocks, section, text_of
from tui.sandbox.server import Sandbox

FOLDERS = ("benchmarks", "screenshots", "tests", "tui")

INSTALLS = "it installs from an index of packages: its form is looked at"
LONG = "it takes minutes, and all of the machine"
CI = "CI runs the same"

NOT_RUN = {
    "python3 -m venv .venv && .venv/bin/pip install": INSTALLS,
    "pipx install": INSTALLS,
    "uv tool install": INSTALLS,
    "python3 -m pip wheel": INSTALLS,
    ".venv/bin/python -m pytest": "it is what runs this",
    ".venv/bin/python -m tests.crash": LONG,
    ".venv/bin/python benchmarks/": LONG,
    ".venv/bin/python -m screenshots.render": LONG,
    ".venv/bin/ruff": CI,
    ".venv/bin/mypy": CI,
    ".venv/bin/lint-imports": CI,
    ".venv/bin/python -m hatchling": "tests/test_package.py does so",
    "bash .ci/run": LONG,
}
"""Beginnings of command lines that no test runs, and why."""

SERVES = {
    "asyncinvoke sandbox ": "nothing of it is left",
    "asyncinvoke --serve": "No tab is served any more",
}
"""Those that go on until they are told to end, and what they say then."""

STOP = re.compile(r"`([^`\n]+)`|\*\*([^*]+)\*\*")
"""In a walk through the screen: what is typed, and what is then on the screen."""

NAMES = {"⏎": "enter", "esc": "escape"}


@dataclass(frozen=True)
class Clone:
    """A copy of the tree with this interpreter as its ``.venv``, on a machine without settings."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, commands: list[Command]) -> list[tuple[Command, int, str]]:
        """Each command in turn, in one bash; its exit code, and what all of them said so far."""
        codes = self.folder / "codes"
        codes.unlink(missing_ok=True)
        script = "".join(
            f"{each.line}\necho $? >> {shlex.quote(str(codes))}\n" for each in commands
        )
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=1.5 * PATIENCE,
        )
        said = done.stdout + done.stderr
        return [
            (command, int(code), said)
            for command, code in zip(commands, codes.read_text().split(), strict=True)
        ]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clone]:
    folder = tmp_path_factory.mktemp("clone")
    tree, home = folder / "asyncinvoke", folder / "home"
    home.mkdir()
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, tree)
    programs = tree / ".venv/bin"
    programs.mkdir(parents=True)
    for name, module in {"python": "", "python3": "", "asyncinvoke": "-m tui"}.items():
        write_program(programs / name, f"{shlex.quote(sys.executable)} {module}")
    with Sandbox(job_seconds=0.5) as sandbox:
        sandbox.seed(20)
        at_home = environment_at(home)
        own = {
            "PATH": f"{programs}:{at_home['PATH']}",
            "PYTHONPATH": str(tree),
            "TMPDIR": str(folder),
            "ASYNCINVOKE_POLLING_FASTEST": "0.2",
        }
        yield Clone(tree, {**at_home, **own, **sandbox.environment()})
    shutil.rmtree(folder)


def write_program(path: Path, command: str) -> None:
    path.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    path.chmod(0o700)


def begins(command: Command, beginnings: Mapping[str, str]) -> str:
    """Which of the beginnings a command has; empty for none."""
    return next((each for each in beginnings if command.line.startswith(each)), "")


SHELL = [block for page in PAGES for block in blocks(page) if block.language == "sh"]


def runs(block: Block) -> list[Command]:
    return [each for each in block.commands if not begins(each, {**NOT_RUN, **SERVES})]


@pytest.mark.parametrize(
    "block", [block for block in SHELL if runs(block)], ids=lambda b: f"{b.page}, {b.heading}"
)
def test_a_block_runs_as_it_is_written(clone: Clone, block: Block) -> None:
    for command, code, said in clone.run(runs(block)):
        assert code in command.exit_codes, f"{command.line}\n{said}"
        assert "Traceback" not in said


def test_every_block_is_of_a_kind_that_is_looked_at() -> None:
    every = [block for page in PAGES for block in blocks(page)]

    assert {block.language for block in every} == {"sh", "json", "toml"}
    assert {block.heading for block in every if block.language == "json"} == {"Rights"}
    lines = [command.line for block in SHELL for command in block.commands]
    unused = [
        each for each in {**NOT_RUN, **SERVES} if not any(li.startswith(each) for li in lines)
    ]
    assert unused == []


@pytest.mark.parametrize(
    "command",
    [each for block in SHELL for each in block.commands if begins(each, SERVES)],
    ids=lambda command: command.line,
)
def test_what_serves_does_so_until_it_is_told_to_end(clone: Clone, command: Command) -> None:
    browser = build_opener(HTTPCookieProcessor())
    with subprocess.Popen(
        ["bash", "-c", f"exec {command.line}"],
        cwd=clone.folder,
        env=dict(clone.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as serving:
        assert serving.stdout
        url = next(line.strip() for line in serving.stdout if line.startswith("http://127.0.0.1:"))
        try:
            with browser.open(url, timeout=PATIENCE) as answer:
                assert answer.status == 200
        finally:
            serving.send_signal(signal.SIGINT)
        said, _ = serving.communicate(timeout=PATIENCE)
        assert serving.returncode in command.exit_codes
        assert SERVES[begins(command, SERVES)] in said


@pytest.mark.parametrize(
    "block",
    [block for page in PAGES for block in blocks(page) if block.language == "toml"],
    ids=lambda block: block.heading,
)
def test_a_configuration_that_is_shown_is_right(clone: Clone, block: Block, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(block.text, encoding="utf-8")
    aws = tmp_path / "aws"
    aws.write_text("[profile prod]\nregion = us-west-2\n", encoding="utf-8")
    program = f"AWS_CONFIG_FILE={aws} asyncinvoke --config {path} config check"

    ((_, code, said),) = clone.run([Command(program)])

    assert (code, said.strip()) == (0, "ok")


def test_what_ci_is_said_to_run_it_runs() -> None:
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    lines = [command.line for block in SHELL for command in block.commands]
    told = [line for line in lines if NOT_RUN.get(begins(Command(line), NOT_RUN)) == CI]

    assert [part for line in told for part in line.split(" && ") if part not in run] == []


def installing() -> list[Command]:
    lines = [command for block in SHELL for command in block.commands]
    return [each for each in lines if NOT_RUN.get(begins(each, NOT_RUN)) == INSTALLS]


@pytest.mark.parametrize("command", installing(), ids=lambda command: command.line)
def test_what_installs_names_extras_and_a_wheel_that_there_are(command: Command) -> None:
    words = shlex.split(command.line)
    extras = set(",".join(re.findall(r"\[([\w,]+)\]", command.line)).split(",")) - {""}
    (wheel,) = re.findall(r"dist/([\w.-]+)\[", command.line) or [None]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert all(f"\n{extra} = [" in project for extra in extras)
    assert wheel in (None, f"asyncinvoke-{tui.__version__}-py3-none-any.whl")
    assert wheel or "." in words or any(re.match(r"\.\[", word) for word in words)


def test_the_first_two_commands_install_in_the_same_way_and_the_second_is_what_ci_runs() -> None:
    first, second = (block.commands[0].line for block in blocks("README.md")[:2])
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    found = re.search(r'grep -m1 "([^"]+)" README\.md', run)

    assert found
    assert re.search(f"^.*{found[1]}.*$", text_of("README.md"), re.MULTILINE)[0] == second  # type: ignore[index]
    for line, extra, last in (
        (first, "[sandbox]", ".venv/bin/asyncinvoke --sandbox"),
        (second, "[dev]", ".venv/bin/python -m pytest -n auto"),
    ):
        make, install, do = line.split(" && ")
        assert make == "python3 -m venv .venv"
        assert re.fullmatch(r"\.venv/bin/pip install -q (-e )?'\.\[\w+\]'", install)
        assert extra in install
        assert do == last


def test_the_five_minutes_go_as_they_are_told(clone: Clone) -> None:
    first = blocks("README.md")[0].commands[0].line.rpartition(" && ")[2]
    text = section("README.md", "Five minutes with the sandbox")
    walk = text[text.index("1. ") : text.index("\n\nAgainst AWS itself")]
    command = ["bash", "-c", f"cd {clone.folder}; {first}"]

    with Terminal(command, clone.environment) as screen:
        last = ""
        for typed, shown in STOP.findall(walk):
            if shown:
                last = shown.replace("\n   ", " ")
                screen.wait_for(last)
            else:
                screen.press(NAMES.get(typed, typed))
            if typed == "esc":
                wait_until_gone(screen, last)
        assert screen.wait() == 0
        assert screen.is_restored


def wait_until_gone(screen: Terminal, text: str) -> None:
    """Read until a text is gone: a key that came at once after Escape would be Alt and that key."""
    screen.wait_until(lambda shown: text not in shown, f"{text} gone")
