"""Presentation of viewing stations and work packages: tables, facts, and what may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.history import history
from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk.labels import state
from vaern.node.reports.law.schemes import value_label
from vaern.node.reports.rules.stations import Standing
from vaern.node.reports.viewing import labels
from vaern.node.web.components import Chip, Clock, Code, Definitions, Empty, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.casework.models import Casework
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import StationAnswer, StationTerms, ViewingStation, WorkPackage
    from vaern.node.reports.viewing.documents import Packed
    from vaern.node.reports.viewing.queries import PackageLine, Sheet
    from vaern.node.web.paging import Page


def day(at: date) -> str:
    """Return a day as people read it."""
    return date_format(at, "DATE_FORMAT")


def standing(one: ViewingStation) -> Chip:
    """Return the chip of a station's standing."""
    return Chip(*labels.STANDINGS[one.standing])


def stations_table(found: Sequence[ViewingStation]) -> Table:
    """Return the stations of an organisation."""
    return Table(
        caption=_("Viewing stations"),
        columns=[
            Column(_("Station")),
            Column(_("Run by")),
            Column(_("Licence")),
            Column(_("Valid until")),
            Column(_("Place")),
            Column(_("State")),
        ],
        rows=[
            Row(
                [
                    one.name,
                    one.operator,
                    f"{one.terms.authority}, {one.terms.number}" if one.terms else "–",
                    day(one.terms.valid_until) if one.terms else "–",
                    one.terms.place if one.terms else "–",
                    standing(one),
                ],
                url=reverse("reports:station", args=[one.pk]),
            )
            for one in found
        ],
        empty=Empty(
            _("No viewing station"),
            _(
                "A licensed, separated machine on which your people look at material. Register the first, and let a "
                "colleague confirm it; then addresses can leave for it, encrypted."
            ),
            reverse("reports:new-station"),
            _("Register a station"),
        ),
        id="stations",
    )


def terms_facts(terms: StationTerms) -> Definitions:
    """Return a licence with the key that goes with it."""
    pairs: list[tuple[object, object]] = [
        (_("Licence"), f"{terms.authority}, {terms.number}"),
        (_("Valid until"), day(terms.valid_until)),
        (_("Place"), terms.place),
        (_("Age recipient"), Code(terms.recipient)),
        (_("Asked by"), format_html("{}, {}", terms.asked_by.name, When(terms.asked_at))),
    ]
    if terms.confirmed_by:
        pairs.append((_("Confirmed by"), format_html("{}, {}", terms.confirmed_by.name, When(terms.confirmed_at))))
    return Definitions(pairs)


def station_context(viewer: Viewer, sheet: Sheet, verifier: str) -> dict[str, Any]:
    """Return what the page of a station shows."""
    one = sheet.station
    key, open_ = one.key, one.revoked_at is None
    keyed = Clock(key.expires_at) if key and key.valid else Chip(_("No key"), "warning")
    waits = sheet.waiting
    own = bool(waits and viewer.person and waits.asked_by_id == viewer.person.id)
    return {
        "station": one,
        "state": standing(one),
        "facts": Definitions(
            [
                (_("Run by"), one.operator),
                (_("Registered"), format_html("{}, {}", one.registered_by.name, When(one.registered_at))),
                (_("Key to answer with"), keyed),
                *([(_("Revoked"), When(one.revoked_at))] if one.revoked_at else []),
                (_("Checks our signature with"), Code(verifier)),
            ]
        ),
        "in_force": terms_facts(one.terms) if one.terms else None,
        "waiting": terms_facts(waits) if waits else None,
        "own": own,
        "earlier": [terms_facts(row) for row in sheet.terms if row.pk != one.terms_id],
        "called": sheet.called,
        "packages": packages_table(sheet.packages, id="packages-of-station"),
        "history": history(cast("Casework", one), one.name, sheet.history),
        "may": {
            "confirm": bool(waits) and not own and open_,
            "reject": bool(waits) and open_,
            "renew": not waits and open_,
            "key": one.standing is Standing.VALID and viewer.may(Permission.KEYS_MANAGE),
            "revoke": open_,
        },
    }


def about(one: ViewingStation) -> dict[str, Any]:
    """Return what `decide` says of the station that it is about."""
    here = reverse("reports:station", args=[one.pk])
    return {
        "subject": Definitions([(_("Station"), one.name), (_("Run by"), one.operator)]),
        "crumbs": [(_("Viewing stations"), reverse("reports:stations")), (one.name, here)],
        "back": here,
    }


def station_choices(found: Sequence[ViewingStation]) -> list[tuple[str, str]]:
    """Return the stations to choose from, each with its place and until when its licence holds."""
    return [
        (
            str(one.pk),
            _("%(name)s, %(place)s; licence valid until %(day)s")
            % {"name": one.name, "place": one.terms.place, "day": day(one.terms.valid_until)},
        )
        for one in found
        if one.terms
    ]


def packages_table(found: Sequence[WorkPackage], page: Page[WorkPackage] | None = None, id: str = "packages") -> Table:
    """Return work packages; of those of a page also how many of their items have an answer."""
    counted = page is not None
    return Table(
        caption=_("Work packages"),
        columns=[
            Column(_("Package")),
            Column(_("Station")),
            Column(_("Made by")),
            Column(_("Made")),
            Column(_("Reports"), numeric=True),
            Column(_("Addresses"), numeric=True),
            *([Column(_("Answered"), numeric=True)] if counted else []),
            Column(_("Ends")),
        ],
        rows=[
            Row(
                [
                    one.code,
                    one.station.name,
                    one.made_by.name,
                    When(one.made_at),
                    one.reports,
                    one.addresses,
                    *([_answered(one)] if counted else []),
                    ends(one),
                ],
                url=reverse("reports:package", args=[one.pk]),
            )
            for one in found
        ],
        page=page,
        empty=Empty(
            _("No work package"),
            _("Claim reports, and let their addresses leave, encrypted, for a licensed viewing station."),
        ),
        id=id,
    )


