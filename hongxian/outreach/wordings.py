"""
Whether a wording may become a template: its variables, and what it must not bring along. Every refusal names the place.

Looked at without widths, case, spaces and points, so that ｗｗｗ, 1 3 8… and 优.惠 are what they are. What the frame puts on
(signature, way out, link: gateways/rendering.py) is refused in a wording, so that no text has two of them or another's.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.refusal import Refusal
from hongxian.outreach.gateways.rendering import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.utils.functional import _StrPromise

LONGEST = 300
USES = {
    "hand": _("手动发送"),
    "library": _("发给自己名下的会员"),
    "campaign": _("群发任务"),
    "visit": _("到店确认"),
    "reminder": _("预约提醒"),
    "birthday": _("生日问候"),
    "follow_up": _("跟进"),
}
# Variables in people's words, for pages that show a wording.
LABELS = {
    "alias": _("称呼"),
    "consultant": _("顾问"),
    "store": _("门店"),
    "city": _("城市"),
    "date": _("日期"),
    "time": _("时间"),
}
# Nobody is there to fill in a day or an hour, and a campaign has no consultant.
_BY_HAND = frozenset(VARIABLES)
FITS = {
    "hand": _BY_HAND,
    "library": _BY_HAND,
    "visit": _BY_HAND,
    "reminder": _BY_HAND,
    "campaign": frozenset({"alias", "store", "city"}),
    "birthday": _BY_HAND - {"date", "time"},
    "follow_up": _BY_HAND - {"date", "time"},
}
_WORDS = Path(__file__).with_name("promotion_words.toml")
_NUMERALS = str.maketrans("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺两", "0012345678912345678912")
_SIMPLER = str.maketrans("優惠摺價減費贈禮獎購買賣團劃銷廣報會員獨專級機過後試積種領獲時間錯慶聯誼講場動請轉發關閉訂絕",
                         "优惠折价减费赠礼奖购买卖团划销广报会员独专级机过后试积种领获时间错庆联谊讲场动请转发关闭订绝")  # fmt: skip
_LINK = re.compile(
    r"https?|ftp:|:/|www|[a-z0-9](?:[a-z0-9-]*)\.[a-z]{2,}|[a-z0-9]\.(?:中国|公司|网络|商城|网址|集团)"
    r"|[a-z0-9](?:点|。|,|，)(?:com|cn|net|org|top|vip|xyz|cc|club|shop|ltd|me|link)(?![a-z])"
)
_DAY = re.compile(r"20\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")
_NUMBER = re.compile(r"\+?\d(?:[\s\-.·_/()*]?\d){6,}|(?<!\d)(?:95\d{3,4}|96\d{3,4}|100\d\d|12[1-9]\d\d|12306)(?![\d元人位名])")
_OPT_OUT = re.compile(
    r"退订|拒收|拒接|停止(?:一切)?(?:联系|发送|接收)|不再(?:接收|打扰)|取消订阅|unsubscribe|optout|回复?(?:td|t|r|n|qx|0000)(?![a-z])"
)


class BadWording(Refusal):
    """The wording cannot become a template; `at` is the place, counted in characters from 1."""

    code = "outreach.bad_wording"
    status = 422

    def __init__(self, why: str | _StrPromise, at: int = 0) -> None:
        self.at = at
        super().__init__(_("第 %(at)d 个字：%(why)s") % {"at": at, "why": why} if at else why)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A wording as it is compared: its characters, and for each the place where it stands."""

    text: str
    places: tuple[int, ...]

    def search(self, pattern: re.Pattern[str]) -> int:
        """The place of the first match, counted from 1; 0 where there is none."""
        found = pattern.search(self.text)
        return self.places[found.start()] + 1 if found and found.end() > found.start() else 0


@dataclass(frozen=True, slots=True)
class _Promotion:
    pattern: re.Pattern[str]
    allowed: re.Pattern[str]


