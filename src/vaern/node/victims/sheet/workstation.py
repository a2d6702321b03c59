"""The files of a series as entries of a VICS document, with its code as their series, and its identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q

from vaern.formats.left import Left
from vaern.formats.vics_findings import NO_MEDIA
from vaern.node.casework.releases.terms import bounds
from vaern.node.casework.workstations.documents import Goods, by_content, label_of, md5_of
from vaern.node.casework.workstations.labels import TRAITS, TURNED
from vaern.node.casework.workstations.said import overlaid
from vaern.node.external.passage import carried, with_numbers
from vaern.node.victims.models import Member, NearValue
from vaern.node.victims.sheet.graded import numbers
from vaern.records import DIGEST_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet

    from vaern.formats.vics_write import Document
    from vaern.node.victims.models import Series

AT_ONCE = 500
"""Files that are read at once: one of a long video has megabytes of frames."""


def goods(series: Series) -> Goods:
    """Return what a series has for a workstation: its pictures and videos."""

    def entries(_document: Document, left: Left) -> Iterator[Entry]:
        said = carried(series, label_of(bounds(series)))  # what other systems call the series: VICS knows media alone
        rows = files_of(series)
        for same in by_content(rows, "pk", AT_ONCE):
            media = [one for one in same if not one.mime or one.mime.startswith(("image/", "video/"))]
            left.entries.update([NO_MEDIA] * (len(same) - len(media)))
            if media:
                last = last_graded(media)
                one = overlaid(entry_of(series, media, left), last.graded_said if last else {})
                yield with_numbers(one, said)

    return Goods(series.members_total, entries, case=series.code)


def sent(series: Series, keys: Collection[str]) -> dict[str, Entry]:
    """Return of files, by their numbers, what the series sends of them: those of one content are one medium."""
    asked = Member.of(series=series).filter(pk__in=numbers(keys))
    every = files_of(series).filter(Q(pk__in=asked) | Q(md5__in=asked.filter(md5__isnull=False).values("md5")))
    found = {}
    for same in by_content(every, "pk", AT_ONCE):
        one = entry_of(series, same, Left())
        found.update({str(member.pk): one for member in same})
    return found


def files_of(series: Series) -> QuerySet[Member]:
    """Return the files of a series, with their perceptual hashes."""
    near = Prefetch("near_values", NearValue.of(member__series=series).order_by("pk"))
    return Member.of(series=series).prefetch_related(near)


def entry_of(series: Series, same: list[Member], left: Left) -> Entry:
    """Return the files of one content as an entry; what stays here is counted."""
    first, md5 = same[0], md5_of(same[0])
    last = last_graded(same)
    scheme, _space, classification = (last.graded if last else "").rpartition(" ")
    extra = {
        "MediaSize": str(first.size) if first.size else "",
        "MimeType": first.mime,
        "Tags": f"vaern:{first.verdict}" if first.verdict else "",
        "Comments": "file " + ", ".join(f"#{one.pk}" for one in same),
    }
    if classification:  # somebody at a workstation looked: this is no grade of a list
        extra["IsPrecategorized"] = "false"
    left.field(TRAITS, any(one.taken or one.make or one.model or one.lens or bytes(one.place) for one in same))
    return Entry(
        md5.hex() if md5 else f"file {first.pk}",
        signals=_signals(same, left),
        classification=classification or None,
        scheme=scheme or None,
        series=series.code,
        victim_identified=True if series.identified_on else None,
        extra={name: text for name, text in extra.items() if text},
    )


def _signals(same: list[Member], left: Left) -> tuple[Signal, ...]:
    """Return the digests of a file, and one perceptual hash of each kind; turned and further ones are counted."""
    digests = [(kind, getattr(same[0], kind)) for kind in DIGEST_KINDS]
    found = {kind: bytes(value) for kind, value in digests if value is not None}
    for near in (near for one in same for near in one.near_values.all()):
        if near.kind == "turned" or found.setdefault(near.kind, bytes(near.value)) != bytes(near.value):
            left.field(TURNED)
    return tuple(Signal(kind, value) for kind, value in found.items())


def last_graded(same: list[Member]) -> Member | None:
    """Return the file of one content of which something was said at a workstation last; None where nothing was."""
    graded = [one for one in same if one.graded_at and one.graded]
    return max(graded, key=lambda one: (one.graded_at, one.graded)) if graded else None
