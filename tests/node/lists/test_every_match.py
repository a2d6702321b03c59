"""Each pair of a file and an entry that the engine reports is found when the entry is recalled, the nearest or not."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.matched import add_finding

from vaern.arrivals import Arrival, File
from vaern.formats import findings
from vaern.matching import Matcher, build_package
from vaern.matching.lists import List
from vaern.matching.packages import ListPackage
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.lists.base.matches import matches_with
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.figures.counting import count
from vaern.node.lists.models import EntryMonth, HashList, RecallEffect
from vaern.node.lists.recalls import many, tracing
from vaern.node.lists.recalls.counting import led_to
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.arrival.actions import receive as take_in
from vaern.node.reports.models import ItemMatch
from vaern.node.scans import actions
from vaern.node.scans.models import FindingMatch, Scan
from vaern.node.scans.results import Header, read_lines
from vaern.node.scans.retention import RETENTION
from vaern.records import Entry, Match, Media, Signal
from vaern.scanning.verdicts import finding

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("one", "two")


def near(value: bytes, bits: int) -> bytes:
    """Return a PDQ value so many bits away."""
    return bytes(a ^ b for a, b in zip(value, (2**bits - 1).to_bytes(32, "big"), strict=True))


def drawn(chance: Random) -> tuple[list[list[Signal]], dict[str, list[Entry]]]:
    """Return the signals of files, and lists that have several entries for many of them, exact ones and near ones."""
    files = []
    entries: dict[str, list[Entry]] = {name: [] for name in NAMES}
    for _ in range(8):
        md5, sha1, pdq = Signal("md5", chance.randbytes(16)), Signal("sha1", chance.randbytes(20)), chance.randbytes(32)
        files.append([md5, sha1, Signal("pdq", pdq, 90)])
        for name in NAMES:
            for _ in range(chance.randrange(4)):
                of = [md5, sha1, Signal("pdq", near(pdq, chance.randrange(20)), 90)]
                entries[name].append(Entry(uuid4().hex[:8], tuple(chance.sample(of, chance.randint(1, 2)))))
    for name in NAMES:
        entries[name].append(Entry("unmet", (Signal("md5", chance.randbytes(16)),)))
    return files, entries


@pytest.mark.once
@pytest.mark.parametrize("seed", range(3))
def test_what_the_engine_reports_of_files_is_found_by_a_recall(seed: int, settings: Any, tmp_path: Any) -> None:
    chance = Random(seed)
    files, entries = drawn(chance)
    for name in NAMES:
        build_package(settings.LISTS / name, entries[name], name=name, release="7", distance=31)
    lists = [List.of(ListPackage.open(settings.LISTS / name)) for name in NAMES]
    media = [Media("", 9, "image/jpeg", tuple(file)) for file in files]
    answers = Matcher(lists).match_many(media)
    reported = {(at, one.list, one.entry) for at, answer in enumerate(answers) for one in answer.matches}
    assert len({(at, name) for at, name, _entry in reported}) < len(reported), "one file meets two entries of a list"

    desk = make_organisation(OrganisationKind.POLICE)
    viewer = viewer_for(make_person(Role.INVESTIGATOR, desk))
    text = b"".join(
        findings.encode(finding(of, answer.matches, (), answer.more)) for of, answer in zip(media, answers, strict=True)
    )
    with viewing(desk.id):
        scan, _new = actions.receive(viewer, QUALITY, uuid4().hex, Header(), read_lines(text), finished=True)
    arrival = Arrival("api", reference=uuid4().hex, files=tuple(File(tuple(file)) for file in files))
    report, _new = take_in(viewer, QUALITY, desk, arrival)

    kept = FindingMatch.everywhere.filter(finding__scan=scan).values_list("finding__number", "list", "entry")
    assert {(number - 1, name, entry) for number, name, entry in kept} == reported
    met = ItemMatch.everywhere.filter(item__report=report).values_list("item__number", "list", "entry")
    assert {(number - 1, name, entry) for number, name, entry in met} == reported
    for name in NAMES:
        idents = [one.id for one in entries[name]]
        assert many.matched(name, idents) == {entry for _at, of, entry in reported if of == name}
        assert led_to(name)["scan"] == led_to(name)["report"] == 1
        for ident in idents:
            found = {one.kind: one for one in tracing.rested_on(HashList(name=name), ident)}
            files_met = len({at for at, of, entry in reported if (of, entry) == (name, ident)})
            assert set(found) == ({"scan", "report"} if files_met else set())
            assert all(one.matches == files_met for one in found.values())
            assert {one.record for one in found.values()} <= {scan.pk, report.pk}
    RETENTION.delete(scan)
    report.delete()
    assert not FindingMatch.everywhere.exists()
    assert not ItemMatch.everywhere.exists()


def test_a_recall_of_the_second_entry_tells_whoever_met_the_first_as_well() -> None:
    owner, desk = curator(), make_organisation(OrganisationKind.POLICE)
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    rows = add(owner, made, entry_of("a"), entry_of("b"))
    scan = Scan.everywhere.create(organisation=desk, reference=uuid4().hex, review_date="2100-01-01")
    add_finding(scan, 1, [("another", "z"), (made.name, "a"), (made.name, "b")])
    for row in rows:
        with viewing(owner.organisation.id):
            recall = curation.recall(owner, QUALITY, row, RecallReason.NOT_CSAM)
        tracing.trace(recall.pk)
        (effect,) = RecallEffect.everywhere.filter(recall=recall)
        assert (effect.organisation_id, effect.kind, effect.record, effect.matches) == (desk.pk, "scan", scan.pk, 1)


def test_that_it_is_another_file_is_said_of_the_nearest_entry_alone() -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    scan = Scan.everywhere.create(organisation=owner.organisation, reference=uuid4().hex, review_date="2100-01-01")
    add_finding(scan, 1, [(made.name, "a"), (made.name, "b")], "pdq", 9, same=False)
    (wrong,) = [of.rows.get(of.wrong) for of in matches_with(made.name) if of.rows.filter(of.wrong).exists()]
    assert wrong.entry == "a"
    count(made.pk)
    rows = EntryMonth.everywhere.filter(list=made).values_list("hits", "disputed")
    assert Counter(rows) == {(1, 1): 1, (1, 0): 1}


def test_a_line_that_comes_again_says_all_its_matches_again() -> None:
    desk = make_organisation(OrganisationKind.POLICE)
    viewer = viewer_for(make_person(Role.INVESTIGATOR, desk))
    files, _entries = drawn(Random(1))
    md5 = files[0][0]
    listed = [Entry(name, (md5,)) for name in ("a", "b")]

    def line(*met: Entry) -> bytes:
        matches = tuple(Match("md5", md5.value.hex(), one.id, 0, "one", "7") for one in met)
        return findings.encode(finding(Media("", 9, "image/jpeg", (md5,)), matches, ()))

    with viewing(desk.id):
        scan, _new = actions.receive(viewer, QUALITY, uuid4().hex, Header())
        assert actions.add_findings(viewer, QUALITY, scan, read_lines(line(*listed))) == 1
        assert actions.add_findings(viewer, QUALITY, scan, read_lines(line(*listed))) == 0
        with pytest.raises(Refusal):
            actions.add_findings(viewer, QUALITY, scan, read_lines(line(listed[0])))
