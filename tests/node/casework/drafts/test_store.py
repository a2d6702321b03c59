"""The store of drafts against a plain dictionary: one a form, for its own person alone, not beyond its end."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.node.factories import make_person

from vaern.node.base.jobs import NIGHTLY
from vaern.node.casework.drafts import store
from vaern.node.casework.drafts.models import Draft
from vaern.node.casework.drafts.rules import LIFE, LONGEST, MOST, Typed

if TYPE_CHECKING:
    from uuid import UUID

pytestmark = pytest.mark.django_db

ADDRESSES = ("/people/invite/", "/keys/new/", "/a/")
WHO = st.integers(0, 2)
WHERE = st.sampled_from(ADDRESSES)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)


@pytest.mark.once
def test_what_was_typed_comes_back_to_its_person_alone_until_it_ends(  # noqa: C901 - a machine of small rules
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = [make_person().pk for _ in range(3)]
    clock = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])

    class Drafts(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            Draft.objects.all().delete()
            self.model: dict[tuple[UUID, str, str], tuple[str, dt.datetime]] = {}

        def alive(self) -> dict[tuple[UUID, str, str], tuple[str, dt.datetime]]:
            return {key: found for key, found in self.model.items() if found[1] + LIFE > clock[0]}

        @rule(who=WHO, page=WHERE, form=WHERE, words=WORDS)
        def type_into(self, who: int, page: str, form: str, words: str) -> None:
            assert store.keep(people[who], Typed(page, form, {"words": [words]}))
            self.model[people[who], page, form] = (words, clock[0])

        @rule(who=WHO, form=WHERE)
        def save(self, who: int, form: str) -> None:
            store.saved(people[who], form)
            self.model = {key: v for key, v in self.model.items() if (key[0], key[2]) != (people[who], form)}

        @rule(who=WHO, page=WHERE, form=WHERE)
        def discard(self, who: int, page: str, form: str) -> None:
            store.discard(people[who], page, form)
            self.model.pop((people[who], page, form), None)

        @rule(hours=st.integers(1, 120))
        def wait(self, hours: int) -> None:
            clock[0] += dt.timedelta(hours=hours)

        @rule()
        def night(self) -> None:
            NIGHTLY["drafts"]()
            assert Draft.objects.count() == len(self.alive()), "what has ended is gone"

        @rule(who=WHO)
        def forget(self, who: int) -> None:
            store.forget(people[who])
            self.model = {key: v for key, v in self.model.items() if key[0] != people[who]}

        @invariant()
        def each_finds_their_own(self) -> None:
            for person in people:
                for page in ADDRESSES:
                    found = {(d.typed.form, d.typed.values["words"][0], d.at) for d in store.of_page(person, page)}
                    wanted = {(f, *kept) for (who, p, f), kept in self.alive().items() if (who, p) == (person, page)}
                    assert found == wanted

    quick = settings(
        max_examples=8,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    run_state_machine_as_test(Drafts, settings=quick)


def test_no_word_of_a_draft_stands_in_the_database_and_none_opens_for_another() -> None:
    mine, theirs = make_person().pk, make_person().pk
    store.keep(mine, Typed("/a/", "/a/", {"words": ["quite a secret"]}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, drafts_draft::text FROM drafts_draft")
        ((sealed, whole),) = cursor.fetchall()
    assert b"quite" not in bytes(sealed)
    assert "quite" not in whole
    Draft.objects.update(person=theirs)  # as if the row had been moved: it is sealed for its person
    assert store.of_page(theirs, "/a/") == []


def test_the_oldest_goes_where_there_are_too_many() -> None:
    person = make_person().pk
    for n in range(MOST + 3):
        store.keep(person, Typed(f"/{n}/", "/a/", {"n": [str(n)]}))
    assert {row.page for row in Draft.objects.all()} == {f"/{n}/" for n in range(3, MOST + 3)}


@pytest.mark.parametrize(
    "typed",
    [
        Typed("/a/", "/a/", {"words": ["  "], "more": []}),
        Typed("/a/", "/a/", {"words": ["x" * (LONGEST + 1)]}),
        Typed("/" * 501, "/a/", {"words": ["x"]}),
    ],
)
def test_nothing_and_too_much_are_not_kept(typed: Any) -> None:
    assert not store.keep(make_person().pk, typed)
    assert not Draft.objects.exists()
