"""CyberTipline documents out: what is written, what is named as left out, and what a person here looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.formats.arriving import ARRIVALS, NOW

from vaern.arrivals import Account, Arrival, Detail, File, IpEvent, Location, Role, Viewed
from vaern.formats.cybertipline import read
from vaern.formats.cybertipline_write import CannotWriteError, Reporter, Viewing, write
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

DESK = Reporter("desk@hotline.example")
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def normal(arrival: Arrival, viewing: dict[int, Viewing]) -> Arrival:
    """What reading gives back: texts trimmed, what cannot be in XML replaced, the reporter's desk as contact."""

    def clean(text: str) -> str:
        return "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text).strip(
            " \t\r\n"
        )

    said: dict[Viewed, Viewed] = {"whole": "whole", "partly": "not", "not": "not", "unknown": "unknown"}
    files = tuple(
        msgspec.structs.replace(
            file,
            viewed=said[viewing[n].file],
            exif_viewed=bool(viewing[n].exif) and viewing[n].file == "whole",
            reference=file.reference or f"file-{n + 1}",
        )
        for n, file in enumerate(arrival.files)
    )
    extorted = arrival.offence == "enticement" and "sexual_extortion" in arrival.annotations  # said by both together
    return msgspec.structs.replace(
        arrival,
        offence="sexual_extortion" if extorted else arrival.offence,
        files=files,
        narrative=clean(arrival.narrative) if arrival.narrative.strip() else "",
        contact="desk@hotline.example",
        reference=arrival.reference or (arrival.tip_number if arrival.files else ""),
        tip_number=arrival.tip_number if arrival.files else "",
        annotations=(*(("sexual_extortion",) if arrival.offence == "sexual_extortion" else ()), *arrival.annotations),
    )


SAYS_NOTHING = {"reportId", "eventName", "victimPerson", "exifViewedByEsp"}
"""What a writer has to say of nothing, and a reader therefore keeps as a part without a place."""

EXTORTION = Arrival("cybertipline", offence="enticement", incident_at=NOW, annotations=("sexual_extortion",))
VIEWINGS = st.builds(Viewing, st.sampled_from(["whole", "partly", "not", "unknown"]), st.none() | st.booleans())


@pytest.mark.once
@QUICK
@given(arrival=ARRIVALS, views=st.lists(VIEWINGS, min_size=3, max_size=3))
@example(
    Arrival("cybertipline", offence="enticement", incident_at=NOW, annotations=("sexual_extortion",)), [Viewing()] * 3
)
def test_writing_and_reading_is_the_identity_on_what_the_format_carries(arrival: Arrival, views: list[Viewing]) -> None:
    viewing = dict(enumerate(views))
    written = write(arrival, viewing, DESK, now=NOW)
    assert written.left_out == (("tip_number",) if arrival.tip_number and not arrival.files else ())
    (one,) = read(written.together, now=NOW)
    assert not one.faults
    assert one.arrival is not None
    back = msgspec.structs.replace(one.arrival, unknown=())
    expected = normal(arrival, viewing)
    assert strip(back) == strip(expected)
    assert {path.rpartition("/")[2] for path, _ in one.arrival.unknown} <= SAYS_NOTHING


def strip(arrival: Arrival) -> object:
    """The record as plain data, with order of annotations and blanks of narrative aside."""
    plain = msgspec.to_builtins(arrival)
    for file in plain.get("files", []):
        file["annotations"] = sorted(file.get("annotations", []))
    plain["annotations"] = sorted(set(plain.get("annotations", [])))
    plain["narrative"] = plain.get("narrative", "").strip()
    seen = [*plain.get("accounts", []), *plain.get("files", [])]
    events = [event for one in seen for event in one.get("ip_events", [])]
    for event in events:
        event.setdefault("event", "unknown")
    for moment in [plain, *plain.get("files", []), *events]:
        for key in ("incident_at", "uploaded_at", "at"):
            if key in moment:
                moment[key] = datetime.fromisoformat(moment[key]).astimezone(UTC)
    return plain


BASE = Arrival("api", offence="material", incident_at=NOW - timedelta(days=1))


@given(said=st.sampled_from(["whole", "partly", "not", "unknown"]), here=VIEWINGS, match=st.booleans())
def test_the_viewed_flag_says_what_a_person_here_did_and_nothing_else(said: Viewed, here: Viewing, match: bool) -> None:
    file = File(viewed=said, exif_viewed=True, match_list="list" if match else "", match_distance=0 if match else None)
    written = write(msgspec.structs.replace(BASE, files=(file,)), {0: here}, DESK, now=NOW)
    root = etree.fromstring(written.files[0])
    assert root.findtext("fileViewedByEsp") == {"whole": "true", "partly": "false", "not": "false"}.get(here.file)
    assert (root.findtext("exifViewedByEsp") == "true") == (here.file == "whole" and here.exif is True)


def test_what_cannot_be_said_truthfully_is_not_written() -> None:
    for arrival, path in (
        (msgspec.structs.replace(BASE, offence="unclear"), "offence"),
        (msgspec.structs.replace(BASE, incident_at=None), "incident_at"),
        (msgspec.structs.replace(BASE, incident_at=NOW + timedelta(days=1)), "report/incidentSummary/incidentDateTime"),
        (
            msgspec.structs.replace(BASE, locations=(Location("no address"),)),
            "report/internetDetails/webPageIncident/url",
        ),
    ):
        with pytest.raises(CannotWriteError) as caught:
            write(arrival, {}, DESK, now=NOW)
        assert path in {fault.path for fault in caught.value.faults}
    with pytest.raises(CannotWriteError):
        write(BASE, {}, Reporter(""), now=NOW)


