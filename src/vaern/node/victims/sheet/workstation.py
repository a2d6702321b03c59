"""The files of a series as entries of a VICS document, with its code as their series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.formats.vics_findings import NO_MEDIA
from vaern.node.casework.workstations.documents import Goods, by_md5, paged
from vaern.node.casework.workstations.labels import TRAITS
from vaern.node.victims.models import Member
from vaern.records import DIGEST_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.formats.left import Left
    from vaern.formats.vics_write import Document
    from vaern.node.victims.models import Series

AT_ONCE = 2_000


def goods(series: Series) -> Goods:
    """Return what a series has for a workstation: its pictures and videos."""

    def entries(_document: Document, left: Left) -> Iterator[Entry]:
        for same in by_md5(paged(lambda last: _page(series, last)), _md5):
            media = [one for one in same if not one.mime or one.mime.startswith(("image/", "video/"))]
            left.entries.update([NO_MEDIA] * (len(same) - len(media)))
            if media:
                yield entry_of(series, media, left)

    return Goods(series.members_total, entries, case=series.code)


def entry_of(series: Series, same: list[Member], left: Left) -> Entry:
    """Return the files of one content as an entry; what stays here is counted."""
    first, md5 = same[0], _md5(same[0])
    extra = {
        "MediaSize": str(first.size) if first.size else "",
        "MimeType": first.mime,
        "Tags": f"vaern:{first.verdict}" if first.verdict else "",
        "Comments": "file " + ", ".join(f"#{one.pk}" for one in same),
    }
    left.field(TRAITS, any(one.taken or one.make or one.model or one.lens or bytes(one.place) for one in same))
    digests = [(kind, getattr(first, kind)) for kind in DIGEST_KINDS]
    return Entry(
        md5.hex() if md5 else f"file {first.pk}",
        signals=tuple(Signal(kind, bytes(value)) for kind, value in digests if value is not None),
        series=series.code,
        victim_identified=True if series.identified_on else None,
        extra={name: text for name, text in extra.items() if text},
    )


def _page(series: Series, last: Member | None) -> list[Member]:
    """Return the files after one, in the order of their MD5; those without one come last."""
    found = Member.of(series=series)
    if last is None:
        rows = found.filter(md5__isnull=False)
    elif last.md5 is not None:
        rows = found.filter(Q(md5__gt=last.md5) | Q(md5=last.md5, pk__gt=last.pk))
    else:
        rows = found.filter(md5=None, pk__gt=last.pk)
    page = list(rows.order_by("md5", "pk")[:AT_ONCE])
    if not page and (last is None or last.md5 is not None):
        page = list(found.filter(md5=None).order_by("pk")[:AT_ONCE])
    return page


def _md5(one: Member) -> bytes | None:
    return None if one.md5 is None else bytes(one.md5)
