"""The addresses of calls, and of who works here, for test_urls.py: who gets which answer."""

from __future__ import annotations

CALL = "desk/member/<int:city_id>/<int:member_id>/call/"
STAFF = "desk/staff/<int:staff_id>/"
#                                    no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
TABLE = {
    (CALL, "POST"):                 "302  302  302  403  422  422  403  403  422  403  403  403  403  403  403",
    (CALL + "<uuid:key>/", "GET"):  "302  302  302  403  404  404  403  403  404  403  403  403  403  403  403",
    (CALL + "<uuid:key>/hang-up/", "POST"):
                                    "302  302  302  403  404  404  403  403  404  403  403  403  403  403  403",
    (STAFF, "GET"):                 "302  302  403  403  403  403  403  200  403  404  200  403  403  403  403",
    (STAFF + "leave/", "POST"):     "302  302  403  403  403  403  403  422  403  404  422  403  403  403  403",
    (STAFF + "move/", "POST"):      "302  302  403  403  403  403  403  422  403  404  422  403  403  403  403",
    (STAFF + "extension/", "POST"): "302  302  403  403  403  403  403  303  403  404  303  403  403  403  403",
    ("desk/company/", "GET"):       "302  302  403  403  403  403  403  403  403  403  200  200  200  200  200",
}  # fmt: skip
FOREIGN = {
    (CALL, "POST"): "lan",
    (CALL + "<uuid:key>/", "GET"): "lan",
    (CALL + "<uuid:key>/hang-up/", "POST"): "lan",
    (STAFF, "GET"): "zheng",
    (STAFF + "leave/", "POST"): "zheng",
    (STAFF + "move/", "POST"): "zheng",
    (STAFF + "extension/", "POST"): "zheng",
}
COMPLETE = {"call/": {"request_key": "6f1c3c9e-0000-4000-8000-000000000002"}}
