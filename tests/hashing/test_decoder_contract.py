"""`docs/reference/decoder-contract.md`, row by row: `test_row_<row>` holds the row of that name."""

from __future__ import annotations

import io
import re
import struct
import sys
import wave
from pathlib import Path

import av
import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401 - teaches Pillow to write it
import pytest
import simplejpeg
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tests.hashing.pictures import encoded, landscape
from tests.scanning.raw_writer import nef

from vaern.hashing import HashOptions, hash_file, hash_pixels, hash_stream, unpack_frames
from vaern.hashing.decoding import UPRIGHT_BY
from vaern.hashing.pdq import ORIENTATIONS, THEN, inverse, turn
from vaern.records import Traits

CONTRACT = Path(__file__).resolve().parents[2] / "docs" / "reference" / "decoder-contract.md"
SAMPLES = Path(__file__).parent / "samples"


def media_of(data, **options):
    return hash_stream(io.BytesIO(data), "x", len(data), options=HashOptions(**options))


def pdq_of(media):
    return [signal for signal in media.signals if signal.kind == "pdq"]


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def assert_near(data, picture, distance, **options):
    """The file is readable and its first signal is near the hash of that picture's RGB pixels."""
    media = media_of(data, **options)
    assert media.unreadable == ""
    upright = pdq_of(media)[0]
    assert upright.orientation == "upright"
    assert bits(upright.value, hash_pixels(np.asarray(picture.convert("RGB"))).value) <= distance
    assert (media.width, media.height) == picture.size
    return media


def test_every_row_has_its_test_and_every_test_its_row():
    rows = set(re.findall(r"^\| `(\w+)` \|", CONTRACT.read_text("utf-8"), re.MULTILINE))
    tests = {name.removeprefix("test_row_") for name in dir(sys.modules[__name__]) if name.startswith("test_row_")}
    assert rows == tests


@pytest.mark.once
@pytest.mark.parametrize("size", [(960, 720), (2101, 2049), (4107, 2051), (200, 300)])
def test_row_jpeg_colour(size):
    picture = landscape().resize(size)
    assert assert_near(encoded(picture, "JPEG", quality=90), picture, 4).notes == ()


def test_row_jpeg_grey(picture):
    assert_near(encoded(picture.convert("L"), "JPEG"), picture, 4)


def test_row_jpeg_progressive(picture):
    assert_near(encoded(picture, "JPEG", progressive=True), picture, 4)


def test_row_jpeg_rgb(picture):
    assert_near(encoded(picture, "JPEG", keep_rgb=True), picture, 4)


def test_row_jpeg_cmyk(picture):
    assert_near(encoded(picture.convert("CMYK"), "JPEG"), picture, 4)
    inks = np.ascontiguousarray(255 - np.asarray(picture.convert("CMYK")))
    ycck = simplejpeg.encode_jpeg(inks, colorspace="CMYK")
    assert ycck[2:4] == b"\xff\xee"
    assert ycck[17] == 2  # Adobe transform 2 is YCCK
    assert_near(ycck, picture, 4)


def test_row_jpeg_arithmetic():
    # `cjpeg -arithmetic -quality 60` of libjpeg-turbo 2.1.5, of this very picture
    assert_near((SAMPLES / "arithmetic.jpg").read_bytes(), landscape(160, 120), 6)


def test_row_jpeg_12_bit(picture):
    data = bytearray(encoded(picture, "JPEG"))
    data[data.index(b"\xff\xc0") + 4] = 12
    media = media_of(bytes(data))
    assert media.unreadable == "no decoder for JPEG of 12 bits a sample"
    assert media.mime == "image/jpeg"
    assert pdq_of(media) == []


