"""Reports out: what a document does not name as left out, its reader gives back; in each form."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from tests.formats import arriving
from tests.formats.arriving import MOMENTS, NOW, few
from tests.formats.case_reading import read_back

from vaern.arrivals import Account, Arrival, Detail, External, File, Location
from vaern.formats import cybertipline, xarf
from vaern.formats.document_parts import Carrying, kind_of, leaves
from vaern.formats.report_write import FORMS, CannotWriteError, Facts, Form, write
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Callable

FACTS = Facts("Hotline (synthetic)", "desk@hotline.example", "hotline.example", uuid.UUID(int=7), NOW)
MANY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

WORDS = st.sampled_from(["", "Photos", "a b", "næste", "line\nline", "\x0b", " "])
SIGNALS = st.one_of(
    arriving.SIGNALS,
    arriving.SIGNALS.map(lambda one: msgspec.structs.replace(one, quality=7)),
    st.just(Signal("tmk", b"opaque")),
)
LOCATIONS = st.builds(
    Location,
    url=st.just("") | arriving.URLS,
    service=WORDS,
    account=WORDS | arriving.EMAILS,
    ip=st.just("") | arriving.IPS,
    seen_at=st.none() | MOMENTS,
    public=st.none() | st.booleans(),
    medium=st.sampled_from(["", "email", "newsgroup", "chat", "game", "telephone", "peer_to_peer", "offline"]),
)
FILES = st.builds(
    File,
    signals=few(SIGNALS, 3),
    name=WORDS,
    size=st.integers(0, 9),
    mime=WORDS,
    viewed=st.sampled_from(["whole", "partly", "not", "unknown"]),
    exif_viewed=st.booleans(),
    location=st.none() | LOCATIONS,
    classification=st.sampled_from(["", "A1", "baseline", "C"]),
    scheme=st.sampled_from(["", "NCMEC", "INTERPOL", "XARF csam", "Norland"]),
    annotations=st.sampled_from([(), ("infant",), ("odd", "violence")]),
    uploaded_at=st.none() | MOMENTS,
    match_list=WORDS,
    match_entry=WORDS,
    match_distance=st.none() | st.integers(0, 3),
    reference=st.sampled_from(["", "f1"]),
    ip_events=few(arriving.EVENTS),
    devices=few(arriving.DEVICES | st.just("bare")),
    details=few(st.builds(Detail, WORDS, WORDS, st.sampled_from(["EXIF", "HASH", "", "XMP"]))),
)
ACCOUNTS = st.sampled_from(["suspect", "victim", "recipient", "uploader", "reporter"]).flatmap(arriving.accounts)
ANY = st.builds(
    Arrival,
    document=st.sampled_from(["api", "cybertipline"]),
    reference=st.sampled_from(["", "123", "ours", str(FACTS.report_id)]),
    offence=st.sampled_from(
        ["material", "enticement", "sexual_extortion", "trafficking", "travel", "live_abuse", "hands_on", "exposure"]
    ),
    danger_now=st.none() | st.booleans(),
    ongoing=st.none() | st.booleans(),
    danger_text=WORDS,
    incident_at=MOMENTS,
    narrative=WORDS | st.just("to ord " * 300),
    locations=few(LOCATIONS, 3),
    files=few(FILES, 3),
    accounts=few(ACCOUNTS, 4),
    preserved_until=st.none() | MOMENTS,
    legal_ground=WORDS,
    contact=WORDS,
    language=WORDS,
    about=st.sampled_from(["", "self", "known", "other"]),
    annotations=st.sampled_from([(), ("spam",), ("odd", "sadistic_exploitation")]),
    tip_number=st.sampled_from(["", "4711"]),
    identifiers=few(
        st.builds(
            External,
            system=st.sampled_from(["siena", "national", "icse_series", "other"]),
            value=st.sampled_from(["S-1", "77 b"]),
            country=st.sampled_from(["", "DK"]),
            holder=st.sampled_from(["", "A desk"]),
        ),
        3,
    ).map(lambda found: tuple(dict.fromkeys(found))),
    unknown=few(st.tuples(st.sampled_from(["a/b", "c"]), st.just("f7"))),
)
"""Whatever a report may say, also what a form has no place for."""


def sayable(arrival: Arrival) -> Arrival:
    """A report that XARF can say: of an offence, a place and a class that it has."""
    offence = arrival.offence if arrival.offence in {"enticement", "sexual_extortion", "live_abuse"} else "material"
    files = tuple(msgspec.structs.replace(one, classification="A1", scheme="NCMEC") for one in arrival.files) or (
        File(classification="baseline", scheme="INTERPOL"),
    )
    files = (msgspec.structs.replace(files[0], location=Location("https://u.example/1", ip="192.0.2.7")), *files[1:])
    return msgspec.structs.replace(arrival, offence=offence, files=files)


def read_of(form: Form) -> Callable[[bytes], Arrival]:
    def read(document: bytes) -> Arrival:
        if form == "case":
            return read_back(document)
        (found,) = cybertipline.read(document, now=NOW) if form == "cybertipline" else [xarf.read(document, now=NOW)]
        assert found.arrival is not None
        assert not [fault for fault in found.faults if "timestamp" not in fault.path], found.faults
        return found.arrival

    return read


def values(arrival: Arrival) -> dict[str, Any]:
    """What each leaf of a report says, by its path; moments in UTC, texts without blanks around."""
    return {path: _plain(_value(arrival, path)) for path in leaves(arrival)}


def _value(value: Any, path: str) -> Any:
    if path.startswith("unknown: "):
        return path
    for step in path.replace("[", ".[").split("."):
        value = value[int(step[1:-1])] if step.startswith("[") else getattr(value, step)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, Signal):
        return value.kind, value.value, value.quality
    return value.strip() if isinstance(value, str) else value


def missing(arrival: Arrival, back: Arrival, named: set[str], form: Form) -> Counter[tuple[str, Any]]:
    """What a report says, is not named, and is not in what was read back; wherever it stands in its series."""

    def kind(path: str) -> str:  # XARF has one place, and what it says of a file is of the file that lies there
        found = kind_of(path)
        return found.replace("files[].location.", "locations[].") if form == "xarf" else found

    said = Counter((kind(path), value) for path, value in values(arrival).items() if path not in named)
    return said - Counter((kind(path), value) for path, value in values(back).items())


@pytest.mark.once
@pytest.mark.parametrize("form", FORMS)
@MANY
@given(arrival=ANY, place=st.sampled_from([1, 1, 2]))
def test_what_is_not_named_as_left_out_is_there(form: Form, arrival: Arrival, place: int) -> None:
    arrival = sayable(arrival) if form == "xarf" else arrival
    try:
        written = write(arrival, form, msgspec_replace(place))
    except CannotWriteError as error:
        event(f"refused: {error.faults[0].what.code}")
        assume(False)
        return
    event("written")
    back = read_of(form)(written.document)
    assert set(written.left_out) | set(written.changed) <= set(leaves(arrival))
    assert not set(written.left_out) & set(written.changed)
    found = missing(arrival, back, {*written.left_out, *written.changed}, form)
    assert not found, (found, written.document.decode())


def msgspec_replace(place: int) -> Facts:
    return Facts(**{**{name: getattr(FACTS, name) for name in FACTS.__dataclass_fields__}, "place": place})


@pytest.mark.parametrize("form", FORMS)
def test_what_the_form_has_a_place_for_is_not_named(form: Form) -> None:
    plain = Arrival(
        "api",
        offence="material",
        incident_at=NOW,
        narrative="Words",
        locations=(Location("https://u.example/1", ip="192.0.2.1"),)
        if form != "cybertipline"
        else (Location("https://u.example/1"), Location(service="newsgroup", account="group", medium="newsgroup")),
        files=(File((Signal("sha256", bytes(range(32))),), classification="A1", scheme="NCMEC"),),
    )
    written = write(plain, form, FACTS)
    assert written.left_out == (("files[0].classification", "files[0].scheme") if form == "case" else ())


@pytest.mark.once
@given(arrival=ANY)
def test_parts_are_named_once_and_taken_once(arrival: Arrival) -> None:
    carrying = Carrying(arrival)
    assert set(carrying.left_out) == set(leaves(arrival))
    carrying.root.take("locations", "narrative")
    carrying.root.take("narrative", changed=True)
    assert not [path for path in carrying.left_out if path.startswith(("locations", "narrative"))]
    assert not carrying.changed
    carrying.root.take()
    assert not carrying.left_out


def incident_of(medium: str) -> tuple[str, str]:
    place = Location(
        service={"email": "e-mail", "newsgroup": "newsgroup", "telephone": "telephone"}.get(medium, "Name"),
        account={"email": "a@b.example", "newsgroup": "group", "telephone": "5550199", "chat": "room"}.get(medium, ""),
        medium=medium,  # type: ignore[arg-type]
    )
    suspect = Account("suspect", emails=("a@b.example",))
    arrival = Arrival("api", offence="enticement", incident_at=NOW, locations=(place,), accounts=(suspect,))
    written = write(arrival, "cybertipline", FACTS)
    (found,) = cybertipline.read(written.document, now=NOW)
    assert found.arrival is not None
    assert found.arrival.locations == (place,)
    assert not written.left_out
    text = written.document.decode()
    return medium, text.partition("<internetDetails><")[2].partition(">")[0]


def test_each_incident_goes_out_as_what_it_came_in_as() -> None:
    kinds = ("email", "newsgroup", "chat", "game", "telephone", "peer_to_peer", "offline")
    assert dict(map(incident_of, kinds)) == {
        "email": "emailIncident",
        "newsgroup": "newsgroupIncident",
        "chat": "chatImIncident",
        "game": "onlineGamingIncident",
        "telephone": "cellPhoneIncident",
        "peer_to_peer": "peer2peerIncident",
        "offline": "nonInternetIncident",
    }


@pytest.mark.parametrize("mark", sorted(cybertipline.REPORT_ANNOTATIONS.values()))
def test_each_mark_of_a_report_comes_back_as_it_went_out(mark: str) -> None:
    arrival = Arrival("api", offence="material", incident_at=NOW, annotations=(mark,))
    written = write(arrival, "cybertipline", FACTS)
    (found,) = cybertipline.read(written.document, now=NOW)
    assert found.arrival is not None
    assert (found.arrival.annotations, found.arrival.offence) == ((mark,), "material")
    assert not any(path.startswith("annotations") for path in written.left_out)


@pytest.mark.parametrize("mark", sorted(cybertipline.ANNOTATIONS.values()))
def test_each_mark_of_a_file_comes_back_as_it_went_out(mark: str) -> None:
    file = File((Signal("md5", bytes(16)),), annotations=(mark,))
    written = write(Arrival("api", offence="material", incident_at=NOW, files=(file,)), "cybertipline", FACTS)
    (found,) = cybertipline.read(written.document, now=NOW)
    assert found.arrival is not None
    assert [one.annotations for one in found.arrival.files] == [(mark,)]
    assert not any("annotations" in path for path in written.left_out)


def test_ncmecs_identifiers_are_kept() -> None:
    arrival = Arrival(
        "cybertipline",
        "R-1",
        "material",
        incident_at=NOW,
        tip_number="4564654",
        files=(File(reference="aa11"), File(reference="bb22")),
    )
    written = write(arrival, "cybertipline", FACTS)
    text = written.document.decode()
    assert text.count("<reportId>4564654</reportId>") == 2
    assert "<fileId>aa11</fileId>" in text
    assert "<fileId>bb22</fileId>" in text
    assert not written.left_out


def test_of_a_victim_the_left_out_parts_are_named() -> None:
    arrival = Arrival(
        "api", offence="enticement", accounts=(Account("victim", identifier="x", emails=("a@b.example",)),)
    )
    assert write(arrival, "case", FACTS).left_out == ("accounts[0].identifier", "accounts[0].emails[0]")
