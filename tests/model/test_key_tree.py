from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW
from tui.model.key_tree import (
    DEEPEST,
    Folder,
    KeyTree,
    Row,
    added,
    label_of,
    parent_of,
    path_of,
)
from tui.model.outputs import OutputObject, Place

PLACE = Place("media", "job/")

names = st.lists(
    st.lists(st.sampled_from(["a", "b", "", "..", "a!", "é"]), min_size=1, max_size=4)
    .map("/".join)
    .filter(lambda name: name and not name.endswith("/")),
    unique=True,
    max_size=12,
)


def things(*names: str) -> tuple[OutputObject, ...]:
    return tuple(
        OutputObject(PLACE, f"job/{name}", size, NOW, '"e"') for size, name in enumerate(names, 1)
    )


def tree_of(*names: str) -> KeyTree:
    tree = KeyTree()
    tree.show(things(*names))
    return tree


def paths(tree: KeyTree) -> list[str]:
    return [path_of(row) for row in tree.rows]


def test_a_list_without_slashes_has_no_folders() -> None:
    tree = tree_of("manifest.json", "output.mp4")

    assert paths(tree) == ["manifest.json", "output.mp4"]
    assert not tree.has_folders
    assert (len(tree), tree.size) == (2, 3)


def test_folders_stand_before_what_is_below_them() -> None:
    tree = tree_of("a", "a!b", "a/b/c", "a/x", "a0", "z//d")

    assert paths(tree) == ["a", "a!b", "a/", "a/b/", "a/b/c", "a/x", "a0", "z/", "z//", "z//d"]
    assert tree.has_folders
    assert tree.folder("a/") == Folder("a/", 2, 7, is_folded=False, is_last=False)
    assert tree.folder("z//") == Folder("z//", 1, 6, is_folded=False, is_last=True)


def test_a_folded_folder_hides_what_is_below_it_and_remembers_the_folders_in_it() -> None:
    tree = tree_of("a/b/c", "a/x", "d")
    tree.fold("a/b/", True)
    assert paths(tree) == ["a/", "a/b/", "a/x", "d"]

    tree.fold("a/", True)
    assert paths(tree) == ["a/", "d"]
    assert tree.line("a/x") is None
    assert tree.line("d") == 1

    tree.fold("a/", False)
    assert paths(tree) == ["a/", "a/b/", "a/x", "d"]


def test_what_comes_into_a_folded_folder_is_counted_and_not_shown() -> None:
    tree = tree_of("a/b/c", "a/b/d")
    tree.fold("a/", True)

    tree.show(things("a/b/c", "a/b/d", "a/b/e", "a/f", "g/h"))

    assert paths(tree) == ["a/", "g/", "g/h"]
    assert tree.folder("a/").count == 4


def test_what_comes_in_between_is_shown_in_its_place() -> None:
    tree = tree_of("a/x", "c")

    tree.show(things("a/x", "b/y", "c"))

    assert paths(tree) == ["a/", "a/x", "b/", "b/y", "c"]


def test_objects_that_are_gone_take_their_folders_with_them() -> None:
    tree = tree_of("a/x", "c")

    tree.show(things("c"))

    assert paths(tree) == ["c"]
    assert not tree.has_folders


def test_folders_that_are_too_deep_belong_to_the_label_of_an_object() -> None:
    deepest = "a/" * DEEPEST
    tree = tree_of(f"{deepest}b", f"{deepest}b/c/d", f"{deepest}b/e", "z")

    assert paths(tree) == [
        *("a/" * depth for depth in range(1, DEEPEST + 1)),
        f"{deepest}b",
        f"{deepest}b/c/d",
        f"{deepest}b/e",
        "z",
    ]
    labels = [label_of(path) for path in paths(tree)]
    assert labels == ["a/"] * DEEPEST + ["b", "b/c/d", "b/e", "z"]
    assert parent_of(f"{deepest}b/c/d") == deepest


def test_a_folder_around_what_is_too_deep_is_folded_and_shown_again() -> None:
    names = [f"{'a/' * DEEPEST}{name}" for name in ("b/c", "b/d/e")]
    tree = tree_of(*names)
    shown = paths(tree)

    tree.fold("a/" * DEEPEST, True)
    assert paths(tree) == shown[:DEEPEST]
    tree.show(things(*names, f"{'a/' * DEEPEST}b/f"))
    assert paths(tree) == shown[:DEEPEST]

    tree.fold("a/" * DEEPEST, False)
    assert paths(tree) == [*shown, f"{'a/' * DEEPEST}b/f"]


