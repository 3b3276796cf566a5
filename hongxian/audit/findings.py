"""What verifying can find wrong with the log, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

# Kind: what is said of it, in both languages. The row is named beside it.
WORDS = {
    "edited": ("记录内容被改动", "the row's content was changed"),
    "unreadable": ("记录含有无法读取的值", "the row has a value that can't be read"),
    "trace_deleted": ("已封存的记录被删除", "a sealed row was deleted"),
    "deleted": ("这个位置原有的记录被删除", "the row that stood at this place was deleted"),
    "inserted": ("封存之后插入的记录", "a row inserted after the sealing"),
    "backdated": (
        "在检查点之后才出现、时间却早于检查点的记录",
        "a row that appeared after the checkpoint and is dated before it",
    ),
    "reordered": ("记录的次序被改动", "rows were put in another order"),
    "rewritten": (
        "从这里起与检查点全不相同：恢复了较旧的备份后继续运行，或被重写",
        "from here on nothing is as it was: an older backup was restored and went on, or the log was rewritten",
    ),
    "cut": (
        "日志在检查点之前就结束：尾部被截断，或恢复了较旧的备份",
        "the log ends before the checkpoint: cut, or an older backup restored",
    ),
    "altered_tile": ("这 256 行中有记录被改动", "one of these 256 rows was changed"),
    "members": ("记录涉及的会员与封存时不同", "the row names other members than when it was sealed"),
    "commitment": (
        "会员的盐值被改动，或记录被归到别的会员名下",
        "the member's salt was changed, or the row was given to another member",
    ),
    "salt_missing": ("盐值缺失，而此会员并没有被删除", "the salt is missing though the member was not erased"),
    "renumbered": ("会员的序号不连续", "the member's numbers do not count on"),
    "node": ("保存的树节点与记录不符", "a kept node of the tree is not that of the rows"),
    "root": ("已签名检查点的根与记录不符", "a signed checkpoint's root is not that of the rows"),
    "checkpoint": ("检查点无法读取，或与签名内容不符", "a checkpoint can't be read, or is not what was signed"),
    "unknown_key": ("检查点由未知的密钥签名", "a checkpoint is signed by an unknown key"),
    "other_log": ("这是另一份日志：名称不同", "this is another log: its name differs"),
    "head": ("日志的行数与登记的不符", "the number of rows is not what the head says"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `index` is the row's place in the tree; the rest names the row as it stands now."""

    kind: str
    index: int | None = None
    city_id: int | None = None
    at: datetime | None = None
    trace_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def chinese(self) -> str:
        """What is wrong."""
        return WORDS[self.kind][0]

    @property
    def english(self) -> str:
        """The same."""
        return WORDS[self.kind][1]
