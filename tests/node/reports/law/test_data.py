"""What is made up is no law of a real node; what a node's own folder says is; and what is wrong in it is said."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from msgspec import to_builtins
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.law.actions import add, correct, verify, withdraw
from vaern.node.law.models import LawRow
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.assessment.forms import AssessForm
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.law import checks, data, gaps, grounds, schemes
from vaern.node.reports.law.forms import GroundForm, SchemeForm
from vaern.node.reports.law.grounds import GroundMissing
from vaern.node.reports.models import Assessment, LegalGround, Scheme
from vaern.node.reports.models.assessment import ACTIONS
from vaern.node.reports.rules import country_days, law_files, weights
from vaern.node.reports.rules import scores as triage
from vaern.node.reports.rules.law_rows import GroundRow, SchemeRow

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
REASON, KEEPING = Reason(Why.ASSESSMENT), Reason(Why.ADMINISTRATION)
ON = date(2026, 11, 28)
GROUND: dict[str, Any] = {
    "code": "act-1",
    "action": "report",
    "name": {"en": "Act 1", "da": "Lov 1"},
    "valid_from": "2020-01-01",
    "valid_to": None,
    "source": "https://law.example/act-1",
    "read": "2026-11-28",
}
SCHEME: dict[str, Any] = {
    "code": "own",
    "version": "1",
    "name": {"en": "Own"},
    "authority": "",
    "country": "",
    "valid_from": "2020-01-01",
    "valid_to": None,
    "source": "https://law.example/own",
    "read": "2026-11-28",
    "values": [{"code": "a", "label": {"en": "A"}, "actionable": True}],
}


def configured(monkeypatch: pytest.MonkeyPatch, *, synthetic: bool, law: Path | None = None) -> None:
    """Let the node be another one: real, or with a folder of law."""
    changed = dataclasses.replace(django_settings.CONFIGURATION, synthetic=synthetic, law=law)
    monkeypatch.setattr(django_settings, "CONFIGURATION", changed)


def written(folder: Path, kind: str, content: Any, name: str = "one.json") -> Path:
    """Write a file of law."""
    (folder / kind).mkdir(exist_ok=True)
    (folder / kind / name).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return folder / kind / name


def keeper() -> Viewer:
    """Return somebody who keeps the law."""
    return viewer_for(make_person("legal", make_organisation("authority")))


def own_grounds(folder: Path, *given: dict[str, Any], country: str = "XQ", **more: Any) -> Path:
    """Write grounds of a country."""
    return written(folder, "grounds", {"country": country, "grounds": list(given or [GROUND]), **more})


def of(country: str, kind: str = "hotline") -> Organisation:
    return make_organisation(kind, member=make_member(country))


def test_what_is_made_up_is_known_in_a_synthetic_node_alone() -> None:
    synthetic, real = law_files.of_node(None, synthetic=True), law_files.of_node(None, synthetic=False)
    assert {law_files.key(one) for one in synthetic.grounds} > {law_files.key(one) for one in real.grounds}
    assert synthetic.made_up
    assert not real.made_up
    assert {one.code for one in synthetic.schemes} - {one.code for one in real.schemes} == {"nordhavia", "vestrovia"}
    assert all(one.source for one in (*real.grounds, *real.schemes))
    assert not any(one.country.startswith("X") or "synthetic" in str(one.name).lower() for one in real.grounds)


@pytest.mark.once
@pytest.mark.parametrize("country", ["DK", "DE", "US", "XA", "XV", "XQ"])
def test_a_real_node_has_no_ground_that_nobody_read(monkeypatch: pytest.MonkeyPatch, country: str) -> None:
    configured(monkeypatch, synthetic=False)
    data.load()
    for kind in ("hotline", "police", "platform", "hub"):
        for action in ACTIONS:
            for found in grounds.known(action, of(country, kind)):
                assert found.source.startswith("http")
                assert found.read_on is not None
                assert country in {"DK", "DE"}


@pytest.mark.once
def test_a_node_that_was_synthetic_and_starts_as_real_retires_what_was_made_up_and_keeps_what_rested_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hotline = of("XA")
    report = make_report(hotline)
    assess(viewer_for(make_person("analyst", hotline)), REASON, report, Judgement(True, value="n1"))
    before = set(LegalGround.objects.filter(retired_at__isnull=True).values_list("pk", flat=True))
    assert grounds.in_force("report", hotline, ON) is not None
    assert schemes.of_desk(desk_of(hotline)) is not None

    configured(monkeypatch, synthetic=False)
    assert data.load() > 0
    assert data.load() == 0
    assert grounds.known("report", hotline) == []
    assert schemes.of_desk(desk_of(hotline)) is None
    assert set(LegalGround.objects.values_list("pk", flat=True)) == before, "nothing is removed"
    assert not LegalGround.objects.filter(retired_at__isnull=True, country__in=["", "XA", "XV"]).exists()
    kept = Assessment.everywhere.get(report=report)
    assert kept.scheme is not None
    assert schemes.value_label(kept.scheme, kept.value).startswith("Class 1")
    with pytest.raises(GroundMissing, match="VAERN_LAW"):
        grounds.check_act("report", report)

    configured(monkeypatch, synthetic=True)
    assert data.load() > 0
    assert set(LegalGround.objects.filter(retired_at__isnull=True).values_list("pk", flat=True)) == before
    assert grounds.in_force("report", hotline, ON) is not None


def test_what_is_missing_is_said_with_the_action_the_country_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    hotline = of("XQ")
    assert gaps.at_the_start() == ""
    assert gaps.lacking_items(viewer_for(make_person("analyst", hotline))) == []
    configured(monkeypatch, synthetic=False)
    data.load()
    with pytest.raises(GroundMissing) as caught:
        grounds.check("notify", hotline, None, ON)
    said = str(caught.value)
    assert "Notify a host" in said
    assert str(hotline.member) in said
    assert "VAERN_LAW" in said
    start = gaps.at_the_start()
    assert start.count(".") == 2, "one sentence, and the name of a page"
    assert hotline.member is not None
    assert f"in {hotline.member.name} to block, forward, notify, report" in start
    [item] = gaps.lacking_items(viewer_for(make_person("analyst", hotline)))
    assert str(item.what).count(",") == 3, "four acts"


@pytest.mark.once
def test_a_real_node_without_organisations_says_that_it_knows_no_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gaps.at_the_start() == ""
    configured(monkeypatch, synthetic=False)
    data.load()
    assert gaps.at_the_start().startswith("No legal ground to take reports is known in any country: ")


def test_a_folder_of_law_is_law_until_it_is_taken_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hotline = of("XQ")
    own_grounds(tmp_path)
    written(tmp_path, "schemes", SCHEME | {"country": "XQ"})
    configured(monkeypatch, synthetic=False, law=tmp_path)
    data.load()
    found = grounds.in_force("report", hotline, ON)
    assert found is not None
    assert (found.code, found.source, found.read_on) == ("act-1", "https://law.example/act-1", ON)
    scheme = schemes.of_desk(desk_of(hotline))
    assert scheme is not None
    assert scheme.code == "own"
    configured(monkeypatch, synthetic=False)
    data.load()
    assert grounds.known("report", hotline) == []
    assert schemes.of_desk(desk_of(hotline)) is None


def test_what_is_recalled_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own_grounds(tmp_path, GROUND | {"read": None, "recalled": "2026-11-28"})
    configured(monkeypatch, synthetic=False, law=tmp_path)
    data.load()
    assert grounds.in_force("report", of("XQ"), ON) is None
    row = LawRow.objects.get(table="ground", country="XQ")
    assert row.content["basis"] == "recalled"
    verify(keeper(), KEEPING, row, "Act 1 in the gazette, read on 28 November 2026")
    assert grounds.in_force("report", of("XQ"), ON) is not None


@pytest.mark.once
def test_a_ground_that_a_person_adds_counts_once_another_verified_it_and_a_correction_too() -> None:
    hotline, first, second = of("XQ"), keeper(), keeper()
    content = GroundRow(
        code="act-9",
        action="report",
        country="XQ",
        name={"en": "Act 9"},
        since=date(2020, 1, 1),
        source="Gazette 9",
        read=ON,
    )
    row = add(first, KEEPING, "ground", content)
    assert grounds.known("report", hotline)[0].country == "", "only what holds everywhere in a synthetic node"
    with pytest.raises(Refusal, match="yourself"):
        verify(first, KEEPING, row, "Gazette 9")
    verify(second, KEEPING, row, "Gazette 9, read today")
    found = grounds.in_force("report", hotline, ON)
    assert found is not None
    assert (found.code, found.source) == ("act-9", "Gazette 9")
    later = correct(first, KEEPING, row, until=date(2026, 1, 1))
    assert grounds.in_force("report", hotline, ON) == found, "the version before counts until then"
    verify(second, KEEPING, later, "Gazette 10, read today")
    assert grounds.in_force("report", hotline, ON) is None
    assert grounds.in_force("report", hotline, date(2025, 12, 31)) == found
    withdraw(first, KEEPING, later)
    assert "act-9" not in {ground.code for ground in grounds.known("report", hotline)}
    assert LegalGround.objects.get(code="act-9").retired_at is not None


@pytest.mark.once
def test_what_a_person_made_in_a_synthetic_node_is_made_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A correction of a made-up row, or a row of one's own, would else outlive the files that are withdrawn."""
    form = GroundForm(
        {
            "code": "act-8",
            "action": "report",
            "country": "XQ",
            "name_en": "Act 8",
            "since": "2020-01-01",
            "source": "Gazette 8",
            "read": "2026-11-01",
            "why": "administration",
        }
    )
    assert form.is_valid(), form.errors
    first, second, hotline = keeper(), keeper(), of("XQ")
    own = add(first, KEEPING, "ground", GroundRow(**form.change))
    verify(second, KEEPING, own, "Gazette 8")
    made_up = LawRow.objects.get(table="ground", key__startswith="- report ")
    verify(second, KEEPING, correct(first, KEEPING, made_up, source="elsewhere"), "Gazette")
    assert grounds.in_force("report", hotline, ON) is not None
    configured(monkeypatch, synthetic=False)
    data.load()
    assert grounds.known("report", hotline) == []


