"""Badges: a code that only this node can make, what a phone at the door knows of it, and the PDF.

The door's phones hold, for each badge, 16 bytes by which they recognise the code and name and medium under a key. Both
are stretched out of the code itself, so whoever finds a phone finds nobody's name in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils import translation
from django.utils.translation import gettext as _
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from vaern.node.base.sealing import keyed
from vaern.node.press.base.times import in_place
from vaern.node.press.models import Badge
from vaern.node.web import paper
from vaern.node.web.codes import code_from, grouped

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.press.models import Registration

CODE_LENGTH = 12
"""Characters: 60 bits, in three groups that one can type at a door."""

ROUNDS = 20_000
"""Of PBKDF2: a moment on a phone for one code, and out of reach for all 2^60 of them."""

TEMPLATE = Path(__file__).with_name("badge.typ")


def code_of(registration: UUID) -> str:
    """Return the code of a registration's badge: always the same, and nobody makes it without the node's secret."""
    return code_from(keyed(str(registration), "press badge"), CODE_LENGTH)


def stretched(code: str, event: UUID) -> tuple[bytes, bytes]:
    """Derive from a code the 16 bytes that recognise it at an event's door, and a 32-byte key."""
    found = hashlib.pbkdf2_hmac("sha256", code.encode(), event.bytes, ROUNDS, 48)
    return found[:16], found[16:]


def make(registration: Registration) -> Badge:
    """Make the badge of a registration, or return the one that is there: never a second one."""
    lookup, key = stretched(code_of(registration.pk), registration.event_id)
    says, nonce = registration.says, os.urandom(12)
    content = json.dumps({"name": says["name"], "medium": says["medium"]}).encode()
    badge, _made = Badge.objects.get_or_create(
        registration=registration,
        defaults={
            "event": registration.event,
            "lookup": lookup,
            "sealed": nonce + AESGCM(key).encrypt(nonce, content, None),
        },
    )
    return badge


def pdf(registration: Registration) -> bytes:
    """Return the badge on paper, A6, in the journalist's language; the same bytes each time."""
    event, says, code = registration.event, registration.says, grouped(code_of(registration.pk))
    with translation.override(says["language"] or "en"):
        content = {
            "lang": says["language"] or "en",
            "mark": _("SYNTHETIC – made up for a demonstration") if event.synthetic else "",
            "press": _("PRESS"),
            "name": says["name"],
            "medium": says["medium"],
            "event": event.title,
            "place": event.place,
            "when": in_place(event.begins, event.zone),
            "code": code,
            "qr": qr_svg(code),
            "footer": _("Valid with a press card. Show the code at the door."),
            "by": str(event.organisation),
        }
    return paper.pdf(TEMPLATE, content, registration.badge.made_at)


def qr_svg(text: str) -> str:
    """Return a QR code (ISO/IEC 18004) as SVG: one path, with the quiet zone that readers ask for."""
    drawn: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    drawn.add_data(text)
    rows = drawn.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}"/></svg>'
    )
