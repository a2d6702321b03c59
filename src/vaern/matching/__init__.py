"""Signals to matches: the exact Hamming index, exact digests, list packages on disk."""

from vaern.matching.files import IndexFormatError
from vaern.matching.index import HammingIndex, Hits

__all__ = ["HammingIndex", "Hits", "IndexFormatError"]
