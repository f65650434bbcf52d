"""The exit codes, as the README and ``--help`` document them.

A reader of stdout that leaves early is no error: 0. What never came to stdout, on a full disk, is
4; but 5 where it was the answer to something sent, which the same again would send twice.
"""

from __future__ import annotations

from tui.model.problem import Problem

OK = 0
JOB_FAILED = 1
USAGE = 2
REFUSED = 3
TRY_AGAIN = 4
NOT_KNOWN = 5
HUNG_UP = 129
INTERRUPTED = 130


def of(problem: Problem) -> int:
    """The exit code for a problem: who must do something about it."""
    if problem.is_retryable:
        return TRY_AGAIN
    return REFUSED if problem.request_id else USAGE  # without a request id, AWS was never asked
