"""The one way in which setting up or starting says no."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_REASONS = {
    errno.ENOSPC: ("磁盘已满", "no space left on the disk"),
    errno.EDQUOT: ("磁盘配额已用完", "the disk quota is used up"),
    errno.EROFS: ("文件系统只读", "the file system is read-only"),
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EPERM: ("没有权限", "permission denied"),
    errno.ENOTDIR: ("路径中有一段不是文件夹", "part of the path is not a folder"),
    errno.EEXIST: ("同名文件已存在", "a file of that name is in the way"),
    errno.ENOENT: ("不存在", "not found"),
}


class CannotStart(Exception):
    """The company can't be set up or started; the text is one line for the person at the console, Chinese first."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{_one_line(chinese)} | {_one_line(english)}")


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """
    Turn the file system's refusals under `path` into one line that says which and why.

    :raises CannotStart: instead of OSError.
    """
    try:
        yield
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else str(path)
        chinese, english = _REASONS.get(error.errno or 0, (error.strerror or "?", error.strerror or "?"))
        raise CannotStart(f"无法写入 {where}：{chinese}。", f"cannot write {where}: {english}.") from error


def _one_line(text: str) -> str:
    return " ".join(text.split())
