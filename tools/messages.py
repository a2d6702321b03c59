"""Find the strings of the node's pages and keep each app's Danish catalogue in step: `make messages`.

    python tools/messages.py            every app
    python tools/messages.py scans      one app, so that two people who translate do not meet

English is written where it is used and is the key. An app has `locale/da/LC_MESSAGES/django.po`, to translate in, and
`django.mo`, to read from; what lies in no app is in `web`'s. A string that is new gets an empty
translation, one that is gone is removed, nothing is guessed. No GNU gettext is needed: Django makes Python of a
template, Babel reads it. The same sources always give the same bytes.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections import Counter
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / "src/vaern/node"
LANGUAGE = "da"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "N_"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
KINDS = ("*.py", "*.html", "*.txt")
HEADER = "# Danish of the node's pages. Translate here, then run `make messages`."
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0\- +]*\d*(?:\.\d+)?([diouxXeEfFgGcrsa%])|\{(\w*)\}")

Key = tuple[str, "str | None"]


def apps() -> dict[str, Path]:
    """Return every folder that has a catalogue, by its name."""
    return {path.parent.name: path.parent for path in sorted(NODE.glob("*/apps.py"))}


def sources(folder: Path) -> list[Path]:
    """Return the files in which an app's strings may stand: its own; for `web`, those of no app too."""
    found = [path for kind in KINDS for path in folder.rglob(kind)]
    if folder == NODE / "web":
        of_apps = set(apps().values())
        found += [path for kind in KINDS for path in NODE.rglob(kind) if not of_apps & set(path.parents)]
    return sorted(found)


def strings(path: Path) -> list[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """Return the strings of one file: line, the string or its two numbers, comments, context."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        if not re.search(r"{%-?\s*(translate|trans|blocktranslate|blocktrans)\b|_\(", text):
            return []
        # Babel reads it as Python, where the indentation of a template would mean something.
        text = re.sub(r"^[ \t]+", "", templatize(text, origin=str(path)), flags=re.MULTILINE)
    lines = io.BytesIO(text.encode())
    return list(extract("python", lines, KEYWORDS, comment_tags=["Translators"], options={"encoding": "utf-8"}))


def hidden(path: Path) -> list[str]:
    """Return the strings that stand within an f-string: before Python 3.12 no extractor sees them, so none may."""
    if path.suffix != ".py":
        return []
    found = [
        ast.unparse(call)
        for joined in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]
    return sorted(set(found))


def wanted(folder: Path) -> Catalog:
    """Return the catalogue that the sources ask for, without translations."""
    catalog = empty()
    for path in sources(folder):
        for _line, string, comments, context in strings(path):
            catalog.add(
                string, locations=[(path.relative_to(NODE).as_posix(), 0)], auto_comments=comments, context=context
            )
    return catalog


def empty() -> Catalog:
    """Return a catalogue that depends on no clock and no machine."""
    return Catalog(locale=LANGUAGE, charset="utf-8", fuzzy=False)


def po_path(folder: Path) -> Path:
    """Return where the translations of an app stand."""
    return folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def read(folder: Path) -> Catalog:
    """Return the catalogue of an app as it is now."""
    path = po_path(folder)
    if not path.exists():
        return empty()
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def merged(folder: Path) -> Catalog:
    """Return what the sources ask for, with the translations that there are."""
    catalog, now = wanted(folder), read(folder)
    for message in catalog:
        if message.id and (old := now.get(message.id, message.context)) is not None and old.string:
            message.string = old.string
            message.flags |= {flag for flag in old.flags if flag == "fuzzy"}
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """Return the file to translate in: sorted, with file names and without lines or dates, so that it merges well."""
    file = io.BytesIO()
    write_po(file, catalog, width=120, sort_output=True, include_lineno=False, omit_header=True)
    head = (
        f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: {LANGUAGE}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return head.encode() + file.getvalue()


class Dateless(Catalog):
    """A catalogue whose header says what gettext needs, and no date."""

    mime_headers = property(  # type: ignore[assignment]
        lambda self: [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plural_forms)]
    )


def mo_bytes(catalog: Catalog) -> bytes:
    """Return the file to read from, which holds what is translated."""
    plain = Dateless(locale=LANGUAGE, charset="utf-8", fuzzy=False)
    for message in catalog:
        if message.id and translated(message) and not message.fuzzy:
            plain.add(message.id, message.string, context=message.context)
    file = io.BytesIO()
    write_mo(file, plain)
    return file.getvalue()


def translated(message: Message) -> bool:
    """Whether every form of a string has its Danish."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(forms) and (len(forms) == 2 if message.pluralizable else len(forms) == 1)


def placeholders(text: str) -> Counter[str]:
    """Return the parts of a string that are filled in, each as often as it stands there."""
    return Counter(match[0] for match in PLACEHOLDER.finditer(text) if match[0] != "%%" and "% " not in match[0])


def problems(folder: Path) -> list[str]:
    """Return what is wrong with the catalogue of an app, a sentence each."""
    catalog, now, found = wanted(folder), read(folder), []
    asked = {(_first(message), message.context) for message in catalog if message.id}
    there = {(_first(message), message.context) for message in now if message.id}
    found += [f"within an f-string: {call}" for path in sources(folder) for call in hidden(path)]
    found += [f"missing: {text!r}" for text, _context in sorted(asked - there, key=str)]
    found += [f"unused: {text!r}" for text, _context in sorted(there - asked, key=str)]
    found += [f"obsolete: {_first(message)!r}" for message in now.obsolete.values()]
    for message in now:
        if not message.id:
            continue
        if message.fuzzy:
            found.append(f"fuzzy: {_first(message)!r}")
        if not translated(message):
            found.append(f"not translated: {_first(message)!r}")
            continue
        found += mismatches(message)
    mo = po_path(folder).with_suffix(".mo")
    if po_path(folder).exists() and (not mo.exists() or mo.read_bytes() != mo_bytes(now)):
        found.append("django.mo is not what django.po says: run `make messages`")
    return found


def mismatches(message: Message) -> list[str]:
    """Return where a translation fills in something else than its English, or has other space around it."""
    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    found = []
    for english, danish in zip(ids, forms, strict=True):
        one_less = placeholders(ids[-1]) - placeholders(danish) if message.pluralizable else Counter()
        same = placeholders(english) == placeholders(danish)
        # A singular may say "one" instead of the number.
        if not same and not (message.pluralizable and english == ids[0] and sum(one_less.values()) <= 1):
            found.append(f"other placeholders: {english!r} / {danish!r}")
        if (english[:1].isspace(), english[-1:].isspace()) != (danish[:1].isspace(), danish[-1:].isspace()):
            found.append(f"other space around it: {english!r} / {danish!r}")
    return found


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (list, tuple)) else message.id


def update(folder: Path) -> int:
    """Write an app's two files anew and return how many strings still lack their Danish."""
    catalog, path = merged(folder), po_path(folder)
    if not any(message.id for message in catalog):
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(po_bytes(catalog))
    path.with_suffix(".mo").write_bytes(mo_bytes(catalog))
    return sum(1 for message in catalog if message.id and not translated(message))


def main() -> None:
    """Update the apps that are named, or all."""
    settings.configure()  # templates are read with Django's lexer, which asks for a setting or two
    known = apps()
    for name in sys.argv[1:] or known:
        if name not in known:
            sys.exit(f"there is no app {name}; there are {', '.join(known)}")
        lacking = update(known[name])
        print(f"{name}: {lacking} to translate" if lacking else f"{name}: complete")


if __name__ == "__main__":
    main()
