"""Every address of the desk. The matrix test walks this list with every role and with nobody."""

from __future__ import annotations

from django.urls import path

from hongxian.desk.pages import account, health, home, member, pool, training, worklist

urlpatterns = [
    path("", home.home),
    path("login/", account.sign_in),
    path("logout/", account.sign_out),
    path("language/", account.language),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("desk/training/", training.course),
    path("desk/", worklist.day),
    path("desk/list/", worklist.in_hand),
    path("desk/claim/", worklist.claim),
    path("desk/next/", worklist.next_one),
    path("desk/member/<int:city_id>/<int:member_id>/", member.member),
    path("desk/member/<int:city_id>/<int:member_id>/outcome/", member.outcome),
    path("desk/member/<int:city_id>/<int:member_id>/number/", member.number),
    path("desk/member/<int:city_id>/<int:member_id>/note/", member.note),
    path("desk/member/<int:city_id>/<int:member_id>/release/", member.release),
    path("desk/member/<int:city_id>/<int:member_id>/refuse/", member.refuse),
    path("desk/pools/", pool.pools),
    path("desk/pools/<int:pool_id>/", pool.cards),
    path("desk/pools/<int:pool_id>/claim/", pool.claim),
]
