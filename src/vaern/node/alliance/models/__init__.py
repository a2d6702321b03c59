"""The tables of the alliance."""

from vaern.node.alliance.models.commitments import Commitment, CommitmentVersion, Declared, Round, RoundReply
from vaern.node.alliance.models.indicators import (
    LocationTrack,
    PreservationTrack,
    ReportTrack,
    RequestTrack,
    SeriesTrack,
    Tally,
    Track,
    Value,
)
from vaern.node.alliance.models.membership import Backing, Membership

__all__ = [
    "Backing", "Commitment", "CommitmentVersion", "Declared", "LocationTrack", "Membership", "PreservationTrack",
    "ReportTrack", "RequestTrack", "Round", "RoundReply", "SeriesTrack", "Tally", "Track", "Value",
]  # fmt: skip
