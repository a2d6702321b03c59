"""Pages for grouping decisions: merges, separations, splits, moves and erasing a series."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vaern.node.casework.forms import WorkForm
from vaern.node.casework.retention.views import erase_view
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.base.pages import about, at, now_of
from vaern.node.victims.base.queries import recipients_of
from vaern.node.victims.grouping import actions, presenters, queries, takes
from vaern.node.victims.grouping.forms import HashesForm, OtherSeriesForm, SplitForm
from vaern.node.victims.models import Series
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.victims.models import Merge, Separation


@requires(Permission.SERIES_VIEW)
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the merges that wait for a person."""
    viewer = viewer_of(request)
    page = queries.proposals(viewer, request.GET)
    table = presenters.proposals_table(page.rows, works=viewer.may(Permission.SERIES_WORK), page=page)
    return list_page(
        request,
        title=_("Proposals"),
        table=table,
    )


@requires(Permission.SERIES_WORK)
def confirm(request: HttpRequest, id: UUID) -> HttpResponse:
    """Confirm that the files of a series belong together."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Confirm that the files belong together"),
        submit=_("Confirm"),
        text=_("From then on no program glues another series to this one. Single files still join by their links."),
        form=WorkForm,
        version=series.version,
        now=lambda: now_of(request, series),
        do=lambda form, seen: actions.confirm(viewer_of(request), form.reason, series, seen),
        then=at(series, "grouping"),
        done=lambda made: Result(
            _("%(code)s is confirmed: from now on only a person merges another series into it.") % {"code": made.code},
            Undo(reverse("victims:unconfirm-series", args=[made.pk])),
        ),
    )


@requires(Permission.SERIES_WORK)
def unconfirm(request: HttpRequest, id: UUID) -> HttpResponse:
    """Withdraw the confirmation."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Take the confirmation back"),
        submit=_("Take back"),
        form=WorkForm,
        do=lambda form: actions.unconfirm(viewer_of(request), form.reason, series),
        then=at(series, "grouping"),
        done=lambda made: Result(
            _("%(code)s is no longer confirmed: links may merge other series into it again.") % {"code": made.code},
            Undo(reverse("victims:confirm-series", args=[made.pk]), {"version": made.version}),
        ),
    )


@requires(Permission.SERIES_WORK)
def merge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Merge a series with another one of the organisation."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Merge with another series"),
        submit=_("Merge"),
        text=_(
            "The older one takes over the files of the younger, unless another desk has the younger. If it is "
            "undone, each file is back where it was."
        ),
        form=partial(OtherSeriesForm, viewer=viewer_of(request), initial={"code": request.GET.get("with", "")[:9]}),
        do=lambda form: actions.merge(viewer_of(request), form.reason, series, form.cleaned_data["code"]),
        then=reverse("victims:series-list"),
        done=_merged,
    )


def _merged(made: Merge) -> Result:
    """Say which series stays; once others were notified of a known child, no undo is offered."""
    words = {"kept": made.kept.code, "absorbed": made.absorbed.code}
    text = _("%(absorbed)s is merged into %(kept)s, which has all the files now and stands in the list alone.") % words
    known = made.kept.identified_on or made.absorbed.identified_on
    back = None if known else Undo(reverse("victims:undo-merge", args=[made.pk]))
    return Result(text, back, Button(_("Open %(code)s") % {"code": made.kept.code}, at(made.kept)))


