"""The pages of mappings: nothing typed is lost, versions stay, others see none, and a sample is kept nowhere."""

from __future__ import annotations

import base64
import html
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.formats.test_mapping_draft import SAMPLE
from tests.node.factories import make_organisation, make_person, sign_in
from tests.node.reports.mappings.worlds import POLICE, PORTAL, make_mapping, table, tips

from vaern.formats.mapping import Field, Group, Mapping, mapping_of, written
from vaern.node.casework.drafts.models import Draft
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.mappings.actions import erase_uses
from vaern.node.reports.models import Original, Report, SavedMapping, SavedMappingUse, SavedMappingVersion
from vaern.node.reports.rules.mappings import LARGEST_SAMPLE, USES_KEPT_FOR

pytestmark = pytest.mark.django_db
ROW = ("N-17", "4", "24.11.2025 09:30", "https://chat.example/9", "Rødgrød", "17")
KEEP = {"name": "The portal", "system": "Portal of Nordmark (synthetic)", "why": "administration", "do": "save"}
NEW, DRAFT, BRING = (reverse(f"reports:{name}") for name in ("new-mapping", "draft-mapping", "bring-in"))


@pytest.fixture
def desk():
    return make_organisation(OrganisationKind.HOTLINE)


@pytest.fixture
def keeper(client, desk):
    person = make_person(Role.ADMINISTRATOR, desk)
    sign_in(client, person)
    return person


def upload(data, name="export.json"):
    return SimpleUploadedFile(name, data)


def text_of(mapping):
    return written(mapping).decode()


def page_of(answer):
    return html.unescape(answer.content.decode())


def test_a_file_that_is_kept_is_given_out_again_and_reads_the_same(client, keeper):
    answer = client.post(NEW, {**KEEP, "file": upload(written(POLICE))})
    assert answer.status_code == 302, page_of(answer)
    saved = SavedMapping.everywhere.get()
    given = client.get(reverse("reports:mapping-file", args=[saved.pk, 1]))
    assert mapping_of(given.content) == POLICE
    assert client.post(NEW, {**KEEP, "name": "Again", "file": upload(given.content)}).status_code == 302
    contents = set(SavedMappingVersion.everywhere.values_list("content", flat=True))
    assert contents == {given.content.decode()}
    entry = Entry.objects.filter(act="reports.mapping.made", subject=saved.pk).get()
    assert entry.person == keeper.pk


def test_each_change_is_a_version_and_earlier_ones_stay_as_they_were(client, keeper):
    client.post(NEW, {**KEEP, "content": text_of(PORTAL)})
    saved = SavedMapping.everywhere.get()
    change = reverse("reports:change-mapping", args=[saved.pk])
    version = re.search(r'name="version" value="(\w+)"', client.get(change).content.decode())[1]
    other = text_of(Mapping("csv", Group("report", ".", (Field("reference", "No"),))))
    words = {"why": "other", "words": "The portal renamed its columns"}
    assert client.post(change, {**KEEP, **words, "content": other, "version": version}).status_code == 302
    late = client.post(change, {**KEEP, "content": text_of(POLICE), "version": version})
    assert (late.status_code, "Somebody else changed" in page_of(late)) == (409, True)
    assert text_of(POLICE)[:40] in page_of(late)
    first, second = SavedMappingVersion.everywhere.order_by("number")
    assert (first.content, second.content) == (text_of(PORTAL), other)
    assert (second.why, second.words, second.made_by) == ("other", words["words"], keeper)
    page = page_of(client.get(reverse("reports:mapping", args=[saved.pk])))
    assert words["words"] in page
    use = reverse("reports:use-mapping", args=[saved.pk, 1])
    assert client.post(use, {"why": "administration"}).status_code == 302
    assert SavedMapping.everywhere.get().in_use == 1
    assert SavedMappingVersion.everywhere.count() == 2
    for name, retired in (("retire-mapping", True), ("resume-mapping", False)):
        assert client.post(reverse(f"reports:{name}", args=[saved.pk]), {"why": "administration"}).status_code == 302
        assert (SavedMapping.everywhere.get().retired_at is not None) == retired
    acts = Entry.objects.filter(subject=saved.pk).order_by("id").values_list("act", flat=True)
    assert [act.rpartition(".")[2] for act in acts] == ["made", "changed", "put_in_use", "retired", "resumed"]


