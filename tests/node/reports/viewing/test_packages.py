"""A work package: exact addresses for one station and nobody else, one entry a report, nothing plain anywhere."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from pyrage import x25519
from tests.node.factories import make_person, sign_in
from tests.node.refusals import refused
from tests.node.reports.viewing.worlds import REASON, make_terms, make_world

from vaern.formats import work_package
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry, Note
from vaern.node.reports.desk.actions import claim, give_back
from vaern.node.reports.ending.disclosures import What, left
from vaern.node.reports.models import Item, PackedItem, Report, WorkPackage
from vaern.node.reports.viewing import packages, stations
from vaern.node.runtime.logs import described
from vaern.proofs.checkpoints import SigningKey
from vaern.proofs.envelopes import EnvelopeError, enveloped, opened, pae

pytestmark = pytest.mark.django_db
URL = "https://host.example/exact/secret-page"


def given(report):
    return list(Entry.objects.filter(act="reports.report.packaged", subject=report.pk))


def test_the_station_reads_the_exact_addresses_and_from_whom_they_are():
    world = make_world()
    report = world.report(URL, "https://other.example/b")
    found = world.read(world.package(report))
    assert [item.url for one in found.reports for item in one.items] == [URL, "https://other.example/b"]
    assert found.reports[0].items[0].ref == f"{report.code}-1"
    assert found.station.id == world.station.pk
    assert found.scheme.code == "vestrovia"
    assert [one.code for one in found.scheme.classes] == ["a", "b", "b_drawn", "lawful"]
    assert found.answer_to.endswith(f"/api/packages/{found.package}/answers")


def test_each_report_has_one_entry_a_package_that_names_the_station():
    world = make_world()
    reports = [world.report(), world.report("https://a.example/1", "https://a.example/2")]
    package = world.package(*reports)
    for report, items in zip(reports, (1, 2), strict=True):
        (entry,) = given(report)
        assert (entry.verb, entry.recipient, entry.count) == ("disclosure", world.station.pk, items)
        assert (entry.person, entry.why) == (world.ada.pk, "assessment")
        assert package.code in Note.objects.get(entry=entry).details
    world.package(*reports)
    assert [len(given(report)) for report in reports] == [2, 2]


def test_no_address_stands_in_the_database_beside_the_sealed_report_nor_in_the_ledger(caplog):
    world = make_world()
    report = world.report(URL)
    before = dump()
    package = world.package(report)
    after = dump()
    assert after.keys() == before.keys()
    grown = {table for table in after if after[table] != before[table]}
    assert "reports_workpackage" in grown
    for table in grown:
        for needle in ("host.example", "secret-page", URL.encode().hex()):
            assert needle not in after[table], table
    assert "secret-page" not in caplog.text
    assert not [note for note in Note.objects.all() if "host.example" in note.details + note.words]
    assert "secret-page" in world.read(package).reports[0].items[0].url


def dump():
    """Every row of every table as text, bytes as hexadecimal."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
            found[table] = "\n".join(sorted(row[0] for row in cursor.fetchall()))
        return found


def test_only_ones_own_claims_leave():
    world = make_world()
    free, others = world.report(claimed=False), world.report(claimed=False)
    claim(world.second, REASON, others)
    mine = world.report()
    for report in (free, others):
        with pytest.raises(Refusal) as caught:
            world.package(mine, report)
        assert report.code in str(caught.value)
    assert WorkPackage.everywhere.count() == PackedItem.everywhere.count() == 0
    assert given(mine) == []
    give_back(world.viewer, REASON, mine)
    with pytest.raises(Refusal):
        world.package(mine)


def test_a_claim_that_has_ended_lets_nothing_out():
    world = make_world()
    report = world.report()
    Report.everywhere.filter(pk=report.pk).update(claimed_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refusal):
        world.package(report)


