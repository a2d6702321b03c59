"""The pages of the evidence register, from the first entry to a bag that comes back; and what does not come in."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.node.cases.evidence.worlds import DIGEST, make_case, registered
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for

from vaern.formats.bagit_write import bag, zipped
from vaern.node.cases.models import CustodyEvent, Evidence, EvidenceBag
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Why
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.web.guard.packed import media_in_bag

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
WHY = {"why": "investigation", "words": ""}


@pytest.fixture
def person():
    return make_person(Role.INVESTIGATOR, make_organisation(OrganisationKind.POLICE))


@pytest.fixture
def case(person):
    return make_case(person.organisation)


@pytest.fixture
def signed_in(client, person, case):
    sign_in(client, person)
    session = client.session
    session["reasons"] = {f"case:{case.pk}": [Why.INVESTIGATION.value, ""]}
    session.save()
    return client


def at(name, case, **more):
    return reverse(f"cases:{name}", kwargs={"id": case.pk, **more})


def upload(client, raw):
    return client.post(reverse("cases:verify-bag"), {"bag": SimpleUploadedFile("bag.zip", raw)})


@pytest.mark.once
def test_a_day_of_a_piece_of_evidence(signed_in, case):
    given = {"kind": "image", "description": "Image <b>of</b> a drive", "digests": f"{DIGEST}  image.dd", **WHY}
    done = signed_in.post(at("register-evidence", case), given)
    evidence = Evidence.everywhere.get()
    page = done.headers["Location"]
    assert page == at("evidence", case, evidence=evidence.pk)
    shown = signed_in.get(page).content.decode()
    assert "The chain of custody is whole: 1 event" in shown
    assert "Image &lt;b&gt;of&lt;/b&gt; a drive" in shown
    said = {"giver": "Search team", "taker": "Evidence store", "place": "Shelf 2", "seal": "S-17", **WHY}
    assert (
        signed_in.post(at("evidence-event", case, evidence=evidence.pk, event="handed_over"), said).status_code == 302
    )
    assert signed_in.post(at("check-evidence", case, evidence=evidence.pk), {"text": DIGEST, **WHY}).status_code == 302
    differs = signed_in.post(at("check-evidence", case, evidence=evidence.pk), {"text": "00" * 32, **WHY}, follow=True)
    assert "It is NOT what is registered" in differs.content.decode()
    shown = signed_in.get(page).content.decode()
    assert "from Search team to Evidence store" in shown
    assert "Shelf 2" in shown
    assert "4 events" in shown
    assert "The last check found another digest" in shown
    assert signed_in.post(at("check-evidence", case, evidence=evidence.pk), {"text": DIGEST, **WHY}).status_code == 302
    assert "The last check found another digest" not in signed_in.get(page).content.decode()
    assert "E1" in signed_in.get(at("case", case)).content.decode()


def test_each_event_says_who_recorded_it_and_why(signed_in, case, person):
    evidence = registered(viewer_for(person), case)
    way = at("evidence-event", case, evidence=evidence.pk, event="moved")
    assert signed_in.post(way, {"place": "Shelf 2", **WHY, "words": "The store was full"}).status_code == 302
    shown = signed_in.get(at("evidence", case, evidence=evidence.pk)).content.decode()
    assert f"<strong>1. {person.name}</strong>" in shown
    assert f"<strong>2. {person.name}</strong>" in shown
    assert "Why: The store was full" in shown


def test_a_hand_over_needs_both_sides(signed_in, case, person):
    evidence = registered(viewer_for(person), case)
    way = at("evidence-event", case, evidence=evidence.pk, event="handed_over")
    assert signed_in.get(way).status_code == 200
    refused = signed_in.post(way, {"giver": "Search team", **WHY})
    assert (refused.status_code, "This field is required" in refused.content.decode()) == (422, True)
    assert signed_in.get(at("evidence-event", case, evidence=evidence.pk, event="registered")).status_code == 404
    assert CustodyEvent.everywhere.count() == 1


def test_what_is_not_asked_is_not_taken(signed_in, case, person):
    evidence = registered(viewer_for(person), case)
    way = at("evidence-event", case, evidence=evidence.pk, event="resealed")
    shown = signed_in.get(way).content.decode()
    assert "Number of the seal" in shown
    assert "Handed over by" not in shown
    signed_in.post(way, {"seal": "S-18", "giver": "Slipped in", **WHY})
    from vaern.node.cases.evidence import chain

    assert chain.links(evidence)[-1].event["said"]["giver"] == ""


def test_a_broken_chain_is_told_on_its_page(signed_in, case, person):
    from tests.node.cases.evidence.test_chain import past_the_triggers

    evidence = registered(viewer_for(person), case)
    past_the_triggers("DELETE FROM cases_custodyevent")
    shown = signed_in.get(at("evidence", case, evidence=evidence.pk)).content.decode()
    assert "The chain of custody is not whole" in shown


def test_an_event_that_no_longer_opens_is_told_on_its_page(signed_in, case, person):
    from tests.node.cases.evidence.test_chain import past_the_triggers

    evidence = registered(viewer_for(person), case)
    past_the_triggers(r"UPDATE cases_custodyevent SET event = '\x00'")
    shown = signed_in.get(at("evidence", case, evidence=evidence.pk))
    assert shown.status_code == 200
    assert "The chain of custody is not whole" in shown.content.decode()


def test_a_bag_goes_out_and_comes_back(signed_in, case, person):
    registered(viewer_for(person), case)
    neither = signed_in.post(at("export-evidence", case), {"handling": Handling.AMBER.value, **WHY})
    assert neither.status_code == 422
    done = signed_in.post(at("export-evidence", case), {"to_whom": "A court", "handling": Handling.AMBER.value, **WHY})
    made = EvidenceBag.everywhere.get()
    assert done.headers["Location"] == at("bag", case, bag=made.pk)
    assert "The bag is valid without a stamp" in signed_in.get(done.headers["Location"]).content.decode()
    fetched = signed_in.get(at("fetch-bag", case, bag=made.pk))
    assert fetched.headers["Content-Disposition"] == f'attachment; filename="evidence-{case.code}-1.zip"'
    shown = upload(signed_in, fetched.content).content.decode()
    assert "The bag is valid" in shown
    assert case.code in shown
    acts = Entry.objects.filter(act__startswith="cases.bag.").order_by("id").values_list("act", flat=True)
    assert list(acts) == ["cases.bag.made", "cases.bag.fetched", "cases.bag.verified"]


def test_a_bag_from_outside_says_everything_that_is_wrong(signed_in):
    files = bag({"a.txt": b"a", "b.txt": b"b"})
    files["data/a.txt"] = b"changed"
    del files["data/b.txt"]
    shown = upload(signed_in, zipped("bag", files)).content.decode()
    assert "The bag is not valid" in shown
    assert "data/a.txt: error: is not what manifest-sha256.txt says on line 1" in shown
    assert "b.txt” is listed and not there" in shown


def packed(files, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", options.get("compression", zipfile.ZIP_DEFLATED)) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return out.getvalue()


HOSTILE = {
    "a picture": packed({"bag/data/x.txt": PNG}),
    "a picture that calls itself a stamp": packed({"bag/x.tsr": PNG}),
    "a zip in it": packed({"bag/data/x.txt": packed({"y": b"y"})}),
    "binary data": packed({"bag/data/x": bytes(range(256)) * 9}),
    "something before it": PNG + packed({"bag/data/x.txt": b"x"}),
    "something behind it": packed({"bag/data/x.txt": b"x"}) + PNG * 9,
    "no zip": b"\x1f\x8b\x08" + bytes(900),
    "a zip that is none": b"PK\x03\x04" + bytes(900),
    "a bomb": packed({f"bag/data/{n}": bytes(1 << 20) for n in range(70)}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_bag_that_carries_something_else_is_refused(signed_in, what):
    refused = upload(signed_in, HOSTILE[what])
    assert refused.status_code in {400, 415, 422}, refused.status_code
    assert not Entry.objects.filter(act="cases.bag.verified").exists()
    assert media_in_bag(HOSTILE[what])


def test_a_picture_beside_the_bag_in_the_same_form_is_refused(signed_in):
    given = {
        "bag": SimpleUploadedFile("bag.zip", zipped("bag", bag({"a": b"a"}))),
        "more": SimpleUploadedFile("x", PNG),
    }
    assert signed_in.post(reverse("cases:verify-bag"), given).status_code in {400, 415, 422}


def test_a_bag_is_refused_everywhere_else(signed_in, case):
    given = {"description": SimpleUploadedFile("bag.zip", zipped("bag", bag({"a": b"a"})))}
    assert signed_in.post(at("register-evidence", case), given).status_code in {400, 415, 422}


def test_another_organisation_sees_nothing_of_it(client, case, person):
    evidence = registered(viewer_for(person), case)
    other = make_person(Role.INVESTIGATOR, make_organisation(OrganisationKind.POLICE))
    sign_in(client, other)
    assert client.get(at("evidence", case, evidence=evidence.pk)).status_code == 404
    assert client.post(at("check-evidence", case, evidence=evidence.pk), {"text": DIGEST, **WHY}).status_code == 404


def test_a_reason_is_asked_before_a_case_is_shown(client, case, person):
    evidence = registered(viewer_for(person), case)
    sign_in(client, person)
    assert (
        "Why do you open this?" in client.get(f"{at('evidence', case, evidence=evidence.pk)}?found=1").content.decode()
    )
