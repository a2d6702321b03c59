"""Still pictures and animations through Pillow."""

from __future__ import annotations

import warnings
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageFile, PngImagePlugin, TiffImagePlugin, UnidentifiedImageError

from vaern.hashing.content import STILL_FORMATS
from vaern.hashing.exif import TRAITS, Exif, read_exif
from vaern.hashing.silence import silent_stderr
from vaern.hashing.tones import to_pixels
from vaern.hashing.unreadable import UnreadableError, check_pixels, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    import numpy.typing as npt


class Picture(NamedTuple):
    """A decoded still picture or animation, as stored: EXIF orientation is not applied.

    Attributes:
        width, height: pixels of the stored picture at full scale.
        frames: the frames to hash, each grey [h, w] or RGB [h, w, 3].
        exif: see `Exif`.
        notes: see `decoding`.
        factor: by so much the frames were reduced while decoding.
    """

    width: int
    height: int
    frames: list[npt.NDArray[np.uint8]]
    exif: Exif
    notes: tuple[str, ...] = ()
    factor: int = 1


@cache
def register_heif() -> None:
    """Teach Pillow HEIF; only when the first such file comes, since loading libheif takes a while."""
    import pillow_heif  # noqa: PLC0415

    pillow_heif.register_heif_opener()


def decode_still(stream: BinaryIO, mime: str, frames: int, max_pixels: int) -> Picture:
    """Decode by the plug-in for `mime` and no other.

    Args:
        stream: seekable.
        mime: a key of `content.STILL_FORMATS`.
        frames: how many to return of an animation or a file of several pictures: the first, the others spread
            evenly.
        max_pixels: of one frame; checked before decoding.

    Raises:
        UnreadableError: with the reason.
    """
    formats = STILL_FORMATS.get(mime)
    if formats is None:
        raise UnreadableError(f"no decoder for {mime}")
    if "HEIF" in formats:
        register_heif()
    with _quiet(max_pixels) as remarks, silent_stderr() if "TIFF" in formats else nullcontext():
        try:
            decoded = _decode_leniently(stream, formats, frames, max_pixels)
        except Image.DecompressionBombError as error:
            raise UnreadableError(f"too many pixels: more than the limit of {max_pixels:,}") from error
        except (UnreadableError, MemoryError):
            raise
        except Exception as error:  # decoders raise what they like on malformed input
            raise UnreadableError(_unidentified(stream, error) if "TIFF" in formats else _reason(error)) from error
    return decoded._replace(notes=(*decoded.notes, *_notes(remarks)))


def _decode_leniently(stream: BinaryIO, formats: tuple[str, ...], frames: int, max_pixels: int) -> Picture:
    """Decode; if that fails, once more as far as it goes, with a note why."""
    try:
        return _decode(stream, formats, frames, max_pixels)
    except (Image.DecompressionBombError, UnreadableError, MemoryError):
        raise
    except Exception as error:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            decoded = _decode(stream, formats, frames, max_pixels)
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        reason = _reason(error)
        note = "truncated" if "truncated" in reason.lower() else f"damaged: {reason}"
        return decoded._replace(notes=(note,))


def _decode(stream: BinaryIO, formats: tuple[str, ...], frames: int, max_pixels: int) -> Picture:
    stream.seek(0)
    with Image.open(stream, formats=formats) as picture:
        width, height = picture.size
        exif = _exif_of(picture)
        pixels: list[npt.NDArray[np.uint8]] = []
        for index in _spread(_count(picture) if frames > 1 else 1, frames):
            check_pixels(*picture.size, max_pixels)
            try:
                if index:
                    picture.seek(index)
                    check_pixels(*picture.size, max_pixels)
                picture.load()
                pixels.append(to_pixels(picture))
            except Exception:
                if pixels and ImageFile.LOAD_TRUNCATED_IMAGES:  # keep what there is of an animation
                    break
                raise
    return Picture(width, height, pixels, exif)


def _count(picture: Image.Image) -> int:
    # In Photoshop files the further frames are layers: parts of the picture, not pictures.
    return 1 if picture.format == "PSD" else int(getattr(picture, "n_frames", 1))


def _spread(count: int, wanted: int) -> list[int]:
    """Up to `wanted` of `count` frames: the first, the last, and others evenly between."""
    return sorted({int(i) for i in np.rint(np.linspace(0, count - 1, min(count, max(1, wanted))))})


def _exif_of(picture: Image.Image) -> Exif:
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        return read_exif(_tiff_block(picture))
    block = picture.info.get("exif")
    return read_exif(block) if isinstance(block, bytes) else Exif()


def _tiff_block(picture: TiffImagePlugin.TiffImageFile) -> bytes:
    """In TIFF the fields stand in the file's own directories, anywhere in it: Pillow writes them out anew.

    Not the orientation: Pillow turns TIFF upright itself.
    """
    fields, found = Image.Exif(), picture.getexif()
    for tag in (*TRAITS[0], 0x0132):
        if isinstance(found.get(tag), str):
            fields[tag] = found[tag]
    for directory in TRAITS.keys() - {0}:
        with suppress(Exception):  # it points outside the file, or lies
            inner = found.get_ifd(directory)
            kept = {tag: inner[tag] for tag in TRAITS[directory] if isinstance(inner.get(tag), (str, tuple))}
            trial = Image.Exif()
            trial.get_ifd(directory).update(kept)
            trial.tobytes()  # what Pillow cannot write out must not cost the other directory
            fields.get_ifd(directory).update(kept)
    return fields.tobytes()


@contextmanager
def _quiet(max_pixels: int) -> Iterator[list[warnings.WarningMessage]]:
    """Collect warnings instead of printing them, and put our limits in the place of Pillow's.

    Its limit on text in PNG is raised: one long comment must not hide a picture.
    """
    before = Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY
    Image.MAX_IMAGE_PIXELS = max_pixels
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 64 << 20
    try:
        with warnings.catch_warnings(record=True) as remarks:
            warnings.simplefilter("always")
            yield remarks
    finally:
        Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY = before


def _notes(remarks: list[warnings.WarningMessage]) -> list[str]:
    texts = dict.fromkeys(" ".join(str(remark.message).split()) for remark in remarks)
    return [f"decoder: {text[:200]}" for text in texts][:5]


def _unidentified(stream: BinaryIO, error: Exception) -> str:
    """Why a TIFF could not be decoded: Pillow says of samples that it does not know what it says of a broken header."""
    if isinstance(error, UnidentifiedImageError):
        try:
            stream.seek(0)
            TiffImagePlugin.TiffImageFile(stream)
        except SyntaxError as cause:
            if str(cause) == "unknown pixel mode" or _packed_otherwise(stream):
                return "no decoder for this kind of TIFF"
        except Exception:  # noqa: S110 - the header is malformed indeed
            pass
    return _reason(error)


def _packed_otherwise(stream: BinaryIO) -> bool:
    """Whether a TIFF is whole as far as its first directory, and names a compression that Pillow does not know."""
    with suppress(Exception):
        stream.seek(0)
        header = stream.read(8)
        fields = TiffImagePlugin.ImageFileDirectory_v2(header + stream.read(8) if header[2] == 43 else header)
        stream.seek(fields.next)
        fields.load(stream)
        return fields.get(TiffImagePlugin.COMPRESSION, 1) not in TiffImagePlugin.COMPRESSION_INFO
    return False


def _reason(error: Exception) -> str:
    return "the header is malformed" if isinstance(error, UnidentifiedImageError) else reason_of(error)
