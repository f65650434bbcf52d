"""What the benchmarks share: printing beside a peer, and reading what a process costs."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path

Form = Callable[[float], str]
"""How a figure is written."""

AWS_CLI = os.environ.get("AWS_CLI") or shutil.which("aws")
"""The AWS CLI to compare with; the variable of this name chooses another than the path's."""

NO_CLI = "no AWS CLI: install awscli, or let AWS_CLI name it"

BARE_TEXTUAL = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bare and painted")
Bare().run()
"""
"""The smallest program that Textual runs, for ``python -c``; its screen says so."""

_TICKS = os.sysconf("SC_CLK_TCK")


def milliseconds(seconds: float) -> str:
    """Seconds, written in thousandths."""
    return f"{seconds * 1000:,.0f} ms" if seconds >= 0.1 else f"{seconds * 1000:,.1f} ms"


def size(count: float) -> str:
    """Bytes of traffic."""
    return f"{count:,.0f} B"


def cli_version(cli: str) -> str:
    """What an AWS CLI calls itself: ``aws-cli/2.1``."""
    done = subprocess.run([cli, "--version"], capture_output=True, check=True, text=True)
    return (done.stdout or done.stderr).split()[0]


def memory(count: float) -> str:
    """Bytes of memory."""
    return f"{count / 1e6:,.1f} MB"


def percent(share: float) -> str:
    """A share of one."""
    return f"{share * 100:,.2f} %"


def heading(text: str) -> None:
    """Print what the lines below are about, and on what machine."""
    now = datetime.now(timezone.utc)
    print(f"\n{text}  [{now:%Y-%m-%d}, {os.cpu_count()} cores]", flush=True)


def show(
    name: str, figures: Sequence[float], form: Form = milliseconds, limit: float | None = None
) -> float:
    """Print a figure, with its range and, where it has a budget, the verdict; return the median."""
    middle = statistics.median(figures)
    spread = f"({form(min(figures))} to {form(max(figures))})" if len(figures) > 1 else ""
    verdict = f"  budget {form(limit)}: {_verdict(middle, limit)}" if limit is not None else ""
    print(f"  {name:<40} {form(middle):>12} {spread}{verdict}".rstrip(), flush=True)
    return middle


def compare(name: str, ours: float, theirs: float, limit: float | None = None) -> None:
    """Print the ratio of our figure to a peer's and, where it has a budget, the verdict."""
    if not theirs:
        print(f"  {'× ' + name:<40} {'–':>12} the peer's is nothing", flush=True)
        return
    ratio = ours / theirs
    verdict = f" budget {limit:g} ×: {_verdict(ratio, limit)}" if limit is not None else ""
    print(f"  {'× ' + name:<40} {f'{ratio:.3g} ×':>12}{verdict}", flush=True)


def resident(pid: int) -> float:
    """Bytes of memory that a process holds now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def processor_seconds(pid: int) -> float:
    """Seconds of a core that a process, and the children it has waited for, have taken."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _verdict(figure: float, limit: float) -> str:
    return "met" if figure <= limit else "NOT MET"
