"""Signals to matches: the exact Hamming index, exact digests, list packages on disk."""

from vaern.matching.builder import DISTANCE, EmptyListError, build_package
from vaern.matching.files import IndexFormatError
from vaern.matching.index import HammingIndex, Hits
from vaern.matching.matcher import MIN_QUALITY, MOST_MATCHES, Answer, Matcher
from vaern.matching.packages import ListPackage, ListPackageError, Manifest
from vaern.matching.video import SearchStopped

__all__ = [
    "DISTANCE",
    "MIN_QUALITY",
    "MOST_MATCHES",
    "Answer",
    "EmptyListError",
    "HammingIndex",
    "Hits",
    "IndexFormatError",
    "ListPackage",
    "ListPackageError",
    "Manifest",
    "Matcher",
    "SearchStopped",
    "build_package",
]
