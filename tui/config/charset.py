"""What the locale prints in, by what the person said and not by what Python makes of it.

In the C locale, and in one that is not installed, Python takes UTF-8 (PEP 538, PEP 540).
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping
from functools import cache

UTF_8 = "UTF-8"

_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python sets ``LC_CTYPE`` to by itself where the locale is C."""


def charset() -> str:
    """The name of the locale's encoding: ``UTF-8``, ``ISO-8859-1``, ``ASCII``."""
    return charset_of(os.environ, locale.getpreferredencoding(False), bool(sys.flags.utf8_mode))


@cache
def is_unicode() -> bool:
    """Whether the locale can print more than ASCII, and a few letters; each row painted asks."""
    return is_utf_8(charset())


def is_utf_8(name: str) -> bool:
    """Whether that is an encoding's name for UTF-8."""
    return name.lower().replace("-", "") == "utf8"


def charset_of(environment: Mapping[str, str], preferred: str, is_utf8_mode: bool) -> str:
    """The same for other surroundings.

    Args:
        environment: The variables; where none of them says anything, the terminal is a modern one.
        preferred: What Python prints in.
        is_utf8_mode: Whether that is so for want of a better locale.
    """
    if not is_utf8_mode:
        return UTF_8 if is_utf_8(preferred) else preferred
    coerced = environment.get("LC_CTYPE", "")
    told = "" if coerced in _COERCED else coerced
    name = environment.get("LC_ALL") or told or environment.get("LANG") or f".{UTF_8}"
    found = name.partition(".")[2].partition("@")[0]
    if is_utf_8(found):
        return UTF_8
    return found or "ASCII"