def test_what_the_format_has_no_place_for_is_named_or_written_as_text() -> None:
    arrival = msgspec.structs.replace(
        BASE,
        offence="live_abuse",
        danger_now=True,
        files=(File(size=7, mime="image/png", classification="B", scheme="national", annotations=("odd",)),),
        accounts=(
            Account("suspect", identifier="a"),
            Account("suspect", identifier="second"),
            Account("uploader", identifier="third", ip_events=(IpEvent("192.0.2.9", 44444),)),
        ),
        unknown=(("x/y", "z"),),
    )
    written = write(arrival, {}, DESK, now=NOW)
    assert set(written.left_out) >= {
        "danger_now",
        "files[0].size",
        "files[0].mime",
        "files[0].classification",
        "files[0].annotations[0]",
        "unknown: x/y",
    }
    text = etree.fromstring(written.report).findtext("additionalInfo") or ""
    assert all(one in text for one in ("second", "third", "192.0.2.9", "port 44444"))


def marked() -> Arrival:
    """A report in which each text is another one, with something in every field."""
    event = IpEvent("192.0.2.1", 1234, NOW - timedelta(hours=1), "upload", proxy=False)

    def account(role: Role, mark: str) -> Account:
        return Account(
            role,
            f"service-{mark}",
            f"id-{mark}",
            f"screen-{mark}",
            (f"{mark}@mail.example",),
            (f"+45-{mark}",),
            (event,),
            (f"IMEI: device-{mark}", f"bare-{mark}"),
            disabled=True,
        )

    place = Location("https://u.example/file", "svc-file", "acc-file", "192.0.2.77", NOW, public=True)
    return Arrival(
        "api",
        "reference-1",
        "live_abuse",
        danger_now=None,
        ongoing=True,
        danger_text="danger-words",
        incident_at=NOW - timedelta(days=1),
        narrative="narrative-words",
        locations=(
            Location("https://u.example/1", "svc-1", "acc-1", "192.0.2.71", NOW, public=True),
            Location("https://u.example/2", "svc-2"),
            Location(service="chat-svc", account="chat-acc"),
        ),
        files=(
            File(
                (Signal("md5", bytes(range(16))), Signal("tmk", b"tmk-bytes")),
                "name-1",
                77,
                "image/x-mark",
                location=place,
                classification="class-1",
                scheme="Norland",
                annotations=("infant", "odd-annotation"),
                uploaded_at=NOW,
                match_list="list-1",
                match_entry="entry-1",
                match_distance=3,
                reference="file-ref",
                ip_events=(event, IpEvent("192.0.2.3")),
                devices=("IMEI: device-f", "bare-f"),
                details=(Detail("Model", "camera", "EXIF"), Detail("Other", "thing"), Detail("Odd", "kind", "XMP")),
            ),
        ),
        accounts=(
            *(account(role, f"{role}{n}") for role in ("suspect", "victim", "recipient", "uploader") for n in (1, 2)),
            account("reporter", "rep"),
        ),
        preserved_until=NOW,
        legal_ground="ground-1",
        contact="contact@mail.example",
        language="da",
        annotations=("sadistic_exploitation", "odd-word"),
        tip_number="4711",
        unknown=(("some/path", "unknown-text"),),
    )


NEEDED = frozenset({"document", "details", "role", "kind", "value", "ip", "scheme", "offence", "event"})
"""Fields without which there is no record, or no valid one, or that say nothing alone."""


@pytest.mark.once
@pytest.mark.parametrize("danger", [None, False])
def test_every_fact_is_written_or_named_as_left_out(danger: bool | None) -> None:
    """Take each leaf of the record away: the document or the list of what it leaves out must change."""
    whole = msgspec.structs.replace(marked(), danger_now=danger)
    plain = msgspec.to_builtins(whole)
    full = write(whole, {}, DESK, now=NOW)
    checked = 0
    for where in leaves(plain):
        if where[-1] in NEEDED or "details" in where[:-1] or where == ("incident_at",):
            continue
        less = msgspec.convert(without(plain, where), Arrival)
        if less == whole:
            continue
        written = write(less, {}, DESK, now=NOW)
        named = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in where)[1:]
        is_named = named.startswith(tuple(full.left_out))
        assert is_named or (written.together, written.left_out) != (full.together, full.left_out), named
        checked += 1
    assert checked > 60


def leaves(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from leaves(below, (*path, name))
    elif isinstance(value, (list, tuple)) and value and isinstance(value[0], (dict, list, tuple)):
        for number, below in enumerate(value):
            yield from leaves(below, (*path, number))
    else:
        yield path


def without(value: Any, path: tuple[str | int, ...]) -> Any:
    """A copy in which what stands at the path is missing."""
    if isinstance(value, dict):
        if len(path) == 1:
            return {name: below for name, below in value.items() if name != path[0]}
        return {name: without(below, path[1:]) if name == path[0] else below for name, below in value.items()}
    return [
        without(below, path[1:]) if number == path[0] and len(path) > 1 else below
        for number, below in enumerate(value)
        if number != path[0] or len(path) > 1
    ]
