"""The law of one day over many reports: reports of the same basis share one answer, computed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from vaern.node.reports.law import grounds

if TYPE_CHECKING:
    from datetime import date, datetime

    from vaern.node.organisations.models import Organisation


class Basis(NamedTuple):
    """Everything that decides whether a report's grounds are in force, except decisions on the report itself.

    Attributes:
        organisation: the organisation whose desk acts.
        sender: the organisation that detected; None without a detection.
        ground: code of the ground that the sender named; "" for none.
        detected_on: the day of detection; None without one.
    """

    organisation: Organisation
    sender: Organisation | None = None
    ground: str = ""
    detected_on: date | None = None


def basis(
    organisation: Organisation, sender: Organisation | None, document: str, ground: str, begun: datetime
) -> Basis:
    """Return the basis of a report.

    Args:
        organisation: the organisation whose desk acts.
        sender: of the report.
        document: that it came as.
        ground: that the sender named.
        begun: the moment of the incident, or of arrival if that is not known.
    """
    if sender is None or not grounds.detected(sender, document, ground):
        return Basis(organisation)
    return Basis(organisation, sender, ground, timezone.localdate(begun))


class Law:
    """The law of one day."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._lacks: dict[tuple[str, Basis], bool] = {}

    def lacks(self, action: str, of: Basis) -> bool:
        """Whether an action on reports of this basis lacks a ground, regardless of decisions on single reports."""
        asked = (action, of)
        if asked not in self._lacks:
            self._lacks[asked] = self._detection_lacks(of) or grounds.lacks(action, of.organisation, self.on)
        return self._lacks[asked]

    def _detection_lacks(self, of: Basis) -> bool:
        if of.sender is None or of.detected_on is None:
            return False
        return grounds.lacks("detect", of.sender, of.detected_on, of.ground)
