"""The tables of the cross-check: digests, the records they stand in by kind and id, and who met whom."""

from vaern.node.crosscheck.models.registry import Enrolled, Enrolment, Meeting, Told
from vaern.node.crosscheck.models.reveals import Reveal

__all__ = ["Enrolled", "Enrolment", "Meeting", "Reveal", "Told"]
