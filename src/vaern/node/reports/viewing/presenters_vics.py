"""Presentation of graded VICS: its faults with their places, and what it would add to what stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.formats import work_package
from vaern.node.reports.viewing.presenters import answer_said, found_files, package_about
from vaern.node.web.components import Chip
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.reports.models import StationAnswer, WorkPackage
    from vaern.node.reports.viewing.vics import Graded, Medium

MOST_SHOWN = 500
"""Faults, and items, that the page shows."""


def context(
    package: WorkPackage, graded: Graded | None, before: Mapping[tuple[str, int], list[StationAnswer]]
) -> dict[str, Any]:
    """Return what the page shows."""
    return {
        **package_about(package),
        "package": package,
        "read": graded is not None,
        "faults": _faults(graded) if graded and graded.problems else None,
        "difference": _difference(graded, before) if graded and graded.media else None,
    }


def _faults(graded: Graded) -> Table:
    return Table(
        caption=_("What is wrong with the file"),
        columns=[Column(pgettext("of a file", "Record"), numeric=True), Column(_("What"))],
        rows=[Row([one.record, one.what]) for one in graded.problems[:MOST_SHOWN]],
        total=len(graded.problems),
        show_caption=True,
        id="faults",
    )


def _difference(graded: Graded, before: Mapping[tuple[str, int], list[StationAnswer]]) -> Table:
    return Table(
        caption=_("What it adds"),
        columns=[Column(_("Item")), Column(_("Category")), Column(_("Files")), Column(_("Answered before"))],
        rows=[_row(one, before.get((one.report, one.item), [])) for one in graded.media[:MOST_SHOWN]],
        total=len(graded.media),
        show_caption=True,
        id="difference",
    )


def _row(one: Medium, before: list[StationAnswer]) -> Row:
    category: object = one.category or _("No category")
    return Row(
        [
            work_package.ref(one.report, one.item),
            Chip(_("From a list: nobody looked"), "info") if one.listed else category,
            found_files(len(one.files)),
            "; ".join(answer_said(row) for row in before) if before else Chip(_("New"), "good"),
        ]
    )
