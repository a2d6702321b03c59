"""The tables of the alliance."""

from vaern.node.alliance.models.across import MemberTally, ReceivedRelease, ToldSums
from vaern.node.alliance.models.commitments import Commitment, CommitmentVersion
from vaern.node.alliance.models.indicators import (
    CaseTrack,
    LocationTrack,
    PreservationTrack,
    ReportTrack,
    RequestTrack,
    SeriesTrack,
    Tally,
    Track,
    Value,
)
from vaern.node.alliance.models.maturity import Maturity
from vaern.node.alliance.models.meetings import (
    AgendaItem,
    Attendance,
    Decision,
    DecisionEffect,
    MeetingPaper,
    MinisterialMeeting,
    Minutes,
)
from vaern.node.alliance.models.membership import Backing, Membership
from vaern.node.alliance.models.publishing import PublicRelease, ReleasePreview
from vaern.node.alliance.models.rounds import Declared, Round, RoundMail, RoundReply
from vaern.node.alliance.models.sheet import SheetProposal

__all__ = [
    "AgendaItem",
    "Attendance",
    "Backing",
    "CaseTrack",
    "Commitment",
    "CommitmentVersion",
    "Decision",
    "DecisionEffect",
    "Declared",
    "LocationTrack",
    "Maturity",
    "MeetingPaper",
    "MemberTally",
    "Membership",
    "MinisterialMeeting",
    "Minutes",
    "PreservationTrack",
    "PublicRelease",
    "ReceivedRelease",
    "ReleasePreview",
    "ReportTrack",
    "RequestTrack",
    "Round",
    "RoundMail",
    "RoundReply",
    "SeriesTrack",
    "SheetProposal",
    "Tally",
    "ToldSums",
    "Track",
    "Value",
]
