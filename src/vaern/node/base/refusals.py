"""Refusals: the one base class of everything that the rules do not allow.

Pages catch `Refusal` in one place (`web/decisions.py`), the API in one (`node/api.py`). A subclass exists only where
it is caught, or where it carries more than a message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENTENCES: dict[str, Any] = {}


class Refusal(ValueError):
    """An action that the rules do not allow.

    `str()` gives the message in the reader's language. Pure rules know no language: they give a code, which the app's
    labels turn into a message (`say`).

    Args:
        message: a sentence, or a code.
        field: the form field at which the message is shown; "" for the form as a whole.
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
        """The code or message as given."""
        return str(self.args[0])


class Conflict(Refusal):
    """The current state does not allow it: the record was closed, handed over or erased, or it is done already."""

    conflict = True


class Stale(Conflict):
    """The record was changed by somebody else after the page had been opened."""


def say(sentences: Mapping[str, Any]) -> None:
    """Register the messages of codes; called by each app that has some when the node starts.

    Args:
        sentences: message by code, translated when shown.

    Raises:
        ValueError: a code already has another message.
    """
    for code, sentence in sentences.items():
        if _SENTENCES.setdefault(code, sentence) is not sentence and _SENTENCES[code] != sentence:
            raise ValueError(f"two refusals are called {code}")
