"""What VICS has no place for, and how far a document is that came back, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vaern.formats.vics_findings import NO_MEDIA, OTHER_VERDICT
from vaern.formats.vics_write import NO_MD5, RECALLED
from vaern.node.casework.workstations.rules import GradedState
from vaern.node.casework.workstations.said import HASHES

if TYPE_CHECKING:
    from collections.abc import Mapping

TRAITS = "device, place and time"
TURNED = "turned and unbordered hashes"

SAID: dict[str, Any] = {
    NO_MD5: _("Entries without MD5, by which VICS knows a file"),
    RECALLED: _("Entries that were recalled: VICS cannot withdraw"),
    NO_MEDIA: _("Files that are neither picture nor video"),
    OTHER_VERDICT: _("Findings that are harmless, unreadable, unopened or no media"),
    TRAITS: _("Device, place and time of the picture: they stay here"),
    TURNED: _("Hashes of the turned picture, and of it without its borders"),
    "votes": _("Votes"),
    "jurisdiction": _("Under whose law it was classified"),
    "basis": _("Legal basis"),
    "licence": _("Licence of use"),
    "viewed_by": _("Who viewed the file"),
    "ends": _("End date of an entry"),
    "source": _("Source of an entry"),
    "quality, orientation, region and frame of a signal": _("Quality and orientation of a hash"),
    "further values": _("Further values of the source"),
}
"""By the reason, or the name of the field, that the writers count."""

KIND, CLASS = ": no hash of a file", "Class, "


def said(name: str) -> str:
    """Return a reason, or the name of a field, as a page says it."""
    if name in SAID:
        return str(SAID[name])
    if name.startswith(CLASS):
        return str(_("Classes of the scheme %(scheme)s") % {"scheme": name.removeprefix(CLASS) or "–"})
    return str(_("Values of the kind %(kind)s, which is no hash of a file") % {"kind": name.removesuffix(KIND)})


FIELDS: dict[str, Any] = {
    "Series": pgettext_lazy("of a file", "Series"),
    "VictimIdentified": _("Victim identified"),
    "OffenderIdentified": _("Offender identified"),
    "IsDistributed": _("Distributed"),
    "IsSuspected": _("Suspected"),
    "Comments": _("Comments"),
    "Tags": _("Tags"),
    HASHES: _("Hashes that are not here"),
    "": _("Other fields"),
}
"""Of fields of a medium that came back: label. All others are called as the document calls them."""


def field(name: str) -> str:
    """Return a field of a document that came back, as a page says it."""
    return str(FIELDS.get(name, name))


def in_words(said: Mapping[str, str]) -> str:
    """Return what an examiner said of a file beside its grade, as a page says it: each field with its text."""
    answers = {"true": _("yes"), "false": _("no")}
    return "; ".join(f"{field(name)}: {answers.get(text, text)}" for name, text in sorted(said.items()))


GRADED: dict[GradedState, tuple[Any, str]] = {
    GradedState.RECEIVING: (_("Coming in"), "info"),
    GradedState.READING: (_("Being read"), "info"),
    GradedState.READY: (_("Waits for a decision"), "warning"),
    GradedState.TAKING: (_("Being taken"), "info"),
    GradedState.TAKEN: (_("Taken"), "good"),
    GradedState.REJECTED: (_("Rejected"), "neutral"),
    GradedState.FAILED: (_("Failed"), "bad"),
}
"""Of the states of a document that came back: label and tone."""
