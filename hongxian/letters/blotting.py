"""
Covering contact data in a text before it is pushed: numbers, WeChat and QQ names, addresses of mail and pages.

It covers too much rather than too little: the member sees the covered text before pressing. What it cannot know (a name, a
street, a number hidden in a poem) stays; the page says so.
"""

from __future__ import annotations

import re
import unicodedata

BLOT = "▇▇▇"
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u20e3\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SPOKEN = {
    "0": "〇零○",
    "1": "一壹幺",
    "2": "二贰貳两",
    "3": "三叁參",
    "4": "四肆",
    "5": "五伍",
    "6": "六陆陸",
    "7": "七柒",
    "8": "八捌",
    "9": "九玖",
}
_DIGIT_OF = {word: digit for digit, words in _SPOKEN.items() for word in words}

# Five digits or more, however they are spaced or joined; an American may write (021) 55-12.
_NUMBER = re.compile(r"\+?[(\[]?\d(?:[\s\-.,、_·•~/()\[\]:|*#]{0,3}\d){4,}")
_MAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]+)+", re.ASCII)
_PAGE = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|me|cc|io|top|link)\b\S*", re.IGNORECASE | re.ASCII
)
# 微信号是 lihua, VX: lihua, q q lihua … : the name after the word, whatever it is made of.
_NAMED = re.compile(
    r"(?:[微薇威徽维]\s*[信心]|[vV]\s*[信xX]|\b[wW]\s*[xX]|[wW]ei\s*[xX]in|[wW]e\s*[cC]hat|[qQ]\s*[qQ]|扣扣|[企]鹅|抖音|小红书|[tT]elegram|[wW]hats\s*[aA]pp|[lL]ine)"
    r"(?:\s*(?:号码|号|帐号|账号|名|[iI][dD]))?\s*(?:是|为|叫|就是|[:=~—→>-])*\s*(?P<name>@?[A-Za-z0-9][A-Za-z0-9_.-]{2,})"
)
_HANDLE = re.compile(r"@\s?[A-Za-z0-9_.-]{2,}")
# A word of Latin letters with digits or a line below: nobody writes so but in names of accounts.
_ACCOUNT = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[A-Za-z])(?=[A-Za-z0-9_-]*[0-9_])[A-Za-z0-9_-]{5,}(?![A-Za-z0-9_-])")


def blot(text: str) -> str:
    """The text with every such place covered; what stands around it stays as it was written."""
    seen = _INVISIBLE.sub("", text)
    read = "".join(_read(character) for character in seen)
    covered = [False] * len(seen)
    for pattern in (_NUMBER, _MAIL, _PAGE, _HANDLE, _ACCOUNT):
        for found in pattern.finditer(read):
            _cover(covered, found.start(), found.end())
    for found in _NAMED.finditer(read):
        _cover(covered, found.start("name"), found.end("name"))
    return _written(seen, covered)


def _read(character: str) -> str:
    """One character for one: full width, circled and spoken digits as plain ones."""
    plain = unicodedata.normalize("NFKC", character)
    if len(plain) != 1:
        digit = unicodedata.digit(character, None)
        return character if digit is None else str(digit)
    if plain in _DIGIT_OF:
        return _DIGIT_OF[plain]
    digit = unicodedata.digit(plain, None)
    return plain if digit is None else str(digit)


def _cover(covered: list[bool], start: int, end: int) -> None:
    covered[start:end] = [True] * (end - start)


def _written(text: str, covered: list[bool]) -> str:
    parts: list[str] = []
    for place, character in enumerate(text):
        if not covered[place]:
            parts.append(character)
        elif place == 0 or not covered[place - 1]:
            parts.append(BLOT)
    return "".join(parts)
