"""The objects of a PDF document: its pages and what they paint, what is attached, and pictures that nothing paints."""

from __future__ import annotations

import io
import re
import zlib
from contextlib import suppress
from functools import partial
from itertools import count
from typing import IO, TYPE_CHECKING, Any

import pikepdf

from vaern.hashing import content
from vaern.hashing.behind import pictures_within
from vaern.scanning.members import DamagedError, Member
from vaern.scanning.pdfs.paint import Inline, Painted, painted
from vaern.scanning.pdfs.pictures import LARGEST, Picture, filters_of, picture, unpacked
from vaern.scanning.pdfs.repair import opened
from vaern.scanning.pdfs.revisions import earlier

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENTS = 1 << 30
"""Bytes of the text of pages that are looked through in one document."""

_DEEPEST = 20  # forms within forms
_FILE_KEYS = ("/UF", "/F", "/Unix", "/Mac", "/DOS")
_TIME = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:(Z)|([+-]\d\d)'?(\d\d)?)?")
_BEGINS = (
    *(magic for magic, _ in content.MAGIC if len(magic) >= 4 and not magic.startswith(b"\0\0\1")),
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"%PDF-",
)
_HEAD = 64


def _prepare() -> None:
    """Set the bounds of qpdf, and let it open its source of random numbers, which it keeps open.

    It asks for that with the first document of AES, also where it only reads, and a locked process opens nothing.
    """
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=LARGEST,
        png_max_memory=LARGEST,
        run_length_max_memory=LARGEST,
        tiff_max_memory=LARGEST,
    )
    with pikepdf.new() as pdf:
        pdf.save(io.BytesIO(), encryption=pikepdf.Encryption(owner="", user="", R=6))


_prepare()


def of_document(stream: IO[bytes]) -> Iterator[Member]:
    """The pictures and files in a PDF document: by page, then what is attached, then what no page paints.

    Raises:
        DamagedError: it is damaged, and what could be read was given; or it is encrypted.
    """
    try:
        pdf = opened(stream)
    except pikepdf.PasswordError:
        raise DamagedError("it is encrypted") from None
    except MemoryError:
        raise
    except Exception:  # whatever a parser can stumble over
        pdf = None
    is_empty = is_damaged = True
    if pdf is not None:
        with pdf:
            document = _Document(pdf, stream)
            for member in document.members():
                is_empty = False
                yield member
            is_damaged = document.is_damaged or any("damaged" in warning for warning in pdf.get_warnings())
    if is_damaged and is_empty:
        yield from _whole_ones(stream)
    if is_damaged:
        raise DamagedError("the PDF document is damaged or truncated; what is left of it was read")


def _whole_ones(stream: IO[bytes]) -> Iterator[Member]:
    """The pictures that stand whole in what is no document any more."""
    stream.seek(0)
    data = stream.read(LARGEST)
    for number, (begin, end, _) in enumerate(pictures_within(data), 1):
        yield Member(0, f"picture {number}", end - begin, None, partial(io.BytesIO, data[begin:end]))


