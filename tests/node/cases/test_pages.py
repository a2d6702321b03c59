"""What people see of cases: forms that keep what was typed, both languages, and nothing of another organisation's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.cases.factories import fresh, furnish, inside, make_case
from tests.node.factories import sign_in
from tests.node.reports.forwarding.worlds import OrganisationKind, arrive, desk

from vaern.node.cases.evidence import actions as evidence
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.models import Case, EvidenceBag, Held, Party, Statement, Task
from vaern.node.cases.rules.case import State
from vaern.node.cases.rules.evidence import Kind
from vaern.node.cases.work.sheet import MOST
from vaern.node.organisations.rules import Permission

pytestmark = pytest.mark.django_db
WHY = {"why": "investigation", "words": ""}


@pytest.fixture
def page(client, police):
    sign_in(client, police.person)
    return client


def opened(client, case):
    """Open a page of a case, giving the reason where it is asked for."""
    address = f"/cases/{case.pk}/"
    answer = client.get(address)
    if b"reason-why" in answer.content:
        given = {"kind": "case", "record": str(case.pk), "next": address, "reason-why": "investigation"}
        assert client.post(reverse("casework:reason"), given)["Location"] == address
        answer = client.get(address)
    return answer.content.decode()


@pytest.mark.once
def test_a_case_is_opened_from_a_report_and_worked_on_by_forms_alone(page, police):
    report = arrive(police)
    assert report.code in page.get(f"/cases/new/?report={report.code}").content.decode()
    lead = str(police.person.pk)
    answer = page.post("/cases/new/", {"report": report.code, "reference": "J-1", "lead": lead, **WHY})
    case = Case.everywhere.get()
    assert answer.url == f"/cases/{case.pk}/"
    at = f"/cases/{case.pk}/"
    for path, given in {
        "persons/add": {"category": "suspect", "reference": "k 2031-0042"},
        "statements/add": {"nature": "assessment", "text": "Words.", "confidence": "low"},
        "identifiers/add": {
            "kind": "address",
            "value": "192.0.2.9",
            "port": "4000",
            "seen_0": "2031-01-01",
            "seen_1": "10:00",
            "zone": "Europe/Copenhagen",
        },
        "tasks/add": {"text": "Ask", "owner": lead, "due_on": "2039-01-01"},
        "move/start": {"version": case.version},
        "outcome": {"outcome": "victim_safeguarded"},
    }.items():
        assert page.post(f"{at}{path}/", given | WHY).status_code == 302, path
    assert [model.everywhere.filter(case=case).count() for model in (Party, Statement, Held, Task)] == [1, 1, 1, 1]
    assert Held.everywhere.get().missing == []
    assert fresh(case).state == State.WORKING
    text = opened(page, case)
    for word in ("K2031-0042", "Words.", "192[.]0[.]2[.]9", "A child was safeguarded"):
        assert word in text


@pytest.mark.once
@pytest.mark.parametrize(("more", "said"), [(0, False), (1, True)])
def test_a_page_that_does_not_show_all_says_so(page, police, more, said):
    case = make_case(police)
    task = furnish(police, case)["task"]
    rows = [
        Task(
            case=case,
            organisation=case.organisation,
            number=number,
            owner=task.owner,
            made_by=task.owner,
            due_on=task.due_on,
        )
        for number in range(2, MOST + 1 + more)
    ]
    Task.everywhere.bulk_create(rows)
    assert ("there are more" in opened(page, case)) is said


@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("persons/add", {"category": "suspect", "reference": "Anna Hansen"}),
        ("statements/add", {"nature": "fact", "text": "Typed words", "confidence": "low"}),
        ("identifiers/add", {"kind": "phone", "value": "12 34"}),
        ("tasks/add", {"text": "Typed words", "due_on": "2001-01-01"}),
        ("merge", {"code": "NOTTHERE"}),
        ("link", {"kind": "report", "code": "NOTTHERE"}),
    ],
)
def test_what_cannot_be_done_is_said_and_what_was_typed_stays(page, police, path, given):
    case = make_case(police)
    lead = {"owner": str(police.person.pk)} if path == "tasks/add" else {}
    answer = page.post(f"/cases/{case.pk}/{path}/", given | lead | WHY)
    assert answer.status_code in {409, 422}
    for value in given.values():
        assert value in answer.content.decode()


def test_an_edit_on_an_older_version_shows_what_is_there_now_and_is_saved_by_the_second_try(page, police):
    case = make_case(police)
    mine = {"reference": "J-mine", "lead": str(police.person.pk), "version": case.version, **WHY}
    Case.everywhere.filter(pk=case.pk).update(reference="J-theirs", version=case.version + 1)
    answer = page.post(f"/cases/{case.pk}/edit/", mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "J-mine" in text
    assert "J-theirs" in text
    assert f'name="version" value="{case.version + 1}"' in text
    assert page.post(f"/cases/{case.pk}/edit/", mine | {"version": case.version + 1}).status_code == 302
    assert fresh(case).reference == "J-mine"


@pytest.mark.once
@pytest.mark.parametrize("version", ["0b5f3c1e-5d54-4f0a-9df5-3f0f8a2f1c11", "x", "-1", "²", "9" * 12, "", None])
def test_what_is_no_version_saves_nothing_over_what_stands_there(page, police, version):
    case = make_case(police)
    mine = {"reference": "J-mine", "lead": str(police.person.pk), **WHY}
    if version is not None:
        mine["version"] = version
    assert page.post(f"/cases/{case.pk}/edit/", mine).status_code == 409
    assert page.post(f"/cases/{case.pk}/move/start/", mine).status_code == 409
    assert fresh(case).reference != "J-mine"


def test_a_case_is_handed_over_by_its_pages_unless_it_was_changed_meanwhile(page, police, abroad):
    """The page before the last shows who receives, and carries on which version of the case that was decided."""
    case = make_case(police)
    at = reverse("cases:hand-over", args=[case.pk])
    given = {
        "recipients": [str(abroad.organisation.id)],
        "handling": "amber+strict",
        "legal_ground": "Synthetic",
        "until": (timezone.localdate() + timedelta(days=30)).isoformat(),
        **WHY,
    }
    shown = page.post(at, given | {"version": case.version}).context
    confirmed = given | {"shown": shown["shown"], "version": shown["version"]}
    Case.everywhere.filter(pk=case.pk).update(reference="J-theirs", version=case.version + 1)
    overtaken = page.post(at, confirmed)
    assert overtaken.status_code == 409
    assert "J-theirs" in overtaken.content.decode()
    assert fresh(case).state == State.OPENED
    shown = page.post(at, given | {"version": overtaken.context["version"]}).context
    assert page.post(at, given | {"shown": shown["shown"], "version": shown["version"]}).status_code == 302
    assert fresh(case).state == State.HANDED_OVER


def test_the_evidence_bag_goes_along_only_where_that_was_shown(page, police, abroad):
    """It is offered where the register has something; who confirms has read that it goes."""
    case = make_case(police)
    at = reverse("cases:hand-over", args=[case.pk])
    assert "bag" not in page.get(at).context["form"].fields
    inside(police, evidence.register, case, Kind.DEVICE, Facts("A telephone"))
    given = {
        "recipients": [str(abroad.organisation.id)],
        "handling": "amber",
        "legal_ground": "Synthetic",
        "until": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "version": case.version,
        **WHY,
    }
    without = page.post(at, given).context["shown"]
    given["version"], given["bag"] = fresh(case).version, "on"
    shown = page.post(at, given | {"shown": without})
    assert shown.status_code == 200
    assert ("The evidence bag", True) in shown.context["along"]
    assert page.post(at, given | {"shown": shown.context["shown"]}).status_code == 302
    assert EvidenceBag.everywhere.filter(case__organisation=abroad.organisation).count() == 1


@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("tasks/add", {"text": "Typed words", "due_on": "2001-01-01"}, 422),
        ("statements/add", {"nature": "assessment", "text": "Typed words", "confidence": "low"}, 409),
    ],
)
def test_what_its_state_refuses_is_told_apart_from_what_was_typed_wrong(page, police, path, given, status):
    case = make_case(police)
    if status == 409:
        Case.everywhere.filter(pk=case.pk).update(state=State.HANDED_OVER.value)
    lead = {"owner": str(police.person.pk)} if path == "tasks/add" else {}
    answer = page.post(f"/cases/{case.pk}/{path}/", given | lead | WHY)
    assert answer.status_code == status
    assert "Typed words" in answer.content.decode()
    assert case.code in str(answer.context["subject"])


@pytest.mark.once
def test_the_list_finds_by_code_and_number_and_shows_hands(page, police):
    case = make_case(police, reference="NH-2031-7")
    furnish(police, case)
    other = make_case(desk(OrganisationKind.POLICE), reference="NH-2031-8")
    for query in ("", "?q=nh-2031", f"?q={case.code}", "?whose=mine", "?state=opened"):
        text = page.get(f"/cases/{query}").content.decode()
        assert case.code in text
        assert other.code not in text
    assert case.code not in page.get("/cases/?hand=raised").content.decode()
    assert case.code not in page.get("/cases/?state=nonsense&q=%00zz").content.decode()


def test_pages_of_lists_are_there_in_danish(page, police):
    make_case(police)
    assert Permission.CASE_WORK in police.permissions
    police.person.language = "da"
    police.person.save()
    for path in ("/cases/", "/cases/new/", "/cases/handed-over/", "/recalls/", "/cases/outcomes/"):
        answer = page.get(path, headers={"accept-language": "da"})
        assert answer.status_code == 200


@pytest.mark.parametrize("name", ["register-evidence", "hold-data"])
def test_a_form_of_a_case_says_of_which_case_and_leads_back_to_it(page, police, name):
    case = make_case(police)
    answer = page.get(reverse(f"cases:{name}", args=[case.pk]))
    assert answer.status_code == 200
    at = reverse("cases:case", args=[case.pk])
    assert [address for _text, address in answer.context["crumbs"]] == [reverse("cases:cases"), at]
    text = answer.content.decode()
    assert case.code in str(answer.context["subject"])
    for shown in (f'href="{at}"', f'<div class="panel subject">{answer.context["subject"]}</div>'):
        assert shown in text
