"""What others see of contracts: a store's list without members, a member's own, and counts for reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.sales import signing
from hongxian.vault import deciding

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LISTED, LISTED_FOR, SHOWN = 200, timedelta(days=120), 10


@dataclass(frozen=True, slots=True)
class Counted:
    """One consultant's hour: contracts that came into force in it and were not cancelled, and what they are worth, in fen."""

    staff_id: Annotated[int, PLAIN]
    store_id: Annotated[int, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    day: Annotated[date, PLAIN]
    hour: Annotated[int, PLAIN]
    contracts: Annotated[int, PLAIN]
    amount_fen: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract in a store's list. `member_id` stands there for the consultant's own alone."""

    city_id: Annotated[int, PLAIN]
    contract_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    package: Annotated[str, Label("amount")]
    amount_fen: Annotated[int, Label("amount")]
    signed_on: Annotated[date, Label("amount")]
    ends_on: Annotated[date, Label("amount")]
    state: Annotated[str, PLAIN]
    filed_at: Annotated[datetime, PLAIN]
    decided_at: Annotated[datetime | None, PLAIN]
    over_at: Annotated[datetime | None, PLAIN]
    why: Annotated[str, PLAIN]
    member_id: Annotated[int | None, Label("resource_no")]


@dataclass(frozen=True, slots=True)
class MemberContract:
    """A contract on the member's page."""

    contract_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    package: Annotated[str, Label("amount")]
    amount_fen: Annotated[int, Label("amount")]
    signed_on: Annotated[date, Label("amount")]
    ends_on: Annotated[date, Label("amount")]
    state: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]


_counts = Statement("sales", "counts", Counted)
_contracts = Statement("sales", "contracts", ContractLine)
_of_member = Statement("sales", "contracts_of_member", MemberContract)


def counts(*, city_id: int, store_id: int | None, since: datetime, until: datetime) -> list[Counted]:
    """
    Counts of a store, or of all of a city's, from `since` until before `until`; hours without any are left out.

    A plain aggregate over an index: a store signs a few a day, so that there is nothing to roll up.
    """
    return _counts.all(city_id=city_id, store_id=store_id, since=since, until=until)


def contracts(*, by: Actor, now: datetime) -> list[ContractLine]:
    """
    A store's contracts of the last months for its manager, one's own for a consultant; those that wait come first.

    :raises NotAllowed: the role sees no contracts, or training or agreement are missing.
    """
    by.require(Permission.SALES_CONTRACT_READ)
    if by.store_id is None:
        raise NotFound
    return _contracts.all(
        city_id=by.city_id,
        store_id=by.store_id,
        staff_id=by.staff_id,
        own=by.role == Role.CONSULTANT,
        since=now - LISTED_FOR,
        most=LISTED,
        now=now,
        **recording.trace_parameters(
            by=by, action="sales.list", purpose=signing.PURPOSE, fields=("resource_no", "amount"), ground="claim"
        ),
    )


def of_member(*, by: Actor, city_id: int, member_id: int, now: datetime) -> list[MemberContract]:
    """The contracts of a member on whom the actor has a ground; none where there is none, or the purpose is stopped."""
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    decision = deciding.may(
        by=by,
        permission=Permission.SALES_CONTRACT_FILE,
        purpose=signing.PURPOSE,
        fields=signing.FIELDS,
        facts=facts,
        city_id=city_id,
    )
    if not decision.allowed:
        return []
    trace = recording.trace_parameters(
        by=by, action="sales.view", purpose=signing.PURPOSE, fields=decision.fields, ground=decision.ground
    )
    return _of_member.all(city_id=city_id, member_id=member_id, staff_id=by.staff_id, most=SHOWN, now=now, **trace)
