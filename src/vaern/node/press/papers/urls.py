"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.press.papers import views

urlpatterns = [
    path("press/at/<slug:name>/papers/", views.public_papers, name="public-papers"),
    path("press/papers/<uuid:id>/", views.public_paper, name="public-paper"),
    path("press/papers/<uuid:id>/paper.pdf", views.public_paper, {"as_pdf": True}, name="public-paper-pdf"),
    path("press/mine/<slug:token>/papers/<uuid:id>/", views.own_paper, name="own-paper"),
    path("press/mine/<slug:token>/papers/<uuid:id>/paper.pdf", views.own_paper, {"as_pdf": True}, name="own-paper-pdf"),
    path("press/events/<uuid:id>/papers/new/", views.new, name="new-paper"),
    path("press/papers/<uuid:id>/withdraw/", views.withdraw, name="withdraw-paper"),
]
