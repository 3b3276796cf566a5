"""The outcome buttons, in the order of their keys; kind: plain, time (asks when), good, final (asks again)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

BUTTONS: Sequence[tuple[str, str, object, str]] = (
    ("no_answer", "1", gettext_lazy("无人接听"), ""),
    ("busy", "2", gettext_lazy("忙线"), ""),
    ("invalid", "3", gettext_lazy("空号"), ""),
    ("interested", "4", gettext_lazy("有意向"), "good"),
    ("call_back", "5", gettext_lazy("约时回拨"), "time"),
    ("visit", "6", gettext_lazy("预约到店"), "time"),
    ("refused", "7", gettext_lazy("拒绝联系"), "final"),
    ("married", "8", gettext_lazy("已婚"), "final"),
    ("fraud", "9", gettext_lazy("疑似诈骗"), "final"),
)
