"""Who saves over what somebody else changed is told, also where the page lost its mark."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from vaern.node.web.versions import OF_NO_PAGE, given_number, given_version, mark_of, overtaken

SENT = [{}, {"version": ""}, {"version": OF_NO_PAGE}, {"version": mark_of("older")}]


@pytest.mark.parametrize("sent", SENT)
def test_a_form_without_the_mark_that_its_page_carried_is_one_of_an_old_page(sent: dict[str, str]) -> None:
    now = mark_of("now")
    assert overtaken(given_version(RequestFactory().post("/", sent), now), now)
    assert not overtaken(given_version(RequestFactory().post("/", {"version": now}), now), now)
    assert not overtaken(given_version(RequestFactory().get("/"), now), now)


@pytest.mark.parametrize("sent", SENT)
def test_a_form_without_a_number_has_one_that_nothing_ever_had(sent: dict[str, str]) -> None:
    assert given_number(RequestFactory().post("/", sent), 7) == -1
    assert given_number(RequestFactory().post("/", {"version": "6"}), 7) == 6
    assert given_number(RequestFactory().get("/"), 7) == 7


def test_of_what_is_new_no_page_carries_a_mark() -> None:
    assert not overtaken(given_version(RequestFactory().post("/", {}), None), mark_of("now"))
