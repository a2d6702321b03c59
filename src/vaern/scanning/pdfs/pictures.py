"""One picture of a PDF document as a file that a decoder of pictures can read (ISO 32000-1, 7.4 and 8.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf

from vaern.hashing.unreadable import UnreadableError, check_pixels
from vaern.scanning.members import DamagedError, told
from vaern.scanning.pdfs import colours, tiffs

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 512 << 20
"""Bytes of samples of a picture, or of a stream of a document: they are held in memory."""

_SHORT = {
    "/Width": "/W",
    "/Height": "/H",
    "/BitsPerComponent": "/BPC",
    "/ColorSpace": "/CS",
    "/Decode": "/D",
    "/DecodeParms": "/DP",
    "/Filter": "/F",
    "/ImageMask": "/IM",
}
"""How pictures that stand in a page's text abbreviate their keys (table 93)."""

_FILTERS = {
    "/A85": "/ASCII85Decode",
    "/AHx": "/ASCIIHexDecode",
    "/CCF": "/CCITTFaxDecode",
    "/DCT": "/DCTDecode",
    "/Fl": "/FlateDecode",
    "/LZW": "/LZWDecode",
    "/RL": "/RunLengthDecode",
}
_PACKINGS = {"/ASCII85Decode", "/ASCIIHexDecode", "/FlateDecode", "/LZWDecode", "/RunLengthDecode"}
_FILES = {"/DCTDecode": ".jpg", "/JPXDecode": ".jp2"}
_FAX, _NO_FILTER = "/CCITTFaxDecode", "/Crypt"
_PREDICTOR = ("/Predictor", "/Colors", "/BitsPerComponent", "/Columns")
_PARAMETERS = {"/FlateDecode": _PREDICTOR, "/LZWDecode": (*_PREDICTOR, "/EarlyChange")}


class Filter(NamedTuple):
    """How a stream is packed: a filter by its long name, and its parameters."""

    name: str
    parameters: dict[str, int]


class Picture(NamedTuple):
    """A picture as a file.

    Attributes:
        extension: what its name should end with.
        problem: why it cannot be one, if so; completes the sentence *Could not be read: …*.
        content: gives the bytes of the file.
        length: bytes of its samples in the document, where they are not packed.
    """

    extension: str
    problem: str
    content: Callable[[], bytes]
    length: int = 0


def whole(value: Any, otherwise: int = 0) -> int:
    """A number of a document as an integer."""
    return int(value) if isinstance(value, int | Decimal) else otherwise


def filters_of(dictionary: Any) -> list[Filter]:
    """What a stream is packed by, the outermost first."""
    names, parameters = _value(dictionary, "/Filter"), _value(dictionary, "/DecodeParms")
    listed = list(names) if isinstance(names, pikepdf.Array) else [] if names is None else [names]
    with_each = list(parameters) if isinstance(parameters, pikepdf.Array) else [parameters]
    found = []
    for number, name in enumerate(map(str, listed)):
        given = with_each[number] if number < len(with_each) else None
        values = {}
        if isinstance(given, pikepdf.Dictionary):
            values = {key: whole(value) for key, value in given.items() if isinstance(value, int | Decimal)}
        if name != _NO_FILTER:
            found.append(Filter(_FILTERS.get(name, name), values))
    return found


def unpacked(raw: bytes, filters: list[Filter]) -> bytes:
    """What these filters pack, as far as they can be unpacked.

    Raises:
        DamagedError: they cannot.
    """
    if not filters:
        return raw
    names = pikepdf.Array([pikepdf.Name(one.name) for one in filters])
    given = pikepdf.Array([pikepdf.Dictionary(known) if (known := _known(one)) else None for one in filters])
    try:
        with pikepdf.new() as scratch:
            stream = scratch.make_stream(raw, {"/Filter": names, "/DecodeParms": given})
            return stream.read_bytes(pikepdf.StreamDecodeLevel.specialized)
    except pikepdf.PikepdfError as error:
        cause = told(error).rpartition(": ")[2]  # before it stands where, by an address in memory
        raise DamagedError(f"a stream of the document cannot be unpacked ({cause})") from None


