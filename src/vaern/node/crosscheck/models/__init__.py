"""The tables of the cross-check: digests, the records they stand in by kind and id, and who met whom."""

from vaern.node.crosscheck.models.desk import CountryQuestion, Naming, Nudge
from vaern.node.crosscheck.models.disclosures import Reveal
from vaern.node.crosscheck.models.hub import (
    Elsewhere,
    HeldMeeting,
    HeldQuestion,
    HeldRecord,
    HeldValue,
    HubRecord,
    SharedSecret,
)
from vaern.node.crosscheck.models.intersection import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.models.registry import Enrolled, Enrolment, Meeting, Told

__all__ = [
    "ComparisonPair",
    "ComparisonRun",
    "CountryQuestion",
    "Elsewhere",
    "Enrolled",
    "Enrolment",
    "HeldMeeting",
    "HeldQuestion",
    "HeldRecord",
    "HeldValue",
    "HubRecord",
    "Meeting",
    "Naming",
    "Nudge",
    "Reveal",
    "SharedSecret",
    "Told",
]
