"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.votes import views

urlpatterns = [path("hash-lists/<uuid:id>/entries/<int:number>/vote/", views.vote, name="vote")]
