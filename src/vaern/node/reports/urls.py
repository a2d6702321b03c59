"""URLs of reports, from every room."""

from __future__ import annotations

from vaern.node.external.views import addresses
from vaern.node.organisations.rules import Permission
from vaern.node.reports.assessment import urls as assessment
from vaern.node.reports.desk import urls as desk
from vaern.node.reports.domains import urls as domains
from vaern.node.reports.ending import urls as ending
from vaern.node.reports.export import urls as export
from vaern.node.reports.exposure import urls as exposure
from vaern.node.reports.flagging import urls as flagging
from vaern.node.reports.forwarding import urls as forwarding
from vaern.node.reports.mappings import urls as mappings
from vaern.node.reports.numbers import urls as numbers
from vaern.node.reports.public import urls as public
from vaern.node.reports.submission import urls as submission
from vaern.node.reports.takedown import urls as takedown
from vaern.node.reports.triage import urls as triage
from vaern.node.reports.viewing import urls as viewing
from vaern.node.reports.writing import urls as writing

app_name = "reports"

urlpatterns = [
    *public.urlpatterns,
    *mappings.urlpatterns,
    *writing.urlpatterns,
    *triage.urlpatterns,
    *viewing.urlpatterns,
    *numbers.urlpatterns,
    *desk.urlpatterns,
    *assessment.urlpatterns,
    *exposure.urlpatterns,
    *takedown.urlpatterns,
    *domains.urlpatterns,
    *flagging.urlpatterns,
    *forwarding.urlpatterns,
    *ending.urlpatterns,
    *export.urlpatterns,
    *submission.urlpatterns,
    *addresses("report", "reports/<uuid:id>", Permission.REPORT_ASSESS),
]
