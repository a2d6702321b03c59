"""The client of recalls against a node that runs: a platform reads what was recalled, and which look-ups it was of."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.test import Client
from django.utils import timezone
from tests.node.factories import make_key, make_organisation, make_person
from tests.node.lists.factories import add, curator, entry_of, make_list
from tests.node.lists.test_recalls import looked_up, recall

from vaern.client import recalls as client
from vaern.client.http import ClientError
from vaern.client.recalls import Recalls
from vaern.node import api
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.models import LookupCall, LookupHit, RecallEffect
from vaern.node.organisations.rules import OrganisationKind, Permission, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def as_fast_as_it_can(settings: Any) -> None:
    settings.KEY_RATE = 10**9


def platform() -> tuple[Organisation, str]:
    made = make_organisation(OrganisationKind.PLATFORM)
    _key, text = make_key(make_person(Role.MODERATOR, made), Permission.LOOKUP_ASK)
    return made, text


def calls_with(organisation: Organisation, entry: str) -> list[LookupCall]:
    """The latest first; of one moment by their ids."""
    hits = LookupHit.everywhere.filter(list="known", entry=entry)
    found = LookupCall.everywhere.filter(organisation=organisation, pk__in=hits.values("answered"))
    return list(found.order_by("-at", "call"))


@pytest.mark.once
@pytest.mark.parametrize("size", [1, 3, 500])
def test_it_reads_all_and_whose_look_ups_it_was(live_server: Any, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Every recall that concerns the platform, every call of its own with a hit, each once; nothing of another's."""
    monkeypatch.setattr(client, "PAGE", size)
    keeper, (ours, key), (theirs, _key) = curator(), platform(), platform()
    rows = add(keeper, make_list(keeper), *(entry_of(name) for name in "abc"))
    for organisation, entry, times in ((ours, "a", 4), (ours, "b", 1), (theirs, "a", 2), (theirs, "c", 1)):
        looked_up(organisation, "known", entry, times)
    twice = calls_with(ours, "a")[0]
    LookupHit.everywhere.create(answered=twice, list="known", release="1", entry="a", kind="md5", act="report")
    LookupHit.everywhere.create(answered=twice, list="known", release="1", entry="b", kind="md5", act="log")
    LookupCall.everywhere.filter(pk=twice.pk).update(
        at=timezone.now() - timedelta(days=1), reference="our 17", purpose="upload", protocol="vaern"
    )
    for row in rows:
        recall(keeper, row)
    with contextlib.closing(Recalls(live_server.url, key)) as node:
        found = list(node.all())
        assert [(one.entry, one.kind, one.list, one.matches) for one in found] == [
            ("b", "lookup", "known", 2),
            ("a", "lookup", "known", 5),
        ]
        assert list(node.open()) == found
        for one in found:
            told = list(node.calls(one))
            assert [call.call for call in told] == [str(each.pk) for each in calls_with(ours, one.entry)]
            (last,) = [call for call in told if call.call == str(twice.pk)]
            assert (last.reference, last.purpose, last.protocol) == ("our 17", "upload", "vaern")
            assert last.acts == (("block", "report") if one.entry == "a" else ("log",))
            assert all(call.acts == ("block",) for call in told if call != last)
    pages = sum(-(-number // size) for number in (4, 2))
    assert LedgerEntry.objects.filter(act="lists.recall.calls", organisation=ours.pk).count() == pages


def test_of_what_is_no_look_up_of_theirs_nothing_is_told() -> None:
    keeper, (ours, key), (_theirs, other) = curator(), platform(), platform()
    (row,) = add(keeper, make_list(keeper), entry_of("a"))
    looked_up(ours, "known", "a")
    made = recall(keeper, row)
    effect = RecallEffect.everywhere.get(recall=made, organisation=ours)
    report = RecallEffect.everywhere.create(recall=made, organisation=ours, kind="report", code="a record's")

    def status(number: int, text: str) -> int:
        headers = {"authorization": f"Bearer {text}", "vaern-reason": "removal"}
        return Client(headers=headers).get(f"/api/lookups/recalls/{number}/calls").status_code

    assert status(effect.pk, key) == 200
    assert status(effect.pk, other) == status(report.pk, key) == status((1 << 63) - 1, key) == 404
    assert status(1 << 63, key) == 422


def test_what_is_no_node_and_what_a_key_may_not_is_said(live_server: Any) -> None:
    organisation, _key = platform()
    _key, text = make_key(make_person(Role.MODERATOR, organisation), Permission.REPORT_SEND)
    with contextlib.closing(Recalls(live_server.url, text)) as node, pytest.raises(ClientError) as caught:
        list(node.all())  # closed: a connection that stays open keeps one of the database open, which cannot be dropped
    assert caught.value.status == 403
    with (
        contextlib.closing(Recalls(live_server.url, text, reason="nothing")) as node,
        pytest.raises(ClientError) as caught,
    ):
        list(node.all())
    assert caught.value.status == 403 or "Vaern-Reason" in str(caught.value)


@pytest.mark.parametrize(("ours", "theirs"), [(client.Recall, "ConcerningOut"), (client.Call, "RecalledCallOut")])
def test_the_clients_types_are_those_of_the_document(ours: type[msgspec.Struct], theirs: str) -> None:
    schema = api.openapi()["components"]["schemas"][theirs]
    assert set(ours.__struct_fields__) == set(schema["properties"])
    needed = {field.name for field in msgspec.structs.fields(ours) if field.required}
    assert needed <= set(schema["required"])
