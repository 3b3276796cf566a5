"""The words of the fraud desk: what a suspicion is about, and what came of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

OPEN, LOOKING, CLOSED = "open", "looking", "closed"
STATES = {OPEN: _("待受理"), LOOKING: _("处理中"), CLOSED: _("已结案")}
ABOUT = {"member": _("一位会员"), "staff": _("一位员工"), "other": _("其他人")}
EVENTS = {"taken": _("已受理"), "noted": _("写了记录"), "let_go": _("已退回待受理"), "closed": _("已结案")}


class Kind(models.TextChoices):
    """What somebody is suspected of."""

    MONEY = "money", _("要钱、借钱或拉投资")
    IDENTITY = "identity", _("身份、照片或婚姻状况可疑")
    PRIVACY = "privacy", _("索要隐私或骚扰")
    OTHER = "other", _("其他可疑")


class Result(models.TextChoices):
    """What a case ended with."""

    CONFIRMED = "confirmed", _("属实")
    UNFOUNDED = "unfounded", _("不属实")
    UNCLEAR = "unclear", _("无法判断")
    PASSED_ON = "passed_on", _("已移交公安机关")
