"""Identifiers in one form: normalising what is normal changes nothing, spellings meet, slips are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.formats.checksums import BECH32, BECH32_CONSTANT, _polymod, base58check, bech32
from vaern.node.crosscheck.base.keys import keys_of
from vaern.node.crosscheck.rules.identifiers import BadIdentifier, Identifier, Kind, normalised

WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
HOSTS = st.lists(st.text("abcdefghijklmnopqrstuvwxyzæøåü0123456789", min_size=1, max_size=12), min_size=1, max_size=3)
LOCALS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFØ0123456789._+-", min_size=1, max_size=20)
MOMENTS = (
    st.integers(0, 2**31)
    .map(lambda n: datetime.fromtimestamp(n, UTC).replace(tzinfo=None))
    .flatmap(lambda at: st.sampled_from([at, at.replace(tzinfo=UTC), at.replace(tzinfo=timezone(timedelta(hours=5)))]))
)
EMAILS = st.builds(lambda local, host: f"{local}@{'.'.join(host)}.example", LOCALS, HOSTS)
PHONES = st.integers(0, 9_999_999).map(lambda n: f"+45 32 {n:07d}"[:15]) | st.integers(0, 9_999_999).map(
    lambda n: f"+44 20 7{n:07d}"
)
GIVEN = st.one_of(
    st.tuples(st.just(Kind.EMAIL), EMAILS | WORDS),
    st.tuples(st.just(Kind.PHONE), PHONES | WORDS),
    st.tuples(st.just(Kind.ACCOUNT), WORDS),
    st.tuples(st.just(Kind.ADDRESS), st.ip_addresses().map(str) | WORDS),
    st.tuples(st.just(Kind.WALLET), WORDS),
    st.tuples(st.just(Kind.DEVICE), st.tuples(WORDS, WORDS, WORDS).map("|".join)),
)


def again(one: Identifier) -> Identifier:
    return normalised(one.kind, one.value, service=one.service, port=one.port, at=one.at)


@pytest.mark.once
@given(GIVEN, WORDS, st.none() | st.integers(1, 65_535), st.none() | MOMENTS)
def test_normalising_what_is_normal_changes_nothing(given_, service, port, at):
    kind, text = given_
    try:
        one = normalised(kind, text, service=service, port=port, at=at)
    except BadIdentifier:
        return
    assert again(one) == one
    assert keys_of(again(one)) == keys_of(one)


@given(EMAILS)
def test_an_address_of_mail_is_the_same_in_any_case_and_any_script_of_its_host(text):
    try:
        one = normalised(Kind.EMAIL, text)
    except BadIdentifier:
        return
    assert normalised(Kind.EMAIL, f"  mailto:{text.upper()} ").value == one.value or "ß" in text
    assert one.value.rpartition("@")[2].isascii()


@pytest.mark.parametrize(
    "text",
    [
        "+45 32 12 34 56",
        "0045 32123456",
        "+45-3212-3456",
        "+4532123456",
        "+45 (0)32 12 34 56",
        "(+45) 32123456",
        "tel:+4532123456",
    ],
)
def test_a_number_is_one_however_it_is_written(text):
    assert normalised(Kind.PHONE, text).value == "+4532123456"


def test_a_zero_that_is_dialled_from_abroad_too_stays():
    assert normalised(Kind.PHONE, "+39 (0)6 1234 5678") == normalised(Kind.PHONE, "+39 06 1234 5678")


@pytest.mark.parametrize(
    "text",
    ["MAILTO:a.b@mail.example", "mailto:a.b@mail.example?subject=x", "<a.b@mail.example>", "A. B <A.B@mail.example>"],
)
def test_an_address_of_mail_is_read_as_programs_copy_it(text):
    assert normalised(Kind.EMAIL, text).value == "a.b@mail.example"


@pytest.mark.parametrize("text", ["192.0.2.7:443", "[2001:DB8::7]:443"])
def test_an_address_that_was_copied_with_its_port_has_that_port(text):
    assert normalised(Kind.ADDRESS, text).port == normalised(Kind.ADDRESS, text, port=443).port == 443
    for port, wrong in ((80, text), (None, text.replace("443", "70000"))):
        with pytest.raises(BadIdentifier):
            normalised(Kind.ADDRESS, wrong, port=port)


@pytest.mark.parametrize("service", ["https://www.Chat.example/", "chat.example", "CHAT.example", "www.chat.example"])
@pytest.mark.parametrize("name", ["@Somebody", "somebody", " SOMEBODY "])
def test_an_account_is_one_however_its_service_is_written(service, name):
    one = normalised(Kind.ACCOUNT, name, service=service)
    assert (one.service, one.value) == ("chat.example", "somebody")


@given(st.ip_addresses(v=4), st.none() | st.integers(1, 65_535), st.none() | MOMENTS)
def test_an_address_says_what_it_lacks_and_meets_others_only_with_a_moment(ip, port, at):
    one = normalised(Kind.ADDRESS, str(ip), port=port, at=at)
    assert ("port" in one.missing) == (port is None)
    assert ("time" in one.missing) == (at is None)
    assert ("zone" in one.missing) == (at is None or at.tzinfo is None)
    assert any(key.justifies for key in keys_of(one)) == ("zone" not in one.missing)
    assert normalised(Kind.ADDRESS, f"::ffff:{ip}", port=port, at=at) == one


@given(st.text(BECH32, min_size=1, max_size=50), st.integers(0, 49), st.sampled_from(BECH32))
def test_one_wrong_letter_of_a_payment_address_is_noticed(data, at, letter):
    """BIP-173: up to four wrong letters are always noticed."""
    values = [BECH32.index(c) for c in data]
    expanded = [3, 3, 0, 2, 3]  # "bc"
    check = _polymod(expanded + values + [0] * 6) ^ BECH32_CONSTANT
    whole = "bc1" + data + "".join(BECH32[check >> 5 * (5 - n) & 31] for n in range(6))
    assert bech32(whole) == ("bc", values)
    assert normalised(Kind.WALLET, whole.upper()).value == whole
    place = 3 + at % len(data)
    wrong = whole[:place] + letter + whole[place + 1 :]
    if wrong != whole:
        assert bech32(wrong) is None
        with pytest.raises(BadIdentifier):
            normalised(Kind.WALLET, wrong)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("A12UEL5L", True),
        ("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", True),
        ("A12uEL5L", False),
        ("A1LQFN3A", True),
        ("A1LQFN3B", False),
        ("10a06t8", False),
        ("1qzzfhee", False),
    ],
)
def test_the_vectors_of_the_two_standards(text, good):
    """BIP-173 and BIP-350, test vectors."""
    assert (bech32(text) is not None) == good


def test_base58check_holds_its_checksum():
    genesis = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"  # the first address of the Bitcoin network, printed everywhere
    assert base58check(genesis) is not None
    assert base58check(genesis.replace("P5", "P6")) is None
    assert base58check("0OIl") is None
