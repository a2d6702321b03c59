"""An arrival becomes one report, once; what repeats an earlier one is found, and urgency is never hidden."""

from __future__ import annotations

import pytest
from tests.node.factories import make_organisation, make_person, viewer_for

from vaern.arrivals import Arrival, File, Location
from vaern.node.casework.idempotency import KeyReusedError, Repeatable
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival.actions import anonymous, receive
from vaern.node.reports.base.content import arrival_of, item_of
from vaern.node.reports.models import Item, ItemMatch, LegalReview, Report
from vaern.records import Signal

pytestmark = pytest.mark.django_db
WHY = Reason(Why.INVESTIGATION)


@pytest.fixture
def desk():
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def platform():
    return make_organisation(OrganisationKind.PLATFORM)


def sent(desk, platform, **fields):
    person = make_person(Role.MODERATOR, platform) if not platform.people.exists() else platform.people.first()
    return receive(viewer_for(person), WHY, desk, Arrival("api", **fields), sender=platform)


def sha(number: int) -> File:
    return File(signals=(Signal("sha256", bytes([number]) * 32),))


def test_what_was_sent_comes_back_and_is_sealed(desk, platform):
    given = {"narrative": "words", "locations": (Location(url="https://h.example/secret"),), "files": (sha(1),)}
    report, made = sent(desk, platform, **given)
    assert made
    report = Report.everywhere.get(pk=report.pk)
    assert arrival_of(report) == Arrival("api", **given)
    assert b"secret" not in bytes(report.sealed)
    contents = [item_of(item) for item in Item.everywhere.filter(report=report).order_by("number")]
    assert {content.location for content in contents} == {None, given["locations"][0]}
    assert Entry.objects.filter(subject=report.pk).count() == 1


def test_the_same_again_is_the_first(desk, platform):
    first, _ = sent(desk, platform, reference="r1", narrative="a")
    again, made = sent(desk, platform, reference="r1", narrative="a")
    assert (again.pk, made) == (first.pk, False)
    with pytest.raises(KeyReusedError):
        sent(desk, platform, reference="r1", narrative="b")
    assert Report.everywhere.count() == 1
    assert Entry.objects.filter(kind="report").count() == 1


def test_two_senders_have_their_own_references(desk, platform):
    other = make_organisation(OrganisationKind.PLATFORM)
    assert sent(desk, platform, reference="r1")[0].pk != sent(desk, other, reference="r1")[0].pk


def test_two_citizens_who_say_the_same_have_a_report_each(desk):
    arrival = Arrival("public", locations=(Location(url="https://h.example/a"),))
    first, _ = receive(anonymous(desk), WHY, desk, arrival)
    second, made = receive(anonymous(desk), WHY, desk, arrival)
    assert made
    assert second.duplicate_of_id == first.pk
    assert second.state == "duplicate"


@pytest.mark.parametrize("urgency", [{"danger_now": True}, {"ongoing": True}, {"offence": "live_abuse"}])
def test_urgency_is_never_set_aside(desk, urgency):
    places = (Location(url="https://h.example/a"),)
    receive(anonymous(desk), WHY, desk, Arrival("public", locations=places))
    report, _ = receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, **urgency))
    assert (report.state, report.urgent, report.items_seen) == ("arrived", True, 1)
    assert report.due_at is not None


def test_new_words_are_never_set_aside(desk):
    places = (Location(url="https://h.example/a"),)
    receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, narrative="One  thing"))
    new, _ = receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, narrative="Another"))
    old, _ = receive(anonymous(desk), WHY, desk, Arrival("public", locations=places, narrative="one thing"))
    assert (new.state, old.state) == ("arrived", "duplicate")


# What is known, seen, and stopped ------------------------------------------------------------------------------------


def look(number: int, *, bits: int = 0, digest: int = 0) -> File:
    """A file with a PDQ that differs in some bits from the one of this number."""
    value = int.from_bytes(bytes([number, 255 - number] * 16)) ^ ((1 << bits) - 1)
    digests = (Signal("sha256", bytes([digest]) * 32),) if digest else ()
    return File(signals=(*digests, Signal("pdq", value.to_bytes(32), quality=80)))


def test_a_file_that_looks_alike_counts_as_new_and_makes_no_duplicate(desk, platform):
    sent(desk, platform, files=(look(1, digest=1),))
    near, _ = sent(desk, platform, files=(look(1, bits=31, digest=2),))
    far, _ = sent(desk, platform, files=(look(1, bits=120, digest=3),))
    item = Item.everywhere.get(report=near)
    assert (near.state, near.items_seen, item.seen_by) == ("arrived", 0, "pdq")
    assert (far.items_seen, Item.everywhere.get(report=far).seen_by) == (0, "")


def test_the_same_file_at_a_new_place_is_seen_and_makes_no_duplicate(desk, platform):
    file = sha(1)
    sent(desk, platform, files=(File(signals=file.signals, location=Location(url="https://a.example/")),))
    new, _ = sent(desk, platform, files=(File(signals=file.signals, location=Location(url="https://b.example/")),))
    same, _ = sent(desk, platform, files=(File(signals=file.signals, location=Location(url="https://A.example/#x")),))
    assert (new.state, new.items_seen) == ("arrived", 1)
    assert (same.state, same.items_seen) == ("duplicate", 1)


