"""From rows of law to what their pages show: registers, rows, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.law import labels, queries
from vaern.node.law.registers import table_of
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Definitions, Empty, Tab
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.node.law.data import Entry
    from vaern.node.law.models import LawRow, Verification
    from vaern.node.law.queries import Chosen, Listed
    from vaern.node.law.registers import Register
    from vaern.node.organisations.viewers import Viewer


def registers_table(found: Iterable[Register]) -> Table:
    """Return the registers, and how much of each nobody has verified."""
    counted = [(one, *queries.counts(one)) for one in found]
    return Table(
        caption=_("Registers"),
        columns=[Column(_("Register of law")), Column(_("Rows"), numeric=True), Column(_("Unverified"), numeric=True)],
        rows=[
            Row([one.title, total, unverified], url=reverse("law:rows", args=[one.code]))
            for one, total, unverified in counted
        ],
        empty=Empty(_("No register"), _("This node works by no dated rows of law.")),
        id="registers",
    )


def rows_context(viewer: Viewer, register: Register, listed: Listed, chosen: Chosen) -> dict[str, Any]:
    """Return what the page of a register shows."""
    may_keep = viewer.may(Permission.LAW_KEEP)
    query = query_of(chosen)
    adding = [table for table in register.tables if table.form is not None and table.code == chosen.table]
    return {
        "register": register,
        "table": rows_table(register, listed, chosen),
        "query": query,
        "tabs": _tabs(register, listed, chosen),
        "uncertain": _uncertain(listed),
        "only_unverified": f"?{query_of(chosen, unverified=True)}",
        "add": [(one.label, reverse("law:add", args=[register.code, one.code])) for one in adding] if may_keep else [],
        "verify": f"{reverse('law:verify-list', args=[register.code])}?{query}"
        if may_keep and any(not one.verified for one in listed.chosen)
        else "",
        "links": [(label, reverse(name)) for label, name in register.links],
    }


def query_of(chosen: Chosen, *, unverified: bool | None = None) -> str:
    """Return a choice as the part of an address behind the question mark."""
    only = chosen.unverified if unverified is None else unverified
    given = {
        "table": chosen.table,
        "country": chosen.country,
        "about": chosen.about,
        "verified": "no" if only else "",
    }
    return urlencode({name: value for name, value in given.items() if value})


def _tabs(register: Register, listed: Listed, chosen: Chosen) -> list[Tab]:
    return [
        Tab(
            table.label,
            f"?{urlencode({'table': table.code})}",
            current=table.code == chosen.table,
            count=sum(one.row.table == table.code for one in listed.all),
        )
        for table in register.tables
    ]


def _uncertain(listed: Listed) -> str:
    count = listed.uncertain
    text = ngettext(
        "%(count)s of %(all)s rows stands from memory, or is a figure to plan by: look it up before you rely on it.",
        "%(count)s of %(all)s rows stand from memory, or are figures to plan by: look them up before you rely on them.",
        count,
    )
    return text % {"count": count, "all": len(listed.chosen)} if count else ""


def rows_table(register: Register, listed: Listed, chosen: Chosen) -> Table:
    """Return rows of a register, with the choices above them."""
    in_table = [one for one in listed.all if one.row.table == chosen.table]
    countries = sorted({one.row.country for one in in_table if one.row.country})
    abouts = {one.row.about for one in in_table if one.row.about}
    filters = []
    if countries:
        names = sorted(((code, register.country_name(code)) for code in countries), key=lambda pair: str(pair[1]))
        filters.append(Filter("country", _("Country"), names, chosen.country))
    if register.about_label and len(abouts) > 1:
        known = [(code, label) for code, label in register.abouts() if code in abouts]
        filters.append(Filter("about", register.about_label, known, chosen.about))
    state = "no" if chosen.unverified else ""
    filters.append(Filter("verified", _("Verified"), [("no", _("Unverified"))], state))
    return Table(
        caption=register.title,
        columns=[
            Column(_("What it says")),
            Column(_("From")),
            Column(_("To")),
            Column(_("Verified")),
            Column(_("Version"), numeric=True),
        ],
        rows=[_row(one) for one in listed.chosen],
        filters=filters,
        total=len(listed.chosen),
        keep={"table": chosen.table},
        empty=Empty(_("No row"), _("Choose less narrowly.")),
        id="rows",
    )


def _row(one: Entry) -> Row:
    return Row(
        [
            table_of(one.row.table)[1].says(one.content),
            _day(one.content, "since"),
            _day(one.content, "until"),
            _("yes") if one.verified else "–",
            one.row.version,
        ],
        url=reverse("law:row", args=[one.row.pk]),
    )


def _day(content: Any, name: str) -> str:
    day = getattr(content, name, None)
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"


def to_verify_table(found: Sequence[Entry]) -> Table:
    """Return the rows that are about to be verified with one document."""
    return Table(
        caption=_("Rows that you compare"),
        columns=[Column(_("What it says")), Column(_("From")), Column(_("To")), Column(_("Source"))],
        rows=[
            Row(
                [
                    table_of(one.row.table)[1].says(one.content),
                    _day(one.content, "since"),
                    _day(one.content, "until"),
                    one.content.source,
                ]
            )
            for one in found
        ],
        total=len(found),
        empty=Empty(_("Nothing to verify"), _("Somebody has verified all of these rows.")),
        show_caption=True,
        id="to-verify",
    )


def row_context(found: Sequence[tuple[LawRow, list[Verification]]], viewer: Viewer) -> dict[str, Any]:
    """Return what the page of one row shows: every version, and who verified each."""
    newest, by = found[0]
    register, table = table_of(newest.table)
    shown = []
    for one, verifications in found:
        content = table.read(one.content)
        shown.append(
            (
                one,
                table.says(content),
                verifications,
                content.source,
                labels.basis(content.basis),
                _day(content, "since"),
                _day(content, "until"),
                labels.came_about(content.basis, content.day),
                Definitions(table.cells(content)),
            )
        )
    person = viewer.person
    keeps = viewer.may(Permission.LAW_KEEP) and person is not None and not newest.withdrawn
    mine = person is not None and (newest.recorded_by_id == person.pk or any(one.person_id == person.pk for one in by))
    return {
        "row": newest,
        "register": register,
        "register_url": f"{reverse('law:rows', args=[register.code])}?{urlencode({'table': newest.table})}",
        "title": shown[0][1],
        "versions": shown,
        "may_verify": keeps and not mine,
        "may_keep": keeps,
        "may_correct": keeps and table.form is not None,
    }


def at(row: LawRow) -> str:
    """Return the address of a version of a row."""
    return reverse("law:row", args=[row.pk])


def crumbs(register: Register) -> list[tuple[object, str]]:
    """Return the pages above those of a register's rows."""
    return [(_("Law"), reverse("law:registers")), (register.title, reverse("law:rows", args=[register.code]))]


def about(row: LawRow) -> dict[str, Any]:
    """Return what `decide` says of the row of law that it is about."""
    register, table = table_of(row.table)
    facts = [(_("Row"), row.key), (_("It says"), table.says(table.read(row.content)))]
    return {
        "subject": Definitions(facts),
        "crumbs": [*crumbs(register), (row.key, at(row))],
        "back": at(row),
    }
