"""Turn wishes into what pages show: to survivors without details, to desks without a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.matching import MIN_QUALITY
from vaern.node.casework.sheets import SheetPart
from vaern.node.reports.public.offers import Offer
from vaern.node.reports.public.presenters import desk_context
from vaern.node.reports.rules.marks import Wished
from vaern.node.reports.takedown.labels import state as location_state
from vaern.node.victims.base.labels import signal
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.wishes import Told, WishState
from vaern.node.victims.wishes import labels, queries
from vaern.node.web.codenames import second_name
from vaern.node.web.codes import grouped
from vaern.node.web.components import Chip, Definitions, Empty, Link, Secret, When
from vaern.node.web.day import Day
from vaern.node.web.records import Head, Rank, Tab
from vaern.node.web.records import Offer as RecordOffer
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Desk, Item, Report
    from vaern.node.victims.models import Hit, Wish
    from vaern.node.victims.wishes.forms import WishForm
    from vaern.node.victims.wishes.queries import Confirmed, Consulted, Found
    from vaern.node.web.paging import Page


def offer(desk: Desk | None) -> Offer:
    """Return the offer on the public pages of reports: to have pictures of oneself removed."""
    named = desk.public_name if desk else ""
    url = reverse("victims:wish-form", args=[named]) if named else reverse("victims:wish-choose")
    return Offer(
        _("Are there pictures of you, or do you fear that there are?"),
        _("You can have them looked for and taken away. The pictures stay on your phone, and nobody asks who you are."),
        _("Have pictures of you removed"),
        url,
    )


def about(wish: Wish) -> dict[str, Any]:
    """Return what `decide` says of the wish that it is about: as the list tells it."""
    facts = [(_("Code"), wish.code), (_("State"), labels.state(wish.state)), (_("Received"), When(wish.created_at))]
    here = reverse("victims:wish", args=[wish.pk])
    return {
        "subject": Definitions(facts),
        "crumbs": [(_("Wishes of survivors"), reverse("victims:wishes")), (wish.code, here)],
        "back": here,
    }


def form_context(desk: Desk, filled: WishForm, token: str) -> dict[str, Any]:
    """Return the form, and the settings of its script, which makes hashes on the device."""
    return {
        **desk_context(desk),
        "form": filled,
        "token": token,
        "least_quality": MIN_QUALITY,
        "most_hashes": rules.MOST_HASHES,
    }


def sent_context(desk: Desk, wish: Wish, code: str) -> dict[str, Any]:
    """Return the page with the receipt."""
    return {**desk_context(desk), "wish": wish, "secret": Secret(grouped(code), _("Your code"))}


def status_context(wish: Wish) -> dict[str, Any]:
    """Return what a survivor reads behind their code."""
    state = queries.status(wish)
    label, tone, sentence = labels.STATES[state]
    desk = queries.desk_of(wish)
    return {
        **(desk_context(desk) if desk else {}),
        "wish": wish,
        "state": Chip(label, tone),
        "sentence": sentence,
        "ended": state is WishState.ENDED,
        "ends": date_format(wish.review_date, "DATE_FORMAT"),
        "reached": queries.reached(wish),
    }


def list_table(page: Page[Wish]) -> Table:
    """Return the wishes of an organisation."""
    return Table(
        caption=_("Wishes of survivors"),
        columns=[
            Column(_("Wish"), sort="code"),
            Column(_("Status that they see")),
            Column(_("Hashes"), sort="hashes"),
            Column(_("Found"), numeric=True),
            Column(_("To be told"), sort="told"),
            Column(_("Came"), sort="came"),
        ],
        rows=[
            Row(
                [
                    one.code,
                    labels.state(queries.status(one).value),
                    labels.hashes(one.hashes_total, one.confirmed),
                    one.found,
                    labels.TOLD[Told(one.told)],
                    Day(timezone.localdate(one.created_at)),
                ],
                url=reverse("victims:wish", args=[one.pk]),
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(_("No wishes"), _("What survivors send with the public page stands here, without a name.")),
        id="wishes",
    )


def wish_context(wish: Wish, viewer: Viewer, consulted: Consulted) -> dict[str, Any]:
    """Return what the page of one wish shows to the desk that answers for it."""
    to_tell = wish.told == Told.ASK_CONTACT.value and queries.later(wish)
    contact = queries.contact_of(wish)
    pairs: list[tuple[object, object]] = [
        (_("Hashes"), labels.hashes(wish.hashes_total, consulted.hashes)),
        (_("To be told"), labels.TOLD[Told(wish.told)]),
        *([(_("Contact"), contact)] if contact else []),
        *(
            [(_("Series"), Link(wish.series.code, reverse("victims:series", args=[wish.series_id])))]
            if wish.series
            else []
        ),
        *([(_("Last looked after"), When(wish.answered_at))] if wish.answered_at else []),
        (_("Delete on"), date_format(wish.review_date, "DATE_FORMAT")),
    ]
    return {
        "wish": wish,
        "head": head(wish, found=len(consulted.found)),
        "tabs": [Tab.OVERVIEW],
        "facts": Definitions(pairs),
        "found": _found_table(consulted.found),
        "confirmed": _confirmed_table(consulted.confirmed),
        "to_tell": to_tell,
    }


def head(wish: Wish, *, found: int) -> Head:
    """Return the head of a wish: what was asked for, and how often it was found."""
    asked = ngettext("%(n)s hash to be removed", "%(n)s hashes to be removed", wish.hashes_total)
    places = (
        ngettext("found in %(n)s place", "found in %(n)s places", found) % {"n": found} if found else _("not found")
    )
    address = [wish.pk]
    return Head(
        f"{asked % {'n': wish.hashes_total}} · {places}",
        wish.code,
        second_name(wish.pk),
        [labels.state(queries.status(wish).value)],
        offers=[
            RecordOffer(_("Looked after"), reverse("victims:seen-wish", args=address), Rank.NEXT),
            RecordOffer(_("Contact and series"), reverse("victims:note-wish", args=address)),
            RecordOffer(_("Erase"), reverse("victims:erase-wish", args=address), Rank.ENDING, "danger"),
        ],
    )


def _found_table(found: Iterable[Found]) -> Table:
    return Table(
        caption=_("Where it was found"),
        columns=[
            Column(_("Where")),
            Column(_("Desk")),
            Column(_("Found by")),
            Column(_("Removal")),
            Column(_("Found")),
        ],
        rows=[
            Row([_where(one), one.hit.organisation.name, signal(one.hit.kind), _removal(one), When(one.hit.found_at)])
            for one in found
        ],
        empty=Empty(_("Nothing found"), _("Reports are compared as they come, and all that is held each night.")),
        show_caption=True,
        id="found",
    )


def _confirmed_table(confirmed: Iterable[Confirmed]) -> Table:
    return Table(
        caption=_("What confirms the hashes"),
        columns=[Column(_("By")), Column(_("From")), Column(_("Hashes")), Column(_("When"))],
        rows=[
            Row([_by(one), _from(one), ", ".join(signal(kind) for kind in one.kinds), When(one.at)])
            for one in confirmed
        ],
        empty=Empty(
            _("Nothing is confirmed"),
            _("Whoever sent these hashes may be anybody: before a person saw what has them, nobody relies on them."),
        ),
        show_caption=True,
        id="confirmed",
    )


def _by(one: Confirmed) -> str:
    if one.list:
        return _("a list at hand")
    return _("a person of another desk, who looked") if one.elsewhere else one.person or _("a person, who looked")


def _from(one: Confirmed) -> object:
    if one.list:
        return f"{one.list} {one.release}"
    if one.report is None:
        return "–"
    return Link(one.report.code, reverse("reports:report", args=[one.report.pk]))


def _where(one: Found) -> object:
    hit = one.hit
    if not one.own:
        return _("at another desk, which was told")
    if hit.item is not None:
        return Link(hit.item.report.code, reverse("reports:report", args=[hit.item.report_id]))
    return Link(hit.finding.scan.reference, reverse("scans:scan", args=[hit.finding.scan_id])) if hit.finding else "–"


def _removal(one: Found) -> object:
    if one.location is not None:
        return location_state(one.location.state)
    return Chip(_("Not online"), "neutral") if one.hit.item is None else Chip(_("To be decided"), "warning")


def first_table(page: Page[Hit]) -> Table:
    """Return the items of a desk's reports that somebody wishes to be gone, and on which nobody has acted."""
    return Table(
        caption=_("First in line, as survivors wish"),
        columns=[
            Column(_("Report"), sort="report"),
            Column(_("The hash")),
            Column(_("Found by"), sort="kind"),
            Column(_("Found"), sort="found"),
        ],
        rows=[
            Row(
                [
                    Link(hit.item.report.code, reverse("reports:report", args=[hit.item.report_id])),
                    _hash(hit.item),
                    signal(hit.kind),
                    When(hit.found_at),
                ]
            )
            for hit in page.rows
            if hit.item is not None
        ],
        page=page,
        id="wishes-found",
        empty=Empty(
            _("Nothing is first in line"),
            _("A report that holds what somebody asked to have removed is listed here until it was acted on."),
        ),
    )


def _hash(item: Item) -> Chip:
    """Whether a hash by which an item is wished to be gone was confirmed."""
    return Chip(_("Confirmed"), "good") if item.wished == Wished.CONFIRMED else Chip(_("Unverified"), "warning")


def report_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the note on a report's page that a survivor wishes something in it removed, and may need help."""
    if report.organisation_id != viewer.organisation.id:
        return None
    asked = queries.asked_of(report)
    if not (asked.unverified or asked.near or asked.confirmed):
        return None
    title = _("Somebody in it may have asked for help")
    return SheetPart(title, "victims/wishes/report_part.html", {"asked": asked})
