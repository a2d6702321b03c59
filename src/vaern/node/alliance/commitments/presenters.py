"""What the pages of commitments show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.commitments import labels, queries
from vaern.node.alliance.commitments.words import (
    NOTHING,
    day,
    goal_label,
    line_text,
    menu_text,
    number_words,
    place_label,
    quantity,
    said,
)
from vaern.node.alliance.rules import commitments, definitions, frame
from vaern.node.alliance.rules.commitments import Event, State
from vaern.node.alliance.rules.contents import loaded
from vaern.node.alliance.rules.differences import difference
from vaern.node.alliance.rules.problems import problems
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Definitions, Empty, Link, When
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vaern.node.alliance.commitments.queries import Sheet
    from vaern.node.alliance.models import Commitment, CommitmentVersion
    from vaern.node.alliance.rules.contents import ActionLine, Content
    from vaern.node.organisations.viewers import Viewer


def list_table(viewer: Viewer, rows: Sequence[Commitment], chosen: Mapping[str, str]) -> Table:
    """Return the list of commitments."""
    goals = [(goal.code, Truncator(goal_label(goal.code)).chars(60)) for goal in frame.declaration().goals]
    members = sorted({(str(row.member_id), str(row.member)) for row in rows}, key=lambda pair: pair[1])
    states = {queries.shown_state(viewer, row): True for row in rows}
    there = [(code.value, label) for code, (label, _tone) in labels.STATES.items() if code in states]
    shown = [row for row in rows if _fits(viewer, row, chosen)]
    return Table(
        caption=_("Commitments"),
        id="commitments",
        total=len(shown),
        columns=[
            Column(_("Goal")),
            Column(_("Country")),
            Column(_("Obligation")),
            Column(_("Target")),
            Column(_("Due")),
            Column(_("State")),
        ],
        rows=[_row(viewer, row) for row in shown],
        filters=[
            Filter("member", _("Country"), members, chosen.get("member", "")),
            Filter("goal", _("Goal"), goals, chosen.get("goal", "")),
            Filter("state", _("State"), there, chosen.get("state", "")),
        ],
        empty=Empty(_("No commitments yet"), _("A rapporteur writes one; the secretariat publishes it.")),
    )


def _fits(viewer: Viewer, row: Commitment, chosen: Mapping[str, str]) -> bool:
    member, goal, state = (chosen.get(name, "") for name in ("member", "goal", "state"))
    is_of = member in {"", str(row.member_id)} and goal in {"", row.goal}
    return is_of and state in {"", queries.shown_state(viewer, row).value}


def _row(viewer: Viewer, row: Commitment) -> Row:
    shown = queries.shown_content(row)
    return Row(
        [
            goal_label(row.goal).partition(" ")[0],
            str(row.member),
            (shown.obligation or NOTHING)[:160],
            quantity(shown.target),
            day(shown.target.due),
            labels.state(queries.shown_state(viewer, row)),
        ],
        url=reverse("alliance:commitment", args=[row.pk]),
    )


def subject(viewer: Viewer, one: Commitment) -> Definitions:
    """Return the facts that identify a commitment on a page that asks for a decision."""
    shown = queries.shown_content(one, draft=queries.sees_draft(viewer, one))
    return Definitions(
        [
            (_("Country"), one.member),
            (_("Goal"), goal_label(one.goal)),
            (_("Obligation"), shown.obligation or NOTHING),
            (_("Target"), quantity(shown.target)),
            (_("Due"), day(shown.target.due)),
        ]
    )


def about(viewer: Viewer, one: Commitment) -> dict[str, Any]:
    """Return the arguments of `decide` that say which commitment it is about."""
    here = reverse("alliance:commitment", args=[one.pk])
    return {
        "subject": subject(viewer, one),
        "crumbs": [(_("Commitments"), reverse("alliance:commitments")), (one.member, here)],
        "back": here,
    }


def sheet_context(sheet: Sheet, viewer: Viewer) -> dict[str, Any]:
    """Return what the page of one commitment shows."""
    one = sheet.commitment
    return {
        "commitment": one,
        "goal": goal_label(one.goal),
        "state": labels.state(sheet.state.value),
        "number": queries.number_of(one),
        "own": sheet.own,
        "content": content_facts(sheet.content) if sheet.content else None,
        "draft": content_facts(sheet.draft) if sheet.draft else None,
        "changes": difference_table(sheet.content, sheet.draft) if sheet.content and sheet.draft else None,
        "missing": missing_lines(sheet.draft) if sheet.draft and sheet.own else [],
        "why": one.why if sheet.state is State.WITHDRAWN or sheet.own else "",
        "overtaken": sheet.own and one.draft is not None and one.base != queries.number_of(one),
        "versions": versions_table(sheet.versions),
        "numbers": [version.number for version in sheet.versions],
        "may": {event.value for event in Event if _may(event, sheet, viewer)},
    }


def _may(event: Event, sheet: Sheet, viewer: Viewer) -> bool:
    step = commitments.COMMITMENT.get((State(sheet.commitment.state), event))
    if step is None or event in {Event.REPORT, Event.ADOPT}:
        return False
    return sheet.own if step.is_for(commitments.Who.RAPPORTEUR) else viewer.may(Permission.ALLIANCE_MANAGE)


def content_facts(content: Content, of: str = "") -> dict[str, Any]:
    """Return everything that a commitment says.

    Args:
        content: of a version, a draft or a line.
        of: its number, where a page shows several: their tables are told apart by it.
    """
    target, start = content.target, content.target.baseline
    known = definitions.current().by_code.get(target.indicator or "")
    indicator: object = _("A number of the country’s own")
    if known is not None:
        indicator = Link(worded(known.name), reverse("alliance:indicator", args=[known.code]))
    baseline: object = _("None: progress is not computable")
    if start is not None:
        number = NOTHING if start.value is None else number_words(start.value)
        baseline = f"{number}, {day(start.date)}, {start.source or NOTHING}"
    return {
        "language": content.language,
        "facts": Definitions(
            [
                (_("Obligation"), content.obligation or NOTHING),
                (_("Requirement"), content.requirement or NOTHING),
                (_("Measurable target"), target.text or NOTHING),
                (_("Value to be reached"), quantity(target)),
                (_("Indicator"), indicator),
                (_("Due"), day(target.due)),
                (pgettext("of a commitment", "Baseline"), baseline),
                (_("Owner"), content.owner or NOTHING),
            ]
        ),
        "actions": _actions_table(content.actions, of),
        "evidence": format_html_join("", "<li>{}</li>", ((line_text(one),) for one in content.evidence)),
    }


def _actions_table(lines: Sequence[ActionLine], of: str) -> Table | None:
    if not lines:
        return None
    rows = [
        Row(
            [
                line.text or menu_text(line.code),
                day(line.date),
                Chip(labels.ACTION_STATES[line.state], "good" if line.state == "done" else "neutral"),
            ]
        )
        for line in lines
    ]
    columns = [Column(_("Action")), Column(_("Date")), Column(_("State"))]
    caption = _("Actions of commitment %(n)s") % {"n": of} if of else pgettext("of a commitment", "Actions")
    return Table(caption=caption, id=f"actions{of}", columns=columns, rows=rows)


def versions_table(versions: Iterable[CommitmentVersion]) -> Table:
    """Return the versions of a commitment, the latest first."""
    rows = [
        Row(
            [
                _("Version %(n)s") % {"n": one.number},
                When(one.published_at),
                str(one.round or NOTHING),
            ],
            url=reverse("alliance:commitment-version", args=[one.commitment_id, one.number]),
        )
        for one in versions
    ]
    columns = [Column(_("Version")), Column(_("Published")), Column(_("Reporting round"))]
    empty = Empty(_("No version is published yet"), "")
    return Table(caption=_("Versions"), id="versions", columns=columns, rows=rows, empty=empty)


def _marked(tag: Literal["del", "ins"], words: object) -> object:
    return NOTHING if words == NOTHING else format_html(f"<{tag}>{{}}</{tag}>", words)


def version_context(one: CommitmentVersion, other: CommitmentVersion | None) -> dict[str, Any]:
    """Return what the page of one published version shows; `other` is the one that it is compared with."""
    content = loaded(one.content)
    return {
        "commitment": one.commitment,
        "version": one,
        "goal": goal_label(one.commitment.goal),
        "content": content_facts(content),
        "other": other,
        "published": When(one.published_at),
        "changes": difference_table(loaded(other.content), content) if other else None,
        "numbers": [number for number in range(1, queries.number_of(one.commitment) + 1) if number != one.number],
    }


def missing_lines(content: Content) -> list[tuple[str, object]]:
    """Return what stands in the way of handing a commitment in: the place, and what is wrong there."""
    return [(place_label(path), labels.FAULTS[code]) for path, code in problems(content)]


def difference_table(before: Content, after: Content, of: str = "") -> Table:
    """Return what changed from one to another: what it said, what it says; `of` as in `content_facts`."""
    rows = [
        Row([place_label(path), _marked("del", said(path, old)), _marked("ins", said(path, new))])
        for path, old, new in difference(before, after)
    ]
    return Table(
        caption=_("What changed in commitment %(n)s") % {"n": of} if of else _("What changed"),
        id=f"difference{of}",
        rows=rows,
        show_caption=not of,
        columns=[Column(_("Place")), Column(_("Before")), Column(_("After"))],
        empty=Empty(_("Nothing changed"), _("Both say the same.")),
    )
