"""Trusted flagger status: who has it on a day, and what a notice may claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from vaern.node.law.data import newest, verified_ids
from vaern.node.law.registers import table_of
from vaern.node.organisations import countries
from vaern.node.reports.rules import flaggers
from vaern.node.reports.rules.flaggers import Decision, Known, Step
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Notice
    from vaern.node.reports.rules.duties import Text


TABLE = "flagger"
DECISIONS: dict[Decision, tuple[Any, str]] = {
    Decision.AWARDED: (gettext_lazy("Awarded"), "good"),
    Decision.SUSPENDED: (gettext_lazy("Suspended"), "bad"),
    Decision.RESTORED: (gettext_lazy("Suspension ended"), "good"),
    Decision.REVOKED: (gettext_lazy("Revoked"), "bad"),
}


def read(content: object) -> Step:
    """Return a row of the register as a typed record."""
    found: Step = table_of(TABLE)[1].read(content)
    return found


def decisions(organisation: UUID | None = None) -> list[Known]:
    """Return the coordinators' decisions about an organisation, or about all, the earliest first."""
    rows, verified = newest([TABLE]), verified_ids()
    found = [
        Known(read(row.content), row.pk in verified, row.pk)
        for row in rows
        if organisation is None or row.about == str(organisation)
    ]
    return sorted(found, key=lambda one: (one.step.since, one.step.organisation))


def of(organisation: UUID, on: date) -> Known | None:
    """Return the award by which an organisation is a trusted flagger on a day; None if it is not one."""
    return flaggers.in_force(decisions(organisation), on)


def claimable(organisation: UUID, cited: Text, on: date) -> Known | None:
    """Return the award on which a notice may claim priority: the cited law grants it and the status is in force."""
    return of(organisation, on) if cited.flagger else None


def claim(notice: Notice, language: str) -> str:
    """Return the status claim of a notice in a language; "" if it claimed none.

    Reminders and the host portal repeat the claim only while that award is in force. The day is the node's, as when
    the notice was sent, although the portal shows times in UTC.
    """
    if notice.flagger is None:
        return ""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    award, now = read(notice.flagger.content), of(notice.organisation_id, today)
    if now is None or now.step.key != award.key:
        return ""
    return words(award, notice.cites, notice.organisation.name, language)


def words(award: Step, cites: str, name: str, language: str) -> str:
    """Return the status claim of a notice that cites a text, in a language."""
    from vaern.node.reports.rules import duties

    with override(language):
        return duties.says(cites, language).priority.format(
            organisation=name,
            day=award.since.isoformat(),
            coordinator=award.coordinator,
            country=countries.named(award.country),
            area=award.area,
        )


def facts(_viewer: Viewer, organisation: Organisation) -> list[tuple[object, object]]:
    """Return the status section of an organisation's page: the status today, and each decision."""
    known = decisions(organisation.pk)
    if not known:
        return []
    now = flaggers.in_force(known, timezone.localdate())
    standing = Chip(_("In force"), "good") if now else Chip(_("Not in force"), "neutral")
    found: list[tuple[object, object]] = [(_("Trusted flagger"), standing)]
    if now:
        found.append((_("Area of expertise"), now.step.area))
    return found + [(DECISIONS[one.step.decision][0], said(one)) for one in known]


def said(one: Known) -> str:
    """Return a decision in a line: day, coordinator, reference, and whether its verification is pending."""
    step = one.step
    parts = [
        date_format(step.since, "SHORT_DATE_FORMAT"),
        f"{step.coordinator} ({countries.named(step.country)})",
        step.reference,
        "" if one.verified else _("unverified"),
    ]
    return " · ".join(part for part in parts if part)
