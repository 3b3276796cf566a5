"""An expected "no": raised by operations, told to people by the doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refusal(Exception):
    """Nothing has changed. `code` is stable for programs, `message` is for people, `status` is for HTTP."""

    code: ClassVar[str] = "refused"
    message: str | _StrPromise = _("无法完成此操作。")
    status: ClassVar[int] = 409

    def __init__(self, message: str | _StrPromise | None = None) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message


class NotAllowed(Refusal):
    """Not for this person at all; `reason` says which rule denied it."""

    code = "not_allowed"
    message = _("您没有此操作的权限。")
    status = 403

    def __init__(self, reason: str = "role", message: str | _StrPromise | None = None) -> None:
        super().__init__(message)
        self.reason = reason


class NotFound(Refusal):
    """It does not exist, or it is not yours: the two look alike."""

    code = "not_found"
    message = _("没有找到，或不在您的范围内。")
    status = 404
