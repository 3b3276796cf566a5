"""Resource numbers (资源编号) as people type them: SH000000123, sh-123, with spaces; a whole column of a sheet too."""

from __future__ import annotations

import re

from hongxian.org import queries as org

_NUMBER = re.compile(r"([A-Za-z0-9]{2})[\s-]?(\d{1,12})")


def read(text: str) -> tuple[int, int] | None:
    """City and member of one number; None where it names no city."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    codes = {city.code: city.city_id for city in org.cities()}
    city_id = codes.get(found[1], codes.get(found[1].upper()))
    return None if city_id is None else (city_id, int(found[2]))


def read_all(text: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Every number in a text that has one a line or between commas; and what could not be read."""
    read_, unread = [], []
    for part in filter(None, (each.strip() for each in re.split(r"[,，;；\n\r\t]+", text))):
        found = read(part)
        if found is None:
            unread.append(part)
        else:
            read_.append(found)
    return read_, unread


def code_of(city_id: int) -> str:
    """A city's code; empty where there is none."""
    return next((city.code for city in org.cities() if city.city_id == city_id), "")
