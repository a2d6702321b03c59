"""Sources → findings: walk, hash in sandboxed workers, match, write a results folder."""

from typing import TYPE_CHECKING

from vaern.on_demand import loading

if TYPE_CHECKING:
    from vaern.scanning.hashers import Hashers
    from vaern.scanning.options import ScanOptions
    from vaern.scanning.pipeline import scan
    from vaern.scanning.progress import Progress
    from vaern.scanning.sandbox import IN_FORCE
    from vaern.scanning.streaming import hash_paths
    from vaern.scanning.summary import Summary, exit_status
    from vaern.scanning.walk import Refusal
else:
    __getattr__ = loading(
        __name__,
        {
            "vaern.scanning.hashers": "Hashers",
            "vaern.scanning.options": "ScanOptions",
            "vaern.scanning.pipeline": "scan",
            "vaern.scanning.progress": "Progress",
            "vaern.scanning.sandbox": "IN_FORCE",
            "vaern.scanning.streaming": "hash_paths",
            "vaern.scanning.summary": "Summary exit_status",
            "vaern.scanning.walk": "Refusal",
        },
    )

__all__ = ["IN_FORCE", "Hashers", "Progress", "Refusal", "ScanOptions", "Summary", "exit_status", "hash_paths", "scan"]
