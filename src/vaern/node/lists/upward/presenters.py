"""What pages show of feedback to sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from vaern.node.lists.upward import labels, queries
from vaern.node.web.components import Code, Empty, When
from vaern.node.web.records import RowActs
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from vaern.node.lists.models import FeedbackFile, HashList, SourceFeedback
    from vaern.node.web.paging import Page


def at_telling(hash_list: HashList) -> str:
    """Return the address of the page on which a source is told."""
    return reverse("lists:tell-source", args=[hash_list.pk])


def at_told(hash_list: HashList) -> str:
    """Return the address of what a source was told."""
    return reverse("lists:source-told", args=[hash_list.pk])


def at_feedback(hash_list: HashList) -> str:
    """Return the address of what the source of a list was told, by whichever way it is."""
    name = "feedback-files" if queries.takes_files(hash_list) else "source-told"
    return reverse(f"lists:{name}", args=[hash_list.pk])


def files_table(page: Page[FeedbackFile], hash_list: HashList) -> Table:
    """Return the files of feedback that were downloaded for the source of a list, and what became of them."""
    return Table(
        caption=_("Downloaded for the source"),
        columns=[
            Column(_("Downloaded")),
            Column(_("By")),
            Column(_("Opinions"), numeric=True),
            Column(_("State")),
            Column(_("Given")),
            Column(_("By")),
            Column(_("What can be done"), hidden_label=True),
        ],
        rows=[_file_row(hash_list, one) for one in page.rows],
        page=page,
        empty=Empty(
            _("Nothing was downloaded for the source yet"),
            _("Download what you found of its entries, send it to whoever makes the list, and say here that you did."),
        ),
        id="files",
    )


def _file_row(hash_list: HashList, one: FeedbackFile) -> Row:
    name, said = ("feedback-not-given", _("It was not sent")) if one.given_at else ("feedback-given", _("It was sent"))
    made = date_format(timezone.localtime(one.made_at), "SHORT_DATETIME_FORMAT")
    return Row(
        [
            When(one.made_at),
            one.made_by.name if one.made_by else "–",
            number_format(one.opinions, force_grouping=True),
            labels.file_state(one),
            When(one.given_at) if one.given_at else "–",
            one.given_by.name if one.given_by else "–",
            RowActs(made, [(said, reverse(f"lists:{name}", args=[hash_list.pk, one.pk]))]),
        ]
    )


def told_table(page: Page[SourceFeedback], state: str) -> Table:
    """Return what the source of a list was told, with what it answered."""
    states = [(code.value, label) for code, (label, _tone) in labels.STATES.items()]
    return Table(
        caption=_("What the source was told"),
        columns=[
            Column(_("Entry")),
            Column(_("Hash")),
            Column(_("What it says")),
            Column(_("Why")),
            Column(_("State")),
            Column(_("What the source said")),
            Column(_("Decided")),
            Column(_("By")),
        ],
        rows=[
            Row(
                [
                    Code(one.ident, 24),
                    one.kind.upper(),
                    labels.opinion(one.opinion),
                    ", ".join(one.reasons) or "–",
                    labels.state(one),
                    one.said or "–",
                    When(one.asked_at),
                    one.asked_by.name if one.asked_by else "–",
                ]
            )
            for one in page.rows
        ],
        filters=[Filter("state", _("State"), states, state)],
        page=page,
        empty=Empty(_("The source was told nothing yet"), _("What you send it of what you found stands here.")),
        id="told",
    )
