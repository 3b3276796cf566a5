"""Where an installation keeps its data, keys, passwords and logs, and how each process reaches the database."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

DATABASE = "hongxian"
ROLES = ("owner", "desk", "portal", "worker", "dialer", "keeper", "auditor")
LONGEST_SOCKET_FOLDER = 80  # a Unix socket's whole path must stay under 108 bytes


class BadAddress(ValueError):
    """HONGXIAN_DATABASE_URL is not an address of a PostgreSQL server."""


@dataclass(frozen=True, slots=True)
class Server:
    """Another PostgreSQL server, with the account that may create roles there."""

    host: str
    port: int
    database: str
    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one installation; nothing is created by asking for them."""

    path: Path

    @property
    def data(self) -> Path:
        """The embedded server's own folder."""
        return self.path / "data"

    @property
    def keys(self) -> Path:
        """Key-encryption, number-hash and signing keys (0700): beside the data, never inside."""
        return self.path / "keys"

    @property
    def secrets(self) -> Path:
        """One 0600 password file per database role, and the token of each process."""
        return self.path / "secrets"

    @property
    def logs(self) -> Path:
        """One log a process."""
        return self.path / "logs"

    @property
    def uploads(self) -> Path:
        """Uploaded workbooks, sealed, until they are imported."""
        return self.path / "uploads"

    @property
    def lists(self) -> Path:
        """Who was erased and which numbers said no, for a database that comes back from a backup."""
        return self.path / "lists"

    @property
    def outbox(self) -> Path:
        """Texts that would have been sent, in the demo."""
        return self.path / "outbox"

    @property
    def checkpoints(self) -> Path:
        """Signed states of the sealed log, as files: the newest, and one a day. Copy them to where nobody here can write."""
        return self.path / "checkpoints"

    @property
    def inspections(self) -> Path:
        """Bundles of the sealed log that were made for inspectors."""
        return self.path / "inspections"

    @property
    def half_restored(self) -> Path:
        """There while a restore is under way, and after one that was broken off: nothing starts then."""
        return self.path / "half-restored"

    @property
    def run(self) -> Path:
        """Sockets and pid files: under the home where its path is short enough, else in the temporary folder."""
        inside = self.path / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER and "," not in str(inside):  # libpq splits hosts at commas
            return inside
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"hongxian-{digest}"

    @property
    def socket(self) -> Path:
        """The folder of the embedded server's socket, apart from ours: as root it belongs to the server's own account."""
        return self.run / "pg"

    def password(self, role: str) -> str:
        """The database password of one role; empty before the first set-up."""
        file = self.secrets / f"{role}.password"
        try:
            return file.read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return ""


def find_home() -> Home:
    """The home named by HONGXIAN_HOME, else /var/lib/hongxian for root and the user's data folder for others."""
    named = os.environ.get("HONGXIAN_HOME")
    if named:
        return Home(Path(named).expanduser().resolve())
    if os.geteuid() == 0:
        return Home(Path("/var/lib/hongxian"))
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Home((Path(data).expanduser() / "hongxian").resolve())


def find_server() -> Server | None:
    """
    The server named by HONGXIAN_DATABASE_URL; None means the embedded one.

    :raises BadAddress: it is not `postgresql://user:password@host:port/database`.
    """
    url = os.environ.get("HONGXIAN_DATABASE_URL")
    if not url:
        return None
    message = (
        "HONGXIAN_DATABASE_URL 应写作 postgresql://用户:密码@主机:端口/数据库 | "
        "HONGXIAN_DATABASE_URL must read postgresql://user:password@host:port/database"
    )
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError:
        raise BadAddress(message) from None  # its own words would quote a part of the password
    if parts.scheme not in {"postgres", "postgresql"} or not parts.hostname or not parts.username:
        raise BadAddress(message)
    return Server(
        host=unquote(parts.hostname),
        port=port,
        database=parts.path.lstrip("/") or DATABASE,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
    )


def role_name(role: str, database: str = DATABASE) -> str:
    """The name of a process's role in the database server, unlike that of another installation's on the same server."""
    return f"{database}_{role}"
