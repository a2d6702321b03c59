"""`/.well-known/security.txt` holds what RFC 9116 asks, for whatever contact the configuration takes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.runtime.configuration import ConfigurationError, read_configuration
from vaern.node.web.security_txt import PATH, text

CONTACT = "mailto:security@hotline.example"
FIELD = re.compile(r"([A-Z][A-Za-z-]+): (\S.*)\Z")
"""Section 4, as far as the fields that we write go: a name, a colon, a space, a value."""

contacts = st.one_of(
    st.sampled_from([CONTACT, "https://hotline.example/security?a=b#c", "https://[::1]/x", "HTTPS://x", "mailto:", ""]),
    st.lists(st.sampled_from(["mailto:", "https://", "a@b.example", "\n", " ", "\u2028", "é", "#", "/"])).map("".join),
    st.text().map("mailto:".__add__),
    st.text().map("https://hotline.example/".__add__),
)
times = st.integers(0, 25_000 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(contacts, times, st.sampled_from(["http://localhost:8000", "https://node.example"]))
def test_the_text_is_as_the_rfc_asks(contact: str, now: datetime, address: str) -> None:
    try:
        read = read_configuration({"VAERN_SECURITY_CONTACT": contact}, make_secret=False).security_contact
    except ConfigurationError:
        return
    if not read:
        return
    lines = [line for line in text(read, address, ["en", "da"], now).split("\n") if line and not line.startswith("#")]
    fields = [FIELD.match(line).groups() for line in lines]  # each line is a field
    names = [name for name, _value in fields]
    found = dict(fields)
    secure = address.startswith("https")
    assert names == ["Contact", "Expires", "Preferred-Languages", *(["Canonical"] if secure else [])]
    assert found["Contact"] == contact
    assert re.match(r"(mailto:[^@\s]+@|https://)\S+\Z", contact)
    expires = datetime.fromisoformat(found["Expires"])
    assert timedelta(days=90) < expires - now < timedelta(days=365)
    assert not secure or found["Canonical"] == f"https://node.example/{PATH}"


def test_it_is_there_only_if_somebody_is_named() -> None:
    assert Client().get(f"/{PATH}").status_code == 404
    with override_settings(CONFIGURATION=replace(settings.CONFIGURATION, security_contact=CONTACT)):
        answer = Client().get(f"/{PATH}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert f"Contact: {CONTACT}\n" in answer.content.decode()
        assert Client().post(f"/{PATH}").status_code == 405


@pytest.mark.parametrize("contact", [CONTACT, "https://hotline.example/security"])
def test_what_the_rfc_shows_is_taken(contact: str) -> None:
    assert read_configuration({"VAERN_SECURITY_CONTACT": contact}, make_secret=False).security_contact == contact
