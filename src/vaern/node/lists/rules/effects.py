"""What a match led to, and so whom it concerns when the entry is recalled."""

from __future__ import annotations

import enum


class EffectKind(enum.StrEnum):
    """What rested on a match."""

    SCAN = "scan"
    REPORT = "report"
    NOTICE = "notice"
    BLOCK = "block"
    DOMAIN = "domain"
    SERIES = "series"
    CASE = "case"
    WISH = "wish"
    LOOKUP = "lookup"
    SUBSCRIBER = "subscriber"


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
