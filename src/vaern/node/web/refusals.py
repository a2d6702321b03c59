"""The wording of state machine refusals, one sentence for all, in the reader's language.

Each app names its things and their states here when the node starts (`name`); `StateRefusal` takes its message from
here, so that no page or API response shows a code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.base.transitions import StateRefusal

if TYPE_CHECKING:
    import enum
    from collections.abc import Mapping

MOST_NAMED = 3
"""States that a sentence names as those in which it could be done; of more, none is."""


@dataclass(frozen=True)
class Named:
    """The display name of a thing ("The report", translated when shown) and of each of its states."""

    thing: Any
    states: Mapping[Any, Any]


NAMED: dict[type[enum.StrEnum], Named] = {}


def name(thing: Any, states: Mapping[Any, Any]) -> None:
    """Name a thing and its states.

    Args:
        thing: with its article, as at the start of a sentence; translated when shown.
        states: the label of each state, or the arguments of its chip.
    """
    kind = type(next(iter(states)))
    NAMED[kind] = Named(thing, {state: said[0] if isinstance(said, tuple) else said for state, said in states.items()})


def sentence(refused: StateRefusal) -> str:
    """Return the message of a refusal, in the reader's language."""
    named = NAMED[type(refused.state)]
    given = {"thing": named.thing, "state": named.states[refused.state]}
    if refused.wants_words:
        return _("%(thing)s: say why in your own words. It stays with the record.") % given
    if refused.who is not None:
        return _("%(thing)s is “%(state)s”, and this is for others to do than you.") % given
    refusal = _("%(thing)s is “%(state)s” now, and that does not allow this.") % given
    if not 0 < len(refused.allowed) <= MOST_NAMED:
        return refusal
    others = _(" or ").join(_("“%(state)s”") % {"state": named.states[state]} for state in refused.allowed)
    return refusal + " " + _("It has to be %(states)s.") % {"states": others}


def begin() -> None:
    """Use `sentence` as the message of every `StateRefusal`."""
    StateRefusal.spoken = sentence
