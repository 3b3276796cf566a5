"""A suggestion is made of ten or more different people, or of nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hongxian.letters.suggesting import LEAST, Glance, Suggestion, suggest

T0 = datetime(2026, 6, 1, tzinfo=UTC)


def person(number: int, *, birth: int | None = 1990, height: int | None = 170, education: str = "bachelor", district: str = "静安区") -> Glance:  # fmt: skip
    return Glance(number.to_bytes(4, "big"), T0 + timedelta(minutes=number), birth, height, education, district)


def refs(*numbers: int) -> list[bytes]:
    return [number.to_bytes(4, "big") for number in numbers]


people = st.lists(
    st.builds(
        person,
        st.integers(0, 40),
        birth=st.sampled_from([None, 1985, 1990]),
        height=st.sampled_from([None, 165, 170]),
        education=st.sampled_from(["", "bachelor", "master"]),
        district=st.sampled_from(["", "静安区", "徐汇区"]),
    ),
    max_size=120,
)
gone = st.sets(st.integers(0, 40), max_size=20).map(lambda numbers: set(refs(*numbers)))


def shown(suggestion: Suggestion) -> set[tuple[str, object]]:
    return {
        (facet, value) for facet in ("birth_years", "heights", "educations", "districts") for value in getattr(suggestion, facet)
    }


def behind(glances: list[Glance], left_out: set[bytes]) -> Counter[tuple[str, object]]:
    """How many different people stand behind each bucket, counted in another way than the code does."""
    counts: Counter[tuple[str, object]] = Counter()
    for ref in {glance.other_ref for glance in glances} - left_out:
        newest = [each for each in glances if each.other_ref == ref]
        last = max(each.at for each in newest)
        found = [each for each in newest if each.at == last][-1]
        counts["birth_years", found.birth_from] += 1
        counts["heights", found.height_from] += 1
        counts["educations", found.education] += 1
        counts["districts", found.district] += 1
    return counts


# A busy machine is no fault.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestSuggest:
    def test_ten_alike_are_enough(self) -> None:
        assert suggest([person(n) for n in range(10)], []) == Suggestion(True, (1990,), (170,), ("bachelor",), ("静安区",))

    def test_nine_are_not_however_often_they_were_looked_at(self) -> None:
        looks = [person(n % 9) for n in range(90)]
        assert suggest(looks, []) == Suggestion(enough=False)

    def test_who_opted_out_does_not_count(self) -> None:
        looks = [person(n) for n in range(12)]
        assert suggest(looks, refs(0, 1)) == suggest([person(n) for n in range(2, 12)], [])
        assert suggest(looks, refs(0, 1, 2)) == Suggestion(enough=False)

    def test_a_bucket_of_nine_is_not_shown_beside_others(self) -> None:
        looks = [person(n, district="徐汇区" if n < 9 else "静安区") for n in range(19)]
        assert suggest(looks, []).districts == ("静安区",)

    def test_ten_who_differ_suggest_nothing(self) -> None:
        looks = [person(n, birth=1950 + 5 * n, height=140 + 5 * n, education="", district=f"{n}区") for n in range(10)]
        found = suggest(looks, [])
        assert found.enough
        assert found.is_empty

    def test_the_newest_look_counts(self) -> None:
        looks = [person(n, birth=1985) for n in range(10)]
        looks += [replace(person(n), at=T0 + timedelta(days=9)) for n in range(10)]
        assert suggest(looks, []).birth_years == (1990,)


class TestNobodyIsSeen:
    @CALM
    @given(people, gone)
    def test_ten_different_people_stand_behind_each_bucket(self, glances: list[Glance], left_out: set[bytes]) -> None:
        counts = behind(glances, left_out)
        found = suggest(glances, left_out)
        assert all(counts[each] >= LEAST for each in shown(found))
        assert found.enough == (len({each.other_ref for each in glances} - left_out) >= LEAST)

    @CALM
    @given(people, gone)
    def test_who_opted_out_changes_nothing_by_what_they_are(self, glances: list[Glance], left_out: set[bytes]) -> None:
        other = [replace(each, birth_from=2000, district="别处") if each.other_ref in left_out else each for each in glances]
        without = [each for each in glances if each.other_ref not in left_out]
        assert suggest(glances, left_out) == suggest(other, left_out) == suggest(without, [])

    @CALM
    @given(people, gone, st.integers(0, 40))
    def test_one_person_more_or_less_stays_hidden_among_nine_others(
        self, glances: list[Glance], left_out: set[bytes], number: int
    ) -> None:
        """Whoever compares two cards learns of a bucket that came or went, and behind it stand nine more at least."""
        one = refs(number)[0]
        before, after = suggest(glances, left_out), suggest(glances, left_out | {one})
        others = behind(glances, left_out | {one})
        for bucket in shown(before) ^ shown(after):
            assert others[bucket] >= LEAST - 1
        assert shown(after) <= shown(before)

    @CALM
    @given(people, gone)
    def test_the_order_tells_no_counts(self, glances: list[Glance], left_out: set[bytes]) -> None:
        found = suggest(glances, left_out)
        assert list(found.birth_years) == sorted(found.birth_years)
        assert list(found.heights) == sorted(found.heights)
        assert list(found.districts) == sorted(found.districts)
        assert suggest(list(reversed(glances)), left_out).enough == found.enough
