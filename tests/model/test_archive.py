from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest

from tests.media import zipped
from tests.model.windows import made
from tui.model.archive import names_of
from tui.model.preview import preview_of


def test_names_are_read_from_the_end_alone() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("large.bin", bytes(1_000_000))
        archive.writestr("grüße.txt", "x")
    content = file.getvalue()

    names, ranges = made(names_of, content)

    assert names
    assert names.text == "   1.0 MB  large.bin\n      1 B  grüße.txt"
    assert names.files == 2
    assert sum(end - start for start, end in ranges) <= 65_536


def test_a_name_is_one_line_of_harmless_text() -> None:
    names, _ = made(names_of, zipped("a\n\x1b[31mb"))

    assert names
    assert names.text.count("\n") == 0
    assert "\x1b" not in names.text


def test_of_a_large_directory_the_first_names_are_shown() -> None:
    names, ranges = made(names_of, zipped(*(f"{number:05}-{'x' * 60}" for number in range(9000))))

    assert names
    assert names.files == 9000
    assert names.text.endswith("…")
    assert names.text.count("\n") == 2000
    assert sum(end - start for start, end in ranges) <= 6 * 65_536


def test_a_directory_of_64_bits_is_found() -> None:
    content = zipped("one.txt")
    last = content.rfind(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", content, last + 12)
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, last, 1)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, size, 0xFFFFFFFF, 0)

    names, _ = made(names_of, content[:last] + wide + locator + end)

    assert names
    assert (names.text, names.files) == ("     21 B  one.txt", 1)


def test_without_a_directory_there_are_no_names() -> None:
    assert made(names_of, zipped("a" * 50)[:60])[0] is None


def test_what_is_unpacked_asks_for_none_of_the_packed_bytes() -> None:
    packed = gzip.compress(b"PK\x03\x04" + bytes(range(256)) * 2000)

    asking = preview_of("x.zip.gz", len(packed), packed)

    with pytest.raises(StopIteration) as end:
        next(asking)
    assert end.value.value.facts.startswith("gzip · ZIP")
