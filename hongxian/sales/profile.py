"""
What a contract opens (匹配资料): the member's traits and criteria, for their own consultant, while the contract is in force.

The contract is the ground, the member's own separate consent the receipt: without either nothing is shown, and the try is traced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.kernel.labels import PLAIN, Label, without
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.vault import asking, deciding

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

PURPOSE = "matchmaking"
SEALED = ("alias", "name", "criteria")
COARSE = ("height", "education", "occupation", "income_band", "housing", "car")


class NotAgreed(Refusal):
    """The contract stands; the person's own separate consent doesn't, or not any more."""

    code = "sales.no_separate_consent"
    message = _("会员还没有单独同意“婚恋匹配服务”。请会员本人在“我的数据”里打开这一项。")
    status = 403


@dataclass(frozen=True, slots=True)
class Traits:
    """The coarse side."""

    member_id: Annotated[int, Label("resource_no")]
    height_cm: Annotated[int | None, Label("height")]
    education: Annotated[str, Label("education")]
    occupation: Annotated[str, Label("occupation")]
    income_band: Annotated[str, Label("income_band")]
    housing: Annotated[str, Label("housing")]
    car: Annotated[str, Label("car")]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the keeper opened, beside the coarse side."""

    traits: Annotated[Traits, PLAIN]
    alias: Annotated[str, Label("alias")]
    name: Annotated[str, Label("name")]
    criteria: Annotated[str, Label("criteria")]


_traits = Statement("sales", "profile", Traits)


def profile(*, by: Actor, city_id: int, member_id: int, now: datetime) -> Profile:
    """
    The profile of a member with a contract in force. Every look is a trace; a denied one too.

    :raises NotFound: no contract with this person is in force.
    :raises NotAgreed: the member's separate consent is missing.
    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    """
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    decision = deciding.may(
        by=by,
        permission=Permission.SALES_CONTRACT_FILE,
        purpose=PURPOSE,
        fields=(*SEALED, *COARSE),
        facts=facts,
        city_id=city_id,
    )
    trace = recording.record(
        by=by,
        action="sales.profile",
        purpose=PURPOSE,
        ground=decision.ground,
        city_id=city_id,
        member_ids=[] if facts is None else [member_id],
        fields=decision.fields or (*SEALED, *COARSE),
        reason=decision.reason,
        denied=not decision.allowed,
        now=now,
    )
    if not decision.allowed:
        raise _refusal(decision)
    traits = _traits.one(city_id=city_id, member_id=member_id)
    if traits is None:
        raise NotFound
    [traits] = without([traits], set(COARSE) - set(decision.fields))
    opened = asking.reveal(trace)[member_id] if set(SEALED) & set(decision.fields) else {}
    return Profile(
        traits=traits,
        alias=str(opened.get("alias", "")),
        name=str(opened.get("name", "")),
        criteria=str(opened.get("criteria", "")),
    )


def _refusal(decision: deciding.Decision) -> Refusal:
    if decision.reason in {"role", "training", "agreement", "inactive"}:
        return NotAllowed(decision.reason)
    if decision.reason in {"purpose_not_assessed", "field_not_assessed"}:
        return assessing.PurposeStopped(decision.reason)
    return NotAgreed() if decision.reason == "no_consent" else NotFound()
