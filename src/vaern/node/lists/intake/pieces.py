"""What of intakes lies on disk: the bytes of a file until they are read, which come in pieces; beside it its faults."""

from __future__ import annotations

from vaern.node.base import pieces

FAULTS, LARGEST = pieces.FAULTS, pieces.LARGEST

_HERE = pieces.Folder("intakes")

path_of, faults_of = _HERE.path_of, _HERE.faults_of
append, digest, left = _HERE.append, _HERE.digest, _HERE.left
remove, remove_faults, remove_all = _HERE.remove, _HERE.remove_faults, _HERE.remove_all
