"""What may come of a call, in the trade's words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What came of a call."""

    NO_ANSWER = "no_answer", _("无人接听")
    BUSY = "busy", _("忙线")
    INVALID = "invalid", _("空号")
    CALL_BACK = "call_back", _("约时回拨")
    INTERESTED = "interested", _("有意向")
    VISIT = "visit", _("预约到店")
    REFUSED = "refused", _("拒绝联系")
    MARRIED = "married", _("已婚")
    FRAUD = "fraud", _("疑似诈骗")
