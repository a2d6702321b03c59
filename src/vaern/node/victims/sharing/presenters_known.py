"""What other nodes answered to *known?*, as the page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.victims.base import labels
from vaern.node.victims.rules.sharing import Standing
from vaern.node.victims.sharing.questions import names_of, signals_of
from vaern.node.web.components import Chip, Code, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.victims.elsewhere.bodies import KnownSaid
    from vaern.node.victims.models import NodeAnswer, Question
    from vaern.records import Signal


def elsewhere(question: Question, answers: Sequence[tuple[NodeAnswer, list[KnownSaid]]]) -> dict[str, Any]:
    """Return which nodes were asked and what each has answered; of hashes only those that somebody knows."""
    signals = signals_of(question)
    known = [
        (answer, signal, said)
        for answer, all_said in answers
        for signal, said in zip(signals, all_said, strict=False)
        if said.standing is not Standing.UNKNOWN
    ]
    return {
        "nodes": _nodes(answers, len(signals)),
        "known": _known(known) if known else None,
        "waits": any(answer.answered_at is None for answer, _said in answers),
        "address": f"{reverse('victims:known')}?question={question.pk}",
    }


def _nodes(answers: Sequence[tuple[NodeAnswer, list[KnownSaid]]], asked: int) -> Table:
    return Table(
        caption=_("Asked of other nodes"),
        columns=[
            Column(_("Node")),
            Column(_("Answered")),
            Column(_("Hashes asked about"), numeric=True),
            Column(_("Known there"), numeric=True),
        ],
        rows=[Row([one.node, _answered(one), asked, _count(one, said)]) for one, said in answers],
        id="nodes",
        fixed=True,
    )


def _answered(one: NodeAnswer) -> object:
    if one.refused:
        return Chip(Refusal(one.refused), "warning")
    return When(one.answered_at) if one.answered_at else Chip(_("Waits for an answer"), "neutral")


def _count(one: NodeAnswer, said: Sequence[KnownSaid]) -> object:
    if one.answered_at is None or one.refused:
        return "–"
    return sum(each.standing is not Standing.UNKNOWN for each in said)


def _known(found: Sequence[tuple[NodeAnswer, Signal, KnownSaid]]) -> Table:
    ids = {id for _answer, _signal, said in found for id in said.by}
    names = names_of(ids)
    return Table(
        caption=_("What is known there"),
        columns=[
            Column(_("Hash")),
            Column(_("Kind")),
            Column(_("Node")),
            Column(_("What is known")),
            Column(_("By whom")),
        ],
        rows=[Row(_cells(*one, names)) for one in found],
        show_caption=True,
        id="known-elsewhere",
        fixed=True,
    )


def _cells(answer: NodeAnswer, signal: Signal, said: KnownSaid, names: dict[Any, str]) -> list[object]:
    by = [names[id] for id in said.by if id in names]
    if said.others:
        by.append(_("an organisation that is not named"))
    kind = labels.signal(signal.kind)
    return [
        Code(signal.value.hex(), 6),
        _("%(kind)s (looks alike)") % {"kind": kind} if said.near else kind,
        answer.node,
        labels.standing(said.standing.value),
        ", ".join(by) or "–",
    ]
