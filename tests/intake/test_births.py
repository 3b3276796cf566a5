"""Dates of birth in every spelling, and who is of age."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.intake import births, dates
from hongxian.intake.limits import Cell

TODAY = date(2026, 11, 23)
DAY = date(1990, 3, 5)


def read(cell: Cell) -> births.Birth:
    return births.read(cell=cell, as_of=TODAY)


class TestRead:
    @pytest.mark.parametrize(
        "cell",
        [
            "1990-03-05",
            "1990-3-5",
            "1990.03.05",
            "1990/3/5",
            "1990年3月5日",
            "1990 年 3 月 5 日",
            "1990年3月5号",
            "1990年3月5日出生",
            "1990,3,5",
            "1990 03 05",
            "19900305",
            19900305,
            19900305.0,
            DAY,
            datetime.fromisoformat("1990-03-05 08:00:00"),
            32937,
            "32937",
            32937.5,
            "90-3-5",
            "90.3.5",
            "90/3/5",
            "90年3月5日",
            "900305",
            "一九九〇年三月五日",
            "一九九零年三月五日",
            "１９９０－０３－０５",
            "1990-03-05 00:00:00",
            "1990-03-05T00:00:00",
            "5-Mar-90",
            "Mar 5, 1990",
            "1990-03-05\u200b",
            "'1990-03-05",
        ],
    )
    def test_reads_every_spelling(self, cell: Cell) -> None:
        assert read(cell) == births.Birth(DAY, 1990)

    def test_reads_tens_in_chinese(self) -> None:
        assert read("一九九〇年十二月三十一日").day == date(1990, 12, 31)
        assert read("一九九〇年十月二十日").day == date(1990, 10, 20)

    def test_takes_the_latest_year_that_two_figures_can_mean(self) -> None:
        assert read("05年3月5日").day == date(2005, 3, 5)
        assert read("27年3月5日").day == date(1927, 3, 5)
        assert read("10-1-5").refused == "minor"

    @pytest.mark.parametrize(
        "cell", ["1990-02-30", "1992-13-40", "0000-00-00", "1990-00-00", "19900230", "0", 0, "12345678", "1880-01-01"]
    )
    def test_refuses_a_day_that_cannot_be(self, cell: Cell) -> None:
        assert read(cell) == births.Birth(refused="birth")

    @pytest.mark.parametrize("cell", ["2190-01-01", "2026-11-24", "2027", "2026-12", 99999999])
    def test_refuses_a_day_to_come(self, cell: Cell) -> None:
        assert read(cell).refused == "birth"

    def test_is_of_age_on_the_eighteenth_birthday(self) -> None:
        assert read("2008-11-23").refused is None
        assert read("2008-11-24").refused == "minor"
        assert read(TODAY).refused == "minor"

    @pytest.mark.parametrize("cell", ["2008", "2008年11月", "2008-12", "17岁"])
    def test_refuses_who_may_still_be_under_age(self, cell: str) -> None:
        assert read(cell).refused == "minor"

    @pytest.mark.parametrize(
        "cell", ["1990", 1990, "1990年", "90年", "1990年3月", "1990-03", "199003", "一九九〇年三月", 1990.1, "1990.10"]
    )
    def test_keeps_the_year_when_there_is_no_day(self, cell: Cell) -> None:
        assert read(cell) == births.Birth(None, 1990, None, "partial")

    def test_does_not_guess_the_order_of_day_and_month(self) -> None:
        assert read("03/05/1990") == births.Birth(None, 1990, None, "ambiguous")
        assert read("05/06/07") == births.Birth(warning="ambiguous")
        assert read("200305") == births.Birth(warning="ambiguous")
        assert read("25/12/1990").day == read("12/25/1990").day == date(1990, 12, 25)

    def test_does_not_take_a_day_of_the_moon_for_a_day_of_the_sun(self) -> None:
        assert read("农历1990年三月初五") == births.Birth(None, 1990, None, "lunar")

    @pytest.mark.parametrize("cell", ["110101199003051234", "11010119900305123X", "110101900305123", 1.10101199003051e17])
    def test_takes_the_date_out_of_an_identity_number_and_nothing_else(self, cell: Cell) -> None:
        assert read(cell) == births.Birth(DAY, 1990, None, "identity_number")

    @pytest.mark.parametrize("cell", [None, "", " ", "不详", "/", "保密", float("nan")])
    def test_nothing_said_is_no_reason_to_refuse(self, cell: Cell) -> None:
        assert read(cell) == births.Birth()

    @pytest.mark.parametrize("cell", ["90后", "属马", "abc", -5, 1e300, float("inf"), True, time(1, 2), "2月30日"])
    def test_leaves_out_what_it_cannot_read(self, cell: Cell) -> None:
        assert read(cell) == births.Birth(warning="unreadable")

    @given(
        st.text(max_size=40)
        | st.text(alphabet="0123456789-/.年月日 一二十", max_size=14)
        | st.integers()
        | st.floats()
        | st.dates()
    )
    def test_never_accepts_who_is_not_of_age(self, cell: Cell) -> None:
        birth = read(cell)
        if birth.refused is None and birth.day is not None:
            assert births.age_on(birth=birth.day, day=TODAY) >= births.ADULT_AGE
        if birth.refused is None and birth.year is not None:
            assert birth.year <= TODAY.year - births.ADULT_AGE

    @given(
        st.dates(min_value=date(1930, 1, 1), max_value=date(2005, 1, 1)),
        st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]),
    )
    def test_reads_back_what_was_written(self, day: date, spelling: str) -> None:
        assert dates.read(cell=day.strftime(spelling), as_of=TODAY).day == day


class TestAge:
    def test_counts_full_years(self) -> None:
        assert births.age_on(birth=date(2008, 2, 29), day=date(2026, 2, 28)) == 17
        assert births.age_on(birth=date(2008, 2, 29), day=date(2026, 3, 1)) == 18
