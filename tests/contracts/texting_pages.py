"""The addresses of templates and texts for test_urls.py: who gets which answer, and what has to be there for it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from tests import cast as casting

if TYPE_CHECKING:
    from tests.cast import Cast

TEMPLATE = "desk/templates/<int:template_id>/"
VERSION = TEMPLATE + "versions/<int:version_id>/"
MEMBER = "desk/member/<int:city_id>/<int:member_id>/texts/"
STATE = "desk/texts/<int:city_id>/<int:at>/<int:message_id>/"
#                                   no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
READ = "302  302  200  200  200  200  200  200  200  200  200  200  403  200  403"
ASK = "302  302  403  403  403  403  403  {0}  403  {0}  {0}  403  403  403  403"
DECIDE = "302  302  403  403  403  403  403  403  403  403  {0}  {0}  403  403  403"
SEND = "302  302  302  403  {0}  {0}  403  403  {0}  403  403  403  403  403  403"
TABLE = {
    ("desk/templates/", "GET"): READ,
    ("desk/templates/new/", "GET"): ASK.format(200),
    ("desk/templates/new/", "POST"): ASK.format(422),
    ("desk/templates/preview/", "POST"): ASK.format(200),
    (TEMPLATE, "GET"): READ,
    (TEMPLATE + "version/", "GET"): ASK.format(200),
    (TEMPLATE + "version/", "POST"): ASK.format(422),
    (TEMPLATE + "retire/", "POST"): DECIDE.format(422),
    (VERSION + "approve/", "POST"): DECIDE.format(409),
    (VERSION + "refuse/", "POST"): DECIDE.format(422),
    (MEMBER, "POST"): "302  302  302  403  409  404  403  403  404  403  403  403  403  403  403",
    (MEMBER + "preview/", "POST"): "302  302  302  403  409  404  403  403  404  403  403  403  403  403  403",
    ("desk/texts/", "GET"): SEND.format(200),
    ("desk/texts/many/", "GET"): SEND.format(200),
    ("desk/texts/many/", "POST"): SEND.format(422),
    ("desk/texts/many/preview/", "POST"): SEND.format(200),
    (STATE, "GET"): SEND.format(404),
}
FOREIGN = {
    (TEMPLATE, "GET"): "lan",
    (TEMPLATE + "version/", "GET"): "zheng",
    (TEMPLATE + "version/", "POST"): "zheng",
    (TEMPLATE + "retire/", "POST"): "operations",
    (VERSION + "approve/", "POST"): "operations",
    (VERSION + "refuse/", "POST"): "operations",
    (MEMBER, "POST"): "lan",
    (MEMBER + "preview/", "POST"): "lan",
    (STATE, "GET"): "lan",
}
COMPLETE = {"version/": {"body": "您好"}, "retire/": {"why": "x"}}
# Templates are the company's: nobody's is foreign, so that only numbers that nobody has are asked for.
NOBODYS = {"template_id": 2**53, "version_id": 2**53, "message_id": 2**53}


def plant(cast: Cast) -> dict[str, int]:
    """A template whose only wording is not in use any more."""
    by, now = cast.zheng.staff_id, casting.now()
    template_id = casting.insert(
        "outreach_template", name=f"模板 {secrets.token_hex(6)}", kind="service", uses=["hand"], made_by=by, made_at=now
    )
    version_id = casting.insert(
        "outreach_version",
        template_id=template_id,
        number=1,
        body="{alias}您好",
        state="retired",
        asked_by=by,
        asked_at=now,
        decided_by=cast.operations.staff_id,
        decided_at=now,
        retired_by=cast.operations.staff_id,
        retired_at=now,
        retired_why="x",
    )
    return {
        "template_id": template_id,
        "version_id": version_id,
        "at": 1_780_000_000_000_000,
        "message_id": 1,
    }