def test_row_jpeg_truncated(picture):
    data = encoded(picture, "JPEG")
    media = media_of(data[: len(data) * 3 // 4])
    assert media.notes == ("truncated",)
    assert media.unreadable == ""
    assert pdq_of(media)[0].region == "whole"
    assert assert_near(data[:-2], picture, 4).notes == ("truncated",)


def test_row_jpeg_damaged(picture):
    data = bytearray(encoded(picture, "JPEG"))
    middle = len(data) // 2
    data[middle : middle + 60] = b"\xff\xd9" + b"\xff\x00\x13" * 19 + b"z"
    media = media_of(bytes(data))
    assert media.unreadable == ""
    first, *behind = [note.partition(":")[0] for note in media.notes]
    assert first in ("truncated", "damaged")
    assert behind == ["bytes of no known kind behind the picture"]  # an end of the picture stands in its middle
    assert pdq_of(media)[0].region == "whole"


def test_row_jpeg_without_pixels(picture):
    data = encoded(picture, "JPEG")
    media = media_of(data[: data.index(b"\xff\xda")])
    assert pdq_of(media) == []
    assert media.unreadable or "truncated" in media.notes


@pytest.mark.once
@pytest.mark.parametrize("plugin", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_row_exif_orientation(plugin, orientation):
    upright = landscape(400, 300)
    stored = Image.fromarray(turn(np.asarray(upright), inverse(UPRIGHT_BY[orientation - 1])))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(stored, plugin, exif=exif)
    media = assert_near(data, upright, 6)
    signals = {signal.orientation: signal.value for signal in pdq_of(media)}
    if plugin == "TIFF":
        assert set(signals) == {"upright"}
        return
    assert set(signals) == {"upright", inverse(UPRIGHT_BY[orientation - 1])}
    as_stored = hash_pixels(np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))).value
    assert bits(signals[inverse(UPRIGHT_BY[orientation - 1])], as_stored) <= 4
    eight = pdq_of(media_of(data, orientations=8))
    assert [signal.orientation for signal in eight] == list(ORIENTATIONS)
    assert {name: value for name, value in ((s.orientation, s.value) for s in eight) if name in signals} == signals


@pytest.mark.parametrize(
    "block",
    [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\3\0\1\0\0\0\x63\0\0\0" * 3],
)
def test_row_exif_malformed(picture, block):
    assert_near(encoded(picture, "JPEG", exif=b"Exif\0\0" + block), picture, 4)


def test_row_exif_fields(picture):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker\0", "Maker  Model 7 "
    exif.get_ifd(0x8769).update({0x9003: "2021:07:08 09:10:11", 0x9011: "+02:00"})
    media = assert_near(encoded(picture, "JPEG", exif=exif), picture, 4)
    assert media.camera == "Maker Model 7"
    assert media.taken == "2021-07-08T09:10:11+02:00"


def test_row_exif_traits(picture):
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0xA431: "SN 004711", 0xA434: "Lens 35"})
    exif.get_ifd(0x8825).update({1: "S", 2: (55, 40, 33.96), 3: "W", 4: (12, 34, 5.88)})
    media = assert_near(encoded(picture, "JPEG", exif=exif), picture, 4)
    assert media.traits == Traits(serial="SN 004711", lens="Lens 35", place=(-55.6761, -12.5683))


@pytest.mark.once
@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_row_alpha(picture, mode):
    mask = Image.new("L", picture.size, 0)
    mask.paste(255, (200, 100, 700, 600))
    transparent = picture.convert(mode)
    transparent.putalpha(mask)
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture.convert("L" if mode == "LA" else "RGB"), mask=mask)
    assert_near(encoded(transparent, "PNG"), white, 2)


@pytest.mark.once
def test_row_palette(picture):
    few = picture.quantize(200)
    assert_near(encoded(few, "PNG"), few, 2)


@pytest.mark.once
def test_row_palette_transparent(picture):
    few = picture.quantize(16)
    index = int(np.bincount(np.asarray(few).ravel()).argmax())
    pixels = np.asarray(few.convert("RGB")).copy()
    pixels[np.asarray(few) == index] = 255
    assert_near(encoded(few, "PNG", transparency=index), Image.fromarray(pixels), 2)


def test_row_cmyk(picture):
    assert_near(encoded(picture.convert("CMYK"), "TIFF"), picture, 4)


def test_row_one_bit(picture):
    assert_near(encoded(picture.convert("1"), "PNG"), picture, 8)


