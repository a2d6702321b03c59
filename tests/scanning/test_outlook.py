"""Mailboxes of Outlook; here without the worker. What they hold is also read by `readpst`, where that is installed."""

from __future__ import annotations

import io
import random
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning.contained import NAMES, damaged, inside, members
from tests.scanning.mailboxes import Message, mailbox
from tests.scanning.pst_writer import Writer
from tests.scanning.test_ole import PHOTOS
from tests.scanning.trees import write

from vaern.scanning.members import DamagedError
from vaern.scanning.outlook import encoding, messages
from vaern.scanning.outlook.blocks import Blocks, opened

MIME = "application/vnd.ms-outlook"
DAMAGE = (
    "the Outlook mailbox is damaged or truncated",
    "the Outlook mailbox is encrypted by Windows",
    "parts of the Outlook mailbox are damaged or missing (",
)
KINDS = [
    *(
        {"layout": layout, "way": way}
        for layout in ("ansi", "unicode", "large")
        for way in (encoding.NONE, encoding.PERMUTED, encoding.CYCLIC)
    ),
    {"layout": "large", "packed": True},
]
SIZES = st.sampled_from([{}, {"most": 64, "fan": 3}, {"most": 700, "fan": 5}])
FILES = st.tuples(NAMES, st.binary(max_size=300))
SUBJECTS = NAMES | st.just("")
MESSAGES = st.recursive(
    st.builds(Message, SUBJECTS, st.lists(FILES, max_size=3), hidden=st.booleans()),
    lambda inner: st.builds(Message, SUBJECTS, st.lists(FILES | st.tuples(NAMES, inner), max_size=3)),
    max_leaves=6,
)
FOLDERS = st.lists(st.lists(MESSAGES, max_size=2), min_size=1, max_size=3).map(
    lambda folders: dict(zip(("Inbox", "Inbox/Øster", "Sent"), folders, strict=False))
)
TREE = {
    "Inbox": [
        Message("Hello", [("a.jpg", PHOTOS[0]), ("fw", Message("inner", [("c.png", PHOTOS[1])]))]),
        Message("Hello", [("a.jpg", b"z" * 9000)]),
        Message("nothing"),
    ],
    "Inbox/Sub": [Message("", [("e", b"")]), Message("rule", [("h", b"h")], hidden=True)],
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind.values())))
@given(FOLDERS, SIZES)
def test_all_that_is_attached_is_read_in_order(kind, folders, sizes):
    data, expected = mailbox(folders, **kind, **sizes)
    assert members(data) == expected
    assert inside(data)[0] == MIME


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind.values())))
def test_a_large_file_lies_in_blocks_that_others_name(kind):
    content = random.Random(1).randbytes(100_000)
    data, expected = mailbox({"Inbox": [Message("one", [("film.mp4", content)])]}, **kind, most=300, fan=40)
    assert members(data) == expected == [("Inbox/one/film.mp4", content)]


def test_what_is_called_alike_gets_a_number():
    data, expected = mailbox(TREE)
    names = [name for name, _ in expected]
    assert names[:3] == ["Inbox/Hello/a.jpg", "Inbox/Hello/fw/c.png", "Inbox/Hello (2)/a.jpg"]
    assert names[3:] == ["Inbox/Sub/no subject/e", "Inbox/Sub/hidden items/rule/h"]
    assert members(data) == expected


def test_messages_are_looked_into_down_to_a_depth():
    message = Message("last", [("deep.jpg", b"x")])
    for _ in range(messages.DEEPEST + 1):
        message = Message("outer", [("m", message)])
    data, _ = mailbox({"Inbox": [message]})
    _, [(_, name, problem)], damage = inside(data)
    assert name == f"Inbox/outer{'/m' * (messages.DEEPEST + 1)}"
    assert problem == f"messages nested more than {messages.DEEPEST} deep are not looked into"
    assert damage == ""


