"""What the samples of a picture in a PDF document mean (ISO 32000-1, 8.6 and 8.9.5), as samples of eight bits.

Colours are not managed: a profile counts as the plain colours of as many samples, and an ink as grey. That is near
enough for hashes, which are of brightness.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pikepdf

from vaern.scanning.members import DamagedError
from vaern.scanning.pdfs import tiffs

if TYPE_CHECKING:
    import numpy.typing as npt

    Samples = npt.NDArray[np.uint8]

_DEEPEST = 4
_BY_NAME = {"/G": "/DeviceGray", "/CalGray": "/DeviceGray", "/RGB": "/DeviceRGB", "/CalRGB": "/DeviceRGB"}
_BY_NAME |= {"/CMYK": "/DeviceCMYK", "/I": "/Indexed"}
_LAB_RANGE = (-100.0, 100.0, -100.0, 100.0)


class Colour(NamedTuple):
    """A colour space.

    Attributes:
        photometric: what it is in a TIFF.
        shown: samples of a pixel there.
        samples: of a pixel in the document.
        is_ink: 1 is dark.
        ranges: least and greatest value of each sample; of nothing said, 0 to 1.
        palette: [entries, shown] of an indexed one.
    """

    photometric: int
    shown: int
    samples: int
    is_ink: bool = False
    ranges: tuple[float, ...] = ()
    palette: Samples | None = None


GREY = Colour(tiffs.BLACK_IS_ZERO, 1, 1)
_PLAIN = {
    "/DeviceGray": GREY,
    "/DeviceRGB": Colour(tiffs.RGB, 3, 3),
    "/DeviceCMYK": Colour(tiffs.CMYK, 4, 4),
}
_BY_COUNT = {str(colour.samples): colour for colour in _PLAIN.values()}


def colour_of(space: Any, depth: int = 0) -> Colour | None:
    """A colour space by its name or array; `None` for one that is not known."""
    is_array = isinstance(space, pikepdf.Array) and len(space) > 0
    name = str(space[0] if is_array else space)
    name = _BY_NAME.get(name, name)
    if name in _PLAIN:
        return _PLAIN[name]
    if not is_array or len(space) < 2 or depth > _DEEPEST:
        return None
    if name == "/Indexed":
        return _indexed(colour_of(space[1], depth + 1), space[3]) if len(space) >= 4 else None
    return _with_parameter(name, space[1])


def _with_parameter(name: str, parameter: Any) -> Colour | None:
    """A colour space whose array has one parameter that matters here."""
    match name:
        case "/ICCBased" if isinstance(parameter, pikepdf.Stream):
            return _BY_COUNT.get(str(parameter.get("/N")))
        case "/Lab" if isinstance(parameter, pikepdf.Dictionary):
            given: Any = parameter.get("/Range") or ()
            ranges = tuple(float(one) for one in given if isinstance(one, int | Decimal))
            return Colour(tiffs.LAB, 3, 3, ranges=(0.0, 100.0, *(ranges if len(ranges) == 4 else _LAB_RANGE)))
        case "/Separation":
            return GREY._replace(is_ink=True)
        case "/DeviceN" if isinstance(parameter, pikepdf.Array):
            return {1: GREY._replace(is_ink=True), 4: _PLAIN["/DeviceCMYK"]}.get(len(parameter))
    return None


def _indexed(base: Colour | None, table: Any) -> Colour | None:
    if base is None or base.palette is not None:
        return None
    data = table.read_bytes() if isinstance(table, pikepdf.Stream) else bytes(table)
    entries = min(len(data) // base.samples, 256)
    if not entries:
        return None
    values = np.frombuffer(data, np.uint8, entries * base.samples).reshape(entries, base.samples)
    return base._replace(samples=1, is_ink=False, palette=Tones(base, 8, ()).of(values))


class Tones(NamedTuple):
    """How the samples of one picture are shown.

    Attributes:
        colour: its colour space.
        bits: of a sample: 1, 2, 4, 8 or 16.
        decode: what the least and the greatest sample stand for, of each; empty where nothing is said.
    """

    colour: Colour
    bits: int
    decode: tuple[float, ...]

    def layout(self, width: int, height: int) -> tiffs.Layout:
        """Of a TIFF of what is shown."""
        return tiffs.Layout(width, height, self.colour.photometric, self.colour.shown)

    def line(self, width: int) -> int:
        """Bytes of a line in the document."""
        return (width * self.colour.samples * self.bits + 7) // 8

    def shown(self, data: bytes, width: int, height: int) -> bytes:
        """All samples as a TIFF has them, of as many lines as there are.

        Raises:
            DamagedError: there is not even one.
        """
        line = self.line(width)
        lines = min(height, len(data) // line)
        if not lines:
            raise DamagedError("the picture ends within its first line")
        packed = np.frombuffer(data, np.uint8, lines * line).reshape(lines, line)
        values = self._values(packed)[:, : width * self.colour.samples]
        return self.of(values.reshape(lines, width, self.colour.samples)).tobytes()

    def of(self, values: Samples) -> Samples:
        """Samples [..., samples] as they stand in the document, as those [..., shown] of eight bits of a TIFF."""
        tables = self._tables()
        if self.colour.palette is not None:
            shown: Samples = self.colour.palette[tables[0][values[..., 0]]]
            return shown
        out = np.empty_like(values)
        for number, table in enumerate(tables):
            out[..., number] = table[values[..., number]]
        return out

    def darkness(self, value: int) -> int:
        """How dark a sample of a picture of one sample is; for comparing two."""
        tone = int(self.of(np.array([[value]], np.uint8)).sum())
        return tone if self.colour.photometric == tiffs.CMYK else -tone

    def _values(self, packed: Samples) -> Samples:
        """Lines of bytes as lines of samples; of sixteen bits the upper eight."""
        if self.bits == 16:
            return packed[:, ::2]
        if self.bits == 8:
            return packed
        each = np.unpackbits(packed, axis=1).reshape(len(packed), -1, self.bits)
        out = np.zeros(each.shape[:2], np.uint8)
        for bit in range(self.bits):
            out = out << 1 | each[:, :, bit]
        return out

    def _tables(self) -> list[Samples]:
        """For each sample of a pixel: what is shown for each of its values."""
        colour, top = self.colour, (1 << min(self.bits, 8)) - 1
        ends = (0.0, float(top)) if colour.palette is not None else colour.ranges or (0.0, 1.0) * colour.samples
        if len(self.decode) >= 2 * colour.samples:
            ends = self.decode[: 2 * colour.samples]
        tables = []
        for number in range(colour.samples):
            least, greatest = ends[2 * number : 2 * number + 2]
            meant = least + np.arange(top + 1) / top * (greatest - least)
            if colour.palette is not None:
                table = np.clip(np.rint(meant), 0, len(colour.palette) - 1)
            elif colour.photometric == tiffs.LAB and number:
                table = np.clip(np.rint(meant), -128, 127) % 256
            else:
                full = 100.0 if colour.photometric == tiffs.LAB else 1.0
                table = np.clip(np.rint(meant / full * 255), 0, 255)
            tables.append((255 - table if colour.is_ink else table).astype(np.uint8))
        return tables
