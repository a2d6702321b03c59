"""Reports by a mapping: what is written by its inverse is read back, and no part of a document is lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.formats.arriving import DEVICES, EMAILS, HEX, IPS, MOMENTS, NOW, SIGNALS, URLS, few
from tests.formats.mapped_writing import written

from vaern.arrivals import (
    Account,
    Arrival,
    External,
    File,
    IpEvent,
    Location,
    Medium,
    NumberSystem,
    Offence,
    Role,
    Viewed,
)
from vaern.formats.mapped import MAX_AROUND, MAX_FAULTS, MAX_MADE, MAX_REPORTS, read
from vaern.formats.mapping import Field, Group, Mapping, faults_of, mapping_of, places_of
from vaern.formats.mapping import written as as_text
from vaern.formats.safe_xml import MAX_DEPTH
from vaern.formats.trees import Shape, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=12)
EVENTS = st.builds(
    IpEvent,
    ip=IPS,
    port=st.none() | st.integers(1, 65535),
    at=st.none() | MOMENTS,
    event=st.sampled_from(["login", "upload"]),
    proxy=st.none() | st.booleans(),
)
REPORTS = st.builds(
    Arrival,
    document=st.just("mapped"),
    reference=TEXT,
    tip_number=st.text("123456789", min_size=1, max_size=9),
    offence=st.sampled_from(get_args(Offence)),
    danger_now=st.none() | st.booleans(),
    incident_at=st.none() | MOMENTS,
    narrative=st.just("") | TEXT,
    contact=st.just("") | TEXT,
    identifiers=few(
        st.builds(
            External,
            system=st.sampled_from(get_args(NumberSystem)),
            value=TEXT,
            country=st.sampled_from(["", "DK", "XV"]),
            holder=st.just("") | TEXT,
        )
    ),
    locations=few(
        st.builds(
            Location,
            url=URLS,
            seen_at=st.none() | MOMENTS,
            public=st.none() | st.booleans(),
            medium=st.sampled_from(get_args(Medium)),
        )
    ),
    accounts=few(
        st.builds(
            Account,
            role=st.sampled_from(get_args(Role)),
            service=st.just("") | TEXT,
            identifier=TEXT,
            emails=few(EMAILS),
            devices=few(DEVICES),
            ip_events=few(EVENTS),
        )
    ),
    files=few(
        st.builds(
            File,
            signals=few(SIGNALS, 3).map(lambda found: tuple(sorted(found, key=lambda one: one.kind))),
            name=TEXT,
            size=st.integers(0, 10**12),
            viewed=st.sampled_from(get_args(Viewed)),
            location=st.none() | st.builds(Location, url=URLS),
            ip_events=few(EVENTS, 1),
        )
    ),
)
PLACES = ("url", "seen_at", "public", "medium")
SEEN = ("ip", "port", "at", "event", "proxy")
PLAIN = ("reference", "tip_number", "offence", "danger_now", "incident_at", "narrative", "contact")


@st.composite
def mappings(draw: st.DrawFn, shape: Shape, at: str) -> Mapping:
    """A mapping of what `REPORTS` say, with names and words of another system, and paths of several steps."""
    number = iter(range(1_000))

    def name() -> str:
        return f"{draw(st.sampled_from(['Sag', 'x-y', 'Tid_', 'é']))}{next(number)}"

    def path() -> str:
        flat = name() if shape == "csv" else "/".join(name() for _ in range(draw(st.integers(1, 3))))
        if shape == "xml" and draw(st.booleans()):
            return "/".join([*flat.split("/")[:-1], f"@{name()}"])
        return flat + ("~1~0" if shape in {"json", "jsonl", "csv"} and draw(st.booleans()) else "")

    def field(to: str, several: bool = False) -> Field:
        words = {"offence": get_args(Offence), "medium": get_args(Medium), "role": get_args(Role)} | {
            "viewed": get_args(Viewed),
            "danger_now": ("true", "false"),
        }
        table = {f"T{index}": word for index, word in enumerate(words.get(to, ())) if word}
        own = name() if several else path()
        return Field(to, own, values=table if draw(st.booleans()) else {})

    def group(to: Any, fields: tuple[str, ...], *groups: Group) -> Group:
        several = {"emails", "devices", *HEX}
        return Group(to, name(), tuple(field(one, one in several) for one in fields), groups)

    seen = [group("ip_events", SEEN), group("ip_events", SEEN)]
    groups = (
        group("identifiers", ("system", "value", "country", "holder")),
        group("locations", PLACES),
        group("accounts", ("role", "service", "identifier", "emails", "devices"), seen[0]),
        group("files", ("name", "size", "viewed", *sorted(HEX)), group("location", ("url",)), seen[1]),
    )
    fields = tuple(field(one) for one in PLAIN)
    return Mapping(shape, Group("report", at, fields, groups if shape != "csv" else ()))


AT: dict[Shape, str] = {"json": "data/reports", "jsonl": ".", "xml": "export/report", "csv": "."}


def flat(report: Arrival) -> Arrival:
    return msgspec.structs.replace(report, identifiers=(), locations=(), accounts=(), files=())


@pytest.mark.once
@pytest.mark.parametrize("shape", get_args(Shape))
@given(data=st.data(), reports=st.lists(REPORTS, min_size=1, max_size=3), delimiter=st.sampled_from(",;\t|"))
@settings(max_examples=25)
def test_what_is_written_by_a_mapping_is_read_by_it(
    shape: Shape, data: st.DataObject, reports: list[Arrival], delimiter: str
) -> None:
    mapping = data.draw(mappings(shape, AT[shape]))
    assert not list(faults_of(mapping))
    assert mapping_of(as_text(mapping)) == mapping
    expected = [flat(one) for one in reports] if shape == "csv" else reports
    found = read(written(expected, mapping, delimiter), mapping, now=NOW)
    assert [one.faults for one in found] == [()] * len(reports)
    assert [one.arrival for one in found] == expected


def without_tables(group: Group) -> Group:
    """The same without what the other system's words mean."""
    fields = tuple(msgspec.structs.replace(one, values={}) for one in group.fields)
    return msgspec.structs.replace(group, fields=fields, groups=tuple(map(without_tables, group.groups)))


