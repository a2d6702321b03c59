"""An evidence bag of Værn: what is in it, and whether all of it holds: the bag, the chains of custody, the time stamp.

`docs/reference/evidence-bag.md` says the same in words; `docs/how-to/check-an-evidence-bag.md` does it without Værn.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from vaern.formats import bagit, custody, timestamps
from vaern.formats.bagit_report import Report, State, printable
from vaern.formats.bagit_write import TAG_MANIFEST

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

    from vaern.formats.bagit_holdings import Holding

FORMAT = "vaern-evidence/1"
REGISTER = "register.json"
STAMP = f"{TAG_MANIFEST}.tsr"

_WANTED = {f"data/{REGISTER}", TAG_MANIFEST, STAMP}


class Examined(msgspec.Struct, frozen=True):
    """What was found.

    Attributes:
        report: of the bag as such.
        case, evidence, events: the case's code, how many pieces of evidence the register has, and events in all; "" and
            0 where there is no register.
        breaks: where a chain of custody is not whole, and what is wrong with the register.
        stamp: the time stamp, where it holds.
        stamp_said: why there is none that holds; "" if one does.
        is_refused: there is a time stamp, and it does not hold.
    """

    report: Report
    case: str = ""
    evidence: int = 0
    events: int = 0
    breaks: tuple[str, ...] = ()
    stamp: timestamps.Stamp | None = None
    stamp_said: str = ""
    is_refused: bool = False

    @property
    def state(self) -> State:
        """Of the whole: a bag without a time stamp, or with one that was not looked at, is valid."""
        return "invalid" if self.breaks or self.is_refused else self.report.state


def examine(path: str | os.PathLike[str], trusted: Sequence[Certificate] = ()) -> Examined:
    """Examines a bag that lies at a path.

    Args:
        path: a folder, a zip or a tar.
        trusted: certificates of the time stamp service; none: its stamp is not looked at.

    Raises:
        FormatError: there is nothing that could hold a bag.
    """
    return _examined(bagit.verify(path, keep=_WANTED.__contains__), trusted)


def examine_held(holding: Holding, trusted: Sequence[Certificate] = ()) -> Examined:
    """Examines a bag wherever it is held; never raises for what is in it."""
    return _examined(bagit.verify_held(holding, keep=_WANTED.__contains__), trusted)


def _examined(report: Report, trusted: Sequence[Certificate]) -> Examined:
    stamp, said, refused = _stamped(report, trusted)
    found: dict[str, Any] = {"stamp": stamp, "stamp_said": said, "is_refused": refused}
    if raw := report.kept.get(f"data/{REGISTER}"):
        found |= _register(raw)
    return Examined(report=report, **found)


def _stamped(report: Report, trusted: Sequence[Certificate]) -> tuple[timestamps.Stamp | None, str, bool]:
    raw, over = report.kept.get(STAMP), report.kept.get(TAG_MANIFEST)
    if raw is None:
        return None, "the bag has no time stamp; it is valid without one", False
    if over is None:
        return None, "it stamps a file that is not there", True
    if not trusted:
        return None, "it was not checked: no certificate of the service was given", False
    try:
        return timestamps.verify(raw, timestamps.over(over), trusted), "", False
    except timestamps.StampError as error:
        return None, str(error), True


def _register(raw: bytes) -> dict[str, Any]:
    """What the register holds; a bag of somebody else may have a file of this name that is something else."""
    try:
        register = json.loads(raw)
    except (ValueError, RecursionError):
        return {"breaks": (f"{REGISTER} is no JSON",)}
    if not isinstance(register, dict) or register.get("format") != FORMAT:
        return {}
    try:
        return _read(register)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return {"breaks": (f"{REGISTER} is not a register of the form {FORMAT} ({type(error).__name__})",)}


def _read(register: dict[str, Any]) -> dict[str, Any]:
    found: list[str] = []
    events = 0
    for one in register["evidence"]:
        chain = [custody.Link(link["event"], link["hash"]) for link in one["custody"]]
        events += len(chain)
        name = printable(str(one["number"]))
        found += [f"{name}: {broken}" for broken in custody.breaks(chain, one["id"], one["facts"])]
        found += [f"{name}: {printable(str(told))}" for told in one["breaks"]]
    code = printable(str(register["case"]["code"]))
    return {"case": code, "evidence": len(register["evidence"]), "events": events, "breaks": tuple(found)}
