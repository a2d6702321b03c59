"""Time stamps of a service that runs here (`openssl ts`), and of one that should not be trusted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.stamping import POLICY, STAMPING, Authority, certificate, named

from vaern.formats import der, timestamps
from vaern.formats.timestamps import StampError

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"what is stamped"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def response(authority: Authority) -> bytes:
    return authority.answer(timestamps.request(DATA).raw)


def checked(authority: Authority, raw: bytes, data: bytes = DATA, **asked: object) -> timestamps.Stamp:
    trusted = timestamps.certificates(authority.certificates)
    return timestamps.verify(raw, timestamps.over(data), trusted, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("ess", ["sha1", "sha256", "sha512"])
def test_what_a_service_answers_holds_for_what_was_asked(tmp_path: Path, ess: str) -> None:
    service = Authority(tmp_path, ess=ess)
    asked = timestamps.request(DATA)
    assert DATA not in asked.raw
    stamp = checked(service, service.answer(asked.raw), nonce=asked.nonce, policies=[POLICY])
    assert (stamp.nonce, stamp.policy, stamp.algorithm) == (asked.nonce, POLICY, "sha256")
    assert stamp.accuracy == dt.timedelta(milliseconds=1500)
    assert stamp.authority == "CN=Example Time Stamps\\, synthetic"


def test_a_token_alone_holds_like_its_response(authority: Authority, response: bytes) -> None:
    token = der.parsed(response).children[1].whole
    assert checked(authority, token) == checked(authority, response)


def test_granted_with_modifications_is_granted(authority: Authority, response: bytes) -> None:
    token = der.parsed(response).children[1].whole
    modified = der.built(der.SEQUENCE, der.built(der.SEQUENCE, der.built(der.INTEGER, b"\1")), token)
    assert checked(authority, modified) == checked(authority, response)


@pytest.mark.parametrize(("status", "why"), [(2, "rejected"), (3, "not answered yet"), (5, "revoked"), (9, "status 9")])
def test_what_is_not_granted_says_so(authority: Authority, response: bytes, status: int, why: str) -> None:
    token = der.parsed(response).children[1].whole
    raw = der.built(der.SEQUENCE, der.built(der.SEQUENCE, der.built(der.INTEGER, bytes([status]))), token)
    with pytest.raises(StampError, match=why):
        checked(authority, raw)


def test_a_service_that_refuses_is_told_with_its_reason(tmp_path: Path) -> None:
    service = Authority(tmp_path, digests="sha512")
    with pytest.raises(StampError, match="rejected the request: it does not know the algorithm"):
        checked(service, service.answer(timestamps.request(DATA).raw))


@pytest.mark.parametrize(
    ("purposes", "critical"),
    [(STAMPING, False), ((ExtendedKeyUsageOID.CODE_SIGNING, *STAMPING), True)],
    ids=["not critical", "not alone"],
)
def test_a_certificate_for_other_things_too_is_refused(tmp_path: Path, purposes: tuple, critical: bool) -> None:
    """`openssl ts` refuses to stamp with such a certificate, so the stamp is made first and the certificate then."""
    service = Authority(tmp_path)
    raw = service.answer(timestamps.request(DATA).raw)
    assert checked(service, raw)
    other = Authority(tmp_path / "other", purposes=purposes, critical=critical)
    (signer,) = timestamps.certificates((other.folder / "tsa.pem").read_bytes())
    with pytest.raises(StampError, match="not for time stamps alone"):
        timestamps._check_purpose(signer)


def test_the_certificate_counts_at_the_time_of_the_stamp(tmp_path: Path) -> None:
    service = Authority(tmp_path, valid=(30, -10))
    raw = service.answer(timestamps.request(DATA).raw)
    with pytest.raises(StampError, match="certificate has expired"):
        checked(service, raw)


def test_another_certificate_for_the_same_key_is_refused(tmp_path: Path) -> None:
    """Same key, issuer, subject and serial, so every signature fits: what the signature names is another one."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from rfc3161_client import TimestampRequestBuilder

    root = ec.generate_private_key(ec.SECP256R1())
    service = Authority(tmp_path)
    (old,) = timestamps.certificates((tmp_path / "tsa.pem").read_bytes())
    issuer, basic = named("Example Root, synthetic"), x509.BasicConstraints(ca=True, path_length=None)
    valid = dt.datetime.now(dt.UTC), (10, 10)
    certificate(tmp_path / "ca.pem", issuer, issuer, root.public_key(), root, valid, (basic, True))
    raw = {}
    for days in (5, 6):
        made = (
            x509.CertificateBuilder(old.issuer, old.subject, old.public_key(), old.serial_number)
            .not_valid_before(dt.datetime.now(dt.UTC) - dt.timedelta(days=days))
            .not_valid_after(dt.datetime.now(dt.UTC) + dt.timedelta(days=days))
            .add_extension(x509.ExtendedKeyUsage(STAMPING), critical=True)
            .sign(root, hashes.SHA256())
        )
        raw[days] = made
    (tmp_path / "tsa.pem").write_bytes(raw[5].public_bytes(serialization.Encoding.PEM))
    without = TimestampRequestBuilder().data(DATA).cert_request(cert_request=False).build().as_bytes()
    response = service.answer(without)
    trusted = [*timestamps.certificates(service.certificates), raw[5]]
    assert timestamps.verify(response, timestamps.over(DATA), trusted)
    trusted = [*timestamps.certificates(service.certificates), raw[6]]
    with pytest.raises(StampError, match="another one than the signature names"):
        timestamps.verify(response, timestamps.over(DATA), trusted)


@given(where=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_bit_never_makes_a_different_stamp(
    authority: Authority, response: bytes, where: int, bit: int
) -> None:
    """It is refused, or the bit lies outside what counts (as in the text beside the status) and nothing differs."""
    raw = bytearray(response)
    raw[where % len(raw)] ^= 1 << bit
    try:
        stamp = checked(authority, bytes(raw))
    except StampError:
        return
    assert stamp == checked(authority, response)


@given(size=st.integers(0, 10_000))
def test_what_is_cut_short_is_refused(authority: Authority, response: bytes, size: int) -> None:
    with pytest.raises(StampError):
        checked(authority, response[: size % len(response)])


@given(raw=st.binary(max_size=300))
def test_any_bytes_are_refused_with_a_reason(authority: Authority, raw: bytes) -> None:
    with pytest.raises(StampError):
        checked(authority, raw)


def test_nothing_is_trusted_without_a_root(authority: Authority, response: bytes) -> None:
    trusted = timestamps.certificates((authority.folder / "tsa.pem").read_bytes())
    with pytest.raises(StampError, match="no self-signed certificate"):
        timestamps.verify(response, timestamps.over(DATA), trusted)
    with pytest.raises(StampError, match="holds no certificate"):
        timestamps.certificates(b"nothing")