@pytest.mark.once
@pytest.mark.parametrize("shape", get_args(Shape))
@given(data=st.data(), reports=st.lists(REPORTS, min_size=2, max_size=3))
@settings(max_examples=15)
def test_a_word_that_is_not_ours_is_told_at_a_place_of_the_mapping(
    shape: Shape, data: st.DataObject, reports: list[Arrival]
) -> None:
    mapping = data.draw(mappings(shape, AT[shape]))
    fields = [one for group in (mapping.report, *mapping.report.groups) for one in group.fields]
    assume(any(one.to == "offence" and one.values for one in fields))
    plain = msgspec.structs.replace(mapping, report=without_tables(mapping.report))
    found = read(written([flat(one) for one in reports] if shape == "csv" else reports, mapping, ","), plain, now=NOW)
    told = {kind_of(fault.path) for one in found for fault in one.faults}
    assert told - {"."} <= places_of(mapping)
    assert told & places_of(mapping)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcde/"), inner, max_size=4),
    max_leaves=12,
)
PATHS = st.lists(st.sampled_from(["a", "b", "c", "~1"]), min_size=1, max_size=2).map("/".join)
LOSSY = st.builds(
    lambda at, plain, urls, ips, roles: Mapping(
        "json",
        Group(
            "report",
            at,
            tuple(Field(to, path) for to, path in plain.items()),
            (
                Group("locations", urls, (Field("url", "a"), Field("seen_at", "b"))),
                Group(
                    "accounts",
                    ".",
                    (Field("role", value="suspect"), Field("emails", "c")),
                    (Group("ip_events", ips, (Field("ip", "a"), Field("port", "b"))),),
                ),
                Group("accounts", roles, (Field("role", "a"), Field("service", "b"))),
                Group("files", roles, (Field("md5", "c"), Field("size", "d"), Field("name", value="n"))),
            ),
        ),
    ),
    st.just(".") | PATHS,
    st.dictionaries(st.sampled_from([*PLAIN, "about", "ongoing"]), PATHS | PATHS.map("/{}".format), max_size=6),
    PATHS,
    PATHS,
    PATHS,
)


def texts(value: Any) -> list[str]:
    """Every text that a value of JSON has, by the shortest way."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [] if value in (None, "") else [value if isinstance(value, str) else json.dumps(value)]


def marked(value: Any, number: Iterator[int]) -> Any:
    """The same value with a word of its own for each text, so that none is found in another's place."""
    if isinstance(value, dict):
        return {name: marked(each, number) for name, each in value.items()}
    if isinstance(value, list):
        return [marked(each, number) for each in value]
    return f"<{next(number)}>" if isinstance(value, str) and value else value


