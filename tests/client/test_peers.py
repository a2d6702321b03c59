"""Who is at the other end: where this machine may not be asked, no name and no address leads to it."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.client.serving import serving

from vaern.client.http import ClientError, Http, Limits
from vaern.client.peers import is_here

ELSEWHERE = Limits(here=False)
OF_THE_LINK = st.one_of(
    st.ip_addresses(network="127.0.0.0/8"),
    st.ip_addresses(network="169.254.0.0/16"),
    st.ip_addresses(network="fe80::/10"),
)
PRIVATE = st.one_of(
    st.ip_addresses(network="10.0.0.0/8"),
    st.ip_addresses(network="192.168.0.0/16"),
    st.ip_addresses(network="fc00::/7"),
)


def test_a_name_that_leads_here_is_refused_before_a_byte_is_sent() -> None:
    with serving(lambda _: b"this machine's own") as server:
        name = server.base.replace("127.0.0.1", "localhost")
        for address in (name, server.base):
            assert Http(address).get("/").body == b"this machine's own"
            asked = len(server.asked)
            with pytest.raises(ClientError, match="leads to this machine itself") as caught:
                Http(address, limits=ELSEWHERE, sleep=pytest.fail).get("/")
            assert caught.value.status == 0
            with pytest.raises(ClientError, match="leads to this machine itself"):
                next(Http(address, limits=ELSEWHERE).pieces("/"))
            assert len(server.asked) == asked


def test_a_name_that_leads_here_is_refused_before_keys_are_agreed_on(free_port: int) -> None:
    """With TLS as well: what listens there hears no greeting."""
    with socket.create_server(("127.0.0.1", free_port)) as listening:
        with pytest.raises(ClientError, match="leads to this machine itself"):
            Http(f"https://localhost:{free_port}", limits=ELSEWHERE).get("/")
        listening.settimeout(10)
        made, _from = listening.accept()
        with made:
            made.settimeout(10)
            assert made.recv(1) == b""


@given(OF_THE_LINK)
def test_this_machine_is_known_in_every_spelling(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert is_here(str(address))
    if isinstance(address, ipaddress.IPv4Address):
        assert is_here(f"::ffff:{address}")
    else:
        assert is_here(f"{address}%eth0")


@given(PRIVATE, PRIVATE)
def test_another_machine_of_a_private_network_is_asked_and_one_is_not_asked_by_its_own_address(
    address: ipaddress.IPv4Address, own: ipaddress.IPv4Address
) -> None:
    assert is_here(str(address), str(own)) == (address == own)
    assert not is_here(str(address))


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "::1"])
def test_no_address_at_all_is_this_machine(address: str) -> None:
    assert is_here(address)


@pytest.mark.parametrize("text", ["", "service.example", "12", "1.2.3"])
def test_what_is_no_address_is_not_looked_at(text: str) -> None:
    assert not is_here(text)