def test_another_organisations_report_and_station_are_none_of_ones_own():
    world, other = make_world(), make_world()
    with pytest.raises(Refusal):
        world.package(other.report())
    with viewing(world.desk.id), pytest.raises(type(other.station).DoesNotExist):
        packages.make(world.viewer, REASON, other.station, [world.report()], 7)


@pytest.mark.parametrize("end", ["revoked", "expired", "proposed"])
def test_a_station_without_a_valid_licence_is_given_nothing(end):
    world = make_world()
    report = world.report()
    package = world.package(report)
    if end == "revoked":
        stations.revoke(world.viewer, REASON, world.station)
    elif end == "expired":
        world.station.terms.valid_until = timezone.localdate() - timedelta(days=1)
        world.station.terms.save()
    else:
        world.station = stations.register(world.viewer, REASON, "Room 5", "The desk", make_terms())
    with pytest.raises(Refusal):
        world.package(report)
    if end != "proposed":
        with viewing(world.desk.id), pytest.raises(Refusal):
            packages.take(world.viewer, package)


def test_only_who_made_it_takes_it_and_as_often_as_it_is_valid():
    world = make_world()
    package = world.package(world.report())
    with viewing(world.desk.id):
        assert packages.take(world.viewer, package) == packages.take(world.viewer, package) == bytes(package.file)
        with refused("Only who made a package takes it."):
            packages.take(world.second, package)
        packages.end(world.second, REASON, package)
        with refused("The time of this package is over: make another."):
            packages.take(world.viewer, package)
    assert bytes(WorkPackage.everywhere.get().file) == b""


def test_a_package_ends_with_the_licence_and_is_erased_at_its_end_date():
    world = make_world(valid_until=timezone.localdate() + timedelta(days=1))
    package = world.package(world.report())
    assert timezone.localdate(package.expires_at) <= world.station.terms.valid_until + timedelta(days=1)
    WorkPackage.everywhere.update(made_at=timezone.now() - timedelta(days=9), expires_at=timezone.now())
    assert packages.tidy() == 1
    assert bytes(WorkPackage.everywhere.get().file) == b""
    assert packages.tidy() == 0
    WorkPackage.everywhere.update(review_date=timezone.localdate() - timedelta(days=1))
    assert packages.tidy() == 1
    assert WorkPackage.everywhere.count() == PackedItem.everywhere.count() == 0


def test_what_is_known_stays_unless_it_is_wanted():
    world = make_world()
    report = world.report(URL, "https://b.example/known")
    Item.everywhere.filter(report=report, number=2).update(known_list="L", known_kind="md5")
    assert [item.item for item in world.read(world.package(report)).reports[0].items] == [1]
    assert [item.item for item in world.read(world.package(report, known=True)).reports[0].items] == [1, 2]


def test_a_report_without_anything_to_look_at_is_refused():
    world = make_world()
    report = world.report()
    Item.everywhere.filter(report=report).update(known_list="L", known_kind="md5")
    with pytest.raises(Refusal):
        world.package(report)


def test_the_report_says_that_it_left_and_the_ledger_names_the_station(client):
    world = make_world()
    report = world.report()
    package = world.package(report)
    (one,) = left(report)
    assert (one.what, one.to) == (What.PACKAGE, f"{world.station.name}, {package.code}")
    sign_in(client, world.ada)
    assert world.station.name in client.get(reverse("oversight:own")).content.decode()


def test_an_envelope_opens_with_the_key_that_signed_it_alone():
    ours, other = SigningKey.fresh("node.example"), SigningKey.fresh("node.example")
    signed = enveloped(b"payload", "application/x", ours)
    assert opened(signed, "application/x", ours.verifier) == b"payload"
    for data, kind, key in (
        (signed, "application/x", other.verifier),
        (signed, "application/y", ours.verifier),
        (signed.replace(b"cGF5bG9hZA==", b"cGF5bG9hZGE="), "application/x", ours.verifier),
        (b"{}", "application/x", ours.verifier),
        (b"\xff", "application/x", ours.verifier),
    ):
        with pytest.raises(EnvelopeError):
            opened(data, kind, key)


