"""Time stamps (RFC 3161, with RFC 5816): asking for one, and whether one holds.

`rfc3161-client` parses, and verifies the signature and the chain at the time of the stamp, by OpenSSL. What it leaves
out is checked here: which algorithm the digest is of, that the signer is the certificate that the signature names
(ESS), that this certificate is for time stamps and nothing else, and who the token says it is from. No network: whoever
sends a request does that. Revocation is not looked up: keep the revocation lists of the time with the evidence.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from vaern.formats import der

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rfc3161_client import TimeStampResponse
    from rfc3161_client.tsp import Accuracy

ALGORITHMS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
"""Digests that a stamp may be over. SHA-1 and MD5 are refused: two documents can be made to share one."""

LARGEST = 1 << 16
"""Bytes; a response with a chain of four certificates has about 6,000."""

REQUEST_TYPE, RESPONSE_TYPE = "application/timestamp-query", "application/timestamp-reply"

_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the libraries raise for bytes that are no certificate or no token."""

_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_STATUS = {
    2: "the service rejected the request",
    3: "the service has not answered yet",
    4: "the service warns that its certificate is about to be revoked",
    5: "the service says that its certificate was revoked",
}
_FAILURES = {
    0: "it does not know the algorithm",
    2: "it does not allow the request",
    5: "the request has the wrong form",
    14: "its clock is not available",
    15: "it does not have the policy",
    16: "it does not have the extension",
    17: "it needs more information",
    25: "the system failed",
}


class StampError(ValueError):
    """The time stamp does not hold; the text says why, as a sentence goes on after “the time stamp:”."""


class Stamp(msgspec.Struct, frozen=True):
    """A time stamp that holds.

    Attributes:
        at: when, UTC.
        accuracy: how far the clock may be off, either way; None where the service does not say.
        authority: subject of the certificate that signed.
        policy: of the service, as `1.2.3`.
        serial: of the stamp.
        algorithm: of the digest that was stamped.
        nonce: of the request; None where it had none.
    """

    at: datetime
    accuracy: timedelta | None
    authority: str
    policy: str
    serial: int
    algorithm: str
    nonce: int | None


class Request(msgspec.Struct, frozen=True):
    """A request for a time stamp: what is sent, and the nonce that the answer must repeat."""

    raw: bytes
    nonce: int


def request(data: bytes) -> Request:
    """A request for a stamp over the SHA-256 of some bytes, with a nonce, asking for the certificate.

    Only the digest is in it.
    """
    built = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True).build()
    if built.nonce is None:
        raise AssertionError("the builder was asked for a nonce")
    return Request(built.as_bytes(), built.nonce)


def certificates(raw: bytes) -> list[x509.Certificate]:
    """The certificates of a file: PEM, any number of them, or one in DER.

    Raises:
        StampError: there is none.
    """
    try:
        if b"-----BEGIN CERTIFICATE-----" in raw:
            return x509.load_pem_x509_certificates(raw)
        return [x509.load_der_x509_certificate(raw)]
    except _UNREADABLE as error:
        raise StampError("the file holds no certificate, in PEM or DER") from error


def verify(
    raw: bytes,
    digest: Callable[[str], bytes],
    trusted: Sequence[x509.Certificate],
    *,
    nonce: int | None = None,
    policies: Sequence[str] = (),
) -> Stamp:
    """Checks a response, or a token alone, against what was stamped.

    Args:
        raw: DER of the TimeStampResp or the TimeStampToken.
        digest: gives the digest of what was stamped, for `sha256`, `sha384` or `sha512`.
        trusted: certificates of the service. A self-signed one is trusted; others help to find a way to it.
        nonce: of the request, where this is its answer.
        policies: of which the stamp must have one; none means any.

    Raises:
        StampError: it does not hold.
    """
    try:
        return _checked(_response(raw), digest, trusted, nonce, policies)
    except StampError:
        raise
    except _UNREADABLE as error:  # the libraries read some parts late
        raise StampError(f"it is no response of RFC 3161 ({error})") from error


