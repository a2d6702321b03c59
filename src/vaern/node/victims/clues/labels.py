"""Names of the codes of clues, as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.victims.rules.clues import ADDRESS, EMPTY, NAME, NOT_TEXT, TOO_LONG, Circle, ClueKind, Nature, Standing
from vaern.node.victims.rules.clues import Confidence as Sure

KINDS: dict[ClueKind, Any] = {
    ClueKind.LANGUAGE: _("Language that is heard or read"),
    ClueKind.SOCKET: _("Socket or plug"),
    ClueKind.PACKAGING: _("Packaging or a brand"),
    ClueKind.UNIFORM: _("Uniform, school or club"),
    ClueKind.LANDSCAPE: _("Landscape, building, plant"),
    ClueKind.SOUND: _("Sound: siren, bell, broadcast"),
    ClueKind.OBJECT: _("Object"),
    ClueKind.CAMERA: _("Camera or its settings"),
    ClueKind.OTHER: _("Something else"),
}
NATURES: dict[Nature, Any] = {
    Nature.FACT: _("Fact: I saw or heard it"),
    Nature.ASSESSMENT: _("Assessment: I conclude it"),
}
CONFIDENCES: dict[Sure, Any] = {
    Sure.LOW: _("Low: about one in three"),
    Sure.MEDIUM: _("Medium: about two in three"),
    Sure.HIGH: _("High: nine in ten"),
}
CIRCLES: dict[Circle, Any] = {
    Circle.OWN: _("My organisation only"),
    Circle.NAMED: _("Organisations that I name"),
    Circle.RECIPIENTS: _("Everybody to whom the series is released"),
    Circle.PUBLIC: _("May be made public, in an appeal"),
}
STANDINGS: dict[Standing, tuple[Any, str]] = {
    Standing.SUPPOSED: (_("Supposed"), "neutral"),
    Standing.PROPOSED: (_("Proposed"), "info"),
    Standing.SENT: (_("Sent there"), "info"),
    Standing.ACCEPTED: (_("Accepted there"), "good"),
    Standing.DECLINED: (_("Declined there"), "warning"),
    Standing.CONFIRMED: (_("Confirmed"), "good"),
    Standing.DROPPED: (_("Taken back"), "neutral"),
}
PROBLEMS: dict[str, Any] = {
    EMPTY: _("Write what was observed."),
    TOO_LONG: _("A clue has 400 characters at most: write two."),
    NOT_TEXT: _("It holds signs that cannot be shown."),
    ADDRESS: _("It holds an address or a number of somebody. Those belong into a case, sealed as identifiers."),
    NAME: _("It seems to name somebody. No name stands here, only what was observed."),
}
