"""Images in AFF4: the disk is what was put into it, byte for byte, and what cannot be read says why."""

from __future__ import annotations

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.scanning import disks
from tests.scanning.aff4_images import DISK, PACK, SCHEMA, Stored, image, iri, of_disk, without, zipped
from tests.scanning.conftest import QUICK
from tests.scanning.test_disks import FILES

from vaern.scanning.archives import recognise
from vaern.scanning.disks import aff4, turtle
from vaern.scanning.members import DamagedError
from vaern.scanning.remarks import IMAGE

SYMBOLS = {
    f"{SCHEMA}Zero": b"\0",
    f"{SCHEMA}SymbolicStream61": b"a",
    f"{SCHEMA}SymbolicStreamFF": b"\xff",
    f"{SCHEMA}UnknownData": b"UNKNOWN",
    f"{SCHEMA}UnreadableData": b"UNREADABLEDATA",
}
TILE = 1 << 20


def symbolic(word, there, length):
    """Bytes of a stream that repeats a word in each mebibyte."""
    return bytes(word[(place % TILE) % len(word)] for place in range(there, there + length))


@st.composite
def images(draw):
    """An image and the disk in it: stretches of two streams and of symbols in any order, with gaps."""
    streams = [
        Stored(
            draw(st.binary(min_size=1, max_size=3000)) + bytes(draw(st.integers(0, 2000))),
            draw(st.sampled_from(sorted(PACK))),
            draw(st.sampled_from([512, 1000, 4096])),
            draw(st.integers(1, 4)),
        )
        for _ in range(2)
    ]
    names = [iri(0), iri(1), *SYMBOLS]
    gap = draw(st.sampled_from(sorted(SYMBOLS)))
    disk, ranges = b"", []
    for target in draw(st.lists(st.integers(-1, len(names) - 1), max_size=8)):
        length = draw(st.integers(1, 1500))
        if target < 0:
            disk += symbolic(SYMBOLS[gap], len(disk), length)
            continue
        if target < len(streams):
            data = streams[target].data
            there = draw(st.integers(0, len(data) - 1))
            piece = data[there : there + length]
        else:
            there = draw(st.integers(0, 2 * TILE))
            piece = symbolic(SYMBOLS[names[target]], there, length)
        ranges.append((len(disk), len(piece), there, target))
        disk += piece
    draw(st.randoms()).shuffle(ranges)
    return image(streams, len(disk), ranges, gap=f"<{gap}>", targets=names), disk


@given(images(), st.lists(st.tuples(st.integers(0, 12_000), st.integers(0, 4000)), max_size=10))
def test_the_disk_is_what_was_put_into_it_wherever_one_reads(made, reads):
    data, disk = made
    found = aff4.opened(io.BytesIO(data))
    assert found is not None
    assert found.size == len(disk)
    for place, size in reads:
        found.seek(place)
        assert found.read(size) == disk[place : place + size]
    found.seek(0)
    assert found.read() == disk
    assert (
        found.verify()
        == "verified: what the image stores of the disk has the SHA512 and the SHA1 and the MD5 that it keeps"
    )


@given(st.integers(0, 1 << 30), st.data())
def test_a_changed_byte_is_damage_or_is_verified_to_be_none(seed, data):
    """Of what the image stores, its words about itself left out: it cannot be read, or the disk is what it was."""
    disk = random.Random(1).randbytes(3000) + bytes(3000)
    whole = image([Stored(disk)], len(disk), [(0, len(disk), 0, 0)])
    rng = random.Random(seed)
    changed = bytearray(whole)
    said = range(whole.index(b"@prefix"), whole.rindex(b" .\n"))
    for _ in range(data.draw(st.integers(1, 3))):
        place = rng.choice([at for at in (rng.randrange(len(whole)) for _ in range(50)) if at not in said])
        changed[place] ^= 1 << rng.randrange(8)
    try:
        found = aff4.opened(io.BytesIO(changed))
        assert found is not None
        found.verify()
        found.seek(0)
        read = found.read()
    except DamagedError:
        return
    assert read == disk


@pytest.fixture
def disk(foreign, tmp_path):
    """An image of a disk with a few files."""
    return disks.ext4(foreign, tmp_path / "ext4", disks.sow(tmp_path / "tree", FILES)).read_bytes()


@pytest.mark.once
def test_a_scan_finds_what_is_on_the_disk(disk, scanned, tmp_path, matcher):
    """In the locked worker: the same members as of the raw image, and the hashes that it keeps."""
    path, raw = tmp_path / "drive.aff4", tmp_path / "drive.dd"
    path.write_bytes(of_disk(disk))
    raw.write_bytes(disk)
    found, _ = scanned(path, options=replace(QUICK, verify_images=True), matcher=matcher)
    plain, _ = scanned(raw, matcher=matcher)
    inside = {name.partition("!/")[2]: (one.media.signals, one.verdict) for name, one in found.items() if "!/" in name}
    assert inside == {
        name.partition("!/")[2]: (one.media.signals, one.verdict) for name, one in plain.items() if "!/" in name
    }
    assert inside["Users/anna/sommer ø.png"][1] == "known"
    media = found[str(path)].media
    assert media.mime == "application/x-aff4"
    verified = "verified: what the image stores of the disk has the SHA512 and the SHA1 and the MD5 that it keeps"
    assert media.notes == (IMAGE, verified)


def test_a_hash_of_the_disk_itself_is_compared():
    disk = random.Random(2).randbytes(5000)
    right = '"d41d8cd98f00b204e9800998ecf8427e"^^aff4:MD5'
    found = aff4.opened(io.BytesIO(of_disk(disk, disk={"hash": right})))
    assert found is not None
    with pytest.raises(DamagedError, match="the disk does not have the MD5 that the image keeps"):
        found.verify()
    nothing = image([Stored(b"x", said={"hash": '"0"^^aff4:Adler'})], 1, [(0, 1, 0, 0)], hashes=False)
    assert aff4.opened(io.BytesIO(nothing)).verify() == "the image keeps no hash of its disk"