@requires(Permission.SERIES_WORK)
def keep_apart(request: HttpRequest, id: UUID) -> HttpResponse:
    """Keep two series apart."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Keep apart from another series"),
        submit=_("Keep apart"),
        text=_("Whatever links them, they are not merged and it is not proposed, until somebody takes this back."),
        form=partial(OtherSeriesForm, viewer=viewer_of(request)),
        do=lambda form: actions.keep_apart(viewer_of(request), form.reason, series, form.cleaned_data["code"]),
        then=at(series, "grouping"),
        done=_apart,
    )


def _apart(made: Separation) -> Result:
    text = _("%(one)s and %(other)s are kept apart: no link merges them, and nothing proposes it.")
    words = {"one": made.one.code, "other": made.other.code}
    return Result(text % words, Undo(reverse("victims:lift-separation", args=[made.pk])))


@requires(Permission.SERIES_WORK)
def refuse(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """Refuse a merge."""
    found = or_404(queries.find_proposal(viewer_of(request), proposal))
    return decide(
        request,
        **about(found.one),
        title=_("Keep %(one)s and %(other)s apart") % {"one": found.one.code, "other": found.other.code},
        submit=_("Keep apart"),
        text=_("Whatever links them, they are not merged and it is not proposed, until somebody takes this back."),
        form=WorkForm,
        do=lambda form: actions.refuse(viewer_of(request), form.reason, found),
        then=reverse("victims:proposals"),
        done=_apart,
    )


@requires(Permission.SERIES_WORK)
def undo(request: HttpRequest, merge: UUID) -> HttpResponse:
    """Undo a merge."""
    found = or_404(queries.find_merge(viewer_of(request), merge))
    return decide(
        request,
        **about(found.kept),
        title=_("Undo the merge of %(code)s") % {"code": found.absorbed.code},
        submit=_("Undo"),
        danger=True,
        text=_("Its files go back, with those that came later because of them, and the two are kept apart."),
        form=WorkForm,
        do=lambda form: actions.undo(viewer_of(request), form.reason, found),
        then=at(found.kept, "grouping"),
        done=lambda made: Result(
            _("%(code)s is a series of its own again, with its files. It and %(kept)s are kept apart from now on.")
            % {"code": made.code, "kept": found.kept.code},
            then=Button(_("Open %(code)s") % {"code": made.code}, at(made)),
        ),
    )


@requires(Permission.SERIES_WORK)
def lift(request: HttpRequest, separation: UUID) -> HttpResponse:
    """Lift a separation."""
    found = or_404(queries.find_separation(viewer_of(request), separation))
    return decide(
        request,
        **about(found.one),
        title=_("No longer keep %(one)s and %(other)s apart") % {"one": found.one.code, "other": found.other.code},
        submit=_("Take back"),
        form=WorkForm,
        do=lambda form: actions.lift_separation(viewer_of(request), form.reason, found.one, found.other),
        then=at(found.one, "grouping"),
        done=Result(
            _("Nobody keeps %(one)s and %(other)s apart any more: the next link, or a person, merges them.")
            % {"one": found.one.code, "other": found.other.code},
            Undo(reverse("victims:keep-apart", args=[found.one.pk]), {"code": found.other.code}),
        ),
    )


@requires(Permission.SERIES_WORK)
def split(request: HttpRequest, id: UUID) -> HttpResponse:
    """Split files off into a series of their own."""
    series = own_or_404(Series, id)

    def do(form: Any, seen: int) -> object:
        numbers = form.cleaned_data["numbers"]
        return actions.split(viewer_of(request), form.reason, series, numbers, seen)

    return decide(
        request,
        **about(series),
        title=_("Split files off"),
        submit=_("Split"),
        text=_("They become a series of their own, and the two are kept apart."),
        form=SplitForm,
        version=series.version,
        now=lambda: now_of(request, series),
        do=do,
        then=at(series, "grouping"),
        done=lambda made: _split(series, made),
    )


def _split(series: Series, made: Series) -> Result:
    """Say what was split off; it can be merged again at once where no other desk has either of the two."""
    text = ngettext(
        "%(n)s file of %(code)s stands in %(made)s now, and the two are kept apart.",
        "%(n)s files of %(code)s stand in %(made)s now, and the two are kept apart.",
        made.members_total,
    ) % {"n": made.members_total, "code": series.code, "made": made.code}
    back = Undo(reverse("victims:merge-series", args=[made.pk]), {"code": series.code})
    return Result(
        text,
        None if recipients_of(series) or series.identified_on else back,
        Button(_("Open %(code)s") % {"code": made.code}, at(made)),
    )


@requires(Permission.SERIES_WORK)
def move(request: HttpRequest, member: int) -> HttpResponse:
    """Move one file to another series."""
    found = or_404(queries.find_member(viewer_of(request), member))
    return decide(
        request,
        **about(found.series),
        title=_("Move file #%(n)s to another series") % {"n": found.pk},
        submit=_("Move"),
        text=_("The two series are kept apart from then on, so that no link takes the file back."),
        form=partial(OtherSeriesForm, viewer=viewer_of(request)),
        do=lambda form: actions.move_member(viewer_of(request), form.reason, found, form.cleaned_data["code"]),
        then=at(found.series, "grouping"),
        done=lambda made: Result(
            _("File #%(n)s stands in %(to)s now. %(code)s and %(to)s are kept apart, so that no link takes it back.")
            % {"n": made.pk, "to": made.series.code, "code": found.series.code},
            then=Button(_("Open %(code)s") % {"code": made.series.code}, at(made.series)),
        ),
    )


@requires(Permission.SERIES_WORK)
def add(request: HttpRequest, id: UUID) -> HttpResponse:
    """Add a file by its hashes."""
    series = own_or_404(Series, id)
    return decide(
        request,
        **about(series),
        title=_("Add a file by its hashes"),
        submit=_("Add"),
        text=_("It stays in this series, whatever it is linked to."),
        form=HashesForm,
        do=lambda form: takes.add_by_hash(
            viewer_of(request), form.reason, form.cleaned_data["hashes"], series, synthetic=series.synthetic
        ),
        then=at(series, "grouping"),
        done=lambda made: (
            _("File #%(n)s stands in %(code)s, and stays there. What shares its hashes is linked now.")
            % {"n": made.pk, "code": series.code}
        ),
    )


erase = erase_view(
    Permission.SERIES_ERASE,
    Series,
    about,
    title=gettext_lazy("Erase this series"),
    text=gettext_lazy(
        "The series and what is known of its files are erased, here and in what it absorbed, and cannot be "
        "brought back. Scans and reports stay. Every recipient has to acknowledge."
    ),
    then="victims:series-list",
)
