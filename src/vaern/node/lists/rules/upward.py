"""Feedback up: what an organisation found of an entry goes to the source that it came from. Pure; no Django."""

from __future__ import annotations

import enum

from vaern.client.http import TRY_AGAIN
from vaern.formats.ncmec_hashes_write import TYPES as NCMEC_TYPES
from vaern.formats.stopncii_write import TYPES as STOPNCII_TYPES
from vaern.node.lists.rules.sources import SourceKind

TYPES: dict[SourceKind, dict[str, str]] = {SourceKind.NCMEC: NCMEC_TYPES, SourceKind.STOPNCII: STOPNCII_TYPES}
"""The kinds of hashes of which a source takes opinions, with its word for each. Other sources take none: the updates of
ThreatExchange are read alone. What they should hear is downloaded, and sent by a person."""

GIVES_REASONS = frozenset({SourceKind.NCMEC})
"""Sources to which whoever says no gives one of the source's own reasons."""

NOTICED = 3
"""After so many failures one after another somebody is told; a source that is down for minutes concerns nobody."""

_ACCOUNT = frozenset({401, 403})


class UpState(enum.StrEnum):
    """How far feedback to a source is."""

    WAITS = "waits"
    SENT = "sent"
    REFUSED = "refused"


class Shape(enum.StrEnum):
    """In which form feedback is downloaded, for a source that takes none itself."""

    SIGNED = "signed"
    CSV = "csv"


def after_failure(status: int) -> UpState:
    """Return what follows when a source did not take feedback.

    Args:
        status: that it answered with; 0 where no answer came.

    An account that may not give feedback, or whose key is wrong, says nothing of this entry: it waits.
    """
    again = not status or status in TRY_AGAIN or status in _ACCOUNT or status >= 500
    return UpState.WAITS if again else UpState.REFUSED
