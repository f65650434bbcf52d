"""A JMESPath expression asked of a JSON text. Changes nothing of it."""

from __future__ import annotations

import json
from typing import NamedTuple

from tui.model.json_text import laid_out


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
        from jmespath.exceptions import JMESPathError, LexerError, ParseError

        try:
            found = jmespath.search(expression, self._value)
            text = json.dumps(found, ensure_ascii=False)
        except LexerError as error:
            return Answer("", str(error.message), error.lex_position)
        except ParseError as error:
            is_unfinished = error.lex_position >= len(expression)
            fault = "it goes on" if is_unfinished else f"{error.token_value!r} does not fit here"
            return Answer("", fault, error.lex_position)
        except JMESPathError as error:
            return Answer("", str(error).partition("\n")[0])
        except (RecursionError, ArithmeticError, TypeError, ValueError) as error:
            return Answer("", str(error) or type(error).__name__)
        return Answer(laid_out(text) or text)
