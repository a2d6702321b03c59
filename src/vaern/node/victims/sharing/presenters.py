"""Turn disseminations, milestones and answers into what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.casework.releases.elsewhere import progress
from vaern.node.casework.releases.presenters import progress_words
from vaern.node.casework.sheets import SheetPart
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Permission
from vaern.node.victims.base import labels
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer
from vaern.node.victims.sharing import queries
from vaern.node.web.components import Clock, Code, Empty, Handling, Link, When
from vaern.node.web.records import Offer, Rank, RowActs
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Dissemination, Series
    from vaern.node.victims.sharing import hash_checks
    from vaern.node.victims.sharing.queries import Sent

TO_WORK = Reason(Why.VICTIM_IDENTIFICATION)
OPEN = frozenset({Answer.AWAITED.value, Answer.ACCEPTED.value})


def sheet_part(viewer: Viewer, series: Series, reason: Reason) -> SheetPart | None:
    """Return where a series was sent, and what the desks answered: a part of its page."""
    own = series.organisation_id == viewer.organisation.id
    sent = queries.disseminations_of(viewer, series)
    if not sent and not own:
        return None
    awaited = [one.dissemination for one in sent if one.dissemination.answer == Answer.AWAITED.value]
    mine = next((one for one in awaited if one.recipient_id == viewer.organisation.id), None)
    may_recall = own and viewer.may(Permission.SERIES_RELEASE)
    return SheetPart(
        _("Who works on it"),
        "victims/sharing/part.html",
        {
            "series": series,
            "own": own,
            "table": sent_table(sent, may_recall=may_recall) if own and sent else None,
            "answer": mine if mine and viewer.may(Permission.SERIES_WORK) else None,
            "received": sent[-1] if sent and not own else None,
            "accepted": series.accepted_by_id == viewer.organisation.id,
            "pending": not own and queries.is_on_its_way(series, sent[-1].dissemination),
            "behind": 0 if own or not series.is_copy else behind(series, sent[-1].dissemination),
        },
    )


def behind(series: Series, own: Dissemination) -> int:
    """Return how many files more the owner of a copy has, as far as its node has said."""
    return max(0, int(own.stands.get("total", 0)) - series.members_total)


def offers(viewer: Viewer, series: Series) -> Iterable[Offer]:
    """Yield the answer that a desk to which a series was sent owes, or that it no longer works on it."""
    if series.organisation_id == viewer.organisation.id or not viewer.may(Permission.SERIES_WORK):
        return
    for one in queries.disseminations_of(viewer, series):
        if one.dissemination.answer == Answer.AWAITED.value:
            address = [one.dissemination.pk]
            yield Offer(_("Accept"), reverse("victims:accept-series", args=address), Rank.NEXT)
            yield Offer(_("Decline"), reverse("victims:decline-series", args=address))
            return
    if series.accepted_by_id == viewer.organisation.id and State(series.state) is State.ACCEPTED:
        yield Offer(_("Give back"), reverse("victims:give-back-series", args=[series.pk]), Rank.ENDING)


def sent_table(sent: Sequence[Sent], *, may_recall: bool) -> Table:
    """Return to whom a series was disseminated, and the answers."""
    far = progress([one.dissemination.release_id for one in sent])

    def button(one: Sent) -> object:
        if not may_recall or one.dissemination.answer not in OPEN:
            return ""
        url = reverse("victims:recall-series", args=[one.dissemination.pk])
        return RowActs(one.dissemination.recipient.name, [(_("Recall"), url)])

    return Table(
        caption=_("Disseminated to"),
        columns=[
            Column(_("Organisation")),
            Column(_("Sent")),
            Column(_("Handling")),
            Column(_("Answer")),
            Column(_("Answer awaited")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    one.dissemination.recipient.name,
                    format_html(
                        "{} {}", When(one.dissemination.sent_at), progress_words(far.get(one.dissemination.release_id))
                    ),
                    Handling(one.dissemination.release.handling, one.dissemination.release.europol),
                    format_html('{} <span class="quiet">{}</span>', labels.answer(one.dissemination.answer), one.why),
                    Clock(one.dissemination.due_at, one.dissemination.answered_at),
                    button(one),
                ]
            )
            for one in sent
        ],
        id="sent",
    )


def nobody_to_receive(series: Series, *, all_have_it: bool) -> Empty:
    """Return why no desk in the proposed country can receive a series, and what to do about it."""
    title = _("Nobody in %(country)s can receive it") % {"country": series.country}
    if all_have_it:
        text = _("Every desk there has it. Wait for their answers, recall it from one, or propose another country.")
    else:
        text = _(
            "No organisation there works on series at this node. Propose another country, or tell the secretariat."
        )
    return Empty(title, text, f"{reverse('victims:series', args=[series.pk])}#clues", _("Back to the countries"))


def received_context(viewer: Viewer, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of the page of received series."""
    waiting, told = queries.to_answer(viewer, parameters), queries.updates(parameters)
    may = viewer.may(Permission.SERIES_WORK)
    return {
        "waiting": Table(
            caption=_("Series that wait for our answer"),
            columns=[
                Column(_("Series"), sort="series"),
                Column(_("From"), sort="organisation"),
                Column(_("Files"), sort="files", numeric=True),
                Column(_("Sent"), sort="sent"),
                Column(_("Answer awaited"), sort="due"),
            ],
            rows=[
                Row(
                    [
                        one.series.code,
                        one.organisation.name,
                        one.series.members_total,
                        When(one.sent_at),
                        Clock(one.due_at),
                    ],
                    url=reverse("victims:series", args=[one.series_id]),
                )
                for one in waiting.rows
            ],
            empty=Empty(_("Nothing waits for an answer"), _("A series that another desk sends to yours stands here.")),
            page=waiting,
            show_caption=True,
            id="waiting",
        ),
        "told_pages": told,
        "named": queries.TOLD,
        "told": [
            {
                "id": one.pk,
                "milestone": labels.milestone(one.code),
                "by": one.by,
                "at": one.told_at,
                "link": Link(one.series.code, reverse("victims:series", args=[one.series_id])),
                "own": one.series.organisation_id == viewer.organisation.id,
            }
            for one in told.rows
        ],
        "may": may,
    }


def answers_table(answers: Iterable[hash_checks.Answer]) -> Table:
    """Return what is said of each signal."""
    return Table(
        caption=_("What is known"),
        columns=[
            Column(_("Hash")),
            Column(_("Kind")),
            Column(_("What is known")),
            Column(_("By whom")),
            Column(_("Series that you may open")),
        ],
        rows=[Row(_cells(one)) for one in answers],
        show_caption=True,
        id="answers",
    )


def _cells(one: hash_checks.Answer) -> list[object]:
    by: list[object] = [organisation.name for organisation in one.by]
    if one.others:
        by.append(_("another organisation: ask through the cross-check desk"))
    kind = labels.signal(one.signal.kind)
    if one.near:
        kind = _("%(kind)s (looks alike)") % {"kind": kind}
    links = [Link(series.code, reverse("victims:series", args=[series.pk])) for series in one.series]
    return [
        Code(one.signal.value.hex(), 6),
        kind,
        labels.standing(one.standing.value),
        ", ".join(str(name) for name in by) or "–",
        format_html(" ".join("{}" for _link in links), *links) if links else "–",
    ]


def day(value: Any) -> str:
    """Return a day in the reader's form."""
    return date_format(value, "DATE_FORMAT") if value else "–"
