"""The members of the demo company: made up from tables by a seed, with what they agreed to and what they refused."""

from __future__ import annotations

import hashlib
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from hongxian.cli.sample import names, times
from hongxian.cli.sample.dice import draw, happens
from hongxian.consent.receipts import COVERED_BY_IMPORT, PROMOTION

if TYPE_CHECKING:
    from random import Random

    from hongxian.cli.sample.histories import Episode

YEARS = 730  # days that a yes lasts
PROMOTION_BELOW = 102  # of 256
# Ranges of data cards: well-formed mobile numbers that nobody picks up, should one ever be dialled by mistake.
PREFIXES = ("145", "147")
AGES = (*range(20, 66),)
AGE_WEIGHTS = tuple(accumulate([*range(2, 12), *(max(1, 13 - past // 3) for past in range(36))]))  # most about 30
EDUCATION = (
    ("junior_or_below", 3),
    ("vocational", 6),
    ("high_school", 10),
    ("college", 27),
    ("bachelor", 41),
    ("master", 11),
    ("doctor", 2),
)
INCOMES = ("under_3k", "3k_5k", "5k_10k", "10k_20k", "20k_50k", "over_50k")
INCOME_WEIGHTS = {"low": (12, 30, 40, 14, 3, 1), "mid": (3, 14, 45, 28, 8, 2), "high": (1, 5, 26, 42, 21, 5)}
CONSENTS = (("runs", 61), ("old", 15), ("none", 24))
HOUSING = (("owned", 34), ("rented", 28), ("with_parents", 20), ("planned", 8), ("not_owned", 7), ("dormitory", 3))
CAR = (("owned", 38), ("not_owned", 50), ("planned", 12))


@dataclass(frozen=True, slots=True)
class Shop:
    """A store as the filler needs it."""

    store_id: int
    code: str
    city_id: int
    city_code: str
    city_name: str
    pool_id: int
    city_pool_id: int


@dataclass(slots=True)
class Member:
    """One made-up member: what is sealed, what lies plain, and what became of them."""

    shop: Shop
    origin: str
    number: str
    name: str
    sex: str
    birth: int
    birth_year: int
    district: str
    registered: int
    facets: dict[str, str]
    height_cm: int | None
    occupation: str
    source: str
    wechat: str
    criteria: str
    remark: str
    states_intent: bool
    given: int | None = None  # the day of the yes
    evidence: str = ""
    withdrawn: int | None = None  # the moment it was taken back
    said_no: str = ""  # the reason with which the record came in
    member_id: int = 0
    hashes: list[bytes] = field(default_factory=list)
    profiling_off: bool = False
    kind: str = "store"  # the pool they belong to: store or city
    episodes: list[Episode] = field(default_factory=list)

    @property
    def alias(self) -> str:
        """How to address them."""
        surname = self.name[:2] if self.name[:2] in names.RARE_SURNAMES else self.name[0]
        return surname + names.TITLES[self.sex]

    @property
    def pool_id(self) -> int:
        """The pool that they come from and go back to."""
        return self.shop.pool_id if self.kind == "store" else self.shop.city_pool_id

    @property
    def agreed_to(self) -> tuple[str, ...]:
        """What their yes covers: two in five said yes to events and offers as well."""
        more = hashlib.sha256(self.origin.encode()).digest()[0] < PROMOTION_BELOW
        return (*COVERED_BY_IMPORT, PROMOTION) if more else COVERED_BY_IMPORT

    def may_be_contacted(self, today: int) -> bool:
        """Whether a yes runs that nobody took back, and no "no" came with the record."""
        return self.given is not None and today - self.given <= YEARS and self.withdrawn is None and not self.said_no


class Maker:
    """Draws members; the same seed and stores draw the same ones."""

    def __init__(self, rng: Random, shops: list[Shop], today: int) -> None:
        self._rng, self._shops, self._today = rng, shops, today
        self._taken: set[str] = set()
        self._counts = {shop.code: 0 for shop in shops}

    def draw(self) -> Member:
        """One member."""
        rng = self._rng
        shop = rng.choice(self._shops)
        self._counts[shop.code] += 1
        sex = "female" if happens(rng, 0.48) else "male"
        age = AGES[bisect(AGE_WEIGHTS, rng.random() * AGE_WEIGHTS[-1])]
        birth = self._today - int((age + rng.random()) * 365.25) - 1
        registered = self._today - min(int(rng.expovariate(1 / 420)), 2400) - 2
        told = 0.3 if happens(rng, 0.2) else 0.92  # some tell hardly anything
        member = Member(
            shop=shop,
            origin=f"{shop.code}-{self._counts[shop.code]:06d}",
            number=self._number(),
            name=self._name(sex),
            sex=sex,
            birth=birth,
            birth_year=times.date_of(birth).year,
            district=self._district(shop),
            registered=registered,
            facets=self._facets(age, told),
            height_cm=round(rng.gauss(162 if sex == "female" else 174, 5.5)) if happens(rng, told) else None,
            occupation=rng.choice(names.OCCUPATIONS) if happens(rng, told) else "",
            source=draw(rng, names.SOURCES),
            wechat=f"wx_{rng.getrandbits(36):09x}" if happens(rng, 0.35) else "",
            criteria=rng.choice(names.CRITERIA) if happens(rng, told - 0.3) else "",
            remark=rng.choice(names.REMARKS) if happens(rng, 0.2) else "",
            states_intent=happens(rng, 0.07),
            kind="store" if happens(rng, 2 / 3) else "city",
        )
        self._say_yes_or_no(member)
        return member

    def _say_yes_or_no(self, member: Member) -> None:
        """Six of ten have a yes that runs, some an old one, some none; a few took it back, a few said no or are married."""
        rng, consent = self._rng, draw(self._rng, CONSENTS)
        if consent == "runs":
            member.given = rng.randint(max(member.registered, self._today - YEARS + 1), self._today - 1)
        elif consent == "old":
            member.registered -= YEARS + 30
            member.given = member.registered + rng.randint(0, 20)
        if member.given is not None:
            member.evidence = draw(rng, names.EVIDENCE)
            member.profiling_off = happens(rng, 0.02)
            if happens(rng, 0.01):
                member.withdrawn = times.start_of(rng.randint(member.given, self._today - 1) + 1) - rng.randint(1, 9) * times.HOUR
        if happens(rng, 0.016):
            member.said_no = "married" if happens(rng, 0.35) else "refused"
            if member.said_no == "married":
                member.facets["marital"] = "married"

    def _number(self) -> str:
        while True:
            number = f"+86{self._rng.choice(PREFIXES)}{self._rng.randrange(10**8):08d}"
            if number not in self._taken:
                self._taken.add(number)
                return number

    def _name(self, sex: str) -> str:
        rng = self._rng
        surname = (
            rng.choice(names.RARE_SURNAMES)
            if happens(rng, 0.01)
            else names.SURNAMES[int(rng.random() ** 1.8 * len(names.SURNAMES))]
        )
        given = names.FEMALE if sex == "female" else names.MALE
        return surname + "".join(rng.choice(given) for _ in range(2 if happens(rng, 0.75) else 1))

    def _district(self, shop: Shop) -> str:
        if happens(self._rng, 0.3):
            return names.NEAREST.get(shop.code, "")
        return self._rng.choice(names.DISTRICTS[shop.city_code])

    def _facets(self, age: int, told: float) -> dict[str, str]:
        rng = self._rng
        education = draw(rng, EDUCATION) if happens(rng, told) else ""
        level = "high" if education in {"master", "doctor"} else "mid" if education in {"bachelor", "college", ""} else "low"
        return {
            "education": education,
            "income_band": rng.choices(INCOMES, INCOME_WEIGHTS[level])[0] if happens(rng, told - 0.1) else "unknown",
            "marital": self._marital(age) if happens(rng, told) else "",
            "housing": draw(rng, HOUSING) if happens(rng, told - 0.2) else "",
            "car": draw(rng, CAR) if happens(rng, told - 0.2) else "",
        }

    def _marital(self, age: int) -> str:
        rng = self._rng
        if happens(rng, min(0.95, max(0.02, (age - 24) / 28))):
            weights = (
                ("divorced", 3),
                ("divorced_no_child", 3),
                ("divorced_with_child", 5),
                ("widowed", 1 + max(0, age - 50) // 5),
            )
            return draw(rng, weights)
        return "never_married"
