"""From lists and their entries to what the pages of lists show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.recalls.presenters import releases_table
from vaern.node.lists.base import labels
from vaern.node.lists.base.freshness import age_in_words, age_of
from vaern.node.lists.base.pages import at_list
from vaern.node.lists.curation.presenters_tables import entries_table, found_table, waiting_table
from vaern.node.lists.rules.entries import TO_DECIDE
from vaern.node.lists.rules.lists import Holds, Tells, told
from vaern.node.organisations.labels import KINDS
from vaern.node.organisations.rules import OrganisationKind, Permission
from vaern.node.web.charts import Bars
from vaern.node.web.components import Chip, Code, Definitions, Empty
from vaern.node.web.day import Day
from vaern.node.web.records import Head, Offer, Rank, Tab
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vaern.node.lists.curation.queries import ListPage, ListSheet
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def lists_table(viewer: Viewer, page: Page[HashList]) -> Table:
    """Return the hash lists."""
    return Table(
        caption=_("Hash lists"),
        columns=[
            Column(_("List"), sort="title"),
            Column(_("What a hit means")),
            Column(_("Kept by"), sort="organisation"),
            Column(_("Matched"), sort="live", numeric=True),
            Column(_("Disputed"), sort="disputed", numeric=True),
            Column(_("In quarantine"), sort="quarantined", numeric=True),
            Column(_("Recalled"), sort="recalled", numeric=True),
            Column(_("Delete on"), sort="review"),
        ],
        rows=[
            Row(
                [
                    one.title,
                    labels.purpose(one),
                    one.organisation.name if one.organisation_id != viewer.organisation.id else _("Own"),
                    one.matched,
                    one.disputed,
                    one.quarantined,
                    one.recalled,
                    Day(one.review_date),
                ],
                url=at_list(one),
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(
            _("No list yet"), _("Lists that your organisation keeps, and those that were released to it, stand here.")
        ),
        id="lists",
    )


def head(hash_list: HashList) -> Head:
    """Return the head of a list's page: what it is called, and how much it matches."""
    count = ngettext("%(n)s entry is matched", "%(n)s entries are matched", hash_list.matched)
    chips: list[object] = [Chip(labels.purpose(hash_list), "info")]
    if hash_list.synthetic:
        chips.append(Chip(_("Synthetic"), "info"))
    if hash_list.published != hash_list.change:
        chips.append(Chip(_("Changes are on their way to disk"), "warning"))
    said = count % {"n": number_format(hash_list.matched, force_grouping=True)}
    return Head(f"{hash_list.title} · {said}", code=hash_list.name, chips=chips)


def offers(viewer: Viewer, hash_list: HashList) -> Iterable[Offer]:
    """Return what can be done to a list: its recipients take it out, and vote; all else does who keeps it."""
    own = hash_list.organisation_id == viewer.organisation.id
    if viewer.may(Permission.HASHLIST_RELEASE) and Holds(hash_list.holds) is Holds.FILES:
        there = reverse("lists:workstation", args=[hash_list.pk])
        yield Offer(_("VICS for a workstation"), there, in_place=False)
    if viewer.may(Permission.HASHLIST_RELEASE) and (own or Holds(hash_list.holds) is Holds.FILES):
        yield Offer(_("Download as CSV"), reverse("lists:values-file", args=[hash_list.pk]), in_place=False)
    if viewer.may(Permission.HASHLIST_VOTE) and Holds(hash_list.holds) is Holds.FILES:
        yield Offer(_("Graded VICS back"), reverse("lists:graded", args=[hash_list.pk]), in_place=False)
    if not own:
        return
    if viewer.may(Permission.HASHLIST_WORK):
        if not hash_list.wishes:
            yield Offer(_("Send a file"), reverse("lists:send", args=[hash_list.pk]), Rank.NEXT, in_place=False)
            yield Offer(_("How its tables are read"), reverse("lists:mapping", args=[hash_list.pk]), in_place=False)
            yield Offer(_("Add an entry"), reverse("lists:add-entry", args=[hash_list.pk]))
        yield Offer(_("Compare two releases"), reverse("lists:compare", args=[hash_list.pk]), in_place=False)
        yield Offer(_("Change its terms"), reverse("lists:terms", args=[hash_list.pk]))
        yield Offer(_("Keep longer"), reverse("lists:keep", args=[hash_list.pk]))
    if viewer.may(Permission.HASHLIST_RELEASE):
        yield Offer(_("Release"), reverse("lists:release", args=[hash_list.pk]), in_place=False)
    if viewer.may(Permission.HASHLIST_ERASE):
        yield Offer(_("Erase"), reverse("lists:erase", args=[hash_list.pk]), Rank.ENDING, tone="danger")


