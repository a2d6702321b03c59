"""The tables of cases, one file a subject; sealed columns hold what nobody may read from the database alone."""

from vaern.node.cases.models.assistance import (
    AssistanceNote,
    AssistanceRequest,
    HeldData,
    KeepingAlarm,
    KeepingClock,
)
from vaern.node.cases.models.case import Case
from vaern.node.cases.models.evidence import CustodyEvent, Evidence, EvidenceBag
from vaern.node.cases.models.handover import Handover
from vaern.node.cases.models.identifiers import Held
from vaern.node.cases.models.incoming import IncomingDocument, IncomingRequest
from vaern.node.cases.models.links import Link
from vaern.node.cases.models.outcomes import Said
from vaern.node.cases.models.people import Party
from vaern.node.cases.models.statements import Statement
from vaern.node.cases.models.tasks import Task

__all__ = [
    "AssistanceNote",
    "AssistanceRequest",
    "Case",
    "CustodyEvent",
    "Evidence",
    "EvidenceBag",
    "Handover",
    "Held",
    "HeldData",
    "IncomingDocument",
    "IncomingRequest",
    "KeepingAlarm",
    "KeepingClock",
    "Link",
    "Party",
    "Said",
    "Statement",
    "Task",
]
