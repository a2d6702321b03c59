"""URLs of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.reports.flagging import views, views_public

urlpatterns = [
    path("trusted-flaggers/", views_public.reports, name="published-flaggers"),
    path("trusted-flaggers/<uuid:id>/<int:year>/report.<str:form>", views_public.file, name="published-flagger-file"),
    path("flagger/", views.latest, name="flagger-latest"),
    path("flagger/independence/", views.explain, name="flagger-independence"),
    path("flagger/<int:year>/", views.year, name="flagger"),
    path("flagger/<int:year>/close/", views.close, name="flagger-close"),
    path("flagger/<int:year>/delivered/", views.deliver, name="flagger-deliver"),
    path("flagger/<int:year>/report.<str:form>", views.file, name="flagger-file"),
]