def check(*, body: str, kind: str, uses: Collection[str]) -> None:
    """
    Reads a wording as a reviewer would.

    :raises BadWording: names the first place that is wrong, and why.
    """
    if not body.strip() or len(body) > LONGEST:
        raise BadWording(_("请写 1 到 %d 个字。") % LONGEST)
    _check_characters(body)
    for at, name in variables_in(body):
        _check_variable(name, at, uses)
    plain = _Plain(*_told(body, keep=True))
    tight = _Plain(*_told(body, keep=False))
    if at := plain.search(_LINK):
        raise BadWording(_("不能写链接或网址：每条短信都会自动带上“停止一切联系”的链接，别的链接不行。"), at)
    if at := _number(plain):
        raise BadWording(_("不能写电话号码，也不能用汉字写号码。"), at)
    if at := tight.search(_OPT_OUT):
        raise BadWording(_("退订方式由系统加在末尾，模板里不能再写。"), at)
    if kind == "service" and (at := promotion_at(body)):
        raise BadWording(_("服务类模板不能有推销内容。请改写，或申请营销类模板。"), at)


def promotion_at(body: str) -> int:
    """Where a word of the promotion list stands, counted from 1; 0 where there is none. See promotion_words.toml for its limits."""
    text, places = _told(body, keep=False)
    known = _promotion()
    masked = known.allowed.sub(lambda found: " " * len(found[0]), text)
    return _Plain(masked, places).search(known.pattern)


def variables_in(body: str) -> Iterator[tuple[int, str]]:
    """
    Each variable with its place, counted from 1.

    :raises BadWording: a brace without its fellow, or something else than a name between the two.
    """
    at = 0
    while at < len(body):
        if body[at] == "}":
            raise BadWording(_("“}”前面没有“{”。"), at + 1)
        if body[at] != "{":
            at += 1
            continue
        end = body.find("}", at)
        name = body[at + 1 : end] if end > 0 else ""
        if end < 0 or "{" in name:
            raise BadWording(_("“{”没有对应的“}”。"), at + 1)
        yield at + 1, name
        at = end + 1


def _check_variable(name: str, at: int, uses: Collection[str]) -> None:
    if name not in VARIABLES:
        known = " ".join(f"{{{each}}}" for each in VARIABLES)
        raise BadWording(_("没有“{%(name)s}”这个变量。可用的有：%(known)s") % {"name": name[:20], "known": known}, at)
    for use in uses:
        if name not in FITS[use]:
            raise BadWording(_("“{%(name)s}”不能用于“%(use)s”：那时没有人填写。") % {"name": name, "use": USES[use]}, at)


def _check_characters(body: str) -> None:
    for at, each in enumerate(body, 1):
        if each in "【】〖〗〔〕［］[]":
            raise BadWording(_("签名由系统加在最前，模板里不能写方括号。"), at)
        if each in "｛｝﹛﹜":
            raise BadWording(_("变量请用半角花括号，如 {alias}。"), at)
        if _is_hidden(body, at - 1):
            raise BadWording(_("有看不见的字符或换行，请删掉。"), at)


def _is_hidden(body: str, at: int) -> bool:
    """Control, format and combining characters: what could stand unseen between two others. Emoji need two of them."""
    each = body[at]
    if each in "\u200d\ufe0f":
        return at == 0 or unicodedata.category(body[at - 1]) not in {"So", "Sk", "Mn"}
    return (
        unicodedata.category(each) in {"Cc", "Cf", "Co", "Cs", "Cn", "Mn", "Me", "Zl", "Zp"} or each in "\u3164\uffa0\u115f\u1160"
    )


def _told(body: str, *, keep: bool) -> tuple[str, tuple[int, ...]]:
    """
    The wording in one width and case, simplified, numerals as digits, with the place of each character.

    `keep` leaves what stands between letters, else only letters, digits and the signs of money and per cent are left.
    """
    text: list[str] = []
    places: list[int] = []
    for at, each in enumerate(body):
        for one in unicodedata.normalize("NFKC", each).casefold():
            if keep or one.isalnum() or one in "¥￥%":
                text.append(one)
                places.append(at)
    return "".join(text).translate(_SIMPLER).translate(_NUMERALS), tuple(places)


def _number(plain: _Plain) -> int:
    masked = _DAY.sub(lambda found: "-" * len(found[0]), plain.text)
    return _Plain(masked, plain.places).search(_NUMBER)


@cache
def _promotion() -> _Promotion:
    known = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    words = [re.escape(_told(each, keep=False)[0]) for each in known["words"]]
    allowed = [re.escape(_told(each, keep=False)[0]) for each in known["allowed"]]
    return _Promotion(re.compile("|".join([*words, *known["patterns"]])), re.compile("|".join(allowed) or "(?!)"))
