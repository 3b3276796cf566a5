"""What a key may be good for, and what a partner may ask for under it."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hongxian.consent.receipts import COVERED_BY_IMPORT, PROMOTION

# What a person can say yes to on a partner's page, each by itself and under its own text.
PURPOSES = (*COVERED_BY_IMPORT, PROMOTION)


class Scope(StrEnum):
    """One of the things that a key opens."""

    CONSENTS = "consents"
    EVENTS = "events"
    PROFILES = "profiles"
    REGISTRATIONS = "registrations"


class Kind(StrEnum):
    """What a request is about, for whoever does it. A "no" goes before everything else."""

    CONSENT = "consent"
    INTENT = "intent"
    NO = "no"
    PROFILE = "profile"
    REGISTER = "register"
    WITHDRAW = "withdraw"


SCOPE_NAMES = {
    Scope.REGISTRATIONS: _("登记会员"),
    Scope.PROFILES: _("更新资料"),
    Scope.CONSENTS: _("同意与撤回"),
    Scope.EVENTS: _("事件（拒绝、已婚、意向……）"),
}
KIND_NAMES = {
    Kind.REGISTER: pgettext_lazy("partner", "登记"),
    Kind.PROFILE: _("资料更新"),
    Kind.CONSENT: pgettext_lazy("partner", "同意"),
    Kind.WITHDRAW: _("撤回同意"),
    Kind.NO: _("拒绝联系"),
    Kind.INTENT: _("意向"),
}