def test_what_was_typed_comes_back_with_every_fault_and_its_place(client, keeper):
    wrong = (
        '{"shape": "csv", "report": {"to": "report", "fields": [{"to": "nothing", "path": "a"}, {"to": "contact"}]}}'
    )
    answer = client.post(NEW, {**KEEP, "words": "my words", "content": wrong, "sample_file": upload(table(ROW))})
    page = page_of(answer)
    assert answer.status_code == 422
    for text in (wrong, "my words", KEEP["name"], "report.fields[0].to", "report.fields[1]"):
        assert text in page
    assert base64.b64encode(table(ROW)).decode() in page
    assert not SavedMapping.everywhere.exists()


def test_trying_shows_what_it_becomes_what_is_left_and_what_is_wrong_and_keeps_nothing(client, keeper):
    sample = table(ROW, ("N-18", "9", "yesterday", "", "Words", "18"))
    tried = client.post(NEW, {"do": "try", "content": text_of(PORTAL), "sample_file": upload(sample), "number": "2"})
    page = page_of(tried)
    assert tried.status_code == 200
    for text in ("N-18", "Sagsbehandler", "line 3, column Type", "is not in the mapping's table of values"):
        assert text in page
    carried = re.search(r'name="sample" value="([^"]+)"', page)[1]
    again = client.post(NEW, {"do": "try", "content": text_of(PORTAL), "sample": carried})
    assert "hxxps" in page_of(again) or "chat[.]example" in page_of(again)
    for model in (SavedMapping, SavedMappingUse, Report, Original, Draft):
        assert not (model.everywhere if hasattr(model, "everywhere") else model.objects).exists()


def test_a_sample_has_a_bound_and_one_that_is_damaged_is_said(client, keeper):
    large = client.post(DRAFT, {"do": "try", "sample_file": upload(b"a" * (LARGEST_SAMPLE + 1))})
    assert (large.status_code, "at most 200 kB" in page_of(large)) == (422, True)
    damaged = client.post(DRAFT, {"do": "try", "sample": "%%%"})
    assert (damaged.status_code, "did not arrive whole" in page_of(damaged)) == (422, True)


def fields_of(page):
    """What a browser would send of the drop-downs, without any script."""
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[html.unescape(name)] = html.unescape(chosen[1])
    found |= dict.fromkeys(re.findall(r'type="checkbox" name="(slot:[^"]+)" value="1" checked', page), "1")
    found.pop("csrfmiddlewaretoken", None)
    return found


@pytest.mark.once
def test_a_mapping_is_chosen_by_drop_downs_without_a_script(client, keeper):
    first = client.post(DRAFT, {"do": "try", "sample_file": upload(json.dumps(SAMPLE).encode())})
    given = fields_of(first.content.decode())
    assert (given["at"], given["to:cases/no"]) == ("cases", "")
    given |= {
        "to:cases/no": "report:reference",
        "to:cases/kind": "report:offence",
        "to:cases/links": "locations:url",
        "to:cases/suspects/nick": "suspect:screen_name",
        "to:agency": "report:contact",
        "to:cases/suspects/logins/addr": "suspect.ip_events:ip",
        "slot:suspect.ip_events": "1",
        "do": "try",
    }
    given = {**fields_of(client.post(DRAFT, given).content.decode()), "slot:suspect.ip_events": "1"}
    word = next(name for name in given if name.startswith("word:") and name.endswith(":4"))
    tried = client.post(DRAFT, {**given, word: "enticement", "do": "try"})
    page = page_of(tried)
    assert tried.status_code == 200
    assert "N-17" in page
    assert "cases[1]/kind" not in page
    unnamed = client.post(DRAFT, {**fields_of(tried.content.decode()), "do": "save"})
    assert unnamed.status_code == 422
    kept = client.post(DRAFT, {**fields_of(unnamed.content.decode()), **KEEP})
    assert kept.status_code == 302, page_of(kept)
    version = SavedMappingVersion.everywhere.get()
    made = mapping_of(version.content)
    assert isinstance(made, Mapping)
    assert Field("offence", "kind", values={"4": "enticement"}) in made.report.fields
    redraft = reverse("reports:redraft-mapping", args=[version.mapping_id])
    begun = fields_of(client.get(redraft).content.decode())
    again = client.post(redraft, {**begun, "do": "try", "sample_file": upload(json.dumps(SAMPLE).encode())})
    same = client.post(again.request["PATH_INFO"], {**fields_of(again.content.decode()), **KEEP})
    assert (same.status_code, "Nothing was changed" in page_of(same)) == (422, True)