@pytest.mark.parametrize("plugin", ["PNG", "TIFF"])
def test_row_grey_16(picture, plugin):
    deep = np.asarray(picture.convert("L")).astype(np.uint16) * 257 + 100
    assert_near(encoded(Image.fromarray(deep), plugin), picture, 2)


def test_row_rgb_16(picture):
    deep = np.asarray(picture).astype(">u2") * 257
    lines = b"".join(b"\0" + line.tobytes() for line in deep)
    assert_near(_png(picture.width, picture.height, 16, 2, lines), picture, 2)


def _png(width, height, depth, colour, lines):
    """A PNG by hand (ISO/IEC 15948): what Pillow cannot write."""
    import zlib

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines, 1)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_row_lab(picture):
    assert_near(encoded(picture.convert("LAB"), "TIFF"), picture, 4)


@pytest.mark.parametrize(("factor", "offset"), [(1, 0), (257, 0), (70_000, -5_000_000)])
def test_row_integers(picture, factor, offset):
    values = np.asarray(picture.convert("L")).astype(np.int32) * factor + offset
    assert_near(encoded(Image.fromarray(values), "TIFF"), picture, 4)


@pytest.mark.parametrize(("factor", "offset"), [(1 / 255, 0), (1, 0), (257, 0), (1e6, -1e7)])
def test_row_floats(picture, factor, offset):
    values = np.asarray(picture.convert("L")).astype(np.float32) * np.float32(factor) + np.float32(offset)
    values[0, 0] = np.nan
    assert_near(encoded(Image.fromarray(values), "TIFF"), picture, 4)


def test_row_ycbcr(picture):
    assert_near(encoded(picture.convert("YCbCr"), "TIFF"), picture, 2)


def test_row_modes(vectors):
    folder = vectors / "pdq" / "misc-images" / "modes"
    rgb = pdq_of(hash_file(folder / "RGB.jpg"))[0].value
    others = [path for path in folder.iterdir() if path.suffix in {".png", ".jpg", ".webp"}]
    assert len(others) == 14
    for path in others:
        media = hash_file(path)
        assert media.unreadable == ""
        assert bits(pdq_of(media)[0].value, rgb) <= (16 if path.stem == "1" else 10), path.name


@pytest.mark.once
@pytest.mark.parametrize("plugin", ["GIF", "WEBP", "PNG", "AVIF"])
def test_row_animated(plugin):
    frames = [landscape(200, 150, seed=seed) for seed in range(5)]
    data = encoded(frames[0], plugin, save_all=True, append_images=frames[1:], duration=100, quality=95)
    assert [signal.frame for signal in pdq_of(media_of(data))] == [0]
    signals = pdq_of(media_of(data, frames=3))
    assert [signal.frame for signal in signals] == [0, 1, 2]
    for signal, frame in zip(signals, (frames[0], frames[2], frames[4]), strict=True):
        assert bits(signal.value, hash_pixels(np.asarray(frame)).value) <= 24
    assert len(pdq_of(media_of(data, frames=50))) == 5


@pytest.mark.parametrize("plugin", ["TIFF", "MPO"])
def test_row_multi_picture(plugin):
    pages = [landscape(200, 150, seed=seed) for seed in range(3)]
    data = encoded(pages[0], plugin, save_all=True, append_images=pages[1:])
    assert len(pdq_of(media_of(data))) == 1
    signals = pdq_of(media_of(data, frames=3))
    for signal, page in zip(signals, pages, strict=True):
        assert bits(signal.value, hash_pixels(np.asarray(page)).value) <= 6


@pytest.mark.parametrize("borders", [(0, 90, 0, 90), (120, 0, 120, 0), (60, 30, 0, 0), (50, 50, 50, 50)])
@pytest.mark.parametrize("colour", ["black", "white", (30, 90, 60)])
def test_row_letterbox(borders, colour):
    left, top, right, bottom = borders
    inner = landscape(640, 480)
    framed = Image.new("RGB", (640 + left + right, 480 + top + bottom), colour)
    framed.paste(inner, (left, top))
    data = encoded(framed, "JPEG", quality=85)
    whole, unbordered = pdq_of(media_of(data))
    assert (whole.region, unbordered.region) == ("whole", "unbordered")
    assert bits(unbordered.value, hash_pixels(np.asarray(inner)).value) <= 30
    assert len(pdq_of(media_of(data, unborder=False))) == 1


