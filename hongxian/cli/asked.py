"""What the commands about people share: the store somebody named, a number's hashes, and one line for every no."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from hongxian.cli.trouble import CannotStart
from hongxian.intake import phones
from hongxian.intake.workbook import UnreadableWorkbook
from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import Refusal
from hongxian.members import records
from hongxian.org import queries as org
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.org.queries import StoreRow


@contextmanager
def plainly_said() -> Iterator[None]:
    """Ends the command with one line, Chinese first, instead of a refusal."""
    try:
        yield
    except (CannotStart, UnreadableWorkbook, Refusal) as trouble:
        raise SystemExit(line_of(trouble)) from None
    except KeyboardInterrupt:
        raise SystemExit("已中断；再次运行即可从头完成。 | interrupted: run it again to finish.") from None


def line_of(trouble: CannotStart | UnreadableWorkbook | Refusal) -> str:
    """One line in both languages; a refusal without English words gives its code."""
    if isinstance(trouble, CannotStart):
        return str(trouble)
    english = getattr(trouble, "message_en", "") or trouble.code
    return f"{trouble.message} | {english}"


def store(code: str) -> StoreRow:
    """:raises CannotStart: no such store; the line names those there are."""
    found = org.store(code=code)
    if found is None:
        known = ", ".join(each.code for each in org.stores())
        raise CannotStart(f"没有门店 {code}；现有：{known}。", f"no store {code}; there are: {known}.")
    return found


def privacy_officer() -> Actor:
    """The console in the privacy officer's place; whoever may run commands as the worker has the keys anyway. Traced."""
    return Actor(
        staff_id=0, role=Role.PRIVACY_OFFICER, alias="console", trained=True, agreement_live=True, process=settings.PROCESS
    )


def operations() -> Actor:
    """The console in the place of operations. Traced."""
    return Actor(staff_id=0, role=Role.OPERATIONS, alias="console", trained=True, agreement_live=True, process=settings.PROCESS)


def hashes_of(number: str) -> list[bytes] | None:
    """
    The keyed hashes of a number however it is written; None where it is no mobile number.

    :raises vault.asking.KeeperAway: it cannot be hashed now.
    """
    reading = phones.read(cell=number)
    if reading.number is None:
        return None
    [hashes] = asking.hash_numbers(by=privacy_officer(), numbers=[reading.number], purpose="suppression", now=timezone.now())
    return hashes


def home_of(options: dict[str, Any]) -> records.Home:
    """
    Who is meant by `--number`, or by `--city` and `--member`.

    :raises CannotStart: nobody, or not named in one of the two ways.
    """
    if bool(options["number"]) == bool(options["city"] and options["member"]):
        raise CannotStart("请写明 --number，或 --city 和 --member。", "name either --number, or --city and --member.")
    nobody = CannotStart("没有找到此会员。", "no such member.")
    if options["number"]:
        hashes = hashes_of(options["number"])
        home = records.home_of(hashes) if hashes else None
        if home is None:
            raise nobody
        return home
    city = next((city for city in org.cities() if city.code == options["city"]), None)
    if city is None:
        raise nobody
    return records.Home(city_id=city.city_id, member_id=options["member"])
