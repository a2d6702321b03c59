"""What the guard sees in the card of a node, whose keys are a kilobyte of chance each, as it lets in nowhere else.

Nothing is believed of the card by it: who signed it the action asks, and whose it is people settle by voice.
"""

from __future__ import annotations

import base64
import json
import re

import msgspec

from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.identity import believed
from vaern.node.web.guard.kinds import kind_of
from vaern.node.web.guard.media import media_in

KEY = re.compile(
    r"[a-z0-9.:/-]{1,270}\+[0-9a-f]{8}\+((?:[A-Za-z0-9+/]{4}){1,700}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)"
)
"""A key of a witness (C2SP vkey): one of ML-DSA-44 has more than a kilobyte."""


def media_in_card(raw: bytes) -> str:
    """Return the media or other disallowed content in a file or a field that may be a card; "" for none.

    What has the form of a card is looked through but for its keys, which have to be keys and begin as no picture does.
    Anything else is looked at like any text.
    """
    document = raw.strip()
    try:
        card = believed(document)
        for key in card.sealing:
            key.public()
        written = json.loads(document)["payload"].encode()
    except (Malformed, ValueError):
        return media_in(raw)
    witness = [KEY.fullmatch(line) for line in card.witness.splitlines()]
    cosigning = [key[1] for key in witness if key]
    words = msgspec.structs.replace(card, sealing=[], witness=card.witness if None in witness else "")
    keys = [key.key for key in card.sealing] + cosigning
    parts = (document.replace(written, b"", 1), msgspec.json.encode(words))
    pieces = (*map(media_in, parts), *(_begins(base64.b64decode(key)) for key in keys))
    return next(filter(None, pieces), "")


def _begins(key: bytes) -> str:
    """Return the kind of file as which the bytes of a key begin, or those behind the byte of its algorithm."""
    return kind_of(key) or kind_of(key[1:])
