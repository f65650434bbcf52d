"""The optional extras of the package, as a text names them."""

from __future__ import annotations


def install(extra: str) -> str:
    """The command that gets an extra; the package index does not have us."""
    return f"pip install '.[{extra}]' in a clone of asyncinvoke"
