"""A release tells what was seen, stays for ever, is corrected in the open, and is the same for everybody."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import threading
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from tests.node.alliance.commitments.factories import make_round
from tests.node.alliance.progress.factories import declare, publish
from tests.node.alliance.publishing.worlds import WHY, an_alliance, file_of, released, secretariat
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.threads import at_once

from vaern.node.alliance.files import opendata
from vaern.node.alliance.models import Commitment, PublicRelease, ReleasePreview, Value
from vaern.node.alliance.publishing import actions, contents, preview_computation, previews, queries
from vaern.node.alliance.publishing.jobs import compute_preview
from vaern.node.alliance.rules import definitions
from vaern.node.alliance.rules.contents import Baseline
from vaern.node.alliance.rules.releases import Scope
from vaern.node.alliance.rules.suppression.protection import Why, protect
from vaern.node.base.jobs import NIGHTLY
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import OrganisationKind, Role

pytestmark = pytest.mark.django_db
YEARS = Scope(2024, 2025, "years")


@pytest.fixture
def viewer():
    an_alliance(seed=2, codes=("XA", "XV"))
    return secretariat()


@pytest.mark.once
def test_what_was_told_stays(viewer):
    one = released(viewer, YEARS)
    entry = Entry.objects.get(act="alliance.figures.released")
    assert (entry.subject, entry.person) == (one.pk, viewer.person.pk)
    for change in (
        lambda: PublicRelease.objects.update(explanation="another"),
        lambda: PublicRelease.objects.filter(pk=one.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert queries.find("1") == queries.find("latest") == one


@pytest.mark.once
def test_only_what_was_seen_is_released(viewer):
    seen = previews.ask(viewer, YEARS)
    changed = Value.objects.filter(code="identified_flow", start=date(2025, 3, 1)).exclude(member__code="XV")
    changed.update(numerator=F("numerator") + 10)
    with pytest.raises(Refusal, match="changed since"):
        actions.release(viewer, WHY, seen)
    changed.filter(member=None).update(numerator=0)
    with pytest.raises(Refusal, match="do not agree"):
        previews.ask(viewer, YEARS)
    assert not PublicRelease.objects.exists()


@pytest.mark.once
def test_a_year_before_the_first_number_is_no_zero(viewer):
    content = previews.seen(previews.ask(viewer, Scope(2022, 2025, "years"))).content
    assert content.periods("year") == ["2024", "2025"]


def test_only_the_secretariat_releases(viewer):
    other = viewer_for(make_person(Role.RAPPORTEUR, make_organisation(OrganisationKind.MINISTRY)))
    with pytest.raises(Refusal):
        previews.ask(other, YEARS)
    with pytest.raises(Refusal):
        actions.release(other, WHY, previews.ask(viewer, YEARS))


@pytest.mark.once
def test_a_release_of_another_in_between_asks_for_a_new_preview(viewer):
    one, two = previews.ask(viewer, YEARS), previews.ask(viewer, YEARS)
    actions.release(viewer, WHY, one)
    assert not ReleasePreview.objects.filter(pk=one.pk).exists()
    with pytest.raises(Refusal, match="changed since"):
        actions.release(viewer, WHY, two)


def test_what_is_in_no_table_and_how_far_the_ledger_was_read_change_no_preview(viewer):
    seen = previews.ask(viewer, Scope(2024, 2024, "years"))
    Value.objects.update(as_of=F("as_of") + 7)
    Value.objects.filter(code="identified_flow", start__gte=date(2025, 1, 1), member=None).update(
        numerator=F("numerator") + 10
    )
    assert actions.release(viewer, WHY, seen).number == 1


@pytest.mark.once
def test_a_large_preview_is_computed_by_the_job_and_says_how_far_it_is(viewer, client, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE", 0)
    monkeypatch.setattr(preview_computation, "TOLD_EACH", 0)
    told: list[float] = []
    note = preview_computation._Note.__call__
    monkeypatch.setattr(preview_computation._Note, "__call__", lambda self, done: (told.append(done), note(self, done)))
    sign_in(client, viewer.person, second_factor=True)
    sent = client.post(reverse("alliance:release-previews"), {"first": 2024, "last": 2025, "depth": "years"})
    one = ReleasePreview.objects.get()
    url = reverse("alliance:release-preview", args=[one.pk])
    assert sent["Location"] == url
    page = client.get(url).content.decode()
    assert "Deciding what is left out" in page
    assert url in client.get(reverse("alliance:releases")).content.decode()
    progress = reverse("alliance:release-preview-progress", args=[one.pk])
    assert "HX-Refresh" not in client.get(progress)
    with pytest.raises(Refusal, match="changed since"):
        actions.release(viewer, WHY, one)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'alliance.preview' AND status = 'todo'")
        (arguments,) = cursor.fetchone()
    compute_preview(**json.loads(arguments))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 5
    assert client.get(progress)["HX-Refresh"] == "true"
    assert "Fewer than five" in client.get(url).content.decode()
    one.refresh_from_db()
    monkeypatch.setattr(previews, "AT_ONCE", 10**6)
    assert one.digest == previews.ask(viewer, YEARS).digest


@pytest.mark.once
def test_what_was_told_before_counts_for_how_large_a_preview_is(viewer, monkeypatch):
    size = len(contents.gather(YEARS).tables.cells)
    monkeypatch.setattr(previews, "AT_ONCE", size)
    assert previews.ask(viewer, YEARS).ready_at is not None
    released(viewer, Scope(2024, 2025, "quarters"))
    assert previews.ask(viewer, YEARS).ready_at is None


def test_a_preview_that_shows_nothing_yet_leads_to_its_page_when_it_is_released(viewer, client, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE", 0)
    one = previews.ask(viewer, YEARS)
    sign_in(client, viewer.person, second_factor=True)
    given = {"why": "administration", "words": "", "explanation": "The first"}
    answer = client.post(reverse("alliance:release-figures", args=[one.pk]), given)
    assert (answer.status_code, answer["Location"]) == (302, reverse("alliance:release-preview", args=[one.pk]))


@pytest.mark.once
def test_a_preview_that_fails_says_so_and_can_be_asked_for_anew(viewer, client, monkeypatch):
    def fails(*_given, **_more):
        raise RuntimeError("tagged")

    monkeypatch.setattr(previews, "AT_ONCE", 0)
    one = previews.ask(viewer, YEARS)
    assert previews.ask(viewer, YEARS) == one  # while it is computed, nobody begins the same twice
    assert previews.ask(viewer, Scope(2025, 2025, "years")) != one
    with monkeypatch.context() as patched:
        patched.setattr(preview_computation, "protect", fails)
        with pytest.raises(RuntimeError):
            preview_computation.compute(one.pk)
    sign_in(client, viewer.person, second_factor=True)
    page = client.get(reverse("alliance:release-preview", args=[one.pk])).content.decode()
    assert "Something failed" in page
    assert "tagged" not in page
    assert "Failed" in client.get(reverse("alliance:releases")).content.decode()
    with pytest.raises(Refusal):
        actions.release(viewer, WHY, ReleasePreview.objects.get(pk=one.pk))
    again = previews.ask(viewer, YEARS)
    preview_computation.compute(again.pk)
    again.refresh_from_db()
    assert actions.release(viewer, WHY, again).number == 1


def test_nobody_waits_for_a_preview_that_no_job_computes(viewer, monkeypatch):
    def fails(**_arguments):
        raise RuntimeError("no job")

    monkeypatch.setattr(previews, "AT_ONCE", 0)
    with monkeypatch.context() as patched:
        patched.setattr(compute_preview, "defer", fails)
        with pytest.raises(RuntimeError):
            previews.ask(viewer, YEARS)
    assert not ReleasePreview.objects.exists()


@pytest.mark.once
def test_a_preview_ends_after_a_day(viewer, client):
    one = previews.ask(viewer, YEARS)
    ReleasePreview.objects.update(asked_at=F("asked_at") - previews.KEPT)
    assert previews.find(one.pk) is None
    previews.ask(viewer, YEARS)
    assert not ReleasePreview.objects.filter(pk=one.pk).exists()


@pytest.mark.once
def test_a_preview_ends_at_night_though_nobody_asks_for_another(viewer):
    previews.ask(viewer, YEARS)
    kept = previews.ask(viewer, YEARS)
    ReleasePreview.objects.exclude(pk=kept.pk).update(asked_at=F("asked_at") - previews.KEPT)
    assert NIGHTLY["previews of releases"]() == 1
    assert ReleasePreview.objects.get() == kept


@pytest.mark.once
def test_a_second_run_of_the_job_changes_nothing_of_a_preview_that_was_seen(viewer, monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE", 0)
    one = previews.ask(viewer, YEARS)
    shown = []

    def slow(before, now, **_more):  # meanwhile the job is begun again, is done, and what it kept is seen
        monkeypatch.setattr(preview_computation, "protect", protect)
        preview_computation.compute(one.pk)
        shown.append(ReleasePreview.objects.get().content)
        Value.objects.filter(code="identified_flow", start=date(2025, 3, 1), member=None).update(
            numerator=F("numerator") + 10
        )
        return dict.fromkeys(now.cells, Why.GUARD)  # time ran out

    monkeypatch.setattr(preview_computation, "protect", slow)
    preview_computation.compute(one.pk)
    one.refresh_from_db()
    assert [one.content] == shown


@pytest.mark.once
def test_a_correction_says_why_and_both_stand(viewer, client):
    one = released(viewer, YEARS)
    with pytest.raises(Refusal):
        released(viewer, YEARS, corrects=one)
    two = released(viewer, YEARS, corrects=one, explanation="Two desks were counted twice")
    with pytest.raises(Refusal):
        released(viewer, YEARS, corrects=one, explanation="again")
    with pytest.raises(Refusal, match="corrected already"):  # said before anything is computed
        previews.ask(viewer, YEARS, one)
    page = client.get(reverse("alliance:released", args=[1])).content.decode()
    assert "corrected by release 2: Two desks were counted twice" in " ".join(page.split())
    assert "It corrects release 1" in client.get(reverse("alliance:public-progress")).content.decode()
    assert queries.find("latest") == two


@pytest.mark.once
def test_what_everybody_reads_of_a_release_is_read_in_their_language(viewer, client):
    released(viewer, YEARS, explanation="For the ministers", danish="Til ministrene")
    page = reverse("alliance:public-progress")
    english = client.get(page).content.decode()
    assert ("For the ministers" in english, "Til ministrene" in english) == (True, False)
    danish = client.get(f"{page}?lang=da").content.decode()
    assert ("For the ministers" in danish, "Til ministrene" in danish) == (False, True)
    first = PublicRelease.objects.get()
    released(viewer, YEARS, corrects=first, explanation="Two desks were counted twice")
    assert '<span lang="en">Two desks were counted twice</span>' in client.get(f"{page}?lang=da").content.decode()


@pytest.mark.once
def test_a_release_stays_readable_when_indicators_are_added_after_it(viewer, client):
    one = released(viewer, Scope(2025, 2025))
    later = set(definitions.version("2026-2").by_code) - set(definitions.version("2026-1").by_code)
    assert later
    content = {**one.content, "definitions": "2026-1"}
    content["figures"] = [figure for figure in content["figures"] if figure["code"] not in later]
    older = PublicRelease.objects.create(
        number=one.number + 1, released_by=one.released_by, content=content, basis=one.basis
    )
    page = client.get(reverse("alliance:released", args=[older.number]))
    assert page.status_code == 200
    assert not any(f"/indicators/{code}/" in page.content.decode() for code in later)
    for name in ("factsheet-en.pdf", "definitions.csv", "data.json"):
        assert client.get(reverse("alliance:released-file", args=[older.number, name])).status_code == 200


@pytest.mark.once
def test_what_is_suppressed_is_in_no_file_and_on_no_page(viewer, client):
    one = released(viewer, YEARS)
    left_out = [f for f in file_of(one)["figures"] if f["status"] == "suppressed"]
    assert left_out
    assert all(f["value"] is f["numerator"] is f["denominator"] is None for f in left_out)
    rows = list(
        csv.DictReader(io.StringIO(opendata.table(queries.content_of(one), "figures.csv").decode(), newline=""))
    )
    assert len(rows) == len(file_of(one)["figures"])
    assert sum(row["status"] == "suppressed" and row["value"] == row["numerator"] == "" for row in rows) == len(
        left_out
    )


@pytest.mark.once
def test_a_commitment_in_force_is_told_whatever_its_ministry_drafts(viewer):
    one = publish(Member.objects.get(code="XA"), viewer.person)
    told = file_of(released(viewer, YEARS))["commitments"]
    assert [promise["target"] for promise in told] == [f"sooner, {one.member}"]
    for state in ("draft", "submitted", "returned"):
        Commitment.objects.update(state=state, draft=one.versions.get().content | {"obligation": "a secret draft"})
        assert file_of(released(viewer, YEARS))["commitments"] == told
    Commitment.objects.update(state="withdrawn")
    assert not file_of(released(viewer, YEARS))["commitments"]


@pytest.mark.once
def test_a_commitment_says_the_same_under_the_same_names_in_every_file(viewer):
    publish(Member.objects.get(code="XA"), viewer.person)
    one = released(viewer, YEARS)
    lines = csv.DictReader(io.StringIO(opendata.table(queries.content_of(one), "commitments.csv").decode(), newline=""))
    told = file_of(one)["commitments"]
    names = lines.fieldnames
    assert [{name: "" if line[name] is None else str(line[name]) for name in names} for line in told] == list(lines)
    assert all(line.keys() - set(names) == {"language", "actions"} for line in told)
    assert told[0]["target_value"] is not None


@pytest.mark.once
def test_the_factsheet_speaks_of_one_member_and_says_left_out_once(viewer):
    from vaern.node.alliance.publishing import factsheet

    publish(Member.objects.get(code="XA"), viewer.person)
    one = released(viewer, YEARS)
    content = queries.content_of(one)
    said = []
    for language in ("en", "da"):
        with translation.override(language):
            said.append(factsheet.what_it_says(content, 1, one.released_at, language))
    english, danish = said
    assert english["targets"][3]["promises"].startswith("Commitments: 1, of one member.")
    assert danish["targets"][3]["promises"].startswith("Forpligtelser: 1, fra ét medlem.")
    assert dict(danish["explained"])["Udeladt"].startswith("Tallet er 1, 2, 3 eller 4")


def test_a_baseline_of_few_children_is_told_to_nobody(viewer):
    few, many = (Baseline(value, date(2023, 12, 31), "yearbook") for value in (3.0, 40.0))
    for code, baseline in (("XA", few), ("XV", many)):
        publish(Member.objects.get(code=code), viewer.person, "g1.1", indicator="identified_flow", baseline=baseline)
    told = file_of(released(viewer, YEARS))["commitments"]
    assert {one["member"]: one["baseline"] for one in told} == {"XA": None, "XV": 40.0}


@pytest.mark.once
def test_what_a_member_declares_of_a_number_that_was_left_out_is_not_told_by_a_later_release(viewer):
    first = file_of(released(viewer, Scope(2024, 2024, "years")))
    left_out = next(
        one
        for one in first["figures"]
        if one["status"] == "suppressed" and one["row"] == "XA" and one["indicator"] != "identified_stock"
    )
    member = Member.objects.get(code="XA")
    declare(make_round("Round", member), member, 61.5, indicator=left_out["indicator"], period="2024")
    later = file_of(released(viewer, Scope(2025, 2025, "years")))
    assert 61.5 not in [one["value"] for one in later["figures"]]


@pytest.mark.once
@pytest.mark.parametrize(("value", "shown"), [(61.5, "61.5 %"), (None, "")])
def test_a_promise_shows_what_the_same_release_tells_as_declared(viewer, client, value, shown):
    member = Member.objects.get(code="XA")
    publish(member, viewer.person, due=date(2027, 7, 1))
    declare(make_round("Round", member), member, value, period="2023")  # of no year of the release's own figures
    released(viewer, YEARS)
    page = client.get(reverse("alliance:public-progress"), {"lang": "en"}).content.decode()
    assert ('61.5 % <span class="why quiet">Declared by the member, 2023</span>' in page) == bool(shown)
    assert "this release tells no value" not in page
    assert "1 July 2027" in page
    assert "2027-07-01" not in page


@pytest.mark.once
def test_a_promise_shows_nothing_that_the_release_leaves_out(viewer, client):
    member = Member.objects.get(code="XA")
    publish(member, viewer.person, "g1.1", indicator="identified_flow", unit="children", value=80.0)
    declare(make_round("Round", member), member, 3.0, indicator="identified_flow", period="2023")
    one = released(viewer, YEARS)
    assert [each.status for each in queries.content_of(one).declared] == ["suppressed"]
    assert "Declared by the member, " not in client.get(reverse("alliance:public-progress")).content.decode()


@pytest.mark.once
def test_every_file_is_described_and_stays_the_same(viewer, client):
    released(viewer, YEARS)
    package = json.loads(client.get(reverse("alliance:released-file", args=["1", "datapackage.json"])).content)
    assert [licence["name"] for licence in package["licenses"]] == ["CC-BY-4.0"]
    for resource in package["resources"]:
        answer = client.get(reverse("alliance:released-file", args=["latest", resource["path"]]))
        assert b"\r\n" in answer.content
        head = next(csv.reader(io.StringIO(answer.content.decode())))
        assert head == [field["name"] for field in resource["schema"]["fields"]]
    data = json.loads(client.get(reverse("alliance:released-file", args=["1", "data.json"])).content)
    assert data["dictionary"]["figures.csv"].keys() == data["figures"][0].keys()
    assert {one["code"] for one in data["definitions"]} >= {one["indicator"] for one in data["figures"]}
    assert client.get(reverse("alliance:released-file", args=["1", "basis.json"])).status_code == 404


@pytest.mark.once
def test_the_factsheet_has_the_same_bytes_each_time(viewer):
    from vaern.node.alliance.publishing import factsheet

    one = released(viewer, YEARS)
    both = [factsheet.pdf(queries.content_of(one), one.number, one.released_at, "da") for _ in range(2)]
    assert both[0] == both[1]
    assert both[0].startswith(b"%PDF")


@pytest.mark.once
def test_the_public_pages_know_nobody_and_may_be_kept(viewer, client):
    empty = client.get(reverse("alliance:public-progress"))
    assert empty.status_code == 200
    released(viewer, YEARS)
    for url in (
        reverse("alliance:public-progress"),
        reverse("alliance:released-indicator", args=["1", "removal_72h"]),
        reverse("alliance:released-file", args=["1", "figures.csv"]),
    ):
        answer = client.get(url, {"lang": "da"})
        assert answer.status_code == 200
        assert not answer.cookies
        assert "public" in answer["Cache-Control"]
        again = client.get(url, {"lang": "da"}, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(url, {"lang": "en"})["ETag"] != answer["ETag"]
    assert 'lang="da"' in client.get(reverse("alliance:public-progress"), {"lang": "da"}).content.decode()
    for wrong in ("7", "no", "²"):
        assert client.get(f"/progress/{wrong}/").status_code == 404


@pytest.mark.once
def test_the_secretariat_sees_what_is_left_out_and_why_before_it_releases(viewer, client):
    sign_in(client, viewer.person, second_factor=True)
    asked = {"first": 2024, "last": 2025, "depth": "years"}
    page = client.post(reverse("alliance:release-previews"), asked, follow=True)
    assert page.status_code == 200
    assert "Fewer than five" in page.content.decode()
    url = reverse("alliance:release-figures", args=[ReleasePreview.objects.get().pk])
    given = {"why": "administration", "words": "", "explanation": "The first"}
    assert client.post(url, {**given, "why": ""}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert PublicRelease.objects.get().explanation == "The first"
    assert client.post(url, given).status_code == 404
    assert "Release 1" in client.get(reverse("alliance:releases")).content.decode()
    assert client.post(reverse("alliance:release-previews"), {**asked, "last": 2020}).status_code == 422


@pytest.mark.once
def test_a_correction_begins_with_what_it_corrects(viewer, client):
    released(viewer, YEARS)
    sign_in(client, viewer.person, second_factor=True)
    page = client.get(reverse("alliance:release-correction", args=[1]))
    assert "Correct release 1" in page.content.decode()
    asked = {key: page.context["form"][key].value() for key in ("first", "last", "depth", "corrects")}
    assert asked == {"first": 2024, "last": 2025, "depth": "years", "corrects": 1}
    client.post(reverse("alliance:release-previews"), asked)
    one = ReleasePreview.objects.get()
    assert one.corrects.number == 1
    url = reverse("alliance:release-figures", args=[one.pk])
    assert client.post(url, {"why": "administration", "words": "", "explanation": ""}).status_code == 422
    client.post(url, {"why": "administration", "words": "", "explanation": "One desk was counted twice"})
    assert PublicRelease.objects.get(number=2).corrects.number == 1
    assert client.post(reverse("alliance:release-previews"), {**asked, "corrects": 9}).status_code == 404


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_two_first_releases_at_once_are_one_and_a_clear_refusal(monkeypatch):
    an_alliance(seed=2, codes=("XA", "XV"))
    viewer = secretariat()
    seen = [previews.ask(viewer, YEARS), previews.ask(viewer, YEARS)]
    gathered, ready = contents.gather, threading.Barrier(2)

    def both(scope):  # each has looked before the other has released
        found = gathered(scope)
        with contextlib.suppress(threading.BrokenBarrierError):
            ready.wait(timeout=1)
        return found

    monkeypatch.setattr(contents, "gather", both)

    def act(one):
        try:
            return actions.release(viewer, WHY, one).number
        except Refusal as refused:
            return str(refused)

    ends = at_once(*(partial(act, one) for one in seen))
    assert sorted(ends, key=str) == [1, "The numbers have changed since the preview: look at a new one."]
    assert PublicRelease.objects.count() == 1
