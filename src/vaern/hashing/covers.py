"""The cover pictures inside sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import av.logging

from vaern.hashing.video import OPENING

if TYPE_CHECKING:
    from typing import BinaryIO


def covers(stream: BinaryIO) -> list[bytes]:
    """Each picture that is attached to sound, as the file holds it.

    Raises:
        av.error.FFmpegError: it is no sound that FFmpeg can open.
    """
    av.logging.set_level(None)
    with av.open(stream, **OPENING) as container:
        attached = [s for s in container.streams.video if s.disposition & s.disposition.attached_pic]
        if not attached:
            return []
        found: list[bytes] = []
        for packet in container.demux(attached):
            if packet.size:
                found.append(bytes(packet))
            if len(found) == len(attached):
                break
        return found
