"""What holds other files, read in place: its members one after another, as streams, within limits.

What is an archive is decided by content: a document of an office suite is a zip, and a photograph with a zip behind
it is one too. What is attached to a mail, what lies in an OLE2 file or a PDF document, and what comes with a photograph
or with sound, such as the film of a motion photo, is given in the same way. Names in an archive are text for the
report, never a path.
This module runs in the worker only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import IO, TYPE_CHECKING

from vaern.hashing import content
from vaern.hashing.containers import HEAD_BYTES, container_of
from vaern.scanning import attached, disks, late, mails, ole, outlook, packed, sevenz, tars, thumbnails, zips
from vaern.scanning.members import Archive, DamagedError, Member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

DOCUMENTS: dict[str, Callable[[IO[bytes]], Iterator[Member]]] = {
    "message/rfc822": mails.of_mail,
    "application/mbox": mails.of_mailbox,
    "application/vnd.ms-outlook": outlook.of_mailbox,
    "application/x-ole-storage": ole.of_storage,
    "application/x-thumbcache": thumbnails.of_cache,
    "application/pdf": lambda stream: late.module(late.PDFS).of_document(stream),
}
"""Media type → what gives the files in it, in a fixed order. Their indexes are not asked for: `recognise` counts."""


def recognise(stream: IO[bytes], start: int = 0, further: Sequence[IO[bytes]] = ()) -> Archive | None:
    """The archive that this stream is, or `None`.

    Args:
        stream: seekable; must stay open while members are read.
        start: index of the first member to give.
        further: the files that go on with it by their names, if it was cut into several.

    Raises:
        DamagedError: it begins like a zip or an image, and cannot be read as one.
    """
    stream.seek(0)
    head = stream.read(tars.BLOCK)
    if head.startswith(zips.STARTS):
        if zips.is_image(stream, head) and (image := disks.opened(stream, head, disks.AFF4, start)):
            return image
        return zips.opened(stream, start, further)
    # A tar or a disk comes before a zip at the end: the last member, or the last file on the disk, may be one.
    if archive := packed.opened(stream, head, start) or tars.opened(stream, head, start):
        return archive
    stream.seek(0)
    beginning = stream.read(HEAD_BYTES)
    mime = content.recognise(beginning)
    known = container_of(beginning) if mime == content.UNKNOWN else None
    if known is not None and known.mime == sevenz.MIME:
        return sevenz.opened(stream, start, further)
    if known is not None and (
        archive := _document(stream, known.mime, start) or disks.opened(stream, beginning, known.mime, start, further)
    ):
        return archive
    archive = attached.of_raw(stream, mime, start) or zips.behind(stream, start)
    return archive or attached.opened(stream, head, mime, start)


def _document(stream: IO[bytes], mime: str, start: int) -> Archive | None:
    """The document of this type with other files in it, or `None`."""
    reader = DOCUMENTS.get(mime)
    return Archive(mime, _counted(reader(stream), stream, start)) if reader else None


def _counted(members: Iterator[Member], stream: IO[bytes], start: int) -> Iterator[Member]:
    """The members from `start` on; last, a zip that stands behind the document."""
    index, damage = -1, None
    try:
        for index, member in enumerate(members):
            if index >= start:
                yield replace(member, index=index)
    except DamagedError as error:
        damage = error
    behind = zips.stray_behind(stream, index + 1)
    if behind is not None and index + 1 >= start:
        yield behind
    if damage is not None:
        raise damage
