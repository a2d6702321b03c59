"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.victims.grouping import views, views_takes

urlpatterns = [
    path("series/proposals/", views.proposals, name="proposals"),
    path("series/proposals/<uuid:proposal>/refuse/", views.refuse, name="refuse-merge"),
    path("series/merges/<uuid:merge>/undo/", views.undo, name="undo-merge"),
    path("series/separations/<uuid:separation>/lift/", views.lift, name="lift-separation"),
    path("series/files/<int:member>/move/", views.move, name="move-file"),
    path("series/takes/<uuid:id>/", views_takes.take, name="take"),
    path("series/takes/<uuid:id>/progress/", views_takes.progress, name="take-progress"),
    path("series/<uuid:id>/confirm/", views.confirm, name="confirm-series"),
    path("series/<uuid:id>/unconfirm/", views.unconfirm, name="unconfirm-series"),
    path("series/<uuid:id>/merge/", views.merge, name="merge-series"),
    path("series/<uuid:id>/apart/", views.keep_apart, name="keep-apart"),
    path("series/<uuid:id>/split/", views.split, name="split-series"),
    path("series/<uuid:id>/add/", views.add, name="add-file"),
    path("series/<uuid:id>/erase/", views.erase, name="erase-series"),
    path("scans/<uuid:id>/series/", views_takes.take_scan, name="take-scan"),
    path("reports/<uuid:id>/series/", views_takes.take_report, name="take-report"),
]