def page_context(viewer: Viewer, page: ListPage) -> dict[str, Any]:
    """Return all that the page of a list shows."""
    sheet, hash_list = page.sheet, page.sheet.record
    may_recall = sheet.own and viewer.may(Permission.HASHLIST_RELEASE)
    searched = bool(
        page.found is not None or any((page.search.text, page.search.state, page.search.series, page.search.number))
    )
    turned = searched or bool(page.entries and page.entries.previous)
    return {
        **sheet.look.context(),
        "hash_list": hash_list,
        "head": head(hash_list),
        "tabs": [Tab.OVERVIEW, Tab.CONTENT, *([Tab.WORK] if sheet.own else []), Tab.HISTORY],
        "first_tab": Tab.CONTENT if turned else Tab.OVERVIEW,
        "facts": Definitions(list(_facts(hash_list))),
        "chart": Bars(
            _("Entries by state"),
            [(str(label), getattr(hash_list, code.value)) for code, (label, _tone) in labels.STATES.items()],
            _("Entries"),
        ),
        "led_to": led_to_chart(hash_list) if sheet.own else None,
        "led_to_nothing": led_to_nothing(hash_list) if sheet.own else "",
        "waiting": waiting_table(viewer, sheet) if sheet.own and sheet.waiting else None,
        "waiting_more": list(_waiting_more(sheet)) if sheet.own else [],
        "finds": labels.SEARCHES[Holds(hash_list.holds)] if told(Holds(hash_list.holds)) else "",
        "looked_for": page.search.text,
        "entries": found_table(viewer, page)
        if page.found is not None
        else entries_table(viewer, hash_list, page.entries, page.search),
        "releases": releases_table(hash_list, sheet.releases, "lists:end-release" if may_recall else "")
        if sheet.own
        else None,
        "recalls_url": reverse("lists:recalls") if sheet.own else "",
        "old": _old(hash_list),
    }


def _old(hash_list: HashList) -> dict[str, str] | None:
    """Return what is said above the page of a list that is about to stop, or has stopped."""
    age = age_of(hash_list)
    return None if age is None else {"tone": "bad" if age.stopped else "warning", "text": age_in_words(age)}


def led_to_chart(hash_list: HashList) -> Bars | None:
    """Return how many things of each kind rest on a list's matches; None where nothing does, or nobody counted."""
    if hash_list.led_to_on is None:
        return None
    title = _("What its matches led to, counted on %(day)s") % {"day": date_format(hash_list.led_to_on)}
    counted = [(labels.COUNTED[kind], hash_list.led_to.get(kind.value, 0)) for kind in labels.COUNTED]
    return Bars(title, counted) if any(number for _label, number in counted) else None


def led_to_nothing(hash_list: HashList) -> str:
    """Return the sentence that stands for the chart where all of it would be zeros; "" before the first night."""
    if hash_list.led_to_on is None or led_to_chart(hash_list) is not None:
        return ""
    return _("Counted on %(day)s: nothing rests on its matches, and no look-up had a hit on it.") % {
        "day": date_format(hash_list.led_to_on)
    }


def _waiting_more(sheet: ListSheet) -> Iterator[tuple[object, int, str]]:
    """Yield the states of which more entries wait than are named, with how many these are and where they stand."""
    for state in TO_DECIDE:
        count = getattr(sheet.record, state.value)
        if count > sum(one.state == state for one in sheet.waiting):
            yield labels.STATES[state][0], count, f"{at_list(sheet.record)}?state={state.value}#entries"


def _facts(hash_list: HashList) -> Iterator[tuple[object, object]]:
    yield _("Short name"), Code(hash_list.name)
    yield _("Kept by"), hash_list.organisation.name
    yield _("Holds"), labels.HOLDS[Holds(hash_list.holds)]
    if hash_list.wishes:
        yield _("Where its entries come from"), _wishes(hash_list)
    for name, value in (
        (_("Source"), hash_list.source),
        (_("Scheme of classes"), hash_list.scheme),
        (_("Classified under the law of"), hash_list.jurisdiction),
        (_("Legal basis"), hash_list.basis),
        (_("Licence of use"), hash_list.licence),
        (_("What the licence allows"), hash_list.licence_words),
    ):
        if value:
            yield name, value
    kinds = [str(KINDS[OrganisationKind(code)]) for code in hash_list.licence_kinds]
    yield _("Organisations that may use it"), ", ".join(kinds) or _("All")
    yield _("A recipient may pass it on"), _("Yes") if hash_list.pass_on else _("No")
    yield _("Programs of every organisation here may be matched against it"), _("Yes") if hash_list.hosted else _("No")
    if hash_list.hosted:
        yield _("What they hear of a hit"), labels.TELLS[Tells(hash_list.tells)]
    if Holds(hash_list.holds) is Holds.FILES:
        yield _("Bits for a near hit"), hash_list.distance
    yield _("What one person may let a file take away in a day"), _lost(hash_list)
    yield _("An entry is flooded from"), _flood(hash_list) if hash_list.flood_hits else _("Never")
    yield _("Delete on"), date_format(hash_list.review_date, "DATE_FORMAT")


def _lost(hash_list: HashList) -> str:
    """Say the bounds beyond which a second person has to agree."""
    bounds = {
        "n": number_format(hash_list.lost_count, force_grouping=True),
        "share": hash_list.lost_percent,
    }
    return _("%(n)s entries, and at most %(share)s %% of what is matched") % bounds


def _flood(hash_list: HashList) -> str:
    """Say from how many hits on an entry is set aside."""
    bounds = {
        "n": number_format(hash_list.flood_hits, force_grouping=True),
        "factor": hash_list.flood_factor,
        "callers": hash_list.flood_callers,
    }
    return _("%(n)s hits in an hour, %(factor)s times the usual, by %(callers)s programs") % bounds


def _wishes(hash_list: HashList) -> str:
    """Say that a list follows wishes, and how many it has now."""
    count = ngettext(
        "It follows the wishes of survivors that came to %(desk)s: %(n)s confirmed wish is an entry now. Nothing is "
        "added by hand.",
        "It follows the wishes of survivors that came to %(desk)s: %(n)s confirmed wishes are entries now. Nothing is "
        "added by hand.",
        hash_list.matched,
    )
    shown = {"desk": hash_list.organisation.name, "n": number_format(hash_list.matched, force_grouping=True)}
    return count % shown
