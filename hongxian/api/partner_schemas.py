"""
What partners may say, to the letter: every object refuses a field that is not named here, and no field holds free words.

Of a person only what they told about themselves; nothing of whom they viewed, wrote to or heard from has a place.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, WithJsonSchema

FIGURES = {"Nd", "No"}  # digits, and what is made of them: full-width, circled, Arabic
DAY = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"


def _readable(text: str) -> str:
    """What the pattern cannot say in every language: no figure of any script, nothing unseen, and a letter in it."""
    if not text.isprintable() or any(unicodedata.category(sign) in FIGURES for sign in text) or not any(map(str.isalpha, text)):
        message = "words that can be read, without figures"
        raise ValueError(message)
    return text


Number = Annotated[
    str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", description="手机号码，E.164 | mobile number, E.164", examples=["+8613800138000"])
]
# Short, on one line, without figures: an occupation that holds a number or a letter is none.
Words = Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f0-9][^\x00-\x1f\x7f0-9]{0,19}$"), AfterValidator(_readable)]
Name = Annotated[str, Field(pattern=r"^[^\x00-\x20\x7f0-9][^\x00-\x1f\x7f0-9]{0,29}$"), AfterValidator(_readable)]
StoreCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,8}$", description="GET /api/v1/stores")]
Notice = Annotated[
    str, Field(pattern=r"^[0-9a-f]{32}$", description="hash of the text that the person was shown: GET /api/v1/notices")
]
Purpose = Literal["outreach.call", "outreach.sms", "pool.grading", "outreach.promotion"]


def _day(value: object) -> date:
    if not isinstance(value, str) or len(value) != len("2000-01-01"):
        message = "a day as YYYY-MM-DD"
        raise ValueError(message)
    return date.fromisoformat(value)


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "pattern": DAY})]


class Strict(BaseModel):
    """Nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class Facets(Strict):
    """The coarse record; the codes are those of the person's own page."""

    height_cm: Annotated[StrictInt, Field(ge=120, le=230)] | None = None
    education: Literal["junior_or_below", "vocational", "high_school", "college", "bachelor", "master", "doctor"] | None = None
    marital: Literal["never_married", "divorced", "divorced_no_child", "divorced_with_child", "widowed", "married"] | None = None
    income_band: Literal["under_3k", "3k_5k", "5k_10k", "10k_20k", "20k_50k", "over_50k"] | None = None
    housing: Literal["owned", "not_owned", "planned", "rented", "with_parents", "dormitory"] | None = None
    car: Literal["owned", "not_owned", "planned"] | None = None
    home_city: Words | None = None
    district: Words | None = None
    occupation: Words | None = None


class PersonIn(Facets):
    """Somebody who joins. The day of birth is needed: under 18 nobody is taken in."""

    number: Number
    name: Name
    sex: Literal["female", "male"]
    birth: Day


class ConsentIn(Strict):
    """One yes, under the text that is in force; each purpose by itself."""

    purpose: Purpose
    notice: Notice
    given_on: Day
    how: Literal["ticked", "signed", "scanned"]


class RegistrationIn(Strict):
    """A person joins in a store. Without a consent to calls they are there and nobody may contact them."""

    store: StoreCode
    person: PersonIn
    consents: Annotated[list[ConsentIn], Field(max_length=8)]


class ProfileIn(Facets):
    """What has changed of somebody's coarse record."""

    number: Number


class ConsentsIn(Strict):
    """Somebody says yes to more."""

    number: Number
    consents: Annotated[list[ConsentIn], Field(min_length=1, max_length=8)]


class WithdrawalIn(Strict):
    """Somebody takes a yes back."""

    number: Number
    purposes: Annotated[list[Purpose], Field(min_length=1, max_length=8)]


class EventIn(Strict):
    """
    Something happened on the partner's side.

    refused, married, number_given_up: the number is never contacted again. account_closed: every yes is taken back.
    intent: the person asked for the service.
    """

    number: Number
    type: Literal["refused", "married", "number_given_up", "account_closed", "intent"]


class Accepted(BaseModel):
    """It is in. The same answer for every number, and again for the same request."""

    id: UUID


class RequestOut(BaseModel):
    """How a request stands. done: it was done, whatever came of it; failed: it could not be, for a reason that is not the person's."""

    id: UUID
    kind: Literal["register", "profile", "consent", "withdraw", "no", "intent"]
    state: Literal["waiting", "done", "failed"]
    reason: str
    taken_at: datetime
    done_at: datetime | None


class NoticeOut(BaseModel):
    """The text of a purpose as it is in force; shown to the person before they say yes."""

    purpose: str
    notice: str
    zh: str
    en: str


class StoreOut(BaseModel):
    """A store that may take people in today."""

    code: str


class Error(BaseModel):
    """Nothing has changed. `at` names the place in the body, never its value."""

    error: str
    message: str
    at: str = ""
