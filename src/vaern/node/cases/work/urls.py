"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.cases.work import views, views_passing, views_statements
from vaern.node.external.views import addresses
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("cases/", views.cases, name="cases"),
    path("cases/new/", views.new, name="new"),
    path("cases/handed-over/", views_passing.handed_over, name="handed-over"),
    path("cases/<uuid:id>/", views.case, name="case"),
    path("cases/<uuid:id>/edit/", views.edit, name="edit"),
    path("cases/<uuid:id>/move/<slug:event>/", views.move, name="move"),
    path("cases/<uuid:id>/keep/", views.keep, name="keep"),
    path("cases/<uuid:id>/erase/", views.erase, name="erase"),
    path("cases/<uuid:id>/persons/add/", views_statements.add_party, name="add-party"),
    path("cases/<uuid:id>/persons/<uuid:party>/category/", views_statements.category, name="category"),
    path("cases/<uuid:id>/persons/<uuid:party>/erase/", views_statements.erase_party, name="erase-party"),
    path("cases/<uuid:id>/statements/add/", views_statements.add_statement, name="add-statement"),
    path("cases/<uuid:id>/statements/<uuid:statement>/correct/", views_statements.correct, name="correct"),
    path("cases/<uuid:id>/identifiers/add/", views_statements.add_identifier, name="add-identifier"),
    path(
        "cases/<uuid:id>/identifiers/<uuid:held>/remove/", views_statements.remove_identifier, name="remove-identifier"
    ),
    path("cases/<uuid:id>/tasks/add/", views_statements.add_task, name="add-task"),
    path("cases/<uuid:id>/tasks/<uuid:task>/", views_statements.task, name="task"),
    path("cases/<uuid:id>/tasks/<uuid:task>/done/", views_statements.task_done, name="task-done"),
    path("cases/<uuid:id>/link/", views_statements.link, name="link"),
    path("cases/<uuid:id>/links/<int:link>/end/", views_statements.unlink, name="unlink"),
    path("cases/<uuid:id>/merge/", views_passing.merge, name="merge"),
    path("cases/<uuid:id>/separate/", views_passing.separate, name="separate"),
    path("cases/<uuid:id>/hand-over/", views_passing.hand_over, name="hand-over"),
    path("cases/<uuid:id>/take-back/", views_passing.take_back, name="take-back"),
    path("cases/<uuid:id>/accept/", views_passing.accept, name="accept"),
    path("cases/<uuid:id>/drop/", views_passing.drop, name="drop"),
    path("cases/<uuid:id>/release/", views_passing.release, name="release"),
    path("cases/<uuid:id>/recall/<uuid:recipient>/", views_passing.recall, name="recall"),
    *addresses("case", "cases", Permission.CASE_WORK),
]
