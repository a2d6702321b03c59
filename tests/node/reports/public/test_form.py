"""The public form: what it takes, what it says, what it keeps typed, and what holds a flood."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.node.reports.public.worlds import FILLED, code_in, make_desk, prove, send, token_of
from tests.node.test_hostile import DAYS, LINKS, NUMBERS, TEXTS

from vaern.node.base.sealing import keyed
from vaern.node.ledger.models import Entry
from vaern.node.reports import public
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Receipt, Report
from vaern.node.reports.public import allowances, labels
from vaern.node.reports.rules import public_form, standard_answers
from vaern.node.web import codes, proof_of_work
from vaern.node.web.places import PLACES

pytestmark = pytest.mark.django_db
VALUES = (*TEXTS, *NUMBERS, *DAYS, *LINKS)


def fields_of(answer: Any) -> set[str]:
    return set(re.findall(r'<(?:input|textarea|select)[^>]*\bname="(\w+)"', answer.content.decode()))


def test_one_desk_is_gone_to_at_once_and_of_several_the_country_is_chosen() -> None:
    client = Client()
    assert "No desk takes reports" in client.get("/report/").content.decode()
    first = make_desk()
    assert client.get("/report/").headers["Location"] == f"/report/{first.public_name}/"
    second = make_desk()
    page = client.get("/report/").content.decode()
    assert f"/report/{first.public_name}/" in page
    assert str(second.organisation.member) in page


def test_a_desk_without_a_name_or_that_is_closed_has_no_form() -> None:
    nameless, closed = make_desk(public_name=""), make_desk()
    closed.organisation.active = False
    closed.organisation.save()
    for name in (nameless.public_name or "x", closed.public_name, "receipts"):
        assert Client().get(f"/report/{name}/").status_code == 404


def test_there_is_nothing_to_upload_and_nothing_to_sign() -> None:
    desk = make_desk()
    page = Client().get(f"/report/{desk.public_name}/")
    assert 'type="file"' not in page.content.decode()
    assert "multipart" not in page.content.decode()
    assert not fields_of(page) & {"name", "email", "phone", "contact"}


def test_it_says_whom_to_call_and_where_to_get_help_before_anything_is_sent() -> None:
    desk = make_desk(emergency_number="113", help_name="Help Line (synthetic)", help_at="01 02 03 04")
    page = Client().get(f"/report/{desk.public_name}/").content.decode()
    assert page.count('href="tel:113"') >= 2
    assert "01 02 03 04" in page
    assert "Do not search for more" in page
    assert "do not share it" in page


def test_a_report_arrives_as_it_was_typed_and_its_receipt_opens_it() -> None:
    desk = make_desk()
    answer = send(
        Client(),
        desk,
        danger="yes",
        addresses="https://host.example/a\r\n\r\nhost.example/b",
        service="Chat (synthetic)",
        account="somebody-1",
        kind="sexual_extortion",
        day="2026-11-20",
        words="Two lines\nof words",
    )
    assert answer.status_code == 200, answer.content.decode()
    report = Report.everywhere.get()
    arrival = arrival_of(report)
    assert (report.organisation_id, report.document, report.urgent) == (desk.organisation_id, "public", True)
    assert [place.url for place in arrival.locations] == ["https://host.example/a", "host.example/b"]
    assert {(place.service, place.account) for place in arrival.locations} == {("Chat (synthetic)", "somebody-1")}
    assert (arrival.offence, arrival.danger_now, arrival.narrative) == ("sexual_extortion", True, "Two lines\nof words")
    assert str(arrival.incident_at.date()) == "2026-11-20"  # type: ignore[union-attr]
    assert (arrival.contact, arrival.language) == ("", "en")
    code = codes.read_code(code_in(answer))
    assert bytes(Receipt.everywhere.get().digest) == keyed(code, "receipt")
    assert "tel:113" not in answer.content.decode()
    assert 'href="tel:112"' in answer.content.decode()


HELPS = (
    "Stop answering",
    "Keep the chat",
    "block them",
    "Tell a grown-up",
    "Help Line (synthetic)",
    "00 00 00 00",
    "today",
)


@pytest.mark.parametrize("kind", sorted(public_form.HELD))
def test_a_child_in_somebodys_hold_reads_at_once_what_helps(kind: str) -> None:
    desk = make_desk()
    answer = send(Client(), desk, kind=kind, danger="no", about="self", ongoing="unknown").content.decode()
    before_the_code = answer.partition('class="receipt"')[0]
    assert all(line in before_the_code for line in HELPS)
    assert ("Do not pay" in before_the_code) == (kind == "sexual_extortion")
    report = Report.everywhere.get()
    assert report.urgent, "whatever was answered at danger"


def test_what_helps_stands_in_the_form_before_anything_is_sent() -> None:
    desk = make_desk()
    page = Client().get(f"/report/{desk.public_name}/").content.decode()
    extorted = page.partition('class="when-extorted"')[2].partition('class="when-enticed"')[0]
    assert all(line in extorted for line in (*HELPS, "Do not pay"))
    assert "Stop answering" not in send(Client(), desk, kind="material").content.decode()


@pytest.mark.once
def test_whether_it_goes_on_and_to_whom_is_asked_without_an_answer_and_kept_where_it_matters() -> None:
    desk = make_desk()
    page = Client().get(f"/report/{desk.public_name}/").content.decode()
    for name in ("ongoing", "about"):
        assert page.count(f'name="{name}"') == 3
    assert "checked" not in page
    for said, expected in (
        ({"ongoing": "yes", "about": "self"}, (True, "self")),
        ({"ongoing": "no", "about": "known"}, (False, "known")),
        ({"ongoing": "unknown", "about": "other"}, (None, "other")),
        ({}, (None, "")),
    ):
        for kind in labels.KINDS:
            answer = send(Client(), desk, kind=kind, addresses=f"https://{kind}.example/{len(str(said))}", **said)
            assert answer.status_code == 200, answer.content.decode()
            digest = keyed(codes.read_code(code_in(answer)), "receipt")
            arrival = arrival_of(Receipt.everywhere.get(digest=digest).report)
            assert (arrival.ongoing, arrival.about) == (expected if kind in public_form.TO_A_CHILD else (None, ""))
        PLACES.forget()


def test_the_styles_ask_of_the_kinds_of_the_rules() -> None:
    css = (Path(public.__file__).parents[1] / "static" / "reports" / "public.css").read_text("utf-8")
    (line,) = [line for line in css.splitlines() if line.endswith(".when-to-a-child { display: block; }")]
    assert set(re.findall(r'\[value="(\w+)"\]', line)) == public_form.TO_A_CHILD
    assert public_form.HELD < public_form.TO_A_CHILD < set(labels.KINDS)


SAYS = {
    "en": ("Stop answering", "Do not pay", "Keep", "block", "grown-up", "help line", "today"),
    "da": ("Hold op", "Betal ikke", "Gem", "Bloker", "voksen", "rådgivning", "i dag"),
}


@pytest.mark.parametrize("language", SAYS)
def test_a_desk_can_answer_what_helps_in_both_languages(language: str) -> None:
    assert all(word in standard_answers.text_of("extorted", language) for word in SAYS[language])


@pytest.mark.parametrize("where", ["addresses", "service", "account"])
def test_one_place_is_enough(where: str) -> None:
    given = {"addresses": "", "service": "", "account": "", where: "somewhere-1"}
    assert send(Client(), make_desk(), **given).status_code == 200
    assert Report.everywhere.count() == 1


def test_every_fault_is_told_at_once_and_what_was_typed_stays() -> None:
    desk = make_desk()
    typed = {"addresses": "", "kind": "", "day": "2999-01-01", "words": "What I typed <b>", "danger": "maybe"}
    answer = send(Client(), desk, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"addresses", "kind", "day", "danger"}
    for name in ("addresses", "kind", "day", "danger"):
        assert f'href="#id_{name}' in page
    assert "What I typed &lt;b&gt;" in page
    assert "2999-01-01" in page
    assert Report.everywhere.count() == 0


def test_what_the_guard_refuses_comes_back_at_its_field() -> None:
    desk, picture = make_desk(), base64.b64encode(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 4).decode()
    answer = send(Client(), desk, addresses="https://host.example/a", words=f"It looks so: {picture}", account="who-1")
    page, form = answer.content.decode(), answer.context["form"]
    assert answer.status_code == 422
    assert set(form.errors) == {"words"}
    assert "send its hashes" in form.errors["words"][0]
    assert all(typed in page for typed in ("https://host.example/a", "who-1", picture))
    assert Report.everywhere.count() == 0
    assert send(Client(), desk, addresses="https://host.example/a", words="It looks so").status_code == 200


def test_addresses_have_a_number_and_a_length() -> None:
    desk = make_desk()
    many = "\n".join(f"https://host.example/{n}" for n in range(public_form.MOST_ADDRESSES + 1))
    assert send(Client(), desk, addresses=many).status_code == 422
    assert send(Client(), desk, addresses="https://host.example/" + "a-b/" * 500).status_code == 422
    assert send(Client(), desk, words="ab " * 1_400 + "end").status_code == 422
    assert Report.everywhere.count() == 0


def test_the_same_form_sent_twice_is_one_report_with_the_same_receipt() -> None:
    desk, token = make_desk(), token_of()
    first, again = send(Client(), desk, token), send(Client(), desk, token)
    assert code_in(first) == code_in(again)
    changed = send(Client(), desk, token, words="Something more")
    assert code_in(changed) == code_in(first)
    assert "first report is here" in changed.content.decode()
    assert (Report.everywhere.count(), Receipt.everywhere.count()) == (1, 1)


def test_two_forms_are_two_reports_with_two_receipts() -> None:
    desk = make_desk()
    assert code_in(send(Client(), desk)) != code_in(send(Client(), desk))
    assert Report.everywhere.count() == 2


def test_no_session_and_no_cookie_but_the_forms_own() -> None:
    desk, client = make_desk(), Client()
    client.get(f"/report/{desk.public_name}/")
    send(client, desk)
    client.get("/report/receipt/")
    assert set(client.cookies) == {"csrf"}
    assert client.cookies["csrf"]["max-age"] == ""  # it goes with the browser
    assert Session.objects.count() == 0


def test_a_forged_form_is_refused() -> None:
    desk = make_desk()
    assert send(Client(enforce_csrf_checks=True), desk).status_code == 403
    assert send(Client(), desk, addresses=FILLED["addresses"]).status_code == 200


def test_a_form_that_is_not_ours_or_too_old_is_given_out_anew_with_what_was_typed() -> None:
    desk, client = make_desk(), Client()
    for token in (token_of(age=13 * 3600), token_of(age=-3600)):
        answer = send(client, desk, token, words="Still here")
        assert answer.status_code == 422
        assert "Still here" in answer.content.decode()
    forged = client.post(f"/report/{desk.public_name}/", {**FILLED, "token": "forged"})
    assert forged.status_code == 422
    assert Report.everywhere.count() == 0
    assert forged.context["token"] != "forged"


def test_what_is_too_quick_for_a_person_is_asked_for_once_more() -> None:
    desk, token = make_desk(), token_of(age=1)
    answer = send(Client(), desk, token)
    assert answer.status_code == 422
    assert "very quick" in answer.content.decode()
    assert answer.context["token"] == token.signed()  # the proof that was made still counts


def test_the_field_that_only_programs_see_holds_a_report_until_it_is_emptied() -> None:
    desk = make_desk()
    answer = send(Client(), desk, homepage="https://spam.example")
    assert answer.status_code == 422
    assert (
        "nobody"
        not in re.search(r'<div class="field ([^"]*)"[^>]*>\s*<label for="id_homepage', answer.content.decode())[1]
    )  # type: ignore[index]
    assert Report.everywhere.count() == 0


def test_without_a_proof_of_work_a_place_is_limited_sooner() -> None:
    desk, client = make_desk(), Client()
    slow = [send(client, desk, proof="").status_code for _ in range(public_form.WITHOUT_PROOF + 2)]
    assert slow.count(200) <= public_form.WITHOUT_PROOF
    assert slow[-1] == 429
    assert send(client, desk).status_code == 200  # with a proof it goes on
    held = send(client, desk, proof="0", words="Not lost")
    assert held.status_code == 429
    assert held.headers["Retry-After"]
    assert "Not lost" in held.content.decode()
    assert "call 112" in held.content.decode()
    note = held.content.decode().split('role="alert"', 1)[1].split("</div>", 1)[0]
    assert "Help Line (synthetic)</strong> 00 00 00 00" in note  # whoever cannot send now is told whom to talk to


def test_who_says_that_a_child_is_in_danger_now_is_let_in_while_others_without_a_proof_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(public_form, "SLOW_BURST", 2.0)
    monkeypatch.setattr(public_form, "SLOW_RATE", 0.0001)
    monkeypatch.setattr(public_form, "DANGER_BURST", 1.0)
    monkeypatch.setattr(public_form, "DANGER_RATE", 0.0001)
    desk = make_desk()

    def from_elsewhere(n: int, danger: str) -> Any:
        return send(Client(REMOTE_ADDR=f"203.0.113.{n}"), desk, proof="", danger=danger)

    assert [from_elsewhere(n, "no").status_code for n in range(3)] == [200, 200, 429]
    assert [from_elsewhere(n, "yes").status_code for n in range(5, 7)] == [200, 429]
    held = from_elsewhere(9, "no").content.decode()
    assert "Your browser ran no scripts" in held
    assert "Your browser ran no scripts" not in send(Client(), desk, proof="0").content.decode()


@pytest.mark.once
def test_with_a_proof_a_place_is_limited_too() -> None:
    desk, client = make_desk(), Client()
    found = [send(client, desk).status_code for _ in range(public_form.WITH_PROOF + 1)]
    assert found[-1] == 429
    assert send(Client(REMOTE_ADDR="203.0.113.9"), desk).status_code == 200  # another place is not held


def test_a_proof_for_an_easier_form_does_not_count_while_there_is_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    desk, client = make_desk(), Client()
    token = token_of(bits=8)
    monkeypatch.setattr(public_form, "WITHOUT_PROOF", 0)
    monkeypatch.setattr("vaern.node.web.places.share", lambda most: most)
    assert send(client, desk, token).status_code == 429  # eight bits are less than the easiest
    old = token_of(age=3 * 3600, bits=proof_of_work.EASIEST)
    assert send(client, desk, old, prove(old.nonce, old.bits)).status_code == 429
    assert send(client, desk, token_of(bits=proof_of_work.EASIEST)).status_code == 200


@pytest.mark.once
def test_one_desk_takes_no_more_than_it_can_from_everybody_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_form, "DESK_BURST", 3.0)
    monkeypatch.setattr(public_form, "DESK_RATE", 0.001)
    desk, other = make_desk(), make_desk()

    def from_elsewhere(n: int, desk: Any) -> Any:
        token = token_of(bits=proof_of_work.HARDEST - 2)
        return send(Client(REMOTE_ADDR=f"203.0.113.{n}"), desk, token, prove(token.nonce, token.bits))

    assert allowances.load(desk) == 0
    found = [from_elsewhere(n, desk).status_code for n in range(4)]
    assert found == [200, 200, 200, 429]
    assert allowances.load(desk) > 0.9
    assert from_elsewhere(9, other).status_code == 200


def test_the_ledger_names_the_desk_and_nobody_else() -> None:
    desk = make_desk()
    before = Entry.objects.count()
    send(Client(), desk)
    (entry,) = Entry.objects.order_by("id")[before:]
    assert (entry.person, entry.key, entry.session) == (None, None, None)
    assert (entry.organisation, entry.kind) == (desk.organisation_id, "report")


def test_when_it_came_is_kept_to_the_hour_and_of_an_urgent_one_to_five_minutes() -> None:
    desk = make_desk()
    send(Client(), desk, danger="no")
    send(Client(), desk, danger="yes", addresses="https://host.example/urgent")
    plain, urgent = Report.everywhere.get(urgent=False), Report.everywhere.get(urgent=True)
    assert (plain.created_at.minute, plain.created_at.second, plain.created_at.microsecond) == (0, 0, 0)
    for moment in (urgent.created_at, urgent.due_at):
        assert moment is not None
        assert (moment.minute % 5, moment.second, moment.microsecond) == (0, 0, 0)


@pytest.mark.once
@pytest.mark.parametrize("value", VALUES)
def test_no_hostile_text_breaks_the_form_or_the_dialogue(value: str) -> None:
    desk, client = make_desk(), Client()
    names = ("danger", "addresses", "service", "account", "kind", "ongoing", "about", "day", "words", "homepage")
    answers = [send(client, desk, **{name: value}) for name in ("addresses", "service", "account", "words")]
    answers.append(send(client, desk, **dict.fromkeys(names, value)))
    answers.append(client.post(f"/report/{desk.public_name}/", {**FILLED, "token": value, "proof": value}))
    answers.append(client.post("/report/receipt/", {"code": value, "words": value}))
    answers.append(client.post("/report/receipt/", {"opened": value, "words": value, "danger": value}))
    assert {answer.status_code for answer in answers} <= {200, 415, 422, 429}


def test_in_danish() -> None:
    desk = make_desk()
    page = Client().get(f"/report/{desk.public_name}/", headers={"Accept-Language": "da"})
    assert 'lang="da"' in page.content.decode()
