"""The entries of a list that are matched, for a VICS document, and whether its licence lets them go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.queries import given_sight
from vaern.node.casework.workstations.documents import Goods, held, label_of, paged
from vaern.node.external.passage import with_numbers
from vaern.node.lists.base.disk import by_entry, published
from vaern.node.lists.curation import numbers
from vaern.node.lists.models import EntryVote, ListEntry
from vaern.node.lists.rules.entries import MATCHED
from vaern.node.lists.rules.lists import Holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.formats.left import Left
    from vaern.formats.vics_write import Document
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

AT_ONCE = 2_000
SCHEME = "VICS 2.0 "


def goods(viewer: Viewer, hash_list: HashList) -> Goods:
    """Return what a list has for a workstation: the entries that are matched when it is sent, and no newer ones."""
    own = hash_list.organisation_id == viewer.organisation.id
    last = ListEntry.of(list=hash_list).aggregate(last=Max("pk"))["last"] or 0
    label, sight = label_of(held(viewer, hash_list)), given_sight(viewer, hash_list)

    def entries(_document: Document, _left: Left) -> Iterator[Entry]:
        for page in matched(hash_list, last):
            votes = by_entry(EntryVote.of(entry__in=page))
            said = numbers.carried(hash_list, page, label, sight.handling if sight else "")
            for row in page:
                one = published(hash_list, row, row.record, votes.get(row.pk, ()))
                yield with_numbers(one, said.get(row.ident, ()))

    return Goods(
        hash_list.matched,
        entries,
        country=hash_list.scheme.removeprefix(SCHEME) if hash_list.scheme.startswith(SCHEME) else "Default",
        stays=""
        if own or hash_list.pass_on
        else _("The licence of this list does not let a recipient pass it on: it stays with your organisation."),
    )


def check(hash_list: HashList) -> None:
    """Refuse a list of what VICS does not know.

    Raises:
        Refusal: it holds no hashes of files.
    """
    if Holds(hash_list.holds) is not Holds.FILES:
        raise Refusal(_("VICS knows files alone: this list holds something else."))


def matched(hash_list: HashList, last: int) -> Iterator[list[ListEntry]]:
    """Yield the entries of a list that are matched, up to the one with this number, page by page."""
    found = ListEntry.of(list=hash_list).filter(pk__lte=last, state__in=[state.value for state in MATCHED])

    def page(before: list[ListEntry] | None) -> list[list[ListEntry]]:
        rows = list(found.filter(pk__gt=before[-1].pk if before else 0).order_by("pk")[:AT_ONCE])
        return [rows] if rows else []

    return paged(page)