def test_row_inset(picture):
    ground = Image.new("RGB", (960, 720), "white")
    ground.paste(picture.resize((150, 400)), (10, 10))
    assert [signal.region for signal in pdq_of(media_of(encoded(ground, "PNG")))] == ["whole"]


@pytest.mark.once
@pytest.mark.parametrize("plugin", ["PNG", "GIF", "BMP", "TIFF"])
def test_row_truncated(picture, plugin):
    data = encoded(picture, plugin)
    media = media_of(data[: len(data) * 3 // 4] if plugin != "TIFF" else _tiff_without_its_end(picture))
    assert media.unreadable == ""
    assert "truncated" in media.notes
    assert len(pdq_of(media)) >= 1


def _tiff_without_its_end(picture):
    """A TIFF whose directory stands before the pixels, with the last quarter gone."""
    pixels = np.asarray(picture.convert("L"))
    tags = (
        (256, pixels.shape[1]),
        (257, pixels.shape[0]),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 122),
        (277, 1),
        (278, pixels.shape[0]),
        (279, pixels.size),
    )
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    head = b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4)
    assert len(head) == 122
    return head + pixels.tobytes()[: pixels.size * 3 // 4]


@pytest.mark.once
@pytest.mark.parametrize("hurt", ["checksum", "comment"])
def test_row_damaged(picture, hurt):
    data = encoded(picture, "PNG")
    if hurt == "checksum":
        end = len(data) * 3 // 4
        media = media_of(data[:end] + bytes([data[end] ^ 1]) + data[end + 1 :])
        assert media.notes[0].startswith("damaged: ")
        assert len(pdq_of(media)) >= 1
    else:
        comment = PngInfo()
        comment.add_text("c", "x" * 5_000_000, zip=True)
        assert_near(encoded(picture, "PNG", pnginfo=comment), picture, 0)


def test_row_empty():
    media = media_of(b"")
    assert media.mime == "application/octet-stream"
    assert not media.is_media
    assert len(media.signals) == 3


@pytest.mark.parametrize(
    "head",
    [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\0\0\0WEBPVP8 ", b"II*\0", b"\0\0\0\x18ftypisom\0\0\0\0isommp42"],
)
def test_row_header_only(head):
    media = media_of(head)
    assert media.is_media
    assert media.unreadable
    assert len(media.signals) == 3


@pytest.mark.parametrize("plugin", ["PNG", "JPEG"])
@pytest.mark.parametrize("colour", ["black", "white", (12, 200, 77)])
def test_row_blank(plugin, colour):
    media = media_of(encoded(Image.new("RGB", (500, 400), colour), plugin))
    assert media.notes == ("no signal: featureless",)
    assert media.unreadable == ""
    assert pdq_of(media) == []


def test_row_stripes():
    stripes = np.tile((np.arange(512) // 8 % 2 * 255).astype(np.uint8), (300, 1))
    gradient = np.tile(np.arange(256, dtype=np.uint8)[:, None], (1, 200))
    for pixels in (stripes, stripes.T, gradient, gradient.T):
        media = media_of(encoded(Image.fromarray(np.ascontiguousarray(pixels)), "PNG"))
        assert media.notes == ("no signal: featureless",)
        assert pdq_of(media) == []


def test_row_too_small():
    tiny = landscape(40, 4)
    media = media_of(encoded(tiny, "PNG"))
    assert media.notes == ("no signal: too small",)
    assert (media.width, media.height) == (40, 4)
    assert pdq_of(media_of(encoded(landscape(40, 5), "PNG")))


@pytest.mark.once
def test_row_bomb(picture):
    lines = b"\0" * 10
    bomb = media_of(_png(60_000, 60_000, 8, 2, lines))
    assert bomb.unreadable == "too many pixels: more than the limit of 250,000,000"
    assert media_of(_png(20_000, 20_000, 8, 2, lines)).unreadable.startswith("too many pixels: 20000 × 20000")
    for plugin in ("PNG", "JPEG", "GIF", "WEBP", "TIFF"):
        assert "too many pixels" in media_of(encoded(picture, plugin), max_pixels=960 * 720 - 1).unreadable
        assert media_of(encoded(picture, plugin), max_pixels=960 * 720).unreadable == ""


@pytest.mark.once
def test_row_wrong_extension(picture, tmp_path):
    for name, plugin, mime in (
        ("a.txt", "JPEG", "image/jpeg"),
        ("b.jpg", "PNG", "image/png"),
        ("c.pdf", "GIF", "image/gif"),
    ):
        path = tmp_path / name
        path.write_bytes(encoded(picture, plugin))
        assert hash_file(path).mime == mime
        assert len(pdq_of(hash_file(path))) == 1


@pytest.mark.once
def test_row_heif(picture):
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0110] = "Model 7"
    media = assert_near(encoded(picture, "HEIF", quality=90, exif=exif.tobytes()), picture, 6)
    assert media.mime == "image/heic"
    assert media.camera == "Model 7"


def test_row_avif(picture):
    assert assert_near(encoded(picture, "AVIF", quality=90), picture, 6).mime == "image/avif"


def test_row_webp(picture):
    assert assert_near(encoded(picture, "WEBP", quality=90), picture, 6).mime == "image/webp"


@pytest.mark.once
@pytest.mark.parametrize("plugin", ["BMP", "JPEG2000", "ICO", "ICNS", "QOI", "DDS", "PPM", "SGI", "PCX", "TGA"])
def test_row_other_stills(plugin):
    picture = landscape(256, 256)
    media = assert_near(encoded(picture, plugin), picture.resize((1024, 1024)) if plugin == "ICNS" else picture, 6)
    assert media.mime.startswith("image/")


@pytest.mark.once
def test_row_jpeg_xl(picture):
    """`test_jxl` has the rest."""
    exif = Image.Exif()
    exif[0x0110] = "Model 7"
    media = assert_near(encoded(picture, "JXL", quality=90, exif=exif.tobytes()), picture, 6)
    assert media.mime == "image/jxl"
    assert media.camera == "Model 7"
    assert media_of(b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(100)).unreadable == "the header is malformed"


def test_row_tiff_samples(picture):
    plain = encoded(picture.convert("L"), "TIFF")
    at = plain.index(b"\x02\x01\x03\x00\x01\x00\x00\x00\x08\x00") + 8  # BitsPerSample, one value
    for bits in (10, 14):
        media = media_of(plain[:at] + bits.to_bytes(2, "little") + plain[at + 2 :])
        assert media.unreadable == "no decoder for this kind of TIFF"
    assert media_of(plain[:8] + b"\xff" * 40).unreadable == "the header is malformed"


@pytest.mark.parametrize("big", [False, True])
def test_row_tiff_packed(picture, big):
    """Whoever holds the file is not told that it is damaged."""
    plain = encoded(picture.convert("L"), "TIFF", big_tiff=big)
    at = plain.index(b"\x03\x01\x03\x00\x01" + bytes(7 if big else 3)) + (12 if big else 8)  # Compression, one value
    for method in (34712, 34887, 50002, 65000):  # JPEG 2000, LERC, JPEG XL, nobody's
        media = media_of(plain[:at] + method.to_bytes(2, "little") + plain[at + 2 :])
        assert media.unreadable == "no decoder for this kind of TIFF"


def test_row_not_media():
    for data in (
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0\1\0\0\0\x0f\0\x80",
        b"ID3\4\0" + bytes(50),
    ):
        media = media_of(data)
        assert not media.is_media
        assert (media.unreadable, media.unopened) == ("", "")
        assert len(media.signals) == 3


def test_row_unopened():
    for data, kind in ((b"%PDF-1.7\n", "a PDF document"), (b"Rar!\x1a\x07\x00", "a RAR archive")):
        media = media_of(data)
        assert (media.unreadable, media.unopened) == ("", kind)
        assert len(media.signals) == 3


def test_row_camera_raw():
    """`scanning/test_raws.py` has the rest."""
    media = media_of(nef([encoded(landscape(64, 64), "JPEG")]))
    assert (media.mime, media.camera) == ("image/x-nikon-nef", "NIKON CORPORATION NIKON D9")
    assert media.unreadable == "no decoder for image/x-nikon-nef"


def test_row_no_decoder():
    media = media_of(b"FUJIFILMCCD-RAW 0201" + bytes(100))
    assert media.is_media
    assert media.unreadable == "no decoder for image/x-fuji-raf"


def film(
    seconds=3.0, rate=10, codec="libx264", pixels="yuv420p", container="mp4", pictures=None, size=(320, 240), **options
):
    """A video of drifting hills."""
    stream = io.BytesIO()
    wide = np.asarray(landscape(700 if size[0] == 320 else 1100, size[1]))
    flags = {"movflags": options["movflags"]} if "movflags" in options else {}
    with av.open(stream, "w", container, options=flags) as output:
        video = output.add_stream(codec, rate=rate, options={"g": "12"} if codec != "ffv1" else {})
        video.width, video.height = size
        video.pix_fmt, video.bit_rate = pixels, 5_000_000
        if options.get("full"):
            video.codec_context.color_range = 2
        for index in range(int(seconds * rate)):
            part = wide[:, index * 8 : index * 8 + size[0]] if pictures is None else pictures
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(part), "rgb24")
            if options.get("full"):
                frame = frame.reformat(format=pixels, dst_color_range="JPEG")
            output.mux(video.encode(frame))
        output.mux(video.encode())
    return stream.getvalue()


def frames_of(media):
    (signal,) = [signal for signal in media.signals if signal.kind == "vpdq"]
    return unpack_frames(signal.value)


def expected_frames(seconds=3.0, rate=10):
    wide = np.asarray(landscape(700, 240))
    return [
        hash_pixels(np.ascontiguousarray(wide[:, i * 8 : i * 8 + 320])) for i in range(0, int(seconds * rate), rate)
    ]


@pytest.mark.once
@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("mp4", "libx264"),
        ("mov", "mpeg4"),
        ("matroska", "libx264"),
        ("webm", "libvpx"),
        ("avi", "mpeg4"),
        ("flv", "flv"),
        ("asf", "msmpeg4"),
        ("mpeg", "mpeg2video"),
        ("mpegts", "mpeg2video"),
    ],
)
def test_row_video(container, codec):
    rate = 25 if "mpeg2" in codec else 10
    media = media_of(film(container=container, codec=codec, rate=rate, seconds=3 if rate == 10 else 1.6))
    assert media.unreadable == ""
    assert media.mime.startswith("video/")
    assert (media.width, media.height) == (320, 240)
    frames = frames_of(media)
    assert frames["seconds"] == pytest.approx(np.arange(len(frames)), abs=0.05)
    if rate == 10:
        assert media.duration == pytest.approx(3.0, abs=0.2)
        assert len(frames) == 3
        for frame, expected in zip(frames, expected_frames(), strict=True):
            assert bits(frame["pdq"].tobytes(), expected.value) <= 20
            assert frame["quality"] == pytest.approx(expected.quality, abs=3)


