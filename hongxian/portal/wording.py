"""A person's rows in words: codes, days and lists as people read them. What has no words of its own is shown as it is kept."""

from __future__ import annotations

import json
import re
from dataclasses import make_dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.consent.purposes import catalogue
from hongxian.design import wording
from hongxian.intake.terms import Car, Education, Housing, IncomeBand, Marital, Sex
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import ROLE_NAMES
from hongxian.outreach.kinds import Outcome
from hongxian.portal import looks_words
from hongxian.portal.door import chinese
from hongxian.rights.kinds import About, Kind, RefusalReason, Route, State, What

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:")
_DAY = re.compile(r"\d{4}-\d\d-\d\d$")
YES, NO = ("是", "yes"), ("否", "no")

_TERMS = {"sex": Sex, "education": Education, "marital": Marital, "housing": Housing, "car": Car, "income_band": IncomeBand}
_CHOICES: dict[str, Any] = {
    "last_outcome": Outcome,
    "refusal_reason": RefusalReason,
    "complaint_route": Route,
    "about": About,
    "what": What,
}
# (part or "", column): codes
_CODES: dict[tuple[str, str], dict[str, tuple[str, str]]] = {
    ("", "pool"): {"store": ("店内公海", "store pool"), "city": ("城市公海", "city pool")},
    ("", "channel"): {"call": ("电话", "call"), "sms": ("短信", "text")},
    ("", "who"): {"person": ("您本人", "you"), "staff": ("员工", "staff"), "system": ("系统", "the system")},
    ("", "thing"): {"request": ("申请", "request"), "complaint": ("投诉", "complaint")},
    ("", "scope"): {"full": ("验证码登录", "by a code"), "stop": ("短信里的停止链接", "the stop link of a text")},
    ("", "process"): {"desk": ("员工工作台", "staff pages"), "portal": ("我的数据", "My Data"), "worker": ("系统", "the system")},
    ("look", "outcome"): {"allowed": ("允许", "allowed"), "denied": ("拒绝", "denied")},
    ("look", "ground"): {"self": ("本人", "yourself"), "claim": ("负责您", "in charge of you"), "store": ("本店", "the store")},
    ("ground", "kind"): {"claim": ("负责您", "in charge of you"), "contract": ("服务合同", "contract"), "case": ("案件", "case")},
    ("record", "state"): {
        "live": ("正常", "in use"),
        "minor": ("未成年", "minor"),
        "restricted": ("限制处理", "restricted"),
        "deceased": ("已故", "deceased"),
    },
    ("line", "result"): {"accepted": ("新建", "accepted"), "merged": ("并入", "merged"), "refused": ("未接受", "refused")},
    ("", "move"): {
        "entered": ("进入公海", "entered a pool"),
        "left": ("离开公海", "left the pool"),
        "claimed": ("被认领", "claimed"),
        "dealt": ("系统分配", "dealt"),
        "released": ("退回公海", "released"),
        "recycled": ("系统回收", "recycled"),
        "reassigned": ("转给其他顾问", "reassigned"),
        "rested": ("进入休息期", "rest began"),
        "refused": ("拒绝联系", "said no"),
        "erased": ("删除", "erased"),
    },
}
_NAMES = {
    "sealed": ("个人资料", "Personal data"),
    "field": ("项目", "field"),
    "value": ("内容", "content"),
    "home_city": ("所在城市", "home city"),
    "height_cm": ("身高（厘米）", "height (cm)"),
}


@cache
def cell(label: str) -> type[Any]:
    """A row of a heading and a value that is this field of the catalogue."""
    return make_dataclass(
        f"Cell_{label}", [("heading", Annotated[str, PLAIN]), ("value", Annotated[str, Label(label)])], frozen=True, slots=True
    )


def _pick(pair: tuple[str, str]) -> str:
    return pair[0] if chinese() else pair[1]


def field_name(name: str) -> str:
    """What a field of the catalogue, or one of a few others, is called."""
    known = catalogue().fields.get(name)
    return _pick((known.zh, known.en) if known else _NAMES.get(name, (name, name)))


def worded(part: str, column: str, value: Any, *, now: datetime) -> str:
    """One value of a row in words; empty where there is nothing to say."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _pick(YES if value else NO)
    if isinstance(value, str):
        return _text(part, column, value, now=now)
    if isinstance(value, list) and column in {"fields", "held"}:
        return (
            "、".join(field_name(str(each)) for each in value)
            if chinese()
            else ", ".join(field_name(str(each)) for each in value)
        )
    return str(plain(value))


def _text(part: str, column: str, value: str, *, now: datetime) -> str:
    if _MOMENT.match(value):
        return wording.moment(datetime.fromisoformat(value), _language(), now=now)
    if _DAY.match(value):
        return wording.day(date.fromisoformat(value), _language(), today=now.date())
    return _code(part, column, value)


def _code(part: str, column: str, value: str) -> str:
    if column in {"purpose", "field"}:
        return _purpose_or_field(value)
    if column in {"role", "closed_role"}:
        return next((str(name) for role, name in ROLE_NAMES.items() if role.value == value), value)
    if part == "look" and column in {"action", "reason"}:
        words = looks_words.ACTIONS if column == "action" else looks_words.REASONS
        return str(words.get(value, value))
    if column in _TERMS:
        return next((_pick((term.label_zh, term.label_en)) for term in _TERMS[column] if term.value == value), value)
    choices = _choices_of(part, column)
    if choices is not None and value in choices.values:
        return str(choices(value).label)
    codes: Mapping[str, tuple[str, str]] = _CODES.get((part, column)) or _CODES.get(("", column)) or {}
    return _pick(codes[value]) if value in codes else value


def _choices_of(part: str, column: str) -> Any:
    special = {("call", "outcome"): Outcome, ("request", "kind"): Kind, ("request", "state"): State}
    return special.get((part, column)) or _CHOICES.get(column)


def _purpose_or_field(name: str) -> str:
    purpose = catalogue().purposes.get(name)
    return _pick((purpose.zh, purpose.en)) if purpose else field_name(name)


def _language() -> str:
    return "zh-hans" if chinese() else "en"


def plain(value: Any) -> str | int | float | bool | None:
    """A value as a cell holds it."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return _pick(YES if value else NO)
    return value  # type: ignore[no-any-return] # JSON has nothing else