def test_the_folder_around_is_one_slash_up() -> None:
    assert [parent_of(path) for path in ("a/b/c", "a/b/", "a/", "a", "/", "//a", "")] == [
        "a/b/",
        "a/",
        "",
        "",
        "",
        "//",
        "",
    ]


@given(names, st.integers(0, 12), st.lists(st.integers(0, 30), max_size=4))
def test_pages_give_the_rows_that_all_at_once_give(
    some: list[str], cut: int, folds: list[int]
) -> None:
    every = things(*sorted(some))
    whole, paged = KeyTree(), KeyTree()
    whole.show(every)
    paged.show(every[:cut])
    folders = [row for row in whole.rows if isinstance(row, str)]
    folded = {folders[number % len(folders)] for number in folds if folders}
    for path in sorted(folded):
        paged.fold(path, True)
        whole.fold(path, True)

    paged.show(every)
    known = {path for path in folded if any(thing.name.startswith(path) for thing in every[:cut])}
    for path in sorted(folded - known):
        paged.fold(path, True)

    assert paged.rows == whole.rows
    assert paths(paged) == sorted(paths(paged))
    for path in sorted(folded):
        paged.fold(path, False)
        whole.fold(path, False)
    assert paged.rows == whole.rows


@given(names, names, st.lists(st.integers(0, 30), max_size=4))
def test_what_comes_and_goes_gives_the_rows_that_all_at_once_give(
    some: list[str], others: list[str], folds: list[int]
) -> None:
    every = {thing.name: thing for thing in things(*sorted({*some, *others}))}
    before, after = (tuple(every[name] for name in sorted(chosen)) for chosen in (some, others))
    tree, fresh = KeyTree(), KeyTree()
    tree.show(before)
    fresh.show(after)
    folders = [row for row in tree.rows if isinstance(row, str)]
    folded = {folders[number % len(folders)] for number in folds if folders}
    for path in sorted(folded, reverse=True):
        tree.fold(path, True)
        fresh.fold(path, True)

    tree.show(after)

    assert tree.rows == fresh.rows
    assert (len(tree), tree.size, tree.has_folders) == (len(fresh), fresh.size, fresh.has_folders)
    for row in fresh.rows:
        if isinstance(row, str):
            assert tree.folder(row) == fresh.folder(row)


def test_what_comes_in_between_is_put_there_and_the_rest_stays_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tree = tree_of(*(f"a/{number:03}" for number in range(100)), "c")
    listed = tree._given
    laid = list[int]()
    rows = KeyTree._rows

    def counting(self: KeyTree, start: int, end: int, above: str) -> Iterator[Row]:
        laid.append(end - start)
        return rows(self, start, end, above)

    monkeypatch.setattr(KeyTree, "_rows", counting)
    new = replace(listed[0], key="job/a/050!", size=1000)

    tree.show((*listed[:51], new, *listed[51:]))

    assert paths(tree)[51:54] == ["a/050", "a/050!", "a/051"]
    assert tree.size == sum(range(1, 102)) + 1000
    assert laid == [2]


@given(names)
def test_every_object_has_its_row_below_its_folders(some: list[str]) -> None:
    tree = tree_of(*some)

    shown = paths(tree)
    assert len(set(shown)) == len(shown)
    wanted = set(some)
    for name in some:
        while name := parent_of(name):
            wanted.add(name)
    assert set(shown) == wanted
    assert [tree.line(path) for path in shown] == list(range(len(shown)))


def test_what_is_added_is_told_from_what_stays_at_both_ends() -> None:
    a, b, c, d = things("a", "b", "c", "d")

    assert added((), (a, b)) == (a, b)
    assert added((a, b), (a, b, c)) == (c,)
    assert added((a, b, d), (a, b, c, d)) == (c,)
    assert added((a, c), (b, c)) == (b,)
    assert added((a, b, c), (a, c)) == ()
    assert added((a, a), (a, a, a)) == (a,)
    assert added((a, b), (a, b)) == ()
