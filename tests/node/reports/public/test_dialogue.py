"""The dialogue, from both of its sides: who opens it, what wakes a report, and what is recorded."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.reports.factories import make_report
from tests.node.reports.public.worlds import code_in, make_desk, send

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Verb, Why
from vaern.node.organisations.rules import Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Message, Report
from vaern.node.reports.public import actions, presenters, queries, tokens
from vaern.node.reports.public.items import waiting_items
from vaern.node.reports.rules import public_form
from vaern.node.reports.rules.states import State, Status
from vaern.node.web import codes

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
WORK = Reason(Why.ASSESSMENT)
HERE = "/report/receipt/"


class World:
    """A report of the public, its receipt, and an analyst of its desk."""

    def __init__(self) -> None:
        self.client = Client()
        self.desk = make_desk()
        self.code = code_in(send(self.client, self.desk))
        self.report = Report.everywhere.get(organisation=self.desk.organisation)
        self.ada = make_person(Role.ANALYST, self.desk.organisation)
        self.viewer: Viewer = viewer_for(self.ada)

    def open(self, code: str | None = None, client: Client | None = None) -> Any:
        return (client or self.client).post(HERE, {"code": self.code if code is None else code, "words": ""})

    def add(self, words: str, **fields: str) -> Any:
        opened = tokens.opened(self.report.pk)
        return self.client.post(HERE, {"opened": opened, "words": words, **fields})

    def answer(self, words: str) -> Message:
        with viewing(self.desk.organisation_id):
            return actions.answer(self.viewer, WORK, self.report, words)

    def fresh(self) -> Report:
        return Report.everywhere.get(pk=self.report.pk)


@pytest.fixture
def world() -> World:
    return World()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_code_opens_the_dialogue_however_it_is_typed(world: World) -> None:
    for typed in (world.code, world.code.lower(), world.code.replace("-", " "), world.code.replace("-", "")):
        answer = world.open(typed)
        assert answer.status_code == 200
        assert "Received" in text(answer)


def test_the_code_stands_in_no_address_no_page_and_no_redirect(world: World) -> None:
    answer = world.open()
    bare = codes.read_code(world.code)
    assert "Location" not in answer.headers
    assert world.code not in text(answer)
    assert bare not in text(answer).upper()
    assert str(world.report.pk) not in text(answer)
    assert world.client.get(HERE, {"code": world.code}).context["form"].is_bound is False


def test_a_wrong_code_opens_nothing_and_says_nothing_of_why(world: World) -> None:
    other = codes.grouped("0" * codes.CODE_LENGTH)
    near = world.code[:-1] + ("0" if world.code[-1] != "0" else "1")
    pages = [world.open(code) for code in (other, near, "nonsense", "x" * 59)]
    assert {page.status_code for page in pages} == {422}
    said = {re.search(r'<ul class="errorlist"[^>]*>(.*?)</ul>', text(page), re.DOTALL)[1] for page in pages}  # type: ignore[index]
    assert len(said) == 1


def test_wrong_codes_take_the_same_way_to_the_database(world: World, django_assert_num_queries: Any) -> None:
    counts = []
    for code in ("nonsense", codes.grouped("0" * codes.CODE_LENGTH), world.code[:-1] + "*"):
        with django_assert_num_queries(3) as found:  # the lookup, between its savepoint and its end
            assert actions.open_dialogue(code) is None
        counts.append(re.sub(r"'[^']*'", "?", found.captured_queries[1]["sql"]))
    assert len(set(counts)) == 1


def test_wrong_codes_are_limited_and_then_right_ones_from_there_too(world: World) -> None:
    for _ in range(public_form.WRONG_CODES):
        world.open("wrong")
    held = world.open("wrong")
    assert held.status_code == 429
    assert "Help Line (synthetic)" in text(held)
    assert "call 112" in text(held)
    assert world.open().status_code == 429  # else the limit would be no limit
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert world.open(client=elsewhere).status_code == 200


def test_an_answer_is_read_with_the_receipt_and_the_desk_sees_that(world: World) -> None:
    world.answer("We look into it.\n<script>")
    assert "We look into it." in text(world.open())
    assert "&lt;script&gt;" in text(world.open())
    with viewing(world.desk.organisation_id):
        (line,) = queries.dialogue(world.viewer, world.report, WORK)
    assert line.read
    assert str(world.ada) not in text(world.open())  # who answered is not the reporter's to know


def test_words_are_sealed_and_reach_the_desk_unread(world: World) -> None:
    assert "We have what you wrote" in text(world.add("Words that only the desk reads"))
    message = Message.everywhere.get()
    assert b"only the desk" not in bytes(message.sealed)
    assert (message.by_id, message.read) == (None, False)
    assert (message.at.minute, message.at.second, message.at.microsecond) == (0, 0, 0)
    with viewing(world.desk.organisation_id):
        (line,) = queries.dialogue(world.viewer, world.report, WORK)
        assert line.waits
        (item,) = waiting_items(world.viewer)
        assert (item.about, item.since) == (f"report/{world.report.pk}", message.at)
        actions.mark_read(world.viewer, WORK, world.report)
        assert waiting_items(world.viewer) == []


def test_the_same_words_sent_again_are_there_once(world: World) -> None:
    world.add("Once")
    world.add("Once")
    world.add("Twice")
    assert Message.everywhere.count() == 2


def test_faults_keep_the_words_and_a_dialogue_that_was_closed_does_too(world: World) -> None:
    assert world.add("   ").status_code == 422
    long = "ab " * 1_400
    assert "ab ab ab" in text(world.add(long))
    late = world.client.post(HERE, {"opened": "forged", "words": "Not lost"})
    assert late.status_code == 422
    assert 'value="Not lost"' in text(late)
    again = world.client.post(HERE, {"code": world.code, "words": "Not lost"})
    assert ">\nNot lost</textarea>" in text(again)
    assert Message.everywhere.count() == 0


def test_a_dialogue_closes_after_half_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = tokens.opened(world.report.pk)
    assert tokens.report_of(opened) == world.report.pk
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + public_form.DIALOGUE_LASTS.total_seconds() + 1)
    assert tokens.report_of(opened) is None


@pytest.mark.once
def test_further_words_are_limited(world: World) -> None:
    found = [world.add(f"Words {n}").status_code for n in range(public_form.ADDED_WORDS + 1)]
    assert found[-1] == 429
    assert found[0] == 200


@pytest.mark.once
@pytest.mark.parametrize("state", sorted(State))
def test_whatever_state_a_report_is_in_a_reporters_words_are_seen(world: World, state: State) -> None:
    first = make_report(world.desk.organisation, ["https://host.example/first"])
    world.report.state = state.value
    world.report.closed_at = timezone.now() if state is State.CLOSED else None
    world.report.duplicate_of = first if state is State.DUPLICATE else None
    world.report.actionable = False if state is State.CLOSED else None
    world.report.save()
    world.add("Something new")
    after = world.fresh()
    wakes = state in {State.CLOSED, State.DUPLICATE}
    assert after.state == (State.ARRIVED.value if wakes else state.value)
    assert after.duplicate_of_id is None
    assert after.closed_at is None
    with viewing(world.desk.organisation_id):
        assert len(waiting_items(world.viewer)) == 1


def test_a_child_in_danger_now_makes_the_report_urgent(world: World) -> None:
    before = world.report.priority
    answer = world.add("It happens now", danger="on")
    assert 'href="tel:112"' in text(answer)
    after = world.fresh()
    assert after.urgent
    assert after.due_at is not None
    assert after.due_at - timezone.now() <= timedelta(minutes=15)
    assert after.priority > before
    assert arrival_of(after).danger_now is True
    world.add("It happens now", danger="on")
    assert Message.everywhere.count() == 1


def test_the_status_of_a_duplicate_is_that_of_the_report_it_repeats(world: World) -> None:
    second = Report.everywhere.get(pk=world.report.pk)
    first = make_report(world.desk.organisation, ["https://host.example/1"], touched_at=timezone.now())
    second.state, second.duplicate_of = State.DUPLICATE.value, first
    second.save()
    assert queries.status(second) is Status.BEING_WORKED_ON
    first.state, first.closed_at, first.actionable = State.CLOSED.value, timezone.now(), True
    first.save()
    assert queries.status(second) is Status.CLOSED_ACTED


def test_every_act_is_recorded_and_those_of_the_reporter_name_the_desk_alone(world: World) -> None:
    seen = Entry.objects.order_by("-id").values_list("id", flat=True)[0]
    world.open()
    world.add("Words")
    world.answer("Answer")
    with viewing(world.desk.organisation_id):
        queries.dialogue(world.viewer, world.report, WORK)
    found = list(Entry.objects.filter(id__gt=seen, kind="report").order_by("id"))
    acts = [(entry.act, entry.verb, entry.person) for entry in found]
    assert acts == [
        ("reports.dialogue.opened", Verb.CONSULTATION, None),
        ("reports.dialogue.opened", Verb.CONSULTATION, None),  # adding shows it too
        ("reports.words.added", Verb.COLLECTION, None),
        ("reports.dialogue.answered", Verb.DISCLOSURE, world.ada.pk),
        ("reports.dialogue.read", Verb.CONSULTATION, world.ada.pk),
    ]
    assert {entry.subject for entry in found} == {world.report.pk}
    assert {entry.organisation for entry in found} == {world.desk.organisation_id}


def test_another_desk_sees_nothing_of_it_and_answers_nothing(world: World) -> None:
    eve = make_person(Role.ANALYST, make_desk().organisation)
    world.add("For this desk")
    with viewing(eve.organisation_id):
        assert presenters.sheet_part(viewer_for(eve), world.report, WORK) is None
        assert queries.dialogue(viewer_for(eve), world.report, WORK) == []
        with pytest.raises(ValueError, match="not your organisation"):
            actions.answer(viewer_for(eve), WORK, world.report, "x")
    client = Client()
    sign_in(client, eve)
    assert client.get(f"/reports/{world.report.pk}/answer/").status_code == 404


def test_an_answer_that_is_sent_again_is_one_answer(world: World) -> None:
    first = world.answer("We look into it.")
    assert world.answer("We look into it.") == first
    world.add("Thank you")
    assert world.answer("We look into it.") != first
    assert Message.everywhere.filter(by=world.ada).count() == 2
    assert Entry.objects.filter(act="reports.dialogue.answered").count() == 2


def test_nobody_answers_a_report_that_has_no_receipt(world: World) -> None:
    other = make_report(world.desk.organisation)
    with viewing(world.desk.organisation_id), pytest.raises(Refusal):
        actions.answer(world.viewer, WORK, other, "x")


def test_a_standard_answer_in_the_reporters_language_with_own_words_after_it(world: World) -> None:
    client = Client()
    sign_in(client, world.ada)
    address = f"/reports/{world.report.pk}/answer/"
    page = text(client.get(address))
    assert re.search(r'value="en"[^>]*checked', page)
    empty = client.post(address, {"answer": "", "language": "da", "message": " ", "why": "assessment"})
    assert empty.status_code == 422
    sent = client.post(address, {"answer": "thanks", "language": "da", "message": "Own words", "why": "assessment"})
    assert sent.status_code == 302
    assert "Tak for din anmeldelse" in text(world.open())
    assert "Own words" in text(world.open())


def test_the_sheet_and_the_list_show_what_waits(world: World) -> None:
    world.add("Words that wait")
    client = Client()
    sign_in(client, world.ada)
    assert world.report.code in text(client.get("/reports/words/"))
    with viewing(world.desk.organisation_id):
        part = presenters.sheet_part(world.viewer, world.report, WORK)
    assert part is not None
    assert part.context["unread"] == 1
    done = client.post(f"/reports/{world.report.pk}/words-read/", {"why": "assessment"})
    assert done.status_code == 302
    assert "wait for nobody any more" in text(client.get("/reports/words/")), "said once"
    assert world.report.code not in text(client.get("/reports/words/"))


@pytest.mark.once
@pytest.mark.parametrize("verb", ["answer", "words-read"])
def test_what_comes_while_somebody_reads_goes_on_waiting(world: World, verb: str) -> None:
    world.add("Words that were read")
    client = Client()
    sign_in(client, world.ada)
    with viewing(world.desk.organisation_id):
        part = presenters.sheet_part(world.viewer, world.report, WORK)
    assert part is not None
    address = f"/reports/{world.report.pk}/{verb}/"
    shown = client.get(address, {"seen": part.context["last"]})
    seen = shown.context["form"]["seen"].value()
    assert int(seen) == Message.everywhere.get().pk
    world.add("Words that came meanwhile")
    given = {"why": "assessment", "seen": seen, "answer": "thanks", "language": "en", "message": ""}
    assert client.post(address, given).status_code == 302
    with viewing(world.desk.organisation_id):
        lines = queries.dialogue(world.viewer, world.report, WORK)
    assert [line.words for line in lines if line.waits] == ["Words that came meanwhile"]
    assert client.post(address, {**given, "seen": "9" * 40}).status_code == 422


def test_the_dialogue_stands_on_the_reports_page_for_those_who_assess(world: World) -> None:
    world.add("Words for the sheet")
    client = Client()
    sign_in(client, world.ada)
    address = f"/reports/{world.report.pk}/"
    page = client.get(address)
    assert "Words for the sheet" in text(page)
    assert f"/reports/{world.report.pk}/answer/" in text(page)


def test_a_message_that_does_not_open_stops_no_page(world: World) -> None:
    world.add("Words")
    Message.everywhere.update(sealed=b"damaged")
    assert "does not open" in text(world.open())


def test_a_dialogue_of_an_erased_report_says_so(world: World) -> None:
    opened = tokens.opened(world.report.pk)
    world.report.delete()
    answer = world.client.post(HERE, {"opened": opened, "words": "Hello"})
    assert "no longer here" in text(answer)
    assert world.open().status_code == 422


@pytest.mark.once
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(min_size=1, max_size=200))
def test_whatever_is_written_is_read_as_it_was(world: World, words: str) -> None:
    Message.everywhere.all().delete()
    from vaern.node.web.places import PLACES

    PLACES.forget()
    answer = world.add(words)
    assert answer.status_code in {200, 415, 422}
    kept = queries.lines_of(world.report)
    if answer.status_code == 200:
        assert [line.words for line in kept] == [
            "".join(s for s in words.replace("\r\n", "\n") if s in "\n\t" or s.isprintable()).strip()
        ]
    else:
        assert kept == []
