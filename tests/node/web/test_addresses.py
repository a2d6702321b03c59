"""The address of a row, by its id or number: as the router says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.web.addresses import addresses

if TYPE_CHECKING:
    from uuid import UUID


@given(st.uuids(), st.integers(min_value=0))
def test_a_number_is_what_the_router_says_too(record: UUID, row: int) -> None:
    assert addresses("lists:entry", record, numbered=True)(row) == reverse("lists:entry", args=[record, row])


@given(st.sampled_from(["reports:report", "reports:claim", "cases:case"]), st.uuids())
def test_it_is_what_the_router_says(route: str, row: UUID) -> None:
    assert addresses(route)(row) == reverse(route, args=[row])
