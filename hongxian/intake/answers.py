"""What the person has said: yes to being contacted, or no."""

import datetime as dt
import re
from functools import lru_cache

from hongxian.intake import texts
from hongxian.intake.terms import Marital

CONSENT_LASTS_DAYS = 730

_GIVEN = re.compile(
    r"签署|签字|签名|签订|签约|已签|授权书|同意书|勾选|扫码|本人同意|本人授权|书面同意|电子授权"
    r"|signed|ticked|checkbox|optin|scanned"
)
_NOT_GIVEN = re.compile(
    r"转介绍|介绍|推荐|采购|购买|买来|名单|渠道|第三方|合作方|交换|爬取|代签|代填|代为|家属|父母|亲友|朋友|口头|默认"
    r"|referr?al|purchas|bought|list"
    r"|[未没待拒](?:绝|有|能|曾)?(?:签|勾|扫|授权|同意|取得)|[无不](?:授权|同意)|撤回|撤销|作废|过期|失效|unsigned|notsigned|withdrawn|revoked"
)
_NO = re.compile(
    r"(?<!暂时)(?<!暂)不(?:再)?需要|不(?:要)?再联系|不用(?:再)?(?:联系|打|了)|(?<![未没不])(?<!没有)拒绝(?!接听|接电话|接通)|拒访|勿扰"
    r"|勿(?:再)?(?:打|拨|联系|骚扰|来电|致电)|免打扰"
    r"|(?:不要|别|不许|不准|禁止|停止)(?:再)?(?:给.{0,6})?"
    r"(?:打电话|打来|打扰|骚扰|联系|致电|来电|拨打|发短信|发信息)|(?:不要|别)再打|别打(?:了|电话)|不想(?:再)?(?:被)?(?:联系|打扰)"
    r"|要求(?:删除|注销|停止)|删除(?:信息|资料|数据)|注销|退订|投诉|举报|黑名单|拉黑"
    r"|(?<!想)(?<!准备)(?:已经?结婚|已婚|结婚了|再婚了|已再婚|复婚)"
    r"|(?:没|无|没有)(?:意向|兴趣|意愿)|不感兴趣|无意(?!见)|donotcall|dontcall|donotcontact|dnc|unsubscribe|optout|optedout|refused|notinterested"
    r"|^(?:t|td|stop|no|married)$"
)
_INTENDS = re.compile(
    r"有意|(?<!没)有兴趣|感兴趣|意向(?:强|高|大|明确|客户)|高意向|强意向|(?<![未没])(?<!没有)(?<!取消)预约|约见|想(?:了解|来|到店)|同意到店|(?<![不没])愿意|interested|booked|appointment"
)


@lru_cache(maxsize=4096)
def gave_basis(*, basis: str) -> bool:
    """Return whether the basis is one that the person gave; a word to the contrary anywhere in it outweighs all others."""
    text = _squeezed(basis)
    return bool(_GIVEN.search(text)) and not _NOT_GIVEN.search(text)


@lru_cache(maxsize=4096)
def is_known_basis(*, basis: str) -> bool:
    """Return whether the wording is understood at all, either way."""
    text = _squeezed(basis)
    return bool(_GIVEN.search(text)) != bool(_NOT_GIVEN.search(text))


def is_fresh(*, given_on: dt.date, as_of: dt.date) -> bool:
    """Return whether a consent of that day still holds: at most 730 days old and not of a day to come."""
    return 0 <= (as_of - given_on).days <= CONSENT_LASTS_DAYS


def says_no(*, last_result: str, marital: Marital | None) -> bool:
    """Return whether the person is married, or has told us not to call."""
    return marital is Marital.MARRIED or mentions_no(text=last_result)


def mentions_no(*, text: str) -> bool:
    """Return whether the text tells of a refusal; unanswered, wrong and busy numbers are none."""
    return bool(text) and bool(_NO.search(_squeezed(text)))


def intends(*, last_result: str) -> bool:
    """Return whether the last contact showed interest."""
    return bool(last_result) and bool(_INTENDS.search(_squeezed(last_result))) and not mentions_no(text=last_result)


def _squeezed(text: str) -> str:
    return texts.squeeze(text=texts.narrow(text=text))
