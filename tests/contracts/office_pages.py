"""The addresses of the back office for test_urls.py: who gets which answer."""

from __future__ import annotations

from typing import Any

RULE = "desk/office/rules/<str:rule_key>/"
#                                   no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
READ = "302  302  403  403  403  403  403  403  403  403  {0}  {0}  403  {0}  403"
RUN = "302  302  403  403  403  403  403  403  403  403  {0}  403  403  403  403"
TABLE = {
    ("desk/office/", "GET"): READ.format(200),
    ("desk/office/history/", "GET"): READ.format(200),
    ("desk/office/places/", "GET"): READ.format(200),
    ("desk/office/places/edit/", "POST"): RUN.format(422),
    ("desk/office/edits/<int:edit_id>/withdraw/", "POST"): RUN.format(422),
    ("desk/office/people/", "GET"): RUN.format(200),
    ("desk/office/people/check/", "POST"): RUN.format(422),
    ("desk/office/people/hire/", "POST"): RUN.format(422),
    ("desk/office/people/blank.csv", "GET"): RUN.format(200),
    ("desk/office/people/<int:staff_id>/again/", "POST"): RUN.format(404),
    ("welcome/", "GET"): "200  " * 15,
    ("welcome/", "POST"): "422  " * 15,
    (RULE, "GET"): READ.format(200),
    (RULE, "POST"): RUN.format(422),
    ("desk/office/changes/<int:rule_id>/withdraw/", "POST"): RUN.format(422),
}
FOREIGN = {
    ("desk/office/changes/<int:rule_id>/withdraw/", "POST"): "operations",
    ("desk/office/edits/<int:edit_id>/withdraw/", "POST"): "operations",
    ("desk/office/people/<int:staff_id>/again/", "POST"): "operations",
}
COMPLETE = {"withdraw/": {"why": "x"}}
NOBODYS = ("rule_id", "edit_id")


def plant(_cast: Any, _member: Any) -> dict[str, Any]:
    """The key of a rule, and a change that nobody made."""
    return {"rule_key": "contact.hours", "rule_id": 2**53, "edit_id": 2**53}


def others(_cast: Any, _elsewhere: Any, _who: str) -> list[dict[str, Any]]:
    """Edits are the company's: only numbers that nobody has."""
    return [dict.fromkeys(NOBODYS, 2**53 + number) for number in range(5)]
