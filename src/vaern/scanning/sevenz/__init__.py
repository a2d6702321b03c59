"""7z archives, read in place by Python's own unpackers: see ADR 0135. No program is called and no file written."""

from vaern.scanning.sevenz.archive import MIME, opened

__all__ = ["MIME", "opened"]
