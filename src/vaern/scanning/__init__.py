"""Sources → findings: walk, hash in sandboxed workers, match, write a results folder."""

from vaern.scanning.options import ScanOptions
from vaern.scanning.pipeline import scan
from vaern.scanning.progress import Progress
from vaern.scanning.sandbox import IN_FORCE
from vaern.scanning.summary import Summary, exit_status
from vaern.scanning.walk import Refusal

__all__ = ["IN_FORCE", "Progress", "Refusal", "ScanOptions", "Summary", "exit_status", "scan"]
