"""Opening .csv files, in whatever encoding and with whatever delimiter they come."""

import csv
import io
from collections.abc import Iterator

from hongxian.intake.limits import Cell, Limits, Refused

SNIFFED_LINES = 30
DELIMITERS = (",", ";", "\t")


def open_text(*, content: bytes, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    """
    Yield the numbered records.

    :raises Refused: no text, or a quotation mark that is never closed and would swallow all that follows.
    """
    text = decode(content=content)
    csv.field_size_limit(limits.file_bytes)
    delimiter = find_delimiter(text=text)
    skipped = 1 if text[:4].lower() == "sep=" else 0
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "unexpected end of data" in str(fault):
            raise Refused("open_quote") from fault
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    for number, record in enumerate(records[skipped:], start=skipped + 1):
        yield number, list(record)


def decode(*, content: bytes) -> str:
    """
    Return the text of a CSV file in UTF-8, UTF-16 or GB18030, with or without a byte order mark.

    :raises Refused: these bytes are no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content[:4096]:
        big_endian = content[:4096:2].count(0) > content[1:4096:2].count(0)
        encodings = ["utf-16-be" if big_endian else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(text.count(mark) for mark in "\0\1\2\3\4\5\6\7\x0e\x0f"):
            return text
    raise Refused("not_a_workbook")


def find_delimiter(*, text: str) -> str:
    """Return the delimiter that the first lines use most: comma, semicolon or tab."""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:
        return text[4]
    lines = text[:200_000].splitlines()[:SNIFFED_LINES]
    return max(DELIMITERS, key=lambda mark: sum(line.count(mark) for line in lines))