@pytest.mark.once
def test_a_scheme_by_page_can_be_chosen_once_verified_and_never_changes_once_used() -> None:
    given = {
        "code": "own",
        "version": "1",
        "country": "XQ",
        "name_en": "Own",
        "since": "2020-01-01",
        "source": "Gazette",
        "read": "2026-11-01",
        "why": "administration",
        "values": "a | Class A | Klasse A | offence\n\nz|Rest||nothing",
    }
    form = SchemeForm(given)
    assert form.is_valid(), form.errors
    first, second, hotline = keeper(), keeper(), of("XQ")
    row = add(first, KEEPING, "scheme", SchemeRow(**form.change))
    assert schemes.of_desk(desk_of(hotline)) is None
    verify(second, KEEPING, row, "Gazette")
    found = schemes.of_desk(desk_of(hotline))
    assert found is not None
    assert [(one["code"], one["actionable"]) for one in found.values] == [("a", True), ("z", False)]
    assess(viewer_for(make_person("analyst", hotline)), REASON, make_report(hotline), Judgement(True, value="a"))
    with pytest.raises(Refusal, match="add a new version"):
        correct(first, KEEPING, row, name={"en": "Other"})
    for wrong in ("", "a | A | A", "a | A | A | perhaps", "A B | A | A | open", "a | A | | open\na | B | | open"):
        assert "values" in SchemeForm({**given, "values": wrong}).errors


