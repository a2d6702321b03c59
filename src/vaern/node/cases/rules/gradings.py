"""How what is said in a case is marked: fact or assessment, source, quality, confidence.

Directive (EU) 2016/680 (LED), article 7: facts apart from assessments, quality verified before it is passed on. The
codes of source and information are those of Regulation (EU) 2016/794 (Europol), article 29.
"""

from __future__ import annotations

import enum

LONGEST = 4_000
"""Characters of a statement or a task."""


class Nature(enum.StrEnum):
    """What a statement is."""

    FACT = "fact"
    ASSESSMENT = "assessment"


class Source(enum.StrEnum):
    """How reliable the source is: article 29(1)."""

    ALWAYS = "a"
    MOSTLY = "b"
    SELDOM = "c"
    UNKNOWN = "x"


class Credibility(enum.StrEnum):
    """How exact the information is: article 29(2)."""

    CERTAIN = "1"
    KNOWN_TO_SOURCE = "2"
    CORROBORATED = "3"
    UNCORROBORATED = "4"


class Confidence(enum.StrEnum):
    """How sure the assessor is."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
