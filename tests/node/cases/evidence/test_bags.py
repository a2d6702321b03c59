"""Bags: what leaves, for whom, with which time stamp; and what comes back is the same."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from tests.formats.stamping import Authority, served
from tests.node.cases.evidence.worlds import DIGEST, WHY, desk, make_case, registered
from tests.node.factories import terms

from vaern.formats.bagit_holdings import Zip
from vaern.formats.evidence_bag import STAMP, examine_held
from vaern.formats.timestamps import certificates
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.cases.evidence import actions, bags, timestamps
from vaern.node.cases.evidence.actions import Said
from vaern.node.cases.models import Case, EvidenceBag
from vaern.node.cases.rules.evidence import Event, Stamping
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Entry, Note
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.web.guard.packed import media_in_bag

pytestmark = pytest.mark.django_db
CHECK_PROOF = Path(__file__).parents[4] / "tools/check_proof.py"


@pytest.fixture
def viewer():
    return desk()


@pytest.fixture
def case(viewer):
    made = make_case(viewer.organisation)
    first = registered(viewer, made)
    actions.happen(viewer, WHY, first, Event.HANDED_OVER, Said("Search team", "Evidence store;=1+1", seal="S-17"))
    registered(viewer, made)
    return made


def made_by(viewer, case, **options):
    with viewing(viewer.organisation.id):
        return bags.make(
            viewer,
            WHY,
            case,
            **{"to_whom": "The example court", "terms": terms(Handling.AMBER, timezone.now()), **options},
        )


def unpacked(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def examined(raw, trusted=()):
    return examine_held(Zip(io.BytesIO(raw), "bag.zip", len(raw)), trusted)


def test_a_bag_is_valid_and_says_what_is_in_the_register(viewer, case):
    raw = bags.packed(made_by(viewer, case))
    found = examined(raw)
    assert (found.state, found.report.remarks, found.breaks) == ("valid", (), ())
    assert (found.case, found.evidence, found.events) == (case.code, 2, 3)
    assert found.stamp_said == "the bag has no time stamp; it is valid without one"
    files = unpacked(raw)
    assert set(files) >= {
        "README.txt",
        "data/register.json",
        "data/register.csv",
        "data/custody.csv",
        "data/case-uco.jsonld",
    }
    assert DIGEST in files["data/register.csv"].decode()
    assert "Evidence store;'=1+1" in files["data/custody.csv"].decode()
    assert viewer.person.name not in raw.decode("latin-1")


def test_it_is_a_disclosure_with_its_recipient(viewer, case):
    other = desk().organisation
    bag = made_by(viewer, case, to_whom="", recipient=other)
    entry = Entry.objects.get(act="cases.bag.made")
    assert (entry.verb, entry.recipient, entry.count, entry.subject) == ("disclosure", other.pk, 2, case.pk)
    bags.fetch(viewer, WHY, bag)
    assert Entry.objects.get(act="cases.bag.fetched").recipient == other.pk


def test_what_is_not_there_is_not_exported(viewer):
    with pytest.raises(Refusal, match="The register is empty"):
        made_by(viewer, make_case(viewer.organisation))
    with pytest.raises(Refusal, match="Say to whom"):
        made_by(viewer, make_case(viewer.organisation), to_whom=" ")


def test_it_is_the_same_bytes_each_time(viewer, case):
    bag = made_by(viewer, case)
    first = bags.fetch(viewer, WHY, bag)
    registered(viewer, case)
    assert bags.fetch(viewer, WHY, EvidenceBag.everywhere.get(pk=bag.pk)) == first


def test_evidence_of_an_absorbed_case_goes_along(viewer, case):
    into = make_case(viewer.organisation)
    Case.everywhere.filter(pk=case.pk).update(merged_into=into, state="merged", merged_from="opened")
    assert examined(bags.packed(made_by(viewer, into))).evidence == 2


def test_a_broken_chain_is_exported_as_broken(viewer, case):
    from tests.node.cases.evidence.test_chain import past_the_triggers

    past_the_triggers("DELETE FROM cases_custodyevent WHERE number = 2")
    found = examined(bags.packed(made_by(viewer, case)))
    assert found.report.state == "valid"
    assert found.state == "invalid"
    assert found.breaks == ("E1: event 2 is missing: it was kept elsewhere and is not here",)


def test_the_ledger_proves_the_events(viewer, case, tmp_path):
    sequence_once()
    files = unpacked(bags.packed(made_by(viewer, case)))
    proofs = sorted(path for path in files if path.startswith("data/ledger/"))
    assert proofs == ["data/ledger/E1-0001.json", "data/ledger/E1-0002.json", "data/ledger/E2-0001.json"]
    register = json.loads(files["data/register.json"])
    for path in proofs:
        (tmp_path / "proof.json").write_bytes(files[path])
        proof = json.loads(files[path])
        command = [sys.executable, CHECK_PROOF, tmp_path / "proof.json", str(verifier_key())]
        subprocess.run(command, check=True, capture_output=True)
        note = proof["note"]
        text = json.dumps({"details": note["details"], "words": ""}, separators=(",", ":"))
        committed = hashlib.sha256(bytes.fromhex(note["salt"]) + text.encode()).hexdigest()
        assert json.loads(proof["leaf"])["note"] == committed
        id_, number, head = note["details"].split()
        chain = next(one for one in register["evidence"] if one["id"] == id_)
        assert chain["custody"][int(number) - 1]["hash"].startswith(head)


# Time stamps ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def service(tmp_path, settings):
    """A time stamp service that runs, configured in the node; and how to break it."""
    authority, broken = Authority(tmp_path / "authority"), []
    with served(authority, broken) as url:
        settings.CONFIGURATION = dataclasses.replace(
            settings.CONFIGURATION, timestamp_url=url, timestamp_certificates=authority.folder / "ca.pem"
        )
        yield authority, broken


def due_now(bag):
    EvidenceBag.everywhere.filter(pk=bag.pk, next_try_at__isnull=False).update(next_try_at=timezone.now())
    return EvidenceBag.everywhere.get(pk=bag.pk)


@pytest.mark.once
def test_a_job_brings_the_stamp_and_only_a_digest_leaves(viewer, case, service):
    authority, _broken = service
    bag = made_by(viewer, case)
    assert (bag.stamping, authority.asked) == (Stamping.WAITING, [])
    assert timestamps.stamp_due() == 1
    (asked,) = authority.asked
    assert bytes(bag.tag_digest) in asked
    assert len(asked) < 100
    bag = EvidenceBag.everywhere.get(pk=bag.pk)
    assert (bag.stamping, bag.next_try_at) == (Stamping.STAMPED, None)
    raw = bags.packed(bag)
    found = examined(raw, certificates(authority.certificates))
    assert (found.state, found.report.remarks) == ("valid", ())
    assert found.stamp.at == bag.stamped_at
    assert media_in_bag(raw) == ""
    acts = list(Entry.objects.filter(subject=case.pk, person=None).order_by("id").values_list("act", "verb"))
    assert acts == [("cases.bag.stamp_asked", "disclosure"), ("cases.bag.stamped", "alteration")]
    assert timestamps.stamp_due() == 0


@pytest.mark.once
def test_a_service_that_is_away_is_asked_again_later_and_later(viewer, case, service):
    _authority, broken = service
    broken.append("away")
    bag = made_by(viewer, case)
    pauses = []
    for _try in range(20):
        before = timezone.now()
        assert timestamps.stamp_due() == 0
        bag = EvidenceBag.everywhere.get(pk=bag.pk)
        if bag.next_try_at is None:
            break
        pauses.append((bag.next_try_at - before).total_seconds() // 60)
        due_now(bag)
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert max(pauses) == 360
    assert (bag.stamping, bag.stamp_said) == (Stamping.GIVEN_UP, "the service answers 503")
    assert examined(bags.packed(bag)).state == "valid"


@pytest.mark.once
def test_it_comes_when_the_service_is_back(viewer, case, service):
    _authority, broken = service
    broken.append("away")
    bag = made_by(viewer, case)
    assert timestamps.stamp_due() == 0
    assert timestamps.stamp_due() == 0  # not before its time
    broken.clear()
    assert EvidenceBag.everywhere.get(pk=bag.pk).tries == 1
    due_now(bag)
    assert timestamps.stamp_due() == 1


@pytest.mark.once
def test_a_stamp_of_somebody_else_is_not_kept(viewer, case, service, tmp_path, settings):
    other = Authority(tmp_path / "other")
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, timestamp_certificates=other.folder / "ca.pem")
    bag = made_by(viewer, case)
    assert timestamps.stamp_due() == 0
    bag = EvidenceBag.everywhere.get(pk=bag.pk)
    assert "no way leads" in bag.stamp_said
    assert (bag.stamp, bag.stamping) == (b"", Stamping.WAITING)


@pytest.mark.once
def test_a_clock_that_is_wrong_is_not_taken(viewer, case, service, monkeypatch):
    monkeypatch.setattr(timestamps, "CLOCKS_DIFFER", timedelta(seconds=-1))
    bag = made_by(viewer, case)
    assert timestamps.stamp_due() == 0
    assert "ten minutes apart" in EvidenceBag.everywhere.get(pk=bag.pk).stamp_said


@pytest.mark.once
def test_an_erased_case_leaves_nothing_and_nobody_is_asked(viewer, case, service):
    authority, _broken = service
    made_by(viewer, case)
    case.delete()
    assert timestamps.stamp_due() == 0
    assert authority.asked == []


def run(script, folder):
    return subprocess.run(["sh", "-c", script], check=False, cwd=folder, capture_output=True, text=True)


@pytest.mark.once
def test_the_commands_of_the_how_to_check_a_bag_without_us(viewer, case, service, tmp_path):
    """The very lines of the page, run by a shell."""
    authority, _broken = service
    bag = made_by(viewer, case)
    assert timestamps.stamp_due() == 1
    (tmp_path / "bag.zip").write_bytes(bags.packed(EvidenceBag.everywhere.get(pk=bag.pk)))
    (tmp_path / "ca.pem").write_bytes(authority.certificates)
    page = (Path(__file__).parents[4] / "docs/how-to/check-an-evidence-bag.md").read_text("utf-8")
    lines = [line[2:] for line in page.splitlines() if line.startswith("$ ") and "vaern" not in line]
    assert sum("sha256sum" in line for line in lines) >= 2
    assert sum("openssl ts -verify" in line for line in lines) == 1
    name = bags.name_of(bag)
    script = "\n".join(["set -e", *lines]).replace("evidence-XXXX-XXXX-1", name)
    done = run(script, tmp_path)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Verification: OK" in done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    (tmp_path / name / "data/register.csv").write_text("changed")
    again = "\n".join(line for line in lines if "unzip" not in line).replace("evidence-XXXX-XXXX-1", name)
    assert run(f"set -e\n{again}", tmp_path).returncode != 0


def test_nothing_is_asked_where_no_service_is_configured(viewer, case):
    assert settings.CONFIGURATION.timestamp_url == ""
    bag = made_by(viewer, case)
    assert (bag.stamping, bag.next_try_at) == (Stamping.NONE, None)
    assert timestamps.stamp_due() == 0
    assert STAMP not in unpacked(bags.packed(bag))


def test_an_erased_case_takes_its_evidence_chain_and_bags_along(viewer, case):
    """By the real action, triggers and all; what stays is the account in the ledger, without what was said."""
    from django.db import connection
    from tests.node.factories import make_person, viewer_for

    from vaern.node.cases.models import CustodyEvent, Evidence
    from vaern.node.casework.retention import actions as retention
    from vaern.node.organisations.rules import Role

    made_by(viewer, case)
    eraser = viewer_for(make_person(Role.INVESTIGATOR, viewer.organisation))
    with viewing(viewer.organisation.id):
        retention.erase(eraser, WHY, case)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in (Evidence, CustodyEvent, EvidenceBag):
        assert not model.everywhere.exists()
    details = Note.objects.filter(entry__subject=case.pk).values_list("details", flat=True)
    assert not any("Search team" in one or "S-17" in one for one in details)
