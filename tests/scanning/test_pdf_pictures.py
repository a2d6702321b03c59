"""Pictures that a PDF document keeps as bare samples or as a fax: what a decoder makes of the TIFF that they become."""

from __future__ import annotations

import base64
import io
import subprocess
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.scanning.contained import members
from tests.scanning.pdf_writer import Stream, Writer, image
from tests.scanning.trees import encoded, picture

from vaern.hashing import HashOptions, hash_stream
from vaern.scanning.pdfs import pictures

TABLE = bytes(range(0, 240, 5))
PROFILES = {count: Stream({"N": count}, b"no profile") for count in (1, 3, 4)}
SPACES = {
    "grey": (1, "L", "/DeviceGray"),
    "calibrated": (1, "L", ["/CalGray", {"WhitePoint": [1, 1, 1]}]),
    "colour": (3, "RGB", "/DeviceRGB"),
    "print": (4, "CMYK", "/DeviceCMYK"),
    "profile of 1": (1, "L", ["/ICCBased", PROFILES[1]]),
    "profile of 3": (3, "RGB", ["/ICCBased", PROFILES[3]]),
    "profile of 4": (4, "CMYK", ["/ICCBased", PROFILES[4]]),
    "ink": (1, "L", ["/Separation", "/Spot", "/DeviceRGB", None]),
    "one of n": (1, "L", ["/DeviceN", ["/Spot"], "/DeviceRGB", None]),
    "palette": (1, "RGB", ["/Indexed", "/DeviceRGB", 15, TABLE]),
    "grey palette": (1, "L", ["/I", "/DeviceGray", 47, TABLE]),
}
INKS = {"ink", "one of n"}


