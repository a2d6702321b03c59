"""Counting by place: right, forgetful, and without an address anywhere in it."""

from __future__ import annotations

import ipaddress
import pickle
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.web.places import DAY, HOUR, WIDE, Places, network_of, share, wider_of

if TYPE_CHECKING:
    import pytest

ADDRESSES = st.ip_addresses().map(str)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 1_000)), max_size=60), st.integers(2, 8))
def test_it_allows_what_a_list_of_all_times_would(steps: list[tuple[str, float]], most: int) -> None:
    clock = Clock()
    places, oracle = Places(clock), dict[str, list[float]]()
    for place, passed in steps:
        clock.now += passed
        times = [at for at in oracle.get(place, []) if clock.now - at < HOUR]
        allowed = len(times) < share(most)
        assert places.count("x", f"192.0.2.{ord(place)}") == len(times)
        assert places.take("x", f"192.0.2.{ord(place)}", most) is allowed
        oracle[place] = [*times, clock.now] if allowed else times


@given(ADDRESSES)
def test_no_address_and_no_network_is_kept(address: str) -> None:
    places = Places()
    places.take("x", address, 5)
    kept = pickle.dumps((dict(places._kept), places._key))
    packed = ipaddress.ip_address(address).packed
    assert address.encode() not in kept
    assert network_of(address).encode() not in kept
    assert len(packed) == 4 or packed not in kept


def test_one_key_a_day_and_nothing_of_the_day_before() -> None:
    clock = Clock()
    places = Places(clock)
    places.take("x", "192.0.2.1", 5)
    key, digests = places._key, set(places._kept)
    clock.now = DAY - 1
    places.count("x", "192.0.2.2")
    assert places._key == key
    clock.now = DAY
    assert places.count("x", "192.0.2.1") == 0
    assert places._key != key
    assert not digests & set(places._kept)
    assert key not in pickle.dumps(vars(places) | {"_clock": None, "_lock": None})


def test_a_household_is_one_place_and_so_is_a_mapped_address() -> None:
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") != network_of("2001:db8:1:3::1")
    assert wider_of("2001:db8:1:2::1") == wider_of("2001:db8:1:ffff::1") != wider_of("2001:db8:2:2::1")
    assert [wider_of(one) for one in ("192.0.2.1", "::ffff:192.0.2.1", None, "no address")] == [None] * 4
    assert network_of("::ffff:192.0.2.1") == network_of("192.0.2.1")
    assert network_of(None) == network_of("no address") == "unknown"


def test_the_thousand_places_of_one_rented_network_are_held_together() -> None:
    places = Places()
    taken = sum(places.take("x", f"2001:db8:1:{n:x}::1", 2) for n in range(1000))
    assert taken == share(WIDE * 2)
    assert places.take("x", "2001:db8:2::1", 2), "another network is not held"
    assert places.take("y", "2001:db8:1:1::1", 2), "nor something else from the same one"


def test_the_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaern.node.web.places.MOST_KEPT", 10)
    places = Places()
    for n in range(50):
        places.take("x", f"192.0.2.{n}", 5)
    assert len(places._kept) <= 10
    assert places.count("x", "192.0.2.49") == 1