@pytest.mark.once
def test_a_ground_is_added_on_its_page_and_then_waits_for_a_second_person(client: Client) -> None:
    first, hotline = keeper(), of("XQ")
    assert first.person is not None
    sign_in(client, first.person)
    page = reverse("law:add", args=["grounds", "ground"])
    given = {
        "code": "act-7",
        "action": "report",
        "country": "XQ",
        "name_en": "Act 7",
        "since": "2020-01-01",
        "until": "2019-01-01",
        "source": "Gazette 7",
        "read": "2026-11-01",
        "why": "administration",
    }
    assert client.get(page).status_code == 200
    assert "before the first" in client.post(page, given).content.decode()
    answer = client.post(page, given | {"until": ""}, follow=True)
    assert "Unverified" in answer.content.decode()
    assert [one.country for one in grounds.known("report", hotline)] == [""]
    row = LawRow.objects.get(table="ground", country="XQ")
    second = keeper()
    assert second.person is not None
    sign_in(client, second.person)
    client.post(reverse("law:verify", args=[row.pk]), {"document": "Gazette 7, page 3", "why": "administration"})
    assert [one.code for one in grounds.known("report", hotline)] == ["act-7"]
    assert "Act 7" in client.get(reverse("law:rows", args=["grounds"])).content.decode()
    for table in ("ground", "scheme"):
        row = LawRow.objects.filter(table=table).order_by("-id")[0]
        assert client.get(reverse("law:correct", args=[row.pk])).status_code == 200


