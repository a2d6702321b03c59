"""Remarks in `Media.notes` that the report counts; workers give them."""

IMAGE = "of the image only files were read: no unallocated space, and nothing of the file systems' own"
"""Of every image of a disk."""

DELETED = "deleted: its content was read where it lay, which may be in use for something else by now"
"""Of a deleted file in an image of a disk."""
