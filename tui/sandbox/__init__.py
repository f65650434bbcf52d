"""An embedded AWS on 127.0.0.1, for trying the program and for its tests."""

from __future__ import annotations


class SandboxMissingError(ImportError):
    """The packages that the sandbox stands on are not installed."""

    def __init__(self, cause: ImportError) -> None:
        super().__init__(
            f"the sandbox needs more packages ({cause}): pip install 'asyncinvoke[sandbox]'"
            ", or '.[sandbox]' in a clone"
        )
