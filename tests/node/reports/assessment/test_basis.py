"""On what a conclusion rests: exactly what the person said, wherever it is stored, shown or sent."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.assessment.test_pages import ANSWER, opened
from tests.node.reports.factories import make_location, make_report

from vaern.formats.xarf_write import NotExpressibleError
from vaern.node.base.scope import viewing
from vaern.node.casework.standing import FALLEN, Fallen
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.assessment.confirmations import say_same
from vaern.node.reports.assessment.labels import BEYOND, CONTRADICTIONS
from vaern.node.reports.base import known as sparing
from vaern.node.reports.base.precedents import resting
from vaern.node.reports.base.refusals import AnswersRefusal
from vaern.node.reports.exposure.queries import viewed
from vaern.node.reports.models import Assessment, Item, Location, Report
from vaern.node.reports.rules import assessments
from vaern.node.reports.rules.assessments import (
    Answers,
    Basis,
    Beyond,
    Contradiction,
    Said,
    View,
    beyond,
    contradictions,
)
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.takedown.grounds import rests
from vaern.node.reports.takedown.locks import not_to_act_on
from vaern.node.reports.takedown.machine import _method

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

REASON = Reason(Why.ASSESSMENT)
LOOKED = {"extent": Extent.WHOLE, "files": 1}


# Contradictions: the whole product of answers ------------------------------------------------------------------------


def answers() -> list[Answers]:
    """Every combination of answers that a form can carry."""
    three = (True, False, None)
    return [Answers(*one) for one in product(three, three, (True, False), Basis, (None, 1, 2, 3), (None, 0, 1, 7))]


def can_be_true(one: Answers) -> bool:
    """Whether somebody who says all of this may be right, said from the law and not from the table."""
    if one.baseline and (not one.actionable or one.offence is False or one.basis is Basis.TEXT):
        return False
    if one.offence is False and one.actionable:
        return False
    looked = one.basis is Basis.LOOKED
    return looked or (one.severity in {None, 1} and not one.files)


def test_what_cannot_be_true_is_refused_and_nothing_else() -> None:
    for one in answers():
        assert (not contradictions(one)) == can_be_true(one), one


def test_each_contradiction_names_two_fields_and_has_words_and_can_happen() -> None:
    found = {what for one in answers() for what, _fields in contradictions(one)}
    assert found == set(Contradiction) == set(CONTRADICTIONS) == set(assessments.CONTRADICTIONS)
    for fields, _holds in assessments.CONTRADICTIONS.values():
        assert len(set(fields)) == 2


# What somebody says who looked at nothing: no more than what they follow ----------------------------------------------


def can_be_followed(given: View, said: Said) -> bool:
    """Whether an answer only repeats what a list or an earlier conclusion says, or says less."""
    baselines = {None, said.baseline}
    classes = {"", said.value}
    conclusions = {False} if said.actionable is False else {False, True}
    return given.baseline in baselines and given.value in classes and given.actionable in conclusions


def test_nobody_says_more_than_what_they_follow_and_everything_else_is_taken() -> None:
    three, classes = (True, False, None), ("", "n1", "n2")
    found = set()
    for one in product(three, (True, False), classes, three, three, classes):
        given, said = View(one[0], one[1], one[2]), Said(one[3], one[4], one[5])
        refused = beyond(given, said)
        assert (not refused) == can_be_followed(given, said), one
        found |= {what for what, _fields in refused}
        for what, fields in refused:
            less = {"baseline": None, "value": "", "actionable": False}
            assert what not in {left for left, _ in beyond(replace(given, **{fields[0]: less[fields[0]]}), said)}
    assert found == set(Beyond) == set(BEYOND) == set(assessments.BEYOND)


# The form ------------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Organisation:
    return make_organisation("hotline", member=make_member("XA"))


@pytest.fixture
def analyst(desk: Organisation) -> Viewer:
    return viewer_for(make_person("analyst", desk))


def known(report: Report, number: int = 1, kind: str = "sha256", **given: Any) -> Item:
    """Let an item be on a list."""
    columns = {
        "known_list": "Listen (synthetic)",
        "known_release": "2026-11",
        "known_entry": "7",
        "known_kind": kind,
        "known_class": "nordhavia n1",
        "known_distance": 0 if kind == "sha256" else 12,
    }
    Item.everywhere.filter(report=report, number=number).update(**(columns | given))
    return Item.everywhere.get(report=report, number=number)


@pytest.mark.once
@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"actionable": "no"}, {"baseline", "actionable"}),
        ({"value": "n0"}, {"baseline", "value", "actionable"}),
        ({"value": "n0", "baseline": "no"}, {"value", "actionable"}),
        ({"extent": "text", "severity": ""}, {"baseline", "extent"}),
        ({"extent": "text", "severity": "3", "baseline": "unclear"}, {"extent", "severity"}),
        ({"extent": "text", "severity": "", "looked": "3", "baseline": "no"}, {"extent", "looked"}),
        ({"extent": "whole", "looked": "0"}, {"extent", "looked"}),
    ],
)
def test_a_contradiction_is_said_at_both_fields(
    client: Client, desk: Organisation, given: dict[str, str], fields: set[str]
) -> None:
    report = make_report(desk)
    answer = client.post(opened(client, make_person("analyst", desk), report), {**ANSWER, "value": "n1", **given})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == fields
    assert not Assessment.everywhere.exists()


@pytest.mark.once
def test_who_looked_at_nothing_has_to_say_what_they_follow(client: Client, desk: Organisation) -> None:
    report = make_report(desk)
    here = opened(client, make_person("analyst", desk), report)
    page = client.get(here).content.decode()
    assert 'name="extent" value="text"' in page
    assert 'value="list"' not in page, "it is on no list"
    assert 'value="earlier"' not in page, "nobody concluded of it before"
    given = {**ANSWER, "baseline": "unclear", "severity": ""}
    for nothing in ("nothing", "list", "earlier"):
        assert client.post(here, {**given, "extent": nothing}).status_code == 422
    known(report)
    page = client.get(here).content.decode()
    assert "Listen (synthetic), release 2026-11: nordhavia n1" in page, "what the list says stands where one decides"
    assert client.post(here, {**given, "extent": "list"}).status_code == 302
    row = Assessment.everywhere.get()
    assert (row.basis, row.extent) == ("list", "nothing")
    assert row.rests_on == [{"list": "Listen (synthetic)", "release": "2026-11", "class": "nordhavia n1"}]
    shown = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert "What a list says of it; nobody looked: List Listen (synthetic), release 2026-11: nordhavia n1" in shown


@pytest.mark.parametrize("fallen", ["disputed", "quarantined", "recalled"])
def test_nothing_rests_on_an_entry_that_does_not_stand_and_the_page_says_why(
    client: Client, desk: Organisation, analyst: Viewer, fallen: str
) -> None:
    report = make_report(desk, [f"https://host.example/{n}" for n in range(2)])
    known(report, known_fallen=fallen)
    known(report, 2)
    with pytest.raises(AnswersRefusal, match="item 1: the entry is disputed, in quarantine or recalled") as refused:
        assess(analyst, REASON, report, Judgement(True, basis=Basis.LIST))
    assert refused.value.fields == ("items", "extent")
    page = client.get(opened(client, make_person("analyst", desk), report)).content.decode()
    assert str(FALLEN[Fallen(fallen)]) in page
    shown = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert str(FALLEN[Fallen(fallen)]) in shown
    assert shown.count(">Known</span>") == 1, "the other one"
    assess(analyst, REASON, report, Judgement(True, items=(2,), basis=Basis.LIST))


def test_a_report_with_nothing_to_look_at_is_not_asked_for_a_baseline(client: Client, desk: Organisation) -> None:
    report = make_report(desk)
    Item.everywhere.filter(report=report).update(url_key=None, host_key=None)
    here = opened(client, make_person("analyst", desk), report)
    assert 'name="baseline"' not in client.get(here).content.decode()
    given = {name: value for name, value in ANSWER.items() if name != "baseline"}
    assert client.post(here, {**given, "extent": "text", "severity": ""}).status_code == 302
    assert Assessment.everywhere.get().baseline is None


def test_it_rests_only_on_what_is_so_for_every_item(desk: Organisation, analyst: Viewer) -> None:
    report = make_report(desk, [f"https://host.example/{n}" for n in range(2)])
    known(report)
    with pytest.raises(AnswersRefusal) as refused:
        assess(analyst, REASON, report, Judgement(True, basis=Basis.LIST))
    assert refused.value.fields == ("items", "extent")
    assess(analyst, REASON, report, Judgement(True, items=(1,), basis=Basis.LIST))
    assess(analyst, REASON, report, Judgement(True, items=(2,), **LOOKED))
    first, second = Item.everywhere.filter(report=report).order_by("number")
    assert [resting(report, item).basis for item in (first, second)] == [Basis.LIST, Basis.LOOKED]
    assert [viewed(report, item) for item in (first, second)] == ["not", "whole"], "what CyberTipline says was viewed"


def test_an_earlier_conclusion_is_shown_and_named(client: Client, desk: Organisation, analyst: Viewer) -> None:
    earlier, report = make_report(desk), make_report(desk)
    assess(analyst, REASON, earlier, Judgement(True, True, "n1", **LOOKED))
    first = Item.everywhere.get(report=earlier)
    Item.everywhere.filter(report=report).update(seen_in=first, seen_by="sha256")
    here = opened(client, analyst.person, report)
    page = client.get(here).content.decode()
    assert f"Report {earlier.code}, " in page
    assert "An offence here: act on it; Baseline; Class 1" in page
    assert client.post(here, {**ANSWER, "extent": "earlier", "severity": ""}).status_code == 302
    row = Assessment.everywhere.get(report=report)
    assert (row.basis, [one["report"] for one in row.rests_on]) == ("earlier", [earlier.code])


YES, NO, UNTOLD = {"baseline": True}, {"baseline": False}, {"baseline": None}


@pytest.mark.once
@pytest.mark.parametrize(
    ("says", "given", "fields"),
    [
        ("nordhavia n1", {"value": "n1"}, None),
        ("nordhavia n1", {"value": "n1", **YES}, ("baseline", "extent")),
        ("nordhavia n1", {"value": "n2"}, ("value", "extent")),
        ("nordhavia n1", NO, ("baseline", "extent")),
        ("nordhavia n3", {}, ("actionable", "extent")),
        ("nordhavia n3", {"value": "n3", "actionable": False}, None),
        ("vestrovia a", {"value": "n1"}, ("value", "extent")),
        ("", {}, None),
        ("", YES, ("baseline", "extent")),
        ("", {"value": "n1"}, ("value", "extent")),
        ("INTERPOL baseline", YES, None),
        ("ICSE baseline 1", YES, None),
        ("ICSE baseline 0", YES, ("baseline", "extent")),
        ("XARF csam baseline", YES, None),
        ("XARF csam A1", YES, ("baseline", "extent")),
    ],
)
def test_what_follows_a_list_says_no_more_than_the_list(
    desk: Organisation, analyst: Viewer, says: str, given: dict[str, Any], fields: tuple[str, str] | None
) -> None:
    report = make_report(desk)
    known(report, known_class=says)
    follows(analyst, report, Judgement(basis=Basis.LIST, **({"actionable": True} | given)), fields)


@pytest.mark.once
@pytest.mark.parametrize(
    ("before", "given", "fields"),
    [
        ({"value": "n1", **YES}, {"value": "n1", **YES}, None),
        ({"value": "n1", **YES}, {}, None),
        (YES, NO, ("baseline", "extent")),
        (NO, YES, ("baseline", "extent")),
        (UNTOLD, YES, ("baseline", "extent")),
        ({"value": "n1"}, {"value": "n2"}, ("value", "extent")),
        ({}, {"value": "n2"}, ("value", "extent")),
        ({"actionable": False}, {}, ("actionable", "extent")),
        ({"actionable": False}, {"actionable": False}, None),
    ],
)
def test_what_follows_an_earlier_conclusion_says_no_more_than_that(
    desk: Organisation, analyst: Viewer, before: dict[str, Any], given: dict[str, Any], fields: tuple[str, str] | None
) -> None:
    first, report = make_report(desk), make_report(desk)
    assess(analyst, REASON, first, Judgement(**({"actionable": True} | before), **LOOKED))
    repeats(report, first)
    follows(analyst, report, Judgement(basis=Basis.EARLIER, **({"actionable": True} | given)), fields)


def test_it_is_the_conclusion_about_the_item_and_not_about_its_report(desk: Organisation, analyst: Viewer) -> None:
    first = make_report(desk, [f"https://host.example/{n}" for n in range(2)])
    assess(analyst, REASON, first, Judgement(True, True, "n1", items=(1,), **LOOKED))
    assess(analyst, REASON, first, Judgement(False, False, "n0", items=(2,), **LOOKED))
    nothing, offence = make_report(desk), make_report(desk)
    repeats(nothing, first, 2)
    follows(analyst, nothing, Judgement(True, basis=Basis.EARLIER), ("actionable", "extent"))
    repeats(offence, first, 1)
    follows(analyst, offence, Judgement(True, True, "n1", basis=Basis.EARLIER), None)


def test_nothing_further_rests_on_a_text_by_way_of_an_earlier_conclusion(
    client: Client, desk: Organisation, analyst: Viewer
) -> None:
    first, report = make_report(desk), make_report(desk)
    assess(analyst, REASON, first, Judgement(True, basis=Basis.TEXT))
    repeats(report, first)
    page = client.get(opened(client, analyst.person, report)).content.decode()
    assert f"Report {first.code}, " in page, "it is shown"
    assert 'name="extent" value="earlier"' not in page, "and not offered to rest on"
    follows(analyst, report, Judgement(True, basis=Basis.EARLIER), ("items", "extent"))


@pytest.mark.parametrize("between", [0, 1, 2])
@pytest.mark.parametrize("fallen", ["disputed", "quarantined", "recalled"])
def test_what_rests_on_a_list_by_way_of_earlier_conclusions_falls_with_its_entry(
    client: Client, desk: Organisation, analyst: Viewer, fallen: str, between: int
) -> None:
    """However many there are between, until the entry stands again or somebody looked at one of them."""
    chain = [make_report(desk) for _ in range(between + 2)]
    known(chain[0], known_class="")
    assess(analyst, REASON, chain[0], Judgement(True, basis=Basis.LIST))
    for first, report in pairwise(chain):
        repeats(report, first)
        assess(analyst, REASON, report, Judgement(True, basis=Basis.EARLIER))
    later = make_report(desk)
    repeats(later, chain[-1])

    def stopped() -> list[bool]:
        return ["recalled" in not_to_act_on(Location.everywhere.get(report=report)) for report in chain]

    here = opened(client, analyst.person, later)
    for code in ("", fallen, ""):
        known(chain[0], known_fallen=code, known_class="")
        assert stopped() == [bool(code)] * len(chain)
        page = client.get(here).content.decode()
        assert ("from a list whose entry does not stand any more" in page) == bool(code)
        assert ('name="extent" value="earlier"' in page) != bool(code)
    known(chain[0], known_fallen=fallen, known_class="")
    with pytest.raises(AnswersRefusal, match="that one rests on a list whose entry is disputed") as refused:
        assess(analyst, REASON, later, Judgement(True, basis=Basis.EARLIER))
    assert refused.value.fields == ("items", "extent")
    Assessment.everywhere.filter(report=chain[-1]).update(basis=Basis.LOOKED, rests_on=[], extent="whole")
    assert not stopped()[-1], "somebody looked"
    assess(analyst, REASON, later, Judgement(True, basis=Basis.EARLIER))


def test_the_page_says_at_both_fields_what_is_more_than_the_list_says(client: Client, desk: Organisation) -> None:
    report = make_report(desk)
    known(report)
    here = opened(client, make_person("analyst", desk), report)
    answer = client.post(here, {**ANSWER, "extent": "list", "severity": ""})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"baseline", "extent"}
    assert "does not say this of the baseline, of item 1" in answer.content.decode()


def repeats(report: Report, first: Report, number: int = 1) -> None:
    """Let a report have an item of an earlier one again."""
    item = Item.everywhere.get(report=first, number=number)
    Item.everywhere.filter(report=report).update(seen_in=item, seen_by="sha256")


def follows(analyst: Viewer, report: Report, given: Judgement, fields: tuple[str, str] | None) -> None:
    """Conclude without looking: refused at these fields, or taken."""
    if fields is None:
        assess(analyst, REASON, report, given)
        return
    with pytest.raises(AnswersRefusal) as refused:
        assess(analyst, REASON, report, given)
    assert refused.value.fields == fields
    assert not Assessment.everywhere.filter(report=report).exists()


# What leaves the house ------------------------------------------------------------------------------------------------

SAYS = {
    Basis.LOOKED: "A trained person has looked at it and assessed it.",
    Basis.LIST: "did not look: Listen (synthetic), release 2026-11, class nordhavia n1.",
    Basis.EARLIER: "from an earlier assessment of the same",
    Basis.TEXT: "A person concluded from what was reported, and did not look at the material.",
}


@pytest.mark.once
@pytest.mark.parametrize("basis", SAYS)  # of a station it is held where its answers are: `viewing/test_answers.py`
def test_notice_and_xarf_say_exactly_on_what_it_rests(desk: Organisation, analyst: Viewer, basis: Basis) -> None:
    report = make_report(desk)
    if basis is Basis.LIST:
        known(report)
    if basis is Basis.EARLIER:
        earlier = make_report(desk)
        assess(analyst, REASON, earlier, Judgement(True, **LOOKED))
        Item.everywhere.filter(report=report).update(seen_in=Item.everywhere.get(report=earlier), seen_by="sha256")
    assess(analyst, REASON, report, Judgement(True, basis=basis, **(LOOKED if basis is Basis.LOOKED else {})))
    location = Location.everywhere.get(report=report)
    with translation.override("en"):
        assert SAYS[basis] in rests(location)
    with translation.override("da"):
        danish = rests(location)
    assert ("uddannet menneske har" in danish) == (basis is Basis.LOOKED)
    for material in (True, False):
        assert (_method(location, material=material) == "manual_review") == (basis is Basis.LOOKED)
    assert (
        _method(location, material=True)
        == {
            Basis.LOOKED: "manual_review",
            Basis.LIST: "hash_match",
            Basis.EARLIER: "hash_match",
            Basis.TEXT: "user_report",
        }[basis]
    )


NOT = {"baseline": False, "actionable": False, **LOOKED}
OFFENCE = {"baseline": None, "actionable": True, "basis": Basis.TEXT}


@pytest.mark.once
@pytest.mark.parametrize(
    ("views", "method"),
    [
        ([NOT, OFFENCE, OFFENCE], "user_report"),
        ([NOT, OFFENCE, OFFENCE | LOOKED], "manual_review"),
        ([OFFENCE | LOOKED, OFFENCE], "manual_review"),
        ([OFFENCE, OFFENCE | LOOKED], "manual_review"),
        ([OFFENCE, OFFENCE], "user_report"),
        ([OFFENCE | LOOKED | {"baseline": False}, OFFENCE, OFFENCE], "user_report"),
    ],
)
def test_who_looked_and_concluded_otherwise_is_nobody_on_whom_it_rests(
    desk: Organisation, views: list[dict[str, Any]], method: str
) -> None:
    report = make_report(desk)
    for number, view in enumerate(views):
        person = viewer_for(make_person("analyst", desk))
        assess(person, REASON, Report.everywhere.get(pk=report.pk), Judgement(**view, ask=not number))
    location = Location.everywhere.get(report=report)
    assert _method(location, material=True) == method
    with translation.override("en"):
        assert (SAYS[Basis.LOOKED] in rests(location)) == (method == "manual_review")
    again = make_report(desk)
    repeats(again, report)
    fields = None if method == "manual_review" else ("items", "extent")
    follows(viewer_for(make_person("analyst", desk)), again, Judgement(True, basis=Basis.EARLIER), fields)


def test_a_part_of_several_is_no_review_of_one(desk: Organisation, analyst: Viewer) -> None:
    report = make_report(desk, [f"https://host.example/{n}" for n in range(3)])
    assess(analyst, REASON, report, Judgement(True, items=(1, 2), extent=Extent.PART, files=1))
    assess(analyst, REASON, report, Judgement(True, items=(3,), **LOOKED))
    found = [
        _method(location, material=True)
        for location in Location.everywhere.filter(report=report).order_by("item__number")
    ]
    assert found == ["user_report", "user_report", "manual_review"]


def test_without_a_conclusion_nothing_is_said(desk: Organisation) -> None:
    location = make_location(make_report(desk))
    with pytest.raises(NotExpressibleError):
        _method(location, material=True)


# What is only near ----------------------------------------------------------------------------------------------------


def test_what_is_only_near_counts_as_new_until_a_person_says_the_same(
    client: Client, desk: Organisation, analyst: Viewer
) -> None:
    report = make_report(desk)
    item = known(report, kind="pdq")
    assert sparing.waits(item)
    assert not sparing.is_spared(item)
    here = opened(client, analyst.person, report)
    page = client.get(here).content.decode()
    assert "is it the same?" in page
    assert "12 bits away" in page
    assert 'name="extent" value="list"' not in page
    same = reverse("reports:same", args=[report.pk, 1])
    assert client.post(same, {"same": "yes"})["Location"] == reverse("reports:report", args=[report.pk])
    item.refresh_from_db()
    report.refresh_from_db()
    assert (item.same, item.same_by, report.items_known) == (True, analyst.person, 1)
    assert sparing.is_known(item)
    assert 'name="extent" value="list"' in client.get(here).content.decode()
    assert Entry.objects.filter(act="reports.assessment.same").count() == 1
    client.post(same, {"same": "no"})
    item.refresh_from_db()
    assert item.same is True, "it was said"


def test_what_is_another_stays_new(desk: Organisation, analyst: Viewer) -> None:
    report = make_report(desk)
    known(report, kind="vpdq")
    with viewing(desk.id):
        item = say_same(analyst, REASON, report, 1, same=False)
    assert not sparing.is_spared(item)
    assert not sparing.waits(item)
    assert Report.everywhere.get(pk=report.pk).items_known == 0


@pytest.mark.once
@pytest.mark.parametrize("known_kind", ["", "sha256", "pdq", "vpdq"])
@pytest.mark.parametrize("seen_by", ["", "url", "sha1", "pdq", "vpdq"])
@pytest.mark.parametrize("same", [None, True, False])
@pytest.mark.parametrize("fallen", ["", "disputed", "recalled"])
def test_the_database_spares_what_the_rule_spares(
    desk: Organisation, known_kind: str, seen_by: str, same: bool | None, fallen: str
) -> None:
    report = make_report(desk)
    columns = {"known_list": "L" if known_kind else "", "known_kind": known_kind, "seen_by": seen_by, "same": same}
    columns["known_fallen"] = fallen if known_kind else ""
    Item.everywhere.filter(report=report).update(**columns, same_at=timezone.now() if same is not None else None)
    item = Item.everywhere.get(report=report)
    found = Item.everywhere.filter(report=report)
    assert found.filter(sparing.KNOWN).exists() == sparing.is_known(item)
    assert found.filter(sparing.SEEN).exists() == sparing.is_seen(item)
    assert found.filter(sparing.SPARED).exists() == sparing.is_spared(item)
    stands = "" if fallen else known_kind
    exact = stands == "sha256" or seen_by in {"url", "sha1"}
    near = {stands, seen_by} & set(sparing.NEAR)
    assert sparing.is_spared(item) == (exact or bool(near and same))
    assert sparing.waits(item) == bool(near and same is None and not exact)


def test_a_key_and_another_organisation_say_nothing_of_it(client: Client, desk: Organisation) -> None:
    report = make_report(desk)
    known(report, kind="pdq")
    sign_in(client, make_person("analyst", make_organisation("hotline")))
    assert client.post(reverse("reports:same", args=[report.pk, 1]), {"same": "yes"}).status_code == 404
