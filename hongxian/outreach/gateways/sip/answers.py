"""What a SIP answer means for a call."""

from __future__ import annotations

_OF_MEMBER = {
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((408, 480, 487), "no_answer"),
    **dict.fromkeys((403, 603, 607, 608), "rejected"),
    **dict.fromkeys((404, 410, 484, 604), "invalid"),
}
_OF_CONSULTANT = {
    **dict.fromkeys((404, 410, 484, 604), "no_extension"),
    **dict.fromkeys((403, 408, 480, 486, 487, 600, 603), "consultant_no_answer"),
}


def of_member(code: int) -> str:
    """Why the member's phone did not answer."""
    return _OF_MEMBER.get(code, "gateway_error")


def of_consultant(code: int) -> str:
    """Why the consultant's own phone did not answer."""
    return _OF_CONSULTANT.get(code, "gateway_error")
