"""The keeper's own manners: odd requests, slow and rude callers, its death, and the database's."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from psycopg.conninfo import make_conninfo

from hongxian.cli import processes
from hongxian.config.settings import database_of
from hongxian.vault import asking, listening
from hongxian.vault.lately import Lately
from tests import cast as casting
from tests.cast import Cast
from tests.vault.test_permits import number, permit
from tests.vault.test_revealing import denied, look

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator


@contextmanager
def plugged(path: Path | None = None) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as plug:
        plug.settimeout(20)
        plug.connect(str(path or settings.KEEPER_SOCKET))
        yield plug


def say(*lines: bytes, path: Path | None = None) -> list[Any]:
    """The answers to some lines on one connection."""
    with plugged(path) as plug, plug.makefile("rwb") as stream:
        answers = []
        for line in lines:
            stream.write(line)
            stream.flush()
            answers.append(json.loads(stream.readline()))
        return answers


def token(process: str = "desk") -> str:
    return (settings.HOME.secrets / f"{process}.token").read_text().strip()


def line(**request: Any) -> bytes:
    return json.dumps({"token": token()} | request).encode() + b"\n"


PING = {"do": "ping"}


class TestRequests:
    def test_are_answered_for_those_who_know_the_token(self, company: None) -> None:
        assert say(line(**PING)) == [{"ok": True}]

    @pytest.mark.parametrize("wrong", ["", "x", "Ä", None, 7, ["a"], {"desk": 1}])
    def test_with_an_unknown_token_get_nothing(self, company: None, wrong: object) -> None:
        assert say(line(**PING, token=wrong)) == [{"denied": "unknown_process"}]

    @pytest.mark.parametrize("do", ["", "open", None, "_reveal", ["reveal"]])
    def test_of_another_kind_get_nothing(self, company: None, do: object) -> None:
        assert say(line(do=do)) == [{"denied": "unknown_request"}]

    @pytest.mark.parametrize(
        "rubbish",
        [
            b"\n",
            b"{\n",
            b"null\n",
            b"[]\n",
            b'"reveal"\n',
            b"\x00\xff\xfe\n",
            b"GET / HTTP/1.1\r\n",
            b"[" * 100_000 + b"\n",
            b'{"token": ' + b"9" * 6000 + b"}\n",
        ],
    )
    def test_that_are_rubbish_leave_the_connection_usable(self, company: None, rubbish: bytes) -> None:
        assert say(rubbish, line(**PING))[1:] == [{"ok": True}]

    @pytest.mark.parametrize(
        "where",
        [
            {},
            {"city_id": 1},
            {"city_id": "x", "at": "2026-01-01T00:00:00Z", "id": 1},
            {"city_id": 1, "at": "yesterday; DROP TABLE audit_trace", "id": 1},
            {"city_id": 10**30, "at": "2026-01-01T00:00:00Z", "id": 1},
            {"city_id": 1, "at": "2026-01-01T00:00:00Z", "id": "\x00"},
            {"city_id": [1], "at": {}, "id": None},
        ],
    )
    def test_that_name_no_trace_open_nothing(self, company: None, where: dict[str, Any]) -> None:
        [answer, after] = say(line(do="reveal", **where), line(**PING))
        assert answer.keys() == {"denied"}
        assert answer["denied"] in {"bad_request", "no_committed_trace", "database"}
        assert after == {"ok": True}

    def test_that_never_end_end_the_connection(self, company: None) -> None:
        """Otherwise the rest of one line would be answered as further questions, and answers would meet the wrong ones."""
        with plugged() as plug, plug.makefile("rb") as answers:
            with suppress(ConnectionError):
                plug.sendall(b"x" * (listening.LONGEST_REQUEST + 100) + b"\n" + line(**PING))
            try:
                heard = answers.read()
            except ConnectionResetError:
                heard = b""
        assert heard in {b"", b'{"denied": "bad_request"}\n'}
        assert say(line(**PING)) == [{"ok": True}]

    def test_leave_no_word_of_theirs_in_the_log(self, company: None) -> None:
        say(b'{"token": "+8613912345678"}\n', b"13912345678\n", line(do="hash", numbers=["13912345678"]))
        assert "13912345678" not in processes.log_file("keeper").read_text()


class TestSlowCallers:
    def test_do_not_hold_up_others(self, company: None) -> None:
        silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(60)]
        try:
            for number_, plug in enumerate(silent):
                plug.connect(str(settings.KEEPER_SOCKET))
                if number_ % 2:
                    plug.sendall(b'{"token": "')
            started = time.monotonic()
            assert say(line(**PING)) == [{"ok": True}]
            assert time.monotonic() - started < 10, "the silent ones never end"
        finally:
            for plug in silent:
                plug.close()

    def test_who_leave_before_the_answer_do_no_harm(self, company: None, cast: Cast, desk: None) -> None:
        member = cast.member(held_by=cast.lan)
        for _ in range(10):
            trace = look(cast.lan, member)
            with plugged() as plug:
                plug.sendall(line(do="reveal", city_id=trace.city_id, at=trace.at.isoformat(), id=trace.id))
        assert asking.reveal(look(cast.lan, member))


class TestKeeperSocket:
    def test_is_for_this_account_only(self, company: None) -> None:
        assert settings.KEEPER_SOCKET.stat().st_mode & 0o007 == 0


def keeper_pid() -> int:
    """Who listens."""
    with plugged() as plug:
        pid: int = struct.unpack("3i", plug.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
        return pid


def stands_by(keeper: subprocess.Popen[bytes]) -> bool:
    """Whether a second keeper has come as far as to wait for the first one's end."""
    with suppress(OSError):
        return any(each.resolve().name == "keeper.lock" for each in Path(f"/proc/{keeper.pid}/fd").iterdir())
    return False