def picture(dictionary: Any, raw: Callable[[], bytes], space: Any = None) -> Picture:
    """A picture by its dictionary.

    Args:
        dictionary: of the stream, or of a picture in the text of a page.
        raw: gives the bytes as they stand in the document, decrypted.
        space: the colour space, where the dictionary only names it.
    """
    try:
        return _picture(dictionary, raw, space)
    except UnreadableError as error:
        return Picture("", str(error), bytes)


def _picture(dictionary: Any, raw: Callable[[], bytes], space: Any) -> Picture:
    filters = filters_of(dictionary)
    last = filters[-1].name if filters else ""
    packings = filters[:-1] if last in _FILES or last == _FAX else filters
    if unknown := [one.name for one in packings if one.name not in _PACKINGS]:
        raise UnreadableError(f"no decoder for {unknown[0].removeprefix('/').removesuffix('Decode')}")
    if last in _FILES:
        return Picture(_FILES[last], "", lambda: unpacked(raw(), packings))
    width, height = (whole(_value(dictionary, key)) for key in ("/Width", "/Height"))
    tones = _tones(dictionary, space, is_fax=last == _FAX)
    check_pixels(width, height, LARGEST // tones.colour.shown)
    if last == _FAX:
        return _fax(filters[-1].parameters, lambda: unpacked(raw(), packings), (width, height), tones)

    def content() -> bytes:
        data = unpacked(raw(), packings)
        return tiffs.tiff(tones.layout(width, height), tones.shown(data, width, height))

    return Picture(".tif", "", content, 0 if filters else tones.line(width) * height)


def _tones(dictionary: Any, space: Any, *, is_fax: bool) -> colours.Tones:
    """What its samples mean; a stencil (8.9.6.2) is dark where it is painted."""
    colour, bits = colours.GREY, 1
    if _value(dictionary, "/ImageMask") is not True:
        known = colours.colour_of(_value(dictionary, "/ColorSpace") if space is None else space)
        if known is None:
            raise UnreadableError("no decoder for a picture of this colour space")
        colour, bits = known, 1 if is_fax else whole(_value(dictionary, "/BitsPerComponent"), 8)
    if bits not in {1, 2, 4, 8, 16} or (is_fax and colour.samples > 1):
        raise UnreadableError(f"no decoder for a picture of {bits} bits a sample")
    given = _value(dictionary, "/Decode")
    decode = list(given) if isinstance(given, pikepdf.Array) else []
    return colours.Tones(colour, bits, tuple(float(one) for one in decode if isinstance(one, int | Decimal)))


def _fax(
    parameters: dict[str, int], strip: Callable[[], bytes], size: tuple[int, int], tones: colours.Tones
) -> Picture:
    """A fax (ITU-T T.4 and T.6) as a TIFF."""
    kind, aligned = parameters.get("/K", 0), parameters.get("/EncodedByteAlign", 0)
    if kind < 0 and aligned:
        raise UnreadableError("no decoder for a fax of group 4 whose lines end with a byte")
    black = 1 if parameters.get("/BlackIs1", 0) else 0
    layout = tiffs.Layout(
        parameters.get("/Columns", 1728),
        size[1],
        tiffs.WHITE_IS_ZERO if tones.darkness(black) >= tones.darkness(1 - black) else tiffs.BLACK_IS_ZERO,
        bits=1,
        compression=tiffs.GROUP_4 if kind < 0 else tiffs.GROUP_3,
        options=(kind > 0) + 4 * bool(aligned),
    )
    check_pixels(layout.width, layout.height, LARGEST)
    return Picture(".tif", "", lambda: tiffs.tiff(layout, strip()))


def _known(one: Filter) -> dict[str, int]:
    """The parameters that qpdf wants to know; of a filter that has none it takes none."""
    return {key: one.parameters[key] for key in _PARAMETERS.get(one.name, ()) if key in one.parameters}


def _value(dictionary: Any, key: str) -> Any:
    value = dictionary.get(key)
    return dictionary.get(_SHORT[key]) if value is None and key in _SHORT else value
