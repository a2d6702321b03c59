"""What a bag's tag files say, against what is there (RFC 8493, 3)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaern.formats import bagit_tags as tags
from vaern.formats.bagit_paths import decoded, folded, is_system_file
from vaern.formats.bagit_report import Kind, printable

if TYPE_CHECKING:
    from collections.abc import Callable

STAMP = ".tsr"
"""A time stamp over a tag file lies beside it. It stamps the tag manifest, so the tag manifest cannot list it."""


@dataclass
class Found:
    """What a bag holds and says.

    Attributes:
        sizes: bytes of every file, by its path in the bag.
        digests: by path, then by algorithm; hexadecimal, lower case.
        declared: `bagit.txt`.
        manifests: all of them.
        info: label, value and line of `bag-info.txt`.
        elsewhere: path and line of what `fetch.txt` says lies elsewhere.
        say: takes file, line, reason and kind.
    """

    say: Callable[[str, int, str, Kind], None]
    sizes: dict[str, int] = field(default_factory=dict)
    digests: dict[str, dict[str, str]] = field(default_factory=dict)
    declared: tags.Declaration = field(default_factory=tags.Declaration)
    manifests: list[tags.Manifest] = field(default_factory=list)
    info: list[tuple[str, str, int]] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)

    @property
    def payload(self) -> list[str]:
        """Paths under `data/`."""
        return [path for path in self.sizes if path.startswith("data/")]

    @property
    def lists(self) -> list[tags.Manifest]:
        """The payload manifests."""
        return [one for one in self.manifests if not one.of_tags]


def judge_manifests(found: Found) -> None:
    """Whether there are manifests, and what their algorithms are worth."""
    known = [one for one in found.lists if one.is_known]
    if not found.lists:
        found.say("", 0, "has no payload manifest", "error")
    for one in found.manifests:
        if not one.is_known:
            reason = f"{one.algorithm} is not computed here, so these digests were not checked"
            found.say(one.file, 0, reason, "warning" if known and not one.of_tags else "error")
        elif one.algorithm in tags.WEAK:
            reason = f"{one.algorithm} shows an accident, not an intent: files can be made to share it"
            found.say(one.file, 0, reason, "warning")
    tagged = {one.algorithm for one in found.manifests if one.of_tags}
    if not tagged:
        found.say("", 0, "has no tag manifest, so nothing shows a change of the tag files", "warning")
    elif not found.declared.is_old:
        for one in found.lists:
            if one.algorithm not in tagged:
                reason = f"has no tag manifest of its algorithm: tagmanifest-{one.algorithm}.txt may have been removed"
                found.say(one.file, 0, reason, "warning")


def compare(found: Found) -> None:
    """Every manifest against what is there, and what is there against every manifest."""
    covered = {one.file: _covered(found, one) for one in found.manifests}
    for path in found.payload:
        holds = {one.file: path in covered[one.file] for one in found.lists}
        for file, is_listed in holds.items():
            if not is_listed and not (found.declared.is_old and any(holds.values())):
                found.say(printable(path), 0, f"is not listed in {file}", "error")
    for one in found.manifests:
        if one.of_tags:
            _compare_tags(found, one, covered[one.file])
    for path in found.sizes:
        if path.endswith(STAMP) and not path.startswith("data/") and path.removesuffix(STAMP) not in found.sizes:
            found.say(printable(path), 0, "stamps a file that is not there", "error")
    _compare_names(found)
    _compare_fetch(found)


def compare_size(found: Found, *, is_whole: bool) -> None:
    """`Payload-Oxum` against the payload; the sum says nothing while files lie elsewhere."""
    said = [(value, line) for label, value, line in found.info if label.lower() == "payload-oxum"]
    octets, files = sum(found.sizes[path] for path in found.payload), len(found.payload)
    for value, line in said:
        match = re.fullmatch(r"(\d{1,20})\.(\d{1,20})", value)
        if match is None:
            reason = "Payload-Oxum is not a number of octets, a point and a number of files"
            found.say("bag-info.txt", line, reason, "error")
        elif is_whole and (int(match[1]), int(match[2])) != (octets, files):
            reason = f"Payload-Oxum says {value}; the payload has {octets}.{files}"
            found.say("bag-info.txt", line, reason, "error")
    if len(said) > 1:
        kind: Kind = "warning" if found.declared.is_old else "error"
        found.say("bag-info.txt", said[1][1], "Payload-Oxum stands more than once", kind)


def _covered(found: Found, manifest: tags.Manifest) -> set[str]:
    """The files of the bag that a manifest lists; says which of them are not what it says."""
    listed: set[str] = set()
    for written, (digest, line) in manifest.lines.items():
        path, how = _resolved(found, manifest, written, digest)
        if path is None:
            _say_absent(found, manifest, written, line)
            continue
        if how:
            found.say(manifest.file, line, how, "warning")
        if path in listed:
            kind: Kind = "warning" if found.declared.is_old else "error"
            found.say(manifest.file, line, f"“{printable(path)}” is listed twice, written differently", kind)
        listed.add(path)
        if manifest.is_known and found.digests[path][manifest.algorithm] != digest:
            reason = f"is not what {manifest.file} says on line {line}: its digest differs"
            found.say(printable(path), 0, reason, "error")
    return listed


def _resolved(found: Found, manifest: tags.Manifest, written: str, digest: str) -> tuple[str | None, str]:
    """The file that a line of a manifest means, and what is odd about how it names it.

    Before the standard only the case of a name could differ: bags were made on systems that do not tell it apart. The
    digest must then be the same, so that the content is known to be there.
    """
    old = found.declared.is_old
    for name in (written, decoded(written)) if old else (decoded(written),):
        if name in found.digests:
            odd = not old and "%" in re.sub(r"%(0A|0D|25)", "", written, flags=re.IGNORECASE)
            return name, "has a percent sign that is not written as %25" if odd else ""
    name = decoded(written)
    alike = [path for path in found.digests if _same_letters(path, name)]
    if len(alike) == 1:
        return alike[0], "names a file that writes the same letters differently in Unicode"
    twins = [path for path in found.digests if folded(path) == folded(name)]
    if old and len(twins) == 1 and found.digests[twins[0]].get(manifest.algorithm) == digest:
        return twins[0], f"“{printable(name)}” is there as “{printable(twins[0])}”, which differs only in case"
    return None, ""


def _say_absent(found: Found, manifest: tags.Manifest, written: str, line: int) -> None:
    name = decoded(written)
    if name in found.elsewhere:
        reason = f"“{printable(name)}” lies elsewhere by fetch.txt, which is not followed: the bag is not complete"
        found.say(manifest.file, line, reason, "missing")
        return
    twin = next((path for path in found.sizes if folded(path) == folded(name)), None)
    also = f"; “{printable(twin)}” differs from it only in case" if twin else ""
    also = "; it is a file that a system leaves behind" if is_system_file(name) else also
    found.say(manifest.file, line, f"“{printable(name)}” is listed and not there{also}", "error")


def _compare_tags(found: Found, manifest: tags.Manifest, covered: set[str]) -> None:
    for path in found.sizes:
        if path.startswith("data/") or path in covered:
            continue
        other = tags.manifest_named(path)
        if other is None and not path.endswith(STAMP):
            reason = f"is not listed in {manifest.file}, so nothing shows a change of it"
            found.say(printable(path), 0, reason, "warning")
        elif other and not other.of_tags and not found.declared.is_old:
            found.say(path, 0, f"is a payload manifest that {manifest.file} does not list", "error")
    for path, (_, line) in manifest.lines.items():
        listed = tags.manifest_named(path)
        if listed and listed.of_tags and not found.declared.is_old:
            found.say(manifest.file, line, "a tag manifest does not list a tag manifest", "error")


def _compare_names(found: Found) -> None:
    listed = {decoded(path) for one in found.lists for path in one.lines}
    alike: dict[str, list[str]] = {}
    for path in sorted({*found.payload, *listed}):
        alike.setdefault(folded(path), []).append(path)
        if is_system_file(path):
            found.say(printable(path), 0, "is a file that a system leaves behind without being asked", "warning")
    for names in alike.values():
        if len(names) > 1:
            shown = ", ".join(f"“{printable(name)}”" for name in names)
            found.say("", 0, f"{shown} are one file where case or Unicode's form do not count", "warning")


def _compare_fetch(found: Found) -> None:
    for path, line in found.elsewhere.items():
        for one in found.lists:
            if not found.declared.is_old and path not in {decoded(written) for written in one.lines}:
                found.say("fetch.txt", line, f"“{printable(path)}” is not listed in {one.file}", "error")


def _same_letters(one: str, other: str) -> bool:
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