def over(data: bytes) -> Callable[[str], bytes]:
    """What `verify` asks for, where the stamped bytes are at hand."""
    return lambda algorithm: hashlib.new(algorithm, data).digest()


def _checked(
    response: TimeStampResponse,
    digest: Callable[[str], bytes],
    trusted: Sequence[x509.Certificate],
    nonce: int | None,
    policies: Sequence[str],
) -> Stamp:
    info = response.tst_info
    algorithm = ALGORITHMS.get(info.message_imprint.hash_algorithm.dotted_string)
    if algorithm is None:
        raise StampError(
            "it is over a digest of an algorithm that is not taken; taken are SHA-256, SHA-384 and SHA-512"
        )
    if info.version != 1:
        raise StampError(f"it has version {info.version}; known is 1")
    policy = info.policy.dotted_string
    if policies and policy not in policies:
        raise StampError(f"it has the policy {policy}, which is not one of {', '.join(policies)}")
    signer = _verified(response, digest(algorithm), trusted, nonce)
    return Stamp(
        at=info.gen_time.astimezone(UTC),
        accuracy=_accuracy(info.accuracy),
        authority=signer.subject.rfc4514_string(),
        policy=policy,
        serial=info.serial_number,
        algorithm=algorithm,
        nonce=info.nonce,
    )


def _accuracy(stated: Accuracy | None) -> timedelta | None:
    if stated is None:
        return None
    return timedelta(seconds=stated.seconds or 0, milliseconds=stated.millis or 0, microseconds=stated.micros or 0)


def _verified(
    response: TimeStampResponse, digest: bytes, trusted: Sequence[x509.Certificate], nonce: int | None
) -> x509.Certificate:
    """The certificate that signed, after everything was checked."""
    roots = [one for one in trusted if one.issuer == one.subject]
    if not roots:
        raise StampError("there is no self-signed certificate to trust")
    signer, is_given = _signer(response, trusted)
    # Only one that we were given may be handed on: what is handed on is trusted.
    builder = VerifierBuilder(
        tsa_certificate=signer if is_given else None,
        intermediates=[one for one in trusted if one not in roots],
        roots=roots,
        nonce=nonce,
    )
    try:
        builder.build().verify(response, digest)
    except VerificationError as error:
        raise StampError(_plain(str(error))) from error
    _check_purpose(signer)
    _check_named(response, signer)
    return signer


def _response(raw: bytes) -> TimeStampResponse:
    """The parsed response, granted.

    Raises:
        StampError: the service says no.
        ValueError: it is none.
    """
    if len(raw) > LARGEST:
        raise StampError(f"it is larger than {LARGEST:,} bytes")
    outer = der.parsed(raw)
    parts = outer.children
    token = raw
    if outer.tag != der.SEQUENCE or not parts:
        raise der.DerError("not a sequence")
    if parts[0].tag == der.SEQUENCE:
        _check_status(parts[0])
        if len(parts) < 2:
            raise StampError("the service granted it and sent none")
        token = parts[1].whole
    # As granted: that something was modified, which the library does not take, is in the token for all to see.
    granted = der.built(der.SEQUENCE, der.built(der.INTEGER, b"\0"))
    return decode_timestamp_response(der.built(der.SEQUENCE, granted, _in_order(token)))


def _in_order(token: bytes) -> bytes:
    """The token with its certificates in the order of DER.

    `openssl ts`, and so many a service, leaves them as they came; the library's parser refuses that. Nobody signs their
    order, and each is still looked at by itself.
    """
    outer = der.parsed(token)
    kind, content = outer.children
    (signed_data,) = content.children
    parts = [
        der.built(part.tag, *sorted(one.whole for one in part.children)) if part.tag == der.CONTEXT_0 else part.whole
        for part in signed_data.children
    ]
    inner = der.built(content.tag, der.built(signed_data.tag, *parts))
    return der.built(outer.tag, kind.whole, inner)


