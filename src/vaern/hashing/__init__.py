"""Bytes → signals: digests, PDQ of pictures, frames of videos.

`hash_file` is the way in; the rest is for those who have a stream, decoded pixels or a worker to prepare.
"""

from typing import TYPE_CHECKING

from vaern.on_demand import loading

if TYPE_CHECKING:
    from vaern.frames import FRAME, pack_frames, unpack_frames
    from vaern.hashing.files import hash_file, hash_stream
    from vaern.hashing.options import HashOptions
    from vaern.hashing.pdq import PdqHash, hash_orientations, hash_pixels
    from vaern.hashing.versions import decoder_versions, warm_up
else:
    __getattr__ = loading(
        __name__,
        {
            "vaern.frames": "FRAME pack_frames unpack_frames",
            "vaern.hashing.files": "hash_file hash_stream",
            "vaern.hashing.options": "HashOptions",
            "vaern.hashing.pdq": "PdqHash hash_orientations hash_pixels",
            "vaern.hashing.versions": "decoder_versions warm_up",
        },
    )

__all__ = [
    "FRAME",
    "HashOptions",
    "PdqHash",
    "decoder_versions",
    "hash_file",
    "hash_orientations",
    "hash_pixels",
    "hash_stream",
    "pack_frames",
    "unpack_frames",
    "warm_up",
]
