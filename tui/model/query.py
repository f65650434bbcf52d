"""A JMESPath expression asked of a JSON text. Changes nothing of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from tui.model.json_text import laid_out

if TYPE_CHECKING:
    from jmespath.exceptions import JMESPathError


class Answer(NamedTuple):
    """What an expression comes to.

    Attributes:
        text: JSON, laid out; empty where there is a fault.
        fault: What is wrong with the expression; empty where nothing is.
        place: Where in the expression, from 0.
    """

    text: str
    fault: str = ""
    place: int = 0


def fault_of(expression: str) -> str:
    """What is wrong with an expression itself, and where; empty where nothing is."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        fault, place = _fault(error, expression)
        return f"{expression!r}: {fault}, at character {place + 1}"
    except (RecursionError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""


def _fault(error: JMESPathError, expression: str) -> tuple[str, int]:
    """What a fault says, and its place in the expression, from 0."""
    from jmespath.exceptions import LexerError, ParseError

    if isinstance(error, LexerError):
        return str(error.message), int(error.lex_position)
    if isinstance(error, ParseError):
        is_unfinished = error.lex_position >= len(expression)
        fault = "it ends too early" if is_unfinished else f"{error.token_value!r} does not fit here"
        return fault, int(error.lex_position)
    return str(error).partition("\n")[0], 0


class Document:
    """A JSON text that can be asked.

    Numbers with a fraction are doubles here: what they are written as may change in an answer.
    """

    def __init__(self, text: str) -> None:
        """Parse a text.

        Raises:
            ValueError: It is not JSON.
            RecursionError: It is nested too deeply.
        """
        self._value = json.loads(text)

    def answer(self, expression: str) -> Answer:
        """What the expression comes to; an unfinished one is a fault."""
        import jmespath
        from jmespath.exceptions import JMESPathError

        try:
            found = jmespath.search(expression, self._value)
            text = json.dumps(found, ensure_ascii=False)
        except JMESPathError as error:
            return Answer("", *_fault(error, expression))
        except (RecursionError, ArithmeticError, TypeError, ValueError) as error:
            return Answer("", str(error) or type(error).__name__)
        return Answer(laid_out(text) or text)
