"""
Backing up: the data without the keys of people, and those keys apart.

Every envelope's key lies wrapped beside it in the database. In one file with the data it would keep erased people readable
for as long as the backup is kept; apart, and kept for 30 days only, it doesn't. What keys lie inside rows of their own table
goes with them: the table is left out of the data as a whole. Both files are of one moment. The keys that wrap those keys are
in neither: `manifest.json` names them, so that a restore can say beforehand which of them it lacks.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hongxian.cli import account, roles
from hongxian.cli.trouble import CannotStart, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.cli.roles import Site

# Tables with wrapped keys. A test finds every column that is named so.
KEYS_APART = ("vault_datakey", "letters_sent", "vault_pushed", "safety_report")
KEPT_FOR = timedelta(days=30)
DATA, KEYS, MANIFEST = "data.dump", "keys.dump", "manifest.json"
FORMAT = "hongxian backup 1"
# pg_restore --list, with TZ=UTC: what the archive itself says of its age, whatever became of the file since.
_CREATED = re.compile(r"^;\s+Archive created at (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC$", re.MULTILINE)
_KEK_IDS = "SELECT DISTINCT kek_id FROM vault_datakey ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; nothing in it is secret."""

    format: str
    taken_at: str
    kek_ids: list[int]

    @property
    def moment(self) -> datetime:
        """When it was taken."""
        return datetime.fromisoformat(self.taken_at)


def dump(site: Site, folder: Path, *, keys_to: Path | None = None) -> tuple[Path, Path]:
    """
    Writes data.dump and manifest.json, and keys.dump beside them or in a folder of its own; dumps are for `restore`.

    :raises CannotStart: it can't be written, or the server says no.
    """
    apart = keys_to or folder
    for each in (folder, apart):
        with plainly(each):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
    data, keys = folder / DATA, apart / KEYS
    with site.connect(roles.OWNER) as owner, owner.transaction():
        owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        [[snapshot]] = owner.execute("SELECT pg_export_snapshot()").fetchall()
        keks: Any = owner.execute(_KEK_IDS.encode()).fetchall()
        kek_ids = [int(kek_id) for (kek_id,) in keks]
        taken_at = datetime.now(UTC)
        at = f"--snapshot={snapshot}"
        _run(site, data, [at, *(f"--exclude-table-data=public.{name}" for name in KEYS_APART)])
        _run(site, keys, [at, "--data-only", *(f"--table=public.{name}" for name in KEYS_APART)])
    with plainly(folder):
        (folder / MANIFEST).write_text(
            json.dumps(asdict(Manifest(FORMAT, taken_at.isoformat(), kek_ids))) + "\n", encoding="ascii"
        )
    return data, keys


def manifest_of(folder: Path) -> Manifest:
    """
    What a backup says of itself.

    :raises CannotStart: there is no backup, or none that we know.
    """
    try:
        known = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="ascii")))
        whole = known.format == FORMAT and known.moment.tzinfo is not None and (folder / DATA).is_file()
    except (OSError, ValueError, TypeError):
        whole = False
    if not whole:
        raise CannotStart(f"{folder} 里没有可用的备份。", f"there is no usable backup in {folder}.")
    return known


def created_at(file: Path) -> datetime:
    """
    When an archive was made, as it says itself.

    :raises CannotStart: it is none.
    """
    done = subprocess.run(
        [str(account.programs(account.find()) / "pg_restore"), "--list", str(file)],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
    )
    found = _CREATED.search(done.stdout)
    if done.returncode != 0 or found is None:
        raise CannotStart(f"{file} 不是备份文件。", f"{file} is no archive.")
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)


def expire(folder: Path, *, now: datetime) -> Iterator[Path]:
    """
    Deletes every archive of keys below a folder that is older than 30 days by its own date; what can't be read goes by the file's.

    :raises CannotStart: one can't be deleted.
    """
    for file in sorted(folder.rglob(KEYS)):
        try:
            made = created_at(file)
        except CannotStart:
            made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        if made < now - KEPT_FOR:
            with plainly(file):
                file.unlink()
            yield file


def _run(site: Site, file: Path, options: list[str]) -> None:
    """The dump runs as the owner of the tables; the file is this account's alone."""
    host = site.server.host if site.server else str(site.home.socket)
    port = site.server.port if site.server else 5432
    program = account.programs(account.find()) / "pg_dump"
    draft = file.with_suffix(".new")
    with plainly(file), os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        done = subprocess.run(
            [
                str(program),
                "--format=custom",
                "--no-password",
                "-h",
                host,
                "-p",
                str(port),
                "-U",
                site.names[roles.OWNER],
                *options,
                site.database,
            ],
            check=False,
            stdout=out,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env={
                **os.environ,
                "PGPASSWORD": site.home.password(roles.OWNER),
                "TZ": "UTC",
            },  # an archive keeps its hour, not its zone
        )
    if done.returncode != 0:
        draft.unlink(missing_ok=True)
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise CannotStart(f"备份失败：{' '.join(words)}。", f"the backup failed: {' '.join(words)}.")
    draft.replace(file)
