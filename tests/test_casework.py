"""What recurs in casework exists once: nobody goes round it but those who say why, and they become fewer."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.trees import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NODE = Path(__file__).resolve().parent.parent / "src/vaern/node"


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: tree_of(path) for path in NODE.rglob("*.py")}


PAGES_OF_THEIR_OWN = {
    "alliance/commitments/views.py": "what is wrong stands at lines of a form set",
    "alliance/commitments/views_reply.py": "what is wrong stands at lines of a form set",
    "alliance/publishing/views.py": "a release is decided on its preview",
    "casework/workstations/views_graded.py": "the script that sends a file in pieces reads why one is refused",
    "crosscheck/registry/api.py": "a look-up that is refused teaches nothing, not even why",
    "organisations/views_invitations.py": "a dead link has a page of its own",
    "lists/upward/views.py": "the source is asked before there is a page: why it cannot be is said on the list's",
    "oversight/views_requests.py": "the form is part of a page that shows the request",
    "press/door/views.py": "phones at the door read codes",
    "press/journalists/views_public.py": "public, without the frame of the work area",
    "reports/assessment/views.py": "the assessment is a page with the report beside it",
    "reports/desk/views_actions.py": "many reports at once: each says why not",
    "reports/export/api.py": "what is missing in a document is listed",
    "reports/export/views.py": "what is missing in a document is listed",
    "reports/arrival/api.py": "of many reports each has its own answer",
    "reports/mappings/views_drafts.py": "a mapping is tried on its own page",
    "reports/public/views.py": "public, without the frame of the work area",
    "reports/public/views_receipt.py": "public, without the frame of the work area",
    "reports/submission/views.py": "NCMEC's interface answers in its own codes",
    "reports/takedown/views.py": "the trace is part of a page that shows the location",
    "reports/takedown/views_checks.py": "of many places, each is done or named by itself",
    "reports/takedown/views_portal.py": "public, without the frame of the work area",
    "victims/api.py": "a look-up that is refused too often says when to come back",
    "victims/appeals/views_public.py": "public, without the frame of the work area",
    "victims/sharing/views_known.py": "answers stand on the page that asked",
    "victims/wishes/views_public.py": "public, without the frame of the work area",
}
"""Views that catch a refusal themselves, and why; everybody else leaves it to `decide` and to the API. Only shrinks."""


def test_a_refusal_is_caught_in_one_place() -> None:
    refusals = {"Refusal"}
    classes = [
        (node.name, {ast.unparse(base).split(".")[-1] for base in node.bases})
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    for _ in range(4):  # of subclasses too
        refusals |= {name for name, bases in classes if bases & refusals}
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


WRITES = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "select_for_update",
    "update",
    "update_or_create",
}
"""Methods that write, or lock what is written next: they know what they write, and its owner is a column of it."""

ROUND_THE_SCOPE = {
    "a synthetic node is made and counted whole": {
        "demo/cases.py": 1,
        "demo/history/hotlines.py": 2,
        "demo/history/police.py": 1,
        "demo/crosscheck.py": 2,
        "demo/station.py": 2,
        "demo/domains.py": 1,
        "demo/lists/asking.py": 2,
        "demo/lists/reach.py": 1,
        "demo/lists/story.py": 1,
        "demo/nodes/scenes/hub.py": 3,
        "demo/nodes/scenes/reports.py": 3,
        "demo/nodes/scenes/requests.py": 2,
        "demo/nodes/scenes/series.py": 4,
        "demo/numbers.py": 2,
        "demo/signed.py": 1,
        "demo/reports.py": 4,
        "demo/series.py": 3,
        "demo/tour.py": 6,
    },
    "a message of another node names it, by the id that both have, between the two organisations that it is between": {
        "exchange/releases/actions.py": 1,
        "exchange/releases/arrivals.py": 1,
        "cases/assistance/across/taking.py": 2,
        "lists/across/following.py": 4,
        "lists/across/telling.py": 7,
        "crosscheck/disclosures/steps_elsewhere.py": 1,
        "reports/forwarding/across.py": 1,
        "victims/elsewhere/copies.py": 2,
        "cases/evidence/received.py": 1,
        "cases/base/locks.py": 1,
        "cases/work/across.py": 1,
    },
    "a hub is told keyed values of whatever takes part in the cross-check, whoever's it is": {
        "crosscheck/elsewhere/enrolling.py": 3,
    },
    "it is the manager itself": {
        "base/scope.py": 2,
    },
    "oversight, and what the law asks of a whole node, is not of one organisation": {
        "oversight/actions.py": 1,
        "oversight/answers.py": 6,
        "oversight/names.py": 2,
        "oversight/queries.py": 1,
        "oversight/subject_actions.py": 1,
        "oversight/subject_search.py": 2,
        "reports/intake/held_data.py": 2,
        "reports/viewing/queries.py": 1,
    },
    "a public page or a mail: who asks has no account, and a code, a link or a state of the record opens it": {
        "organisations/actions.py": 1,
        "press/base/events.py": 2,
        "press/journalists/links.py": 1,
        "press/papers/document.py": 1,
        "press/papers/queries.py": 1,
        "reports/flagging/public.py": 2,
        "reports/public/actions.py": 2,
        "reports/public/queries.py": 2,
        "reports/takedown/portal.py": 1,
        "victims/appeals/queries.py": 1,
        "victims/wishes/actions.py": 1,
    },
    "a release has two sides, and its columns say whose it is": {
        "casework/models.py": 1,
        "casework/recalls/queries.py": 2,
        "casework/releases/actions.py": 1,
        "casework/releases/queries.py": 1,
    },
    "a job of the clock: nobody looks": {
        "victims/sharing/questions.py": 1,
        "casework/workstations/jobs.py": 2,
        "casework/workstations/reading.py": 3,
        "cases/assistance/alarms.py": 1,
        "cases/assistance/expiry.py": 1,
        "cases/evidence/timestamps.py": 2,
        "cases/outcomes/actions.py": 1,
        "cases/work/retention.py": 2,
        "casework/retention/actions.py": 1,
        "crosscheck/disclosures/actions.py": 1,
        "lists/curation/retention.py": 2,
        "lists/intake/faults.py": 1,
        "lists/intake/jobs.py": 3,
        "lists/intake/reading.py": 1,
        "lists/intake/taking.py": 1,
        "lists/indicators/counting.py": 2,
        "lists/signing/actions.py": 1,
        "lists/subsets/counting.py": 4,
        "lists/subsets/retention.py": 1,
        "lists/upward/jobs.py": 1,
        "lists/upward/reasons.py": 1,
        "lists/upward/sending.py": 1,
        "lists/recalls/jobs.py": 1,
        "lists/sources/acknowledging.py": 1,
        "lists/sources/fetching.py": 1,
        "lists/sources/jobs.py": 1,
        "lists/sources/withdrawing.py": 1,
        "organisations/jobs.py": 1,
        "press/events/actions.py": 1,
        "press/events/retention.py": 1,
        "reports/ending/retention.py": 1,
        "reports/law/lapses.py": 1,
        "reports/takedown/holds.py": 2,
        "reports/takedown/hosts.py": 1,
        "reports/takedown/notices.py": 1,
        "reports/viewing/packages.py": 2,
        "victims/appeals/actions.py": 1,
    },
    "the cross-check relates what all organisations hold, and names none": {
        "crosscheck/desk/country_signs.py": 1,
        "crosscheck/desk/queries.py": 2,
        "crosscheck/registry/actions.py": 2,
    },
    "wishes and hash checks look through what all organisations hold": {
        "cases/outcomes/silences.py": 1,
        "lists/survivors/following.py": 2,
        "victims/sharing/hash_checks.py": 2,
        "victims/sharing/updates.py": 1,
        "victims/wishes/confirmations.py": 5,
        "victims/wishes/hits.py": 12,
        "victims/wishes/marks.py": 3,
        "victims/wishes/matches.py": 4,
        "victims/wishes/followers.py": 5,
        "victims/wishes/places.py": 2,
        "victims/wishes/progress.py": 1,
    },
    "ids of records that were found or are locked, and of what they absorbed": {
        "victims/elsewhere/sending.py": 1,
        "cases/work/external_numbers.py": 2,
        "reports/base/precedents.py": 2,
        "reports/exposure/queries.py": 1,
        "victims/base/queries.py": 2,
        "victims/grouping/merges.py": 2,
        "victims/sheet/numbers.py": 2,
    },
    "what hangs on a record, own or released, by its kind and its id": {
        "casework/workstations/actions.py": 1,
        "casework/workstations/models.py": 1,
        "external/kinds.py": 1,
        "external/queries.py": 1,
    },
    "a recall follows what rested on an entry, whoever's record it is, and names none to anybody else": {
        "lists/feedback/queries.py": 1,
        "lists/base/matches.py": 3,
        "lists/recalls/counting.py": 1,
        "lists/recalls/many.py": 1,
        "lists/recalls/queries.py": 1,
        "lists/recalls/cases.py": 5,
        "lists/recalls/domains.py": 2,
        "lists/recalls/recipients.py": 3,
        "lists/recalls/tracing.py": 6,
    },
    "matches follow the entries that they were made with, whoever's they are, and nobody is told": {
        "lists/base/standing.py": 3,
        "reports/assessment/standing.py": 4,
        "scans/standing.py": 5,
    },
    "how often a list is wrong is counted over whoever was answered with it, and names nobody": {
        "lists/figures/counting.py": 3,
        "lists/figures/queries.py": 2,
    },
    "the secretariat reads of the lists that are released what is counted of all of them together": {
        "lists/indicators/queries.py": 2,
    },
    "the node looks for what floods a list or stands against it; who was answered with it, its keeper reads": {
        "lists/base/against.py": 2,
        "lists/quarantine/queries.py": 1,
        "lists/quarantine/watching.py": 3,
    },
    "whoever sees a match reads why it fell: the reason and words of the recall of its entry": {
        "lists/base/telling.py": 2,
    },
    "a list on disk, and the file of callers, are the node's own: no viewer reads them": {
        "lists/base/disk.py": 10,
        "lists/base/subsets.py": 1,
        "lists/lookups/callers.py": 6,
        "lists/lookups/draining.py": 1,
        "lists/lookups/proving.py": 1,
    },
    "what it asks is of more than one organisation": {
        "reports/base/forwards.py": 4,
        "reports/desk/queries.py": 1,
        "reports/domains/actions.py": 2,
        "reports/domains/queries.py": 5,
        "reports/forwarding/sent.py": 1,
        "reports/takedown/elsewhere.py": 4,
    },
    "a private comparison is of two: it is locked, counted and written for both; of records, the viewer's own": {
        "crosscheck/exchanging/questions.py": 3,
        "crosscheck/exchanging/reveals.py": 1,
        "crosscheck/intersection/actions.py": 4,
        "crosscheck/intersection/ending.py": 1,
        "crosscheck/intersection/outlook.py": 1,
        "crosscheck/intersection/readings.py": 1,
    },
    "what is locked next": {
        "reports/takedown/locks.py": 1,
    },
    "a public page and a job: nobody views": {
        "reports/takedown/blocks.py": 2,
    },
}
"""Reads by a manager that knows no scope: why, in which files, and how many. The numbers only fall."""


def test_a_read_that_goes_round_the_scope_says_why() -> None:
    found = Counter(
        path.relative_to(NODE).as_posix()
        for path, tree in trees().items()
        for names in unscoped(tree)
        if not names & WRITES
    )
    written = [(file, number) for files in ROUND_THE_SCOPE.values() for file, number in files.items()]
    assert len(written) == len(dict(written)), "a file stands under one reason"
    assert found == dict(written), "more is a fault; fewer: write it down"


def unscoped(tree: ast.Module) -> Iterator[set[str]]:
    """Give of each use of `everywhere` the methods that are called one on the other after it."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "everywhere":
            names, at = set(), node
            while isinstance(above[at], ast.Attribute) or getattr(above[at], "func", None) is at:
                at = above[at]
                names |= {at.attr} if isinstance(at, ast.Attribute) else set()
            yield names