STREAM = f"<{iri(0)}>"
ONE = [(0, 9, 0, 0)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (without(of_disk(b"123456789"), "00000000"), "some of the disk lies in another file of the image"),
        (without(of_disk(b"123456789"), "information"), "a part of the image is missing"),
        (without(of_disk(b"123456789"), "map"), "a part of the image is missing"),
        (of_disk(b"123456789", more=f"<{DISK}0> a aff4:DiskImage ."), "the image holds several disks"),
        (of_disk(b"123456789", more=f"{STREAM} a aff4:EncryptedStream ."), "the image is encrypted"),
        (of_disk(b"123456789", more="<x> <y> ( 1 2 ) ."), "what the image says of itself is damaged (line "),
        (
            of_disk(b"123456789", more="<x> a <http://afflib.org/2009/aff4#map> ."),
            "before there was a standard for such",
        ),
        (of_disk(b"123456789", kind="aff4:Thing"), "the image is made in a way that is not read"),
        (of_disk(b"123456789", targets=["aff4://x"]), "the image is made in a way that is not read"),
        (of_disk(b"123456789", targets=[f"{SCHEMA}SymbolicStreamXY"]), "names a stream that it does not have"),
        (of_disk(b"123456789", targets=[]), "names a stream that it does not have"),
        (image([Stored(b"123456789")], 9, [*ONE, (8, 1, 0, 0)]), "says of some of the disk twice where it lies"),
        (image([Stored(b"123456789")], 9, [(1 << 63, 1 << 63, 0, 0)]), "says of some of the disk twice where it lies"),
        (image([Stored(b"123456789", said={"chunkSize": '"0"'})], 9, ONE), "is damaged (chunkSize)"),
        (image([Stored(b"123456789", said={"chunkSize": '"99999999"'})], 9, ONE), "is damaged (chunkSize)"),
        (image([Stored(b"123456789", said={"size": '"-1"'})], 9, ONE), "is damaged (size)"),
        (image([Stored(b"123456789", said={"compressionMethod": "<http://x.example>"})], 9, ONE), "packed in a way"),
        (image([Stored(b"123456789")], 1 << 64, ONE), "is damaged (size)"),
        (of_disk(b"123456789")[:-60], "the image is damaged or truncated"),
    ],
)
def test_what_is_not_read_says_why(data, words):
    with pytest.raises(DamagedError) as told:
        recognise(io.BytesIO(data))
    assert words in str(told.value)


def test_a_chunk_that_unpacks_to_more_is_refused():
    """A bomb costs no more than a chunk."""
    for method, pack in PACK.items():
        stored = Stored(bytes(512), method)
        packed = pack(bytes(1 << 20))[:1500]
        stored.members = lambda name, packed=packed: [
            (f"{name}/00000000", packed),
            (f"{name}/00000000.index", (0).to_bytes(8, "little") + len(packed).to_bytes(4, "little")),
        ]
        found = aff4.opened(io.BytesIO(image([stored], 512, [(0, 512, 0, 0)])))
        with pytest.raises(OSError, match="a part of the image is damaged"):
            found.read(513)


def test_a_logical_image_is_a_zip_of_files():
    logical = zipped({"a.txt": b"abc", "information.turtle": b"<x> a <http://aff4.org/Schema#FileImage> ."})
    archive = recognise(io.BytesIO(logical))
    assert archive is not None
    assert archive.mime == "application/zip"
    assert [member.name for member in archive.members] == ["a.txt", "information.turtle"]


def test_a_stream_without_a_map_is_a_disk():
    data = random.Random(3).randbytes(9000)
    said = {"dataStream": STREAM, "size": '"9000"'}
    found = aff4.opened(io.BytesIO(image([Stored(data)], 0, [], kind="aff4:Thing", disk=said)))
    assert found is not None
    assert found.read() == data


TEXT = """# a comment
@prefix a: <http://a.example/> . @prefix : <http://b.example/#> .
a:x.y a :T , <http://c.example/> ; :is "q\\"\\u00e6" , 's'; :n 12 , -1.5e3 , true ;; .
: a:p "t"@da-DK , "v"^^a:type , \"\"\"long "quoted"
text\"\"\" .
"""


def test_turtle_is_read_as_the_recommendation_says():
    about = turtle.read(TEXT)
    first, second = about["http://a.example/x.y"], about["http://b.example/#"]
    assert first[turtle.TYPE] == [("http://b.example/#T", ""), ("http://c.example/", "")]
    assert first["http://b.example/#is"] == [('q"æ', ""), ("s", "")]
    assert first["http://b.example/#n"] == [("12", ""), ("-1.5e3", ""), ("true", "")]
    assert second["http://a.example/p"] == [
        ("t", ""),
        ("v", "http://a.example/type"),
        ('long "quoted"\ntext', ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<a> <b> .",
        "<a> <b> <c>",
        "x:a <b> <c> .",
        "<a> <b> _:c .",
        '<a> <b> "c .',
        '<a> <b> "\\q" .',
        "@base <x> .",
        "<a> a a .",
    ],
)
def test_what_is_not_turtle_is_refused(text):
    with pytest.raises(turtle.TurtleError):
        turtle.read(text)


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["<a>", "a", '"x"', "^^", "@prefix", "x:", ".", ";", ",", "1"])).map(" ".join)
)
def test_any_text_is_read_or_refused(text):
    try:
        turtle.read(text)
    except turtle.TurtleError:
        return
