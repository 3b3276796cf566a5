"""The coarse facets that lie plain in a record: their codes, their order, and what they are called."""

from __future__ import annotations

UNKNOWN = ("", "–", "–")

# code, 中文, English; the order is the order of filters ("at least").
FACETS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "sex": (("female", "女", "Female"), ("male", "男", "Male")),
    "education": (
        ("junior_or_below", "初中及以下", "Junior high school or below"),
        ("vocational", "中专", "Vocational secondary school"),
        ("high_school", "高中", "High school"),
        ("college", "大专", "College"),
        ("bachelor", "本科", "Bachelor"),
        ("master", "硕士", "Master"),
        ("doctor", "博士", "Doctor"),
    ),
    "marital": (
        ("never_married", "未婚", "Never married"),
        ("divorced", "离异", "Divorced"),
        ("divorced_no_child", "离异未育", "Divorced, no child"),
        ("divorced_with_child", "离异有孩", "Divorced, with child"),
        ("widowed", "丧偶", "Widowed"),
        ("married", "已婚", "Married"),
    ),
    "income_band": (
        ("under_3k", "3千以下", "Under 3,000"),
        ("3k_5k", "3千-5千", "3,000-5,000"),
        ("5k_10k", "5千-1万", "5,000-10,000"),
        ("10k_20k", "1-2万", "10,000-20,000"),
        ("20k_50k", "2-5万", "20,000-50,000"),
        ("over_50k", "5万以上", "50,000 and more"),
    ),
}


def order_of(facet: str, code: str) -> int:
    """A facet's place in its order, from 1; 0 for unknown."""
    return next((place for place, (known, _zh, _en) in enumerate(FACETS[facet], 1) if known == code), 0)


def code_at(facet: str, place: int) -> str:
    """The code at a place in the order; empty for unknown."""
    known = FACETS[facet]
    return known[place - 1][0] if 0 < place <= len(known) else ""


def label(facet: str, code: str, language: str) -> str:
    """What a code is called; a dash for unknown."""
    _code, zh, en = next((each for each in FACETS[facet] if each[0] == code), UNKNOWN)
    return zh if language.startswith("zh") else en


def choices(facet: str, language: str) -> list[tuple[int, str]]:
    """Places and labels, for a filter."""
    chinese = language.startswith("zh")
    return [(place, zh if chinese else en) for place, (_code, zh, en) in enumerate(FACETS[facet], 1)]


def codes_of(facet: str) -> list[str]:
    """The codes in their order: a code's place in this list, from 1, is what narrow rows keep."""
    return [code for code, _zh, _en in FACETS[facet]]
