"""From subsets of lists to what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.recalls.presenters import releases_table
from vaern.node.casework.sheets import SheetPart
from vaern.node.lists.base import labels as base_labels
from vaern.node.lists.base.pages import at_entry, at_list, at_subset
from vaern.node.lists.curation.presenters_entries import class_of
from vaern.node.lists.subsets import labels, queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Code, Definitions, Empty, Link, When
from vaern.node.web.records import Head, Offer, Rank, Tab
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList, ListEntry, ListSubset
    from vaern.node.lists.rules.subsets import Weighed
    from vaern.node.lists.subsets.queries import Counted, SubsetPage
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def about(subset: ListSubset) -> dict[str, Any]:
    """Return what `decide` says of the subset that it is about."""
    crumbs = [(_("Hash lists"), reverse("lists:lists")), (subset.list.title, at_list(subset.list))]
    here = at_subset(subset)
    return {"subject": Definitions(list(facts(subset))), "crumbs": [*crumbs, (subset.title, here)], "back": here}


def facts(subset: ListSubset) -> Iterator[tuple[object, object]]:
    """Yield what a subset is: of which list, and which entries."""
    yield _("Subset"), subset.title
    yield _("Short name"), Code(subset.name)
    yield _("Of the list"), subset.list.title
    yield _("Kept by"), subset.organisation.name
    yield from zip(labels.GROUNDS.values(), _asked(subset), strict=True)


def goes_in_words(weighed: Weighed) -> str:
    """Say how many entries are in a subset, and how many stay out, and why."""
    goes = ngettext("%(n)s entry is in it.", "%(n)s entries are in it.", weighed.goes) % {"n": _number(weighed.goes)}
    if not weighed.stays:
        return goes
    stays = "; ".join(f"{_number(count)} {labels.STAYS[ground]}" for ground, count in weighed.stays.items())
    return _("%(goes)s Not in it: %(stays)s.") % {"goes": goes, "stays": stays}


def counted_in_words(found: Counted) -> str:
    """Say the same, and when it was counted where the list has changed since."""
    return as_of(goes_in_words(found.weighed), found.at)


def as_of(said: str, at: datetime | None) -> str:
    """Add to what is said of numbers when they were counted; nothing where they are as of now."""
    if at is None:
        return said
    when = date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
    return _("%(said)s So it was counted on %(when)s; the list has changed since.") % {"said": said, "when": when}


def _number(count: int) -> str:
    return str(number_format(count, force_grouping=True))


def list_part(viewer: Viewer, hash_list: HashList, _reason: Reason) -> SheetPart | None:
    """Return the subsets of a list: a part of its page, for whoever releases it."""
    if hash_list.organisation_id != viewer.organisation.id or not viewer.may(Permission.HASHLIST_RELEASE):
        return None
    found = queries.of_list(hash_list)
    table = Table(
        caption=_("Subsets"),
        columns=[Column(_("Subset")), *(Column(label) for label in labels.GROUNDS.values())],
        rows=[Row([one.title, *_asked(one)], url=at_subset(one)) for one in found],
        empty=Empty(_("No subset yet"), _("All of the list goes to whoever receives it.")),
        id="subsets",
        fixed=True,
    )
    context = {"table": table, "new_url": reverse("lists:new-subset", args=[hash_list.pk])}
    return SheetPart(_("Subsets"), "lists/subsets_part.html", context)


def _asked(subset: ListSubset) -> list[str]:
    return [labels.values_of(values) for values in (subset.licences, subset.bases, subset.jurisdictions)]


def subsets_table(viewer: Viewer, page: Page[ListSubset]) -> Table:
    """Return the subsets that the viewer may see."""
    return Table(
        caption=_("Subsets of hash lists"),
        columns=[
            Column(_("Subset"), sort="title"),
            Column(_("Of the list"), sort="list"),
            Column(_("Kept by"), sort="organisation"),
            *(Column(label) for label in labels.GROUNDS.values()),
        ],
        rows=[
            Row(
                [
                    one.title,
                    one.list.title,
                    one.organisation.name if one.organisation_id != viewer.organisation.id else _("Own"),
                    *_asked(one),
                ],
                url=at_subset(one),
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(
            _("No subset yet"), _("Subsets of your organisation's lists, and those released to it, stand here.")
        ),
        id="subsets",
    )


def offers(viewer: Viewer, subset: ListSubset) -> Iterable[Offer]:
    """Return what whoever keeps a subset can do to it."""
    if subset.organisation_id != viewer.organisation.id or not viewer.may(Permission.HASHLIST_RELEASE):
        return
    at = [subset.pk]
    yield Offer(_("Release"), reverse("lists:release-subset", args=at), Rank.NEXT, in_place=False)
    yield Offer(_("Change which entries it has"), reverse("lists:change-subset", args=at), in_place=False)
    yield Offer(_("End it"), reverse("lists:erase-subset", args=at), Rank.ENDING, tone="danger")


def page_context(viewer: Viewer, page: SubsetPage) -> dict[str, Any]:
    """Return all that the page of a subset shows."""
    subset = page.record
    recall = "lists:end-release-subset" if viewer.may(Permission.HASHLIST_RELEASE) else ""
    said = _("Not on disk yet") if page.on_disk is None else _entries(page.on_disk)
    chips: list[object] = [Chip(base_labels.purpose(subset.list), "info")]
    if subset.published != subset.list.change:
        chips.append(Chip(_("Changes are on their way to disk"), "warning"))
    listed = Link(subset.list.title, at_list(subset.list)) if page.own else subset.list.title
    return {
        **page.look.context(),
        "head": Head(f"{subset.title} · {said}", code=subset.name, chips=chips),
        "tabs": [Tab.OVERVIEW, Tab.CONTENT, *([Tab.WORK] if page.own else []), Tab.HISTORY],
        "first_tab": Tab.CONTENT if page.entries.previous else Tab.OVERVIEW,
        "list_url": at_list(subset.list) if page.own else "",
        "subset": subset,
        "facts": Definitions([(name, listed if name == _("Of the list") else value) for name, value in facts(subset)]),
        "goes": counted_in_words(page.weighed) if page.weighed else "",
        "entries": entries_table(page.entries, subset.list.scheme, own=page.own),
        "releases": releases_table(subset, page.releases, recall) if page.own else None,
    }


def _entries(count: int) -> str:
    said = ngettext("%(n)s entry is matched", "%(n)s entries are matched", count)
    return said % {"n": _number(count)}


def entries_table(page: Page[ListEntry], scheme: str, *, own: bool) -> Table:
    """Return a page of the entries of a subset; the page of an entry is for whoever sees the list."""
    return Table(
        caption=_("Entries"),
        columns=[Column(_("Entry")), Column(_("State")), Column(_("Class")), Column(_("Series")), Column(_("Added"))],
        rows=[
            Row(
                [Code(one.ident, 16), base_labels.state(one), class_of(one, scheme), one.series, When(one.added_at)],
                url=at_entry(one) if own else "",
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(_("No entries"), _("No entry of the list stands under these terms.")),
        id="entries",
    )