def test_what_only_together_was_in_two_reports_makes_no_duplicate(desk, platform):
    sent(desk, platform, files=(sha(1),))
    sent(desk, platform, files=(sha(2),))
    both, _ = sent(desk, platform, files=(sha(1), sha(2)))
    again, _ = sent(desk, platform, files=(sha(2), sha(1)), reference="again")
    assert (both.state, both.items_seen) == ("arrived", 2)
    assert (again.state, again.duplicate_of_id) == ("duplicate", both.pk)


def test_a_duplicate_of_a_duplicate_is_one_of_the_first(desk):
    arrival = Arrival("public", locations=(Location(url="https://h.example/a"),))
    first, *others = [receive(anonymous(desk), WHY, desk, arrival)[0] for _ in range(3)]
    assert {other.duplicate_of_id for other in others} == {first.pk}


def test_nothing_is_set_aside_against_a_closed_report(desk):
    arrival = Arrival("public", locations=(Location(url="https://h.example/a"),))
    first, _ = receive(anonymous(desk), WHY, desk, arrival)
    Report.everywhere.filter(pk=first.pk).update(state="closed", closed_at=first.created_at)
    assert receive(anonymous(desk), WHY, desk, arrival)[0].state == "arrived"


def test_other_organisations_reports_are_not_met(desk, platform):
    other = make_organisation(OrganisationKind.HOTLINE)
    sent(other, platform, files=(look(1, digest=1),))
    report, _ = sent(desk, platform, files=(look(1, digest=1),))
    assert (report.state, report.items_seen) == ("arrived", 0)


@pytest.fixture
def listed(tmp_path, settings):
    from vaern.matching import build_package
    from vaern.records import Entry as ListEntry

    entries = [
        ListEntry("one", (Signal("sha256", bytes([1]) * 32),)),
        ListEntry("two", (look(7).signals[-1],)),
    ]
    (tmp_path / "lists" / "no-list").mkdir(parents=True)
    build_package(tmp_path / "lists" / "first", entries, name="A list", release="1")
    settings.LISTS = tmp_path / "lists"


def test_what_is_on_a_list_at_hand_is_known_and_can_be_replayed(desk, platform, listed):
    report, _ = sent(desk, platform, files=(sha(1), look(7, bits=3, digest=2), sha(3)))
    items = list(Item.everywhere.filter(report=report).order_by("number"))
    assert report.items_known == 1, "what is only near waits for a person"
    assert [(item.known_entry, item.known_distance) for item in items] == [("one", 0), ("two", 3), ("", None)]
    assert {item.known_list for item in items} == {"A list", ""}


def test_a_hit_on_a_disputed_entry_is_kept_and_makes_nothing_known(desk, platform, tmp_path, settings):
    from vaern.matching import build_package
    from vaern.records import Entry as ListEntry
    from vaern.records import Vote

    no = Vote("A hotline", "negative")
    mine, theirs = Signal("sha256", bytes([1]) * 32), Signal("sha256", bytes([2]) * 32)
    doubted = [ListEntry("a", (mine,), votes=(no,)), ListEntry("b", (theirs,), votes=(no,))]
    settled = [ListEntry("c", (theirs,), votes=(Vote("A hotline", "negative", settled=True),))]
    build_package(tmp_path / "lists" / "one", doubted, name="one", release="1")
    build_package(tmp_path / "lists" / "two", settled, name="two", release="1")
    settings.LISTS = tmp_path / "lists"
    report, _ = sent(desk, platform, files=(sha(1), sha(2), sha(3)))
    first, second, third = Item.everywhere.filter(report=report).order_by("number")
    assert (first.known_entry, first.known_fallen) == ("a", "disputed")
    assert (second.known_entry, second.known_fallen) == ("c", ""), "what stands is nearer, and this was settled"
    assert (third.known_entry, third.known_fallen) == ("", "")
    assert (report.items_known, report.items_new) == (1, 2), "of what is disputed a person decides"
    made = ItemMatch.everywhere.filter(item__report=report).values_list("entry", "fallen")
    assert set(made) == {("a", "disputed"), ("b", "disputed"), ("c", "")}


def test_the_ground_that_a_sender_names_is_judged_and_nothing_is_dropped(desk, platform):
    report, made = sent(desk, platform, narrative="x", legal_ground="no-such-ground", danger_now=True)
    assert made
    assert (report.state, report.urgent) == ("legal_review", True)
    review = LegalReview.everywhere.get(report=report)
    assert (review.action, review.ground, review.cleared) == ("detect", "no-such-ground", None)
    assert review.explained


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_once_one_is_made_and_the_other_finds_it(desk, platform):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    person = make_person(Role.MODERATOR, platform)
    viewer = viewer_for(person)

    def bring(number: int):
        try:
            same = Arrival("api", reference="same", files=(sha(9),))
            other = Arrival("api", reference=f"other {number}", locations=(Location(url="https://h.example/x"),))
            found = [receive(viewer, WHY, desk, arrival, sender=platform) for arrival in (same, other)]
            bare = Arrival("api", narrative="without a reference, of the desk itself")
            return [*found, receive(viewer, WHY, desk, bare, request=Repeatable("key", b"d" * 32, 3))]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(bring, range(6)))
    for once in (0, 2):  # by the sender's reference, and by the key of the request
        assert len({answer[once][0].pk for answer in answers}) == 1
        assert [answer[once][1] for answer in answers].count(True) == 1
    others = [report for _, (report, _), _ in answers]
    assert sorted(report.state for report in others) == ["arrived", *["duplicate"] * 5]
