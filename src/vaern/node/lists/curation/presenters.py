"""From lists and entries to what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.history import happenings
from vaern.node.casework.recalls.presenters import releases_table
from vaern.node.lists.base import labels
from vaern.node.lists.base.pages import at_entry, at_list
from vaern.node.lists.rules.entries import TRANSITIONS, EntryEvent, EntryState
from vaern.node.lists.rules.lists import Holds, Purpose
from vaern.node.organisations.labels import KINDS
from vaern.node.organisations.rules import OrganisationKind, Permission
from vaern.node.web.charts import Bars
from vaern.node.web.components import Chip, Code, Definitions, Empty, Timeline, When
from vaern.node.web.day import Day
from vaern.node.web.records import Head, Offer, Rank, RowActs, Tab
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vaern.node.casework.models import Release
    from vaern.node.lists.curation.queries import EntryPage, EntrySearch, ListPage
    from vaern.node.lists.models import EntryVote, HashList, ListEntry
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page
    from vaern.records import Signal


def lists_table(viewer: Viewer, page: Page[HashList]) -> Table:
    """Return the hash lists."""
    return Table(
        caption=_("Hash lists"),
        columns=[
            Column(_("List"), sort="title"),
            Column(_("What a hit means")),
            Column(_("Kept by"), sort="organisation"),
            Column(_("Matched"), sort="live", numeric=True),
            Column(_("Disputed"), sort="disputed", numeric=True),
            Column(_("In quarantine"), sort="quarantined", numeric=True),
            Column(_("Recalled"), sort="recalled", numeric=True),
            Column(_("Delete on"), sort="review"),
        ],
        rows=[
            Row(
                [
                    one.title,
                    labels.PURPOSES[Purpose(one.purpose)],
                    one.organisation.name if one.organisation_id != viewer.organisation.id else _("Own"),
                    one.matched,
                    one.disputed,
                    one.quarantined,
                    one.recalled,
                    Day(one.review_date),
                ],
                url=at_list(one),
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(
            _("No list yet"), _("Lists that your organisation keeps, and those that were released to it, stand here.")
        ),
        id="lists",
    )


def head(hash_list: HashList) -> Head:
    """Return the head of a list's page: what it is called, and how much it matches."""
    count = ngettext("%(n)s entry is matched", "%(n)s entries are matched", hash_list.matched)
    chips: list[object] = [Chip(labels.PURPOSES[Purpose(hash_list.purpose)], "info")]
    if hash_list.synthetic:
        chips.append(Chip(_("Synthetic"), "info"))
    if hash_list.published != hash_list.change:
        chips.append(Chip(_("Changes are on their way to disk"), "warning"))
    said = count % {"n": number_format(hash_list.matched, force_grouping=True)}
    return Head(f"{hash_list.title} · {said}", code=hash_list.name, chips=chips)


def offers(viewer: Viewer, hash_list: HashList) -> Iterable[Offer]:
    """Return what can be done to a list: by its recipients, a document for a workstation; all else by who keeps it."""
    if viewer.may(Permission.HASHLIST_RELEASE) and Holds(hash_list.holds) is Holds.FILES:
        there = reverse("lists:workstation", args=[hash_list.pk])
        yield Offer(_("VICS for a workstation"), there, in_place=False)
    if viewer.may(Permission.HASHLIST_VOTE) and Holds(hash_list.holds) is Holds.FILES:
        yield Offer(_("Graded VICS back"), reverse("lists:graded", args=[hash_list.pk]), in_place=False)
    if hash_list.organisation_id != viewer.organisation.id:
        return
    if viewer.may(Permission.HASHLIST_WORK):
        if not hash_list.wishes:
            yield Offer(_("Send a file"), reverse("lists:send", args=[hash_list.pk]), Rank.NEXT, in_place=False)
            yield Offer(_("Add an entry"), reverse("lists:add-entry", args=[hash_list.pk]))
        yield Offer(_("Compare two releases"), reverse("lists:compare", args=[hash_list.pk]), in_place=False)
        yield Offer(_("Change its terms"), reverse("lists:terms", args=[hash_list.pk]))
        yield Offer(_("Keep longer"), reverse("lists:keep", args=[hash_list.pk]))
    if viewer.may(Permission.HASHLIST_RELEASE):
        yield Offer(_("Release"), reverse("lists:release", args=[hash_list.pk]), in_place=False)
    if viewer.may(Permission.HASHLIST_ERASE):
        yield Offer(_("Erase"), reverse("lists:erase", args=[hash_list.pk]), Rank.ENDING, tone="danger")


