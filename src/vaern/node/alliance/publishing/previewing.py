"""What the secretariat sees before it releases: how much is told, and what is left out, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.alliance.indicators import definitions
from vaern.node.alliance.indicators.wording import period_label, worded
from vaern.node.alliance.publishing import labels, presenting
from vaern.node.alliance.publishing.suppression.protecting import Why
from vaern.node.web.components import Chip, Empty, Link, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.models import PublicRelease
    from vaern.node.alliance.publishing.actions import Preview

MOST_SHOWN = 200


def releases(found: Sequence[PublicRelease], *, may_correct: bool) -> Table:
    """Return what was released, the latest first."""
    heads = [Column(_("Public release")), Column(_("Made public")), Column(_("By")), Column(_("State"))]
    rows = []
    for one in found:
        later = getattr(one, "corrected_by", None)
        if later:
            state: Any = Chip(_("Corrected by release %(number)s") % {"number": later.number}, "warning")
        elif may_correct:
            state = Link(_("Correct"), f"{reverse('alliance:release-correction', args=[one.number])}")
        else:
            state = Chip(_("Stands"), "good")
        url = reverse("alliance:released", args=[one.number])
        name = _("Release %(number)s") % {"number": one.number}
        rows.append(Row([name, When(one.released_at), one.released_by, state], url))
    nothing = Empty(_("Nothing was released yet"), _("A release is public at once, and stays."))
    return Table(_("Public releases"), heads, rows, empty=nothing, id="releases")


def context(seen: Preview) -> dict[str, Any]:
    """Return what the preview shows."""
    by_code = definitions.version(seen.content.definitions).by_code
    counts: Counter[tuple[str, str]] = Counter((one.code, one.status) for one in seen.content.figures)
    whys = Counter((cell.code, why) for cell, why in seen.left_out.items())
    heads = [
        Column(_("Indicator")), Column(_("Told"), numeric=True), Column(_("Not computable"), numeric=True),
        *(Column(label, numeric=True) for label in labels.LEFT_OUT.values()),
    ]  # fmt: skip
    rows = [
        Row([
            worded(one.name), counts[one.code, "computed"], counts[one.code, "not_computable"],
            *(whys[one.code, why] for why in Why),
        ])
        for one in by_code.values() if any(counts[one.code, status] for status in labels.STATUSES)
    ]  # fmt: skip
    cells = sorted(seen.left_out)
    return {
        "counts": Table(_("What would be told, and what left out"), heads, rows, id="counts"),
        "left_out": Table(
            _("Left out"),
            [Column(_("Indicator")), Column(_("Member")), Column(_("Period")), Column(_("Why"))],
            [
                Row([
                    worded(by_code[cell.code].name), presenting.member_name(seen.content, cell.row),
                    period_label(cell.period, cell.start), labels.LEFT_OUT[seen.left_out[cell]],
                ])
                for cell in cells[:MOST_SHOWN]
            ],
            id="left-out",
        ),
        "shown": min(len(cells), MOST_SHOWN), "hidden": len(cells),
        "told": sum(one.status == "computed" for one in seen.content.figures),
        "promises": len(seen.content.promises), "declared": len(seen.content.declared),
        "alliance": presenting.summary(seen.content, list(by_code), "", "alliance-figures"),
        "years": format_html("{}–{}", seen.content.first, seen.content.last),
    }  # fmt: skip
