"""From recalls of entries and their effects to what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.casework import kinds
from vaern.node.ledger.rules import Subject
from vaern.node.lists.base import labels
from vaern.node.lists.recalls.queries import ACKNOWLEDGED_WITHIN
from vaern.node.lists.rules.effects import EffectKind, EffectState, RecallReason
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Code, Definitions, Empty, Link, When
from vaern.node.web.lists import Button
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from vaern.node.lists.models import EntryRecall, RecallEffect
    from vaern.node.lists.recalls.queries import RecallPage, Received
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def recalls_table(page: Page[EntryRecall]) -> Table:
    """Return the recalls of entries of one's own lists."""
    return Table(
        caption=_("Recalls of entries"),
        columns=[
            Column(_("Entry")),
            Column(_("List")),
            Column(_("Why")),
            Column(_("State")),
            Column(_("Concerned"), numeric=True),
            Column(_("Not acknowledged"), numeric=True),
            Column(_("Recalled")),
        ],
        rows=[
            Row(
                [
                    Code(one.ident, 16),
                    one.list.title,
                    labels.REASONS[RecallReason(one.why)],
                    recall_state(one, getattr(one, "waiting", 0)),
                    getattr(one, "concerned", 0),
                    getattr(one, "waiting", 0),
                    When(one.at),
                ],
                url=reverse("lists:recall", args=[one.pk]),
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(_("No entry was recalled"), _("An entry that does not belong on a list is recalled on its page.")),
        id="recalls",
    )


def recall_state(recall: EntryRecall, waiting: int) -> Chip:
    """Return the chip of a recall's state; `waiting` of its effects are not acknowledged."""
    if recall.ended_at:
        return Chip(_("Taken back"), "neutral")
    if recall.traced_at is None:
        return Chip(_("What rested on it is looked for"), "info")
    return Chip(_("Not acknowledged by all"), "warning") if waiting else Chip(_("Acknowledged"), "good")


def recall_context(viewer: Viewer, page: RecallPage) -> dict[str, Any]:
    """Return what the page of a recall shows to whoever keeps the list."""
    recall = page.recall
    waits = [one for one in page.effects if one.state != EffectState.ACKNOWLEDGED.value]
    facts = [
        (_("List"), Link(recall.list.title, reverse("lists:list", args=[recall.list_id]))),
        (_("Entry"), Code(recall.ident)),
        (_("Why"), labels.REASONS[RecallReason(recall.why)]),
        (_("In words"), recall.words or "–"),
        (_("Recalled"), When(recall.at)),
        (_("By"), recall.by.name if recall.by else (_("Its source") if recall.by_source else "–")),
        (_("State"), recall_state(recall, len(waits))),
        (_("Concerned"), len(page.effects)),
        (_("Not acknowledged"), len(waits)),
    ]
    return {"recall": recall, "facts": Definitions(facts), "effects": effects_table(viewer, page)}


def effects_table(viewer: Viewer, page: RecallPage) -> Table:
    """Return what rested on a recalled entry, by organisation; records are named of the viewer's own alone."""
    return Table(
        caption=_("What rested on it"),
        columns=[
            Column(_("Organisation")),
            Column(_("What")),
            Column(_("Record")),
            Column(_("Matches"), numeric=True),
            Column(_("State")),
            Column(_("What was done")),
        ],
        rows=[
            Row(
                [
                    one.organisation.name,
                    labels.EFFECTS[EffectKind(one.kind)],
                    record_of(viewer, one, page.reached) if one.organisation_id == viewer.organisation.id else "–",
                    one.matches,
                    effect_state(one, page.recall),
                    done_of(one),
                ]
            )
            for one in page.effects
        ],
        empty=Empty(_("Nothing rested on it"), _("No record here, and no program, had a match with this entry.")),
        id="effects",
        fixed=True,
    )


def done_of(effect: RecallEffect) -> str:
    """Return what whom it concerns did: of accounts in numbers, and in words."""
    if effect.kind != EffectKind.ACCOUNT.value:
        return effect.words
    found = effect.accounts
    said = _("%(lifted)s lifted, %(kept)s on another ground, %(open)s open") % {
        "lifted": found.lifted,
        "kept": found.kept,
        "open": found.open,
    }
    return f"{said}: {effect.words}" if effect.words else said


def effect_state(effect: RecallEffect, recall: EntryRecall) -> Chip:
    """Return the chip of an effect's state: overdue where it was not acknowledged in time."""
    state = EffectState(effect.state)
    late = recall.at + ACKNOWLEDGED_WITHIN < timezone.now() and recall.ended_at is None
    if state is not EffectState.ACKNOWLEDGED and late:
        return Chip(_("Overdue"), "bad")
    return Chip(*labels.EFFECT_STATES[state])


RECORDS = {
    EffectKind.SCAN: "scan",
    EffectKind.REPORT: "report",
    EffectKind.NOTICE: "report",
    EffectKind.BLOCK: "report",
    EffectKind.SERIES: "series",
    EffectKind.CASE: "case",
}


def record_of(viewer: Viewer, effect: RecallEffect, reached: Collection[UUID]) -> object:
    """Return the record that an effect is about, as a link for whoever may open it.

    Args:
        viewer: who reads it.
        effect: of a recall.
        reached: the records that the viewer's organisation still has.
    """
    if effect.record is not None and effect.record not in reached:
        return effect.code or labels.EFFECTS[EffectKind(effect.kind)]
    if effect.kind == EffectKind.DOMAIN.value:  # it has a page, and is no kind of casework
        name = effect.code or labels.EFFECTS[EffectKind.DOMAIN]
        there = effect.record is not None and viewer.may(Permission.REPORT_TAKEDOWN)
        return Link(name, reverse("reports:domain", args=[effect.record])) if there else name
    kind = RECORDS.get(EffectKind(effect.kind))
    if kind is None or effect.record is None:
        return effect.code or "–"
    url = kinds.url_for(viewer, Subject(kind, effect.record, effect.organisation_id))
    return Link(effect.code, url) if url else effect.code


def concerning_table(viewer: Viewer, page: Page[RecallEffect], reached: Collection[UUID]) -> Table:
    """Return the recalls that concern the viewer's organisation, each with what rested on it there."""
    return Table(
        caption=_("Recalls that concern you"),
        columns=[
            Column(_("List")),
            Column(_("Entry")),
            Column(_("Why")),
            Column(_("What rested on it")),
            Column(_("State")),
            Column(_("Recalled")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    f"{one.recall.list.title}, {one.recall.list.organisation.name}",
                    Code(one.recall.ident, 8),
                    labels.REASONS[RecallReason(one.recall.why)],
                    _rested(viewer, one, reached),
                    effect_state(one, one.recall),
                    When(one.recall.at),
                    ""
                    if one.state == EffectState.ACKNOWLEDGED.value
                    else Link(_("Acknowledge"), reverse("lists:acknowledge-effect", args=[one.pk])),
                ]
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(
            _("No recall concerns you"),
            _("When an entry is recalled on which something of yours rested, it stands here."),
        ),
        id="concerning",
    )


def _rested(viewer: Viewer, effect: RecallEffect, reached: Collection[UUID]) -> object:
    """Return what rested on an entry, by its kind and how people call it."""
    kind = labels.EFFECTS[EffectKind(effect.kind)]
    return format_html("{} {}", kind, record_of(viewer, effect, reached)) if effect.code else kind


def at_once(lists: Sequence[Received]) -> list[Button]:
    """Return a button for each list of which all recalls can be acknowledged at once."""
    label = _("Acknowledge %(n)s of %(list)s")
    return [
        Button(
            label % {"n": number_format(one.number, force_grouping=True), "list": one.hash_list.title},
            reverse("lists:acknowledge-received", args=[one.hash_list.pk]),
        )
        for one in lists
    ]


def about_received(found: Received) -> dict[str, Any]:
    """Return what `decide` says of all recalls on a list that are acknowledged at once."""
    here = reverse("lists:concerning")
    facts = [
        (_("List"), found.hash_list.title),
        (_("Kept by"), found.hash_list.organisation.name),
        (_("Recalls of entries"), number_format(found.number, force_grouping=True)),
        (_("What rested on it"), labels.EFFECTS[EffectKind.SUBSCRIBER]),
    ]
    return {"subject": Definitions(facts), "crumbs": [(_("Recalls that concern you"), here)], "back": here}


def about(viewer: Viewer, effect: RecallEffect, reached: Collection[UUID]) -> dict[str, Any]:
    """Return what `decide` says of an effect that is acknowledged."""
    here = reverse("lists:concerning")
    receives = effect.kind == EffectKind.SUBSCRIBER.value
    facts = [
        (_("List"), effect.recall.list.title),
        (_("Entry"), Code(effect.recall.ident)),
        (_("Why"), labels.REASONS[RecallReason(effect.recall.why)]),
        *([(_("In words"), effect.recall.words)] if effect.recall.words else []),
        (_("What rested on it"), labels.EFFECTS[EffectKind(effect.kind)]),
        *([] if receives else [(_("Record"), record_of(viewer, effect, reached)), (_("Matches"), effect.matches)]),
    ]
    return {"subject": Definitions(facts), "crumbs": [(_("Recalls that concern you"), here)], "back": here}
