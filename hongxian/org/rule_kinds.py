"""
What the company may set about itself (规则): every rule, its numbers with their ends, and which of them don't go together.

A rule is set for the whole company; for a city or a store it may be set apart. Where `strict` holds, the strictest of the three
counts: a city can be more careful than the company, never less. The table itself refuses what stands outside these ends
(migrations/0005_rules.py), whoever writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Text = str | Promise
GRADES, TIERS = "ABCDE", ("X", "Y", "Z")
COMPANY, CITY, STORE = "company", "city", "store"
HOURS, CAPS, BY_HAND, CLAIMS, CALENDAR = "contact.hours", "contact.caps", "contact.by_hand", "pools.claims", "calendar"
DEALING, RESHUFFLE, GRADING, REVIEW = "pools.dealing", "pools.reshuffle", "grading.weights", "tier.review"
TIER_KEYS = tuple(f"tier.{tier}" for tier in TIERS)
# Holidays beside those that the calendar has; of a year that it doesn't know yet, all of them, weekends too.
MOST_DAYS, MOST_HOLIDAYS, MOST_OF_NEW_YEAR = 400, 12, 125
WHOLE_SCORE = 100


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of a rule; `strict` says which end is the more careful one."""

    name: str
    label: Text
    unit: Text
    least: int
    most: int
    first: int
    strict: str = "low"
    note: Text = ""

    def stricter(self, one: int, other: int) -> int:
        """Which of two counts where the more careful one does."""
        return min(one, other) if self.strict == "low" else max(one, other)


@dataclass(frozen=True, slots=True)
class Kind:
    """One rule: where it may be set and what it is made of. `wrong` says in words why numbers don't go together."""

    key: str
    label: Text
    scopes: tuple[str, ...]
    numbers: tuple[Number, ...] = ()
    grade: bool = False  # has the best grade that a tier may take
    strict: bool = False
    lead: Text = ""
    bounds: Text = ""  # why its numbers end where they end
    wrong: Callable[[Mapping[str, Any]], str] = field(default=lambda _value: "")

    @property
    def names(self) -> frozenset[str]:
        """What a value of this rule has, no more and no less."""
        return frozenset({number.name for number in self.numbers} | ({"best_grade"} if self.grade else set()))


def _hours_wrong(value: Mapping[str, Any]) -> str:
    return "" if value["first"] < value["end"] else _("开始时间要早于结束时间。")


def _caps_wrong(value: Mapping[str, Any]) -> str:
    if value["lifetime"] < max(value["calls"], value["texts"]):
        return _("一生的次数上限不能小于一个周期内的电话或短信上限。")
    return ""


def _by_hand_wrong(value: Mapping[str, Any]) -> str:
    return (
        ""
        if value["a_day"] <= value["store_an_hour"]
        else _("一人一天的条数不能超过全店一小时的条数：否则一个人就能用完全店的额度。")
    )


def _tier_wrong(value: Mapping[str, Any]) -> str:
    if value["share"] > value["holding_cap"]:
        return _("每天早上分到的人数不能超过名下人数上限。")
    return ""


def _grading_wrong(value: Mapping[str, Any]) -> str:
    if value["completeness"] + value["intent"] + value["freshness"] + value["history"] != WHOLE_SCORE:
        return _("四项的分数合计要正好是 100。")
    if not value["a"] > value["b"] > value["c"] > value["d"]:
        return _("A、B、C、D 的最低分要一个比一个低。")
    return ""


def _review_wrong(value: Mapping[str, Any]) -> str:
    if value["complaint"] < value["refusal"]:
        return _("每次投诉扣的分不能比每次拒绝少。")
    if value["down"] >= value["up"]:
        return _("降级的分数线要低于升级的分数线。")
    return ""


