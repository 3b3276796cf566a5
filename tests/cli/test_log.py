"""`bin/hongxian log`, and the worker's thread that seals."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from hongxian.audit import checkpoints, exporting, sealing
from hongxian.audit.proving import VERIFIER
from hongxian.cli import company as installation
from hongxian.cli import keeping, roles
from hongxian.cli.sealer import signing_keys
from tests.audit.scratch import Log, copied, empty
from tests.audit.test_sealing import write
from tests.owner import now, rows
from tests.server import start_test_home
from tests.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoDbBlocker


def log(*arguments: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    out = StringIO()
    try:
        call_command("log", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def home(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This process's own, not one to break as in conftest.py."""
    with django_db_blocker.unblock():
        start_test_home()
        yield


@pytest.fixture
def fresh(home: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """A log of its own, in which the commands and Django's connection work."""
    with empty("hx_cli_empty") as nothing, copied(nothing, "hx_cli_log") as found, found.as_worker():
        site = installation.site()
        here = roles.Site(site.home, site.server, found.name, site.names)
        monkeypatch.setattr(installation, "site", lambda: here)
        found.fill(40, begin=now() - timedelta(minutes=40))
        sealing.seal_all(now=now())
        checkpoints.sign_if_due(private=signing_keys()[-1], now=now())
        yield found


class TestVerify:
    def test_of_a_sound_log_ends_0(self, fresh: Log, tmp_path: Path) -> None:
        kept = tmp_path / "kept.checkpoint"
        assert log("export", "--out", str(kept))[0] == 0
        code, words = log("verify", "--against", str(kept))
        assert (code, "完好。 | sound." in words) == (0, True), words
        said = json.loads(log("verify", "--against", str(kept), "--json")[1])
        assert (said["sound"], said["findings"], said["against"]) == (True, [], said["size"])

    def test_names_the_first_bad_row_and_ends_1(self, fresh: Log, tmp_path: Path) -> None:
        kept = tmp_path / "kept.checkpoint"
        log("export", "--out", str(kept))
        index = fresh.value(
            "SELECT min(index) FROM audit_leaf WHERE trace_id = (SELECT trace_id FROM audit_leaf WHERE index = 17)"
        )
        city_id, trace_id = fresh.row(index)
        fresh.run("INSERT INTO org_city VALUES (3, 'qq', '测试', 'Test', 'Asia/Shanghai')")
        fresh.run("UPDATE audit_trace SET purpose = 'x' WHERE id = %(id)s", id=trace_id)
        code, words = log("verify", "--against", str(kept))
        first = next(line for line in words.splitlines() if "NOT SOUND" in line)
        assert (code, city_id) == (1, 3)
        for part in (f"row {index} ", "[qq ", f"#{trace_id}]", "the row's content was changed", "记录内容被改动"):
            assert part in first
        said = json.loads(log("verify", "--against", str(kept), "--json")[1])
        assert (said["findings"][0]["row"], said["findings"][0]["trace"], said["findings"][0]["city"]) == (index, trace_id, "qq")

    @pytest.mark.parametrize("text", ["", "{}", "nonsense"])
    def test_against_what_is_no_checkpoint_ends_2(self, fresh: Log, tmp_path: Path, text: str) -> None:
        file = tmp_path / "x"
        file.write_text(text, encoding="utf-8")
        assert log("verify", "--against", str(file))[0] == 2
        assert log("verify", "--against", str(tmp_path / "missing"))[0] == 2


class TestOthers:
    def test_key_is_rotated_and_both_count(self, fresh: Log, tmp_path: Path) -> None:
        before, after = tmp_path / "before.checkpoint", tmp_path / "after.checkpoint"
        log("export", "--out", str(before))
        number = max(int(file.stem.split("-")[1]) for file in settings.HOME.keys.glob("checkpoint-*.key"))
        try:
            assert log("rotate-key")[0] == 0
            fresh.write(now(), 5)
            assert log("seal")[0] == 0
            log("export", "--out", str(after))
            assert exporting.read(before).key != exporting.read(after).key
            for kept in (before, after):
                assert log("verify", "--against", str(kept))[0] == 0
            proof = tmp_path / "consistency.json"
            assert log("consistency", "--from", str(before), "--to", str(after), "--out", str(proof))[0] == 0
            assert subprocess.run([sys.executable, "-I", "-S", str(VERIFIER), str(proof)], check=False).returncode == 0
        finally:
            (settings.HOME.keys / f"checkpoint-{number + 1}.key").unlink()

    def test_prove_status_and_inspection(self, fresh: Log, tmp_path: Path) -> None:
        fresh.run("INSERT INTO org_city VALUES (3, 'qq', '测试', 'Test', 'Asia/Shanghai')")
        member = fresh.value("SELECT member_id FROM audit_leaf WHERE member_id <> 0 LIMIT 1")
        assert "rows" in log("status")[1]
        proof, bundle = tmp_path / "proof.json", tmp_path / "bundle.zip"
        assert log("prove", "--city", "qq", "--member", str(member), "--out", str(proof))[0] == 0
        day = str((now() - timedelta(days=1)).date())
        assert log("inspection", "--from", day, "--to", str((now() + timedelta(days=1)).date()), "--out", str(bundle))[0] == 0
        for file in (proof, bundle):
            assert subprocess.run([sys.executable, "-I", "-S", str(VERIFIER), str(file)], check=False).returncode == 0

    def test_nobody_of_that_number_is_said_so(self, fresh: Log, tmp_path: Path) -> None:
        out = StringIO()
        with pytest.raises(SystemExit, match=r"没有城市 zz"):
            call_command("log", "prove", "--city", "zz", "--member", "1", "--out", str(tmp_path / "x"), stdout=out)


class TestKeeping:
    @pytest.fixture
    def keeper(self, tmp_path: Path) -> keeping.Keeper:
        return keeping.Keeper(tmp_path)

    def test_writes_the_newest_and_the_days_last(self, fresh: Log, keeper: keeping.Keeper) -> None:
        assert keeper.keep_if_due(keys=signing_keys(), now=now())
        assert not keeper.keep_if_due(keys=signing_keys(), now=now()), "too early"
        keeper.due = 0
        assert not keeper.keep_if_due(keys=signing_keys(), now=now()), "nothing new"
        assert sorted(file.name[-10:] for file in keeper.folder.iterdir()) == ["checkpoint", "checkpoint"]
        assert exporting.read(keeper.folder / exporting.NEWEST).rows

    def test_keeps_the_evidence_when_the_log_contradicts_it(
        self, fresh: Log, keeper: keeping.Keeper, caplog: pytest.LogCaptureFixture
    ) -> None:
        keeper.keep_if_due(keys=signing_keys(), now=now())
        kept = (keeper.folder / exporting.NEWEST).read_bytes()
        fresh.run("UPDATE audit_leaf SET hash = sha256(hash) WHERE index = 3")
        fresh.write(now(), 5)
        sealing.seal_all(now=now())
        for known in (keeper, keeping.Keeper(keeper.folder)):
            known.due = 0
            assert not known.keep_if_due(keys=signing_keys(), now=now())
        assert (keeper.folder / exporting.NEWEST).read_bytes() == kept
        assert caplog.records[-1].__dict__["code"] == "log_contradicts_checkpoint"


class TestWorker:
    def test_seals_within_seconds_also_after_its_connection_was_cut(self, home: None) -> None:
        city_id = World(stores=1, teams=1).city_id
        with installation.running("worker"):
            _wait_until_sealed(write(city_id, 5), 20)  # it starts up
            for _ in range(2):
                _wait_until_sealed(write(city_id, 5), 5)
                connection.close()  # ours signs in as the worker, too
                with installation.site().connect_as_admin("postgres") as admin:
                    admin.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hongxian-worker'"
                    )
            written = write(city_id, 5)
            _wait_until_sealed(written, 15)
            deadline = time.monotonic() + 15
            while not rows("SELECT 1 FROM audit_checkpoint, audit_head WHERE audit_checkpoint.size = audit_head.size"):
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert exporting.read(Path(settings.HOME.checkpoints) / exporting.NEWEST).checkpoint.size > 0


def _wait_until_sealed(number: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not rows("SELECT 1 FROM audit_leaf WHERE trace_id = %(n)s", n=number):
        assert time.monotonic() < deadline, "not sealed in time"
        time.sleep(0.05)
