"""The upload middleware of the examples, at work."""

from __future__ import annotations

import asyncio
import importlib.util
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from tests.lookup.lists import OTHER, OWN
from tests.lookup.service import running

from vaern.client.http import Limits
from vaern.client.lookups import Lookups
from vaern.hashing import hash_file
from vaern.matching import publish
from vaern.records import Entry, Media

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("upload_gate", ROOT / "examples" / "upload_gate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def picture(seed: int) -> bytes:
    random = np.random.default_rng(seed).integers(0, 256, (9, 9, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(random).resize((300, 300), Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


def again(data: bytes) -> bytes:
    """The same picture in another file."""
    file = io.BytesIO()
    Image.open(io.BytesIO(data)).save(file, "JPEG", quality=80)
    return file.getvalue()


def signals(folder: Path, data: bytes) -> Media:
    (folder / "file").write_bytes(data)
    return hash_file(folder / "file")


async def upload(gate: Any, path: str, body: bytes) -> int:
    statuses: list[int] = []
    parts = iter([(body[:1000], True), (body[1000:], False)])

    async def receive() -> dict[str, Any]:
        piece, more = next(parts)
        return {"type": "http.request", "body": piece, "more_body": more}

    async def send(message: dict[str, Any]) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    await gate({"type": "http", "method": "PUT", "path": path}, receive, send)
    return statuses[0]


@pytest.mark.once
def test_an_upload_is_hashed_here_looked_up_and_put_before_a_person(tmp_path: Path) -> None:
    module = example()
    known, lists = picture(1), tmp_path / "lists"
    of_file = signals(tmp_path, known).signals
    publish(lists / "known", [Entry("k", of_file, votes=(OWN, OTHER), source="A")], name="known", release="r1")
    stored, queued = [], []

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        stored.append((await receive())["body"])
        await module.answer(send, 201, b"")

    async def queue(path: str, act: str, results: list[Any]) -> None:
        queued.append((path, act, sorted({hit.entry for result in results for hit in result.hits})))

    with running(lists) as service:
        gate = module.UploadGate(app, Lookups(service.address, service.keys["hosting"]), queue, most=1 << 20)
        assert asyncio.run(upload(gate, "/upload/1", known)) == 202
        assert asyncio.run(upload(gate, "/upload/2", again(known))) == 202
        assert stored == []
        new = picture(2)
        assert asyncio.run(upload(gate, "/upload/3", new)) == 201
        assert asyncio.run(upload(gate, "/elsewhere", known)) == 201
        assert asyncio.run(upload(gate, "/upload/4", bytes((1 << 20) + 1))) == 413
    assert queued == [("/upload/1", "report", ["k"]), ("/upload/2", "block", ["k"])]
    assert stored == [new, known[:1000]]
    gone = Lookups(service.address, service.keys["hosting"], limits=Limits(tries=1))
    gate = module.UploadGate(app, gone, queue)
    assert asyncio.run(upload(gate, "/upload/5", new)) == 201
    assert queued[-1] == ("/upload/5", "unchecked", []), "what could not be looked up is said too"
