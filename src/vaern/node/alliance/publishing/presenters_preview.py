"""What the secretariat sees before it releases: how much is told, and what is left out, and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import period_label, worded
from vaern.node.alliance.publishing import labels, presenters
from vaern.node.alliance.rules import definitions
from vaern.node.alliance.rules.suppression.protection import Why
from vaern.node.web.components import Chip, Empty, Link, Progress, When
from vaern.node.web.records import RowActs
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.alliance.models import PublicRelease, ReceivedRelease, ReleasePreview
    from vaern.node.alliance.publishing.previews import Seen

MOST_SHOWN = 200


def releases(found: Sequence[PublicRelease], *, may_correct: bool) -> Table:
    """Return what was released, the latest first."""
    heads = [Column(_("Public release")), Column(_("Made public")), Column(_("By")), Column(_("State"))]
    if may_correct:
        heads.append(Column(_("Actions"), hidden_label=True))
    rows = []
    for one in found:
        later = getattr(one, "corrected_by", None)
        if later:
            state = Chip(_("Corrected by release %(number)s") % {"number": later.number}, "warning")
        else:
            state = Chip(_("Stands"), "good")
        url = reverse("alliance:released", args=[one.number])
        name = _("Release %(number)s") % {"number": one.number}
        cells: list[Any] = [name, When(one.released_at), one.released_by, state]
        if may_correct:
            correct = [] if later else [(_("Correct"), reverse("alliance:release-correction", args=[one.number]))]
            cells.append(RowActs(name, correct))
        rows.append(Row(cells, url))
    nothing = Empty(_("Nothing was released yet"), _("A release is public at once, and stays."))
    return Table(_("Public releases"), heads, rows, empty=nothing, id="releases")


def received(found: Sequence[tuple[ReceivedRelease, bool]]) -> Table:
    """Return what secretariats on other nodes released, with the digest of each file."""
    corrected = {(one.secretariat_id, one.corrects): one.number for one, _file in found if one.corrects}
    heads = [
        Column(_("Public release")),
        Column(_("By")),
        Column(_("Made public")),
        Column(_("State")),
        Column("SHA-256"),
    ]
    rows = []
    for one, has_file in found:
        later = corrected.get((one.secretariat_id, one.number))
        words = _("Corrected by release %(number)s") % {"number": later} if later else _("Stands")
        name = _("Release %(number)s") % {"number": one.number}
        file = Link(name, reverse("alliance:received-release", args=[one.pk])) if has_file else name
        state = Chip(words, "warning" if later else "good")
        rows.append(Row([file, one.secretariat.name, When(one.released_at), state, one.digest]))
    return Table(_("Released by the secretariat on another node"), heads, rows, id="received")


def waiting(found: Sequence[ReleasePreview]) -> Table:
    """Return the previews that nobody released yet."""
    heads = [Column(_("Preview")), Column(_("Asked for")), Column(_("By")), Column(_("State"))]
    rows = []
    for one in found:
        if one.problem:
            state = Chip(_("Failed"), "warning")
        else:
            state = Chip(_("Ready"), "good") if one.ready_at else Chip(_("Being computed"), "neutral")
        name = format_html("{}–{}, {}", one.first, one.last, labels.DEPTHS[one.depth])
        url = reverse("alliance:release-preview", args=[one.pk])
        rows.append(Row([name, When(one.asked_at), one.asked_by, state], url))
    return Table(_("Previews that were not released"), heads, rows, id="previews")


def progress(preview: ReleasePreview) -> Progress:
    """Return how far the computing of a preview is, in hundredths."""
    url = reverse("alliance:release-preview-progress", args=[preview.pk])
    state = "failed" if preview.problem else "done" if preview.ready_at else "running"
    text = labels.PREVIEW_PROBLEMS[preview.problem] if preview.problem else ""
    return Progress(url, _("Deciding what is left out"), int(100 * preview.done), 100, state, text)


def context(seen: Seen) -> dict[str, Any]:
    """Return what the preview shows."""
    by_code = definitions.version(seen.content.definitions).by_code
    counts: Counter[tuple[str, str]] = Counter((one.code, one.status) for one in seen.content.figures)
    whys = Counter((cell.code, why) for cell, why in seen.left_out.items())
    heads = [
        Column(_("Indicator")),
        Column(_("To be published"), numeric=True),
        Column(_("Not computable"), numeric=True),
        *(Column(label, numeric=True) for label in labels.LEFT_OUT.values()),
    ]
    rows = [
        Row(
            [
                worded(one.name),
                counts[one.code, "computed"],
                counts[one.code, "not_computable"],
                *(whys[one.code, why] for why in Why),
            ]
        )
        for one in by_code.values()
        if any(counts[one.code, status] for status in labels.STATUSES)
    ]
    cells = sorted(seen.left_out)
    return {
        "counts": Table(_("What would be told, and what left out"), heads, rows, id="counts"),
        "left_out": Table(
            _("Left out"),
            [Column(_("Indicator")), Column(_("Member")), Column(_("Period")), Column(_("Why"))],
            [
                Row(
                    [
                        worded(by_code[cell.code].name),
                        presenters.member_name(seen.content, cell.row),
                        period_label(cell.period, cell.start),
                        labels.LEFT_OUT[seen.left_out[cell]],
                    ]
                )
                for cell in cells[:MOST_SHOWN]
            ],
            id="left-out",
        ),
        "shown": min(len(cells), MOST_SHOWN),
        "hidden": len(cells),
        "told": sum(one.status == "computed" for one in seen.content.figures),
        "promises": len(seen.content.promises),
        "declared": len(seen.content.declared),
        "alliance": presenters.summary(seen.content, list(by_code), "", "alliance-figures"),
        "years": format_html("{}–{}", seen.content.first, seen.content.last),
    }
