"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.cases.evidence import views, views_bags

CASE = "cases/<uuid:id>/"
EVIDENCE = f"{CASE}evidence/<uuid:evidence>/"

urlpatterns = [
    path("cases/bags/verify/", views_bags.verify, name="verify-bag"),
    path(f"{CASE}evidence/new/", views.register, name="register-evidence"),
    path(f"{CASE}evidence/export/", views_bags.export, name="export-evidence"),
    path(EVIDENCE, views.evidence, name="evidence"),
    path(f"{EVIDENCE}check/", views.check, name="check-evidence"),
    path(f"{EVIDENCE}correct/", views.correct, name="correct-evidence"),
    path(f"{EVIDENCE}events/<slug:event>/", views.event, name="evidence-event"),
    path(f"{CASE}bags/<uuid:bag>/", views_bags.bag, name="bag"),
    path(f"{CASE}bags/<uuid:bag>/fetch/", views_bags.fetch, name="fetch-bag"),
]
