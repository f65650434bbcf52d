from __future__ import annotations

import struct

import pytest

from tests.media import npy
from tui.model.npy import Array, array_of


def test_an_array_tells_its_type_and_shape_and_shows_its_first_values() -> None:
    array = array_of(npy([0.5, -1.0, 2.0], "(3, 1024)"))

    assert array == Array("float32 · 3×1024", "0.5 -1 2\n…")


@pytest.mark.parametrize(
    ("shape", "descr", "facts"),
    [
        ("()", "<f4", "float32 · one value"),
        ("(2,)", "|u1", "uint8 · 2"),
        ("(2,)", ">i8", "int64 · 2"),
        ("(2,)", "<c8", "complex64 · 2"),
        ("(2,)", "<U7", "<U7 · 2"),
    ],
)
def test_types_are_called_as_numpy_does(shape: str, descr: str, facts: str) -> None:
    array = array_of(npy([1.0, 2.0], shape, descr))

    assert array
    assert array.facts == facts


def test_an_array_of_records_has_several_types() -> None:
    header = b"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(8)

    assert array_of(content) == Array("several types · 2", "")


def test_a_header_of_the_second_version_is_longer() -> None:
    first = npy([1.0], "(1,)")
    content = b"\x93NUMPY\x02\x00" + struct.pack("<I", len(first) - 14) + first[10:]

    assert array_of(content) == Array("float32 · 1", "1")


def test_without_a_shape_it_is_no_array() -> None:
    assert array_of(b"\x93NUMPY\x01\x00\x04\x00{}  ") is None
