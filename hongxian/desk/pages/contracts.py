"""/desk/contracts/: filed on the member's page, compared with the paper here by the store manager; and /desk/packages/."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import door
from hongxian.desk.pages import member
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, Refusal
from hongxian.sales import packages as selling
from hongxian.sales import profile as profiles
from hongxian.sales import queries, signing

if TYPE_CHECKING:
    from django.http import HttpResponse

HERE = "/desk/contracts/"
FEN = 100
DONE = {
    "sign": lazily("合同已生效；顾问从现在起可以凭合同服务会员。"),
    "decline": lazily("已退回，没有生效。"),
    "cancel": lazily("合同已解除，凭合同的查看权同时终止。"),
}


class ContractForm(forms.Form):
    """What the paper says."""

    package = forms.IntegerField(min_value=1)
    amount = forms.DecimalField(min_value=Decimal("0.01"), max_value=selling.MOST_FEN // FEN, decimal_places=2)
    signed_on = forms.DateField()
    ends_on = forms.DateField()
    request_key = forms.UUIDField()


class PackageForm(forms.Form):
    """What is sold."""

    name = forms.CharField(max_length=selling.LONGEST_NAME)
    months = forms.IntegerField(min_value=1, max_value=selling.MOST_MONTHS)
    price = forms.DecimalField(min_value=Decimal("0.01"), max_value=selling.MOST_FEN // FEN, decimal_places=2)
    why = forms.CharField(max_length=selling.LONGEST_WHY)


@require_POST
@door.staff_page(Permission.SALES_CONTRACT_FILE)
def file(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """登记合同, from the member's page."""
    form = ContractForm(request.POST)
    given = form.cleaned_data if form.is_valid() else None
    try:
        filed = signing.file(
            by=request.actor,
            city_id=city_id,
            member_id=member_id,
            package_id=given["package"] if given else 0,
            amount_fen=int(given["amount"] * FEN) if given else 0,
            signed_on=given["signed_on"] if given else date.min,
            ends_on=given["ends_on"] if given else date.min,
            request_key=given["request_key"] if given else uuid4(),
            now=request.now,
        )
    except signing.CannotSign as refusal:
        more: dict[str, object] = {"contract_refusal": refusal.message, "asked_contract": request.POST}
        return member.page(request, city_id, member_id, more, status=refusal.status)
    messages.success(request, _("这份合同已经登记过了。") if filed.repeated else _("合同已登记，等店长核对后生效。"))
    return door.redirect(f"/desk/member/{city_id}/{member_id}/#contracts")


@require_safe
@door.staff_page(Permission.SALES_CONTRACT_FILE)
def profile(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """匹配资料: what a contract in force opens, with the member's own consent."""
    found = profiles.profile(by=request.actor, city_id=city_id, member_id=member_id, now=request.now)
    return door.render(request, "desk/contracts/profile.html", {"profile": found})


@require_safe
@door.staff_page(Permission.SALES_CONTRACT_READ)
def listing(request: door.DeskRequest) -> HttpResponse:
    """The store's contracts for its manager, their own for a consultant."""
    return _listing(request)


def _listing(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    lines = queries.contracts(by=request.actor, now=request.now)
    context = {
        "waiting": [each for each in lines if each.state == "filed"],
        "others": [each for each in lines if each.state != "filed"],
        "in_force": sum(each.state == "signed" for each in lines),
        "may_decide": request.actor.may(Permission.SALES_CONTRACT_DECIDE),
        "declined": signing.DECLINED,
        "cancelled": signing.CANCELLED,
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/contracts/contracts.html", context, status=refusal.status if refusal else 200)


@require_POST
@door.staff_page(Permission.SALES_CONTRACT_DECIDE)
def decide(request: door.DeskRequest, city_id: int, contract_id: int, act: str) -> HttpResponse:
    """生效, 退回, 解除."""
    about: dict[str, Any] = {"by": request.actor, "city_id": city_id, "contract_id": contract_id, "now": request.now}
    try:
        if act == "sign":
            signing.sign(**about)
        else:
            {"decline": signing.decline, "cancel": signing.cancel}[act](**about, why=request.POST.get("why", ""))
    except signing.CannotSign as refusal:
        return _listing(request, refusal)
    messages.success(request, str(DONE[act]))
    return door.redirect(HERE)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.SALES_PACKAGE_KEEP)
def packages(request: door.DeskRequest) -> HttpResponse:
    """What the company sells; POST opens a package."""
    if request.method == "GET":
        return _packages(request)
    form = PackageForm(request.POST)
    if not form.is_valid():
        return _packages(request, selling.BadPackage())
    given = form.cleaned_data
    try:
        selling.open_package(
            by=request.actor,
            name=given["name"],
            months=given["months"],
            price_fen=int(given["price"] * FEN),
            why=given["why"],
            now=request.now,
        )
    except (selling.BadPackage, selling.NameTaken) as refusal:
        return _packages(request, refusal)
    messages.success(request, _("套餐已启用。"))
    return door.redirect("/desk/packages/")


@require_POST
@door.staff_page(Permission.SALES_PACKAGE_KEEP)
def close_package(request: door.DeskRequest, package_id: int) -> HttpResponse:
    """停用 a package for new contracts."""
    try:
        selling.close_package(by=request.actor, package_id=package_id, why=request.POST.get("why", ""), now=request.now)
    except NotAllowed:
        raise
    except selling.BadPackage as refusal:
        return _packages(request, refusal)
    messages.success(request, _("套餐已停用，已签的合同不受影响。"))
    return door.redirect("/desk/packages/")


def _packages(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "packages": selling.packages(closed=True),
        "longest": selling.LONGEST_NAME,
        "most_months": selling.MOST_MONTHS,
        "longest_why": selling.LONGEST_WHY,
        "asked": request.POST if refusal else {},
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/contracts/packages.html", context, status=refusal.status if refusal else 200)
