"""Time stamps of four services, and damaged ones: every file of the vectors has its defined answer here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vaern.formats import timestamps

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "identrust/issue-104.tsr": (
        "sha512",
        "2025-03-11T08:52:08+00:00",
        "CN=TrustID Timestamp Authority,O=IdenTrust,C=US",
    ),
    "sigstage/response-sha256.tsr": ("sha256", "2025-05-09T11:58:55+00:00", "CN=sigstore-tsa,O=sigstore.dev"),
    "sigstage/response-sha384.tsr": ("sha384", "2025-05-09T11:58:55+00:00", "CN=sigstore-tsa,O=sigstore.dev"),
    "sigstage/response-sha512.tsr": ("sha512", "2025-05-09T11:58:56+00:00", "CN=sigstore-tsa,O=sigstore.dev"),
    "sigstage/response-no-embedded-cert.tsr": ("sha256", "2025-06-18T08:13:02+00:00", "CN=sigstore-tsa,O=sigstore.dev"),
    # The certificate has expired since: it was valid when it stamped, and that is what counts.
    "sigstore.mock/response-expired.tsr": ("sha256", "2023-02-01T00:00:00+00:00", "O=sigstore.mock,CN=tsa signing"),
    "test_tsa/response.tsr": ("sha512", "2024-10-08T15:40:32+00:00", "CN=Test TSA Timestamping,O=local"),
    # Certificates that are not part of the chain were put in; what is signed says which one signed.
    "test_tsa/response-injected-certs.tsr": ("sha512", "2024-10-08T15:40:32+00:00", "CN=Test TSA Timestamping,O=local"),
}
REFUSED = {
    "sigstage/response-invalid-signature.tsr": "the signature does not fit what it signs",
    "test_tsa/other_response.tsr": "no way leads from its certificate to one that is trusted",
}


@pytest.fixture(scope="module")
def folder(vectors: Path) -> Path:
    return vectors / "rfc3161"


def stamped(folder: Path, name: str) -> bytes:
    """What the services stamped."""
    return (folder / "sigstore.mock/payload").read_bytes() if name.startswith("sigstore.mock") else b"hello"


def checked(folder: Path, name: str, data: bytes | None = None, **asked: object) -> timestamps.Stamp:
    trusted = timestamps.certificates((folder / name).with_name("ts_chain.pem").read_bytes())
    over = timestamps.over(stamped(folder, name) if data is None else data)
    return timestamps.verify((folder / name).read_bytes(), over, trusted, **asked)  # type: ignore[arg-type]


def test_every_response_has_its_answer(folder: Path) -> None:
    assert {str(path.relative_to(folder)) for path in folder.glob("*/*.tsr")} == {*GOOD, *REFUSED}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_stamp_holds_and_says_when(folder: Path, name: str) -> None:
    stamp = checked(folder, name)
    assert (stamp.algorithm, stamp.at.isoformat(), stamp.authority) == GOOD[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_one_is_refused_for_its_reason(folder: Path, name: str) -> None:
    with pytest.raises(timestamps.StampError, match=REFUSED[name]):
        checked(folder, name)


@pytest.mark.parametrize("name", GOOD)
def test_a_stamp_over_something_else_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(timestamps.StampError, match="it is over something else"):
        checked(folder, name, b"hallo")


@pytest.mark.parametrize("name", GOOD)
def test_a_stamp_of_a_service_that_is_not_trusted_is_refused(folder: Path, name: str) -> None:
    others = [path for path in folder.glob("*/ts_chain.pem") if path.parent != (folder / name).parent]
    trusted = [one for path in others for one in timestamps.certificates(path.read_bytes())]
    with pytest.raises(timestamps.StampError, match=r"no way leads|neither in it nor among those given"):
        timestamps.verify((folder / name).read_bytes(), timestamps.over(stamped(folder, name)), trusted)


def test_the_nonce_and_the_policy_are_those_asked_for(folder: Path) -> None:
    stamp = checked(folder, "test_tsa/response.tsr")
    asked = {"nonce": stamp.nonce, "policies": [stamp.policy]}
    assert checked(folder, "test_tsa/response.tsr", **asked) == stamp
    with pytest.raises(timestamps.StampError, match="the nonce differs"):
        checked(folder, "test_tsa/response.tsr", nonce=1)
    with pytest.raises(timestamps.StampError, match=r"which is not one of 1\.2\.3"):
        checked(folder, "test_tsa/response.tsr", policies=["1.2.3"])


def test_a_request_is_no_response(folder: Path) -> None:
    for path in folder.glob("*/*.der"):
        with pytest.raises(timestamps.StampError, match="no response of RFC 3161"):
            timestamps.verify(path.read_bytes(), timestamps.over(b"hello"), [])
