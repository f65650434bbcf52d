"""An embedded AWS on 127.0.0.1, for trying the program and for its tests."""

from __future__ import annotations

from tui.model import extra


class SandboxMissingError(ImportError):
    """The packages that the sandbox stands on are not installed."""

    def __init__(self, cause: ImportError) -> None:
        super().__init__(f"the sandbox needs more packages ({cause}): {extra.install('sandbox')}")