def _answered(one: WorkPackage) -> str:
    given = {"done": one.items_answered, "of": one.items_in}  # type: ignore[attr-defined]
    return _("%(done)s of %(of)s") % given


def ends(one: WorkPackage) -> object:
    """Return until when a package is valid, or how it ended."""
    if one.ended_at:
        return Chip(_("Ended"), "neutral")
    if one.expires_at <= timezone.now():
        return Chip(_("Its time is over"), "neutral")
    if one.station.standing is not Standing.VALID:
        return standing(one.station)
    return Clock(one.expires_at)


def preview_facts(contents: Sequence[Packed]) -> Definitions:
    """Return what would leave, in numbers."""
    pairs: list[tuple[object, object]] = [
        (_("Reports"), len(contents)),
        (_("Items"), sum(len(one.items) for one in contents)),
        (_("Exact addresses"), sum(one.addresses for one in contents)),
    ]
    if spared := sum(one.spared for one in contents):
        pairs.append((_("Stay here: known or seen before"), spared))
    if away := sum(one.sealed_away for one in contents):
        pairs.append((_("Stay here: cannot be unsealed on this node"), away))
    return Definitions(pairs)


def preview_table(contents: Sequence[Packed]) -> Table:
    """Return what would leave of each report: counts, and no address."""
    return Table(
        caption=_("What leaves"),
        columns=[
            Column(_("Report")),
            Column(_("State")),
            Column(_("Items"), numeric=True),
            Column(_("Addresses"), numeric=True),
            Column(_("Stay here"), numeric=True),
            Column(_("Due")),
        ],
        rows=[
            Row(
                [
                    one.report.code,
                    state(one.report.state),
                    len(one.items),
                    one.addresses,
                    one.spared + one.sealed_away,
                    Clock(one.report.still_due) if one.report.still_due else "",
                ],
                url=reverse("reports:report", args=[one.report.pk]),
                tone="" if one.items else "warning",
                marks=[Chip(_("Urgent"), "bad")] if one.report.urgent else [],
            )
            for one in contents
        ],
        id="leaves",
    )


def package_about(one: WorkPackage) -> dict[str, Any]:
    """Return what `decide` says of the package that it is about."""
    here = reverse("reports:package", args=[one.pk])
    return {
        "subject": Definitions([(_("Package"), one.code), (_("Station"), one.station.name)]),
        "crumbs": [(_("Work packages"), reverse("reports:packages")), (one.code, here)],
        "back": here,
    }


def package_context(viewer: Viewer, one: WorkPackage, lines: Sequence[PackageLine]) -> dict[str, Any]:
    """Return what the page of a package shows."""
    mine = bool(viewer.person and viewer.person.id == one.made_by_id)
    open_ = one.open
    return {
        "package": one,
        "ends": ends(one),
        "facts": Definitions(
            [
                (_("Station"), one.station.name),
                (_("Licence"), f"{one.terms.authority}, {one.terms.number}"),
                (_("Made by"), one.made_by.name),
                (_("Made"), When(one.made_at)),
                (_("Valid until"), When(one.expires_at)),
                (_("Downloaded"), When(one.taken_at, none=_("not yet"))),
                (_("SHA-256 of the file"), Code(one.digest, 12)),
                (_("Record kept until"), day(one.review_date)),
            ]
        ),
        "table": _lines_table(lines),
        "may": {
            "take": mine and open_ and viewer.may(Permission.REPORT_EXPORT),
            "vics": open_,
            "end": one.ended_at is None and one.expires_at > timezone.now(),
        },
        "only_maker": open_ and not mine,
    }


def _lines_table(lines: Sequence[PackageLine]) -> Table:
    return Table(
        caption=_("Reports in it"),
        columns=[
            Column(_("Report")),
            Column(_("State")),
            Column(_("Items"), numeric=True),
            Column(_("Answered"), numeric=True),
        ],
        rows=[
            Row(
                [line.report.code, state(line.report.state), line.items, line.answered],
                url=reverse("reports:report", args=[line.report.pk]),
            )
            for line in lines
        ],
        empty=Empty(_("No report"), _("Its reports were erased since.")),
        id="packed",
    )


def answer_said(one: StationAnswer) -> str:
    """Return what an answer says, in a line."""
    words = [str(labels.FOUND[one.found]), str(labels.LOOKED[one.looked])]
    if one.baseline is not None:
        words.append(_("Baseline") if one.baseline else _("Not baseline"))
    if one.value:
        words.append(value_label(one.packed.package.scheme, one.value))
    if not one.value and one.baseline is None and one.looked != "nothing":
        words.append(_("No class given"))
    return "; ".join(words)


def by_whom(one: StationAnswer) -> object:
    """Return who looked, where and on which package: the station's own pseudonym, never a name."""
    package = one.packed.package
    link = format_html('<a href="{}">{}</a>', reverse("reports:package", args=[package.pk]), package.code)
    parts = [one.by or _("nobody"), package.station.name, link]
    return format_html_join(", ", "{}", ((part,) for part in parts))


def found_files(n: int) -> str:
    """Return how many files an answer names."""
    return ngettext("%(n)s file with hashes", "%(n)s files with hashes", n) % {"n": n} if n else ""
