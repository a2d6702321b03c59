"""What a survivor's browser computes of a file against what the engine computes: PDQ, and SHA-256 piece by piece."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from tests.hashing.pictures import encoded, landscape

import vaern.node.victims
from vaern.hashing import hash_orientations, hash_stream
from vaern.hashing.pdq import ORIENTATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPTS = Path(vaern.node.victims.__file__).parent / "static/victims/device"
NEAR = 4
"""Bits by which a browser's value may differ from the engine's, of 99 in 100 photographs."""

HASH_FILE = """async () => {
  const [file] = document.querySelector("input").files;
  return Picture.hash(file, (width, height) => new OffscreenCanvas(width, height), async () => {});
}"""
HASH_PIXELS = """({ pixels, width, height, turns, tall, wide }) => {
  const rgba = Uint8Array.from(atob(pixels), (sign) => sign.charCodeAt(0));
  const reducer = new Pdq.Reducer(width, height, turns);
  for (let y = 0; y < height; y += tall) {
    for (let x = 0; x < width; x += wide) {
      const [w, h] = [Math.min(wide, width - x), Math.min(tall, height - y)];
      const tile = new Uint8Array(4 * w * h);
      for (let row = 0; row < h; row++) {
        const from = 4 * ((y + row) * width + x);
        tile.set(rgba.subarray(from, from + 4 * w), 4 * row * w);
      }
      reducer.take(tile, x, y, w, h);
    }
  }
  return reducer.hashes();
}"""
DIGEST = """({ content, pieces }) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const sum = new Sha256();
  let at = 0;
  for (const piece of pieces) sum.update(bytes.subarray(at, at += piece));
  return sum.update(bytes.subarray(at)).hex();
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page with the scripts of the device and a field for files, and no node behind it."""
    page = browser.new_page()
    page.set_content("<input type=file>")
    for name in ("sha256.js", "pdq.js", "picture.js"):
        page.add_script_tag(path=SCRIPTS / name)
    yield page
    page.close()


def apart(one: str, other: bytes) -> int:
    """Return the bits between two values; none is as far as can be from any."""
    return (int(one, 16) ^ int.from_bytes(other)).bit_count() if one and other else 256 * (bool(one) != bool(other))


def of_pixels(page: Page, pixels: npt.NDArray[np.uint8], tall: int, wide: int) -> dict[str, dict[str, Any]]:
    """Return the hashes of all turns, of pixels that are given in tiles."""
    height, width = pixels.shape[:2]
    colours = pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2)
    rgba = np.dstack([colours, np.full((height, width), 255, np.uint8)])
    found: dict[str, dict[str, Any]] = page.evaluate(
        HASH_PIXELS,
        {
            "pixels": base64.b64encode(rgba.tobytes()).decode(),
            "width": width,
            "height": height,
            "turns": list(ORIENTATIONS),
            "tall": tall,
            "wide": wide,
        },
    )
    return found


def of_file(page: Page, name: str, content: bytes) -> dict[str, dict[str, Any]]:
    """Return the hashes of a file."""
    page.locator("input").set_input_files({"name": name, "mimeType": "", "buffer": content})
    found: dict[str, dict[str, Any]] = page.evaluate(HASH_FILE)
    return found


def of_engine(content: bytes) -> dict[str, tuple[bytes, int]]:
    """Return what the engine says of the whole picture, by orientation."""
    media = hash_stream(io.BytesIO(content), "x", len(content))
    return {
        signal.orientation or "": (signal.value, int(signal.quality or 0))
        for signal in media.signals
        if signal.kind == "pdq" and signal.region == "whole"
    }


@pytest.mark.parametrize("seed", range(24))
def test_the_kernel_gives_the_bits_and_the_quality_of_the_engines_own(page: Page, seed: int) -> None:
    """Of any size, grey and in colour, in all eight turns, and however the picture is cut into tiles."""
    random = np.random.default_rng(seed)
    height, width = (int(side) for side in random.integers(5, [40, 140, 700][seed % 3], 2))
    smooth = np.asarray(landscape(width, height, seed))
    noise = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    pixels = [smooth, noise, np.ascontiguousarray(smooth[:, :, 1])][seed % 3]
    tall, wide = int(random.integers(1, height + 1)), int(random.integers(1, width + 1))
    ours, theirs = of_pixels(page, pixels, tall, wide), hash_orientations(pixels)
    assert set(ours) == set(theirs)
    for turn, expected in theirs.items():
        assert apart(ours[turn]["value"], expected.value) <= 2, turn
        assert ours[turn]["quality"] == expected.quality, turn


def test_a_blank_and_a_tiny_picture_have_no_value(page: Page) -> None:
    blank = np.full((80, 90), 120, np.uint8)
    tiny = np.asarray(landscape(40, 4, 1))
    for pixels in (blank, tiny):
        assert {one["value"] for one in of_pixels(page, pixels, 80, 90).values()} == {""}


def test_of_photographs_it_differs_from_the_engine_by_four_bits_at_most_in_99_of_100(page: Page, media: Path) -> None:
    distances: dict[str, list[int]] = {}
    for path in sorted(path for path in (media / "photos").rglob("*") if path.is_file()):
        content = path.read_bytes()
        expected = {turn: value for turn, (value, quality) in of_engine(content).items() if quality >= 50}
        if not expected:
            continue
        found = of_file(page, path.name, content)
        for turn, value in expected.items():
            distances.setdefault(path.suffix.lower(), []).append(apart(found[turn]["value"], value))
    assert {".jpg", ".png", ".webp"} <= set(distances)
    for suffix, measured in distances.items():
        assert np.percentile(measured, 99) <= NEAR, (suffix, sorted(measured)[-10:])


def with_orientation(plugin: str, orientation: int, **options: object) -> bytes:
    """Return a file that says how it is to be turned."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(landscape(720, 540, 9), plugin, exif=exif, **options)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_picture_is_hashed_upright_and_as_stored(page: Page, orientation: int) -> None:
    content = with_orientation("JPEG", orientation, quality=92)
    found, expected = of_file(page, "a.jpg", content), of_engine(content)
    assert set(found) == set(expected)
    for turn, (value, _quality) in expected.items():
        assert apart(found[turn]["value"], value) <= NEAR, turn
    for plugin, options in (("PNG", {}), ("WEBP", {"lossless": True})):
        content = with_orientation(plugin, orientation, **options)
        upright = of_file(page, f"a.{plugin}", content)["upright"]["value"]
        assert min(apart(upright, value) for value, _quality in of_engine(content).values()) <= NEAR, plugin


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA"])
def test_greys_palettes_and_transparency_are_as_the_engine_has_them(page: Page, mode: str) -> None:
    picture = landscape(500, 400, 11)
    if mode in {"RGBA", "LA"}:
        alpha = landscape(500, 400, 12).convert("L").point(lambda level: 255 if level > 128 else level)
        picture = Image.merge("RGBA", [*picture.split(), alpha])
    content = encoded(picture.convert(mode), "PNG")
    value, _quality = of_engine(content)["upright"]
    assert apart(of_file(page, "a.png", content)["upright"]["value"], value) <= NEAR


@pytest.mark.parametrize("length", [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000, 300_001])
def test_sha256_in_pieces_is_sha256(page: Page, length: int) -> None:
    random = np.random.default_rng(length)
    content = random.bytes(length)
    pieces = [int(piece) for piece in random.integers(0, 1 + length // 3, 5)]
    ours = page.evaluate(DIGEST, {"content": base64.b64encode(content).decode(), "pieces": pieces})
    assert ours == hashlib.sha256(content).hexdigest()
