"""On what terms something may come from another node. Pure.

The sender's words are held to what this node knows of both organisations, and to what it would allow itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta

    from vaern.node.exchange.rules.messages import Terms

NO_TERMS = "release_without_terms"
OTHER_COUNTRY = "release_other_country"
NO_GROUND = "release_without_ground"
TOO_LONG = "release_too_long"
TWICE = "released_twice"
NEVER_RELEASED = "never_released"

PEER_DOES_NOT_ANSWER = "peer_does_not_answer"
PEER = "peer_"
"""Before the state of a peer, as the code of why a message does not leave."""


def problem(
    terms: Terms, countries: tuple[str, str], labels: Collection[str], now: datetime, longest: timedelta
) -> str:
    """Return the code of why nothing can be released on some terms, or "" if it can.

    Args:
        terms: of the message.
        countries: codes of sender and recipient, as this node has them.
        labels: those of TLP 2.0 that fit casework.
        now: by this node's clock.
        longest: how long a release lasts here at most; two nodes' clocks may differ, so twice that is taken.
    """
    found = (
        (terms.until is None or terms.until.tzinfo is None or terms.handling not in labels, NO_TERMS),
        ((terms.from_country, terms.to_country) != countries, OTHER_COUNTRY),
        (terms.from_country != terms.to_country and not terms.transfer, NO_GROUND),
        (not now < (terms.until or now) <= now + 2 * longest, TOO_LONG),
    )
    return next((code for applies, code in found if applies), "")
