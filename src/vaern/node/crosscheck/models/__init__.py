"""The tables of the cross-check: digests, the records they stand in by kind and id, and who met whom."""

from vaern.node.crosscheck.models.desk import CountryQuestion, Naming, Nudge
from vaern.node.crosscheck.models.disclosures import Reveal
from vaern.node.crosscheck.models.intersection import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.models.registry import Enrolled, Enrolment, Meeting, Told

__all__ = [
    "ComparisonPair",
    "ComparisonRun",
    "CountryQuestion",
    "Enrolled",
    "Enrolment",
    "Meeting",
    "Naming",
    "Nudge",
    "Reveal",
    "Told",
]
