"""Single-key shortcuts are a person's own choice, for every page (WCAG 2.1.4)."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.node.factories import make_person, sign_in

from vaern.node.ledger.models import Entry
from vaern.node.organisations import acts
from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db
OFF = b'data-single-keys="off"'


def browser(person: Person) -> Client:
    client = Client()
    sign_in(client, person)
    return client


@pytest.mark.once
def test_they_are_on_until_a_person_chooses_and_then_as_chosen_on_every_page() -> None:
    person, colleague = make_person("analyst"), make_person("analyst")
    client = browser(person)
    for chosen in ({}, {"single_keys": "on"}, {}):
        for path in ("/", "/account/", "/directory/", "/reports/"):
            was_off = not Person.everybody.get(pk=person.pk).single_keys
            assert (OFF in client.get(path).content) is was_off, path
        answer = client.post("/account/single-keys/", chosen)
        assert (answer.status_code, answer["Location"]) == (302, "/account/#keyboard")
        assert Person.everybody.get(pk=person.pk).single_keys is bool(chosen)
    assert OFF not in browser(colleague).get("/").content
    entries = Entry.objects.filter(act=acts.SINGLE_KEYS_CHOSEN.code)
    assert {entry.person for entry in entries} == {person.pk}
    assert len(entries) == 3
