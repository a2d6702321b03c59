"""The pages speak Danish: no string is missing, doubtful, left over, or filled in otherwise than its English."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING

import messages
import pytest
from django.utils import translation
from django.utils.dates import MONTHS
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPS = messages.apps()


@pytest.mark.once
@pytest.mark.parametrize("app", APPS)
def test_every_string_has_its_danish(app: str) -> None:
    assert messages.problems(APPS[app]) == []


def test_a_string_has_the_same_danish_in_every_app() -> None:
    """Django keeps one translation of a string for the whole site, so a second one would never be seen."""
    found: dict[object, set[object]] = {}
    for folder in APPS.values():
        for message in messages.read(folder):
            if message.id:
                key = (str(message.id), message.context)
                found.setdefault(key, set()).add(str(message.string))
    assert {key: danish for key, danish in found.items() if len(danish) > 1} == {}


WRONG = {
    r"(?<!gensidig )(?<!international )retshjælp": "Retshjælp is legal aid; mutual assistance is gensidig retshjælp",
    r"^rørt$|\bsidst rørt\b": "what was changed last was ændret",
    r"\btag(er|e)? (?!det )(\S+ ){0,3}ud\b": "a file is hentet",
    r"\bfør tid\b": "what comes before a deadline comes før fristen",
}
"""Danish that says something else than the English, by what it looks like; why."""


@pytest.mark.parametrize("wrong", WRONG)
def test_words_that_mean_something_else_in_danish_do_not_occur(wrong: str) -> None:
    found = [f"{where}: {text}" for where, text in danish() if re.search(wrong, text, re.IGNORECASE)]
    assert found == [], WRONG[wrong]


@cache
def danish() -> list[tuple[str, str]]:
    """Return all Danish that the node shows or sends, and where it stands: catalogues, data, texts of mails."""
    node = messages.NODE
    found = [(app, str(message.string)) for app, folder in APPS.items() for message in messages.read(folder)]
    found += [(path.name, text) for path in node.rglob("*.json") for text in in_danish(json.loads(path.read_bytes()))]
    found += [(path.name, text) for path in node.rglob("*.toml") for text in in_danish(tomllib.loads(path.read_text()))]
    return found + [(path.name, path.read_text("utf-8")) for path in node.rglob("*_da*.txt")]


def in_danish(plain: object) -> Iterator[str]:
    """Return each text that stands under `da`, or under a key that ends so."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            if isinstance(value, str) and (key == "da" or key.endswith("_da")):
                yield value
            else:
                yield from in_danish(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from in_danish(value)


def test_danish_is_read_wherever_it_stands() -> None:
    assert {"2026-1.json", "instruments.toml", "notice_da.txt", "notice_da.subject.txt", *APPS} <= {
        where for where, _text in danish()
    }


def test_the_baseline_of_interpol_is_not_that_of_a_commitment() -> None:
    with translation.override("da"):
        assert translation.gettext("Baseline") == "INTERPOL-baseline"
        assert translation.pgettext("of a commitment", "Baseline") == "Udgangspunkt"


def test_the_catalogues_are_what_django_reads() -> None:
    with translation.override("da"):
        assert translation.gettext("There is a problem") == "Der er et problem"
        assert translation.ngettext("%(counter)s code left", "%(counter)s codes left", 2) == "%(counter)s koder tilbage"


def test_no_string_of_ours_takes_the_place_of_a_month() -> None:
    """A word that is also the name of a month, as May, needs a context: all apps and Django share one catalogue."""
    with translation.override("da"):
        months = [str(name) for name in MONTHS.values()]
    year = "januar februar marts april maj juni juli august september oktober november december"
    assert months == year.split()


PAGE = "{% load i18n %}<p>{% translate 'Here' %}{% blocktranslate with n=x %}{{ n }} of it{% endblocktranslate %}</p>"
CODE = """A = _("There")
B = ngettext("%(n)s day", "%(n)s days", n)
C = N_("{person} came")
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An app of its own, in which everything is translated."""
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "code.py").write_text(CODE)
    monkeypatch.setattr(messages, "NODE", tmp_path.parent)
    messages.update(tmp_path)
    catalog = messages.read(tmp_path)
    for message in catalog:
        if message.id:
            message.string = message.id
    messages.po_path(tmp_path).write_bytes(messages.po_bytes(catalog))
    messages.update(tmp_path)
    assert messages.problems(tmp_path) == []
    return tmp_path


