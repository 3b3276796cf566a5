"""The closed lists of a profile, and reading them from what people write."""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Self, TypeVar

from hongxian.intake import texts
from hongxian.intake.limits import Cell

LONGEST = 60


class Term(StrEnum):
    """A code that is stored, with what people see."""

    label_zh: str
    label_en: str

    def __new__(cls, code: str, label_zh: str = "", label_en: str = "") -> Self:
        """Make a member from its code and its two labels; `Sex(code)` alone finds one."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.label_zh, term.label_en = label_zh, label_en
        return term


class Sex(Term):
    """性别."""

    FEMALE = "female", "女", "Female"
    MALE = "male", "男", "Male"


class Education(Term):
    """学历, from the lowest."""

    JUNIOR_OR_BELOW = "junior_or_below", "初中及以下", "Junior high school or below"
    VOCATIONAL = "vocational", "中专", "Vocational secondary school"
    HIGH_SCHOOL = "high_school", "高中", "High school"
    COLLEGE = "college", "大专", "College"
    BACHELOR = "bachelor", "本科", "Bachelor"
    MASTER = "master", "硕士", "Master"
    DOCTOR = "doctor", "博士", "Doctor"


class Marital(Term):
    """婚史. "Divorced" alone says nothing about children."""

    NEVER_MARRIED = "never_married", "未婚", "Never married"
    DIVORCED = "divorced", "离异", "Divorced"
    DIVORCED_NO_CHILD = "divorced_no_child", "离异未育", "Divorced, no child"
    DIVORCED_WITH_CHILD = "divorced_with_child", "离异有孩", "Divorced, with child"
    WIDOWED = "widowed", "丧偶", "Widowed"
    MARRIED = "married", "已婚", "Married"


class Housing(Term):
    """住房."""

    OWNED = "owned", "已购房", "Owns a home"
    NOT_OWNED = "not_owned", "未购房", "Owns no home"
    PLANNED = "planned", "打算购房", "Plans to buy"
    RENTED = "rented", "租房", "Rents"
    WITH_PARENTS = "with_parents", "与父母同住", "Lives with parents"
    DORMITORY = "dormitory", "单位宿舍", "Dormitory"


class Car(Term):
    """购车."""

    OWNED = "owned", "已购车", "Owns a car"
    NOT_OWNED = "not_owned", "未购车", "Owns no car"
    PLANNED = "planned", "打算购车", "Plans to buy"


class IncomeBand(Term):
    """What comes in per month, in yuan; a band includes its lower end."""

    UNDER_3K = "under_3k", "3千以下", "Under 3,000"
    FROM_3K = "3k_5k", "3千-5千", "3,000-5,000"
    FROM_5K = "5k_10k", "5千-1万", "5,000-10,000"
    FROM_10K = "10k_20k", "1-2万", "10,000-20,000"
    FROM_20K = "20k_50k", "2-5万", "20,000-50,000"
    FROM_50K = "over_50k", "5万以上", "50,000 and more"
    UNKNOWN = "unknown", "未知", "Unknown"


# The first pattern that is found in the squeezed text decides, so narrower ones stand first.
PATTERNS: Mapping[type[Term], tuple[tuple[str, Term], ...]] = MappingProxyType(
    {
        Sex: (
            (r"^(女|女士|女性|女生|女的|小姐|f|female|woman|w)$", Sex.FEMALE),
            (r"^(男|男士|男性|男生|男的|先生|m|male|man)$", Sex.MALE),
        ),
        Education: (
            (r"博士|phd|doctor", Education.DOCTOR),
            (r"硕士|研究生|mba|master|emba", Education.MASTER),
            (r"专升本|本科|学士|bachelor|undergraduate|^(大学|ba|bsc)$", Education.BACHELOR),
            (r"大专|专科|高职|高专|associate|college|juniorcollege", Education.COLLEGE),
            (r"中专|职高|中职|技校|中技|职业高中|vocational", Education.VOCATIONAL),
            (r"初中|小学|文盲|以下|junior|primary|middleschool", Education.JUNIOR_OR_BELOW),
            (r"高中|highschool|senior", Education.HIGH_SCHOOL),
        ),
        Marital: (
            (r"(离异|离婚|离|短婚).*(未育|无孩|没孩|无子女|没有孩|无小孩|不带孩|nochild)", Marital.DIVORCED_NO_CHILD),
            (r"(离异|离婚|离).*(带|有|孩|子女|儿|女|育|withchild)", Marital.DIVORCED_WITH_CHILD),
            (r"离异|离婚|离过|短婚|^离$|divorced", Marital.DIVORCED),
            (r"丧偶|widow", Marital.WIDOWED),
            (r"未婚|没结|未结|没有结|unmarried|nevermarried|notmarried|^(初婚|头婚)$", Marital.NEVER_MARRIED),
            (r"已婚|已结婚|结婚了|^结婚$|再婚|复婚|有配偶|married", Marital.MARRIED),
        ),
        Housing: (
            (r"打算|计划|准备|考虑|plan", Housing.PLANNED),
            (r"租|rent", Housing.RENTED),
            (r"父母|家人|parents", Housing.WITH_PARENTS),
            (r"宿舍|dorm", Housing.DORMITORY),
            (r"未购|没买|未买|无房|没房|没有|暂无|^(无|否|no|none|没|n)$|notowned", Housing.NOT_OWNED),
            (r"已购|购房|自有|有房|已买|买房|全款|按揭|贷款|自购|商品房|^(有|是|yes|y)$|own", Housing.OWNED),
        ),
        Car: (
            (r"打算|计划|准备|考虑|plan", Car.PLANNED),
            (r"未购|没买|未买|无车|没车|没有|暂无|^(无|否|no|none|没|n)$|notowned", Car.NOT_OWNED),
            (r"已购|购车|有车|已买|买车|自有|^(有|是|yes|y)$|own", Car.OWNED),
        ),
    }
)
UNCLEAR: Mapping[type[Term], re.Pattern[str]] = {
    Marital: re.compile(r"想(结|再)婚|准备(结|再)婚|^(非|曾|是否)|离婚中|分居|办理"),
    Education: re.compile(r"(?<!初中)(?<!初中及)以下|以上"),
}

T = TypeVar("T", bound=Term)


def read(*, cell: Cell, terms: type[T]) -> T | None:
    """Return the term that the cell means, or None where it means none for certain."""
    text = texts.write_out(cell=cell)
    return meant(text, terms) if len(text) <= LONGEST else None


@lru_cache(maxsize=4096)
def meant(written: str, terms: type[T]) -> T | None:
    """The same of a text that isn't too long, each once."""
    text = texts.squeeze(text=texts.narrow(text=written))
    if not text or (terms in UNCLEAR and UNCLEAR[terms].search(text)):
        return None
    for term in terms:
        if text in {term.value.replace("_", ""), term.label_zh}:
            return term
    return next((term for pattern, term in PATTERNS[terms] if isinstance(term, terms) and re.search(pattern, text)), None)
