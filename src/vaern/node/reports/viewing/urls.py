"""URLs of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.reports.viewing import views, views_packages, views_vics

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("reports/stations/", views.station_list, name="stations"),
    path("reports/stations/new/", views.new_station, name="new-station"),
    path("reports/stations/<uuid:id>/", views.station, name="station"),
    path("reports/stations/<uuid:id>/renew/", views.renew, name="renew-station"),
    path("reports/stations/<uuid:id>/confirm/", views.confirm, name="confirm-station"),
    path("reports/stations/<uuid:id>/reject/", views.reject, name="reject-station"),
    path("reports/stations/<uuid:id>/revoke/", views.revoke, name="revoke-station"),
    path("reports/stations/<uuid:id>/key/", views.key, name="station-key"),
    path("reports/stations/<uuid:id>/me/", views.called, name="station-me"),
    path("reports/packages/", views_packages.package_list, name="packages"),
    path("reports/packages/new/", views_packages.new_package, name="new-package"),
    path("reports/packages/<uuid:id>/", views_packages.package, name="package"),
    path("reports/packages/<uuid:id>/file/", views_packages.package_file, name="package-file"),
    path("reports/packages/<uuid:id>/end/", views_packages.end_package, name="end-package"),
    path("reports/packages/<uuid:id>/vics/", views_vics.vics_file, name="package-vics"),
]