def edit(app: Path, old: str, new: str) -> list[str]:
    """Replace something in the file that people translate in, and say what is wrong now."""
    path = messages.po_path(app)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return messages.problems(app)


def test_every_kind_of_string_is_found(app: Path) -> None:
    ids = {message.id for message in messages.read(app) if message.id}
    assert ids == {"Here", "%(n)s of it", "There", ("%(n)s day", "%(n)s days"), "{person} came"}


def test_a_missing_string_is_noticed(app: Path) -> None:
    (app / "code.py").write_text(CODE + 'D = _("New")\n')
    assert messages.problems(app) == ["missing: 'New'"]


def test_a_string_within_an_f_string_is_noticed_on_every_python(app: Path) -> None:
    """Before Python 3.12 an f-string is one token: its strings would be in no catalogue, and English for ever."""
    (app / "code.py").write_text(CODE + "D = f\"{_('There')} {x:{_('Here')}}\"\n")
    assert messages.problems(app) == ["within an f-string: _('Here')", "within an f-string: _('There')"]


def test_an_unused_string_is_noticed_and_removed(app: Path) -> None:
    (app / "page.html").write_text("")
    found = messages.problems(app)
    assert "unused: 'Here'" in found
    messages.update(app)
    assert messages.problems(app) == []


def test_an_untranslated_string_is_noticed(app: Path) -> None:
    assert "not translated: 'There'" in edit(app, 'msgstr "There"', 'msgstr ""')
    assert "not translated: '%(n)s day'" in edit(app, 'msgstr[1] "%(n)s days"', 'msgstr[1] ""')


def test_a_fuzzy_string_is_noticed_and_stays_so(app: Path) -> None:
    assert "fuzzy: 'There'" in edit(app, 'msgid "There"', '#, fuzzy\nmsgid "There"')
    messages.update(app)
    assert "fuzzy: 'There'" in messages.problems(app)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('msgstr "%(n)s of it"', 'msgstr "%(m)s of it"'),
        ('msgstr "%(n)s of it"', 'msgstr "all of it"'),
        ('msgstr "{person} came"', 'msgstr "{subject} came"'),
        ('msgstr[1] "%(n)s days"', 'msgstr[1] "days"'),
        ('msgstr "There"', 'msgstr "There %s"'),
    ],
)
def test_another_placeholder_is_noticed(app: Path, old: str, new: str) -> None:
    assert any(found.startswith("other placeholders") for found in edit(app, old, new))


def test_a_singular_may_say_one(app: Path) -> None:
    found = edit(app, 'msgstr[0] "%(n)s day"', 'msgstr[0] "one day"')
    assert [problem for problem in found if "django.mo" not in problem] == []


def test_a_file_to_read_that_is_out_of_step_is_noticed(app: Path) -> None:
    found = edit(app, 'msgstr "There"', 'msgstr "Where"')
    assert found == ["django.mo is not what django.po says: run `make messages`"]


@given(st.lists(st.sampled_from(["One", "Two", "Three", "Four"]), unique=True))
def test_the_same_sources_give_the_same_bytes(order: list[str]) -> None:
    forwards, backwards = messages.empty(), messages.empty()
    for string in order:
        forwards.add(string, f"{string}!")
    for string in reversed(order):
        backwards.add(string, f"{string}!")
    assert messages.po_bytes(forwards) == messages.po_bytes(backwards)
    assert messages.mo_bytes(forwards) == messages.mo_bytes(backwards)
