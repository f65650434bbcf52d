"""What the doctor finds on this machine: versions, configuration, ledger. Asks nobody."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import shutil
import stat
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from tui import __version__
from tui.aws import probes
from tui.engine.doctor_case import Case
from tui.engine.program import why
from tui.ledger.database import APPLICATION_ID
from tui.model import extra
from tui.model.document import size_text
from tui.model.explanation import explained
from tui.model.finding import Finding, Verdict, finding_of
from tui.model.problem import Problem, ProblemError
from tui.model.redaction import without_userinfo
from tui.model.setting import Setting

LEAST_FREE = 100 * 1024 * 1024
"""Bytes that should be free on the ledger's disk."""

_LIBRARIES = ("textual", "aiobotocore", "botocore")

_EXTRAS = {
    "sandbox": (("moto", "flask", "hypercorn"), "an embedded AWS for trying"),
    "media": (("av", "PIL", "textual_image"), "images and frames of videos drawn"),
    "serve": (("textual_serve",), "the screen in a browser, --serve"),
}

_NETWORK_DISKS = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|afs|9p|lustre|ceph|glusterfs|fuse\.sshfs")

_HEADER = 72
"""Bytes of an SQLite file that hold its magic and, in the last four, whose it is."""

_NO_REGION = explained(
    Problem(kind="NoRegionError", message="neither options, environment nor AWS files name one")
)

_FILE_SECONDS = 8.0
"""How long the SDK may read its files."""


async def versions() -> list[Finding]:
    """The program, Python, the libraries and the system; and the extras."""
    return await asyncio.to_thread(_versions)


def _versions() -> list[Finding]:
    libraries = ", ".join(f"{name} {_version(name)}" for name in _LIBRARIES)
    python = f"Python {platform.python_version()}"
    first = Finding(
        "versions",
        Verdict.OK,
        f"asyncinvoke {__version__}, {python}, {libraries}",
        (platform.platform(terse=True),),
    )
    return [first, Finding("extras", Verdict.OK, "; ".join(map(_extra, _EXTRAS)))]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"


def _extra(name: str) -> str:
    needed, adds = _EXTRAS[name]
    if all(find_spec(module) for module in needed):
        return f"{name} is installed"
    return f"{name} is not ({adds}): {extra.install(name)}"


async def configuration(case: Case) -> list[Finding]:
    """The configuration file, and where each setting that is not the default came from."""
    is_there = await asyncio.to_thread(case.config.is_file)
    text = f"{case.config}" if is_there else f"{case.config} is not there: the defaults hold"
    own = [each for each in case.shown if each.origin != "default"]
    details = [_told(setting) for setting in own]
    rest = len(case.shown) - len(own)
    details += [f"{rest} more by default"] if rest else []
    return [Finding("config", Verdict.OK, text, tuple(details))]


def _told(setting: Setting) -> str:
    return f"{setting.key} = {without_userinfo(setting.value)}  ({setting.origin})"


async def ledger(case: Case) -> list[Finding]:
    """Whether the ledger can be kept where it should be."""
    return [await asyncio.to_thread(_ledger, case.ledger)]


def _ledger(path: Path) -> Finding:
    try:
        problem, size = _refusal(path)
        return _unusable(path, problem) if problem else _usable(path, size)
    except OSError as error:
        return _unusable(path, why(error))


def _unusable(path: Path, problem: str) -> Finding:
    return Finding(
        "ledger",
        Verdict.FAULT,
        f"{path}: {problem}",
        cause="nothing can be submitted that cannot be written down first",
        remedy="make it writable, or name another file with --ledger or ledger in config.toml",
    )


def _usable(path: Path, size: int) -> Finding:
    """What is to be said of a ledger that can be written, with ``size`` bytes in it."""
    folder = _nearest(path.parent)
    free = shutil.disk_usage(folder).free
    disk = _disk_of(folder)
    details = [f"{size_text(free)} free"]
    details += [f"on a network disk ({disk}): each submission waits for it"] if disk else []
    if free < LEAST_FREE:
        return Finding(
            "ledger",
            Verdict.WARNING,
            f"{path}: {size_text(free)} are free on its disk",
            cause="the disk is nearly full",
            remedy="make room, or name another file with --ledger",
        )
    mode = stat.S_IMODE(path.stat().st_mode) if size else 0o600
    if mode & 0o077:
        return Finding(
            "ledger",
            Verdict.WARNING,
            f"{path}: others may read it ({mode:04o})",
            tuple(details),
            cause="it holds what was typed, and its rights were changed",
            remedy=f"chmod 600 {path}",
        )
    text = f"{path}, {size_text(size)}" if size else f"{path} will be made"
    return Finding("ledger", Verdict.OK, text, tuple(details))


def _refusal(path: Path) -> tuple[str, int]:
    """Why it cannot be written, or nothing; and its size in bytes.

    Raises:
        OSError: The operating system says why.
    """
    folder = _nearest(path.parent)
    if not folder.is_dir():
        return f"{folder} is no folder", 0
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"nothing can be written to {folder}", 0
    if not path.exists():
        return "", 0
    with path.open("r+b") as file:  # which changes nothing
        header = file.read(_HEADER)
    if header and (
        not header.startswith(b"SQLite format 3\0")
        or int.from_bytes(header[-4:], "big") != APPLICATION_ID
    ):
        return "it is no ledger", 0
    return "", path.stat().st_size


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest one above that exists."""
    return next(each for each in (folder, *folder.parents) if os.path.lexists(each))


def _disk_of(folder: Path) -> str:
    """The kind of the file system, if it is one of a network; empty where that is not told."""
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux
        return ""
    longest, kind = "", ""
    real = os.path.realpath(folder)
    for line in mounts.splitlines():
        _, place, name, *_ = [*line.split(" "), "", "", ""]
        place = place.replace("\\040", " ")
        is_above = real == place or real.startswith(place.rstrip("/") + "/")
        if is_above and len(place) >= len(longest):
            longest, kind = place, name
    return kind if _NETWORK_DISKS.fullmatch(kind) else ""


async def context(case: Case) -> list[Finding]:
    """Where calls go: profile, region and endpoint."""
    where = case.session.context
    endpoint = without_userinfo(where.endpoint_url or "")
    at = f", at {endpoint}" if endpoint else ""
    name = f"profile {where.profile}" if where.profile else "no profile"
    name = "the environment's keys" if where.is_environment else name
    name = f"context {where.name}: {name}" if where.name else name
    if where.region:
        return [Finding("context", Verdict.OK, f"{name}, {where.region}{at}")]
    return [finding_of("context", Verdict.FAULT, await _why_nowhere(case), about=name)]


async def _why_nowhere(case: Case) -> Problem:
    """Why there is no region: what is wrong with the AWS files or the profile, or that alone."""
    try:
        await asyncio.wait_for(probes.door(case.session, "bedrock-runtime"), _FILE_SECONDS)
    except ProblemError as error:
        if error.problem.kind in ("ConfigParseError", "ProfileNotFound"):
            return error.problem
    except asyncio.TimeoutError:  # the files are read by then, and credentials looked for
        pass
    return _NO_REGION