def packed_samples(rows, bits):
    """Lines of samples, each line from a new byte on."""
    out = b""
    for row in rows:
        text = "".join(f"{sample:0{bits}b}" for sample in row)
        out += int(text.ljust(-len(text) // 8 * -8, "0"), 2).to_bytes(-(-len(text) // 8), "big")
    return out


def run_length(data):
    return (
        b"".join(bytes([len(data[at : at + 128]) - 1]) + data[at : at + 128] for at in range(0, len(data), 128))
        + b"\x80"
    )


def lzw(data):
    """Each byte by itself, in codes of nine bits: the table is cleared before they need ten."""
    codes = [code for at in range(0, len(data), 200) for code in (256, *data[at : at + 200])]
    text = "".join(f"{code:09b}" for code in (*codes, 257))
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


PACKINGS = {
    "/FlateDecode": zlib.compress,
    "/ASCIIHexDecode": lambda data: data.hex().encode() + b">",
    "/ASCII85Decode": lambda data: base64.a85encode(data, adobe=True)[2:],
    "/RunLengthDecode": run_length,
    "/LZWDecode": lzw,
}


def alone(stream):
    """What the only picture of a document becomes."""
    out = Writer()
    dictionary = dict(stream.dictionary)
    space = dictionary["ColorSpace"]
    if isinstance(space, list):
        dictionary["ColorSpace"] = [out.add(part) if isinstance(part, Stream) else part for part in space]
    out.paint(out.add(stream._replace(dictionary=dictionary)))
    [(name, data)] = members(out.done())
    return name, data


def pixels(tiff):
    with Image.open(io.BytesIO(tiff), formats=["TIFF"]) as shown:
        assert shown.mode in {"L", "RGB", "CMYK"}
        flat = shown.tobytes()
        size = len(shown.getbands())
        return shown.mode, shown.size, [tuple(flat[at : at + size]) for at in range(0, len(flat), size)]


def expected(name, sample, bits, inverted):
    """What one pixel is shown as, by the definition (8.9.5.2), in whole numbers."""
    _, mode, space = SPACES[name]
    if bits == 16:
        sample, bits = tuple(one >> 8 for one in sample), 8
    top = (1 << bits) - 1
    sample = tuple(top - one for one in sample) if inverted else sample
    if "palette" in name:
        table = space[3]
        size = len(mode) if mode == "RGB" else 1
        entry = min(sample[0], len(table) // size - 1)
        return tuple(table[entry * size : (entry + 1) * size])
    shown = tuple((2 * 255 * one + top) // (2 * top) for one in sample)
    return tuple(255 - one for one in shown) if name in INKS else shown


@pytest.mark.once
@given(
    data=st.data(), name=st.sampled_from(sorted(SPACES)), bits=st.sampled_from([1, 2, 4, 8, 16]), inverted=st.booleans()
)
def test_samples_are_shown_as_the_document_means_them(data, name, bits, inverted):
    if "palette" in name:
        bits = min(bits, 8)
    count, mode, space = SPACES[name]
    width, height = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 5))
    sample = st.tuples(*[st.integers(0, (1 << bits) - 1)] * count)
    grid = data.draw(st.lists(st.lists(sample, min_size=width, max_size=width), min_size=height, max_size=height))
    raw = packed_samples([[one for pixel in row for one in pixel] for row in grid], bits)
    filters = data.draw(st.lists(st.sampled_from(sorted(PACKINGS)), max_size=3))
    for one in reversed(filters):
        raw = PACKINGS[one](raw)
    more = {"Filter": filters} if filters else {}
    if inverted:
        more["Decode"] = [(1 << bits) - 1, 0] if "palette" in name else [1, 0] * count
    found, tiff = alone(image(raw, width, height, ColorSpace=space, BitsPerComponent=bits, **more))
    assert found == "page 1/picture 1.tif"
    wanted = [expected(name, pixel, bits, inverted) for row in grid for pixel in row]
    assert pixels(tiff) == (mode, (width, height), wanted)


def predicted(rows, colours, kind):
    """Lines as a predictor leaves them: 2 as TIFF does, 10 to 14 as PNG does, eight bits each."""
    out, above = b"", bytes(len(rows[0]))
    for row in rows:
        left = bytes(colours) + row[:-colours]
        match kind:
            case 2 | 11:
                guess = left
            case 10:
                guess = bytes(len(row))
            case 12:
                guess = above
            case 13:
                guess = bytes((a + b) // 2 for a, b in zip(left, above, strict=True))
            case 14:
                corner = bytes(colours) + above[:-colours]
                guess = bytes(paeth(a, b, c) for a, b, c in zip(left, above, corner, strict=True))
        out += b"" if kind == 2 else bytes([kind - 10])
        out += bytes((one - by) % 256 for one, by in zip(row, guess, strict=True))
        above = row
    return out


def paeth(left, above, corner):
    return min((left, above, corner), key=lambda one: abs(left + above - corner - one))


@pytest.mark.once
@given(
    st.data(),
    st.sampled_from([1, 3]),
    st.sampled_from([2, 10, 11, 12, 13, 14]),
    st.sampled_from(["/FlateDecode", "/LZWDecode"]),
)
def test_predicted_samples_are_read(data, colours, kind, packing):
    width, height = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 5))
    rows = [data.draw(st.binary(min_size=width * colours, max_size=width * colours)) for _ in range(height)]
    raw = PACKINGS[packing](predicted(rows, colours, kind))
    given_ = {"Predictor": kind, "Colors": colours, "Columns": width}
    space = "/DeviceRGB" if colours == 3 else "/DeviceGray"
    _, tiff = alone(
        image(
            raw,
            width,
            height,
            ColorSpace=space,
            Filter="/FlateDecode" if packing == "/FlateDecode" else packing,
            DecodeParms=given_,
        )
    )
    flat = b"".join(rows)
    assert pixels(tiff)[2] == [tuple(flat[at : at + colours]) for at in range(0, len(flat), colours)]


@pytest.mark.parametrize("kind", ["group3", "group4"])
@pytest.mark.parametrize("black_is_1", [False, True])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("space", ["/DeviceGray", ["/Indexed", "/DeviceRGB", 1, b"\xff\xff\xff\0\0\0"], None])
def test_a_fax_is_as_dark_as_it_was(kind, black_is_1, inverted, space):
    bare = picture(1).resize((64, 48)).convert("1")
    out = io.BytesIO()
    bare.save(out, "TIFF", compression=kind, strip_size=1 << 20)
    with Image.open(out) as tiff:
        assert tiff.tag_v2[262] == 1  # black is zero, so libtiff packs white as black
        [begin], [length] = tiff.tag_v2[273], tiff.tag_v2[279]
    parameters = {"K": -1 if kind == "group4" else 0, "Columns": 64, "Rows": 48, "BlackIs1": black_is_1}
    more = {"Decode": [1, 0]} if inverted else {}
    more |= {"ImageMask": True} if space is None else {}
    strip = out.getvalue()[begin : begin + length]
    given_ = image(
        strip,
        64,
        48,
        ColorSpace=space,
        BitsPerComponent=1,
        Filter=["/CCITTFaxDecode"],
        DecodeParms=[parameters],
        **more,
    )
    _, tiff = alone(given_)
    with Image.open(io.BytesIO(tiff)) as shown:
        found = shown.convert("L")
    turned = (not black_is_1) + inverted + isinstance(space, list)
    wanted = bare.convert("L") if turned % 2 == 0 else bare.convert("L").point(lambda value: 255 - value)
    assert found.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("filters", [[], ["/FlateDecode"], ["/ASCII85Decode", "/FlateDecode"]])
@pytest.mark.parametrize(
    ("last", "kind", "extension"), [("/DCTDecode", "JPEG", "jpg"), ("/JPXDecode", "JPEG2000", "jp2")]
)
def test_what_is_a_file_already_is_given_byte_for_byte(filters, last, kind, extension):
    photo = encoded(picture(1), kind)
    data = photo
    for one in reversed(filters):
        data = PACKINGS[one](data)
    assert alone(image(data, Filter=[*filters, last])) == (f"page 1/picture 1.{extension}", photo)


def test_lab_is_shown_as_light_as_it_is():
    space = ["/Lab", {"WhitePoint": [1, 1, 1], "Range": [-100, 100, -100, 100]}]
    samples = bytes(one for light in (0, 128, 255) for one in (light, 128, 128))
    _, tiff = alone(image(samples, 3, 1, ColorSpace=space))
    with Image.open(io.BytesIO(tiff)) as shown:
        assert shown.mode == "LAB"
        assert shown.getchannel("L").tobytes() == b"\x00\x80\xff"


def test_samples_that_end_too_early_are_shown_as_far_as_they_go():
    photo = picture(1).convert("RGB")
    samples = photo.tobytes()
    whole, cut = (
        alone(image(data, *photo.size, ColorSpace="/DeviceRGB")) for data in (samples, samples[: len(samples) * 2 // 3])
    )
    one, other = (
        hash_stream(io.BytesIO(data), name, len(data), None, HashOptions(orientations=1)) for name, data in (whole, cut)
    )
    assert not one.notes
    assert other.notes == ("truncated",)
    assert any(signal.kind == "pdq" for signal in other.signals)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"Filter": "/JBIG2Decode"}, "no decoder for JBIG2"),
        ({"Filter": ["/FlateDecode", "/OwnDecode"]}, "no decoder for Own"),
        ({"Filter": ["/DCTDecode", "/FlateDecode"]}, "no decoder for DCT"),
        (
            {"Filter": "/CCITTFaxDecode", "DecodeParms": {"K": -1, "EncodedByteAlign": True}},
            "no decoder for a fax of group 4 whose lines end with a byte",
        ),
        ({"ColorSpace": "/Pattern"}, "no decoder for a picture of this colour space"),
        (
            {"ColorSpace": ["/DeviceN", ["/A", "/B"], "/DeviceRGB", None]},
            "no decoder for a picture of this colour space",
        ),
        ({"ColorSpace": ["/Indexed", "/DeviceRGB", 0, b""]}, "no decoder for a picture of this colour space"),
        ({"BitsPerComponent": 3}, "no decoder for a picture of 3 bits a sample"),
        ({"Width": 0}, "the picture has no pixels"),
        (
            {"Width": 1 << 20, "Height": 1 << 20},
            f"too many pixels: {1 << 20} × {1 << 20} is more than the limit of {512 << 20:,}",
        ),
    ],
)
def test_what_cannot_be_shown_says_why(more, problem):
    assert alone(image(bytes(64), **more)) == ("page 1/picture 1", problem)