@pytest.mark.once
@pytest.mark.parametrize(
    ("container", "codec", "size"),
    [
        ("dv", "dvvideo", (720, 576)),
        ("gxf", "mpeg2video", (720, 576)),
        ("nut", "mpeg4", (320, 240)),
        ("wtv", "mpeg2video", (320, 240)),
        ("h264", "libx264", (320, 240)),
        ("hevc", "libx265", (320, 240)),
        ("m4v", "mpeg4", (320, 240)),
        ("mpeg2video", "mpeg2video", (320, 240)),
    ],
)
def test_row_video_bare(container, codec, size):
    media = media_of(film(container=container, codec=codec, rate=25, seconds=1.6, size=size))
    assert media.unreadable == ""
    assert media.mime.startswith("video/")
    assert (media.width, media.height) == size
    assert len(frames_of(media)) == 2


def flic(pictures, milliseconds):
    """An animation of Autodesk Animator Pro by hand, each frame whole: what FFmpeg does not write."""
    width, height = pictures[0].size

    def chunk(kind, body, more=b""):
        return struct.pack("<IH", 6 + len(more) + len(body), kind) + more + body

    frames = []
    for picture in pictures:
        palette = chunk(4, b"\1\0\0\0" + bytes(value for level in range(256) for value in (level,) * 3))
        parts = palette + chunk(16, picture.convert("L").tobytes())
        frames.append(chunk(0xF1FA, parts, struct.pack("<H8x", 2)))
    body = b"".join(frames)
    header = struct.pack("<IHHHHHHI", 128 + len(body), 0xAF12, len(frames), width, height, 8, 3, milliseconds)
    header = header.ljust(80, b"\0") + struct.pack("<II", 128, 128 + len(frames[0]))
    return header.ljust(128, b"\0") + body