ANSWER_THEMSELVES = {
    "alliance/statistics/views.py": "a file",
    "cases/assistance/views.py": "the form of a request, where nothing bars it",
    "cases/evidence/views.py": "whether the digests agree",
    "casework/workstations/views.py": "a file",
    "crosscheck/registry/views.py": "the answers to a question",
    "lists/intake/views.py": "a file",
    "lists/lookups/views.py": "the answers to a question",
    "lists/lookups/views_calls.py": "the call, or whether its proof holds",
    "lists/recalls/views_history.py": "a file",
    "lists/signing/views.py": "a file",
    "lists/sources/views_acknowledging.py": "a file",
    "lists/upward/views_files.py": "a file",
    "organisations/views_keys.py": "the key, shown once",
    "organisations/views_lists.py": "a file",
    "lists/comparing/views.py": "a file",
    "oversight/views_exports.py": "a file",
    "oversight/views_requests.py": "the answer to print, or as a file",
    "oversight/views_subjects.py": "the answer to print, or as a file",
    "reports/domains/views.py": "a file",
    "reports/export/views.py": "a file",
    "reports/takedown/views_blocks.py": "a file",
    "reports/viewing/views.py": "the key, shown once",
    "reports/viewing/views_packages.py": "a file",
    "scans/views_releases.py": "a file",
}
"""Where an act answers by itself, and with what: nothing is said of it on a page that follows."""

PASS_ON = {"decide_on", "choose"}
"""Wrappers that hand what is said on to `decide`: each call of theirs says it."""


def _acts() -> Iterator[tuple[str, ast.Call]]:
    """Yield each call of `decide`, of `at_once`, and of a wrapper that passes on what is said, with its file."""
    for path, tree in trees().items():
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if (node.module == "vaern.node.web.decisions" and alias.name in {"decide", "at_once"})
            or alias.name in PASS_ON
        }
        within = {
            call
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name in PASS_ON
            for call in ast.walk(node)
        }
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in imported
            if called and node not in within:
                yield path.relative_to(NODE).as_posix(), node


def test_each_act_says_what_came_of_it() -> None:
    silent, by_themselves, count = [], set(), 0
    for path, call in _acts():
        count += 1
        said = next((keyword.value for keyword in call.keywords if keyword.arg == "done"), None)
        if isinstance(said, ast.Constant) and said.value is None:
            by_themselves.add(path)
        elif said is None or (isinstance(said, ast.Constant) and not said.value):
            silent.append(f"{path}:{call.lineno}")
    assert silent == []
    assert by_themselves == set(ANSWER_THEMSELVES)
    assert count > 200, "it looks at the acts of every app"