class TestKilled:
    @pytest.fixture(autouse=True)
    def patient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """How long a process takes to start is the machine's business."""
        monkeypatch.setattr(asking, "COMES_BACK_WITHIN", 30.0)

    def test_and_started_again_it_is_only_waited_for(
        self, cast: Cast, desk: None, start_keeper: Callable[[], subprocess.Popen[bytes]]
    ) -> None:
        member = cast.member(held_by=cast.lan)
        asking.reveal(look(cast.lan, member))
        restarting = threading.Timer(0.5, start_keeper)  # as long as the supervisor waits
        os.kill(keeper_pid(), signal.SIGKILL)
        restarting.start()
        try:
            assert asking.reveal(look(cast.lan, member)) == {member.member_id: {"alias": member.alias}}
        finally:
            restarting.join()

    def test_with_another_standing_by_nobody_notices(
        self, cast: Cast, desk: None, start_keeper: Callable[[], subprocess.Popen[bytes]]
    ) -> None:
        member = cast.member(held_by=cast.lan)
        first = keeper_pid()
        second = start_keeper()
        while not stands_by(second):
            assert second.poll() is None
            time.sleep(0.05)
        os.kill(first, signal.SIGKILL)
        assert asking.reveal(look(cast.lan, member))
        assert keeper_pid() == second.pid


