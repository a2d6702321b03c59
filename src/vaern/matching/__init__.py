"""Signals to matches: the exact Hamming index, exact digests, lists on disk."""

from typing import TYPE_CHECKING

from vaern.on_demand import loading

if TYPE_CHECKING:
    from vaern.matching.builder import DISTANCE, EmptyListError, build_package
    from vaern.matching.current import Current, Freshness, ListStoppedError
    from vaern.matching.files import IndexFormatError
    from vaern.matching.index import HammingIndex, Hits
    from vaern.matching.lists import Change, List
    from vaern.matching.matcher import MIN_QUALITY, Answer, Hit, HitList, Matcher
    from vaern.matching.nearest import MOST_MATCHES
    from vaern.matching.packages import ListPackage, ListPackageError, Manifest
    from vaern.matching.publishing import publish, refresh
    from vaern.matching.renewing import Renewing
    from vaern.matching.shelf import Shelf
    from vaern.matching.video import SearchStopped
else:
    __getattr__ = loading(
        __name__,
        {
            "vaern.matching.builder": "DISTANCE EmptyListError build_package",
            "vaern.matching.current": "Current Freshness ListStoppedError",
            "vaern.matching.files": "IndexFormatError",
            "vaern.matching.index": "HammingIndex Hits",
            "vaern.matching.lists": "Change List",
            "vaern.matching.matcher": "MIN_QUALITY Answer Hit HitList Matcher",
            "vaern.matching.nearest": "MOST_MATCHES",
            "vaern.matching.packages": "ListPackage ListPackageError Manifest",
            "vaern.matching.publishing": "publish refresh",
            "vaern.matching.renewing": "Renewing",
            "vaern.matching.shelf": "Shelf",
            "vaern.matching.video": "SearchStopped",
        },
    )

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