TIER_NUMBERS = (
    Number("store_cap", gettext_lazy("店内公海每日额度"), gettext_lazy("位"), 0, 200, 20),
    Number("city_cap", gettext_lazy("城市公海每日额度"), gettext_lazy("位"), 0, 500, 50),
    Number("share", gettext_lazy("每天早上分配"), gettext_lazy("位"), 0, 100, 10),
    Number("holding_cap", gettext_lazy("名下人数上限"), gettext_lazy("位"), 1, 1000, 200),
)
TIER_LABELS = {
    "tier.X": gettext_lazy("级别 X"),
    "tier.Y": gettext_lazy("级别 Y"),
    "tier.Z": gettext_lazy("级别 Z"),
}
KINDS: dict[str, Kind] = {
    each.key: each
    for each in (
        Kind(
            HOURS,
            gettext_lazy("联系时间"),
            (COMPANY, CITY),
            (
                Number("first", gettext_lazy("从"), pgettext_lazy("rule", "点"), 9, 20, 9, "high"),
                Number("end", gettext_lazy("到"), pgettext_lazy("rule", "点"), 10, 21, 21),
            ),
            strict=True,
            lead=gettext_lazy("按会员所在地的时间；城市只能比公司更严。"),
            bounds=gettext_lazy("授权告知写明九点到二十一点，要放宽须先改告知、重新征得同意。"),
            wrong=_hours_wrong,
        ),
        Kind(
            CAPS,
            gettext_lazy("联系次数上限"),
            (COMPANY, CITY),
            (
                Number("calls", gettext_lazy("周期内电话"), gettext_lazy("次"), 0, 5, 3),
                Number("texts", gettext_lazy("周期内短信"), gettext_lazy("条"), 0, 6, 4),
                Number("days", gettext_lazy("周期"), pgettext_lazy("rule", "天"), 30, 365, 30, "high"),
                Number("lifetime", gettext_lazy("没有合同时一生合计"), gettext_lazy("次"), 1, 36, 24),
            ),
            strict=True,
            lead=gettext_lazy("对一位会员，全公司合计；城市只能比公司更严。"),
            bounds=gettext_lazy("影响评估只覆盖到这里。"),
            wrong=_caps_wrong,
        ),
        Kind(
            BY_HAND,
            gettext_lazy("人工短信上限"),
            (COMPANY, CITY, STORE),
            (
                Number("a_day", gettext_lazy("一位顾问一天"), gettext_lazy("条"), 0, 60, 30),
                Number("store_an_hour", gettext_lazy("一家门店一小时"), gettext_lazy("条"), 0, 400, 120),
            ),
            strict=True,
            lead=gettext_lazy("超过即暂停发送；城市和门店只能比公司更严。"),
            bounds=gettext_lazy("影响评估只覆盖到这里。"),
            wrong=_by_hand_wrong,
        ),
        Kind(
            CLAIMS,
            gettext_lazy("公海与认领"),
            (COMPANY, CITY),
            (
                Number("held_days", gettext_lazy("认领后多少天不跟进即收回"), pgettext_lazy("rule", "天"), 1, 60, 7),
                Number("waits_days", gettext_lazy("释放后本组多少天内不能再认领"), pgettext_lazy("rule", "天"), 1, 365, 30),
                Number("silences", gettext_lazy("在不同时段无人接听几次后休眠"), gettext_lazy("次"), 1, 4, 3),
                Number("rest_days", gettext_lazy("休眠"), pgettext_lazy("rule", "天"), 7, 365, 30),
            ),
            lead=gettext_lazy("只管此后的认领、释放和休眠；已经开始的按开始时的数。"),
        ),
        *(
            Kind(
                key,
                TIER_LABELS[key],
                (COMPANY, CITY, STORE),
                TIER_NUMBERS,
                grade=True,
                lead=gettext_lazy("额度在一天第一次认领时记下，当天不再变：改动从下一天起对所有人生效。"),
                wrong=_tier_wrong,
            )
            for key in TIER_KEYS
        ),
        Kind(
            DEALING,
            gettext_lazy("晨间分配"),
            (COMPANY, CITY, STORE),
            (Number("here", gettext_lazy("只分给已到岗的顾问（1 是，0 按值班表）"), "", 0, 1, 0),),
            lead=gettext_lazy("按值班表：没有标为休息就参加。只分给已到岗的：要先在工作台按“我到岗了”，系统等到 9:45 才分。"),
        ),
        Kind(
            RESHUFFLE,
            gettext_lazy("城市公海每月重排"),
            (COMPANY, CITY),
            (Number("band_days", gettext_lazy("新近程度相差多少天以内的一起打乱"), pgettext_lazy("rule", "天"), 1, 730, 30),),
            lead=gettext_lazy("重排时先按今天的资料重新评级；等级仍然在前，同一等级里按注册时间分段，段内打乱。"),
        ),
        Kind(
            GRADING,
            gettext_lazy("会员评级"),
            (COMPANY,),
            (
                Number("completeness", gettext_lazy("资料完整度"), gettext_lazy("分"), 0, 100, 40),
                Number("intent", gettext_lazy("意向"), gettext_lazy("分"), 0, 100, 25),
                Number("freshness", gettext_lazy("新近程度"), gettext_lazy("分"), 0, 100, 25),
                Number("history", gettext_lazy("联系历史"), gettext_lazy("分"), 0, 100, 10),
                Number("a", gettext_lazy("A 级最低"), gettext_lazy("分"), 1, 100, 75),
                Number("b", gettext_lazy("B 级最低"), gettext_lazy("分"), 1, 100, 60),
                Number("c", gettext_lazy("C 级最低"), gettext_lazy("分"), 1, 100, 40),
                Number("d", gettext_lazy("D 级最低"), gettext_lazy("分"), 1, 100, 25),
            ),
            lead=gettext_lazy("四项合计 100 分。只用这四项，没有别的；每位会员看到自己的得分是按当时的分数算的。"),
            wrong=_grading_wrong,
        ),
        Kind(
            REVIEW,
            gettext_lazy("顾问级别评定"),
            (COMPANY,),
            (
                Number("calls", gettext_lazy("一个月至少多少通电话才评定"), gettext_lazy("通"), 20, 5000, 200),
                Number("contract", gettext_lazy("每份合同"), gettext_lazy("分"), 0, 200, 50),
                Number("arrived", gettext_lazy("每次到店"), gettext_lazy("分"), 0, 100, 10),
                Number("interested", gettext_lazy("每位有意向"), gettext_lazy("分"), 0, 50, 1),
                Number("refusal", gettext_lazy("每次拒绝扣"), gettext_lazy("分"), 1, 100, 3),
                Number("complaint", gettext_lazy("每次投诉扣"), gettext_lazy("分"), 1, 500, 50),
                Number("up", gettext_lazy("每百通得分不低于此值建议升级"), gettext_lazy("分"), 0, 500, 20),
                Number("down", gettext_lazy("每百通得分低于此值建议降级"), gettext_lazy("分"), 0, 500, 5),
            ),
            lead=gettext_lazy("按上一个月的结果给出建议，由店长决定；有投诉的人不建议升级。"),
            wrong=_review_wrong,
        ),
        Kind(
            CALENDAR,
            gettext_lazy("工作日历"),
            (COMPANY,),
            lead=gettext_lazy("国务院的放假安排之外，后来公布的放假日和调休上班日。会员请求的时限按它计算。"),
        ),
    )
}
FIRST_GRADES = {"tier.X": "A", "tier.Y": "B", "tier.Z": "C"}
FIRST_SHARES = {"tier.X": 10, "tier.Y": 8, "tier.Z": 5}


