"""Addresses: one form, never an exception, equal keys for one place, and no live address on a page."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaern.node.reports.base.addresses import FLAGS, defanged, host_key, normalised, url_key

LABELS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
PATHS = st.lists(st.text(string.ascii_letters + string.digits + "-._~", min_size=1, max_size=6), max_size=4).map(
    lambda parts: "/" + "/".join(part for part in parts if part.strip("."))
)
PIECES = st.sampled_from(
    [
        "http",
        "https",
        "hxxp",
        "hxxps",
        "ftp",
        "javascript",
        "data",
        "ipfs",
        ":",
        "//",
        "/",
        "@",
        "?",
        "#",
        "%",
        "%2e",
        "%%37E",
        ".",
        "[.]",
        "[",
        "]",
        "[://]",
        "(dot)",
        "a.example",
        "xn--",
        "xn--80ak6aa92e",
        "ä",
        "а",
        "。",
        "0x7f",
        "127.1",
        "::1",
        ":80",
        ":443",
        ":0",
        "\\",
        "\t",
        "\n",
        "\0",
        "\u202e",
        "\u00ad",
        "\ud800",
        "user:pw@",
        " ",
        "..",
        "%25",
        "%",
        "3",
        "7",
        "1e400",
        "localhost",
        ".onion",
    ]
)
ODD = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join), st.characters(exclude_categories=[]).map(str))


@pytest.mark.once
@given(ODD)
@example("http://a.example/%%37%37E")
@example("http://./")
@example("mailto:a@b.example#f")
@example("ipfs://user@QmAb./x#y")
@settings(max_examples=400)
def test_any_text_has_one_form_that_stays(text):
    once = normalised(text)
    again = normalised(once.url)
    assert (again.url, again.host) == (once.url, once.host)
    assert set(once.flags) <= set(FLAGS)
    assert url_key(text) == url_key(once.url)
    assert len(host_key(text)) == 32


@pytest.mark.once
@given(ODD)
@example("http://a.example/#http://b.example")
@example("HTTPS://A.EXAMPLE/HTTP")
@settings(max_examples=400)
def test_what_is_shown_cannot_be_opened(text):
    shown = defanged(text)
    assert "http" not in shown.lower()
    assert shown.isprintable()
    assert not re.match(r"[a-z][a-z0-9+.-]*:(?!//)", shown.removeprefix("hxxp").removeprefix("s"))
    if host := normalised(text).host:
        authority = shown.partition("//")[2].partition("/")[0].partition("?")[0]
        assert "." not in authority.replace("[.]", ""), shown
        assert host.replace(".", "[.]").replace("http", "hxxp") in shown.replace("HXXP", "hxxp")


@given(HOSTS, PATHS)
def test_one_place_has_one_key(host, path):
    plain = f"https://{host}{path}"
    encoded = "".join(f"%{ord(c):02x}" if c.isalnum() else c for c in path)
    same = [
        f"HTTPS://{host.upper()}{path}",
        f"https://{host}.{path}",
        f"https://{host}:443{path}",
        f"https://user:secret@{host}{path}",
        f"https://{host}{path}#part",
        f"https://{host}{encoded}",
        f"https://{host}/x/..{path}",
        f" https://{host}{path}\n",
        f"http://{host}{path}",
        f"{host}{path}",
        f"hxxps://{host.replace('.', '[.]')}{path}",
        f"https://{host}:443{path}?",
        defanged(plain),
    ]
    for other in same:
        if "http" not in path + host:
            assert url_key(other) == url_key(plain), other
    assert host_key(host) == host_key(host.upper() + ".")
    assert host_key("::1") == host_key("[0:0::1]") == host_key(normalised("http://[::1]/").host)


@given(HOSTS, PATHS, PATHS)
def test_other_places_have_other_keys(host, path, other):
    if path != other:
        assert url_key(f"https://{host}{path}") != url_key(f"https://{host}{other}")
    assert url_key(f"https://{host}{path}") != url_key(f"https://x.{host}{path}")
    assert url_key(f"https://{host}{path}") != url_key(f"https://{host}:8443{path}")
    assert url_key(f"https://{host}{path}") != url_key(f"https://{host}{path}?a")


@pytest.mark.parametrize(
    ("url", "flags"),
    [
        ("https://u:p@a.example/", {"user_info"}),
        ("https://a.example/#x", {"fragment"}),
        ("a.example", {"no_scheme"}),
        ("a.example:8080/x", {"no_scheme", "port"}),
        ("ftp://a.example/", {"other_scheme"}),
        ("https://a.example:8443/", {"port"}),
        ("https://a.example./", {"trailing_dot"}),
        ("https://bücher.example/", {"idn"}),
        ("https://xn--bcher-kva.example/", {"idn"}),
        ("https://日本語カナひら.example/", {"idn"}),
        ("https://москва.example/", {"idn"}),
        ("https://аpple.example/", {"idn", "homograph"}),
        ("https://аррӏе.example/", {"idn", "homograph"}),
        ("https://93.184.216.34/", {"ip"}),
        ("https://1572395042/", {"ip", "odd_ip"}),
        ("https://0x5d.184.55330/", {"ip", "odd_ip"}),
        ("https://0135.0270.0330.042/", {"ip", "odd_ip"}),
        ("https://[2A00:1450::1]/", {"ip"}),
        ("https://[2a00:1450:0:0::1]/", {"ip", "odd_ip"}),
        ("https://127.0.0.1/", {"ip", "not_public"}),
        ("http://localhost/", {"not_public"}),
        (f"http://{'a' * 56}.onion/", {"onion"}),
        ("https://a.example/100%", {"bad_percent"}),
        ("hxxps://a[.]example/", {"defanged"}),
        ("https://a.example/\u202egpj", {"odd_characters"}),
        ("https://a.example/" + "x" * 9_000, {"too_long"}),
        ("https://a b.example/", {"unparsable"}),
        ("", {"unparsable"}),
        ("https://a.example/x?y=1", set()),
    ],
)
def test_what_is_odd_is_flagged(url, flags):
    assert set(normalised(url).flags) == flags


def test_a_key_says_nothing_of_the_address():
    assert b"a.example" not in url_key("https://a.example/")
    assert url_key("https://a.example/") != host_key("a.example")
