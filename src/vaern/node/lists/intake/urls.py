"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from vaern.node.lists.intake import views, views_mapping

urlpatterns = [
    path("hash-lists/<uuid:id>/mapping/", views_mapping.mapping, name="mapping"),
    path("hash-lists/<uuid:id>/intakes/new/", views.send, name="send"),
    path("hash-lists/<uuid:id>/intakes/<uuid:intake>/", views.intake, name="intake"),
    path("hash-lists/<uuid:id>/intakes/<uuid:intake>/progress/", views.progress, name="intake-progress"),
    path("hash-lists/<uuid:id>/intakes/<uuid:intake>/faults/", views.faults_file, name="intake-faults"),
    path("hash-lists/<uuid:id>/intakes/<uuid:intake>/take/", views.take, name="take-intake"),
    path("hash-lists/<uuid:id>/intakes/<uuid:intake>/agree/", views.confirm, name="confirm-intake"),
    path("hash-lists/<uuid:id>/intakes/<uuid:intake>/reject/", views.reject, name="reject-intake"),
]
