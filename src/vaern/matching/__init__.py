"""Signals to matches: the exact Hamming index, exact digests, lists on disk."""

from vaern.matching.builder import DISTANCE, EmptyListError, build_package
from vaern.matching.current import Current, Freshness, ListStoppedError
from vaern.matching.files import IndexFormatError
from vaern.matching.index import HammingIndex, Hits
from vaern.matching.lists import Change, List
from vaern.matching.matcher import MIN_QUALITY, MOST_MATCHES, Answer, Hit, HitList, Matcher
from vaern.matching.packages import ListPackage, ListPackageError, Manifest
from vaern.matching.publishing import publish, refresh
from vaern.matching.renewing import Renewing
from vaern.matching.shelf import Shelf
from vaern.matching.video import SearchStopped

__all__ = [
    "DISTANCE",
    "MIN_QUALITY",
    "MOST_MATCHES",
    "Answer",
    "Change",
    "Current",
    "EmptyListError",
    "Freshness",
    "HammingIndex",
    "Hit",
    "HitList",
    "Hits",
    "IndexFormatError",
    "List",
    "ListPackage",
    "ListPackageError",
    "ListStoppedError",
    "Manifest",
    "Matcher",
    "Renewing",
    "SearchStopped",
    "Shelf",
    "build_package",
    "publish",
    "refresh",
]
