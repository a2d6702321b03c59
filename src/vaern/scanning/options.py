"""What a scan may be told."""

from __future__ import annotations

import os
from typing import Literal

import msgspec

from vaern.hashing.options import Videos
from vaern.records import DIGEST_KINDS

MEGABYTE = 1 << 20
GIGABYTE = 1 << 30
_CLOCK_FOR_CPU = 3  # seconds on the clock for one of processor time, where others use the machine too


class ScanOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a scan is done. All but `jobs` change what is found, so a resumed scan must have the same.

    Attributes:
        jobs: workers; 0 means one for each core.
        orientations: dihedral orientations hashed of each picture: 1, or all 8.
        unborder: hash pictures without their letterbox borders too.
        frames: frames of an animation that are hashed.
        video_interval: seconds between the frames of a video that are hashed.
        videos: decode the frames of a video, or its `keyframes` alone, which takes a tenth of the time.
        max_pixels: a picture with more is not decoded.
        memory_limit: bytes that decoding one file may take.
        cpu_seconds: processor time for one file, on top of `seconds_per_megabyte`.
        wall_seconds: time on the clock for one file, on top of `seconds_per_megabyte`.
        seconds_per_megabyte: added to both, since a large file is no hang.
        video_seconds: processor time that a video may take besides, by its own account of length, rate and size; on
            the clock three times that. Past it, what was hashed so far is kept.
        archives: look into archives, mails, documents with files in them, and images of disks.
        verify_images: read images that keep a hash of their disk whole, and compare it.
        archive_depth: archives within archives that are looked into; 1 is the archive on disk alone.
        archive_members: members of one archive on disk, nested ones included.
        archive_bytes: unpacked bytes of one archive on disk, nested ones included, or twice its size if that is more.
        archive_ratio: unpacked bytes for each byte on disk, once they are more than `archive_free`.
        archive_free: unpacked bytes that are never taken for a bomb.
        archive_failures: members of one archive that may end the worker before the rest is given up.
        spool: bytes of a compressed member that are held in memory; a larger one gets digests only.
    """

    jobs: int = 0
    orientations: Literal[1, 8] = 8
    unborder: bool = True
    frames: int = 8
    video_interval: float = 1.0
    videos: Videos = "frames"
    max_pixels: int = 250_000_000
    memory_limit: int = 2 * GIGABYTE
    cpu_seconds: float = 60.0
    wall_seconds: float = 180.0
    seconds_per_megabyte: float = 1.0
    video_seconds: float = 3600.0
    archives: bool = True
    verify_images: bool = False
    archive_depth: int = 3
    archive_members: int = 1_000_000
    archive_bytes: int = 1024 * GIGABYTE
    archive_ratio: int = 200
    archive_free: int = 1 * GIGABYTE
    archive_failures: int = 20
    spool: int = 512 * MEGABYTE

    @property
    def workers(self) -> int:
        """How many workers to run."""
        return self.jobs or len(os.sched_getaffinity(0))

    @property
    def most_signals(self) -> int:
        """Signals that a file may have: digests; of each frame, whole and unbordered, eight turns and one as stored."""
        return len(DIGEST_KINDS) + 2 * 9 * self.frames

    def unpacked(self, packed: int) -> int:
        """Bytes that an archive of `packed` bytes on disk may unpack to."""
        most = max(self.archive_bytes, 2 * packed)  # a large disk holds what it holds
        return min(most, max(self.archive_free, self.archive_ratio * packed))

    def cpu_allowance(self, size: int, video: float = 0.0) -> float:
        """Seconds of processor time for a file of `size` bytes, and for a video that says it takes so much more."""
        return self.cpu_seconds + self.seconds_per_megabyte * size / MEGABYTE + min(video, self.video_seconds)

    def wall_allowance(self, size: int, video: float = 0.0) -> float:
        """Seconds on the clock for a file of `size` bytes, and for a video that says it takes so much more."""
        more = _CLOCK_FOR_CPU * min(video, self.video_seconds)
        return self.wall_seconds + self.seconds_per_megabyte * size / MEGABYTE + more
