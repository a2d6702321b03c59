"""Turn what the queries return into what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.casework.sheets import SheetPart
from vaern.node.crosscheck.base import labels
from vaern.node.crosscheck.base.disclosures import reveals_of
from vaern.node.crosscheck.registry.queries import meetings_of, own_enrolment
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Definitions, Empty, Link, When
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from vaern.node.casework.models import Casework
    from vaern.node.crosscheck.base.disclosures import Shown
    from vaern.node.crosscheck.models import Enrolment, Meeting
    from vaern.node.crosscheck.registry.queries import Answer, Met
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

MOST_SHOWN = 50
"""Meetings of one record that its page lists."""


def called(met: Sequence[Met]) -> dict[UUID, str]:
    """Return the names of the viewer's own records and of those released to them."""
    return kinds.called([one.own for one in met] + [one.other for one in met if one.other is not None])


def who(viewer: Viewer, one: Met, partners: Mapping[UUID, str], names: Mapping[UUID, str]) -> Any:
    """Return what is known of the other side, in words."""
    if one.other is not None and one.other.id is not None:
        text = names.get(one.other.id, "") or _("A record that you may see")
        url = kinds.url_for(viewer, one.other)
        return Link(text, url) if url else text
    return partners.get(one.id) or (
        _("An organisation on another node") if one.elsewhere else _("Another organisation")
    )


def meetings_table(
    viewer: Viewer, found: Sequence[Met], page: Page[Meeting], which: str, reveals: Sequence[Shown]
) -> Table:
    """Return the meetings of the viewer's organisation."""
    names, partners = called(found), partners_of(reveals)
    return Table(
        caption=_("Matches"),
        columns=[
            Column(_("Your record")),
            Column(_("Both hold the same")),
            Column(_("Who else")),
            Column(_("How it stands there")),
            Column(_("Since"), sort="since"),
            Column(_("New"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    own_name(one, names),
                    labels.kinds(one.kinds),
                    who(viewer, one, partners, names),
                    labels.state(one.state),
                    When(one.at),
                    Chip(_("New"), "warning") if one.new and not one.inside else "",
                ],
                url=reverse("crosscheck:meeting", args=[one.id]),
            )
            for one in found
        ],
        filters=[
            Filter(
                "which",
                _("Which"),
                [
                    ("new", _("New")),
                    ("told", _("With updates")),
                    ("asked", _("Wait for your answer")),
                ],
                which,
            )
        ],
        page=page,
        empty=Empty(
            _("No matches"),
            _("When a record of yours and one of another organisation hold the same value, both are told here."),
        ),
        id="meetings",
    )


def own_name(one: Met, names: Mapping[UUID, str]) -> str:
    """Return the name of the viewer's own record of a meeting."""
    return (names.get(one.own.id) if one.own.id else "") or _("A record of yours")


def partners_of(reveals: Sequence[Shown]) -> dict[UUID, str]:
    """Return the names of the other sides that agreed to be known, by meeting."""
    return {one.meeting: one.partner.name for one in reveals if one.partner is not None}


def sheet_part(viewer: Viewer, record: Casework, reason: Reason) -> SheetPart | None:
    """Return who else works on what a record is about: a part of its page, for its own organisation.

    None where nothing is compared or the viewer is of another organisation.
    """
    enrolment = own_enrolment(viewer, record.KIND, record.pk)
    if enrolment is None:
        return None
    found = meetings_of(viewer, record)
    shown = found[:MOST_SHOWN]
    names, partners = called(shown), partners_of(reveals_of(viewer, [one.id for one in shown]))
    may = viewer.may(Permission.CROSSCHECK_VIEW)
    table = Table(
        caption=_("Who else works on this"),
        columns=[Column(_("Who else")), Column(_("Both hold the same")), Column(_("How it stands there"))],
        rows=[
            Row(
                [who(viewer, one, partners, names), labels.kinds(one.kinds), labels.state(one.state)],
                url=reverse("crosscheck:meeting", args=[one.id]) if may else "",
            )
            for one in shown
        ],
        id="who-else",
    )
    return SheetPart(
        _("Who else works on this"),
        "crosscheck/registry/part.html",
        {
            "table": table if shown else None,
            "more": len(found) - len(shown),
            "look_up": reverse("crosscheck:look-up", args=[record.KIND, record.pk]) if may else "",
            "country": reverse("crosscheck:ask-country", args=[record.KIND, record.pk]) if may else "",
        },
    )


def of_record(enrolment: Enrolment, url: str) -> Definitions:
    """Return which of the viewer's own records a page asks about.

    Args:
        enrolment: of the record.
        url: of its page.
    """
    name = kinds.called([enrolment.subject]).get(enrolment.record) or _("A record of yours")
    return Definitions([(_("Your record"), Link(name, url))])


def answer_facts(found: Answer) -> Definitions:
    """Return what a look-up says."""
    return Definitions(
        [
            (_("Who else works on this"), labels.HOW_MANY[found.organisations]),
            (_("Somebody works on it now"), _("Yes") if found.working else _("No")),
            (_("Identified elsewhere"), _("Yes") if found.identified else _("No")),
            (_("Both hold the same"), labels.kinds(found.kinds) or "–"),
            (_("Keys compared"), found.asked),
        ]
    )
