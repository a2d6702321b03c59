"""Whom the cases of a VICS document name as their contact: the reader notes it, as a walk through the cases does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from vaern.formats import vics
from vaern.formats.reader import Reader
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK
from vaern.formats.source import LONGEST_CONTACT, Place
from vaern.formats.vics_cases import cases_of

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = st.one_of(
    st.none(), st.just(7), st.text(max_size=LONGEST_CONTACT + 3), st.sampled_from(["One", " One ", "Two"])
)


def _case(name: Any, number: int, *, behind: bool) -> dict[str, Any]:
    media = {"Media": [{"MediaID": 1, "MD5": f"{number:032x}"}]}
    said = {"ContactName": name}
    return {**media, **said} if behind else {**said, **media}


def _document(cases: list[tuple[Any, bool]]) -> str:
    made = [_case(name, number, behind=behind) for number, (name, behind) in enumerate(cases, start=1)]
    return json.dumps({"@odata.context": "x#Cases", "value": made})


@given(cases=st.lists(st.tuples(_NAMES, st.booleans()), max_size=5))
def test_contacts_are_those_that_the_cases_name(cases: list[tuple[Any, bool]]) -> None:
    text = _document(cases)
    place = Place("VICS")
    reading = Reading("vics", place, vics.read_bytes(text.encode(), place, KNOWN_JUNK))
    for _item in reading:
        pass
    named = [case.get("ContactName") for case in cases_of(iter([text]))]
    plain = [name.strip() for name in named if isinstance(name, str)]
    assert list(reading.contacts) == list(dict.fromkeys(one for one in plain if 0 < len(one) <= LONGEST_CONTACT))


def test_a_process_of_its_own_says_them_too(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(_document([("One", False), ("Two", True)]))
    reader = Reader(path, format="vics")
    assert len(list(reader)) == 2
    assert reader.contacts == ("One", "Two")
    path.write_text(_document([("One", False), ("Two", False)])[:-20])
    torn = Reader(path, format="vics")
    list(torn)
    assert torn.contacts == ("One", "Two")
