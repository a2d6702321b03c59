"""What other systems call a series goes out with its files, as far as it may, and is read again as it was written."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from tests.node.external.worlds import Desk

from vaern.formats import vics
from vaern.formats.left import Left
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK
from vaern.formats.source import Place
from vaern.formats.vics_write import IDENTIFIER, Document, write
from vaern.node.victims.models import Member
from vaern.node.victims.sheet import workstation
from vaern.records import Entry

pytestmark = pytest.mark.django_db(transaction=True)
ALONG = ("", "red", "amber+strict", "amber", "green")


def _properties(medium: dict[str, Any]) -> set[tuple[str, str]]:
    rows = medium.get("MediaMetadata", [])
    return {(one["PropertyName"], one["PropertyValue"]) for one in rows if one["PropertyName"].startswith(IDENTIFIER)}


def test_identifiers_of_a_series_go_with_its_files_come_back_and_go_again() -> None:
    desk = Desk()
    series = desk.records()["series"]
    for along in ALONG:
        desk.add(series, f"n {along}", "national", along=along, country="XA", holder="Desk")
    for n in range(2):
        md5 = hashlib.md5(b"synthetic %d" % n, usedforsecurity=False).digest()
        given = {"source": "hash", "rule": "by_hand", "mime": "image/jpeg", "md5": md5}
        Member.everywhere.create(series=series, organisation_id=series.organisation_id, **given)
    left, document = Left(), Document()
    data = b"".join(write(workstation.goods(series).entries(document, left), document, left))
    media = json.loads(data)["value"]
    own = {f"n {along} (Desk, XA)" for along in ("amber+strict", "amber", "green")}
    assert [{value for _name, value in _properties(one)} for one in media] == [own, own]
    place = Place("VICS")
    back = [one for one in Reading("vics", place, vics.read_bytes(data, place, KNOWN_JUNK)) if isinstance(one, Entry)]
    again = json.loads(b"".join(write(back, document)))["value"]
    assert [_properties(one) for one in again] == [_properties(one) for one in media]
    old = Left()
    b"".join(write(workstation.goods(series).entries(Document("1.3"), old), Document("1.3"), old))
    assert old.fields["further values"] == 2 * len(own), "1.3 has no place for them, and that is said"
