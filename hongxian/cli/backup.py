"""
Backing up: the data without the keys of people, and those keys apart.

Every envelope's key lies wrapped beside it in the database. In one file with the data it would keep erased people readable
for as long as the backup is kept; apart, and kept for 30 days only, it doesn't. What keys lie inside rows of their own table
goes with them: the table is left out of the data as a whole.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from hongxian.cli import account, roles
from hongxian.cli.trouble import CannotStart, plainly

if TYPE_CHECKING:
    from pathlib import Path

    from hongxian.cli.roles import Site

# Tables with wrapped keys. A test finds every column that is named so.
KEYS_APART = ("vault_datakey", "letters_sent", "vault_pushed", "safety_report")


def dump(site: Site, folder: Path) -> tuple[Path, Path]:
    """
    Writes data.dump and keys.dump; both are for `pg_restore`.

    :raises CannotStart: it can't be written, or the server says no.
    """
    with plainly(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    data, keys = folder / "data.dump", folder / "keys.dump"
    _run(site, data, [f"--exclude-table-data=public.{name}" for name in KEYS_APART])
    _run(site, keys, ["--data-only", *(f"--table=public.{name}" for name in KEYS_APART)])
    return data, keys


def _run(site: Site, file: Path, options: list[str]) -> None:
    """The dump runs as the owner of the tables, on one snapshot; the file is this account's alone."""
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
            env={**os.environ, "PGPASSWORD": site.home.password(roles.OWNER)},
        )
    if done.returncode != 0:
        draft.unlink(missing_ok=True)
        words = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise CannotStart(f"备份失败：{' '.join(words)}。", f"the backup failed: {' '.join(words)}.")
    draft.replace(file)
