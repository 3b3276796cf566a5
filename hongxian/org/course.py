"""The privacy course (隐私培训): its text, its questions, and whether somebody's answers pass. The text is in training_course.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "training_course.toml"
LANGUAGES = ("zh", "en")
OPTION_KEYS = ("a", "b", "c", "d")
PERCENT = range(1, 101)

Text = Mapping[str, Any]


class CourseInvalid(ValueError):
    """The course's file contradicts itself; the message names the part."""


@dataclass(frozen=True, slots=True)
class Section:
    """One short chapter: paragraphs, and what to take away from it."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer; `key` is what a form sends."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with four options of which one is right."""

    key: str
    text: str
    options: tuple[Option, ...]
    right: str
    explanation: str

    def option_text(self, key: str) -> str:
        """Give an option's words; empty for a key that isn't among them."""
        return next((option.text for option in self.options if option.key == key), "")


@dataclass(frozen=True, slots=True)
class Course:
    """The course in one language. `version` goes up when what people must know has changed."""

    version: int
    title: str
    lead: str
    pass_mark: int
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """A question that was answered wrongly, or not at all (then `chosen` is empty)."""

    key: str
    question: str
    chosen: str
    right: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of somebody's answers; `score` is in whole percent, rounded down."""

    score: int
    passed: bool
    right: int
    total: int
    pass_mark: int
    wrong: tuple[Wrong, ...]


@cache
def load(language: str) -> Course:
    """
    Read the course in the language of a page ("zh-hans", "en", …); anything that isn't Chinese reads English.

    :raises CourseInvalid: the file is incomplete or contradicts itself.
    """
    with FILE.open("rb") as file:
        return read(tomllib.load(file), language=language)


def read(source: Mapping[str, Any], *, language: str) -> Course:
    """
    Build the course from parsed TOML.

    :raises CourseInvalid: a text misses a language, a key appears twice, or a question has no four options with one right.
    """
    tongue = "zh" if language.lower().startswith("zh") else "en"
    try:
        course = Course(
            version=source["version"],
            title=_in(tongue, source["title"], "title"),
            lead=_in(tongue, source["lead"], "lead"),
            pass_mark=source["pass_mark"],
            sections=tuple(_section(part, tongue) for part in source["section"]),
            questions=tuple(_question(part, tongue) for part in source["question"]),
        )
    except KeyError as missing:
        raise CourseInvalid(f"the course lacks {missing}") from missing
    _check(course)
    return course


def grade(answers: Mapping[str, str], *, language: str = "zh-hans") -> Graded:
    """
    Compare answers (question key to option key) with the course; a question left out is wrong.

    Other keys, such as a form's own fields, are not looked at. `language` is that of the explanations.
    """
    course = load(language)
    wrong = tuple(_wrong(question, answers) for question in course.questions if answers.get(question.key) != question.right)
    total = len(course.questions)
    right = total - len(wrong)
    return Graded(
        score=100 * right // total,
        passed=100 * right >= course.pass_mark * total,
        right=right,
        total=total,
        pass_mark=course.pass_mark,
        wrong=wrong,
    )


def _wrong(question: Question, answers: Mapping[str, str]) -> Wrong:
    return Wrong(
        key=question.key,
        question=question.text,
        chosen=question.option_text(answers.get(question.key, "")),
        right=question.option_text(question.right),
        explanation=question.explanation,
    )


def _section(part: Mapping[str, Any], tongue: str) -> Section:
    key = part["key"]
    body = _in(tongue, part["body"], key)
    return Section(
        key=key,
        title=_in(tongue, part["title"], key),
        paragraphs=tuple(paragraph.strip() for paragraph in body.split("\n\n") if paragraph.strip()),
        points=tuple(_in(tongue, point, key) for point in part.get("point", ())),
    )


def _question(part: Mapping[str, Any], tongue: str) -> Question:
    key = part["key"]
    return Question(
        key=key,
        text=_in(tongue, part["text"], key),
        options=tuple(Option(letter, _in(tongue, part[letter], key)) for letter in OPTION_KEYS),
        right=part["right"],
        explanation=_in(tongue, part["explanation"], key),
    )


def _in(tongue: str, text: Text, where: str) -> str:
    """One language of a text, after checking that it is there in all."""
    for language in LANGUAGES:
        if not str(text.get(language, "")).strip():
            raise CourseInvalid(f"{where}: a text is missing in {language}")
    return str(text[tongue]).strip()


def _check(course: Course) -> None:
    keys = [section.key for section in course.sections] + [question.key for question in course.questions]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise CourseInvalid(f"these keys appear twice: {', '.join(twice)}")
    if not course.sections or not course.questions:
        raise CourseInvalid("a course has sections and questions")
    if course.pass_mark not in PERCENT:
        raise CourseInvalid("the pass mark is a percentage")
    for question in course.questions:
        if question.right not in OPTION_KEYS:
            raise CourseInvalid(f"{question.key}: the right answer is one of {', '.join(OPTION_KEYS)}")
        if len({option.text for option in question.options}) != len(OPTION_KEYS):
            raise CourseInvalid(f"{question.key}: two options are the same")