@pytest.mark.once
@given(value=VALUES.map(lambda value: marked(value, count())), mapping=LOSSY)
@example(value={"a": ["<0>", "<1>"]}, mapping=Mapping("json", Group("report", ".", (Field("contact", "a"),))))
@settings(max_examples=150)
@example(
    value={"a": {"a": "offence?"}, "b": 1, "e": "x"},
    mapping=Mapping("json", Group("report", "a", (Field("offence", "a"),))),
)
def test_no_text_of_a_document_is_lost(value: Any, mapping: Mapping) -> None:
    """Each is in a value, or with its path in what is unknown; but where there is no report, which is told."""
    assert not list(faults_of(mapping))
    found = read(json.dumps(value).encode(), mapping, now=NOW)
    assert found
    assert all(one.arrival is not None or any(fault.fatal for fault in one.faults) for one in found)
    roots = value if isinstance(value, list) else [value]
    assume(not any(one.arrival is None for one in found))
    held = " ".join(msgspec.json.encode(one.arrival).decode() for one in found)
    for text in texts(roots):
        assert json.dumps(text, ensure_ascii=False)[1:-1] in held


@pytest.mark.once
@given(data=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()), mapping=LOSSY)
@settings(max_examples=40)
@pytest.mark.parametrize("shape", get_args(Shape))
def test_any_bytes_are_answered(shape: Shape, data: bytes, mapping: Mapping) -> None:
    found = read(data, msgspec.structs.replace(mapping, shape=shape), now=NOW)
    assert found
    for one in found:
        assert (one.arrival is None) == any(fault.fatal for fault in one.faults)
        msgspec.json.encode(one)


@given(data=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_mapping_or_none(data: bytes) -> None:
    assert isinstance(mapping_of(data), (Mapping, tuple))


def one(
    value: Any, *fields: Field, groups: tuple[Group, ...] = (), at: str = "."
) -> tuple[Arrival, list[tuple[str, str]]]:
    """The one report of a document of JSON, and its faults."""
    (found,) = read(json.dumps(value).encode(), Mapping("json", Group("report", at, fields, groups)), now=NOW)
    assert found.arrival is not None
    return found.arrival, [(fault.path, fault.what.code) for fault in found.faults]


def test_a_word_that_no_table_names_is_told_and_kept() -> None:
    arrival, faults = one({"kind": "7"}, Field("offence", "kind", values={"1": "material"}))
    assert (arrival.offence, arrival.unknown, faults) == ("unclear", (("kind", "7"),), [("kind", "not_in_table")])


def test_of_two_values_where_one_may_be_the_second_is_kept() -> None:
    arrival, faults = one({"no": ["A", "B"]}, Field("reference", "no"))
    assert (arrival.reference, arrival.unknown, faults) == ("A", (("no[2]", "B"),), [("no[2]", "first_taken")])


ZONES = ["Europe/Copenhagen", "America/New_York", "Asia/Kolkata", "+05:30"]


@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2026, 1, 1)), zone=st.sampled_from(ZONES))  # noqa: DTZ001
@example(moment=datetime(2025, 10, 26, 2, 30), zone="Europe/Copenhagen")  # noqa: DTZ001 - shown twice
@example(moment=datetime(2025, 3, 30, 2, 30), zone="Europe/Copenhagen")  # noqa: DTZ001 - never shown
def test_a_stated_zone_is_taken_where_it_says_one_moment(moment: datetime, zone: str) -> None:
    """Oracle: every moment around, to the hour and the half, that a clock of the zone shows as this."""
    moment = moment.replace(second=0, microsecond=0)
    there = ZoneInfo(zone) if "/" in zone else None
    around = [moment.replace(tzinfo=UTC) + timedelta(minutes=30 * step) for step in range(-30, 31)]
    offset = timedelta(hours=5, minutes=30)
    shown = [
        at
        for at in around
        if (at.astimezone(there).replace(tzinfo=None) if there else (at + offset).replace(tzinfo=None)) == moment
    ]
    for form, text in (("iso", f"{moment:%Y-%m-%d %H:%M}"), ("day_first", f"{moment:%d.%m.%Y %H:%M}")):
        arrival, faults = one({"t": text}, Field("incident_at", "t", form=form, zone=zone))  # type: ignore[arg-type]
        if len(shown) == 1:
            assert (arrival.incident_at, arrival.unknown, faults) == (shown[0], (), [])
        else:
            assert (arrival.incident_at, arrival.unknown, faults) == (None, (("t", text),), [("t", "moment_twice")])


