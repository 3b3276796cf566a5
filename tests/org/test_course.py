"""The privacy course: complete in both languages, and graded as it says."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import Any

import pytest

from hongxian.org import course


@pytest.fixture
def source() -> dict[str, Any]:
    with course.FILE.open("rb") as file:
        return tomllib.load(file)


@pytest.fixture
def right() -> dict[str, str]:
    return {question.key: question.right for question in course.load("zh-hans").questions}


class TestLoad:
    def test_has_the_parts_that_the_law_and_the_trade_ask_for(self) -> None:
        loaded = course.load("zh-hans")
        assert [section.key for section in loaded.sections] == [
            "why",
            "see",
            "consent",
            "no",
            "number",
            "texts",
            "fraud",
            "breach",
        ]
        assert len(loaded.questions) == 10
        assert loaded.pass_mark == 80

    def test_reads_chinese_for_chinese_pages_and_english_for_others(self) -> None:
        assert "红线" in course.load("zh-hans").title
        assert "red line" in course.load("en").title
        assert course.load("zh-hans").version == course.load("en").version

    def test_gives_both_languages_the_same_shape(self) -> None:
        chinese, english = course.load("zh-hans"), course.load("en")
        assert [len(s.points) for s in chinese.sections] == [len(s.points) for s in english.sections]
        assert [len(s.paragraphs) for s in chinese.sections] == [len(s.paragraphs) for s in english.sections]
        assert [q.right for q in chinese.questions] == [q.right for q in english.questions]

    def test_has_no_chinese_left_in_english_but_the_word_members_reply(self) -> None:
        english = course.load("en")
        words = [text for s in english.sections for text in (s.title, *s.paragraphs, *s.points)]
        words += [text for q in english.questions for text in (q.text, q.explanation, *(o.text for o in q.options))]
        assert not [text for text in words if any("一" <= sign <= "鿿" for sign in text.replace("退订", ""))]

    def test_spreads_the_right_answers_so_that_no_letter_passes(self) -> None:
        letters = Counter(question.right for question in course.load("en").questions)
        assert set(letters) == set(course.OPTION_KEYS)
        assert max(letters.values()) <= 3

    def test_does_not_give_the_answer_away_by_its_length(self) -> None:
        longest = [
            question.key
            for question in course.load("zh-hans").questions
            if len(question.option_text(question.right)) == max(len(option.text) for option in question.options)
        ]
        assert len(longest) <= 7


class TestRead:
    def test_refuses_a_text_that_misses_a_language(self, source: dict[str, Any]) -> None:
        source["section"][0]["title"]["en"] = " "
        with pytest.raises(course.CourseInvalid, match="why: a text is missing in en"):
            course.read(source, language="zh-hans")

    def test_refuses_a_key_that_stands_twice(self, source: dict[str, Any]) -> None:
        source["question"][1]["key"] = "q1"
        with pytest.raises(course.CourseInvalid, match="twice: q1"):
            course.read(source, language="zh-hans")

    def test_refuses_a_right_answer_that_is_no_option(self, source: dict[str, Any]) -> None:
        source["question"][0]["right"] = "e"
        with pytest.raises(course.CourseInvalid, match="q1: the right answer"):
            course.read(source, language="zh-hans")

    def test_refuses_two_equal_options(self, source: dict[str, Any]) -> None:
        source["question"][0]["a"] = source["question"][0]["b"]
        with pytest.raises(course.CourseInvalid, match="q1: two options"):
            course.read(source, language="zh-hans")

    def test_refuses_a_question_without_its_explanation(self, source: dict[str, Any]) -> None:
        del source["question"][0]["explanation"]
        with pytest.raises(course.CourseInvalid, match="lacks 'explanation'"):
            course.read(source, language="zh-hans")

    @pytest.mark.parametrize("mark", [0, 101])
    def test_refuses_a_pass_mark_that_is_no_percentage(self, source: dict[str, Any], mark: int) -> None:
        source["pass_mark"] = mark
        with pytest.raises(course.CourseInvalid, match="percentage"):
            course.read(source, language="zh-hans")

    def test_refuses_an_empty_course(self, source: dict[str, Any]) -> None:
        source["question"] = []
        with pytest.raises(course.CourseInvalid, match="sections and questions"):
            course.read(source, language="zh-hans")


class TestGrade:
    def test_passes_with_everything_right(self, right: dict[str, str]) -> None:
        graded = course.grade(right)
        assert (graded.score, graded.passed, graded.wrong) == (100, True, ())

    @pytest.mark.parametrize(("mistakes", "passed"), [(2, True), (3, False)])
    def test_draws_the_line_at_eight_of_ten(self, right: dict[str, str], mistakes: int, passed: bool) -> None:  # noqa: FBT001 - a parameter of the case
        answers = right | {key: "a" if right[key] != "a" else "b" for key in list(right)[:mistakes]}
        graded = course.grade(answers)
        assert (graded.right, graded.total, graded.passed) == (10 - mistakes, 10, passed)
        assert [wrong.key for wrong in graded.wrong] == list(right)[:mistakes]

    def test_counts_what_was_left_out_as_wrong(self, right: dict[str, str]) -> None:
        del right["q3"]
        (wrong,) = course.grade(right).wrong
        assert (wrong.key, wrong.chosen) == ("q3", "")
        assert wrong.right
        assert wrong.explanation

    def test_does_not_look_at_a_forms_other_fields(self, right: dict[str, str]) -> None:
        assert course.grade(right | {"csrfmiddlewaretoken": "x", "q11": "a"}).score == 100

    def test_takes_no_other_words_for_an_option(self, right: dict[str, str]) -> None:
        graded = course.grade(right | {"q1": "C", "q2": "zz"})
        assert [wrong.key for wrong in graded.wrong] == ["q1", "q2"]
        assert graded.wrong[1].chosen == ""

    def test_explains_in_the_language_of_the_page(self) -> None:
        assert "favour" in course.grade({}, language="en").wrong[0].explanation
        assert "朋友" in course.grade({}, language="zh-hans").wrong[0].explanation