class TestAway:
    def test_nothing_is_opened(self, cast: Cast, desk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        trace = look(cast.lan, cast.member(held_by=cast.lan))
        asking.forget()
        monkeypatch.setattr(asking, "COMES_BACK_WITHIN", 0.1)
        monkeypatch.setattr(settings, "KEEPER_SOCKET", tmp_path / "nobody.sock")
        with pytest.raises(asking.KeeperAway) as away:
            asking.reveal(trace)
        assert away.value.status == 503
        assert not asking.is_there()

    def test_somebody_else_on_its_socket_learns_no_more_than_a_trace(
        self, cast: Cast, desk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A caller that hears rubbish fails; it shows nothing."""
        trace = look(cast.lan, cast.member(held_by=cast.lan))
        asking.forget()
        monkeypatch.setattr(asking, "COMES_BACK_WITHIN", 0.1)
        monkeypatch.setattr(settings, "KEEPER_SOCKET", tmp_path / "k.sock")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(tmp_path / "k.sock"))
            listener.listen()
            threading.Thread(target=_hang_up_on_everybody, args=(listener,), daemon=True).start()
            with pytest.raises(asking.KeeperAway):
                asking.reveal(trace)


def _hang_up_on_everybody(listener: socket.socket) -> None:
    while True:
        try:
            plug, _ = listener.accept()
        except OSError:
            return
        with plug:
            plug.recv(1 << 20)


class TestLateAnswer:
    def test_never_meets_the_next_question(self, cast: Cast, desk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """A connection that was given up is not used again: its answer would be somebody else's."""
        first, second = (cast.member(held_by=cast.lan) for _ in range(2))
        traces = look(cast.lan, first), look(cast.lan, second)
        real = settings.KEEPER_SOCKET
        asking.forget()
        with slow_relay(tmp_path / "relay.sock", real, delay=0.6):
            monkeypatch.setattr(settings, "KEEPER_SOCKET", tmp_path / "relay.sock")
            monkeypatch.setattr(asking, "PATIENCE", 0.2)
            with pytest.raises(asking.KeeperAway):
                asking.reveal(traces[0])
            monkeypatch.setattr(asking, "PATIENCE", 10.0)
            assert asking.reveal(traces[1]) == {second.member_id: {"alias": second.alias}}
        asking.forget()


@contextmanager
def slow_relay(path: Path, to: Path, *, delay: float) -> Iterator[None]:
    """A keeper whose answers take their time."""

    def serve(plug: socket.socket) -> None:
        with suppress(OSError), plug, plugged(to) as behind, plug.makefile("rwb") as near, behind.makefile("rwb") as far:
            for request in near:
                far.write(request)
                far.flush()
                answer = far.readline()
                time.sleep(delay)
                near.write(answer)
                near.flush()

    def accept() -> None:
        while True:
            try:
                plug, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(plug,), daemon=True).start()

    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()
    threading.Thread(target=accept, daemon=True).start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@contextmanager
def own_keeper(path: Path, *, gateway: bool = False, **database: str) -> Iterator[None]:
    """Another keeper on a socket of its own, with the keeper's real role and keys."""
    known = database_of("keeper")
    conninfo = make_conninfo(
        **{"host": known["HOST"], "port": str(known["PORT"]), "dbname": known["NAME"], "user": known["USER"]}
        | {"password": known["PASSWORD"]}
        | database
    )
    server = listening.serve(
        socket=path,
        keys_folder=settings.HOME.keys,
        conninfo=conninfo,
        tokens={"desk": token(), "worker": token("worker")},
        gateway=gateway,
        lately=Lately(path.with_name("clock")),
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        server.keeper._pool.close()  # type: ignore[attr-defined] # set by serve
        thread.join()


class TestGateway:
    def test_once_calls_go_through_it_the_desk_gets_no_number(
        self, cast: Cast, desk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(cast.lan, member)
        traces = number(cast.lan, member, permit_id=permit_id), look(cast.lan, member)
        asking.forget()
        with own_keeper(tmp_path / "k.sock", gateway=True):
            monkeypatch.setattr(settings, "KEEPER_SOCKET", tmp_path / "k.sock")
            assert denied(traces[0]) == "gateway_calls_instead"
            assert asking.reveal(traces[1]) == {member.member_id: {"alias": member.alias}}
            asking.forget()
        unused = casting.rows("SELECT used_at FROM vault_permit WHERE id = %(id)s", id=permit_id)
        assert unused == [(None,)]


class TestBudgetOfHashes:
    def test_is_kept_by_process(self, cast: Cast, desk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        by = cast.privacy_officer.actor()
        asking.forget()
        with own_keeper(tmp_path / "k.sock"):
            monkeypatch.setattr(settings, "KEEPER_SOCKET", tmp_path / "k.sock")
            for size in (30, 30):
                found = asking.hash_numbers(by=by, numbers=["+8613800138000"] * size, purpose="suppression", now=casting.now())
                assert len(found) == size
            with pytest.raises(asking.KeeperDenied, match="keeper_denied") as refusal:
                asking.hash_numbers(by=by, numbers=["+8613800138000"], purpose="suppression", now=casting.now())
            assert refusal.value.reason == "too_many_numbers"
            asking.forget()


class TestDatabaseAway:
    def test_nothing_is_opened(self, cast: Cast, desk: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        trace = look(cast.lan, cast.member(held_by=cast.lan))
        request = line(do="reveal", city_id=trace.city_id, at=trace.at.isoformat(), id=trace.id)
        monkeypatch.setattr(listening, "POOL_PATIENCE", 0.5)
        with own_keeper(tmp_path / "k.sock", host=str(tmp_path)):
            assert say(request, path=tmp_path / "k.sock") == [{"denied": "database"}]

    def test_and_back_again_is_not_noticed(self, cast: Cast, desk: None) -> None:
        """A restarted database leaves dead connections in the keeper's pool."""
        member = cast.member(held_by=cast.lan)
        asking.reveal(look(cast.lan, member))
        casting.run_as_admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hongxian-keeper'")
        assert asking.reveal(look(cast.lan, member))
