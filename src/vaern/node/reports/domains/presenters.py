"""Presentation of domain blocks: from query results to template contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.organisations import countries
from vaern.node.organisations.rules import Permission
from vaern.node.reports.domains import labels, queries
from vaern.node.reports.domains.actions import domain_of, words_of
from vaern.node.reports.rules import duties
from vaern.node.reports.takedown.mails import ground_name
from vaern.node.web.components import Chip, Code, Definitions, Empty, When
from vaern.node.web.day import Day
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import DomainAppeal, DomainBlock
    from vaern.node.web.paging import Page


def shown(viewer: Viewer, block: DomainBlock) -> Any:
    """Return the domain as the viewer may see it: defanged, and for assessors only."""
    if not viewer.may(Permission.REPORT_ASSESS):
        return _("Shown to those who assess only")
    return Code(domain_of(block).replace(".", "[.]"))


def table(viewer: Viewer, page: Page[DomainBlock], waits: str) -> Table:
    """Return the table of a page of domain blocks."""
    return Table(
        caption=_("Domains"),
        columns=[
            Column(_("Domain")),
            Column(_("Asked for by"), sort="organisation"),
            Column(_("How it stands")),
            Column(_("Review date"), sort="review"),
        ],
        rows=[
            Row(
                [
                    shown(viewer, block),
                    _named(block.organisation),
                    labels.state(block, in_force=queries.is_in_force(block)),
                    Day(block.review_date),
                ],
                url=reverse("reports:domain", args=[block.pk]),
            )
            for block in page.rows
        ],
        filters=[Filter("waits", _("Waits for"), list(labels.WAITS.items()), waits)],
        page=page,
        empty=Empty(_("No domain is to be stopped"), _("It is asked for on the page of its location.")),
        id="domains",
    )


def _named(organisation: Any) -> str:
    return f"{organisation.name}, {organisation.member}" if organisation.member else organisation.name


def context(viewer: Viewer, block: DomainBlock, appeals: list[DomainAppeal]) -> dict[str, Any]:
    """Return the context of one block's page; for another country without the report."""
    own, open_ = block.organisation_id == viewer.organisation.pk, block.ended_at is None
    waiting = any(appeal.upheld is None for appeal in appeals)
    person = viewer.person.pk if viewer.person else None
    puts = block.seconded_at is not None and (not block.put_to_id or block.confirmed is False)
    return {
        "entry": block,
        "own": own,
        "domain": shown(viewer, block),
        "state": labels.state(block, in_force=queries.is_in_force(block)),
        "because": words_of(block.reason),
        "dedicated": words_of(block.dedicated),
        "answer": words_of(block.answer) if block.answer else "",
        "facts": Definitions(_facts(block, own=own)),
        "location_url": reverse("reports:location", args=[block.location.report_id, block.location_id]) if own else "",
        "appeals": [
            {"at": When(one.at), "words": words_of(one.words), "owner": one.owner, "chip": _decision(one)}
            for one in appeals
        ],
        "may": {
            "second": own and open_ and block.seconded_at is None and block.asked_by_id != person,
            "put": own and open_ and puts,
            "answer": not own and open_ and block.confirmed is None,
            "lift": own and open_,
            "decide": own and open_ and waiting and person not in {block.asked_by_id, block.seconded_by_id},
        },
    }


def _facts(block: DomainBlock, *, own: bool) -> list[tuple[object, object]]:
    found: list[tuple[object, object]] = [
        (_("Asked for by"), _named(block.organisation)),
        (_("Asked for on"), When(block.asked_at)),
        (_("Removal was asked for first"), When(block.location.first_notified_at)),
        (_("Legal ground"), ground_name(block.legal_ground, get_language()) or "–"),
        (_("Review date"), date_format(block.review_date, "SHORT_DATE_FORMAT")),
        (_("Put to"), _named(block.put_to) if block.put_to else "–"),
    ]
    if own:
        found[2:2] = [(_("Asked by"), block.asked_by), (_("Seconded by"), block.seconded_by or "–")]
        found.append((_("Another country asked for the same"), _("Yes") if block.twin else _("No")))
    return found


def _decision(appeal: DomainAppeal) -> Chip:
    if appeal.upheld is None:
        return Chip(_("Waits for a decision"), "warning")
    return Chip(_("Upheld"), "good") if appeal.upheld else Chip(_("Not upheld"), "neutral")


def stop_context(today: Any) -> dict[str, Any]:
    """Return the context of the stop page: who decided and under which law, and nothing of any domain."""
    language = get_language()
    found = []
    for one in queries.lists():
        country = one.organisation.member.code if one.organisation.member else ""
        found.append(
            {
                "name": one.organisation.name,
                "country": countries.named(country) if country else "",
                "law": duties.blocking(country, today, language),
                "grounds": queries.grounds_of(one.organisation, language),
            }
        )
    return {"lists": found}


def about(viewer: Viewer, block: DomainBlock) -> dict[str, Any]:
    """Return the arguments of `decide` that name a domain and link to it."""
    here = reverse("reports:domain", args=[block.pk])
    return {
        "subject": Definitions([(_("Domain"), shown(viewer, block)), (_("Asked for by"), _named(block.organisation))]),
        "crumbs": [(_("Domains"), reverse("reports:domains")), (_("A domain"), here)],
        "back": here,
    }