def test_a_mailbox_that_windows_encrypted_is_told():
    data = bytearray(mailbox(TREE)[0])
    data[513] = encoding.PROTECTED
    assert inside(bytes(data)) == (MIME, [], DAMAGE[1])


def test_of_a_damaged_tree_the_rest_is_read():
    folders = {"Inbox": [Message(f"{at}", [("a.jpg", bytes([at]) * 50)]) for at in range(40)]}
    data, expected = mailbox(folders, fan=4)
    whole = dict(expected)
    page = next(at for at in range(0, len(data), 512) if is_leaf_of_messages(data[at : at + 512]))
    broken = data[:page] + bytes(512) + data[page + 512 :]
    _, found, damage = inside(broken)
    assert damage == f"{DAMAGE[2]}1); what is left of it was read"
    assert 30 <= len(found) < 40
    assert all(whole[name] == content for _, name, content in found)


def is_leaf_of_messages(page):
    """A page of the tree of nodes at its lowest level, whose first node is a message."""
    return page[496:498] == b"\x81\x81" and page[491] == 0 and page[0] & 31 == messages._MESSAGE


@given(st.data(), st.sampled_from(KINDS), SIZES)
def test_damage_raises_nothing_but_its_verdict(data, kind, sizes):
    whole, _ = mailbox(TREE, **kind, **sizes)
    _, _, damage = inside(data.draw(damaged(whole)))
    assert damage.startswith(DAMAGE) or damage == ""


@given(st.data(), st.sampled_from(KINDS))
def test_of_a_mailbox_that_breaks_off_no_more_is_read_than_stood_there(data, kind):
    whole, expected = mailbox(TREE, **kind)
    _, found, damage = inside(whole[: data.draw(st.integers(4, len(whole) - 1))])
    assert damage.startswith(DAMAGE) or len(found) == len(expected)


def test_blocks_that_name_one_again_and_again_end():
    writer = Writer()
    leaf = writer.block(bytes(64))
    inner = writer.names(1, [(leaf, 64)] * 1000)
    outer = writer.names(2, [(inner, 64_000)] * 1000)
    blocks = Blocks(io.BytesIO(writer.done()))
    with pytest.raises(DamagedError, match="what is attached is damaged or truncated"):
        opened(blocks, outer, 64_000_000)


@pytest.mark.parametrize("kind", [{"layout": "unicode"}, {"layout": "ansi"}])
def test_trees_that_lie_nowhere_are_damage(kind):
    data = bytearray(mailbox(TREE, **kind)[0])
    for at in range(180, 256):
        data[at] = 0xFF
    assert inside(bytes(data))[2].startswith(DAMAGE)


@pytest.mark.skipif(not shutil.which("readpst"), reason="readpst is not installed")
@pytest.mark.parametrize("kind", [{"layout": layout, "way": way} for layout in ("ansi", "unicode") for way in (0, 1)])
def test_readpst_finds_the_same(tmp_path, kind):
    data, expected = mailbox(TREE, **kind)
    write(tmp_path / "mail.pst", data)
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["readpst", "-S", "-q", "-o", out, tmp_path / "mail.pst"], check=True, capture_output=True)
    read = {path.read_bytes() for path in out.rglob("*") if path.is_file()}
    plain = [content for name, content in expected if content and "/fw/" not in name and "hidden" not in name]
    assert len(plain) == 2
    assert read.issuperset(plain)


@pytest.mark.once
def test_a_scan_looks_into_them(scanned, tmp_path):
    write(tmp_path / "mail.pst", mailbox(TREE)[0])
    found, _ = scanned(tmp_path)
    assert found[f"{tmp_path}/mail.pst!/Inbox/Hello/a.jpg"].verdict == "new"
    assert found[f"{tmp_path}/mail.pst!/Inbox/Hello/fw/c.png"].verdict == "new"
    assert found[f"{tmp_path}/mail.pst"].media.mime == MIME
