"""The commands in bin/: they set themselves up anywhere, and say in one line what is in the way."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ("bench", "demo", "drill", "hongxian", "test")


def _run(*command: object, cwd: Path, **surroundings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that needs no package and whose program says where it is and what it was told."""
    folder = tmp_path_factory.mktemp("some where") / "红线"
    (folder / "hongxian" / "config").mkdir(parents=True)
    (folder / "requirements").mkdir()
    shutil.copytree(ROOT / "bin", folder / "bin")
    for kind in ("base", "dev"):
        (folder / "requirements" / f"{kind}.txt").write_text(f"# {kind}\n")
    for package in ("hongxian", "hongxian/config"):
        (folder / package / "__init__.py").write_text("")
    (folder / "hongxian" / "config" / "__main__.py").write_text(
        "import os, sys\nprint(os.getcwd(), sys.prefix, *sys.argv[1:], sep='|')\n"
    )
    done = _run(folder / "bin" / "hongxian", "first", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_needs_nothing_installed(self, tmp_path: Path, command: str) -> None:
        shutil.copytree(ROOT / "bin", tmp_path / "bin")
        done = _run(tmp_path / "bin" / command, "--help", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"bin/{command}" in done.stdout
        assert not (tmp_path / ".venv").exists()

    def test_lists_the_commands(self) -> None:
        listed = _run(ROOT / "bin" / "hongxian", "--help", cwd=ROOT).stdout
        for command in ("demo", "serve", "setup"):
            assert f"  {command} " in listed


class TestEnvironment:
    def test_is_made_once_and_used_from_anywhere(self, checkout: Path, tmp_path: Path) -> None:
        (tmp_path / "hongxian.py").write_text("raise SystemExit('the wrong one')")
        (tmp_path / "link").symlink_to(checkout / "bin" / "hongxian")
        done = _run(tmp_path / "link", "import", "a b.xlsx", cwd=tmp_path)
        assert done.stdout == f"{tmp_path}|{checkout / '.venv'}|import|a b.xlsx\n"
        assert done.stderr == ""

    def test_is_brought_up_to_date_when_the_requirements_change(self, checkout: Path) -> None:
        (checkout / "requirements" / "base.txt").write_text("# changed\n")
        marker = checkout / ".venv" / "kept"
        marker.touch()
        assert _run(checkout / "bin" / "hongxian", "x", cwd=checkout).returncode == 0
        assert marker.exists()
        assert _run(checkout / "bin" / "hongxian", "x", cwd=checkout).stderr == ""

    @pytest.mark.parametrize("damage", ["interrupted", "no python"])
    def test_is_made_anew_when_it_is_half_made(self, checkout: Path, damage: str) -> None:
        environment = checkout / ".venv"
        (environment / "rest").touch()
        if damage == "interrupted":
            (environment / ".installing").touch()
        else:
            (environment / "bin" / "python").unlink()
        done = _run(checkout / "bin" / "hongxian", "x", cwd=checkout)
        assert done.returncode == 0, done.stderr
        assert not (environment / "rest").exists()
        assert not (environment / ".installing").exists()

    def test_says_that_the_requirements_cannot_be_had(self, checkout: Path) -> None:
        file = checkout / "requirements" / "dev.txt"
        file.write_text("no-such-package-of-ours==1 --hash=sha256:" + "0" * 64 + "\n")
        (checkout / "bench").mkdir(exist_ok=True)
        (checkout / "bench" / "claims.py").write_text('"""Claims."""\n')
        done = _run(checkout / "bin" / "bench", "claims", cwd=checkout, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
        shutil.rmtree(checkout / ".venv")
        assert done.returncode == 1
        assert "can't be installed" in done.stderr.splitlines()[-1]

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_lies_in_the_cache_when_the_checkout_cannot_be_written(self, checkout: Path, tmp_path: Path) -> None:
        shutil.rmtree(checkout / ".venv", ignore_errors=True)
        checkout.chmod(0o555)
        try:
            done = _run(checkout / "bin" / "hongxian", "x", cwd=tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache"))
        finally:
            checkout.chmod(0o755)
        assert str(tmp_path / "cache" / "hongxian") in done.stdout

    def test_without_a_python_gets_one_line(self, checkout: Path, tmp_path: Path) -> None:
        for tool in ("sh", "dirname", "readlink", "cksum", "cat", "id", "mkdir", "cut"):
            (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
        shutil.rmtree(checkout / ".venv", ignore_errors=True)
        script = checkout / "bin" / "lib" / "environment.sh"
        text = script.read_text()
        script.write_text(text.replace(" /usr/bin/python3;", ";"))
        try:
            done = _run("/bin/sh", checkout / "bin" / "hongxian", "x", cwd=tmp_path, PATH=str(tmp_path))
        finally:
            script.write_text(text)
        assert done.returncode == 1
        assert done.stderr.splitlines() == ["需要 Python 3.11 或更高版本。 | Python 3.11 or later is needed."]


class TestPackages:
    def test_that_are_missing_are_named_when_they_cannot_be_installed(self, checkout: Path, tmp_path: Path) -> None:
        for tool in ("sh", "dirname", "readlink", "id", "grep"):
            (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
        done = _run("/bin/sh", checkout / "bin" / "test", cwd=tmp_path, PATH=str(tmp_path))
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert "apt-get install chromium" in done.stderr


class TestBench:
    def test_refuses_a_name_that_is_none(self) -> None:
        for name in ("nowhere", "../x", "a.b"):
            done = _run(ROOT / "bin" / "bench", name, cwd=ROOT)
            assert done.returncode == 2
