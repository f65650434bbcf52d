"""A file that we keep beside what we save; nothing else that has its name is read or written."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_PRIVATE = 0o600


def opened(path: Path, flags: int) -> int:
    """A descriptor of a regular file of ours; nobody else can read one that is created.

    Raises:
        OSError: It cannot be opened, or is somebody else's, or a folder, a link, a pipe.
        ValueError: No file can have such a name.
    """
    flags |= os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, _PRIVATE)
    state = os.fstat(descriptor)
    if stat.S_ISREG(state.st_mode) and state.st_uid == os.getuid():
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EPERM, os.strerror(errno.EPERM), str(path))
