"""A recall reaches everything that rested on the entry, and everybody concerned acknowledges."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from tests.node.factories import make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.matched import add_finding

from vaern.node.base.refusals import Conflict
from vaern.node.base.scope import viewing
from vaern.node.casework.models import Release
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.base import standing
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.curation.retention import end_entries
from vaern.node.lists.models import EntryRecall, ListEntry, LookupBatch, LookupCall, LookupHit, RecallEffect
from vaern.node.lists.recalls import actions, jobs, many, queries, tracing
from vaern.node.lists.recalls.items import waiting_items
from vaern.node.lists.rules.effects import EffectState, RecallReason
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.scans import actions as scanning
from vaern.node.scans.models import Scan
from vaern.node.web.items import lines_of

pytestmark = pytest.mark.django_db(transaction=True)


def looked_up(organisation: Any, list_: str, entry: str, times: int = 1) -> None:
    """Write down that a program of an organisation was told of an entry."""
    now, ends = timezone.now(), timezone.localdate() + timedelta(days=9)
    batch = LookupBatch.everywhere.create(
        organisation=organisation, at=now, until=now, calls=times, signals=times, root=bytes(32), leaves=b"", ends=ends
    )
    for place in range(times):
        call = LookupCall.everywhere.create(
            organisation=organisation, batch=batch, position=place, at=now, index="", call=uuid4()
        )
        LookupHit.everywhere.create(answered=call, list=list_, release="1", entry=entry, kind="pdq", act="block")


def recall(owner: Any, row: Any) -> EntryRecall:
    with viewing(owner.organisation.id):
        made = curation.recall(owner, QUALITY, row, RecallReason.NOT_CSAM)
    tracing.trace(made.pk)
    made.refresh_from_db()
    return made


def effects(made: EntryRecall) -> dict[tuple[str, str], int]:
    found = RecallEffect.everywhere.filter(recall=made)
    return {(one.organisation.name, one.kind): one.matches for one in found.select_related("organisation")}


def test_all_that_rested_on_it_is_found_and_nothing_else():
    owner = curator()
    hash_list = make_list(owner)
    row, other = add(owner, hash_list, entry_of("a"), entry_of("b"))
    examiner = viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
    platform = make_organisation(OrganisationKind.PLATFORM)
    scan = Scan.everywhere.create(
        organisation=examiner.organisation, reference="one", review_date=timezone.localdate() + timedelta(days=9)
    )
    for number, entry in ((901, "a"), (902, "a"), (903, "b")):
        add_finding(scan, number, [("another", "z"), ("known", entry)])
    looked_up(platform, "known", "a", 3)
    looked_up(platform, "known", "b")
    looked_up(owner.organisation, "another", "a")
    made = recall(owner, row)
    assert effects(made) == {(examiner.organisation.name, "scan"): 2, (platform.name, "lookup"): 3}
    assert tracing.trace(made.pk) == 2  # again: nothing twice
    assert RecallEffect.everywhere.filter(recall=made).count() == 2
    assert effects(recall(owner, other)) == {(examiner.organisation.name, "scan"): 1, (platform.name, "lookup"): 1}


def test_whoever_receives_the_list_is_concerned():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    police = make_organisation(OrganisationKind.POLICE)
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        curation.release(owner, QUALITY, hash_list, [police.pk], terms(Handling.AMBER, until))
    assert effects(recall(owner, row)) == {(police.name, "subscriber"): 1}


def test_what_rested_on_one_entry_is_one_line_of_the_front_page():
    """Each line leads on: when one effect is acknowledged, the next of the recall stands there."""
    owner = curator()
    hash_list = make_list(owner)
    rows = add(owner, hash_list, entry_of("a"), entry_of("b"))
    platform = make_organisation(OrganisationKind.PLATFORM)
    moderator = viewer_for(make_person(Role.MODERATOR, platform))
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        curation.release(owner, QUALITY, hash_list, [platform.pk], terms(Handling.AMBER, until))
    looked_up(platform, "known", "a")
    made = [recall(owner, row) for row in rows]
    now = timezone.now()
    with viewing(platform.id):
        found = [("entries", item) for item in waiting_items(moderator)]
        assert len(found) == 3
        lines = [line for group in lines_of(found, now, now).values() for line in group]
        assert {line.item.about for line in lines} == {f"entry_recall/{one.pk}" for one in made}
        assert len(lines) == 2
    assert sum("You receive this list" in str(item.what) for _kind, item in found) == 2


def test_read_then_acknowledged_then_never_again():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    platform = make_organisation(OrganisationKind.PLATFORM)
    looked_up(platform, "known", "a")
    made = recall(owner, row)
    moderator = viewer_for(make_person(Role.MODERATOR, platform))
    with viewing(platform.id):
        (effect,) = queries.concerning(moderator, {}).rows
        assert effect.state == EffectState.TO_TELL
        actions.told([effect])
        actions.acknowledge(moderator, QUALITY, effect)
        with pytest.raises(Conflict):
            actions.acknowledge(moderator, QUALITY, effect)
    with viewing(owner.organisation.id):
        (seen,) = queries.opened(owner, made, QUALITY).effects
    assert (seen.state, seen.words, seen.told_at is not None) == ("acknowledged", "in a test", True)


def test_nobody_reads_what_concerns_another_organisation():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    looked_up(make_organisation(OrganisationKind.PLATFORM), "known", "a")
    recall(owner, row)
    stranger = viewer_for(make_person(Role.MODERATOR))
    with viewing(stranger.organisation.id):
        assert queries.concerning(stranger, {}).rows == []
        assert queries.waiting(stranger).mine.first == []


def test_who_has_not_acknowledged_in_time_is_named():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    platform = make_organisation(OrganisationKind.PLATFORM)
    looked_up(platform, "known", "a")
    made = recall(owner, row)
    with viewing(owner.organisation.id):
        assert queries.waiting(owner).overdue.first == []
    EntryRecall.everywhere.filter(pk=made.pk).update(
        at=timezone.now() - queries.ACKNOWLEDGED_WITHIN - timedelta(hours=1)
    )
    with viewing(owner.organisation.id):
        assert [one.organisation.name for one in queries.waiting(owner).overdue.first] == [platform.name]


@pytest.mark.once
def test_of_many_recalls_those_that_rested_nothing_are_told_at_once_and_the_others_one_by_one():
    """As following each of them alone, in whichever parts."""
    owner = curator()
    hash_list = make_list(owner)
    add(owner, hash_list, *(entry_of(str(number)) for number in range(25)))
    police, platform = make_organisation(OrganisationKind.POLICE), make_organisation(OrganisationKind.PLATFORM)
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        curation.release(owner, QUALITY, hash_list, [police.pk], terms(Handling.AMBER, until))
    looked_up(platform, "known", "3", 2)
    looked_up(platform, "another", "4")
    EntryRecall.everywhere.bulk_create(
        EntryRecall(list=hash_list, ident=str(number), why=RecallReason.WITHDRAWN.value, by_source=True)
        for number in range(25)
    )
    found = many.parts(24)
    assert sum(len(part.recalls) for part in found) == 24
    cut = [many.Part(found[0].list, part) for part in (found[0].recalls[:10], found[0].recalls[10:])]
    done = sum(map(many.trace_unmatched, cut))
    left = EntryRecall.everywhere.filter(traced_at=None)
    assert done + left.count() == 25
    assert left.filter(ident="3").exists()
    assert sum(map(many.trace_unmatched, cut)) == 0, "nothing twice"
    jobs.trace_all()
    assert not EntryRecall.everywhere.filter(traced_at=None).exists()
    for one in EntryRecall.everywhere.all():
        expected = {(police.name, "subscriber"): 1, **({(platform.name, "lookup"): 2} if one.ident == "3" else {})}
        assert effects(one) == expected
        tracing.trace(one.pk)
        assert effects(one) == expected


def test_an_entry_that_was_recalled_ended_and_came_again_can_be_recalled_again():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    first = recall(owner, row)
    ListEntry.everywhere.filter(pk=row.pk).update(ends=timezone.localdate())
    end_entries()
    standing.follow(hash_list.pk)
    end_entries()  # the bare row goes once no list on disk has it, and its matches know
    (again,) = add(owner, hash_list, entry_of("a"))
    second = recall(owner, again)
    assert list(EntryRecall.everywhere.filter(ended_at=None)) == [second]
    assert EntryRecall.everywhere.filter(pk=first.pk).exists()


def test_what_came_by_receiving_a_list_is_acknowledged_at_once_and_nothing_else():
    """Of each effect: acknowledged where it is the organisation's own, of that list, by receiving it, and seen."""
    owner, other = curator(), curator()
    receiver, beside = (viewer_for(make_person(Role.CURATOR)) for _ in range(2))
    lists = [make_list(owner), make_list(other, name="another")]
    for keeper, hash_list in zip((owner, other), lists, strict=True):
        with viewing(keeper.organisation.id):
            ids = [receiver.organisation.id, beside.organisation.id]
            curation.release(
                keeper, QUALITY, hash_list, ids, terms(Handling.AMBER, timezone.now() + timedelta(days=30))
            )
    rows = add(owner, lists[0], *(entry_of(name) for name in "abcd"))
    looked_up(receiver.organisation, "known", "a")
    for row in rows[:3]:
        recall(owner, row)
    recall(other, add(other, lists[1], entry_of("z"))[0])
    with viewing(receiver.organisation.id):
        (offered,) = queries.many_received()
        assert (offered.hash_list.pk, offered.number) == (lists[0].pk, 3)
        shown = queries.received_of(lists[0].pk)
        assert shown == offered
        single = queries.received_of(lists[1].pk)
        assert single is not None
        assert single.number == 1
    recall(owner, rows[3])  # after the page was shown
    mine = RecallEffect.everywhere.filter(organisation=receiver.organisation.id, recall__list=lists[0])
    wanted = {one.pk for one in mine.filter(kind="subscriber", pk__lte=shown.last)}
    with viewing(receiver.organisation.id):
        assert actions.acknowledge_received(receiver, QUALITY, shown.hash_list, shown.last) == 3
        with pytest.raises(Conflict):
            actions.acknowledge_received(receiver, QUALITY, shown.hash_list, shown.last)
    done = RecallEffect.everywhere.filter(state=EffectState.ACKNOWLEDGED.value)
    assert {one.pk for one in done} == wanted
    assert all(one.told_at and one.acknowledged_by == receiver.person for one in done)
    (entry,) = LedgerEntry.objects.filter(act="lists.recalls.acknowledged")
    assert (entry.count, entry.recipient) == (3, owner.organisation.id)


