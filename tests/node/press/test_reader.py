"""The reader of QR codes is the published one, byte for byte."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import vaern.node.press

FOLDER = Path(vaern.node.press.__file__).parent / "static/press/qr"
PUBLISHED = {  # npm package `qr`, version 0.7.0
    "decode.js": "00e209820dcb11d624e9a03d6383e580766792b57d1651318f0a29e4e1ff0fe8",
    "index.js": "a0de370051f94bd74f218f74401fdf197585e3f9ef0143164f87ea941a3fdd6f",
}


def test_the_reader_is_as_published() -> None:
    assert {path.name: sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.js")} == PUBLISHED
    assert "Permission is hereby granted" in (FOLDER / "LICENSE-MIT").read_text()
