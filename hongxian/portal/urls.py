"""Every address of the portal."""

from __future__ import annotations

from django.urls import path

from hongxian.portal.pages import consents, correct, enter, feed, health, home, letters, looks, me, report, requests, stop, texts

urlpatterns = [
    path("", home.home),
    path("enter/", enter.enter),
    path("enter/code/", enter.code),
    path("leave/", enter.leave),
    path("language/", enter.language),
    path("health/live", health.live),
    path("notices/", home.notices),
    path("source/", home.source),
    path("consents/", consents.consents),
    path("consents/<str:purpose>/", consents.press),
    path("looks/", looks.looks),
    path("looks/proof.json", looks.proof),
    path("looks/<int:number>/proof.json", looks.proof_of_line),
    path("looks/verify_log.py", looks.verifier),
    path("texts/", texts.texts),
    path("report/", report.report),
    path("me/", me.page),
    path("me/correct/", correct.correct),
    path("me/correct/<str:field>/", correct.press),
    path("me/delete/", me.delete),
    path("me/copy.json", me.copy_json),
    path("me/copy.xlsx", me.copy_xlsx),
    path("stop/", stop.stop),
    path("stop/lift/", stop.lift),
    path("s/<str:token>/", stop.by_link),
    path("letters/", letters.letters),
    path("letters/viewed/", letters.viewed),
    path("letters/sent/", letters.sent),
    path("letters/push/", letters.push),
    path("letters/card/", letters.card),
    path("letters/pushed/<int:number>/revoke/", letters.revoke),
    path("feed/v1/letters", feed.letters),
    path("requests/", requests.requests),
    path("requests/new/", requests.new),
    path("requests/complain/", requests.complain),
    path("requests/<int:city_id>/<int:number>/", requests.one),
    path("requests/complaints/<int:city_id>/<int:number>/", requests.complaint),
    path("requests/complaints/<int:city_id>/<int:number>/reopen/", requests.reopen),
    path("demo/outbox/", enter.demo_outbox),
]
