"""By what findings hang together besides their signals: device, time, place, shape of the name, folder.

What a person could be found by (serial numbers, place, time) is sealed in one column. Beside it stand keyed digests, so
that the database finds equal values without holding them; a name's shape and a folder are kept as such digests only.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vaern.node.base.sealing import keyed, seal, unseal

if TYPE_CHECKING:
    from vaern import records
    from vaern.node.scans.models import Finding

SEALED = "scans.finding.traits"
YEARS = range(1970, 2200)
"""In which a clock may have been right; other times stay text."""

SHORTEST_SERIAL = 4
"""Characters of a serial number that tells devices apart."""

_TEXTS = ("make", "model", "serial", "lens", "lens_serial")


@dataclass(frozen=True)
class Traits:
    """The traits of one finding; what is not known is empty or None.

    Attributes:
        make, model, serial, lens, lens_serial: of the camera and of its lens, as found; personal data.
        taken: when the picture was taken, if the camera wrote an offset from UTC.
        taken_local: ISO 8601 without an offset, if it did not: the time of nobody knows where.
        place: degrees north and east, four decimals.
        serial_key: 32 bytes, equal for equal make and serial number of the body.
        lens_key: 32 bytes, equal for equal model and serial number of the lens.
        name_pattern_key: 32 bytes, equal for equal shapes of the name (`vaern.shapes`).
        folder_key: 32 bytes, equal for files of one folder of one run, or of runs over the same paths.
    """

    make: str = ""
    model: str = ""
    serial: str = ""
    lens: str = ""
    lens_serial: str = ""
    taken: datetime | None = None
    taken_local: str = ""
    place: tuple[float, float] | None = None
    serial_key: bytes | None = None
    lens_key: bytes | None = None
    name_pattern_key: bytes | None = None
    folder_key: bytes | None = None


def traits_of(finding: Finding) -> Traits:
    """Return a finding's traits, unsealed. Whoever shows them records it; they never leave the node."""
    said = json.loads(unseal(finding.traits, SEALED) or "{}")
    place = said.pop("place", None)
    return Traits(
        **said,
        taken=finding.taken,
        place=(place[0], place[1]) if place else None,
        serial_key=_bytes(finding.serial_key),
        lens_key=_bytes(finding.lens_key),
        name_pattern_key=_bytes(finding.name_key),
        folder_key=_bytes(finding.folder_key),
    )


def columns(taken: str, said: records.Traits) -> dict[str, Any]:
    """Return the columns of `models.Finding` for what the engine said; equal traits give equal keys.

    Args:
        taken: ISO 8601 with or without an offset, or "".
        said: checked by `results.problem_with_traits`.
    """
    moment = _moment(taken)
    sealed: dict[str, Any] = {name: value for name in _TEXTS if (value := getattr(said, name))}
    if taken and moment is None:
        sealed["taken_local"] = taken
    if said.place is not None:
        sealed["place"] = said.place
    return {
        "traits": seal(json.dumps(sealed, ensure_ascii=False) if sealed else "", SEALED),
        "taken": moment,
        "serial_key": _device_key(said.make, said.serial, "scans.camera"),
        "lens_key": _device_key(said.lens, said.lens_serial, "scans.lens"),
        "name_key": keyed(said.name, "scans.name") if said.name else None,
        "folder_key": keyed(said.folder, "scans.folder") if said.folder else None,
    }


def _device_key(kind: str, serial: str, purpose: str) -> bytes | None:
    """The digest of one device; None for a serial number that many devices share, such as `0000`."""
    plain = "".join(serial.casefold().split())
    if len(plain) < SHORTEST_SERIAL or len(set(plain)) == 1:
        return None
    return keyed(f"{' '.join(kind.casefold().split())}\n{plain}", purpose)


def _moment(taken: str) -> datetime | None:
    with suppress(ValueError):
        moment = datetime.fromisoformat(taken)
        if moment.tzinfo is not None and moment.year in YEARS:
            return moment
    return None


def _bytes(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)
