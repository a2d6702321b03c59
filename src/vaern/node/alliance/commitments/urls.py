"""The addresses of commitments, rounds and replies."""

from __future__ import annotations

from django.urls import path

from vaern.node.alliance.commitments import views, views_decisions, views_reply, views_rounds

urlpatterns = [
    path("alliance/commitments/", views.commitments, name="commitments"),
    path("alliance/commitments/new/", views.new, name="new-commitment"),
    path("alliance/commitments/<uuid:id>/", views.commitment, name="commitment"),
    path("alliance/commitments/<uuid:id>/versions/<int:number>/", views.version, name="commitment-version"),
    path("alliance/commitments/<uuid:id>/write/", views.write, name="write-commitment"),
    path("alliance/commitments/<uuid:id>/submit/", views_decisions.submit, name="submit-commitment"),
    path("alliance/commitments/<uuid:id>/take-back/", views_decisions.take_back, name="take-commitment-back"),
    path("alliance/commitments/<uuid:id>/withdraw/", views_decisions.withdraw, name="withdraw-commitment"),
    path("alliance/commitments/<uuid:id>/publish/", views_decisions.publish, name="publish-commitment"),
    path("alliance/commitments/<uuid:id>/return/", views_decisions.send_back, name="return-commitment"),
    path("alliance/rounds/", views_rounds.rounds, name="rounds"),
    path("alliance/rounds/plan/", views_rounds.plan, name="plan-round"),
    path("alliance/rounds/<uuid:id>/", views_rounds.round, name="round"),
    path("alliance/rounds/<uuid:id>/change/", views_rounds.change, name="change-round"),
    path("alliance/rounds/<uuid:id>/open/", views_rounds.open_now, name="open-round"),
    path("alliance/rounds/<uuid:id>/extend/", views_rounds.extend, name="extend-round"),
    path("alliance/rounds/<uuid:id>/close/", views_rounds.close, name="close-round"),
    path("alliance/replies/<uuid:id>/", views_reply.reply, name="reply"),
    path("alliance/replies/<uuid:id>/write/", views_reply.write, name="write-reply"),
    path("alliance/replies/<uuid:id>/write/<slug:line>/<slug:part>/", views_reply.write_part, name="write-reply-part"),
    path("alliance/replies/<uuid:id>/leave-out/<slug:line>/", views_reply.leave_out, name="leave-out-of-reply"),
    path("alliance/replies/<uuid:id>/submit/", views_reply.submit, name="submit-reply"),
    path("alliance/replies/<uuid:id>/take-back/", views_reply.take_back, name="take-reply-back"),
    path("alliance/replies/<uuid:id>/publish/", views_reply.publish, name="publish-reply"),
    path("alliance/replies/<uuid:id>/return/", views_reply.send_back, name="return-reply"),
]