def test_row_video_flic():
    pictures = [landscape(320, 240, seed=seed) for seed in range(3)]
    media = media_of(flic([picture for picture in pictures for _ in range(2)], 500))
    assert (media.mime, media.unreadable, media.width) == ("video/x-flic", "", 320)
    found = frames_of(media)
    assert found["seconds"].tolist() == [0, 1, 2]
    for frame, picture in zip(found, pictures, strict=True):
        assert bits(frame["pdq"].tobytes(), hash_pixels(np.asarray(picture.convert("L"))).value) <= 4


def test_row_video_cd():
    """A Video CD as Windows shows it: sectors with sync, header and check sum, in a RIFF."""
    packs = film(container="vcd", codec="mpeg1video", rate=25, seconds=2.4, size=(352, 288))
    sectors = [packs[at : at + 2324].ljust(2324, b"\0") for at in range(0, len(packs), 2324)]
    body = b"".join(b"\0" + b"\xff" * 10 + b"\0\0\2\0\2" + b"\1\1\x62\x0f" * 2 + one + bytes(4) for one in sectors)
    media = media_of(b"RIFF" + struct.pack("<I", 36 + len(body)) + b"CDXAfmt " + bytes(28) + body)
    assert (media.mime, media.unreadable, media.width) == ("video/mpeg", "", 352)
    assert len(frames_of(media)) == 3


