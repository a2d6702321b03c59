"""Images of disks, read in place: raw ones, those of EnCase and AFF4, their volumes, and the files of the file systems.

Nothing is mounted and nothing copied out: libewf and libtsk (The Sleuth Kit) read from the stream that a worker has,
inside its sandbox. What lies in no file, deleted ones included, is not read: see `opened`.
"""

from vaern.scanning.disks.aff4 import MIME as AFF4
from vaern.scanning.disks.images import opened

__all__ = ["AFF4", "opened"]
