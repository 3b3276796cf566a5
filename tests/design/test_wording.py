"""Numbers and times as people read them, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hongxian.design import wording

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # twelve o'clock in Shanghai, a Tuesday


class TestDayAndMoment:
    def test_writes_day_and_time_where_the_company_is(self) -> None:
        at = NOON + timedelta(hours=2, minutes=5)
        assert wording.moment(at, "zh-hans", now=NOON) == "11月24日 周二 14:05"
        assert wording.moment(at, "en", now=NOON) == "Tue 24 Nov 14:05"

    def test_names_the_year_only_when_it_is_another(self) -> None:
        assert wording.day(date(2025, 1, 1), "zh-hans", today=NOON.date()) == "2025年1月1日 周三"
        assert wording.day(date(2025, 1, 1), "en", today=NOON.date()) == "Wed 1 Jan 2025"

    def test_changes_the_day_at_local_midnight(self) -> None:
        assert wording.moment(datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "en", now=NOON) == "Wed 25 Nov 00:00"


class TestAgo:
    @pytest.mark.parametrize(
        ("back", "chinese", "english"),
        [
            (timedelta(seconds=59), "刚刚", "just now"),
            (timedelta(minutes=3), "3 分钟前", "3 min ago"),
            (timedelta(hours=23, minutes=59), "23 小时前", "23 h ago"),
            (timedelta(days=2), "2 天前", "2 d ago"),
            (timedelta(days=3), "11月21日 周六", "Sat 21 Nov"),
            (-timedelta(hours=3), "11月24日 周二 15:00", "Tue 24 Nov 15:00"),
        ],
    )
    def test_says_how_long_ago(self, back: timedelta, chinese: str, english: str) -> None:
        assert wording.ago(NOON - back, "zh-hans", now=NOON) == chinese
        assert wording.ago(NOON - back, "en", now=NOON) == english


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "chinese", "english"),
        [
            (9_999, "9,999", "9,999"),
            (10_000, "1万", "10k"),
            (129_999, "12.9万", "129.9k"),
            (10_000_000, "1,000万", "10M"),
            (300_000_000, "3亿", "300M"),
        ],
    )
    def test_rounds_large_numbers_down(self, value: int, chinese: str, english: str) -> None:
        assert wording.rough(value, "zh-hans") == chinese
        assert wording.rough(value, "en") == english

    def test_writes_lengths_and_heights_with_their_units(self) -> None:
        assert wording.duration(65, "zh-hans") == "1分05秒"
        assert wording.duration(timedelta(seconds=9), "en") == "9 s"
        assert wording.height(172, "zh-hans") == "172厘米"
        assert wording.height(172, "en") == "172 cm"