def _check_status(info: der.Element) -> None:
    status, *rest = info.children
    if status.tag != der.INTEGER:
        raise der.DerError("the status is no number")
    value = int.from_bytes(status.body, "big", signed=True)
    if value in {0, 1}:
        return
    bits = next((part.body[1:] for part in rest if part.tag == der.BIT_STRING), b"")
    failed = [text for bit, text in _FAILURES.items() if bit // 8 < len(bits) and bits[bit // 8] >> (7 - bit % 8) & 1]
    raise StampError(": ".join([_STATUS.get(value, f"the service answered with status {value}"), *failed]))


def _signer(response: TimeStampResponse, trusted: Sequence[x509.Certificate]) -> tuple[x509.Certificate, bool]:
    """The certificate that the one signature names, and whether it is one that we were given."""
    infos = list(response.signed_data.signer_infos)
    if len(infos) != 1:
        raise StampError(f"it has {len(infos)} signatures; a time stamp has one")
    embedded = [x509.load_der_x509_certificate(one) for one in response.signed_data.certificates]
    for one in [*trusted, *embedded]:
        if one.issuer == infos[0].issuer and one.serial_number == infos[0].serial_number:
            return one, one in trusted
    raise StampError("the certificate that signed it is neither in it nor among those given")


def _check_purpose(signer: x509.Certificate) -> None:
    """RFC 3161, 2.3: a key that stamps does nothing else, and says so in a way that nobody may overlook."""
    try:
        extension = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError) as error:
        raise StampError("the certificate that signed it is not for time stamps") from error
    if not extension.critical or list(extension.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise StampError("the certificate that signed it is not for time stamps alone, marked as critical")


def _check_named(response: TimeStampResponse, signer: x509.Certificate) -> None:
    """RFC 5816: the signature names its certificate by digest, so that nobody can put another one in its place."""
    try:
        algorithm, digest = _named_certificate(response.time_stamp_token())
    except (der.DerError, IndexError) as error:
        raise StampError(f"the signature names its certificate in no way that is read here ({error})") from error
    if hashlib.new(algorithm, signer.public_bytes(Encoding.DER), usedforsecurity=False).digest() != digest:
        raise StampError("the certificate is another one than the signature names")
    name = response.tst_info.name
    if isinstance(name, x509.DirectoryName) and name.value != signer.subject:
        raise StampError("it says that it is from somebody else than the one who signed it")


def _named_certificate(token: bytes) -> tuple[str, bytes]:
    """Algorithm and digest of the first ESSCertID or ESSCertIDv2 of the signed attributes."""
    signed_data = der.parsed(token).children[1].children[0]
    (signer,) = signed_data.children[-1].children
    attributes = next(part for part in signer.children if part.tag == der.CONTEXT_0).children
    for attribute in attributes:
        kind, values = attribute.children
        if kind.dotted in {_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2}:
            first = values.children[0].children[0].children[0].children
            if first[0].tag == der.OCTET_STRING:
                return "sha1" if kind.dotted == _SIGNING_CERTIFICATE else "sha256", first[0].body
            algorithm = ALGORITHMS.get(first[0].children[0].dotted)
            if algorithm is None:
                raise der.DerError("by a digest of an unknown algorithm")
            return algorithm, first[1].body
    raise der.DerError("not at all")


def _plain(text: str) -> str:
    """The library's reasons, in our words."""
    if text == "Nonce mismatch":
        return "it answers another request: the nonce differs"
    if text == "Mismatch between messages":
        return "it is over something else: the digest differs"
    if found := re.search(r"Verify error: ([\w ,-]+)", text):
        return f"no way leads from its certificate to one that is trusted ({found[1]})"
    if "signature failure" in text:
        return "the signature does not fit what it signs"
    return f"it cannot be verified ({text[:200]})"
