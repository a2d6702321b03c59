"""What the rules do not allow: one root for every refusal that a person or a program is told.

Pages catch `Refusal` in one place (`web/decisions.py`), the API in one (`node/api.py`). A subclass exists only where
somebody catches it, or where it carries more than a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENTENCES: dict[str, Any] = {}


class Refusal(ValueError):
    """An act that the rules do not allow.

    As text it is the sentence that a person reads, in their language. A pure rule knows no language: it gives a code,
    and the labels of its app say it (`say`).

    Args:
        message: a sentence, or a code.
        field: of the form that asked, at which it is said; "" for the form as a whole.
    """

    conflict: bool = False
    """Whether the state of things refuses it (409), and not what was asked (422)."""

    def __init__(self, message: object = "", *more: object, field: str = "") -> None:
        super().__init__(message, *more)
        self.field = field

    def __str__(self) -> str:
        text = str(self.args[0])
        return str(_SENTENCES.get(text, text))

    @property
    def code(self) -> str:
        """What was given: a rule's code, or the sentence itself."""
        return str(self.args[0])


class Conflict(Refusal):
    """What is there does not allow it, or not any more: it was closed, handed over or erased, or is done already."""

    conflict = True


class Stale(Conflict):
    """What a page showed was changed by somebody else before it was saved."""


def say(sentences: Mapping[str, Any]) -> None:
    """Let codes speak; called once by each app that has some, when the node starts.

    Args:
        sentences: by code, translated when they are shown.

    Raises:
        ValueError: a code has another sentence already.
    """
    for code, sentence in sentences.items():
        if _SENTENCES.setdefault(code, sentence) is not sentence and _SENTENCES[code] != sentence:
            raise ValueError(f"two refusals are called {code}")
