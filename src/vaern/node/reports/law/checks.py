"""Start-up check: read all of the node's own law, and report faults with file and path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import Error, register

from vaern.node.reports.rules import country_days, law_files, scores, weights
from vaern.node.reports.rules import help_files as help_lines
from vaern.node.reports.rules import national_files as national
from vaern.node.reports.rules.law_files import LawFileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def faults(own: Path | None, *, synthetic: bool) -> list[str]:
    """Return the faults in a folder of law, a sentence each."""
    found = []
    try:
        if own:
            odd = sorted(one.name for one in own.iterdir() if one.name not in law_files.FOLDERS and one.name[0] != ".")
            if odd:
                found.append(f"{own / odd[0]}: a folder of law holds {', '.join(law_files.FOLDERS)}, and nothing else.")
        law_files.of_node(own, synthetic=synthetic)
        country_days.of_folder(own)
        help_lines.of_node(own, synthetic=synthetic)
        national.of_node(own, synthetic=synthetic)
    except (LawFileError, OSError) as error:
        found.append(str(error))
    if own:
        found += _weights(own / "weights", synthetic=synthetic)
    return found


def _weights(folder: Path, *, synthetic: bool) -> list[str]:
    try:
        given = [(path, weights.read(path.read_bytes(), str(path))) for path in law_files.json_files(folder)]
    except (ValueError, OSError) as error:
        return [f"{error}. Correct it there; docs/how-to/your-law.md shows where every field stands."]
    found = []
    shipped = {one.version for one in weights.in_folder(weights.FOLDER)}
    for path, one in given:
        if one.synthetic and not synthetic:
            found.append(f"{path}: it is marked synthetic, and this node is not: take it away.")
        if one.version in shipped:
            found.append(f"{path}: Værn has weights {one.version} already: give these a version of their own.")
        if one.priority.keys() != scores.PRIORITY.keys() or one.completeness.keys() != scores.COMPLETENESS.keys():
            lines = sorted({*scores.PRIORITY, *scores.COMPLETENESS} ^ {*one.priority, *one.completeness})
            found.append(f"{path}: each line has points, if 0, and none else: look at {', '.join(lines)}.")
    return found


@register
def law_can_be_read(**_options: Any) -> Sequence[Error]:
    """Check `VAERN_LAW` and the law that ships with Værn."""
    configuration = settings.CONFIGURATION
    found = faults(configuration.law, synthetic=configuration.synthetic)
    return [Error(sentence, id="vaern.E010") for sentence in found]
