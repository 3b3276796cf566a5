"""
Storing people (入库): one batch, one transaction, and the same batch again changes nothing.

The order of locks is that of all who move members: the numbers' buckets, in common with other imports and shutting out
a "no"; then known members by city and id; then new numbers in the order of their hashes. What is looked up is looked up
after that, so whoever said no before this transaction is seen, and whoever says no later finds what it has stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction

from hongxian.audit import recording
from hongxian.consent import giving, ordering, suppressing
from hongxian.intake import drafting
from hongxian.intake.outcomes import Standing
from hongxian.kernel.clock import day_of
from hongxian.members import joining, records
from hongxian.members.joining import Change, Known, NewMember
from hongxian.pools import entering, grading
from hongxian.vault import storing as vault
from hongxian.vault.storing import Letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from hongxian.consent.giving import Given
    from hongxian.intake.people import Person
    from hongxian.kernel.actor import Actor
    from hongxian.org.queries import StoreRow


MOST_TRIES = 20
Result = TypeVar("Result")


class Overtaken(Exception):
    """Somebody else has just brought in one of these people: roll back and do the batch again."""


def until_alone(work: Callable[[], Result]) -> Result:
    """
    Does `work` in a transaction, again from its beginning whenever somebody else was quicker with one of its people.

    :raises Overtaken: twenty times in a row.
    """
    for _ in range(MOST_TRIES - 1):
        try:
            with transaction.atomic():
                return work()
        except Overtaken:
            continue
    with transaction.atomic():
        return work()


def _with(member: NewMember, grade: grading.Grade) -> NewMember:
    return replace(member, grade=grade.letter, grade_score=grade.score, grade_inputs=grade.inputs)


def _days(given: Sequence[Given], purpose: str) -> list[date]:
    return [each.given_on for each in given if purpose in each.purposes]


@dataclass(slots=True, kw_only=True)
class Batch:
    """
    Some people of one store, to be stored in the surrounding transaction, or only looked at in a dry run.

    `refusing` are numbers whose "no" is not recorded because nothing is; `way` is how they come in, in receipts. `known_only`
    leaves out whoever has no record in the store's city yet.
    """

    by: Actor
    store: StoreRow
    city_codes: Mapping[int, str]
    people: Sequence[Person]
    hashes: Mapping[str, list[bytes]]
    dry: bool
    refusing: frozenset[str]
    now: datetime
    way: str = "import"
    known_only: bool = False
    _homes: dict[str, tuple[int, int]] = field(default_factory=dict, init=False)
    _known: dict[int, Known] = field(default_factory=dict, init=False)
    _suppressed: dict[bytes, str] = field(default_factory=dict, init=False)

    def store_all(self) -> list[Standing]:
        """
        Stores who is new, fills the blanks of who is known, adds receipts and pool entries; where each of them stands.

        :raises Overtaken: see there.
        """
        if not self.dry:
            suppressing.lock_all_numbers()
            ordering.hold_members()
        self._look_up()
        if self.known_only:
            homes, city_id = self._homes, self.store.city_id
            self.people = [person for person in self.people if homes.get(person.number, (None,))[0] == city_id]
            self._homes = {person.number: homes[person.number] for person in self.people}
        new = [person for person in self.people if person.number not in self._homes]
        ids = {} if self.dry else dict(zip((each.number for each in new), joining.reserve_ids(len(new)), strict=True))
        standings = [self._standing(person, ids.get(person.number)) for person in self.people]
        if not self.dry:
            self._add(new, ids)
            self._merge()
            self._trace(sorted(ids.values()))
            self._refuse_lifts(ids)
        return standings

    @property
    def _came(self) -> str:
        return f"{self.way} {self.store.code}"

    @property
    def _today(self) -> date:
        return day_of(self.now)

    def _look_up(self) -> None:
        wanted = [each for person in self.people for each in self.hashes[person.number]]
        found = joining.numbers_of(wanted)
        for person in self.people:
            home = next((found[each] for each in self.hashes[person.number] if each in found), None)
            if home is not None:
                self._homes[person.number] = home
        for city_id, member_ids in self._by_city().items():
            if not self.dry:
                joining.lock_all(city_id=city_id, member_ids=member_ids)
            self._known |= joining.known(city_id=city_id, member_ids=member_ids)
        if any(home not in self._known or self._known[home].state == "erased" for _, home in self._homes.values()):
            raise Overtaken  # erased between the two looks
        self._suppressed = suppressing.suppressed(wanted)

    def _by_city(self) -> dict[int, list[int]]:
        cities: dict[int, list[int]] = defaultdict(list)
        for city_id, member_id in sorted(set(self._homes.values())):
            cities[city_id].append(member_id)
        return dict(sorted(cities.items()))

    def _says_no(self, person: Person) -> bool:
        return person.number in self.refusing or any(each in self._suppressed for each in self.hashes[person.number])

    def _standing(self, person: Person, new_id: int | None) -> Standing:
        suppressed = self._says_no(person)
        consents = any(named.may_be_called for named in person.rows)
        home = self._homes.get(person.number)
        if home is None:
            return Standing(
                new=True,
                own_store=True,
                origin=person.rows[0].origin,
                resource_no="",
                member_id=new_id,
                suppressed=suppressed,
                contactable=consents and not suppressed,
            )
        known = self._known[home[1]]
        runs = known.contact_until is not None and known.contact_until >= self._today
        return Standing(
            new=False,
            own_store=known.store_id == self.store.store_id,
            origin=known.origin,
            resource_no=records.resource_no(self.city_codes.get(home[0], ""), home[1]),
            member_id=home[1] if home[0] == self.store.city_id else None,
            suppressed=suppressed or known.suppressed,
            contactable=(consents or runs) and known.state == "live" and not suppressed and not known.suppressed,
        )

    def _add(self, new: Sequence[Person], ids: Mapping[str, int]) -> None:
        if not new:
            return
        city_id = self.store.city_id
        given = {person.number: drafting.given_by(person, member_id=ids[person.number], came=self._came) for person in new}
        members = self._graded([self._new_member(person, ids[person.number], given[person.number]) for person in new], given, new)
        if not joining.take_numbers(city_id=city_id, members=members):
            raise Overtaken
        joining.add(city_id=city_id, store_id=self.store.store_id, members=members, now=self.now)
        letters = [Letter(ids[person.number], drafting.texts_of(person)) for person in new]
        vault.store(city_id=city_id, letters=letters, now=self.now)
        giving.give_first(city_id=city_id, given=[each for some in given.values() for each in some], now=self.now)
        reachable = [each.member_id for each in members if each.contact_until and not each.suppressed]
        entering.enter(by=self.by, city_id=city_id, member_ids=reachable, now=self.now)

    def _new_member(self, person: Person, member_id: int, given: Sequence[Given]) -> NewMember:
        return NewMember(
            member_id=member_id,
            number_hashes=list(self.hashes[person.number]),
            origin=person.rows[0].origin,
            traits=drafting.traits_of(person.filled),
            contact_until=giving.until(_days(given, giving.DECIDES_CONTACT), today=self._today),
            suppressed=self._says_no(person),
        )

    def _graded(
        self, members: list[NewMember], given: Mapping[str, Sequence[Given]], people: Sequence[Person]
    ) -> list[NewMember]:
        """Whoever will go into a pool is made with the grade that entering it will find."""
        enters = [bool(each.contact_until) and not each.suppressed for each in members]
        of = zip(members, people, enters, strict=True)
        asked = [(each.traits, _days(given[person.number], giving.DECIDES_GRADING)) for each, person, goes in of if goes]
        grades = grading.grades_of_new(people=asked, now=self.now)
        return [_with(each, next(grades)) if goes else each for each, goes in zip(members, enters, strict=True)]

    def _merge(self) -> None:
        for city_id, member_ids in self._by_city().items():
            live = [each for each in member_ids if self._known[each].state == "live"]
            people = {self._homes[person.number][1]: person for person in self.people if person.number in self._homes}
            self._merge_in(city_id, {member_id: people[member_id] for member_id in live})

    def _merge_in(self, city_id: int, people: Mapping[int, Person]) -> None:
        """Blanks, receipts, and a place in the pool of the member's own store for who can be contacted only now."""
        ids = list(people)
        held = vault.held(city_id=city_id, member_ids=ids)
        given = [
            each
            for member_id, person in people.items()
            for each in drafting.given_by(person, member_id=member_id, came=self._came)
        ]
        gained = giving.give(city_id=city_id, given=given, now=self.now) if given else frozenset()
        until = giving.contact_until(city_id=city_id, member_ids=sorted(gained), today=self._today) if gained else {}
        changes, letters = [], []
        for member_id, person in people.items():
            known, has = self._known[member_id], held.get(member_id, frozenset())
            letters.append(Letter(member_id, drafting.missing_texts(known, person, held=has)))
            traits = drafting.missing_traits(known, drafting.traits_of(person.filled))
            if traits or until.get(member_id, known.contact_until) != known.contact_until:
                changes.append(Change(member_id=member_id, traits=traits, contact_until=until.get(member_id)))
        if changes:
            joining.change(city_id=city_id, changes=changes)
        vault.store(city_id=city_id, letters=letters, now=self.now)
        if until:
            entering.enter(by=self.by, city_id=city_id, member_ids=sorted(until), now=self.now)

    def _trace(self, new_ids: list[int]) -> None:
        seen = self._by_city()
        seen[self.store.city_id] = sorted({*seen.get(self.store.city_id, []), *new_ids})
        for city_id, member_ids in seen.items():
            if member_ids:
                recording.record(
                    by=self.by,
                    action=f"intake.{self.way}",
                    purpose="intake",
                    city_id=city_id,
                    member_ids=member_ids,
                    now=self.now,
                )

    def _refuse_lifts(self, ids: Mapping[str, int]) -> None:
        """A fresh yes of a number that said no lifts nothing, whoever brings it: one denied trace a batch with all of them."""
        about: dict[int, list[int]] = defaultdict(list)
        for person in self.people:
            if self._says_no(person) and any(named.row.consent for named in person.rows):
                city_id, member_id = self._homes.get(person.number) or (self.store.city_id, ids[person.number])
                about[city_id].append(member_id)
        for city_id, member_ids in sorted(about.items()):
            suppressing.refuse_lift(by=self.by, way=self.way, city_id=city_id, member_ids=sorted(member_ids), now=self.now)
