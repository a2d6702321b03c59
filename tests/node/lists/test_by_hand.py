"""An entry by hand: any kind of hash, as its owner writes it, and all that an entry can say of itself."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, curator, make_list

from vaern.formats.signals import parse, render
from vaern.formats.spellings import spellings
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.lists.curation.forms_entry import AddEntryForm
from vaern.node.lists.models import ListEntry
from vaern.node.lists.rules.lists import Holds
from vaern.records import DIGEST_KINDS, FRAME_BYTES, Entry, Signal

if TYPE_CHECKING:
    from django.test import Client

LENGTHS = {**DIGEST_KINDS, "pdq": 32, "vpdq": 2 * FRAME_BYTES, "pdna": 144, "tmk": 99, "ssvh": 7, "netclean": 20}
REASON = {"why": QUALITY.why.value, "words": "for a test"}


def value_of(kind: str, number: int = 1) -> bytes:
    return hashlib.shake_256(f"made up {kind} {number}".encode()).digest(LENGTHS[kind])


def filled(**given: Any) -> AddEntryForm:
    return AddEntryForm({**REASON, **given}, holds=Holds.FILES, scheme="NCMEC")


def entry_of(**given: Any) -> Entry:
    form = filled(**given)
    assert form.is_valid(), form.errors
    return form.entry


def in_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(LENGTHS)), st.integers(0, 3), st.booleans(), st.sampled_from(["", " "])),
        min_size=1,
        max_size=6,
    )
)
def test_any_kind_of_hash_is_taken_and_goes_out_as_it_was_written(
    lines: list[tuple[str, int, bool, str]],
) -> None:
    texts: dict[Signal, str] = {}
    written = []
    for kind, number, as_base64, space in lines:
        value = value_of(kind, number)
        text = in_base64(value) if as_base64 and kind in {"pdna", "tmk", "ssvh", "netclean"} else value.hex()
        texts.setdefault(Signal(kind, value), text)
        written.append(f"{space}{kind.upper() if space else kind}:{space}{text}")
    found = entry_of(values="\n".join(written))
    spelled = spellings(found)
    assert {signal: render(signal, spelled.get(signal, "")) for signal in found.signals} == texts
    assert len(found.id) <= 200
    assert all(parse(signal.kind, text)[0] == signal for signal, text in texts.items())


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
def test_a_hash_alone_is_known_by_its_length(kind: str) -> None:
    assert entry_of(values=value_of(kind).hex()).signals == (Signal(kind, value_of(kind)),)
    assert entry_of(values=f"photodna:{in_base64(value_of('pdna'))}").signals == (Signal("pdna", value_of("pdna")),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("abc", "Line 2 is no hash"),
        ("md4:abcd", "Line 2 is no hash"),
        ("pdna:00", "Line 2: "),
        ("md5:" + "00" * 16, "a placeholder"),
        ("sha256:" + hashlib.sha256().hexdigest(), "known to be wrong"),
        ("pdq:" + "00" * 31 + "01", "Line 2: "),
    ],
)
def test_what_is_no_hash_is_said_with_its_line_and_not_repeated(text: str, why: str) -> None:
    (said,) = filled(values=f"{value_of('md5').hex()}\n{text}").errors["values"]
    assert why in said
    assert text.partition(":")[2] not in said or ":" not in text


@pytest.mark.django_db(transaction=True)
def test_all_that_an_entry_says_stands_on_its_page_and_in_its_columns(client: Client) -> None:
    viewer = curator()
    made = make_list(viewer, jurisdiction="DK", licence="ours")
    sign_in(client, viewer.person)
    address = reverse("lists:add-entry", args=[made.pk])
    ends = timezone.localdate() + timedelta(days=400)
    given = {
        "ident": "one",
        "values": f"pdna:{in_base64(value_of('pdna'))}",
        "ends": ends.isoformat(),
        "victim_identified": "no",
        "source": "A  hotline (synthetic)",
        "jurisdiction": "NO",
        "basis": "Invented Act, section 1",
        "licence": "made-up",
        **REASON,
    }
    page = client.get(address).content.decode()
    assert "<details>" in page
    refused = client.post(address, {**given, "ends": timezone.localdate().isoformat()})
    assert refused.status_code == 422
    assert "<details open>" in refused.content.decode()
    assert "Invented Act, section 1" in refused.content.decode()  # nothing typed is lost
    assert client.post(address, given).status_code == 302
    row = ListEntry.everywhere.get(list=made)
    assert (row.ends, row.victim_identified, row.source) == (ends, False, "A hotline (synthetic)")
    assert (row.jurisdiction, row.basis, row.licence) == ("NO", "Invented Act, section 1", "made-up")
    assert row.record.ends == ends.isoformat()
    assert row.record.extra == {"pdna written as": "base64"}
    session = client.session
    session[IN_SESSION] = {f"list:{made.pk}": ["list_quality", ""]}
    session.save()
    shown = client.get(reverse("lists:entry", args=[made.pk, row.pk])).content.decode()
    assert "Invented Act, section 1" in shown