@pytest.mark.once
@pytest.mark.parametrize("length", [32, 100_000])
@pytest.mark.parametrize(
    "kind", [b"free", b"skip", b"wide", b"uuid", b"styp", b"moof", b"sidx", b"emsg", b"udta", b"meta", b"mfra", b"Xy 7"]
)
def test_row_video_first_box(kind, length):
    plain = film(movflags="frag_keyframe+empty_moov+default_base_moof")  # its offsets do not count from the beginning
    media = media_of(length.to_bytes(4, "big") + kind + bytes(length - 8) + plain)
    assert media.unreadable == ""
    assert frames_of(media).tobytes() == frames_of(media_of(plain)).tobytes()


def test_row_video_other_streams():
    stream = io.BytesIO()
    with av.open(stream, "w", "matroska") as output:
        videos = [output.add_stream("mpeg4", rate=10) for _ in range(2)]
        for video in videos:
            video.width, video.height = 320, 240
        for number in range(10):
            for video in videos:
                output.mux(video.encode(av.VideoFrame.from_image(landscape(320, 240).rotate(number))))
        for video in videos:
            output.mux(video.encode())
    assert media_of(stream.getvalue()).notes == ("video streams that were not hashed: 1",)


def test_row_motion_jpeg():
    frames = [encoded(landscape(700, 240).crop((8 * n, 0, 8 * n + 320, 240)), "JPEG", quality=95) for n in range(30)]
    media = media_of(b"".join(frames))
    assert (media.mime, media.unreadable, media.width) == ("video/x-mjpeg", "", 320)
    assert len(frames_of(media)) == 2


