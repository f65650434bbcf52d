from __future__ import annotations

import pytest

from tui.config.charset import charset_of, is_utf_8

COERCED = {"LC_CTYPE": "C.UTF-8"}
"""What Python adds to the environment where the locale is C."""


@pytest.mark.parametrize(
    ("environment", "preferred", "is_utf8_mode", "name"),
    [
        ({"LANG": "de_DE.UTF-8"}, "UTF-8", False, "UTF-8"),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8", False, "UTF-8"),
        ({"LANG": "de_DE"}, "ISO-8859-1", False, "ISO-8859-1"),
        ({"LC_ALL": "C"}, "ANSI_X3.4-1968", False, "ANSI_X3.4-1968"),
        ({"LC_ALL": "C"}, "utf-8", True, "ASCII"),
        ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, "utf-8", True, "ASCII"),
        ({"LANG": "C", **COERCED}, "utf-8", True, "ASCII"),
        ({"LANG": "nowhere.ISO-8859-1", **COERCED}, "utf-8", True, "ISO-8859-1"),
        ({"LANG": "de_DE.ISO-8859-15@euro", **COERCED}, "utf-8", True, "ISO-8859-15"),
        ({"LANG": "not_INSTALLED.utf8", **COERCED}, "utf-8", True, "UTF-8"),
        ({"LANG": "C", "LC_CTYPE": "tr_TR.UTF-8"}, "utf-8", True, "UTF-8"),
        (COERCED, "utf-8", True, "UTF-8"),
        ({}, "utf-8", True, "UTF-8"),
    ],
)
def test_it_is_what_the_person_says(
    environment: dict[str, str], preferred: str, is_utf8_mode: bool, name: str
) -> None:
    assert charset_of(environment, preferred, is_utf8_mode) == name


def test_utf_8_has_several_names() -> None:
    assert all(map(is_utf_8, ("UTF-8", "utf8", "utf-8")))
    assert not is_utf_8("ISO-8859-1")
