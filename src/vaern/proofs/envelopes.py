"""Signed envelopes of documents that leave the node: DSSE, under the ledger's key. Pure; Ed25519 from `cryptography`.

DSSE (github.com/secure-systems-lab/dsse, version 1.0.2) signs the payload with its type. What is signed begins with
`DSSEv1` and is no text of a checkpoint, so that neither can be taken for the other.
"""

from __future__ import annotations

import base64
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vaern.proofs.checkpoints import CheckpointError, SigningKey, VerifierKey

MOST_SIGNATURES = 8
"""Each costs time to verify, and who sends an envelope says how many there are."""


class EnvelopeError(CheckpointError):
    """An envelope is malformed, or not signed by the key; the message says which."""


def pae(payload: bytes, type_: str) -> bytes:
    """Return the bytes that are signed: DSSE's pre-authentication encoding."""
    kind = type_.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def enveloped(payload: bytes, type_: str, key: SigningKey) -> bytes:
    """Return a payload with its type and signature, as JSON."""
    signature = Ed25519PrivateKey.from_private_bytes(key.seed).sign(pae(payload, type_))
    document = {
        "payloadType": type_,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": f"{key.name}+{key.verifier.id.hex()}", "sig": base64.b64encode(signature).decode()}],
    }
    return json.dumps(document).encode()


def opened(data: bytes, type_: str, key: VerifierKey) -> bytes:
    """Return the payload of an envelope that the key signed.

    Raises:
        EnvelopeError: it is no envelope, of another type, or not signed by this key.
    """
    try:
        document = json.loads(data)
        payload = base64.b64decode(document["payload"], validate=True)
        kind = str(document["payloadType"])
        given = document["signatures"]
        signatures = [base64.b64decode(one["sig"], validate=True) for one in given[: MOST_SIGNATURES + 1]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise EnvelopeError("this is no signed envelope (DSSE)") from None
    if len(signatures) > MOST_SIGNATURES:
        raise EnvelopeError(f"an envelope has at most {MOST_SIGNATURES} signatures")
    if kind != type_:
        raise EnvelopeError(f"this envelope holds another kind of document than {type_}")
    for signature in signatures:
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, pae(payload, kind))
        except InvalidSignature:
            continue
        return payload
    raise EnvelopeError(f"{key.name} (key {key.id.hex()}) has not signed this")
