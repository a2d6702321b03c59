"""Statements of organisations in envelopes (Dead Simple Signing Envelope 1.0): signed as they are, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from securesystemslib.dsse import Envelope

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner


def signed(payload: bytes, media: str, signer: CryptoSigner) -> bytes:
    """Return an envelope around a statement, as JSON.

    Args:
        payload: what is said.
        media: its type, which is signed too: nobody can take it for a statement of another kind.
        signer: whose key signs.
    """
    envelope = Envelope(payload, media, {})
    envelope.sign(signer)
    return msgspec.json.format(msgspec.json.encode(envelope.to_dict())) + b"\n"
