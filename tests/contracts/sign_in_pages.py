"""The addresses of coming in without a password and of one's own account, for test_urls.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cast import Cast, Someone

ACCOUNT = "desk/account/"
LOCK_OUT = "desk/staff/<int:staff_id>/lock-out/"
#                                   no   gone untr expi lan  mei  chen zhen wu   xu   oper priv frau audi trai
ANYBODY = "{0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}"
STAFF = "302  302  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}  {0}"
TABLE = {
    ("login/passkey/", "POST"): ANYBODY.format(422),
    ("login/passkey/begin/", "POST"): ANYBODY.format(200),
    ("login/with/<str:provider>/", "POST"): ANYBODY.format(404),
    ("login/with/<str:provider>/callback/", "GET"): ANYBODY.format(404),
    (ACCOUNT, "GET"): STAFF.format(200),
    (LOCK_OUT, "POST"): "302  302  403  403  403  403  403  422  403  404  422  403  403  403  403",
    (ACCOUNT + "passkeys/begin/", "POST"): STAFF.format(422),
    (ACCOUNT + "passkeys/add/", "POST"): STAFF.format(422),
    (ACCOUNT + "passkeys/<int:passkey_id>/remove/", "POST"): STAFF.format(404),
    (ACCOUNT + "identities/<str:provider>/link/", "POST"): STAFF.format(404),
    (ACCOUNT + "identities/<int:identity_id>/unlink/", "POST"): STAFF.format(404),
    (ACCOUNT + "sessions/end/", "POST"): STAFF.format(422),
    (ACCOUNT + "sessions/<int:session_id>/end/", "POST"): STAFF.format(404),
}
FOREIGN = {key: "lan" for key in TABLE if "<int:" in key[0]} | {(LOCK_OUT, "POST"): "zheng"}
COMPLETE = {"lock-out/": {"why": "x"}}
NAMES = ("passkey_id", "identity_id", "session_id")
NOBODYS = (2**53, 2**53 + 1, 2**53 + 2, 2**54, 2**80)


def plant(cast: Cast, member: Someone) -> dict[str, Any]:
    """Nobody's numbers, and a company that isn't configured."""
    return {"provider": "dingtalk"} | dict.fromkeys(NAMES, 0)


def others(cast: Cast, elsewhere: Cast, who: str) -> list[dict[str, int]]:
    """Nobody's; what is a colleague's is tried in tests/desk/test_own_account.py."""
    return [dict.fromkeys(NAMES, number) for number in NOBODYS]
