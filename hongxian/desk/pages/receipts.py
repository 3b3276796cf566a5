"""/desk/receipts/: one member's yes and no, by resource number: which count today, and why the others do not. Traced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hongxian.consent import queries, wording
from hongxian.consent.purposes import catalogue
from hongxian.desk import door, purposes
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

    from hongxian.consent.queries import NoRow, ReceiptRow

COUNTS: dict[str, tuple[_StrPromise, str]] = {
    "yes": (_("有效"), "green"),
    "withdrawn": (_("已撤回"), "red"),
    "ended": (_("已到期"), "secondary"),
    "not_yet": (_("尚未开始"), "secondary"),
    "old_text": (_("告知文本已改，须重新同意"), "yellow"),
    "unknown_purpose": (_("此用途已取消"), "secondary"),
}
EVIDENCE = {"portal": _("本人在“我的数据”里同意")}
NOES = {"withdrawn": _("撤回"), "refused": _("再次询问时说不")}


@dataclass(frozen=True, slots=True)
class Yes:
    """A receipt for the page."""

    purpose: str
    given_on: date
    valid_until: date
    evidence: str
    words: str
    colour: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class No:
    """A withdrawal or a refusal for the page."""

    purpose: str
    what: str
    at: datetime
    via: str


@never_cache
@require_safe
@door.staff_page(Permission.CONSENT_RECEIPT_READ)
def receipts(request: door.DeskRequest) -> HttpResponse:
    """Without a number only the form."""
    asked = request.GET.get("no", "").strip()[:40]
    context: dict[str, object] = {"asked": asked, "looked": False}
    if not asked:
        return door.render(request, "desk/receipts/receipts.html", context)
    context["looked"] = True
    try:
        city_id, member_id = _place_of(asked)
        yes, no = queries.receipts_of(by=request.actor, city_id=city_id, member_id=member_id, now=request.now)
    except NotFound:
        return door.render(request, "desk/receipts/receipts.html", context, status=404)
    context |= {"yes": [_yes(each) for each in yes], "no": [_no(each) for each in no]}
    return door.render(request, "desk/receipts/receipts.html", context)


def _place_of(resource_no: str) -> tuple[int, int]:
    """:raises NotFound: no city begins like that, or no number follows."""
    for city in org.cities():
        rest = resource_no[len(city.code) :]
        if resource_no[: len(city.code)].lower() == city.code.lower() and rest.isdecimal() and rest.isascii():
            return city.city_id, int(rest)
    raise NotFound


def _purpose(name: str) -> str:
    known = catalogue().purposes.get(name)
    return wording.name_of(known, purposes.language()) if known else name


def _yes(row: ReceiptRow) -> Yes:
    words, colour = COUNTS[row.counts]
    return Yes(
        purpose=_purpose(row.purpose),
        given_on=row.given_on,
        valid_until=row.valid_until,
        evidence=str(EVIDENCE.get(row.evidence, row.evidence)),
        words=str(words),
        colour=colour,
        withdrawn_at=row.withdrawn_at,
    )


def _no(row: NoRow) -> No:
    return No(purpose=_purpose(row.purpose), what=str(NOES[row.kind]), at=row.recorded_at, via=row.via)
