"""The company at a glance: its stores, how long their agreements run, how many people work there. Counts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

SOON = 30  # days before its end in which an agreement is worth a warning


@dataclass(frozen=True, slots=True)
class StoreLine:
    """One store; `expires_on` is None where no agreement was ever signed. `staff` counts everybody active, `trained` of them."""

    city_code: Annotated[str, PLAIN]
    city_name: Annotated[str, PLAIN]
    city_name_en: Annotated[str, PLAIN]
    store_id: Annotated[int, PLAIN]
    code: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    franchise: Annotated[bool, PLAIN]
    active: Annotated[bool, PLAIN]
    expires_on: Annotated[date | None, PLAIN]
    agreement_live: Annotated[bool, PLAIN]
    teams: Annotated[int, PLAIN]
    staff: Annotated[int, PLAIN]
    consultants: Annotated[int, PLAIN]
    trained: Annotated[int, PLAIN]

    @property
    def untrained(self) -> int:
        """How many see nothing of members until they pass the training."""
        return self.staff - self.trained

    def ends_soon(self, today: date) -> bool:
        """Whether a running agreement ends within the next 30 days."""
        return self.agreement_live and self.expires_on is not None and (self.expires_on - today).days <= SOON


_company = Statement("org", "company", StoreLine)


def stores_of_company(*, by: Actor, today: date) -> list[StoreLine]:
    """
    Every store, by city; closed ones too.

    :raises NotAllowed: not of headquarters.
    """
    by.require(Permission.ORG_COMPANY_READ)
    return _company.all(store_id=None, today=today)


def own_store(*, by: Actor, today: date) -> StoreLine:
    """
    The acting manager's own store.

    :raises NotAllowed: no store manager.
    :raises NotFound: of no store.
    """
    by.require(Permission.REPORTS_STORE_READ)
    found = _company.one(store_id=by.store_id, today=today) if by.store_id is not None else None
    if found is None:
        raise NotFound
    return found
