"""What a match led to, and so whom it concerns when the entry is recalled."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class EffectKind(enum.StrEnum):
    """What rested on a match."""

    SCAN = "scan"
    REPORT = "report"
    NOTICE = "notice"
    BLOCK = "block"
    DOMAIN = "domain"
    SERIES = "series"
    CASE = "case"
    LOOKUP = "lookup"
    SUBSCRIBER = "subscriber"
    ACCOUNT = "account"


ANSWERS_FOR_ACCOUNTS = frozenset({EffectKind.LOOKUP, EffectKind.SUBSCRIBER})
"""What brought the entry to a program of an organisation: it alone knows what this did to accounts, and says so."""


BROUGHT_TO_PROGRAMS = ANSWERS_FOR_ACCOUNTS | {EffectKind.ACCOUNT}
"""What concerns programs, and what these led to; no record of the node has a part in it."""


@dataclass(frozen=True)
class Accounts:
    """What an organisation did to accounts because of matches with an entry, as numbers: no account has a name here.

    Attributes:
        measures: suspended, closed or limited, or held back from somebody.
        lifted: taken back since.
        kept: that stand on another ground, which a person there has looked at.
    """

    measures: int = 0
    lifted: int = 0
    kept: int = 0

    @property
    def open(self) -> int:
        """How many still stand on nothing but the entry."""
        return self.measures - self.lifted - self.kept

    @property
    def possible(self) -> bool:
        """Whether the numbers go together."""
        return min(self.measures, self.lifted, self.kept, self.open) >= 0


class EffectState(enum.StrEnum):
    """Whether whoever is concerned was told."""

    TO_TELL = "to_tell"
    TOLD = "told"
    ACKNOWLEDGED = "acknowledged"


class RecallReason(enum.StrEnum):
    """Why an entry was recalled."""

    NOT_CSAM = "not_csam"
    WRONG_CLASS = "wrong_class"
    WRONG_HASH = "wrong_hash"
    ADULT = "adult"
    WITHDRAWN = "withdrawn_by_source"
    WISH = "wish"
    LAW = "law"
    ENDED = "ended"


WRONG = frozenset({RecallReason.NOT_CSAM, RecallReason.WRONG_CLASS, RecallReason.WRONG_HASH, RecallReason.ADULT})
"""The reasons that say that the entry was never right: what rested on it is a false hit, and counts as one."""
