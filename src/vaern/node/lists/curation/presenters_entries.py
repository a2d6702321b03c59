"""From one entry to what its page shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.casework.history import happenings
from vaern.node.external.presenters import chips, sheet_part
from vaern.node.lists.base import labels
from vaern.node.lists.base.disk import listing, spoken
from vaern.node.lists.curation import numbers
from vaern.node.lists.curation.contests import contest_facts, may_contest
from vaern.node.lists.quarantine.presenters import aside_context
from vaern.node.lists.recalls.presenters_history import matches_url
from vaern.node.lists.rules.entries import TRANSITIONS, EntryEvent, EntryState
from vaern.node.lists.rules.feedback import CONTESTED
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Code, Definitions, Empty, Timeline, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.curation.queries import EntryPage
    from vaern.node.lists.curation.since import Since
    from vaern.node.lists.models import EntryVote, HashList, ListEntry
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.components import Chip
    from vaern.records import Signal


def class_of(entry: ListEntry, scheme: str = "") -> str:
    """Return the class of an entry with its scheme; "" where it has none.

    Args:
        entry: of a list.
        scheme: of the list, where that stands beside the entries: an entry of it has its class alone.
    """
    if not entry.classification:
        return ""
    return entry.classification if entry.scheme == scheme else f"{entry.scheme} {entry.classification}".strip()


def also_on(viewer: Viewer, entries: Iterable[ListEntry]) -> dict[str, list[Chip]]:
    """Return of entries of a list, by their own ids, the chips that say where an identifier of theirs stands too."""
    by_id = numbers.ids_of(entries)
    return {by_id[id].ident: found for id, found in chips(viewer, numbers.KIND.kind, by_id).items()}


def entry_context(viewer: Viewer, page: EntryPage, reason: Reason) -> dict[str, Any]:
    """Return what the page of an entry shows."""
    entry, said = page.entry, page.entry.record if page.entry.body else None
    return {
        "entry": entry,
        "hash_list": page.hash_list,
        "state": labels.state(entry),
        "classes_differ": labels.classes_differ() if page.classes_differ else None,
        "facts": Definitions([*_entry_facts(entry, page.since, blind=page.votes is None), *_subset_facts(page)]),
        "signals": signals_table(said.signals) if said else None,
        "further": Definitions(sorted(said.extra.items())) if said and said.extra else None,
        "vote": page.vote,
        "may_contest": may_contest(page),
        "contest": contest_facts(page),
        "votes": None if page.votes is None else votes_table(page.hash_list, entry, page.votes),
        "external": None if page.hash_list.wishes else sheet_part(viewer, entry, reason),
        "own": page.own,
        **aside_context(page.entry, page.aside),
        "by_hand": by_hand(page.since) if page.aside is None else None,
        **_acts_context(viewer, page),
        "matches_url": matches_url(viewer, page.hash_list, entry.ident),
        "may_vote": viewer.may(Permission.HASHLIST_VOTE) and _possible(entry, EntryEvent.VOTE),
        "history": Timeline(happenings(page.hash_list, entry.ident, page.history), _("What was done to it"))
        if page.own
        else None,
    }


def _possible(entry: ListEntry, event: EntryEvent) -> bool:
    return (EntryState(entry.state), event) in TRANSITIONS


DECISIONS = (("settle", "recall-entry"), ("let-go", "recall-entry"), ("class-stays", "class"))
"""What an entry waits for, by the addresses of what can be said: that it stays as it is, or that it does not."""


def _acts_context(viewer: Viewer, page: EntryPage) -> dict[str, Any]:
    """Return what can be done to an entry; where it waits for a decision, that comes first, and its votes with it."""
    acts = {route: (label, url, tone) for route, label, url, tone in _acts(viewer, page)}
    for stays, other in DECISIONS:
        if stays in acts:
            label, url, _tone = acts.pop(stays)
            first = [(label, url, "primary"), *([acts.pop(other)] if other in acts else [])]
            return {"decides": True, "acts": first, "late_acts": list(acts.values())}
    return {"decides": False, "acts": [], "late_acts": list(acts.values())}


def _acts(viewer: Viewer, page: EntryPage) -> Iterator[tuple[str, object, str, str]]:
    """Yield what whoever keeps the list can do to an entry now: what, by its address, label, that address, tone."""
    if not page.own or not viewer.may(Permission.HASHLIST_WORK):
        return
    for event, label, route, tone in (
        (EntryEvent.SETTLE, _("It stays: settle the dispute"), "settle", ""),
        (EntryEvent.LET_GO, _("Let it out of quarantine"), "let-go", ""),
        (EntryEvent.QUARANTINE, _("Put it in quarantine"), "quarantine", ""),
        (EntryEvent.RECALL, _("Recall it"), "recall-entry", "danger"),
        (EntryEvent.REINSTATE, _("Take the recall back"), "reinstate", ""),
    ):
        if _possible(page.entry, event):
            yield route, label, reverse(f"lists:{route}", args=[page.hash_list.pk, page.entry.pk]), tone
    for possible, label, route in (
        (page.classes_differ, _("The class stays"), "class-stays"),
        (EntryState(page.entry.state) in CONTESTED and not page.hash_list.wishes, _("Correct the class"), "class"),
    ):
        if possible:
            yield route, label, reverse(f"lists:{route}", args=[page.hash_list.pk, page.entry.pk]), ""


def _entry_facts(entry: ListEntry, since: Since | None, *, blind: bool) -> Iterator[tuple[object, object]]:
    """Yield what an entry is; whoever is blind to its votes does not learn either whose people viewed it."""
    yield _("State"), labels.state(entry)
    if since is not None:
        yield _("Since"), When(since.at)
    said = entry.record if entry.body else None
    for name, value in (
        (_("Class"), class_of(entry)),
        (_("Series"), entry.series),
        (_("Source"), entry.source),
        (_("Classified under the law of"), entry.jurisdiction),
        (_("Legal basis"), said.basis if said else ""),
        (_("Licence of use"), said.licence if said else ""),
        (_("Viewed by"), ", ".join(said.viewed_by) if said and not blind else ""),
    ):
        if value:
            yield name, value
    if said is not None:
        for name, truth in (
            (_("Victim identified"), said.victim_identified),
            (_("Offender identified"), said.offender_identified),
            (_("Distributed"), said.distributed),
        ):
            if truth is not None:
                yield name, _("Yes") if truth else _("No")
    yield _("Added"), When(entry.added_at)
    if entry.updated:
        yield _("Changed by its source"), When(entry.updated)
    if entry.ends:
        yield _("Ends"), date_format(entry.ends, "DATE_FORMAT")


def by_hand(since: Since | None) -> Definitions | None:
    """Return who set an entry aside, when, and in which words; None of one that the node put before a person."""
    if since is None or not (since.by or since.words):
        return None
    return Definitions(
        [(_("By"), since.by or "–"), (_("In words"), since.words or "–"), (_("In quarantine since"), When(since.at))]
    )


def _subset_facts(page: EntryPage) -> Iterator[tuple[object, object]]:
    if page.subsets:
        yield _("In the subsets"), "; ".join(one.title for one in page.subsets)


def signals_table(signals: Sequence[Signal]) -> Table:
    """Return the signals of an entry, those that nobody here can compute among them; with a quality if one has it."""
    rated = any(one.quality is not None for one in signals)
    return Table(
        caption=_("Hashes and values"),
        columns=[Column(_("Kind")), Column(_("Value")), *([Column(_("Quality"), numeric=True)] if rated else [])],
        rows=[
            Row([one.kind, _value(one), *(["" if one.quality is None else one.quality] if rated else [])])
            for one in signals
        ],
        id="signals",
        fixed=True,
    )


def _value(signal: Signal) -> Code:
    if signal.kind in {"address", "domain", "wallet"}:
        return Code(signal.value.decode("utf-8", "replace"), 40)
    return Code(signal.value.hex(), 24)


def votes_table(hash_list: HashList, entry: ListEntry, given: Sequence[EntryVote]) -> Table:
    """Return who says what of an entry: those who voted here, and its source, by votes or by listing it."""
    here, settled = {one.organisation.name for one in given}, entry.settled or ()
    every = spoken(entry.record, given, entry.settled) if entry.body else ()
    source = [one for one in every if one.organisation not in here]
    if entry.body and (listed := listing(hash_list, entry.record, every)) is not None:
        source.append(msgspec.structs.replace(listed, reason=_("It is on the list; that is a yes by itself.")))
    rows = [
        Row(
            [
                one.organisation.name,
                one.country or "–",
                labels.opinion(one.opinion, settled=one.organisation.name in settled),
                labels.VIEWS[one.view],
                f"{one.scheme} {one.classification}".strip(),
                one.words,
                When(one.at),
            ]
        )
        for one in given
    ]
    rows += [
        Row(
            [
                one.organisation,
                one.country or "–",
                labels.opinion(one.opinion, settled=one.settled),
                labels.VIEWS[one.view],
                f"{one.scheme or ''} {one.classification or ''}".strip(),
                one.reason,
                one.at or "–",
            ]
        )
        for one in source
    ]
    return Table(
        caption=_("Votes"),
        columns=[
            Column(_("Organisation")),
            Column(_("Country")),
            Column(_("Opinion")),
            Column(_("How it knows")),
            Column(_("Class")),
            Column(_("Why")),
            Column(_("Voted")),
        ],
        rows=rows,
        empty=Empty(_("Nobody has voted yet"), _("What its source says is all that speaks for it.")),
        id="votes",
        fixed=True,
    )
