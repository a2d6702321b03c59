"""What goes on in further files, images of disks and archives: by which names, and how many are read together."""

from __future__ import annotations

import itertools
import re
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 1000
"""Further files that are read with the first; each is open in the worker. EnCase writes 640 MB into one unless it is
told otherwise, FTK Imager 1,500 MB."""

LAST = (b"01", b".000", b".aa")
"""What the name of a first one ends with."""

_FIRST = re.compile(rb"(.*\.)([eEsS])(x?)01", re.DOTALL)
_COUNTED = re.compile(rb"(.*\.)(0{2,5}[01])", re.DOTALL)


def further(name: bytes) -> Iterator[bytes]:
    """By which names the files follow that continue the one of this name; none unless it is a first one.

    E01 to E99, then EAA to EZZ, FAA and so on to ZZZ; Ex01 to Ex99 and ExAA to ExZZ; letters as the first file has
    them, for Linux tells them apart (libewf, *EWF specification*, 2.1). What is cut anywhere has numbers, 001 or 000
    and so on (FTK Imager, dc3dd, 7-Zip), or letters, from aa to zz (split).
    """
    if counted := _COUNTED.fullmatch(name):
        digits = len(counted[2])
        for number in range(int(counted[2]) + 1, 10**digits):
            yield counted[1] + b"%0*d" % (digits, number)
        return
    if name.endswith(b".aa"):
        for pair in itertools.islice(itertools.product(string.ascii_lowercase, repeat=2), 1, None):
            yield name[:-2] + "".join(pair).encode()
        return
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