@pytest.mark.parametrize(
    ("text", "form", "zone", "code"),
    [
        ("2025-01-02", "iso", "Europe/Copenhagen", "moment_in_form"),
        ("2025-01-02T10:00:00", "iso", "", "moment_no_zone"),
        ("31.12.2025 10:00", "month_first", "+01:00", "moment_in_form"),
        ("yesterday", "iso", "+01:00", "moment_in_form"),
        ("1.5", "unix", "", "moment_in_form"),
    ],
)
def test_no_moment_is_guessed(text: str, form: Any, zone: str, code: str) -> None:
    arrival, faults = one({"t": text}, Field("incident_at", "t", form=form, zone=zone))
    assert (arrival.incident_at, arrival.unknown, faults) == (None, (("t", text),), [("t", code)])


@given(moment=MOMENTS)
def test_counted_moments(moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assume(moment > datetime(2000, 1, 2, tzinfo=UTC))
    milliseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert one({"t": milliseconds}, Field("incident_at", "t", form="unix_ms"))[0].incident_at == moment
    whole = moment.replace(microsecond=0)
    assert one({"t": milliseconds // 1000}, Field("incident_at", "t", form="unix"))[0].incident_at == whole


def test_a_moment_to_come_is_flagged_and_taken() -> None:
    arrival, faults = one({"t": "2090-01-01T00:00:00Z"}, Field("incident_at", "t"))
    assert (arrival.incident_at, faults) == (datetime(2090, 1, 1, tzinfo=UTC), [("t", "future")])


def test_an_account_without_its_role_is_kept_as_text() -> None:
    group = Group("accounts", "who", (Field("role", "as"), Field("identifier", "id")))
    arrival, faults = one({"who": {"as": "boss", "id": "n-1"}}, groups=(group,))
    assert (arrival.accounts, arrival.unknown) == ((), (("who/as", "boss"), ("who/id", "n-1")))
    assert faults == [("who/as", "one_of"), ("who", "needs_value")]


def test_what_others_call_a_report_is_taken_with_its_system_or_kept_as_text() -> None:
    fixed = Group("identifiers", ".", (Field("system", value="siena"), Field("value", "theirs")))
    said = Group("identifiers", "numbers", (Field("system", "of", values={"I": "icse_series"}), Field("value", "no")))
    value = {"theirs": "S-1", "numbers": [{"of": "I", "no": "77"}, {"of": "Nobody", "no": "8"}, {"of": "I"}]}
    arrival, faults = one(value, groups=(fixed, said))
    assert arrival.identifiers == (External("siena", "S-1"), External("icse_series", "77"))
    assert arrival.unknown == (("numbers[2]/of", "Nobody"), ("numbers[2]/no", "8"), ("numbers[3]/of", "I"))
    assert [what for _where, what in faults] == ["not_in_table", "needs_value", "needs_value"]


def test_an_encoded_file_is_left_out_wherever_it_stands() -> None:
    data = "QUJD" * 200
    arrival, faults = one({"a": data, "b": {"c": data}}, Field("narrative", "a"))
    assert (arrival, faults) == (Arrival("mapped"), [("a", "encoded_file"), ("b/c", "encoded_file")])


def test_what_stands_around_reports_is_kept_in_each() -> None:
    mapping = Mapping("json", Group("report", "r", (Field("contact", "/by"), Field("reference", "n"))))
    value = {"by": "desk", "run": 7, "r": [{"n": "1"}, {"n": "2", "x": "y"}]}
    first, second = read(json.dumps(value).encode(), mapping, now=NOW)
    assert first == msgspec.structs.replace(
        first, arrival=Arrival("mapped", "1", contact="desk", unknown=(("/run", "7"),)), faults=(), line=1
    )
    assert second.arrival == Arrival("mapped", "2", contact="desk", unknown=(("x", "y"), ("/run", "7")))
    many = {"r": {"n": "1"}, "z": list(range(MAX_AROUND + 1))}
    (found,) = read(json.dumps(many).encode(), mapping, now=NOW)
    assert found.arrival is not None
    assert len(found.arrival.unknown) == MAX_AROUND
    assert "parts_left" in [fault.what.code for fault in found.faults]


def test_a_name_that_stands_twice_loses_nothing() -> None:
    (found,) = read(b'{"a": "1", "a": "2"}', Mapping("json", Group("report")), now=NOW)
    assert found.arrival is not None
    assert found.arrival.unknown == (("a[1]", "1"), ("a[2]", "2"))


def test_numbers_are_kept_as_they_stand() -> None:
    (found,) = read(b"[1.10, 1e400, 123456789012345678901234567890]", Mapping("json", Group("report")), now=NOW)[:1]
    assert found.arrival is not None
    assert found.arrival.unknown == ((".", "1.10"),)


BILLION = b'<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("shape", "data", "path", "code"),
    [
        ("xml", BILLION, "", "dtd"),
        ("xml", b"<a>\n<b></a>", "line 2", "no_xml"),
        ("xml", b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "", "too_deep"),
        ("json", b"[" * 100 + b"1" + b"]" * 100, "", "too_deep"),
        ("json", b"[" * 100_000, "", "no_json_value"),
        ("json", b'{"a": NaN}', "", "no_json_value"),
        ("jsonl", b'\n{"a": ', "line 2", "no_json_value"),
        ("json", b'{"b": 1}', "", "no_report_at"),
        ("csv", b"x\n1\n", "line 2", "no_report_at"),
        ("csv", b"", "", "no_line"),
        ("json", b"null", "", "no_line"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(shape: Shape, data: bytes, path: str, code: str) -> None:
    found = read(data, Mapping(shape, Group("report", "a/a" if code == "no_report_at" else ".")), now=NOW)
    assert [(fault.path, fault.what.code, fault.fatal) for fault in found[0].faults] == [(path, code, True)]


def test_one_bad_line_costs_that_line() -> None:
    mapping = Mapping("jsonl", Group("report", ".", (Field("offence", "k"),)))
    first, second, third = read(b'{"k": "material"}\n{"k"\n{"k": "?"}', mapping, now=NOW)
    assert first.arrival == Arrival("mapped", offence="material")
    assert (second.arrival, second.line) == (None, 2)
    assert [(fault.path, fault.what.code) for fault in third.faults] == [("line 3, k", "one_of")]


def test_a_cell_is_named_by_line_and_column() -> None:
    mapping = Mapping(
        "csv",
        Group(
            "report",
            ".",
            (Field("reference", "a~1b"),),
            (Group("locations", ".", (Field("ip", "IP"), Field("service", value="Chat"))),),
        ),
    )
    first, second = read(b"a/b;IP\n7;nowhere\n8;10.0.0.1;more\n", mapping, now=NOW)
    assert first.arrival == Arrival("mapped", "7", unknown=(("IP", "nowhere"),))
    assert [(fault.path, fault.what.code) for fault in first.faults] == [("line 2, column IP", "no_ip")]
    assert second.arrival == Arrival(
        "mapped", "8", locations=(Location(service="Chat", ip="10.0.0.1"),), unknown=(("3", "more"),)
    )
    assert [(fault.path, fault.what.code) for fault in second.faults] == [("line 3", "more_cells")]


def test_reports_are_counted() -> None:
    found = read(b"[" + b"1," * MAX_REPORTS + b"1]", Mapping("json", Group("report")), now=NOW)
    assert len(found) == MAX_REPORTS + 1
    assert [fault.what.code for fault in found[-1].faults] == ["more_reports"]


@pytest.mark.parametrize(
    ("group", "path"),
    [
        (Group("files"), "report.to"),
        (Group("report", "/a"), "report.at"),
        (Group("report", fields=(Field("victim", "a"),)), "report.fields[0].to"),
        (Group("report", fields=(Field("contact", "a"), Field("contact", "b"))), "report.fields[1].to"),
        (Group("report", fields=(Field("contact"),)), "report.fields[0]"),
        (Group("report", fields=(Field("contact", "a", "b"),)), "report.fields[0]"),
        (Group("report", fields=(Field("offence", "a", values={"1": "crime"}),)), "report.fields[0].values"),
        (Group("report", fields=(Field("offence", value="crime"),)), "report.fields[0].value"),
        (Group("report", fields=(Field("contact", "a", values={"1": "2"}),)), "report.fields[0].values"),
        (Group("report", fields=(Field("incident_at", "a", zone="Mars/Base"),)), "report.fields[0].zone"),
        (Group("report", fields=(Field("incident_at", value="2025-01-01T00:00:00Z"),)), "report.fields[0].value"),
        (Group("report", groups=(Group("accounts", "a", (Field("service", "b"),)),)), "report.groups[0].fields"),
        (Group("report", groups=(Group("ip_events", "a"),)), "report.groups[0].to"),
        (Group("report", fields=tuple(Field("narrative", "a") for _ in range(300))), "report"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(group: Group, path: str) -> None:
    assert path in [fault.path for fault in faults_of(Mapping("json", group))]
    assert isinstance(mapping_of(as_text(Mapping("json", group))), tuple)


@pytest.mark.once
@pytest.mark.parametrize("shape", get_args(Shape))
@given(data=st.data(), reports=st.lists(REPORTS, min_size=2, max_size=3), delimiter=st.sampled_from(",;\t|"))
@settings(max_examples=15)
def test_the_part_of_each_of_several_reports_is_a_document_that_says_the_same(
    shape: Shape, data: st.DataObject, reports: list[Arrival], delimiter: str
) -> None:
    mapping = data.draw(mappings(shape, AT[shape]))
    expected = [flat(each) for each in reports] if shape == "csv" else reports
    found = read(written(expected, mapping, delimiter), mapping, now=NOW)
    for each in found:
        (again,) = read(each.part, mapping, now=NOW)
        assert (again.arrival, again.faults) == (each.arrival, each.faults)


def test_a_part_has_each_member_and_number_as_it_stood() -> None:
    document = b'{"c": [{"a": 1.50, "a": 1e400, "b": [true, null, "\\u00e6"]}, {"a": 2}]}'
    first, _second = read(document, Mapping("json", Group("report", "c", (Field("contact", "a"),))), now=NOW)
    assert first.part == b'{"c": {"a": 1.50, "a": 1e400, "b": [true, null, "\\u00e6"]}}'


def test_a_cell_that_a_spreadsheet_would_run_is_text_as_it_came() -> None:
    table = b"no,note\n1,=1+1\n2,@cmd\n"
    mapping = Mapping("csv", Group("report", ".", (Field("reference", "no"), Field("narrative", "note"))))
    first, second = read(table, mapping, now=NOW)
    assert [each.arrival and each.arrival.narrative for each in (first, second)] == ["=1+1", "@cmd"]
    assert read(first.part, mapping, now=NOW)[0].arrival == first.arrival


def hostile() -> Iterator[tuple[str, Any, Mapping]]:
    """Documents and mappings of which one alone costs little, and together much."""
    many = [{"b": str(number)} for number in range(20_000)]
    shared = (Field("narrative", "/a/b"), Field("contact", "/a/b"), Field("tip_number", "/a/b"))
    yield "a path from the root in each of many reports", {"a": many}, Mapping("json", Group("report", "a", shared))
    again = tuple(Group("locations", "a", (Field("url", "b"),)) for _ in range(150))
    yield "the same places many times", {"a": many}, Mapping("json", Group("report", ".", (), again))
    around = {f"x{number}": "y" * 50_000 for number in range(90)} | {"a": many[:1000]}
    yield "much around many reports", around, Mapping("json", Group("report", "a", (Field("narrative", "/x1"),)))
    words = {"a": [{"b": "z" * 5_000} for _ in range(1_500)]}
    yield "words upon words", words, Mapping("json", Group("report", ".", (Field("narrative", "a/b"),)))


@pytest.mark.once
@pytest.mark.parametrize(("value", "mapping"), [pytest.param(*each[1:], id=each[0]) for each in hostile()])
def test_what_a_document_becomes_has_a_bound(value: Any, mapping: Mapping) -> None:
    """Without the bounds each of these makes hundreds of millions of values, faults or characters of one document."""
    document = json.dumps(value).encode()
    found = read(document, mapping, now=NOW, most=1_000)
    assert len(found) <= 1_001
    made = [each.arrival for each in found if each.arrival is not None]
    assert made
    things = sum(len(each.locations) + len(each.accounts) + len(each.files) for each in made)
    assert things <= MAX_MADE * len(made)
    size = sum(len(msgspec.json.encode(each)) for each in found)
    assert size <= 12 * len(document) + 60_000 * len(made)
    assert all(len(each.faults) <= MAX_FAULTS + 1 for each in found)