def first_value(key: str) -> dict[str, Any]:
    """The numbers to start with; the migrations write them down."""
    value: dict[str, Any] = {number.name: number.first for number in KINDS[key].numbers}
    if KINDS[key].grade:
        value |= {"best_grade": FIRST_GRADES[key], "share": FIRST_SHARES[key]}
    return value


def wrong_with(kind: Kind, value: Mapping[str, Any]) -> str:
    """Why this is no value of the rule, in words; "" where it is one."""
    if kind.key == CALENDAR:
        return _calendar_wrong(value)
    if set(value) != kind.names:
        return _("规则不完整。")
    for number in kind.numbers:
        given = value[number.name]
        if type(given) is not int:
            return _("%s 要填整数。") % number.label
        if not number.least <= given <= number.most:
            told = {"what": number.label, "least": number.least, "most": number.most, "unit": number.unit}
            return " ".join(filter(None, (_("%(what)s 要在 %(least)d 到 %(most)d %(unit)s 之间。") % told, str(kind.bounds))))
    if kind.grade and value["best_grade"] not in tuple(GRADES):
        return _("最高等级是 A 到 E 中的一个。")
    return kind.wrong(value)


def _calendar_wrong(value: Mapping[str, Any]) -> str:
    if len(value) > MOST_DAYS:
        return _("日历里的日子太多。")
    for day, what in value.items():
        try:
            date.fromisoformat(day)
        except (TypeError, ValueError):
            return _("日历里有一天不是日期。")
        if what not in {"holiday", "workday"}:
            return _("日历里的每一天不是放假就是上班。")
    return ""


def strictest(kind: Kind, one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The more careful of two values, number by number."""
    return {number.name: number.stricter(one[number.name], other[number.name]) for number in kind.numbers}
