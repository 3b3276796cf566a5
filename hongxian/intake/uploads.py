"""Workbooks between being handed in and being read: sealed to the worker, one file a run, gone when the run has ended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.refusal import Refusal
from hongxian.vault import files

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path


class UploadGone(Refusal):
    """The file of this run is not there any more, or is not what was sealed."""

    code = "upload_gone"
    message = _("上传的文件已不在，请重新上传。")


def put(*, city_id: int, run_id: int, content: bytes) -> str:
    """
    Seals a workbook for the worker and gives its name. The plain bytes never touch the disk.

    :raises OSError: the disk is full or closed; nothing half written stays.
    """
    name = name_of(city_id=city_id, run_id=run_id)
    sealed = files.seal(folder=settings.HOME.keys, name=name, content=content)
    file = _folder() / name
    draft = file.with_suffix(".new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return name


def take(name: str) -> bytes:
    """
    The workbook, opened; only where the private upload key is.

    :raises UploadGone: not there, altered, or another run's.
    """
    try:
        sealed = (_folder() / name).read_bytes()
        return files.unseal(folder=settings.HOME.keys, name=name, sealed=sealed)
    except (FileNotFoundError, files.Unopenable) as error:
        raise UploadGone from error


def is_there(*, city_id: int, run_id: int) -> bool:
    """Whether the file of a run is still kept."""
    return (_folder() / name_of(city_id=city_id, run_id=run_id)).exists()


def drop(name: str) -> None:
    """Removes a workbook; nothing happens where none is."""
    (_folder() / name).unlink(missing_ok=True)


def sweep(*, now: datetime, older_than: timedelta) -> int:
    """Removes what nobody came back for; how many files went."""
    latest = (now - older_than).timestamp()
    forgotten = [file for file in _folder().iterdir() if file.is_file() and file.stat().st_mtime < latest]
    for file in forgotten:
        file.unlink(missing_ok=True)
    return len(forgotten)


def name_of(*, city_id: int, run_id: int) -> str:
    """What the file of a run is called."""
    return f"{city_id}-{run_id}.sealed"


def _folder() -> Path:
    folder: Path = settings.HOME.uploads
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
