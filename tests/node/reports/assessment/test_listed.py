"""What lists say of an item that is assessed: all of them, and the nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person
from tests.node.reports.assessment.test_pages import opened
from tests.node.reports.factories import make_report

from vaern.node.reports.base.precedents import Listed, also_listed
from vaern.node.reports.models import Item, ItemMatch

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
_MET = st.tuples(st.sampled_from(["X", "Y"]), st.sampled_from(["S A", "S B", ""]), st.sampled_from(["md5", "pdq"]))


@given(nearest=_MET, beside=st.lists(_MET, max_size=8))
def test_each_list_says_each_class_once_by_its_nearest_match(nearest: Any, beside: list[Any]) -> None:
    """Brute force: of all that says the same, the first; the nearest itself says it already."""
    rows = [
        ItemMatch(list=name, release="1", entry=str(number), class_given=said, kind=kind, distance=number)
        for number, (name, said, kind) in enumerate(beside)
    ]
    expected = [
        (row.list, row.class_given, row.distance if row.kind == "pdq" else None)
        for number, row in enumerate(rows)
        if (row.list, row.class_given) not in [nearest[:2], *((one.list, one.class_given) for one in rows[:number])]
    ]
    fell = [ItemMatch(list="Z", entry="z", kind="md5", fallen=why) for why in ("disputed", "recalled")]
    found = also_listed(Listed(nearest[0], "1", nearest[1]), [*fell, *rows])
    assert [(one.name, one.value, one.bits) for one in found] == expected
    assert all(one.also for one in found)


def test_what_every_list_says_stands_beside_an_item(client: Client) -> None:
    desk = make_organisation("hotline")
    report = make_report(desk)
    Item.everywhere.filter(report=report).update(
        known_list="A", known_release="1", known_entry="e1", known_class="S A", known_kind="md5"
    )
    item = Item.everywhere.get(report=report)
    met = [("A", "e1", "S A", "md5"), ("A", "e2", "S A", "md5"), ("B", "x", "S B", "md5"), ("C", "y", "", "pdq")]
    more = [(f"D{number}", "z", "S A", "md5") for number in range(5)]
    ItemMatch.everywhere.bulk_create(
        ItemMatch(item=item, list=name, release="7", entry=entry, class_given=said, kind=kind, distance=kind == "pdq")
        for name, entry, said, kind in [*met, *more]
    )
    page = client.get(opened(client, make_person("analyst", desk), report)).content.decode()
    for words in (
        *("List A, release 1: S A", "Also B, release 7: S B", "Near, also C, release 7: no class (distance 1)"),
        *("Also D2, release 7: S A", "and 2 more classes of lists"),
    ):
        assert page.count(words) == 1, words
    assert "Also A" not in page
    assert "Also D3" not in page
