"""
Reading the workbooks that stores bring: .xlsx and .csv from anybody, so nothing in them is trusted.

The file is opened by `opening.py` in a process of its own. Formulas are never evaluated: a cell has the value that was
saved with it. Text beyond `Limits.cell_characters` is cut there; every field allows less than that, so cleaning reports it.
"""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from hongxian.intake.limits import Cell, Limits

ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.append(sys.argv[1]); from hongxian.intake import opening; opening.main()"

REASONS: dict[str, tuple[str, str]] = {
    "damaged": ("文件已损坏或不完整,请重新导出后再试。", "The file is damaged or incomplete. Please export it again."),
    "empty": ("文件是空的,没有任何数据。", "The file is empty."),
    "no_heading": (
        "找不到标题行:需要一行列名,例如“姓名”“手机号码”。",
        "There is no heading row with names such as “name” and “phone”.",
    ),
    "not_a_workbook": ("这不是表格文件,请上传 .xlsx 或 .csv。", "This is not a workbook. Please use .xlsx or .csv."),
    "open_quote": ("CSV 文件中有一个引号没有结束,后面的行无法读出。", "A quotation mark in the CSV file is never closed."),
    "other_format": (
        "这是 .xls 等其他格式的表格,请在表格软件中另存为 .xlsx 后再上传。",
        "This is a workbook in another format such as .xls. Please save it as .xlsx.",
    ),
    "password": ("文件设有密码,请去掉密码后另存再上传。", "The file is protected by a password. Please save it without one."),
    "too_demanding": (
        "读取此文件所需的内存或时间超过上限(可能在很远的单元格里有内容),请只保留数据区域后再试。",
        "Reading the file takes more memory or time than allowed. Please keep only the cells that hold data.",
    ),
    "too_large": ("文件过大,请拆分后分批导入。", "The file is too large. Please split it."),
    "too_many_rows": ("行数过多,请拆分后分批导入。", "There are too many rows. Please split the file."),
    "unsafe_names": ("文件内部含有不安全的路径,已拒绝读取。", "The file contains unsafe paths and was not read."),
    "xml_entities": ("文件内部含有不允许的 XML 声明,已拒绝读取。", "The file contains XML declarations that are not allowed."),
    "zip_bomb": ("文件解压后大得不正常,已拒绝读取。", "The file unpacks to an abnormal size and was not read."),
}


class UnreadableWorkbook(Exception):
    """Nothing was read. `code` names the reason, `message` says it in Chinese, `message_en` in English."""

    def __init__(self, code: str) -> None:
        """Take the words for a code from `REASONS`."""
        self.code = code
        self.message, self.message_en = REASONS[code]
        super().__init__(code)


class ReaderError(RuntimeError):
    """The reading process ended in a way that no file should cause: a fault of the program, not of the file."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not blank, with its number in the sheet, counted from 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet's rows; the only sheet of a CSV file is called csv."""

    name: str
    visible: bool
    rows: tuple[SheetRow, ...]


def read(*, source: Path | bytes, limits: Limits | None = None) -> tuple[Sheet, ...]:
    """
    Return the sheets that people see and that have content; a hidden sheet only where there is no other.

    :raises UnreadableWorkbook: the file cannot or must not be read; nothing of it was used.
    :raises OSError: the path cannot be opened.
    """
    sheets = tuple(_sheets(_open_apart(source, limits or Limits())))
    with_content = tuple(sheet for sheet in sheets if sheet.rows)
    if not with_content:
        raise UnreadableWorkbook("empty")
    return tuple(sheet for sheet in with_content if sheet.visible) or with_content


def _open_apart(source: Path | bytes, limits: Limits) -> bytes:
    command = [sys.executable, "-I", "-c", START, str(ROOT), json.dumps(asdict(limits))]
    try:
        if isinstance(source, bytes):
            done = subprocess.run(command, input=source, capture_output=True, timeout=limits.wall_seconds, check=False)
        else:
            with source.open("rb") as file:
                done = subprocess.run(command, stdin=file, capture_output=True, timeout=limits.wall_seconds, check=False)
    except subprocess.TimeoutExpired as overtime:
        raise UnreadableWorkbook("too_demanding") from overtime
    if done.returncode < 0:
        raise UnreadableWorkbook("too_demanding")
    if b"PanicException" in done.stderr:
        raise UnreadableWorkbook("damaged")
    if done.returncode > 0:
        raise ReaderError(done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def _sheets(lines: bytes) -> Iterator[Sheet]:
    name, visible, rows = "", False, list[SheetRow]()
    for line in lines.splitlines():
        match json.loads(line, object_hook=_restored):
            case [int(number), list(cells)]:
                rows.append(SheetRow(number, tuple(cells)))
            case {"refused": str(code)}:
                raise UnreadableWorkbook(code)
            case {"sheet": str(following), "visible": bool(seen)}:
                yield Sheet(name, visible, tuple(rows))
                name, visible, rows = following, seen, []
            case unexpected:
                raise ReaderError(type(unexpected).__name__)
    yield Sheet(name, visible, tuple(rows))


def _restored(item: dict[str, object]) -> object:
    match item:
        case {"datetime": str(text)}:
            return dt.datetime.fromisoformat(text)
        case {"date": str(text)}:
            return dt.date.fromisoformat(text)
    return item
