"""The tables of reports, one file for each subject; sealed columns cannot be read from the database alone."""

from vaern.node.reports.models.assessment import Assessment, LegalGround, LegalReview, Scheme
from vaern.node.reports.models.desk import Desk, Preference, SavedView
from vaern.node.reports.models.dialogue import Message, Receipt
from vaern.node.reports.models.domains import DomainAppeal, DomainBlock, Zone
from vaern.node.reports.models.exposure import Budget, Exposure
from vaern.node.reports.models.flagging import FlaggerDelivery, FlaggerReport, Independence, ProviderName
from vaern.node.reports.models.forwarding import Forward, Told
from vaern.node.reports.models.mapping import SavedMapping, SavedMappingUse, SavedMappingVersion
from vaern.node.reports.models.match import ItemMatch
from vaern.node.reports.models.original import Original
from vaern.node.reports.models.report import Item, NearSignal, Report
from vaern.node.reports.models.submission import Submission
from vaern.node.reports.models.takedown import Block, Check, Hold, Host, Location, Notice
from vaern.node.reports.models.tie import Tie
from vaern.node.reports.models.viewing import (
    PackedItem,
    StationAnswer,
    StationTerms,
    StationViewer,
    ViewingStation,
    WorkPackage,
)

__all__ = [
    "Assessment",
    "Block",
    "Budget",
    "Check",
    "Desk",
    "DomainAppeal",
    "DomainBlock",
    "Exposure",
    "FlaggerDelivery",
    "FlaggerReport",
    "Forward",
    "Hold",
    "Host",
    "Independence",
    "Item",
    "ItemMatch",
    "LegalGround",
    "LegalReview",
    "Location",
    "Message",
    "NearSignal",
    "Notice",
    "Original",
    "PackedItem",
    "Preference",
    "ProviderName",
    "Receipt",
    "Report",
    "SavedMapping",
    "SavedMappingUse",
    "SavedMappingVersion",
    "SavedView",
    "Scheme",
    "StationAnswer",
    "StationTerms",
    "StationViewer",
    "Submission",
    "Tie",
    "Told",
    "ViewingStation",
    "WorkPackage",
    "Zone",
]
