"""What recurs in casework exists once: nobody goes round it but those who say why, and they become fewer."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

NODE = Path(__file__).resolve().parent.parent / "src/vaern/node"


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for path in NODE.rglob("*.py")}


PAGES_OF_THEIR_OWN = {
    "alliance/commitments/views.py": "what is wrong stands at lines of a form set",
    "alliance/commitments/views_reply.py": "what is wrong stands at lines of a form set",
    "alliance/publishing/views.py": "a release is decided on its preview",
    "crosscheck/registry/api.py": "a look-up that is refused teaches nothing, not even why",
    "organisations/views_joining.py": "a dead link has a page of its own",
    "oversight/views_requests.py": "the form is part of a page that shows the request",
    "press/door/views.py": "phones at the door read codes",
    "press/journalists/views_public.py": "public, without the frame of the work area",
    "reports/assessment/views.py": "the assessment is a page with the report beside it",
    "reports/desk/views_acting.py": "many reports at once: each says why not",
    "reports/export/api.py": "what is missing in a document is listed",
    "reports/export/views.py": "what is missing in a document is listed",
    "reports/arrival/api.py": "of many reports each has its own answer",
    "reports/mappings/views_making.py": "a mapping is tried on its own page",
    "reports/public/views.py": "public, without the frame of the work area",
    "reports/public/views_receipt.py": "public, without the frame of the work area",
    "reports/submission/views.py": "NCMEC's interface answers in its own codes",
    "reports/takedown/views.py": "the trace is part of a page that shows the location",
    "reports/takedown/views_portal.py": "public, without the frame of the work area",
    "victims/api.py": "a look-up that is refused too often says when to come back",
    "victims/appeals/views_public.py": "public, without the frame of the work area",
    "victims/sharing/views_known.py": "answers stand on the page that asked",
    "victims/wishes/views_public.py": "public, without the frame of the work area",
}
"""Views that catch a refusal themselves, and why; everybody else leaves it to `decide` and to the API. Only shrinks."""


def test_a_refusal_is_caught_in_one_place() -> None:
    refusals = {"Refusal"}
    for _ in range(4):  # of subclasses too
        refusals |= {
            node.name
            for tree in trees().values()
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and {ast.unparse(base).split(".")[-1] for base in node.bases} & refusals
        }
    catching = {
        path.relative_to(NODE).as_posix()
        for path, tree in trees().items()
        if path.stem.startswith(("views", "api"))
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.type is not None
        if {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} & refusals
        or {name.attr for name in ast.walk(node.type) if isinstance(name, ast.Attribute)} & refusals
    }
    assert catching == set(PAGES_OF_THEIR_OWN)


ROUND_THE_SCOPE = {
    "base": 2,
    "cases": 97,
    "casework": 10,
    "crosscheck": 25,
    "demo": 17,
    "external": 13,
    "organisations": 17,
    "oversight": 15,
    "press": 25,
    "reports": 158,
    "scans": 5,
    "victims": 123,
}
"""How often each app takes a manager that knows no scope: for jobs, and acts under a lock. The numbers only fall."""


def test_going_round_the_scope_gets_rarer() -> None:
    found = Counter(
        path.relative_to(NODE).parts[0]
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "everywhere"
    )
    assert found == ROUND_THE_SCOPE, "more is a fault; fewer: write it down"
