"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.casework.workstations.views_graded import addresses
from vaern.node.lists.votes import views
from vaern.node.lists.votes.views_graded import PAGES

urlpatterns = [
    path("hash-lists/<uuid:id>/entries/<int:number>/vote/", views.vote, name="vote"),
    *addresses(PAGES),
]
