"""URLs of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.reports.takedown import views, views_blocks, views_checks, views_lists, views_portal, views_pursuit

LOCATION = "reports/<uuid:id>/locations/<uuid:location>/"

urlpatterns = [
    path("notice/<str:token>/", views_portal.portal, name="portal"),
    path("notice/appeal/<str:token>/", views_portal.appeal, name="appeal"),
    path("reports/locations/", views_lists.still_up, name="still-up"),
    path("reports/locations/check/", views_checks.check_many, name="check-many"),
    path("reports/locations/statistics/", views_lists.statistics, name="removal"),
    path("reports/hosts/", views_lists.hosts, name="hosts"),
    path("reports/hosts/new/", views_lists.new_host, name="new-host"),
    path("reports/hosts/<int:host>/", views_lists.host, name="host"),
    path("reports/blocks/", views_blocks.overview, name="blocks"),
    path("reports/blocks/export/", views_blocks.export, name="export-blocks"),
    path("reports/blocks/<uuid:block>/", views_blocks.block, name="block"),
    path("reports/blocks/<uuid:block>/renew/", views_blocks.renew, name="renew-block"),
    path("reports/blocks/<uuid:block>/lift/", views_blocks.lift, name="lift-block"),
    path("reports/blocks/<uuid:block>/decide/", views_blocks.decide_appeal, name="decide-appeal"),
    path("reports/<uuid:id>/takedown/", views_pursuit.pursue, name="pursue"),
    path(LOCATION, views.location, name="location"),
    path(f"{LOCATION}trace/", views.trace, name="trace"),
    path(f"{LOCATION}police/", views.police, name="tell-police"),
    path(f"{LOCATION}notify/", views.notify, name="notify"),
    path(f"{LOCATION}remind/", views.remind, name="remind"),
    path(f"{LOCATION}escalate/", views.escalate, name="escalate"),
    path(f"{LOCATION}hold/", views.hold, name="hold"),
    path(f"{LOCATION}end-hold/", views.end_hold, name="end-hold"),
    path(f"{LOCATION}check/", views.check, name="check"),
    path(f"{LOCATION}follow/", views.follow, name="follow"),
    path(f"{LOCATION}stop/", views.stop, name="stop"),
    path(f"{LOCATION}correct/", views.correct, name="correct"),
    path(f"{LOCATION}block/", views_blocks.make, name="make-block"),
]
