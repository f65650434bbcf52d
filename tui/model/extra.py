"""The optional extras of the package, as a text names them."""

from __future__ import annotations


def install(extra: str) -> str:
    """The command that gets an extra, where the package index has us and where it has not."""
    return f"pip install 'asyncinvoke[{extra}]', or '.[{extra}]' in a clone"
