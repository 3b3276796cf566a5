"""Plain text out of any cell: widths, invisible characters and lengths."""

import datetime as dt
import math
import re
import unicodedata

from hongxian.intake.limits import Cell

NOTHING_SAID = frozenset(
    [
        "-",
        "--",
        "---",
        "/",
        "//",
        "\\",
        ".",
        "?",
        "??",
        "无",
        "不详",
        "未知",
        "不明",
        "不清楚",
        "不知道",
        "未填",
        "未填写",
        "未提供",
        "没填",
        "保密",
        "暂无",
        "空",
        "待补充",
        "待定",
        "待填",
        "n/a",
        "na",
        "null",
        "none",
        "nil",
        "unknown",
        "nan",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "#div/0!",
        "#null!",
        "#num!",
    ]
)
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─﹣ー"), "-")
LONGEST_NUMBER = 1e21  # an identity card number is the longest that occurs
NO_WORD = re.compile(r"[\W_]+")
APOSTROPHES = "'’‘`´"


def write_out(*, cell: Cell) -> str:
    """Return the cell as a person would type it: 155.0 is `155`, a day is `1990-03-05`."""
    if isinstance(cell, str):
        return cell
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).lower()
        case float() if math.isfinite(cell) and cell.is_integer() and abs(cell) < LONGEST_NUMBER:
            return str(int(cell))
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ")
    return str(cell)


def tidy(*, text: str) -> str:
    """Return the text without control and invisible characters, every run of blanks one space; line ends stay."""
    if text.isprintable():
        return " ".join(text.split())
    visible = "".join(map(_visible, text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(" ".join(line.split()) for line in visible.split("\n")).strip()


def _visible(character: str) -> str:
    if character == "\n":
        return character
    match unicodedata.category(character):
        case "Cf" | "Cs":
            return ""
        case "Cc" | "Zs" | "Zl" | "Zp":
            return " "
    return character


def narrow(*, text: str) -> str:
    """Return the text for comparing and reading values: half width, one kind of dash, one line, lower case."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(DASHES)
    return tidy(text=text).replace("\n", " ").lower()


def bare(*, cell: Cell) -> str:
    """Return the narrow text of a cell, empty where the cell says that nothing is known."""
    if cell is None:
        return ""
    text = narrow(text=write_out(cell=cell)).strip(APOSTROPHES + " ")
    return "" if text in NOTHING_SAID else text


def squeeze(*, text: str) -> str:
    """Return the text without any blanks and punctuation, for recognising terms."""
    return NO_WORD.sub("", text)
