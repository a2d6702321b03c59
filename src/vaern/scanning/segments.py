"""Images of disks that go on in further files: by which names, and how many are read together."""

from __future__ import annotations

import itertools
import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 1000
"""Further files of one image that are read with the first; each is open in the worker. EnCase writes 640 MB into one
unless it is told otherwise."""

LAST = b"01"
"""What the name of a first one ends with."""

_FIRST = re.compile(rb"(.*\.)([eEsS])(x?)01", re.DOTALL)


def further(name: bytes) -> Iterator[bytes]:
    """By which names the files follow that continue the image of this name; none unless it is a first one.

    E01 to E99, then EAA to EZZ, FAA and so on to ZZZ; Ex01 to Ex99 and ExAA to ExZZ; letters as the first file has
    them, for Linux tells them apart (libewf, *EWF specification*, 2.1).
    """
    found = _FIRST.fullmatch(name)
    if found is None:
        return
    stem, first, second = found[1], found[2].decode(), found[3].decode()
    letters = string.ascii_uppercase if first.isupper() else string.ascii_lowercase
    for number in range(2, 100):
        yield stem + f"{first}{second}{number:02}".encode()
    leading = first if second else letters[letters.index(first) :]
    for letter, *others in itertools.product(leading, *[letters] * 2):
        yield stem + f"{letter}{second}{''.join(others)}".encode()
