"""Chinese numerals, as they stand in dates, heights and incomes."""

import re

DIGITS = {
    sign: value
    for value, signs in enumerate(["〇零○", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"])
    for sign in signs
}
TEN = 10
UNITS = {"十": TEN, "百": 100, "千": 1000, "万": 10_000}
_RUN = re.compile("[" + "".join(DIGITS) + "".join(UNITS) + "]+")
_SMALL_RUN = re.compile("[" + "".join(DIGITS) + "十]+")


def with_digits(*, text: str) -> str:
    """Return the text with numerals below a hundred, and numerals said digit by digit, written in figures."""
    return _SMALL_RUN.sub(lambda run: _small(run.group()), text) if _SMALL_RUN.search(text) else text


def _small(run: str) -> str:
    if "十" not in run:
        return "".join(str(DIGITS[sign]) for sign in run)
    tens, _, ones = run.partition("十")
    if len(tens) > 1 or len(ones) > 1 or (tens and not DIGITS[tens]) or "十" in ones:
        return run
    return str(10 * (DIGITS[tens] if tens else 1) + (DIGITS[ones] if ones else 0))


def with_amounts(*, text: str) -> str:
    """Return the text with whole amounts such as 八千, 一万五 or 百万 written in figures; a unit after figures (5千) stays."""
    return re.sub("(?<![0-9.百千万])" + _RUN.pattern, lambda run: _amount(run.group()), text)


def _amount(run: str) -> str:
    total = section = digit = 0
    unit = 1
    for sign in run:
        if sign in DIGITS:
            digit = DIGITS[sign]
            unit = 1 if digit == 0 else unit
            continue
        unit = UNITS[sign]
        if sign == "万":
            total, section, digit = ((total + section + digit) or 1) * unit, 0, 0
        else:
            section, digit = section + (digit or 1) * unit, 0
    trailing = digit * (unit // 10 if unit > TEN and len(run) > 1 else 1)  # 一万五 is 15,000, 十五 is 15
    return str(total + section + trailing)
