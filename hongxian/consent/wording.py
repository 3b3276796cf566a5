"""What stands in the catalogue, in words for people; a word without Chinese here is shown as it stands in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation

from hongxian.consent.purposes import catalogue
from hongxian.kernel.permissions import ROLE_NAMES, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hongxian.consent.purposes import Keep, Purpose

BASES = {
    "anonymised": "匿名化",
    "consent": "本人同意",
    "contract": "与本人的合同",
    "contract + separate consent": "与本人的合同，另须单独同意",
    "law": "法律规定",
    "separate consent per introduction": "每次介绍单独同意",
    "the person's request": "本人要求",
}
GROUNDS = {
    "case": ("案件", "a case"),
    "claim": ("认领", "a claim"),
    "complaint": ("对本店的投诉", "a complaint about the store"),
    "contract": ("服务合同", "a contract"),
    "push": ("本人的推送", "the person's push"),
    "request": ("本人的请求", "the person's request"),
    "self": ("本人", "the person"),
}
AFTER = {
    "asked": "索取之时",
    "closed": "结案或注销之日",
    "contract ended": "合同结束之日",
    "given": "同意之日",
    "pushed": "推送之日",
    "recorded": "记录之日",
    "visited": "到店之日",
}
WHILE = {
    "at least 3 years": "至少三年",
    "nobody can be told apart": "长期保存，认不出个人",
    "outreach exists": "只要本公司还在联系客户",
    "tax rules ask for it": "税务规定的期限",
}
ROLES = {"member": "the person", "system": "the system"}
LAWS = {
    "PIPL": "个人信息保护法",
    "Advertising Law": "广告法",
    "Anti-Telecom-Fraud Law": "反电信网络诈骗法",
    "Civil Code": "民法典",
    "Consumer Law": "消费者权益保护法",
    "; ": "；",
    ", ": "、",
}
LENGTHS = {1: ("1 天", "1 day"), 365: ("1 年", "1 year"), 730: ("24 个月", "24 months"), 1096: ("3 年", "3 years")}


def is_chinese(language: str) -> bool:
    """Whether words are wanted in Chinese."""
    return language.startswith("zh")


def name_of(purpose: Purpose, language: str) -> str:
    """What a purpose is called."""
    return purpose.zh if is_chinese(language) else purpose.en


def notice_of(purpose: Purpose, language: str) -> str:
    """What the person is told."""
    return purpose.notice_zh if is_chinese(language) else purpose.notice_en


def field(name: str, language: str) -> str:
    """What a field is called; one that the catalogue has dropped keeps its code."""
    known = catalogue().fields.get(name)
    if known is None:
        return name
    return known.zh if is_chinese(language) else known.en


def fields(names: Iterable[str], language: str) -> str:
    """What some fields are called, with commas between."""
    return ("、" if is_chinese(language) else ", ").join(field(name, language) for name in names)


def role(name: str, language: str) -> str:
    """What a role is called."""
    if is_chinese(language):
        with translation.override("zh-hans"):
            return str(ROLE_NAMES[Role(name)]) if name in set(Role) else name
    return ROLES.get(name, name.replace("_", " "))


def ground(name: str, language: str) -> str:
    """What a ground is called."""
    zh, en = GROUNDS.get(name, (name, name))
    return zh if is_chinese(language) else en


def basis(words: str, language: str) -> str:
    """What a purpose stands on."""
    return BASES.get(words, words) if is_chinese(language) else words


def law(words: str, language: str) -> str:
    """Where the law says so."""
    if is_chinese(language):
        for english, chinese in LAWS.items():
            words = words.replace(english, chinese)
    return words


def kept(purpose: Purpose, language: str) -> str:
    """How long: in Chinese from what the machine goes by, in English as the notice has it."""
    return _kept_in_chinese(purpose.keep) if is_chinese(language) else purpose.kept


def _kept_in_chinese(keep: Keep) -> str:
    if keep.days is None:
        return WHILE.get(keep.word, keep.word)
    length = LENGTHS.get(keep.days, (f"{keep.days} 天", ""))[0]
    return f"自{AFTER.get(keep.word, keep.word)}起 {length}"


def joined(words: Iterable[str], language: str) -> str:
    """A list in one line."""
    return ("、" if is_chinese(language) else ", ").join(words)
