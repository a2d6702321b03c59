"""The list of domains: which may be on it, and the zone that resolvers load, as BIND's own checker judges it."""

from __future__ import annotations

import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import domains, zones
from vaern.node.reports.rules.domains import Obstacle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
NAMES = st.builds(
    lambda parts, end: ".".join([*parts, end]), st.lists(LABELS, min_size=1, max_size=4), st.just("example")
)


@pytest.mark.parametrize(
    ("domain", "host", "expected"),
    [
        ("bad.example", "bad.example", None),
        ("bad.example", "www.a.bad.example", None),
        ("www.bad.example", "www.bad.example", None),
        ("bad.example", "other.example", Obstacle.OTHER),
        ("bad.example", "notbad.example", Obstacle.OTHER),
        ("a.bad.example", "bad.example", Obstacle.OTHER),
        ("example", "bad.example", Obstacle.NO_NAME),
        ("co.uk", "bad.co.uk", Obstacle.SUFFIX),
        ("github.io", "somebody.github.io", Obstacle.SUFFIX),
        ("blogspot.com", "somebody.blogspot.com", Obstacle.SUFFIX),
        ("somebody.github.io", "somebody.github.io", None),
        ("192.0.2.1", "192.0.2.1", Obstacle.NO_NAME),
        ("2001:db8::1", "2001:db8::1", Obstacle.NO_NAME),
        ("", "bad.example", Obstacle.NO_NAME),
        ("bad..example", "bad..example", Obstacle.NO_NAME),
        ("*.example", "bad.example", Obstacle.NO_NAME),
        ("bad.example\nevil CNAME .", "bad.example", Obstacle.NO_NAME),
        ("hosting.example", "somebody.hosting.example", Obstacle.SHARED),
        ("somebody.hosting.example", "somebody.hosting.example", Obstacle.SHARED),
        (f"{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.example", f"{'a' * 60}.example", Obstacle.NO_NAME),
    ],
)
def test_only_a_domain_of_ones_own_may_be_stopped(domain: str, host: str, expected: Obstacle | None) -> None:
    assert domains.refusal(domain, host, {"mail.hosting.example"}) == expected


@given(st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.dates(), st.dates())
def test_it_stands_on_two_people_and_two_countries(
    seconded: bool, confirmed: bool, twin: bool, ended: bool, wrong: bool, until: date, today: date
) -> None:
    found = domains.stands(
        seconded=seconded, confirmed=confirmed, twin=twin, ended=ended, wrong=wrong, until=until, today=today
    )
    countries = 1 + (confirmed or twin)
    assert found == (seconded and countries == 2 and not ended and not wrong and until >= today)


def read(text: str) -> dict[str, list[str]]:
    """The zone by name, as this test reads it: a name, then a record."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines()[3:]:
        name, record = line.split(" ", 1)
        found.setdefault(name, []).append(record)
    return found


@given(st.sets(NAMES, max_size=8), st.sampled_from(["stop.access.test", "192.0.2.7", "192.0.2.7, 2001:db8::7"]))
def test_each_domain_and_all_below_it_is_answered_and_nothing_else(names: set[str], stop: str) -> None:
    text = zones.written(names, stop, 2026112800)
    found = read(text)
    assert set(found) == names | {f"*.{name}" for name in names}
    assert all(records == zones.answers(stop) for records in found.values())
    assert not {";", "rpz-ip", "rpz-nsdname", "rpz-client-ip"} & set(text.replace(".", " ").split())
    assert ";" not in text


@given(st.sets(NAMES, min_size=1, max_size=6), st.data())
def test_the_stop_page_is_never_stopped(names: set[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(names)))
    for stop in (name, f"www.{name}"):
        with pytest.raises(zones.Unusable):
            zones.written(names, stop, 1)


@pytest.mark.parametrize(
    "stop", ["", "stop", "two.names.example and.another.example", "a b", "$INCLUDE /etc/passwd", "x.example;"]
)
def test_what_no_record_can_be_made_of_is_refused(stop: str) -> None:
    with pytest.raises(zones.Unusable):
        zones.answers(stop)


@given(st.lists(st.dates(date(2026, 1, 1), date(2100, 1, 1)), min_size=2, max_size=40))
def test_the_serial_only_grows_whatever_the_clock_says(days: list[date]) -> None:
    serial = 0
    for day in days:
        following = zones.next_serial(serial, day)
        assert serial < following < 2**32
        serial = following


@pytest.mark.once
@pytest.mark.parametrize("stop", ["stop.access.test", "192.0.2.7 192.0.2.8 2001:db8::7"])
def test_bind_reads_it(tmp_path: Path, foreign: Callable[..., Path], stop: str) -> None:
    names = {
        "bad.example",
        "a.bad.example",
        "xn--bcher-kva.example",
        "b_c.example",
        f"{'a' * 63}.{'b' * 63}.{'c' * 63}.example",
    }
    assert all(domains.is_name(name) for name in names)
    file, program = tmp_path / "zone", foreign("named-checkzone")
    for text, good in (
        (zones.written(names, stop, 2026112800), True),
        (zones.written([], stop, 2026112801), True),
        ("@ CNAME .\n", False),
    ):
        file.write_text(text)
        done = subprocess.run([program, "-D", "rpz.access.test", file], capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == good, done.stdout + done.stderr
        if good and "bad.example" in text:
            assert "*.bad.example.rpz.access.test." in done.stdout
