"""Forms are answered by the node, in the reader's language, never by a bubble of the browser in its own."""

from __future__ import annotations

import re
from pathlib import Path

import vaern.node

ROOT = Path(vaern.node.__file__).parent
_TAGS = r"\{%.*?%\}|\{\{.*?\}\}"
POSTED = re.compile(rf"""<form\b(?=[^>]*?method="(?:post|\{{\{{ attrs.method \}}\}})")(?:{_TAGS}|[^>{{]|\{{)*>""")


def test_no_form_that_is_sent_leaves_its_errors_to_the_browser() -> None:
    forms = [
        (path.relative_to(ROOT).as_posix(), form)
        for path in sorted([*ROOT.rglob("*.html"), *ROOT.rglob("*.py")])
        for form in POSTED.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(forms) > 80
    assert [(path, form) for path, form in forms if "novalidate" not in form] == []
