"""How a text will read, before it is one: in the bubble of the pages, with made-up or the sender's own values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.labels import PLAIN, Label
from hongxian.org import queries as org
from hongxian.outreach import wordings
from hongxian.outreach.gateways import rendering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hongxian.kernel.actor import Actor

# As long as a real one (vault/visiting.py): it counts for the parts. It opens nothing.
LINK = "X" * 12
MADE_UP = {"consultant": "晓梅", "store": "静安店", "city": "上海", "date": "6月12日", "time": "15:30"}
ALIAS = "王女士"
MISSING = {
    "date": _("请填写日期，如：6月12日。只能有数字和年月日、周几。"),
    "time": _("请填写时间，如：15:30 或 下午3点。"),
    "consultant": _("您还没有能用于短信的对外称呼。"),
    "store": _("没有门店名称，不能签名。"),
    "city": _("没有城市名称。"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would leave; `refusal` where it would not, and why."""

    text: Annotated[str, Label("alias")]
    parts: Annotated[rendering.Parts | None, PLAIN] = None
    refusal: Annotated[str, PLAIN] = ""

    @property
    def yuan(self) -> str:
        """What it costs, in 元."""
        return "" if self.parts is None else f"{self.parts.cost_fen / 100:.2f}"


def of_wording(*, body: str, kind: str, uses: list[str]) -> Preview:
    """A wording that somebody is writing, read as asking for it would read it; with made-up values."""
    try:
        wordings.check(body=body, kind=kind, uses=uses)
    except wordings.BadWording as refusal:
        return Preview(text="", refusal=str(refusal.message))
    return _rendered(body=body, variables=MADE_UP, alias=ALIAS, store=MADE_UP["store"])


def of_version(*, body: str) -> Preview:
    """A wording that is there already, with made-up values."""
    return _rendered(body=body, variables=MADE_UP, alias=ALIAS, store=MADE_UP["store"])


def of_text(*, by: Actor, body: str, given: Mapping[str, str], alias: str) -> Preview:
    """What a sender is about to send; `alias` is what their page shows, or a made-up one where many are written to."""
    return _rendered(body=body, variables=values(by=by, given=given), alias=alias or ALIAS, store=by.store_name)


def values(*, by: Actor, given: Mapping[str, str]) -> dict[str, str]:
    """What goes with a text beside the form of address: the sender's own name and place, and what they filled in."""
    city = next((row.name for row in org.cities() if row.city_id == by.city_id), "")
    filled = {name: " ".join(given.get(name, "").split()) for name in ("date", "time")}
    known = {"consultant": by.alias, "store": by.store_name, "city": city} | filled
    return {name: value for name, value in known.items() if value}


def _rendered(*, body: str, variables: Mapping[str, str], alias: str, store: str) -> Preview:
    try:
        text = rendering.render(
            body=body, variables=variables, alias=alias, store=store, opt_out_url=f"{settings.PORTAL_ADDRESS}/s/{LINK}/"
        )
    except rendering.Unrenderable as missing:
        return Preview(text="", refusal=str(MISSING.get(str(missing), "")) or str(missing))
    return Preview(text=text, parts=rendering.parts_of(text))
