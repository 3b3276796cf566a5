"""The register of processing (处理活动记录), compiled from the catalogue; docs/privacy/purposes.md holds it too."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from hongxian.consent import wording
from hongxian.consent.purposes import catalogue

if TYPE_CHECKING:
    from hongxian.consent.purposes import Purpose

BEGIN = "<!-- the register begins: written by `bin/hongxian purposes write`, not by hand -->"
END = "<!-- the register ends -->"
HEADINGS = {
    "code": ("用途代码", "code"),
    "name": ("用途", "purpose"),
    "fields": ("资料", "fields"),
    "roles": ("谁可以用", "who"),
    "grounds": ("凭什么关系", "on what tie"),
    "basis": ("依据", "basis"),
    "law": ("法律条款", "law"),
    "kept": ("保存多久", "kept"),
    "receipt": ("须逐人同意", "asks each person"),
    "live": ("启用", "in use"),
    "notice": ("告知文本", "what people are told"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One purpose as the register has it, in one language."""

    code: str
    name: str
    fields: str
    roles: str
    grounds: str
    basis: str
    law: str
    kept: str
    receipt: str
    live: str
    notice: str


def headings(language: str) -> list[str]:
    """What the columns are called."""
    place = 0 if wording.is_chinese(language) else 1
    return [HEADINGS[each.name][place] for each in fields(Line)]


def lines(language: str) -> list[Line]:
    """Every purpose, in the file's order."""
    return [_line(purpose, language) for purpose in catalogue().purposes.values()]


def _line(purpose: Purpose, language: str) -> Line:
    yes, no = ("是", "否") if wording.is_chinese(language) else ("yes", "no")
    every = catalogue().fields
    return Line(
        code=purpose.name,
        name=wording.name_of(purpose, language),
        fields=wording.joined([wording.field(each, language) for each in every if each in purpose.fields], language),
        roles=wording.joined([wording.role(each, language) for each in sorted(purpose.roles)], language),
        grounds=wording.joined([wording.ground(each, language) for each in sorted(purpose.grounds)], language),
        basis=wording.basis(purpose.basis, language),
        law=wording.law(purpose.law, language),
        kept=wording.kept(purpose, language),
        receipt=yes if purpose.receipt else no,
        live=yes if purpose.live else no,
        notice=wording.notice_of(purpose, language),
    )


def markdown() -> str:
    """The register in both languages, as it stands between the two marks of docs/privacy/purposes.md."""
    parts = [BEGIN]
    for language, title in (("en", "## Register of processing"), ("zh-hans", "## 处理活动记录")):
        table = [headings(language), ["---"] * len(HEADINGS), *(list(astuple(line)) for line in lines(language))]
        parts += ["", title, "", *("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |" for cells in table)]
    return "\n".join([*parts, "", END])


def renewed(text: str) -> str:
    """
    The document with its register as the catalogue has it today.

    :raises ValueError: the document lacks one of the two marks.
    """
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(END)
    return before + markdown() + after
