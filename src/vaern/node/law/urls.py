"""The addresses of rows of law."""

from __future__ import annotations

from django.urls import path

from vaern.node.law import views

app_name = "law"

urlpatterns = [
    path("law/", views.registers, name="registers"),
    path("law/rows/<int:id>/", views.row, name="row"),
    path("law/rows/<int:id>/verify/", views.verify, name="verify"),
    path("law/rows/<int:id>/correct/", views.correct, name="correct"),
    path("law/rows/<int:id>/withdraw/", views.withdraw, name="withdraw"),
    path("law/<slug:register>/", views.rows, name="rows"),
    path("law/<slug:register>/export/", views.export, name="export"),
    path("law/<slug:register>/verify/", views.verify_list, name="verify-list"),
    path("law/<slug:register>/add/<slug:table>/", views.add, name="add"),
]