def test_what_cannot_be_unpacked_or_is_too_short_says_so():
    assert alone(image(b"no deflate", Filter="/FlateDecode"))[1].startswith(
        "a stream of the document cannot be unpacked ("
    )
    assert alone(image(b"short"))[1] == "the picture ends within its first line"


def test_no_stream_unpacks_to_more_than_its_bound():
    limits = pikepdf.settings.get_qpdf_limits()
    kinds = ("flate_max_memory", "png_max_memory", "run_length_max_memory", "tiff_max_memory")
    assert {limits[kind] for kind in kinds} == {pictures.LARGEST}
    bomb = image(zlib.compress(bytes(1 << 20)), 1 << 10, 1 << 10, Filter="/FlateDecode")
    assert len(alone(bomb)[1]) > 1 << 20
    before = pikepdf.settings.set_qpdf_limits(flate_max_memory=1 << 19)
    try:
        assert alone(bomb)[1] == "a stream of the document cannot be unpacked (PL_Flate memory limit exceeded)"
    finally:
        pikepdf.settings.set_qpdf_limits(**before)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "LA"])
def test_what_pillow_writes_is_read(mode):
    photo = picture(1).convert(mode)
    out = io.BytesIO()
    photo.save(out, "PDF")
    [(_, data)] = members(out.getvalue())
    with Image.open(io.BytesIO(data)) as shown:
        assert shown.size == photo.size
        if mode in {"1", "P"}:  # without loss
            assert shown.convert("RGB").tobytes() == photo.convert("RGB").tobytes()


@pytest.mark.once
def test_another_program_finds_the_same_pictures(tmp_path, foreign):
    photo = encoded(picture(1), "JPEG")
    grey, colour = picture(2).convert("L"), picture(3).convert("RGB")
    out = Writer()
    out.paint(
        out.add(image(photo, *picture(1).size, ColorSpace="/DeviceRGB", Filter="/DCTDecode")),
        out.add(image(grey.tobytes(), *grey.size)),
        out.add(image(zlib.compress(colour.tobytes()), *colour.size, ColorSpace="/DeviceRGB", Filter="/FlateDecode")),
        out.add(image(bytes(range(32)), 16, 4, BitsPerComponent=4, ColorSpace=SPACES["palette"][2])),
    )
    (tmp_path / "paper.pdf").write_bytes(out.done())
    subprocess.run([foreign("pdfimages"), "-j", "-png", tmp_path / "paper.pdf", tmp_path / "out"], check=True)
    theirs = sorted(tmp_path.glob("out-*"))
    ours = [data for _, data in members(out.done())]
    assert theirs[0].read_bytes() == ours[0] == photo
    for path, data in zip(theirs[1:], ours[1:], strict=True):
        with Image.open(path) as one, Image.open(io.BytesIO(data)) as other:
            assert one.convert("RGB").tobytes() == other.convert("RGB").tobytes()
