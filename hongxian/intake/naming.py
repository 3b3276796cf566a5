"""称呼: how a member is addressed, from surname and sex. Never the whole name."""

from __future__ import annotations

import re

from hongxian.intake import texts
from hongxian.intake.terms import Sex

COMPOUND = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "公户",
        "公玉",
        "公仪",
        "梁丘",
        "公仲",
        "公上",
        "公门",
        "公山",
        "公坚",
        "左丘",
        "公伯",
        "西门",
        "公祖",
        "第五",
        "公乘",
        "贯丘",
        "公皙",
        "南荣",
        "东里",
        "东宫",
        "仲长",
        "子书",
        "子桑",
        "即墨",
        "达奚",
        "褚师",
        "爱新觉罗",
        "叶赫那拉",
        "纳兰",
    ]
)
TITLES = {Sex.MALE: "先生", Sex.FEMALE: "女士", None: "会员"}
LONGEST_SURNAME = 4
_TITLE = re.compile(r"(先生|女士|小姐|老师|阿姨|叔叔|大姐|大哥|经理|总|医生|会员)$")
_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿𠀀-𱍏]+")
_MASKED = re.compile(r"[*＊×xX某○●_?？]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+")
_DOT = re.compile(r"[·•・‧]")


def alias_of(*, name: str, sex: Sex | None) -> str:
    """
    Surname and title: 欧阳女士, 王先生, 张会员; the title alone where the name says nothing.

    Of a masked name (李**, 王某) what is left counts. Of a name in Latin letters only the first letter is taken: which of
    its words is the surname cannot be known.
    """
    return surname_of(name=name) + TITLES[sex]


def surname_of(*, name: str) -> str:
    """The surname, an initial and a point for Latin letters; empty where there is none to be sure of."""
    text = texts.tidy(text=name)
    if chinese := _CHINESE.match(_MASKED.sub("", _TITLE.sub("", text)).strip()):
        word = chinese.group()
        known = next((word[:length] for length in range(LONGEST_SURNAME, 1, -1) if word[:length] in COMPOUND), "")
        # 阿依古丽·买买提: no surname comes first there.
        return known or ("" if _DOT.search(text) else word[0])
    if latin := _LATIN.match(text):
        return f"{latin.group()[0].upper()}. "
    return ""
