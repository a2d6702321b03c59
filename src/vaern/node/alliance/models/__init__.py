"""The tables of the alliance."""

from vaern.node.alliance.models.indicators import (
    LocationTrack,
    PreservationTrack,
    ReportTrack,
    RequestTrack,
    SeriesTrack,
    Track,
    Value,
)

__all__ = ["LocationTrack", "PreservationTrack", "ReportTrack", "RequestTrack", "SeriesTrack", "Track", "Value"]
