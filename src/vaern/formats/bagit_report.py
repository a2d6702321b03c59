"""What is said of a bag: remarks, each with its place, and the state that follows from them."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["error", "missing", "warning"]
State = Literal["valid", "incomplete", "invalid"]


class Remark(msgspec.Struct, frozen=True):
    """Something that is wrong with a bag, or worth knowing.

    Attributes:
        file: of the bag; "" for the bag as a whole.
        line: 1 is the first; 0 where the file as a whole is meant.
        reason: as a sentence goes on after the file's name.
        kind: `error`: the bag is invalid. `missing`: a file lies elsewhere, by `fetch.txt`. `warning`: it is valid
            all the same.
    """

    file: str
    line: int
    reason: str
    kind: Kind = "error"

    def __str__(self) -> str:
        """As it is printed: place, kind, reason."""
        place = (f"{self.file}:{self.line}" if self.line else self.file) or "the bag"
        return f"{place}: {self.kind}: {self.reason}"


class Report(msgspec.Struct, frozen=True):
    """What a bag holds, and what is wrong with it.

    Attributes:
        name: of the folder or archive.
        version, encoding: as `bagit.txt` declares them.
        algorithms: of the payload manifests, as `sha256`.
        files, octets: of the payload, as found.
        info: labels and values of `bag-info.txt`, in its order.
        remarks: everything found, errors first.
        kept: contents of the files that the caller asked for, by path.
    """

    name: str
    version: str
    encoding: str
    algorithms: tuple[str, ...]
    files: int
    octets: int
    info: tuple[tuple[str, str], ...]
    remarks: tuple[Remark, ...]
    kept: dict[str, bytes] = {}

    @property
    def state(self) -> State:
        """`valid`, `incomplete` (nothing is wrong but that files lie elsewhere) or `invalid`."""
        kinds = {remark.kind for remark in self.remarks}
        if "error" in kinds:
            return "invalid"
        return "incomplete" if "missing" in kinds else "valid"


def printable(text: str) -> str:
    """A stranger's file name, safe to print."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)