def test_what_was_chosen_is_there_still_when_a_report_begins_elsewhere(client, keeper):
    first = client.post(DRAFT, {"do": "try", "sample_file": upload(json.dumps(SAMPLE).encode())})
    given = {**fields_of(first.content.decode()), "to:cases/no": "report:reference", "at": ".", "do": "try"}
    assert fields_of(client.post(DRAFT, given).content.decode())["to:cases/no"] == "report:reference"


def test_what_drop_downs_cannot_say_is_changed_as_text(client, keeper):
    constant = Mapping("json", Group("report", ".", (Field("offence", value="material"),)))
    version = make_mapping(keeper, constant)
    page = page_of(client.get(reverse("reports:redraft-mapping", args=[version.mapping_id])))
    assert reverse("reports:change-mapping", args=[version.mapping_id]) in page


def test_documents_are_brought_in_and_each_is_answered_with_its_place(client, desk):
    person = make_person(Role.ANALYST, desk)
    version = make_mapping(person)
    sign_in(client, person)
    files = [
        upload(table(ROW), "a.csv"),
        upload(table(("N-18", "9", "", "", "Words", ""), ("N-19", *[""] * 5)), "b.csv"),
    ]
    sent = {"mapping": str(version.mapping_id), "documents": files, "why": "assessment"}
    answer = client.post(BRING, sent)
    page = page_of(answer)
    assert answer.status_code == 200
    for text in ("a.csv", "b.csv", "line 2, column Type", "holds no place, no file, no account and no words"):
        assert text in page
    assert sorted(Report.everywhere.values_list("sender_reference", flat=True)) == ["N-17", "N-18"]
    assert SavedMappingUse.everywhere.count() == 2
    report = Report.everywhere.get(sender_reference="N-17")
    sheet = reverse("reports:report", args=[report.pk])
    client.post(
        reverse("casework:reason"),
        {"kind": "report", "record": str(report.pk), "next": sheet, "reason-why": "assessment"},
    )
    assert "read by the mapping The portal, version 1" in page_of(client.get(sheet))
    files = [upload(table(ROW), "again.csv")]
    assert "Was there already" in page_of(client.post(BRING, {**sent, "documents": files}))
    assert Report.everywhere.count() == 2


def test_a_document_of_which_nothing_can_be_taken_keeps_what_was_chosen(client, desk):
    person = make_person(Role.ANALYST, desk)
    version = make_mapping(person, POLICE)
    sign_in(client, person)
    picture = b'{"tips": [{"' + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4) + b'": 1}]}'
    for body in (b"no JSON", b"[" * 100_000, picture):
        sent = {"mapping": str(version.mapping_id), "documents": [upload(body)], "why": "other", "words": "my words"}
        answer = client.post(BRING, sent)
        assert answer.status_code == 422
        assert "my words" in page_of(answer)
    assert not Report.everywhere.exists()


def test_another_organisations_mapping_is_seen_and_used_nowhere(client, desk):
    theirs = make_mapping(make_person(Role.ANALYST), name="Unseen")
    mine = make_mapping(make_person(Role.ANALYST, desk), POLICE, name="Mine")
    sign_in(client, make_person(Role.ADMINISTRATOR, desk))
    listed = page_of(client.get(reverse("reports:mappings")))
    assert ("Mine" in listed, "Unseen" in listed) == (True, False)
    for name in ("mapping", "change-mapping", "redraft-mapping", "retire-mapping", "resume-mapping"):
        assert client.get(reverse(f"reports:{name}", args=[mine.mapping_id])).status_code == 200
        assert client.get(reverse(f"reports:{name}", args=[theirs.mapping_id])).status_code == 404
    for name in ("mapping-file", "use-mapping"):
        assert client.get(reverse(f"reports:{name}", args=[theirs.mapping_id, 1])).status_code == 404
    sign_in(client, make_person(Role.ANALYST, desk))
    sent = {"mapping": str(theirs.mapping_id), "documents": [upload(tips(1))], "why": "assessment"}
    assert client.post(BRING, sent).status_code == 422
    assert not Report.everywhere.exists()


def test_that_a_document_was_read_ends_by_the_clock_and_the_report_still_says_by_what(client, desk):
    person = make_person(Role.ANALYST, desk)
    version = make_mapping(person, POLICE)
    sign_in(client, person)
    client.post(BRING, {"mapping": str(version.mapping_id), "documents": [upload(tips(1))], "why": "assessment"})
    now = timezone.now()
    assert erase_uses(now + USES_KEPT_FOR - timedelta(days=1)) == 0
    assert erase_uses(now + USES_KEPT_FOR + timedelta(days=1)) == 1
    assert Original.everywhere.get().read_by == version
    assert arrival_of(Report.everywhere.get()).reference == "1"
