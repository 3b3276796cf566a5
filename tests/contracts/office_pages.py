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
    (RULE, "GET"): READ.format(200),
    (RULE, "POST"): RUN.format(422),
    ("desk/office/changes/<int:rule_id>/withdraw/", "POST"): RUN.format(422),
}
FOREIGN = {("desk/office/changes/<int:rule_id>/withdraw/", "POST"): "operations"}
COMPLETE = {"withdraw/": {"why": "x"}}
NOBODYS = {"rule_id": 2**53}
IDS: dict[str, Any] = {"rule_key": "contact.hours", "rule_id": 2**53}
