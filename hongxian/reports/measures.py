"""What a report counts (指标), and the shares that are made of the counts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.labels import PLAIN

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PER_CONTACTS = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one unit in one step of time. None of them says anything about what members are like."""

    claims: Annotated[int, PLAIN] = 0
    placed: Annotated[int, PLAIN] = 0
    talked: Annotated[int, PLAIN] = 0
    talk_seconds: Annotated[int, PLAIN] = 0
    calls: Annotated[int, PLAIN] = 0
    connects: Annotated[int, PLAIN] = 0
    interested: Annotated[int, PLAIN] = 0
    handed: Annotated[int, PLAIN] = 0
    delivered: Annotated[int, PLAIN] = 0
    booked: Annotated[int, PLAIN] = 0
    arrived: Annotated[int, PLAIN] = 0
    no_show: Annotated[int, PLAIN] = 0
    contracts: Annotated[int, PLAIN] = 0
    amount_fen: Annotated[int, PLAIN] = 0
    refusals: Annotated[int, PLAIN] = 0
    opted_out: Annotated[int, PLAIN] = 0
    dropped: Annotated[int, PLAIN] = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @property
    def contacts(self) -> int:
        """Calls that were filed and texts that went out."""
        return self.calls + self.handed

    @property
    def awaited(self) -> int:
        """Visits of these days that came or did not; when they were booked is another matter."""
        return self.arrived + self.no_show

    @property
    def minutes(self) -> int:
        """Talked through the gateway."""
        return round(self.talk_seconds / 60)

    @property
    def yuan(self) -> int:
        """The contracts' worth, in whole yuan."""
        return round(self.amount_fen / 100)

    @property
    def noes(self) -> int:
        """Refusals and texts that were opted out of."""
        return self.refusals + self.opted_out

    @property
    def empty(self) -> bool:
        """Nothing happened."""
        return not any(getattr(self, name) for name in NAMES)


NAMES = tuple(each.name for each in fields(Counts))


@dataclass(frozen=True, slots=True)
class Measure:
    """A column: the count it shows, and the whole of which its share is told beside it."""

    code: Annotated[str, PLAIN]
    name: Annotated[str | _StrPromise, PLAIN]
    whole: Annotated[str, PLAIN] = ""
    per: Annotated[int, PLAIN] = 0  # 0: a share in per cent; else so many a hundred
    good: Annotated[bool, PLAIN] = True  # whether more of it is better

    def value(self, counts: Counts) -> int:
        """The number itself."""
        return int(getattr(counts, self.code))

    def share(self, counts: Counts) -> str:
        """Its share of the whole; empty where it has none, a dash out of nothing."""
        if not self.whole:
            return ""
        whole = int(getattr(counts, self.whole))
        if not whole:
            return "–"
        part = 100 * self.value(counts) / whole
        return f"{part:.1f}/{PER_CONTACTS}" if self.per else f"{part:.1f}%"


MEASURES = (
    Measure("claims", _("捞取")),
    Measure("calls", _("登记通话")),
    Measure("connects", _("接通"), whole="calls"),
    Measure("minutes", _("通话分钟")),
    Measure("interested", _("有意向"), whole="connects"),
    Measure("handed", _("已交付短信")),
    Measure("delivered", _("送达"), whole="handed"),
    Measure("booked", _("预约到店")),
    Measure("arrived", _("到店"), whole="awaited"),
    Measure("no_show", _("爽约"), whole="awaited", good=False),
    Measure("contracts", _("签约")),
    Measure("yuan", _("签约金额（元）")),
    Measure("noes", _("拒绝和退订"), whole="contacts", per=PER_CONTACTS, good=False),
    Measure("dropped", _("未发（闸门）"), good=False),
)
BY_CODE = {each.code: each for each in MEASURES}


def change(now: int, then: int) -> str:
    """How a number stands to one before, in per cent; empty where there was none."""
    if not then:
        return ""
    percent = round(100 * (now - then) / then)
    return f"+{percent}%" if percent > 0 else f"{percent}%".replace("-", "−")
