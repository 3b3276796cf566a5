"""Why a row was refused, what a cell was warned about, why a file was not read: the words, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from hongxian.intake import workbook
from hongxian.intake.fields import Field
from hongxian.kernel.labels import PLAIN


@dataclass(frozen=True, slots=True)
class Words:
    """A field's name and what is to be said of it; the field is empty where the file as a whole is meant."""

    field_zh: Annotated[str, PLAIN]
    field_en: Annotated[str, PLAIN]
    zh: Annotated[str, PLAIN]
    en: Annotated[str, PLAIN]


REFUSED: dict[str, tuple[Field, str, str]] = {
    "phone": (
        Field.PHONE,
        "没有可用的手机号码：为空、位数不对或不是号码。",
        "No usable mobile number: missing, too short or no number.",
    ),
    "landline": (Field.PHONE, "这是固定电话，请填写本人的手机号码。", "This is a landline; a mobile number is needed."),
    "birth": (Field.BIRTH, "没有这一天，或日期在将来。", "There is no such day, or it lies in the future."),
    "minor": (Field.BIRTH, "未满 18 周岁，不得录入。", "Under 18: may not be taken in."),
}
WARNED: dict[str, tuple[str, str]] = {
    "age_only": ("只写了年龄，未作为出生日期保存。", "Only an age is given; no date of birth was kept."),
    "ambiguous": ("可以有两种读法，未保存。", "Can be read in two ways; left out."),
    "approximate": ("只写了大概，按估计值保存。", "Only approximate; kept as an estimate."),
    "identity_number": ("写的是身份证号，只取了出生日期。", "An identity number; only the date of birth was taken."),
    "implausible": ("数值不合常理，未保存。", "Implausible; left out."),
    "in_the_future": ("日期在将来，未采用。", "Lies in the future; not used."),
    "lunar": ("农历日期，只取了年份。", "A date of the lunar calendar; only the year was kept."),
    "mentions_refusal": ("备注里提到拒绝联系，请核实。", "The remark mentions a refusal: please check."),
    "missing": ("缺少日期，授权未采用。", "No date: the consent was not counted."),
    "no_such_date": ("没有这一天，未保存。", "There is no such day; left out."),
    "partial": ("日期不完整，只取了看得懂的部分。", "Incomplete date; only what is certain was kept."),
    "too_long": ("文字过长，已截短。", "Too long; cut short."),
    "unreadable": ("看不懂，未保存。", "Not understood; left out."),
}
UNKNOWN_WARNING = ("未按原样保存。", "Not kept as it stands.")
FAILED: dict[str, tuple[str, str]] = {
    **workbook.REASONS,
    "no_phone_column": (
        "找不到手机号码这一列，请在列对应中指定。",
        "No column holds phone numbers. Please name it in the mapping.",
    ),
    "unknown_column": ("列对应里写的列名或字段在表格中不存在。", "The mapping names a heading or a field that is not there."),
    "not_allowed": ("发起人已没有导入权限。", "Whoever began this import may not import any more."),
    "upload_gone": ("上传的文件已不在，请重新上传。", "The uploaded file is gone. Please upload it again."),
}
NOTHING = Words("", "", "", "")


class UnusableColumns(workbook.UnreadableWorkbook):
    """The workbook was read, but its columns cannot be used as they are or as they were corrected."""

    def __init__(self, code: str) -> None:
        Exception.__init__(self, code)
        self.code = code
        self.message, self.message_en = FAILED[code]


def of_refusal(code: str) -> Words:
    """What to say of a refused row; nothing for a code that is not on the list."""
    if code not in REFUSED:
        return NOTHING
    field, zh, en = REFUSED[code]
    return Words(field.label_zh, field.label_en, zh, en)


def of_warning(field: str, code: str) -> Words:
    """What to say of a cell that was not taken over as it stood."""
    about = Field(field)
    return Words(about.label_zh, about.label_en, *WARNED.get(code, UNKNOWN_WARNING))


def of_failure(code: str) -> Words:
    """Why a file was not read; nothing for the empty code."""
    return Words("", "", *FAILED[code]) if code in FAILED else NOTHING
