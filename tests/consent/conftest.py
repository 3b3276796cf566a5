"""Assessments are the company's, not a city's: whoever changes one puts a founding one back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.consent import assessing, founding
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from collections.abc import Iterator


def assess(
    purpose: str, *, fields: list[str] | None = None, roles: list[str] | None = None, days: int = 300, ended: bool = False
) -> int:
    """A newest assessment of a purpose, as the owner of the tables writes it."""
    known = next((each for each in founding.assessments() if each.purpose == purpose), None)
    today = day_of(casting.now())
    number: int = casting.insert(
        "consent_assessment",
        purpose=purpose,
        notice_hash=catalogue().purposes[purpose].notice_hash if purpose in catalogue().purposes else "",
        fields=fields if fields is not None else list(known.fields if known else ()),
        roles=roles if roles is not None else list(known.roles if known else ()),
        necessity="为什么非要这样做不可",
        risks="可能发生什么样的坏事情",
        measures="我们采取了哪些保护措施",
        staff_id=0,
        signed_at=casting.now(),
        signed_on=today + timedelta(days=min(days, 0)),
        valid_until=today + timedelta(days=days),
    )
    if ended:
        casting.insert_bare("consent_ending", assessment_id=number, staff_id=0, reason="试", ended_at=casting.now())
    assessing.forget()
    return number


@pytest.fixture
def assessed() -> Iterator[None]:
    """Whatever the test does to assessments is put right after it."""
    yield
    for each in founding.assessments():
        assess(each.purpose)


@pytest.fixture
def cast(company: None, assessed: None) -> Iterator[Cast]:
    """A city of its own, while this thread is the desk."""
    people = Cast(timezone=zone_at_noon())
    with signed_in_as("desk"):
        yield people