@pytest.mark.once
def test_row_behind(picture):
    for plugin in ("JPEG", "PNG", "AVIF", "GIF", "WEBP", "BMP"):
        plain = encoded(picture, plugin)
        assert media_of(plain).notes == media_of(plain + bytes(100)).notes == ()
        assert media_of(plain + b"Rar!\x1a\x07\0").notes == ("behind the picture: a RAR archive",)
        assert media_of(plain + b"something").notes == ("bytes of no known kind behind the picture: 9",)


def test_row_video_full_range():
    limited, full = (frames_of(media_of(film(full=full, crf="4"))) for full in (False, True))
    for one, other in zip(limited, full, strict=True):
        assert bits(one["pdq"].tobytes(), other["pdq"].tobytes()) <= 12
        assert one["quality"] == other["quality"]


@pytest.mark.once
@pytest.mark.parametrize(("codec", "pixels"), [("ffv1", "yuv420p10le"), ("ffv1", "bgr0"), ("ffv1", "gray")])
def test_row_video_deep(codec, pixels):
    frames = frames_of(media_of(film(codec=codec, pixels=pixels, container="matroska")))
    for frame, expected in zip(frames, expected_frames(), strict=True):
        assert bits(frame["pdq"].tobytes(), expected.value) <= 8


@pytest.mark.once
@pytest.mark.parametrize(("degrees", "upright_by"), [(90, "rotated-90"), (180, "rotated-180"), (270, "rotated-270")])
def test_row_video_rotated(degrees, upright_by):
    data = bytearray(film())
    matrix = data.index(b"tkhd") + 44
    assert data[matrix : matrix + 4] == bytes((0, 1, 0, 0))
    a, b = {90: (0, -1), 180: (-1, 0), 270: (0, 1)}[degrees]
    data[matrix : matrix + 36] = struct.pack(">9i", a << 16, b << 16, 0, -b << 16, a << 16, 0, 0, 0, 1 << 30)
    media = media_of(bytes(data))
    signals = {s.orientation: unpack_frames(s.value) for s in media.signals if s.kind == "vpdq"}
    assert set(signals) == {"upright", inverse(upright_by)}
    assert THEN["upright", upright_by] == upright_by
    wide = np.asarray(landscape(700, 240))[:, :320]
    stored, upright = hash_pixels(np.ascontiguousarray(wide)), hash_pixels(np.ascontiguousarray(turn(wide, upright_by)))
    assert bits(signals["upright"][0]["pdq"].tobytes(), upright.value) <= 16
    assert bits(signals[inverse(upright_by)][0]["pdq"].tobytes(), stored.value) <= 16
    assert (media.width, media.height) == ((320, 240) if degrees == 180 else (240, 320))


@pytest.mark.once
def test_row_video_truncated():
    data = film(seconds=8, container="matroska")
    media = media_of(data[: len(data) // 2])
    assert media.unreadable == ""
    assert media.notes[-1] == "truncated"
    assert 2 <= len(frames_of(media)) < 8
    hurt = bytearray(data)
    hurt[len(data) // 3 : len(data) // 3 + 3000] = bytes(3000)
    media = media_of(bytes(hurt))
    assert media.notes or len(frames_of(media)) == 8
    assert "no frame" in media_of(data[:600]).unreadable or media_of(data[:600]).unreadable


def test_row_video_blank():
    media = media_of(film(pictures=np.full((240, 320, 3), 90, np.uint8)))
    assert media.notes == ("no signal: featureless",)
    assert [signal.kind for signal in media.signals] == ["md5", "sha1", "sha256"]


def test_row_sound_only():
    sound = io.BytesIO()
    with av.open(sound, "w", "matroska") as output:
        stream = output.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.sample_rate = 8000
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    media = media_of(sound.getvalue())
    assert media.mime == "audio/x-matroska"
    assert not media.is_media
    assert media.unreadable == ""
    riff = io.BytesIO()
    with wave.open(riff, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(1000))
    assert not media_of(riff.getvalue()).is_media