def test_a_ground_of_the_nodes_own_takes_the_place_of_one_that_came_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refused = GROUND | {
        "code": "dsa-16",
        "action": "notify",
        "valid_from": "2024-02-17",
        "valid_to": "2024-02-17",
    }
    own_grounds(tmp_path, refused, country="DK")
    configured(monkeypatch, synthetic=False, law=tmp_path)
    data.load()
    assert grounds.in_force("notify", of("DK"), ON) is None
    assert grounds.in_force("notify", of("SE"), ON) is not None


@pytest.mark.parametrize(
    ("kind", "content", "place"),
    [
        ("grounds", "{", "truncated"),
        ("grounds", {"country": "XQ", "grounds": [{**GROUND, "action": "arrest"}]}, "$.grounds[0].action"),
        ("grounds", {"country": "XQ", "grounds": [{**GROUND, "valid_from": "1/2"}]}, "$.grounds[0].valid_from"),
        ("grounds", {"country": "XQ", "grounds": [{**GROUND, "valid_to": "2019-01-01"}]}, "$.grounds[0]"),
        ("grounds", {"country": "XQ", "grounds": [GROUND, {**GROUND, "source": ""}]}, "$.grounds[1]"),
        ("grounds", {"country": "XQ", "grounds": [GROUND, {**GROUND, "read": None}]}, "names no day"),
        ("grounds", {"country": "XQ", "grounds": [{**GROUND, "recalled": "2026-11-28"}]}, "$.grounds[0]"),
        ("grounds", {"country": "xq", "grounds": [GROUND]}, "$.country"),
        ("grounds", {"grounds": [GROUND]}, "$.country"),
        ("grounds", {"country": "XQ", "countries": ["XR"], "grounds": [GROUND]}, "$.countries"),
        ("grounds", {"country": "XQ", "grounds": [{**GROUND, "kinds": ["guild"]}]}, "$.grounds[0].kinds[0]"),
        ("grounds", {"country": "XQ", "grounds": [{**GROUND, "colour": 1}]}, "$.grounds[0]"),
        ("schemes", {**SCHEME, "values": []}, "$.values"),
        ("schemes", {**SCHEME, "values": SCHEME["values"] * 2}, "$.values"),
        ("schemes", {**SCHEME, "name": {"da": "Egen"}}, "$.name"),
        ("schemes", {**SCHEME, "source": ""}, "$"),
        ("schemes", {**SCHEME, "read": None}, "names no day"),
        ("schemes", {**SCHEME, "questions": [{"code": "q", "label": {"en": "Q"}, "kind": "choice"}]}, "choices"),
        ("schemes", {**SCHEME, "code": "interpol-baseline"}, "interpol-baseline 1 is there twice"),
        ("working-days", {"country": "XQ", "holidays": ["24/12"], "source": ""}, "$.holidays[0]"),
        ("working-days", {"country": "XQ", "holidays": [], "working_days": [7], "source": ""}, "$.working_days[0]"),
        ("working-days", {"country": "XQ", "holidays": [], "source": ""}, "$.source"),
        ("working-days", {"country": "XQ", "holidays": [], "source": "Act 2"}, "names no day"),
        ("weights", {"version": "x"}, "valid_from"),
        ("provisions", {}, "holds grounds, schemes, notices, weights, working-days, help-lines"),
    ],
)
def test_what_is_wrong_in_a_folder_of_law_is_said_with_its_file_and_its_place(
    tmp_path: Path, kind: str, content: Any, place: str
) -> None:
    path = written(tmp_path, kind, content)
    [said] = checks.faults(tmp_path, synthetic=False)
    assert place in said
    assert path.parent.name in said
    assert any(what in said for what in ("Correct it there", "give it another version", "nothing else"))


