"""称呼 from surname and sex."""

from __future__ import annotations

import pytest

from hongxian.intake.naming import alias_of
from hongxian.intake.terms import Sex


@pytest.mark.parametrize(
    ("name", "sex", "alias"),
    [
        ("王小明", Sex.MALE, "王先生"),
        ("欧阳晓晓", Sex.FEMALE, "欧阳女士"),
        ("尉迟恭", Sex.MALE, "尉迟先生"),
        ("单雄信", None, "单会员"),
        ("解晓东", Sex.MALE, "解先生"),
        ("李**", Sex.FEMALE, "李女士"),
        ("*丽丽", Sex.FEMALE, "丽女士"),
        ("张某某", Sex.MALE, "张先生"),
        ("王女士", None, "王会员"),
        ("陈总", Sex.MALE, "陈先生"),
        ("𠮷野家", Sex.MALE, "𠮷先生"),
        ("阿依古丽·买买提", Sex.FEMALE, "女士"),
        ("爱新觉罗·启明", Sex.MALE, "爱新觉罗先生"),
        ("John Smith", Sex.MALE, "J. 先生"),
        ("zhang", Sex.FEMALE, "Z. 女士"),
        ("", Sex.FEMALE, "女士"),
        ("", None, "会员"),
        ("13800138000", None, "会员"),
        ("***", None, "会员"),
    ],
)
def test_says_surname_and_title(name: str, sex: Sex | None, alias: str) -> None:
    assert alias_of(name=name, sex=sex) == alias


@pytest.mark.parametrize("name", ["王小明", "李丽", "司马光", "John Smith", "欧阳修"])
def test_never_gives_the_whole_name_away(name: str) -> None:
    assert name not in alias_of(name=name, sex=Sex.MALE)