class _Document:
    """One document while it is read.

    Attributes:
        is_damaged: something in it could not be read.
    """

    def __init__(self, pdf: pikepdf.Pdf, stream: IO[bytes]) -> None:
        self.is_damaged = False
        self._pdf, self._stream = pdf, stream
        self._seen: set[tuple[int, int]] = set()
        self._contents = CONTENTS

    def members(self) -> Iterator[Member]:
        """All that is in it."""
        yield from self._safely(self._on_pages())
        yield from self._safely(self._attached())
        yield from self._left()
        yield from self._safely(self._earlier())

    def _safely(self, members: Iterator[Member]) -> Iterator[Member]:
        """These members up to where the document is not what it should be."""
        try:
            yield from members
        except MemoryError:
            raise
        except Exception:  # whatever a parser can stumble over
            self.is_damaged = True

    def _on_pages(self) -> Iterator[Member]:
        for number, (page, resources) in enumerate(self._pages(), 1):
            yield from self._safely(self._page(page, resources, f"page {number}/"))

    def _pages(self) -> Iterator[tuple[Any, Any]]:
        """Each page, in order, and its resources, which it may have from a node above it (7.7.3.4)."""
        waiting: list[tuple[Any, Any]] = [(self._pdf.Root.get("/Pages"), None)]
        met = set()
        while waiting:
            node, inherited = waiting.pop()
            if not isinstance(node, pikepdf.Dictionary) or (node.is_indirect and node.objgen in met):
                continue
            met.add(node.objgen)
            own = node.get("/Resources")
            resources = own if isinstance(own, pikepdf.Dictionary) else inherited
            kids = node.get("/Kids")
            if isinstance(kids, pikepdf.Array):
                waiting += [(kid, resources) for kid in reversed(list(kids))]
            else:
                yield node, resources

    def _page(self, page: Any, resources: Any, path: str) -> Iterator[Member]:
        numbers = count(1)
        contents = page.get("/Contents")
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        yield from self._safely(self._text(streams, resources, path, numbers))
        thumbnail = page.get("/Thumb")
        if self._is_new(thumbnail):
            yield self._picture(thumbnail, f"{path}thumbnail")
        annotations = page.get("/Annots")
        for annotation in annotations if isinstance(annotations, pikepdf.Array) else ():
            if isinstance(annotation, pikepdf.Dictionary):
                yield from self._safely(self._annotation(annotation, path, numbers))

    def _annotation(self, annotation: Any, path: str, numbers: count[int]) -> Iterator[Member]:
        """The pictures of how it looks (12.5.5), and the file that it stands for (12.5.6.15)."""
        looks = annotation.get("/AP")
        for look in map(looks.get, ("/N", "/R", "/D")) if isinstance(looks, pikepdf.Dictionary) else ():
            for state in look.values() if isinstance(look, pikepdf.Dictionary) else (look,):
                if self._is_new(state):
                    yield from self._form(state, None, path, numbers, 0)
        yield from self._files(annotation.get("/FS"))

    def _form(self, form: Any, above: Any, path: str, numbers: count[int], depth: int) -> Iterator[Member]:
        own = form.get("/Resources")
        resources = own if isinstance(own, pikepdf.Dictionary) else above
        if depth < _DEEPEST:
            yield from self._safely(self._text([form], resources, path, numbers, depth))

    def _text(
        self, streams: list[Any], resources: Any, path: str, numbers: count[int], depth: int = 0
    ) -> Iterator[Member]:
        """The pictures that a text paints, in its order; all that it could paint, where the text cannot be read."""
        objects, spaces = _dictionary(resources, "/XObject"), _dictionary(resources, "/ColorSpace")
        text = self._unpacked(streams)
        found: Iterator[Painted | Inline] = painted(text) if text is not None else map(Painted, sorted(objects.keys()))
        for one in found:
            if isinstance(one, Inline):
                yield self._inline(one, spaces, f"{path}picture {next(numbers)}")
                continue
            thing = objects.get(one.name)
            if not self._is_new(thing):
                continue
            if thing.get("/Subtype") == "/Image":
                yield self._picture(thing, f"{path}picture {next(numbers)}")
            elif thing.get("/Subtype") == "/Form":
                yield from self._form(thing, resources, path, numbers, depth + 1)

    def _unpacked(self, streams: list[Any]) -> bytes | None:
        """The text of a page or a form; `None` if it cannot be read, or there was too much in this document."""
        parts = []
        for stream in streams:
            if isinstance(stream, pikepdf.Stream) and self._contents > 0:
                try:
                    parts.append(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
                except pikepdf.PikepdfError:
                    self.is_damaged = True
                    return None
                self._contents -= len(parts[-1])
        return b"\n".join(parts) if self._contents > 0 else None

    def _is_new(self, thing: Any) -> bool:
        """Whether it is a stream that was not met yet; from now on it was."""
        if not isinstance(thing, pikepdf.Stream) or thing.objgen in self._seen:
            return False
        self._seen.add(thing.objgen)
        return True

    def _picture(self, stream: Any, name: str) -> Member:
        return _member(name, picture(stream, stream.read_raw_bytes))

    def _inline(self, inline: Inline, spaces: Any, name: str) -> Member:
        space = spaces.get(inline.space) if inline.space else None
        return _member(name, picture(inline.dictionary, lambda: inline.data, space))

    def _attached(self) -> Iterator[Member]:
        """The files of the document (7.11.4), in the order of their names."""
        names = self._pdf.Root.get("/Names")
        waiting = [names.get("/EmbeddedFiles") if isinstance(names, pikepdf.Dictionary) else None]
        met = set()
        while waiting:
            node = waiting.pop()
            if not isinstance(node, pikepdf.Dictionary) or (node.is_indirect and node.objgen in met):
                continue
            met.add(node.objgen)
            pairs, kids = node.get("/Names"), node.get("/Kids")
            for specification in list(pairs)[1::2] if isinstance(pairs, pikepdf.Array) else ():
                yield from self._safely(self._files(specification))
            waiting += reversed(list(kids)) if isinstance(kids, pikepdf.Array) else []

    def _files(self, specification: Any) -> Iterator[Member]:
        """What a file specification holds (7.11.3): the file, for each system another one."""
        held = specification.get("/EF") if isinstance(specification, pikepdf.Dictionary) else None
        if not isinstance(held, pikepdf.Dictionary):
            return
        names = [specification.get(key) for key in _FILE_KEYS]
        name = next((str(name) for name in names if isinstance(name, pikepdf.String) and str(name)), "")
        for key in _FILE_KEYS:
            stream: Any = held.get(key)
            if self._is_new(stream):
                yield self._file(stream, name or f"object {stream.objgen[0]}")

    def _file(self, stream: Any, name: str) -> Member:
        parameters = stream.get("/Params")
        modified = parameters.get("/ModDate") if isinstance(parameters, pikepdf.Dictionary) else None
        return Member(0, name, 0, _time(str(modified)), partial(_content, stream))

    def _left(self) -> Iterator[Member]:
        """Pictures and files that were not met: no page paints them, or not by itself, as in a pattern or a font.

        Streams that are something else are left out, unless they begin as a picture, a video or a document does.
        """
        for thing in self._pdf.objects:
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image":
                masks = (thing.get(key) for key in ("/SMask", "/Mask"))
                self._seen |= {mask.objgen for mask in masks if isinstance(mask, pikepdf.Stream)}
            yield from self._safely(self._files(thing))
        for thing in self._pdf.objects:
            yield from self._safely(self._object(thing))

    def _object(self, thing: Any) -> Iterator[Member]:
        if not self._is_new(thing):
            return
        name = f"object {thing.objgen[0]}"
        if thing.get("/Subtype") == "/Image":
            yield self._picture(thing, name)
        elif thing.get("/Type") == "/EmbeddedFile" or _head(thing).startswith(_BEGINS):
            yield self._file(thing, name)

    def _earlier(self) -> Iterator[Member]:
        for path, stream in earlier(self._stream, self._pdf):
            name = f"{path}object {stream.objgen[0]}"
            is_picture = stream.get("/Subtype") == "/Image"
            yield self._picture(stream, name) if is_picture else self._file(stream, name)


def _dictionary(resources: Any, key: str) -> Any:
    """Resources of one kind; none where the document says something else."""
    found = resources.get(key) if isinstance(resources, pikepdf.Dictionary) else None
    return found if isinstance(found, pikepdf.Dictionary) else {}


def _member(name: str, one: Picture) -> Member:
    return Member(0, name + one.extension, 0, None, lambda: io.BytesIO(one.content()), problem=one.problem)


def _content(stream: Any) -> IO[bytes]:
    filters = filters_of(stream)
    while filters and filters[-1].name in {"/DCTDecode", "/JPXDecode"}:
        filters.pop()
    return io.BytesIO(unpacked(stream.read_raw_bytes(), filters))


def _head(stream: Any) -> bytes:
    """How what a stream holds begins, where that is cheap to know."""
    filters = filters_of(stream)
    raw: bytes = stream.read_raw_bytes()
    match [one.name for one in filters]:
        case [] | ["/DCTDecode"] | ["/JPXDecode"]:
            return raw[:_HEAD]
        case ["/FlateDecode"] if filters[0].parameters.get("/Predictor", 1) == 1:
            with suppress(zlib.error):
                return zlib.decompressobj().decompress(raw, _HEAD)
    return b""


def _time(text: str) -> str | None:
    """A date (7.9.4) as ISO 8601; `None` for what is none."""
    found = _TIME.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, utc, hours, minutes = found.groups()
    zone = "+00:00" if utc else f"{hours}:{minutes or '00'}" if hours else ""
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}"