def test_what_is_open_stands_first_and_of_it_the_oldest():
    owner = curator()
    hash_list = make_list(owner)
    receiver = viewer_for(make_person(Role.CURATOR))
    with viewing(owner.organisation.id):
        curation.release(
            owner,
            QUALITY,
            hash_list,
            [receiver.organisation.id],
            terms(Handling.AMBER, timezone.now() + timedelta(days=30)),
        )
    for row in add(owner, hash_list, *(entry_of(name) for name in "abcd")):
        recall(owner, row)
    with viewing(receiver.organisation.id):
        second = RecallEffect.objects.order_by("pk")[1]
        actions.acknowledge(receiver, QUALITY, second)
        page = queries.concerning(receiver, {})
    numbers = [one.pk for one in page.rows]
    assert numbers == [*sorted(set(numbers) - {second.pk}), second.pk]


def test_the_page_of_a_list_acknowledges_what_it_showed():
    owner = curator()
    hash_list = make_list(owner)
    receiver = viewer_for(make_person(Role.CURATOR))
    with viewing(owner.organisation.id):
        curation.release(
            owner,
            QUALITY,
            hash_list,
            [receiver.organisation.id],
            terms(Handling.AMBER, timezone.now() + timedelta(days=30)),
        )
    for row in add(owner, hash_list, entry_of("a"), entry_of("b")):
        recall(owner, row)
    client = Client()
    sign_in(client, receiver.person)
    address = reverse("lists:acknowledge-received", args=[hash_list.pk])
    assert address in client.get(reverse("lists:concerning")).content.decode()
    (form,) = [form for form in html.fromstring(client.get(address).content.decode()).forms if "version" in form.fields]
    given = {**dict(form.fields), "why": QUALITY.why.value, "words": "our programs fetch the list each minute"}
    answer = client.post(address, given)
    assert answer.status_code == 302, answer.content.decode()
    left = RecallEffect.everywhere.filter(organisation=receiver.organisation.id)
    assert {one.state for one in left} == {EffectState.ACKNOWLEDGED.value}
    assert client.get(address).status_code == 404, "nothing is left"


