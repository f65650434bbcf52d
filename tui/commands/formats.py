"""Data in the AWS CLI's formats: text, table, YAML. Each comes as a text that harms no terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tui.model.text import cell_width, fit, printable

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def as_text(value: object) -> str:
    """A value as ``--output text`` of the AWS CLI: tabs between values, nested ones below.

    The scalars of an object stand on one line, in the order of their names, and each object or
    list in it on lines of its own, which begin with its name in capitals.
    """
    return "".join(f"{line}\n" for line in _text(value, "", None))


def as_table(value: object, *, is_colored: bool = False) -> str:
    """A value as aligned columns: objects as rows below their names, what is nested as JSON.

    Args:
        value: What JSON can say.
        is_colored: Whether the headings are in bold.
    """
    if isinstance(value, Mapping):
        return aligned([[str(name), _cell(inner)] for name, inner in value.items()])
    if not isinstance(value, list):
        return f"{printable(_cell(value))}\n" if value is not None else ""
    if any(isinstance(each, Mapping) for each in value):
        rows = [each if isinstance(each, Mapping) else {"": each} for each in value]
        names = list(dict.fromkeys(name for row in rows for name in row))
        body = [[_cell(row.get(name, "")) for name in names] for row in rows]
        return aligned([[str(name).upper() for name in names], *body], is_colored=is_colored)
    return aligned(
        [list(map(_cell, each)) if isinstance(each, list) else [_cell(each)] for each in value]
    )


def aligned(lines: Sequence[Sequence[str]], *, is_colored: bool | None = None) -> str:
    """Lines of cells as columns, the last one uncut.

    Args:
        lines: The cells; a line may have fewer than another.
        is_colored: Whether the first line is a heading in bold.
    """
    count = max(map(len, lines), default=0)
    full = [[*map(printable, line), *[""] * (count - len(line))] for line in lines]
    widths = [max(map(cell_width, column)) for column in zip(*full, strict=True)]
    texts = [
        "  ".join(fit(text, width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in full
    ]
    if is_colored and texts:
        texts[0] = f"{BOLD}{texts[0]}{PLAIN}"
    return "".join(f"{text}\n" for text in texts)


def as_yaml(value: object) -> str:
    """A value as YAML, in which nothing can harm a terminal."""
    import yaml

    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
    if printable(text, keep_lines=True) != text:
        text = yaml.safe_dump(value, sort_keys=False, allow_unicode=False)
    return text.removesuffix("...\n")


def _text(value: object, name: str, columns: Sequence[str] | None) -> Iterator[str]:
    """The lines of a value.

    Args:
        value: What JSON can say.
        name: The member that it is; empty for what is none.
        columns: Which scalars its neighbours in a list have, of an object.
    """
    if isinstance(value, Mapping):
        yield from _text_of_object(value, name, columns)
    elif not isinstance(value, list):
        yield _plain(value)
    elif any(isinstance(each, Mapping) for each in value):
        shared = _scalar_names(value)
        for each in value:
            yield from _text(each, name, shared)
    else:
        scalars = [_plain(each) for each in value if not isinstance(each, list)]
        if scalars and name:
            yield from (f"{_name(name)}\t{each}" for each in scalars)
        elif scalars:
            yield "\t".join(scalars)
        for each in value:
            if isinstance(each, list):
                yield from _text(each, name, None)


def _text_of_object(
    value: Mapping[str, object], name: str, columns: Sequence[str] | None
) -> Iterator[str]:
    names = _scalar_names([value]) if columns is None else columns
    scalars = [_plain(value.get(each, "")) for each in names]
    if scalars:
        yield "\t".join([_name(name), *scalars] if name else scalars)
    for inner in sorted(value.keys() - set(names)):
        yield from _text(value[inner], inner, None)


def _scalar_names(values: Iterable[object]) -> list[str]:
    names = {
        name
        for value in values
        if isinstance(value, Mapping)
        for name, inner in value.items()
        if not isinstance(inner, (Mapping, list))
    }
    return sorted(names)


def _plain(value: object) -> str:
    return printable(str(value))


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _name(member: str) -> str:
    return printable(member.upper())
