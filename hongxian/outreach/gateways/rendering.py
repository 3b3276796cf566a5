"""
How a text reads when it leaves, and how many parts (条) of it the carriers count.

The signature in front, the way to opt out and the link that stops all contact behind are put on here, whatever the wording
says: no template can leave them out, none can bring its own (outreach/wordings.py). Pure: nothing is read, nothing is kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.conf import settings

from hongxian.kernel.labels import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

BRAND = "红线"
OPT_OUT, STOP_ALL = "回T退订", "停止一切联系"
LONGEST_NAME = 20
# What a wording may name. `alias` is sealed and put in when the text leaves; the others say nothing about a person.
VARIABLES = ("alias", "consultant", "store", "city", "date", "time")
PLACE = re.compile(r"\{([a-z_]+)\}")
SOMEBODY = "会员"

GSM, UCS = "gsm7", "ucs2"
# GSM 03.38: the basic alphabet, one septet each; the extension, an escape and a septet.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_WHEN = re.compile(r"(?!.*\d{5})[0-9年月日号时点分:：/（）()周星期一二三四五六天上下午早晚中 -]{1,20}")
_NO_NAME = re.compile(r"(?i)https?|www|[a-z0-9-]+\.[a-z]{2,}|(?:\d[ -]?){11,}")
_ALONE, _IN_PARTS = {GSM: 160, UCS: 70}, {GSM: 153, UCS: 67}


class Unrenderable(ValueError):
    """A value, the link or the sender's name is missing: such a text must not leave. Says which, never what."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the carriers count: units are septets or UTF-16 units, so that 𠮷 and emoji count two."""

    count: Annotated[int, PLAIN]
    encoding: Annotated[str, PLAIN]
    units: Annotated[int, PLAIN]
    characters: Annotated[int, PLAIN]
    cost_fen: Annotated[int, PLAIN]


def render(*, body: str, variables: Mapping[str, str], alias: str, store: str, opt_out_url: str) -> str:
    """
    The whole text: signature, the wording with its values, the way out.

    Values are put in once, side by side, so that none is read as a wording; none can smuggle in a signature, an address or a
    number. Who has no usable form of address is 会员.

    :raises Unrenderable: a value, the link or the store's name is missing.
    """
    if not opt_out_url or not _name(store):
        missing = "opt_out_url" if not opt_out_url else "store"
        raise Unrenderable(missing)
    given = {name: value_of(name, str(variables.get(name, ""))) for name in VARIABLES}
    given |= {"alias": _name(alias) or SOMEBODY, "store": given["store"] or _name(store)}
    words = PLACE.sub(lambda found: _known(given, found[1]), body.strip())
    return f"{signature(store=store)}{words} {way_out(url=opt_out_url)}"


def signature(*, store: str) -> str:
    """【红线·静安店】: the company's name and the store's, as they are registered with the carriers."""
    name = _name(store).removeprefix(BRAND)
    return f"【{BRAND}·{name}】" if name else f"【{BRAND}】"


def way_out(*, url: str) -> str:
    """What every text ends with."""
    return f"{OPT_OUT}，{STOP_ALL}：{url}"


def parts_of(text: str) -> Parts:
    """How many parts a text is charged and sent as: 160 or 70 units alone, 153 or 67 each in several parts."""
    septets = _septets(text)
    encoding = UCS if septets is None else GSM
    units = _units(text) if septets is None else sum(septets)
    if units <= _ALONE[encoding]:
        count = 1
    elif septets is None:
        count = -(-units // _IN_PARTS[UCS])
    else:
        count = _parts_of_septets(septets)
    return Parts(count=count, encoding=encoding, units=units, characters=len(text), cost_fen=count * settings.SMS_PART_FEN)


def _units(text: str) -> int:
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def _septets(text: str) -> list[int] | None:
    """Septets of each character; None when one is outside the alphabet."""
    if not all(each in _BASIC or each in _EXTENDED for each in text):
        return None
    return [1 if each in _BASIC else 2 for each in text]


def _parts_of_septets(septets: list[int]) -> int:
    """An escape is never parted from what it escapes, so that a part may end one septet early."""
    count, used = 1, 0
    for each in septets:
        if used + each > _IN_PARTS[GSM]:
            count, used = count + 1, 0
        used += each
    return count


def value_of(name: str, value: str) -> str:
    """A value as it goes into the text: a day or an hour, or a name, on one line; empty where it is neither."""
    one_line = " ".join(value.split())
    if name in {"date", "time"}:
        return one_line if _WHEN.fullmatch(one_line) and not _NO_NAME.search(one_line) else ""
    return _name(one_line)


def _name(text: str) -> str:
    """Letters and what stands between names. An address or a long number is no name at all."""
    kept = "".join(each for each in str(text) if each in "·. -（）()" or each.isalnum()).strip(" .-·")
    return "" if _NO_NAME.search(unicodedata.normalize("NFKC", kept)) else kept[:LONGEST_NAME].rstrip(" .-·")


def _known(given: Mapping[str, str], name: str) -> str:
    value = given.get(name, "")
    if not value:
        raise Unrenderable(name)
    return value
