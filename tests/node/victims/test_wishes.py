"""Wishes: hashes in any form that they come in, a watch that finds before and after, a status that retells nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.route_arguments import make_scan
from tests.node.victims.factories import FINDING, digest, make_desk, make_series, make_specialist

from vaern.arrivals import Arrival, File, Location
from vaern.matching import MIN_QUALITY
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.retention import actions as retention
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival import actions as intake
from vaern.node.reports.base.known import is_spared
from vaern.node.reports.models import Desk, Item, Report
from vaern.node.scans.models import Finding
from vaern.node.scans.retention import RETENTION as SCANS
from vaern.node.victims.models import Hit, WatchedHash, Wish
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.sharing import Milestones
from vaern.node.victims.rules.wishes import Told, WishState
from vaern.node.victims.sharing import outcomes
from vaern.node.victims.wishes import actions, queries
from vaern.node.victims.wishes.actions import RETENTION
from vaern.node.victims.wishes.hits import look_everywhere, look_for
from vaern.records import PDQ_BYTES, Signal

HASHES = st.lists(
    st.sampled_from(sorted(rules.HASH_KINDS)).flatmap(
        lambda kind: st.tuples(st.just(kind), st.binary(min_size=rules.SIZES[kind], max_size=rules.SIZES[kind]))
    ),
    min_size=1,
    max_size=20,
    unique=True,
)


@given(HASHES)
def test_what_vaern_hash_prints_is_read_whole_and_names_are_dropped(hashes: list[tuple[str, bytes]]) -> None:
    files = [
        {"name": f"holiday {n}.jpg", "size": 5, "signals": [{"kind": kind, "value": value.hex()}]}
        for n, (kind, value) in enumerate(hashes)
    ]
    lines = "\n".join(json.dumps(one) for one in files)
    for text in (lines, json.dumps(files), json.dumps({"files": files}, indent=1), lines.replace("\n", "\r\n")):
        assert rules.hashes_in(text) == (hashes, 0)


@pytest.mark.once
@given(HASHES)
def test_hashes_a_line_are_read_and_each_once(hashes: list[tuple[str, bytes]]) -> None:
    text = "\n".join(f"{kind}: {value.hex().upper()}" for kind, value in hashes + hashes)
    assert rules.hashes_in(text) == (hashes, 0)
    bare = [(kind, value) for kind, value in hashes if kind != "pdq"]
    assert rules.hashes_in("\n".join(value.hex() for _kind, value in bare))[0] == bare


@given(st.text(max_size=400))
def test_anything_else_is_no_hash_and_no_fault(text: str) -> None:
    hashes, _wrong = rules.hashes_in(text)
    assert all(len(value) == rules.SIZES[kind] for kind, value in hashes)


class World:
    """A hotline with a public form and an analyst."""

    def __init__(self) -> None:
        self.hotline = make_organisation(OrganisationKind.HOTLINE)
        self.ann = viewer_for(make_person(Role.ANALYST, self.hotline))
        Desk.everywhere.create(
            organisation=self.hotline, public_name="line", help_name="Listening Ear (invented)", help_at="0800 1"
        )

    def report(self, *numbers: int, to: Any = None) -> Report:
        """Let a report of some files come in."""
        desk = to or self.hotline
        files = tuple(
            File(signals=(Signal("sha256", digest(n)),), location=Location(url=f"https://a.example/{n}"))
            for n in numbers
        )
        with viewing(desk.pk):
            return intake.receive(intake.anonymous(desk), FINDING, desk, Arrival("api", files=files))[0]

    def wish(self, *numbers: int, told: Told = Told.NEVER) -> Wish:
        """Let a survivor send hashes, and the job run that looks for them."""
        code = f"{len(Wish.everywhere.all()):020}"
        wish = actions.send(self.hotline, code, [("sha256", digest(n)) for n in numbers], told)
        look_for(wish.pk)
        return wish


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_it_finds_what_was_there_before_and_what_comes_after_at_any_desk(world: World) -> None:
    other = make_desk()
    before = world.report(1, to=other)
    wish = world.wish(1, 2)
    after = world.report(2, 3)
    again = world.report(3)
    hits = {(hit.item.report_id, hit.item.number) for hit in Hit.everywhere.filter(wish=wish)}
    assert hits == {(before.pk, 1), (after.pk, 1)}
    wished = Item.everywhere.get(report=after, number=1)
    assert (wished.wished, wished.wished_by, wished.known_list) == ("unverified", "sha256", ""), "it is not known"
    assert not is_spared(wished)
    assert Item.everywhere.get(report=before).wished == "unverified", "what came before the wish is marked too"
    assert Item.everywhere.get(report=after, number=2).wished == ""
    assert not Hit.everywhere.filter(item__report=again).exists()
    assert queries.asked_of(after) == queries.Asked(1, 0, 0)
    with viewing(world.hotline.pk):
        assert queries.waiting(world.ann).first.count == 1
        seen = {(one.own, one.hit.organisation) for one in queries.consult(world.ann, wish, FINDING).found}
    assert seen == {(True, world.hotline), (False, other)}


def test_the_pages_take_hashes_give_a_code_and_refuse_pictures(world: World, client: Any) -> None:
    page = reverse("victims:wish-form", args=["line"])
    shown = client.get(page)
    assert "Listening Ear (invented)" in shown.content.decode()
    form = shown.context["form"]
    assert not any("optional" in form[name].as_field_group() for name in ("hashes", "file")), "one of the two is needed"
    token = shown.context["token"]
    printed = json.dumps({"name": "a.jpg", "signals": [{"kind": "sha256", "value": digest(7).hex()}]})
    upload = SimpleUploadedFile("out.jsonl", printed.encode(), "text/plain")
    given = {"hashes": digest(8).hex(), "file": upload, "told": "when_i_look", "homepage": "", "token": token}
    sent = client.post(page, given)
    assert sent.status_code == 200
    wish = Wish.everywhere.get()
    assert (wish.hashes_total, wish.told, wish.organisation) == (2, "when_i_look", world.hotline)
    code = sent.context["secret"].value
    status = client.post(reverse("victims:wish-status"), {"code": code})
    assert status.status_code == 200
    opened = status.context["form"]["opened"].value()
    changed = client.post(reverse("victims:wish-status"), {"opened": opened, "told": "never"})
    assert changed.status_code == 200
    assert Wish.everywhere.get().told == "never"
    client.post(reverse("victims:wish-status"), {"opened": opened, "end": "yes"})
    assert not WatchedHash.everywhere.exists()
    picture = SimpleUploadedFile("a.txt", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 60, "text/plain")
    refused = client.post(page, {"hashes": "", "file": picture, "told": "never", "token": token})
    assert refused.status_code in {415, 422}
    assert Wish.everywhere.count() == 1


def test_a_wrong_code_opens_nothing_and_guessing_ends(world: World, client: Any) -> None:
    world.wish(1)
    page = reverse("victims:wish-status")
    answers = [client.post(page, {"code": "1" * 20}).status_code for _ in range(30)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_a_contact_is_told_when_something_comes_in_their_series(world: World) -> None:
    police = make_desk()
    tem = make_specialist(police)
    wish = actions.send(police, "9" * 20, [("sha256", digest(1))], Told.ASK_CONTACT)
    series = make_series(police, (1,))
    with viewing(police.pk):
        with pytest.raises(Refusal):
            actions.note(tem, FINDING, wish, "someone@house.example", series)
        actions.note(tem, FINDING, wish, "child house 2031-4", series)
        assert queries.contact_of(Wish.everywhere.get(pk=wish.pk)) == "child house 2031-4"
        assert queries.waiting(tem).to_tell.count == 0
        outcomes.identify(tem, FINDING, series, timezone.localdate(), "P-1")
        outcomes.safeguard(tem, FINDING, series, timezone.localdate())
        outcomes.late_outcome(tem, FINDING, series, Milestones.CHARGED, timezone.localdate())
        assert queries.waiting(tem).to_tell.count == 1
        actions.seen(tem, FINDING, wish)
        assert queries.waiting(tem).to_tell.count == 0
    assert b"2031-4" not in bytes(Wish.everywhere.get(pk=wish.pk).contact)


def test_it_ends_by_its_day_with_all_that_hangs_on_it(world: World) -> None:
    wish = world.wish(1)
    world.report(1)
    assert retention.expire(RETENTION, wish.review_date) == 0
    assert retention.expire(RETENTION, wish.review_date + timedelta(days=1)) == 1
    assert not Wish.everywhere.exists()
    assert not WatchedHash.everywhere.exists()
    assert not Hit.everywhere.exists()


def test_scans_are_looked_through_each_night(world: World) -> None:
    wish = world.wish(1)
    scan = make_scan(world.hotline, world.ann.person)
    Finding.everywhere.filter(scan=scan, number=1).update(sha256=digest(1), verdict="new")
    assert look_everywhere() == 1
    assert look_everywhere() == 0
    assert Hit.everywhere.get(wish=wish).finding.scan == scan
    assert queries.status(wish) is WishState.WATCHING, "what is on a seized drive is told to nobody"
    other = make_desk()
    assert len(queries.found_of(wish, world.hotline.pk)) == 1
    assert queries.found_of(wish, other.pk) == [], "a desk sees hits in scans of its own"
    assert retention.expire(SCANS, scan.review_date + timedelta(days=1)) == 1
    connection.check_constraints()  # what a commit would find: a hit keeps no scan from ending
    assert not Hit.everywhere.exists()


def test_a_report_that_came_in_the_same_moment_is_found_in_the_night(world: World) -> None:
    wish = world.wish(1)
    world.report(1)
    Hit.everywhere.all().delete()  # as if neither transaction had seen the other
    assert look_everywhere() == 1
    assert Hit.everywhere.get(wish=wish).item.number == 1


def turned(value: bytes, bits: int) -> bytes:
    """Return a PDQ value some bits from another."""
    return (int.from_bytes(value, "big") ^ ((1 << bits) - 1)).to_bytes(PDQ_BYTES, "big")


class Everything:
    """Wishes, reports and scans that come in any order, and what they match by brute force."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.random = world, Random(seed)
        self.pictures = [self.random.randbytes(PDQ_BYTES) for _ in range(2)]
        self.desks = [world.hotline, make_desk()]
        self.wishes: list[tuple[Any, list[tuple[str, bytes]]]] = []
        self.held: list[tuple[str, int, list[tuple[str, bytes, int | None]]]] = []

    def signals(self) -> list[tuple[str, bytes, int | None]]:
        """Some signals of a file: digests that collide often, and PDQ values about the limit, good or flat."""
        digest_ = ("sha256", digest(self.random.randrange(3)), None)
        near = turned(self.random.choice(self.pictures), self.random.choice([0, 5, 31, 32, 60]))
        pdq = ("pdq", near, self.random.choice([None, 100, 50, 49, 0]))
        return self.random.choice([[digest_], [pdq], [digest_, pdq]])

    def wish(self) -> None:
        hashes = list(dict.fromkeys((kind, value) for kind, value, _ in (*self.signals(), *self.signals())))
        code = f"{len(self.wishes):020}"
        self.wishes.append((actions.send(self.world.hotline, code, hashes, Told.NEVER), hashes))
        look_for(self.wishes[-1][0].pk)

    def report(self) -> None:
        given, desk = [self.signals(), self.signals()], self.random.choice(self.desks)
        files = tuple(
            File(
                signals=tuple(Signal(*one) for one in each),
                location=Location(url=f"https://a.example/{self.random.random()}"),
            )
            for each in given
        )
        with viewing(desk.pk):
            report = intake.receive(intake.anonymous(desk), FINDING, desk, Arrival("api", files=files))[0]
        items = Item.everywhere.filter(report=report).order_by("number")
        self.held += [("item", item.pk, each) for item, each in zip(items, given, strict=True)]

    def scan(self) -> None:
        given = self.signals()
        scan = make_scan(self.world.hotline, self.world.ann.person)
        finding = Finding.everywhere.get(scan=scan, number=1)
        finding.md5 = finding.sha1 = finding.sha256 = None
        finding.verdict, finding.perceptual = "new", []
        for kind, value, quality in given:
            if kind == "pdq":
                finding.perceptual.append({"kind": kind, "value": value.hex(), "quality": quality})
            else:
                setattr(finding, kind, value)
        finding.save()
        Finding.everywhere.filter(scan=scan).exclude(pk=finding.pk).delete()
        self.held.append(("finding", finding.pk, given))

    def expected(self) -> set[tuple[Any, str, int]]:
        return {
            (wish.pk, where, pk)
            for wish, hashes in self.wishes
            for where, pk, signals in self.held
            if any(self.same(one, other) for one in hashes for other in signals)
        }

    def same(self, hash_: tuple[str, bytes], signal: tuple[str, bytes, int | None]) -> bool:
        kind, value, quality = signal
        if hash_[0] != kind or kind != "pdq":
            return hash_ == (kind, value)
        bits = (int.from_bytes(hash_[1], "big") ^ int.from_bytes(value, "big")).bit_count()
        return bits <= rules.NEAR and (quality is None or quality >= MIN_QUALITY)

    def noted(self) -> set[tuple[Any, str, int]]:
        rows = Hit.everywhere.values_list("wish", "item", "finding")
        return {(wish, "item" if item else "finding", item or finding) for wish, item, finding in rows}


@pytest.mark.once
@pytest.mark.parametrize("seed", range(6))
def test_every_wish_finds_everything_that_it_matches_in_whatever_order_they_come(world: World, seed: int) -> None:
    every = Everything(world, seed)
    for _ in range(9):
        every.random.choice([every.wish, every.report, every.scan])()
        if not {one for one in every.expected() if one[1] == "item"} <= every.noted():
            pytest.fail("a report waits for the night")
    look_everywhere()
    assert every.noted() == every.expected()
    assert look_everywhere() == 0
    wished = {("item", pk) for pk in Item.everywhere.exclude(wished="").values_list("pk", flat=True)}
    assert wished == {hit[1:] for hit in every.expected() if hit[1] == "item"}


def test_what_is_first_in_line_is_listed_or_said_to_be_nothing(world: World, client: Any) -> None:
    sign_in(client, world.ann.person)
    page = reverse("victims:wishes-found")
    assert "Nothing is first in line" in client.get(page).content.decode()
    report = world.report(1)
    world.wish(1)
    shown = client.get(page).content.decode()
    assert report.code in shown
    assert "<td>SHA-256</td>" in shown
    assert "Unverified" in shown
