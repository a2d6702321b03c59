"""Every act that any app registers is a whole sentence in both languages, with names and never with codes."""

from __future__ import annotations

import re
import string
from itertools import product
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import translation
from tests.node.factories import make_key, make_member, make_organisation, make_person, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Subject, Why, acts
from vaern.node.organisations.rules import OrganisationKind, Permission, Role
from vaern.node.oversight.names import KINDS, Names, casework_models, kind_label
from vaern.node.oversight.sentences import PLACEHOLDERS, compose, lines
from vaern.node.oversight.sight import Sight

if TYPE_CHECKING:
    from vaern.node.organisations.models import Person

LANGUAGES = ("en", "da")
CODES = sorted(code for code in acts() if not code.startswith("test."))
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}")


@pytest.fixture
def overseer() -> Person:
    return make_person(Role.OVERSIGHT, make_organisation(OrganisationKind.OVERSIGHT))


def placeholders(sentence: str) -> set[str]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(sentence) if name is not None}


def test_the_list_of_acts_is_not_empty() -> None:
    assert len(CODES) > 40


@pytest.mark.once
@pytest.mark.parametrize("code", CODES)
def test_a_sentence_asks_for_what_every_entry_has_and_says_the_same_in_danish(code: str) -> None:
    sentence = acts()[code].sentence
    with translation.override("da"):
        danish = translation.gettext(sentence)
    assert danish != sentence, f"{code} has no Danish sentence: add it to its app's locale and run `make messages`"
    assert placeholders(sentence) == placeholders(danish)
    assert placeholders(sentence) <= PLACEHOLDERS
    assert not sentence.endswith("."), "sentences stand in lists, without a full stop"


@pytest.mark.once
@pytest.mark.parametrize("code", CODES)
def test_a_number_governs_no_word_so_that_one_reads_as_well_as_many(code: str) -> None:
    for language in LANGUAGES:
        with translation.override(language):
            _before, _count, after = translation.gettext(acts()[code].sentence).partition("{count}")
        assert not after.startswith(" "), language


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("app", sorted({code.partition(".")[0] for code in CODES}))
def test_a_sentence_is_filled_with_names(app: str, overseer: Person) -> None:
    actor, recipient = make_person(Role.ANALYST), make_organisation(OrganisationKind.HUB)
    other = make_person(Role.ANALYST, actor.organisation)
    subjects = {
        "person": (other.subject, other.name),
        "organisation": (recipient.subject, recipient.name),
        "member": ((member := make_member()).subject, member.name),
        "api_key": ((key := make_key(actor, Permission.SCAN_VIEW)[0]).subject, key.name),
    }
    sight, why = Sight.of(viewer_for(overseer)), Reason(Why.OTHER, "because")
    told = list(product((acts()[code] for code in CODES if code.startswith(f"{app}.")), subjects.values()))
    with transaction.atomic():
        numbers = [
            record(act, subject, actor.actor, why, recipient=recipient.id, count=7) for act, (subject, _name) in told
        ]
    entries = list(Entry.objects.filter(id__in=numbers).order_by("id"))
    for language in LANGUAGES:
        with viewing(overseer.organisation_id), translation.override(language):
            said = lines(sight, entries)
        for (act, (_subject, name)), line in zip(told, said, strict=True):
            assert line.words == "because"
            text = line.sentence
            wanted = {"person": actor.name, "subject": name, "recipient": recipient.name, "count": "7"}
            for placeholder in placeholders(act.sentence):
                assert wanted[placeholder] in text, f"{act.code}: {text!r} does not name its {placeholder}"
            assert "{" not in text
            assert "%(" not in text
            assert act.code not in text
            assert not UUID_TEXT.search(text), text


def test_every_kind_of_record_is_called_something() -> None:
    same = {"person", "organisation", "invitation", "mail"}  # words that both languages have
    for kind in (*KINDS, *casework_models()):
        with translation.override("en"):
            english = kind_label(kind)
        with translation.override("da"):
            assert (kind_label(kind) == english) == (kind in same), kind
        assert "_" not in english


@pytest.mark.django_db
def test_erased_unknown_and_foreign_people_have_no_name(overseer: Person) -> None:
    actor = make_person(Role.ANALYST)
    foreign = make_person(Role.ANALYST)
    own_overseer = make_person(Role.OVERSIGHT, actor.organisation)
    act = acts()["organisations.person.consulted"]
    with transaction.atomic():
        record(act, actor.subject, foreign.actor, Reason(Why.ADMINISTRATION))
        record(act, Subject("person", uuid4(), actor.organisation_id), actor.actor, Reason(Why.ADMINISTRATION))
        record(act, actor.subject, Actor(), Reason(Why.ADMINISTRATION))
    type(actor).everybody.filter(pk=actor.pk).update(
        email="", name="", password="", is_active=False, erased_at=actor.created_at
    )
    whole, part = Sight.of(viewer_for(overseer)), Sight.of(viewer_for(own_overseer))
    with viewing(own_overseer.organisation_id), translation.override("en"):
        entries = list(Entry.objects.order_by("id"))
        of_node = [line.sentence for line in lines(whole, entries)]
        of_part = [line.sentence for line in lines(part, entries)]
    erased = f"a person whose data was erased (id {str(actor.pk)[:8]})"
    assert of_node[0] == f"{foreign.name} opened the page of {erased}"
    assert of_part[0] == f"Somebody at {foreign.organisation.name} opened the page of {erased}"
    assert "a person who is not here" in of_node[1]
    assert of_node[2].startswith("The node ")


@pytest.mark.django_db
def test_a_page_takes_a_fixed_number_of_queries(overseer: Person, django_assert_num_queries) -> None:
    act = acts()["organisations.person.consulted"]
    for _ in range(30):
        with transaction.atomic():
            record(act, make_person().subject, make_person().actor, Reason(Why.ADMINISTRATION, "why"))
    entries = list(Entry.objects.all())
    sight = Sight.of(viewer_for(overseer))
    with viewing(overseer.organisation_id), django_assert_num_queries(3):  # people, organisations, notes
        lines(sight, entries)


@pytest.mark.django_db
def test_an_act_of_a_newer_node_is_said_by_its_verb(overseer: Person) -> None:
    person = make_person()
    act = type(acts()["organisations.person.consulted"])("later.thing.done", acts()[CODES[0]].verb, "{person} later")
    with transaction.atomic():
        number = record(act, person.subject, person.actor, Reason(Why.ADMINISTRATION))
    entry = Entry.objects.get(id=number)
    with viewing(overseer.organisation_id), translation.override("en"):
        text = "".join(part.text for part in compose(entry, Names(Sight.of(viewer_for(overseer)), [entry])))
    assert person.name in text
    assert "{" not in text
