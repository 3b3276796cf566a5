"""Incomes as bands of yuan per month."""

import re
from dataclasses import dataclass
from decimal import Decimal

from hongxian.intake import numerals, texts
from hongxian.intake.limits import Cell
from hongxian.intake.terms import IncomeBand

BANDS = (
    (Decimal(50_000), IncomeBand.FROM_50K),
    (Decimal(20_000), IncomeBand.FROM_20K),
    (Decimal(10_000), IncomeBand.FROM_10K),
    (Decimal(5_000), IncomeBand.FROM_5K),
    (Decimal(3_000), IncomeBand.FROM_3K),
    (Decimal(0), IncomeBand.UNDER_3K),
)
LEAST_BELIEVED = 500  # a bare 8 may be thousands or tens of thousands
MOST_BELIEVED = 10_000_000
YEARLY_LOOKING = 100_000  # so much in a column per month, without a word, may be meant per year
UNITS = {"": 1, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "百万": 1_000_000, "m": 1_000_000}

_WITHHELD = re.compile(r"面议|保密|不便|不方便|面谈|不透露|private|secret|negotiable")
_NONE = re.compile(r"^(?:无收入|没有收入|没收入|暂无收入|待业|失业)$")
_NOT_PER_MONTH = re.compile(
    r"几|日薪|时薪|周薪|[/每](?:天|日|小时|时|周|day|hour|week)|底薪|提成|usd|hkd|eur|gbp|jpy|sgd|美元|美金|港币|港元|欧|镑|日元|台币|澳|加元|新币|[$€£]"
)
_YEARLY = re.compile(r"年|annual|year|/yr|p\.?a\.?$")
_MONTHLY = re.compile(r"月|month|/mo")
_EXTRA_MONTHS = re.compile(r"[*x×·](?:1[0-9])(?:薪|个月|月)?$|(?<=[kw千万元])1[0-9]薪$")
_BELOW = re.compile(r"以下|以内|之内|不到|低于|少于|不足|小于|不超过|<=?|under|below|less than")
_ABOVE = re.compile(r"以上|\+|超过|高于|大于|不低于|至少|起|多|余|>=?|over|above|more than")
_NOISE = re.compile(
    r"\(.*?\)|税前|税后|到手|一年|一个月|每个?月|每年|月均|年均|平均|年薪|年收入|年入|月薪|月收入|月入|收入|薪资|工资|人民币|rmb|cny|元|块钱?|[¥¥::]"
    r"|大约|大概|约|左右|上下|差不多|/?(?:个?月|年|month|mo|year|yr)|annual|p\.?a\.?$|ly$"
)
_AMOUNT = r"([0-9]+(?:\.[0-9]+)?)(百万|[百千kwm万]?)([0-9]?)千?"
_RANGE = re.compile(rf"{_AMOUNT}(?:-|~|至|到){_AMOUNT}")
_SINGLE = re.compile(_AMOUNT)


@dataclass(frozen=True, slots=True)
class Reading:
    """The band; `warning` is `unreadable`, `ambiguous` or None."""

    band: IncomeBand = IncomeBand.UNKNOWN
    warning: str | None = None


def read(*, cell: Cell, heading: str = "") -> Reading:
    """
    Return the band of the income that the cell tells: of a span its lower end, of "under n" the band that ends at n.

    The `heading` may say that figures are per year or in thousands. What is negotiable, withheld or cannot be converted
    without guessing is unknown.
    """
    text = "" if isinstance(cell, bool) else texts.bare(cell=cell).replace(" ", "")
    if not text or _WITHHELD.search(text):
        return Reading()
    if _NONE.match(text):
        return Reading(IncomeBand.UNDER_3K)
    if _NOT_PER_MONTH.search(text):
        return Reading(warning="unreadable")
    heading = texts.narrow(text=heading)
    monthly = _MONTHLY.search(text) is not None
    yearly = _YEARLY.search(text) is not None or (not monthly and _YEARLY.search(heading) is not None)
    extra = _EXTRA_MONTHS.search(text)
    amount = _amount(_EXTRA_MONTHS.sub("", text), _unit_of(heading))
    if amount is None:
        return Reading(warning="unreadable")
    said = yearly or monthly or extra is not None or "月" in heading or "month" in heading
    return _judged(amount / 12 if yearly else amount, text, certain=said and (yearly or monthly or extra is not None))


def _judged(amount: Decimal, text: str, *, certain: bool) -> Reading:
    if not LEAST_BELIEVED <= amount <= MOST_BELIEVED or (amount >= YEARLY_LOOKING and not certain):
        return Reading(warning="ambiguous")
    if _BELOW.search(text):
        amount -= 1
    return Reading(next(band for start, band in BANDS if amount >= start))


def _unit_of(heading: str) -> str:
    unit = re.search(r"[((/]\s*(万|千|k|w)", heading)
    return unit[1] if unit else ""


def _amount(text: str, default_unit: str) -> Decimal | None:
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", text)
    text = _ABOVE.sub("", _BELOW.sub("", _NOISE.sub("", text)))
    text = numerals.with_amounts(text=text)
    if span := _RANGE.fullmatch(text):
        upper = _yuan(span[4], span[5] or default_unit, span[6])
        shared = _yuan(span[1], span[2] or span[5] or default_unit, span[3])
        lower = shared if shared <= upper else _yuan(span[1], span[2], span[3])
        return lower if lower <= upper else None
    if single := _SINGLE.fullmatch(text):
        return _yuan(single[1], single[2] or default_unit, single[3])
    return None


def _yuan(figures: str, unit: str, tail: str) -> Decimal:
    return Decimal(figures) * UNITS[unit] + Decimal(tail or 0) * UNITS[unit] / 10
