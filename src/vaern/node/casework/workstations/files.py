"""Where documents of workstations lie while they come in and are read; nothing of them lies there longer."""

from __future__ import annotations

from vaern.node.base import pieces

LARGEST = pieces.LARGEST

_HERE = pieces.Folder("graded")

path_of, append, digest = _HERE.path_of, _HERE.append, _HERE.digest
left, remove, remove_all = _HERE.left, _HERE.remove, _HERE.remove_all