def page_context(viewer: Viewer, page: ListPage) -> dict[str, Any]:
    """Return all that the page of a list shows."""
    sheet, hash_list = page.sheet, page.sheet.record
    may_recall = sheet.own and viewer.may(Permission.HASHLIST_RELEASE)
    searched = bool(page.found is not None or any((page.search.text, page.search.state, page.search.series)))
    turned = searched or bool(page.entries and page.entries.previous)
    return {
        **sheet.look.context(),
        "hash_list": hash_list,
        "head": head(hash_list),
        "tabs": [Tab.OVERVIEW, Tab.CONTENT, *([Tab.WORK] if sheet.own else []), Tab.HISTORY],
        "first_tab": Tab.CONTENT if turned else Tab.OVERVIEW,
        "facts": Definitions(list(_facts(hash_list))),
        "chart": Bars(
            _("Entries by state"),
            [(str(label), getattr(hash_list, code.value)) for code, (label, _tone) in labels.STATES.items()],
            _("Entries"),
        ),
        "led_to": led_to_chart(hash_list) if sheet.own else None,
        "waiting": waiting_table(page.sheet.waiting) if sheet.own and page.sheet.waiting else None,
        "entries": found_table(page) if page.found is not None else entries_table(hash_list, page.entries, page.search),
        "releases": _releases(sheet.releases, hash_list, may_recall=may_recall) if sheet.own else None,
        "recalls_url": reverse("lists:recalls") if sheet.own else "",
    }


def led_to_chart(hash_list: HashList) -> Bars | None:
    """Return how many things of each kind rest on the matches of a list; None before the first night."""
    if hash_list.led_to_on is None:
        return None
    counted = [(labels.COUNTED[kind], hash_list.led_to.get(kind.value, 0)) for kind in labels.COUNTED]
    title = _("What its matches led to, counted on %(day)s") % {"day": date_format(hash_list.led_to_on)}
    return Bars(title, counted)


def _facts(hash_list: HashList) -> Iterator[tuple[object, object]]:
    yield _("Short name"), Code(hash_list.name)
    yield _("Kept by"), hash_list.organisation.name
    yield _("Holds"), labels.HOLDS[Holds(hash_list.holds)]
    if hash_list.wishes:
        yield _("Where its entries come from"), _wishes(hash_list)
    for name, value in (
        (_("Source"), hash_list.source),
        (_("Scheme of classes"), hash_list.scheme),
        (_("Classified under the law of"), hash_list.jurisdiction),
        (_("Legal basis"), hash_list.basis),
        (_("Licence of use"), hash_list.licence),
        (_("What the licence allows"), hash_list.licence_words),
    ):
        if value:
            yield name, value
    kinds = [str(KINDS[OrganisationKind(code)]) for code in hash_list.licence_kinds]
    yield _("Organisations that may use it"), ", ".join(kinds) or _("All")
    yield _("A recipient may pass it on"), _("Yes") if hash_list.pass_on else _("No")
    yield _("Programs of every organisation here may be matched against it"), _("Yes") if hash_list.hosted else _("No")
    yield _("Bits for a near hit"), hash_list.distance
    yield _("Independent votes that an entry should have"), hash_list.votes_needed
    yield _("Delete on"), date_format(hash_list.review_date, "DATE_FORMAT")


def _wishes(hash_list: HashList) -> str:
    """Say that a list follows wishes, and how many it has now."""
    count = ngettext(
        "It follows the wishes of survivors that came to %(desk)s: %(n)s confirmed wish is an entry now. Nothing is "
        "added by hand.",
        "It follows the wishes of survivors that came to %(desk)s: %(n)s confirmed wishes are entries now. Nothing is "
        "added by hand.",
        hash_list.matched,
    )
    shown = {"desk": hash_list.organisation.name, "n": number_format(hash_list.matched, force_grouping=True)}
    return count % shown


def _releases(releases: Sequence[Release], hash_list: HashList, *, may_recall: bool) -> Table:
    def button(release: Release) -> object:
        if not may_recall or release.recalled_at:
            return ""
        url = reverse("lists:end-release", args=[hash_list.pk, release.recipient_id])
        return RowActs(release.recipient.name, [(_("Recall"), url)])

    return releases_table(releases, button)


def _class_of(entry: ListEntry) -> str:
    return f"{entry.scheme} {entry.classification}".strip() if entry.classification else ""


def _row(entry: ListEntry, *more: object) -> Row:
    return Row(
        [
            Code(entry.ident, 16),
            labels.state(entry),
            _class_of(entry),
            entry.series,
            entry.positive,
            entry.negative,
            *more,
        ],
        url=at_entry(entry),
    )


def _columns(*more: Column) -> list[Column]:
    return [
        Column(_("Entry")),
        Column(_("State")),
        Column(_("Class")),
        Column(_("Series")),
        Column(_("Votes for"), numeric=True),
        Column(_("Votes against"), numeric=True),
        *more,
    ]