def test_a_record_that_is_not_theirs_any_more_is_named_and_leads_nowhere():
    owner = curator()
    (row,) = add(owner, make_list(owner), entry_of("a"))
    examiner = viewer_for(make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE)))
    police = make_organisation(OrganisationKind.POLICE)
    receiver = viewer_for(make_person(Role.IDENTIFIER, police))
    scan = Scan.everywhere.create(
        organisation=examiner.organisation,
        reference="one",
        state="to_review",
        review_date=timezone.localdate() + timedelta(days=9),
    )
    add_finding(scan, 901, [("known", "a")])
    until = timezone.now() + timedelta(days=30)
    with viewing(examiner.organisation.id):
        (given,) = scanning.release(examiner, QUALITY, scan, [police.pk], terms(Handling.AMBER, until))
    recall(owner, row)
    client = Client()
    sign_in(client, receiver.person)
    effect = RecallEffect.everywhere.get(organisation=police)
    pages = [reverse("lists:concerning"), reverse("lists:acknowledge-effect", args=[effect.pk])]
    there = f'href="{reverse("scans:scan", args=[scan.pk])}"'
    for page in pages:
        assert there in client.get(page).content.decode()
    Release.everywhere.filter(pk=given.pk).update(recalled_at=timezone.now())
    for page in pages:
        shown = client.get(page).content.decode()
        assert effect.code in shown
        assert there not in shown
