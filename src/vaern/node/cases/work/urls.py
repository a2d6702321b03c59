"""The addresses of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from vaern.node.cases.work import views, views_handovers, views_statements
from vaern.node.external.views import addresses
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    path("cases/", views.cases, name="cases"),
    path("cases/new/", views.new, name="new"),
    path("cases/handed-over/", views_handovers.handed_over, name="handed-over"),
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
    path("cases/<uuid:id>/tasks/<uuid:task>/open/", views_statements.task_open, name="task-open"),
    path("cases/<uuid:id>/link/", views_statements.link, name="link"),
    path("cases/<uuid:id>/links/<int:link>/end/", views_statements.unlink, name="unlink"),
    path("cases/<uuid:id>/merge/", views_handovers.merge, name="merge"),
    path("cases/<uuid:id>/separate/", views_handovers.separate, name="separate"),
    path("cases/<uuid:id>/hand-over/", views_handovers.hand_over, name="hand-over"),
    path("cases/<uuid:id>/take-back/", views_handovers.take_back, name="take-back"),
    path("cases/<uuid:id>/accept/", views_handovers.accept, name="accept"),
    path("cases/<uuid:id>/drop/", views_handovers.drop, name="drop"),
    path("cases/<uuid:id>/release/", views_handovers.release, name="release"),
    path("cases/<uuid:id>/recall/<uuid:recipient>/", views_handovers.recall, name="recall"),
    *addresses("case", "cases/<uuid:id>", Permission.CASE_WORK),
]
