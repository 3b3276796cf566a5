"""Packages (套餐): what the company sells. Operations open and close them; one that was sold is never altered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

LONGEST_NAME, MOST_MONTHS, MOST_FEN = 20, 36, 100_000_000
LONGEST_WHY = 200


class BadPackage(Refusal):
    """A package has a name, a length, a price, and each change its reason."""

    code = "sales.bad_package"
    message = _("请填写套餐名称（最多 20 字）、1 到 36 个月、100 万元以内的价格和原因（最多 200 字）。")
    status = 422


class NameTaken(Refusal):
    """There is, or was, a package with this name."""

    code = "sales.package_name_taken"
    message = _("已有同名的套餐；停用过的名称也不能再用，以免合同混淆。")


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package."""

    package_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    months: Annotated[int, PLAIN]
    price_fen: Annotated[int, PLAIN]
    open: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class _Added:
    package_id: int


_packages = Statement("sales", "packages", PackageLine)
_add = Statement("sales", "add_package", _Added)
_close = Command("sales", "close_package")


def packages(*, closed: bool = False) -> list[PackageLine]:
    """What can be sold; with `closed` also what could be once."""
    return [each for each in _packages.all() if closed or each.open]


def open_package(*, by: Actor, name: str, months: int, price_fen: int, why: str, now: datetime) -> int:
    """
    Opens a package; its number.

    :raises BadPackage: name, months, price or reason are missing or out of bounds.
    :raises NameTaken: there was one of this name.
    """
    by.require(Permission.SALES_PACKAGE_KEEP)
    name, why = " ".join(name.split()), why.strip()
    fits = 0 < len(name) <= LONGEST_NAME and 1 <= months <= MOST_MONTHS and 0 < price_fen <= MOST_FEN
    if not fits or not 0 < len(why) <= LONGEST_WHY:
        raise BadPackage
    after = {"name": name, "months": months, "price_fen": price_fen}
    with transaction.atomic():
        added = _add.one(**after)
        if added is None:
            raise NameTaken
        thing = f"package {added.package_id}"
        changing.note_change(by=by, action="sales.open_package", thing=thing, before=None, after=after, why=why, now=now)
    return added.package_id


def close_package(*, by: Actor, package_id: int, why: str, now: datetime) -> None:
    """
    Closes a package for new contracts.

    :raises NotFound: no such open package.
    :raises BadPackage: no reason.
    """
    by.require(Permission.SALES_PACKAGE_KEEP)
    if package_id not in {each.package_id for each in packages()}:
        raise NotFound
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise BadPackage
    with transaction.atomic():
        if not _close.run(package_id=package_id):
            raise NotFound
        thing, before, after = f"package {package_id}", {"open": True}, {"open": False}
        changing.note_change(
            by=by, action="sales.close_package", thing=thing, before=before, after=after, why=why.strip(), now=now
        )