def test_weights_of_ones_own_need_a_version_and_every_line(tmp_path: Path) -> None:
    shipped = to_builtins(weights.in_folder(weights.FOLDER)[-1])
    written(tmp_path, "weights", shipped)
    assert f"{shipped['version']} already" in checks.faults(tmp_path, synthetic=False)[0]
    written(tmp_path, "weights", shipped | {"version": "own", "synthetic": True})
    assert "marked synthetic" in checks.faults(tmp_path, synthetic=False)[0]
    assert checks.faults(tmp_path, synthetic=True) == []
    priority = dict(shipped["priority"])
    priority["danger_now"] += priority.pop("ongoing")
    written(tmp_path, "weights", shipped | {"version": "own", "priority": priority})
    assert "look at ongoing" in checks.faults(tmp_path, synthetic=False)[0]


def test_weights_of_ones_own_count_from_their_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = to_builtins(weights.in_folder(weights.FOLDER)[-1])
    written(tmp_path, "weights", shipped | {"version": "own", "valid_from": "2099-12-24"})
    monkeypatch.setattr(weights, "FOLDERS", [weights.FOLDER, tmp_path / "weights"])
    weights.all_weights.cache_clear()
    try:
        assert weights.weights_on(date(2099, 12, 23)).version == shipped["version"]
        assert weights.weights_on(date(2099, 12, 24)).version == "own"
    finally:
        weights.all_weights.cache_clear()
    assert triage.PRIORITY.keys() == shipped["priority"].keys()


def test_a_new_desk_begins_with_the_days_of_its_country(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written(
        tmp_path,
        "working-days",
        {
            "country": "XQ",
            "holidays": ["2026-12-25", "2026-12-24"],
            "working_days": [6, 0],
            "source": "Act 2",
            "read": "2026-11-28",
        },
    )
    configured(monkeypatch, synthetic=True, law=tmp_path)
    assert country_days.of_folder(tmp_path).keys() == {"XQ"}
    desk = desk_of(of("XQ"))
    assert (desk.working_days, desk.holidays) == ([6, 0], ["2026-12-24", "2026-12-25"])
    other = desk_of(of("XA"))
    assert (other.working_days, other.holidays) == ([0, 1, 2, 3, 4], [])


def test_schemes_that_came_with_the_node_can_be_chosen_by_any_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    configured(monkeypatch, synthetic=False)
    data.load()
    desk = desk_of(of("XQ"))
    for code in ("uk-abc", "iccam", "project-vic-us", "dk-235"):
        desk.scheme = code
        found = schemes.of_desk(desk)
        assert found is not None
        assert found.code == code
        assert found.source
    national = desk_of(of("DK"))
    found = schemes.of_desk(national)
    assert found is not None
    assert found.code == "dk-235"


def test_the_criteria_of_the_baseline_do_not_ask_for_severity() -> None:
    """The old wording was of another list, and made people say *no* to what is of the baseline."""
    assert Scheme.objects.get(code="interpol-baseline").read_on == ON
    said = str(AssessForm.base_fields["baseline"].help_text)
    assert "severe abuse" not in said
    for word in ("puberty", "witnesses", "genital or anal", "need not be severe"):
        assert word in said
