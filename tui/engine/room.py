"""Whether a disk takes what shall be saved on it, and what it says when it does not."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from tui.engine.part_file import part_path, target_of
from tui.model.document import size_text
from tui.model.outputs import OutputObject
from tui.model.problem import Problem, ProblemError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_OTHER = "choose another folder"
_OTHER_OR_ROOM = f"{_OTHER}, or make room"


def lack_of_room(wanted: Iterable[tuple[OutputObject, Path]], under_way: int = 0) -> Problem | None:
    """Why a disk does not take all that is wanted beside what is there of it; None when it does.

    Args:
        wanted: Each object with the folder that its name starts in.
        under_way: Bytes of others that are on their way to the same disk.
    """
    needed: dict[int, int] = {}
    found: dict[int, tuple[int, Path]] = {}
    for thing, folder in wanted:
        with contextlib.suppress(OSError, ValueError):  # it says so itself, when it is saved
            there = _nearest(folder)
            device = there.stat().st_dev
            if device not in found:
                found[device] = shutil.disk_usage(there).free, there
            needed[device] = needed.get(device, 0) + thing.size - _taken(thing, folder)
    for device, size in needed.items():
        free, there = found[device]
        if size + under_way > free:
            beside = f" beside {size_text(under_way)} on their way" if under_way else ""
            return Problem(
                kind="NotEnoughRoom",
                message=f"{size_text(size)} wanted{beside}, {size_text(free)} free in {there}",
                cause="the disk is too full for it",
                remedy=_OTHER_OR_ROOM,
                is_retryable=True,
            )
    return None


def disk_problem(error: Exception) -> Problem:
    """What went wrong with a file or a folder."""
    text = getattr(error, "strerror", None) or str(error)
    if isinstance(error, ValueError):
        return Problem(
            kind="UnusableName",
            message=text,
            cause="no file below the folder can have its name",
            remedy="save it by itself, under a name of yours: 'share' has the command for it",
        )
    name = getattr(error, "filename", None)
    kind = "NoSuchFolder" if isinstance(error, RuntimeError) else type(error).__name__
    is_full = getattr(error, "errno", None) in _FULL
    return Problem(
        kind=kind,
        message=f"{os.fspath(name)}: {text}" if name else text,
        cause="the file could not be written",
        remedy=_OTHER_OR_ROOM if is_full else _OTHER,
        is_retryable=True,
    )


def is_of_the_folder(problem: Problem) -> bool:
    """Whether it is the folder that takes nothing, so that another one is to be chosen."""
    return problem.remedy.startswith(_OTHER)


def _nearest(folder: Path) -> Path:
    """The folder itself or, as long as there is none, the one that it will be in.

    A link that leads nowhere is what it is: no folder can be made in its place.
    """
    while not (folder.exists() or folder.is_symlink()) and folder != folder.parent:
        folder = folder.parent
    return folder


def _taken(thing: OutputObject, folder: Path) -> int:
    """Bytes that an interrupted download has taken of the disk already."""
    try:
        state = part_path(thing, target_of(thing, folder)).stat()
    except FileNotFoundError:
        return 0
    return min(thing.size, state.st_blocks * 512)


def require_folder(path: Path) -> None:
    """Do nothing where files can be written below a path, as far as can be told before.

    Raises:
        ProblemError: It leads through a file, or into a folder that takes none.
    """
    try:
        place = _nearest(path.expanduser())
        wrong = 0 if place.is_dir() else errno.ENOTDIR
        if not wrong and not os.access(place, os.W_OK | os.X_OK):
            wrong = errno.EACCES
        if wrong:
            raise OSError(wrong, os.strerror(wrong), str(place))
    except ValueError as error:
        told = Problem(kind="NoSuchFolder", message=str(error), remedy=_OTHER)
        raise ProblemError(told) from error
    except (OSError, RuntimeError) as error:
        raise ProblemError(disk_problem(error)) from error
