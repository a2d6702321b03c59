"""Do something at its page, and undo it from what the page says: all stands as before, under an entry of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse
from tests.node.factories import sign_in

from vaern.node.ledger.models import Entry
from vaern.node.web.results import of_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vaern.node.organisations.models import Person


def does(person: Person, name: str, args: list[object], given: Mapping[str, Any]) -> tuple[Client, str, dict[str, Any]]:
    """Do something as a person at the page of that name; return the client, what is said, and what stands beside it."""
    client = Client()
    sign_in(client, person)
    page = client.post(reverse(name, args=args), given, follow=True)
    assert page.redirect_chain, page.content.decode()[:3000]
    *_earlier, message = page.context["messages"]
    return client, str(message), of_message(message)


def undone(
    person: Person, name: str, args: list[object], given: Mapping[str, Any], stands: Callable[[], object]
) -> None:
    """Hold the law: what is undone at once is as it was before, nothing has to be typed, and the ledger says it.

    Args:
        person: who acts, and undoes it.
        name, args, given: the page of the act, and what is sent to it.
        stands: what an undo has to bring back.
    """
    before = stands()
    client, said, beside = does(person, name, args, given)
    assert said
    assert stands() != before, "it did something"
    entries, fields = Entry.objects.count(), dict[str, list[str]]()
    for field, value in beside["undo"]["inputs"]:
        fields.setdefault(field, []).append(value)
    answer = client.post(beside["undo"]["url"], fields)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert stands() == before
    assert Entry.objects.count() > entries, "an entry of its own"