def entries_table(hash_list: HashList, page: Page[ListEntry] | None, search: EntrySearch) -> Table:
    """Return a page of the entries of a list, the last changed first."""
    assert page is not None  # else a hash was looked for
    counts = {state.value: getattr(hash_list, state.value) for state in EntryState}
    plain = not (search.text or search.classification or search.series)
    total = (counts[search.state] if search.state else hash_list.total) if plain else None
    return Table(
        caption=_("Entries"),
        columns=_columns(Column(_("Added"))),
        rows=[_row(one, When(one.added_at)) for one in page.rows],
        filters=_filters(search),
        search=search.text,
        search_label=_("A hash, or the id of an entry"),
        keep={"classification": search.classification, "series": search.series},
        page=page,
        total=total,
        empty=Empty(_("No entries"), _("There are none of this kind.")),
        id="entries",
    )


def found_table(page: ListPage) -> Table:
    """Return the entries that a hash led to, nearest first: equal, or near to it."""
    assert page.found is not None
    return Table(
        caption=_("Entries with this hash, or near to it"),
        columns=_columns(Column(_("Kind")), Column(_("Bits"), numeric=True)),
        rows=[_row(one.entry, one.kind, one.distance) for one in page.found],
        filters=_filters(page.search),
        search=page.search.text,
        search_label=_("A hash, or the id of an entry"),
        empty=Empty(_("The list does not have it"), _("Nothing equals this hash, and nothing is near to it.")),
        id="entries",
        fixed=True,
    )


def _filters(search: EntrySearch) -> list[Filter]:
    states = [(code.value, label) for code, (label, _tone) in labels.STATES.items()]
    return [Filter("state", _("State"), states, search.state)]


def waiting_table(entries: Sequence[ListEntry]) -> Table:
    """Return the entries that wait for a person."""
    return Table(
        caption=_("Entries that wait for a decision"),
        columns=_columns(),
        rows=[_row(one) for one in entries],
        id="waiting",
        fixed=True,
    )


def entry_context(viewer: Viewer, page: EntryPage) -> dict[str, Any]:
    """Return what the page of an entry shows."""
    entry, said = page.entry, page.entry.record if page.entry.body else None
    return {
        "entry": entry,
        "hash_list": page.hash_list,
        "state": labels.state(entry),
        "facts": Definitions(list(_entry_facts(entry))),
        "signals": signals_table(said.signals) if said else None,
        "further": Definitions(sorted(said.extra.items())) if said and said.extra else None,
        "vote": page.vote,
        "votes": None if page.votes is None else votes_table(entry, page.votes),
        "own": page.own,
        "acts": list(_acts(viewer, page)),
        "may_vote": viewer.may(Permission.HASHLIST_VOTE) and _possible(entry, EntryEvent.VOTE),
        "history": Timeline(happenings(page.hash_list, entry.ident, page.history), _("What was done to it"))
        if page.own
        else None,
    }


def _possible(entry: ListEntry, event: EntryEvent) -> bool:
    return (EntryState(entry.state), event) in TRANSITIONS


def _acts(viewer: Viewer, page: EntryPage) -> Iterator[tuple[object, str, str]]:
    """Yield what whoever keeps the list can do to an entry now: label, address, tone."""
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
            yield label, reverse(f"lists:{route}", args=[page.hash_list.pk, page.entry.pk]), tone


def _entry_facts(entry: ListEntry) -> Iterator[tuple[object, object]]:
    yield _("State"), labels.state(entry)
    said = entry.record if entry.body else None
    for name, value in (
        (_("Class"), _class_of(entry)),
        (_("Series"), entry.series),
        (_("Source"), entry.source),
        (_("Classified under the law of"), entry.jurisdiction),
        (_("Legal basis"), said.basis if said else ""),
        (_("Licence of use"), said.licence if said else ""),
        (_("Viewed by"), ", ".join(said.viewed_by) if said else ""),
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


def signals_table(signals: Sequence[Signal]) -> Table:
    """Return the signals of an entry, those that nobody here can compute among them."""
    return Table(
        caption=_("Hashes and values"),
        columns=[Column(_("Kind")), Column(_("Value")), Column(_("Quality"), numeric=True)],
        rows=[Row([one.kind, _value(one), "" if one.quality is None else one.quality]) for one in signals],
        id="signals",
        fixed=True,
    )


def _value(signal: Signal) -> Code:
    if signal.kind in {"address", "domain", "wallet"}:
        return Code(signal.value.decode("utf-8", "replace"), 40)
    return Code(signal.value.hex(), 24)


def votes_table(entry: ListEntry, given: Sequence[EntryVote]) -> Table:
    """Return who says what of an entry: the source's votes, and those given here."""
    here = {one.organisation.name for one in given}
    source = [one for one in entry.record.votes if one.organisation not in here] if entry.body else []
    rows = [
        Row(
            [
                one.organisation.name,
                one.country or "–",
                labels.opinion(one.opinion),
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
                labels.opinion(one.opinion),
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
