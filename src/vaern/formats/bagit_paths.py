"""Paths in a bag (RFC 8493, 2.1.3, 5.2 and 6): how they are written in a manifest, and which lead out of the bag.

A path here is text with `/` between its parts, relative to the bag's base folder: `data/register.json`.
"""

from __future__ import annotations

import re
import unicodedata

_CODED = re.compile(r"%(0[Aa]|0[Dd]|25)")
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|\Z)", re.IGNORECASE)
_SYSTEM = {"thumbs.db", ".ds_store", "desktop.ini", "__macosx", ".directory", ".spotlight-v100", ".trashes"}
LONGEST_PART = 255
"""Bytes of UTF-8 that a file system takes as one name."""


def coded(path: str) -> str:
    """A path as it stands in a manifest: line ends and percent signs as `%0A`, `%0D` and `%25`, and nothing else."""
    return path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def decoded(path: str) -> str:
    """The path that a manifest means. Other percent signs stay as they are: they belong to the name."""
    return _CODED.sub(lambda match: chr(int(match[1], 16)), path)


def outside(path: str) -> str:
    """Why a path leads out of the bag, or could on some system; "" if it does not.

    Windows reads a backslash as a separator, a shell reads `~` as somebody's home: both are looked at on every system,
    because who receives a bag may unpack it there.
    """
    parts = re.split(r"[/\\]", path)
    if not path or "\x00" in path:
        return "is no path"
    if path.startswith(("/", "\\")):
        return "is absolute"
    if _DRIVE.match(path):
        return "names a drive"
    if path.startswith("~"):
        return "begins with ~, which a shell reads as somebody's home folder"
    if ".." in parts:
        return "leads upwards with .."
    return ""


def plain(path: str) -> str:
    """The path without `./` at its beginning and without empty parts."""
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def folded(path: str) -> str:
    """What a file system that knows neither case nor Unicode's ways of writing a letter takes the path for."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def is_system_file(path: str) -> bool:
    """Whether a system leaves files of this name behind without being asked, as `Thumbs.db`."""
    return any(part.lower() in _SYSTEM for part in path.split("/"))


def unportable(path: str) -> str:
    """Why we do not write this path, because not every system could hold it; "" if all can."""
    if why := outside(path):
        return why
    if path != plain(path):
        return "has empty parts"
    if unicodedata.normalize("NFC", path) != path:
        return "is not in Unicode's form NFC"
    return next((why for part in path.split("/") if (why := _unportable_part(part))), "")


def _unportable_part(part: str) -> str:
    if len(part.encode("utf-8", "surrogatepass")) > LONGEST_PART:
        return f"has a name of more than {LONGEST_PART} bytes"
    if any("\ud800" <= sign <= "\udfff" for sign in part):
        return "is not Unicode"
    if _CONTROL.search(part) or re.search(r'[<>:"|?*\\]', part):
        return "has a sign that Windows does not take in a name"
    if part != part.strip() or part.endswith(".") or _RESERVED.match(part):
        return "has a name that Windows does not take"
    return ""
