"""Turn appeals into what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.victims.appeals import labels, queries
from vaern.node.victims.clues.queries import read
from vaern.node.victims.rules import appeals as rules
from vaern.node.victims.rules.appeals import AppealState
from vaern.node.victims.rules.series import State
from vaern.node.web.components import Chip, Code, Definitions, Empty, Link, When
from vaern.node.web.day import Day
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Appeal, Series
    from vaern.node.web.paging import Page


def sheet_part(viewer: Viewer, series: Series, reason: Reason) -> SheetPart | None:
    """Return the appeals of a series and their tips: a part of its page, for its owner only."""
    if series.organisation_id != viewer.organisation.id:
        return None
    found, tips = queries.appeals_of(series), queries.tips_of(series)
    may_write = viewer.may(Permission.SERIES_WORK) and rules.may_be_public(State(series.state))
    if not found and not may_write:
        return None
    return SheetPart(
        _("Appeals to the public"),
        "victims/appeals/part.html",
        {
            "series": series,
            "table": _table(found, "appeals-of-series") if found else None,
            "may_write": may_write,
            "tips": [
                (
                    Link(tip.report.code, reverse("reports:report", args=[tip.report_id])),
                    tip.appeal.code,
                    When(tip.came_at),
                )
                for tip in tips
            ],
        },
    )


def list_table(page: Page[Appeal]) -> Table:
    """Return the appeals of an organisation."""
    return _table(page.rows, "appeals", page)


def _table(found: Iterable[Appeal], id: str, page: Page[Appeal] | None = None) -> Table:
    return Table(
        caption=_("Appeals"),
        columns=[
            Column(_("Object")),
            Column(_("State"), sort="state"),
            Column(_("Series"), sort="series"),
            Column(_("Checked by")),
            Column(_("Ends"), sort="ends"),
            Column(_("Tips"), sort="tips", numeric=True),
        ],
        rows=[
            Row(
                [
                    _title(one),
                    labels.state(one.state),
                    one.series.code,
                    _checked(one),
                    Day(one.ends_on),
                    one.tips,
                ],
                url=reverse("victims:appeal", args=[one.pk]),
            )
            for one in found
        ],
        page=page,
        empty=Empty(_("No appeals"), _("An appeal asks the public about an object, in words. It begins at a series.")),
        id=id,
    )


def _title(appeal: Appeal) -> str:
    return queries.texts_of(appeal)["da" if get_language() == "da" else "en"][0] or appeal.code


def _checked(appeal: Appeal) -> str:
    names = [person.name for person in (appeal.legal_by, appeal.safeguarding_by) if person]
    return ", ".join(names) or "–"


def words_context(appeal: Appeal) -> dict[str, Any]:
    """Return what is checked: the text of an appeal as it would be published, and the clues behind it."""
    texts = queries.texts_of(appeal)
    return {
        "texts": [("English", "en", *texts["en"]), ("Dansk", "da", *texts["da"])],
        "clues": read(appeal.clues.order_by("id")),
    }


def about(appeal: Appeal) -> dict[str, Any]:
    """Return what `decide` says of the appeal that it is about."""
    facts = [
        (_("Code"), Code(appeal.code)),
        (_("State"), labels.state(appeal.state)),
        (_("Written by"), appeal.author.name),
        (_("Series"), appeal.series.code),
    ]
    here = reverse("victims:appeal", args=[appeal.pk])
    return {
        "subject": Definitions(facts),
        "crumbs": [(_("Appeals"), reverse("victims:appeals")), (appeal.code, here)],
        "back": here,
    }


def appeal_context(viewer: Viewer, appeal: Appeal) -> dict[str, Any]:
    """Return what the page of one appeal shows."""
    me = viewer.person.pk if viewer.person else None
    problem = rules.problem_with_check(me, appeal.author_id, appeal.legal_by_id, appeal.safeguarding_by_id)
    draft = appeal.state == AppealState.DRAFT.value
    return {
        **words_context(appeal),
        "appeal": appeal,
        "state": labels.state(appeal.state),
        "facts": Definitions(
            [
                (_("Code"), Code(appeal.code)),
                (_("Written by"), appeal.author.name),
                (_("Legal check"), _done(appeal.legal_by, appeal.legal_at)),
                (_("Safeguarding check"), _done(appeal.safeguarding_by, appeal.safeguarding_at)),
                (_("Ends"), date_format(appeal.ends_on, "DATE_FORMAT")),
                (_("Tips"), appeal.tips),
            ]
        ),
        "may_check": draft and not problem,
        "why_not": labels.PROBLEMS[problem] if draft and problem else "",
        "may_withdraw": viewer.may(Permission.SERIES_WORK)
        and appeal.state in {AppealState.DRAFT.value, AppealState.PUBLISHED.value},
        "anew_url": f"{reverse('victims:write-appeal', args=[appeal.series_id])}?anew={appeal.code}"
        if viewer.may(Permission.SERIES_WORK) and rules.may_be_public(State(appeal.series.state))
        else "",
        "public_url": reverse("victims:public-appeal", args=[appeal.code])
        if appeal.state == AppealState.PUBLISHED.value
        else "",
    }


def _done(person: Any, at: Any) -> object:
    return format_html("{} {}", person.name, When(at)) if person else Chip(_("Waits"), "warning")
