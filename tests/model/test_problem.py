from __future__ import annotations

from tui.model.problem import Problem, ProblemError


def test_a_problem_fits_on_one_line() -> None:
    problem = Problem(kind="K", message="one\n  two", remedy="do")

    assert problem.one_line == "K: one two → do"
    assert Problem(kind="K", message="m").one_line == "K: m"


def test_an_error_carries_its_problem() -> None:
    problem = Problem(kind="K", message="m")

    assert ProblemError(problem).problem is problem
    assert str(ProblemError(problem)) == "K: m"
