"""What the page of a record offers, held against the table of its machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import resolve
from lxml import html

from vaern.node.web.records import Rank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.test import Client

    from vaern.node.web.records import Head

WHY = {"why": "investigation", "words": "made up for a test"}


def head_of(client: Client, address: str) -> Head:
    """Open the page of a record, with a reason where it is asked for, and return its head."""
    answer = client.get(address)
    for form in html.fromstring(answer.content.decode()).xpath("//main//form[.//input[@name='reason-why']]"):
        client.post(form.action, {**dict(form.fields), "reason-why": WHY["why"], "reason-words": WHY["words"]})
        answer = client.get(address)
    assert answer.status_code == 200
    found: Head = answer.context["head"]
    return found


def assert_offered_is_allowed(
    client: Client,
    head: Head,
    state: object,
    table: Mapping[Any, object],
    events: Mapping[str, object],
) -> None:
    """Each act that is not barred is allowed by the table, and its page opens."""
    assert len({str(one.label) for one in head.offers}) == len(head.offers)
    for one in head.offers:
        if one.obstacle:
            assert one is not head.first
            assert one.step is None or client.get(one.step[1]).status_code == 200
            continue
        found = resolve(one.url.partition("?")[0])
        event = found.kwargs.get("event") or events[found.view_name]
        assert event is None or (state, event) in table, (state, one.url)
        assert one.post or client.get(one.url).status_code == 200, one.url
    ends = [one.rank for one in head.others]
    assert ends == sorted(ends)
    assert head.first is None or head.first.rank is Rank.NEXT
