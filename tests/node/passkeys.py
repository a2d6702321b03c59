"""A passkey as a browser sends it when it was made: a real key pair, and no device that vouches for it."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def registration(challenge: str) -> dict[str, Any]:
    """Return the answer to a challenge, for a node that a test's client calls `testserver`."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    own = AttestedCredentialData.create(bytes(16), b"a passkey", public)
    data = AuthenticatorData.create(hashlib.sha256(b"testserver").digest(), 0x45, 0, own)
    said = {"type": "webauthn.create", "challenge": challenge, "origin": "http://testserver"}
    response = {
        "clientDataJSON": coded(json.dumps(said).encode()),
        "attestationObject": coded(bytes(AttestationObject.create("none", data, {}))),
    }
    return {"id": coded(b"a passkey"), "rawId": coded(b"a passkey"), "type": "public-key", "response": response}
