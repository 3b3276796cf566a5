"""Log lines carry ids and codes, never what people typed."""

from __future__ import annotations

import json
import logging
import os
from importlib import import_module
from typing import Any

import psycopg
import pytest

from hongxian.kernel.logs import BLOT, JsonFormatter, redact

PHONE = "13800138000"


def _line(message: object, *arguments: object, error: BaseException | None = None, **extra: object) -> dict[str, Any]:
    record = logging.LogRecord("hongxian.test", logging.INFO, __file__, 1, message, arguments, None)
    if error is not None:
        record.exc_info = (type(error), error, error.__traceback__)
    vars(record).update(extra)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line: dict[str, Any] = json.loads(text)
    return line


class TestFormat:
    def test_is_one_line_of_json_with_the_extra_fields(self) -> None:
        line = _line("claimed %s\nof %s", 3, 5, entry_id=42, ok=True, ms=1.5)
        assert line["message"] == "claimed 3\nof 5"
        assert (line["level"], line["logger"], line["entry_id"], line["ok"], line["ms"]) == (
            "info",
            "hongxian.test",
            42,
            True,
            1.5,
        )

    def test_keeps_chinese_readable(self) -> None:
        record = logging.LogRecord("a", logging.INFO, __file__, 1, "认领", (), None)
        assert "认领" in JsonFormatter().format(record)

    @pytest.mark.parametrize("value", [PHONE, int(PHONE), [PHONE], {"to": PHONE}, {PHONE: 1}, (int(PHONE),), ValueError(PHONE)])
    def test_blots_numbers_in_extra_fields(self, value: object) -> None:
        assert PHONE not in json.dumps(_line("sent", to=value))

    def test_survives_arguments_that_do_not_fit(self) -> None:
        assert _line("%d of %s", "x")["message"] == "%d of %s"

    def test_an_exception_as_argument_says_its_class_only(self) -> None:
        assert _line("failed: %s", ValueError("小美"))["message"] == "failed: builtins.ValueError"

    def test_an_exception_as_message_says_its_class_only(self) -> None:
        assert _line(ValueError("小美"))["message"] == "builtins.ValueError"


class TestRedact:
    @pytest.mark.parametrize(
        "number",
        [
            PHONE,
            "+86 138 0013 8000",
            "0086-138-0013-8000",
            "138 0013 8000",
            "１３８００１３８０００",
            "(021) 6234-5678",
            "6234567",
            "138－0013－8000",
        ],  # full-width digits
    )
    def test_blots_what_looks_like_a_phone_number(self, number: str) -> None:
        said = redact(f"to {number}.")
        assert BLOT in said
        assert sum(letter.isdigit() for letter in said) == 0

    @pytest.mark.parametrize("text", ["entry 123456", "2 of 50,000 rows", "127.0.0.1:8000", "page 7 of 9"])
    def test_leaves_small_numbers_alone(self, text: str) -> None:
        assert redact(text) == text


class TestException:
    def test_names_class_and_place_but_not_the_value(self) -> None:
        try:
            int("小美的电话")
        except ValueError as error:
            line = _line("broken", error=error)
        told = line["exception"][0]
        assert told["error"] == "builtins.ValueError"
        assert told["at"][-1].endswith("test_names_class_and_place_but_not_the_value")
        assert "小美" not in json.dumps(line, ensure_ascii=False)

    def test_tells_the_causes_in_the_same_way(self) -> None:
        try:
            try:
                os.environ["小美"]
            except KeyError as cause:
                raise RuntimeError("小美") from cause
        except RuntimeError as error:
            line = _line("broken", error=error)
        assert [each["error"] for each in line["exception"]] == ["builtins.RuntimeError", "builtins.KeyError"]
        assert "小美" not in json.dumps(line, ensure_ascii=False)

    def test_of_the_database_gives_code_and_nothing_of_the_row(self) -> None:
        error = psycopg.errors.UniqueViolation(f"duplicate key\nDETAIL:  Key (number)=({PHONE}) already exists.")
        assert _line("broken", error=error)["exception"][0]["error"] == "psycopg.errors.UniqueViolation"

    def test_about_code_keeps_its_words(self) -> None:
        with pytest.raises(ImportError) as caught:
            import_module("hongxian.nowhere")
        assert "hongxian.nowhere" in _line("broken", error=caught.value)["exception"][0]["error"]