def test_what_is_signed_is_that_of_dsse():
    """The example of the specification (secure-systems-lab/dsse, protocol.md)."""
    assert pae(b"hello world", "http://example.com/HelloWorld") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


@pytest.mark.once
def test_debians_age_opens_what_we_encrypt(tmp_path):
    """A foreign program: what leaves is age, and nothing of our own."""
    world = make_world()
    package = world.package(world.report(URL))
    (tmp_path / "key").write_text(str(world.identity))
    (tmp_path / "package.age").write_bytes(bytes(package.file))
    command = ["/usr/bin/age", "--decrypt", "--identity", tmp_path / "key", tmp_path / "package.age"]
    plain = subprocess.run(command, capture_output=True, check=True).stdout
    assert json.loads(plain)["payloadType"] == work_package.PAYLOAD
    wrong = tmp_path / "wrong"
    wrong.write_text(str(x25519.Identity.generate()))
    command[3] = wrong
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0


# The pages -----------------------------------------------------------------------------------------------------------


def test_one_sees_before_what_leaves_and_then_gives_one_reason(client):
    world = make_world()
    reports = [world.report(URL), world.report("https://b.example/1", "https://b.example/2")]
    sign_in(client, world.ada)
    page = client.get(reverse("reports:new-package"))
    shown = page.content.decode()
    assert page.status_code == 200
    for said in (*(report.code for report in reports), world.station.name, "Room 4", "3"):
        assert said in shown
    assert "host.example" not in shown
    form = {"station": str(world.station.pk), "days": "3", "why": "assessment", "words": ""}
    assert client.post(reverse("reports:new-package"), {**form, "why": "other"}).status_code == 422
    made = client.post(reverse("reports:new-package"), form)
    assert made.status_code == 302, made.content
    package = WorkPackage.everywhere.get()
    assert made["Location"] == reverse("reports:package", args=[package.pk])
    assert package.code in client.get(made["Location"]).content.decode()
    file = client.post(reverse("reports:package-file", args=[package.pk]))
    assert file["Content-Disposition"] == f'attachment; filename="vaern-package-{package.code}.json.age"'
    assert "no-store" in file["Cache-Control"]
    assert file.content == bytes(package.file)
    sign_in(client, world.bo)
    assert client.post(reverse("reports:package-file", args=[package.pk])).status_code == 409


def test_the_work_lists_act_chooses_some_of_ones_claims(client):
    world = make_world()
    first, second, free = world.report(), world.report(), world.report(claimed=False)
    sign_in(client, world.ada)
    sent = client.post(reverse("reports:bulk"), {"do": "package", "report": [str(first.pk), str(free.pk)]})
    shown = client.get(sent["Location"]).content.decode()
    assert first.code in shown
    assert second.code not in shown
    assert f">{free.code}<" not in shown
    assert "stay here" in shown


def test_without_the_second_factor_just_now_nothing_leaves(client):
    world = make_world()
    world.report()
    sign_in(client, world.ada, ago=3600)
    form = {"station": str(world.station.pk), "days": "3", "why": "assessment", "words": ""}
    assert client.post(reverse("reports:new-package"), form).status_code == 302
    assert WorkPackage.everywhere.count() == 0


def test_without_a_claim_or_a_station_nothing_is_offered(client):
    world = make_world()
    sign_in(client, world.ada)
    assert client.get(reverse("reports:new-package")).status_code == 302
    world.report()
    stations.revoke(world.viewer, REASON, world.station)
    assert client.get(reverse("reports:new-package")).status_code == 302


def test_who_does_not_assess_sees_no_package(client):
    world = make_world()
    package = world.package(world.report())
    sign_in(client, make_person("administrator", world.desk))
    assert client.get(reverse("reports:package", args=[package.pk])).status_code == 403
    assert client.get(reverse("reports:stations")).status_code == 403


def test_an_error_on_the_way_says_no_address():
    assert "host.example" not in json.dumps(described(Refusal(f"{URL}")), default=str)
