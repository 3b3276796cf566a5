"""The rules of the house that no other tool checks."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

from django.urls import get_resolver

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
FOR_MACHINES = "hongxian/portal/machines.py"
FOR_GATEWAYS = "hongxian/api/door.py"
FOR_PARTNERS = (
    "registrations",
    "profiles",
    "consents",
    "withdrawals",
    "events",
    "notices",
    "stores",
    "requests/<request_id>",
)
OURS = ("hongxian", "tests", "bench", "drills", "bin")
# Hosts from which packages are taken: an address of one in the code would tie the company to it.
REGISTRIES = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|unpkg\.com|jsdelivr\.net|cdnjs\.|cloudflare\.com|googleapis\.com|"
    r"gstatic\.com|aliyun\.com/pypi|tuna\.tsinghua|mirrors\.\w+|\bindex-url\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"(?<![\d.])1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![\d.])")


def _tracked(*suffixes: str) -> list[Path]:
    """Files of ours that are there, also those not committed yet."""
    found = []
    for folder in OURS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path for path in found if (not suffixes or path.suffix in suffixes) and "vendor" not in path.parts]


def _addresses(given: list[Any]) -> list[Any]:
    """Every single address below these."""
    found: list[Any] = []
    for each in given:
        found += _addresses(each.url_patterns) if hasattr(each, "url_patterns") else [each]
    return found


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class TestFiles:
    def test_are_short_enough_to_be_read_at_once(self) -> None:
        lengths = {str(path.relative_to(ROOT)): len(_text(path).splitlines()) for path in _tracked(".py", ".sql", ".html")}
        assert {name: length for name, length in lengths.items() if length > LONGEST} == {}

    def test_name_no_host_of_a_package_registry(self) -> None:
        here = Path(__file__)
        files = [path for path in _tracked(".py", ".sql", ".html", ".css", ".js", ".toml", ".sh", "") if path != here]
        files += [ROOT / "pyproject.toml", *(ROOT / "requirements").glob("*")]
        assert [str(path) for path in files if REGISTRIES.search(path.read_text(encoding="utf-8", errors="replace"))] == []


class TestCode:
    def test_prints_only_at_the_console(self) -> None:
        wrong = []
        for path in _tracked(".py"):
            parts = path.relative_to(ROOT).parts
            if parts[0] != "hongxian" or parts[1] == "cli":
                continue
            calls = [node for node in ast.walk(ast.parse(_text(path))) if isinstance(node, ast.Call)]
            wrong += [f"{path}:{call.lineno}" for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
        assert wrong == []

    def test_asks_nobody_for_the_time_but_at_its_doors(self) -> None:
        """Contexts take `now`; the keeper's clock is its own, because it takes nobody's word."""
        doors = ("desk", "portal", "api", "cli", "config")
        allowed = {
            "hongxian/design/context.py",
            "hongxian/vault/keeper.py",
            "hongxian/kernel/logs.py",
            "hongxian/intake/jobs.py",
            "hongxian/rights/jobs.py",
            "hongxian/outreach/campaign_jobs.py",
            "hongxian/reactions.py",
        }
        wrong = []
        for path in _tracked(".py"):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith("hongxian/outreach/gateways/"):  # what happens on a line happens when it says so
                continue
            if not name.startswith("hongxian/") or name.split("/")[1] in doors or name in allowed:
                continue
            if re.search(r"\b(?:timezone|datetime|date)\.(?:now|utcnow|today)\(", _text(path)):
                wrong.append(name)
        assert wrong == []

    def test_catches_only_what_it_names(self) -> None:
        """`except Exception` in a page would turn a bug into an answer."""
        wrong = []
        for path in _tracked(".py"):
            if path.relative_to(ROOT).parts[:2] in {("hongxian", "desk"), ("hongxian", "portal")}:
                handlers = [node for node in ast.walk(ast.parse(_text(path))) if isinstance(node, ast.ExceptHandler)]
                wrong += [
                    f"{path}:{each.lineno}" for each in handlers if each.type is None or "Exception" in ast.unparse(each.type)
                ]
        assert wrong == []

    def test_has_no_debug_mode_and_no_exempted_forms(self) -> None:
        texts = {path: _text(path) for path in _tracked(".py", ".html") if path.relative_to(ROOT).parts[0] == "hongxian"}
        words = re.compile(r"csrf_exempt|DEBUG = True|mark_safe|\|\s*safe\b|autoescape off|ATOMIC_REQUESTS")
        found = {path.relative_to(ROOT).as_posix(): words.findall(text) for path, text in texts.items() if words.search(text)}
        assert found == {FOR_MACHINES: ["csrf_exempt"], FOR_GATEWAYS: ["csrf_exempt"]}

    def test_exempts_from_the_forms_token_only_what_is_signed_by_a_machine(self) -> None:
        """The mark is set by the decorator that checks the signature, once, and only these addresses have it."""
        for file in (FOR_MACHINES, FOR_GATEWAYS):
            assert len(re.findall(r"\.csrf_exempt = True", _text(ROOT / file))) == 1
        marked = {
            f"{urls} {each.pattern}"
            for urls in ("hongxian.config.urls", "hongxian.config.urls_portal")
            for each in _addresses(get_resolver(urls).url_patterns)
            if getattr(each.callback, "csrf_exempt", False)
        }
        assert marked == {
            "hongxian.config.urls_portal feed/v1/letters",
            "hongxian.config.urls api/gateways/<slug:gateway>/report/<slug:word>/<slug:mac>/",
            "hongxian.config.urls api/gateways/<slug:gateway>/reply/<slug:mac>/",
            "hongxian.config.urls api/gateways/<slug:gateway>/call/<slug:mac>/",
            # Whoever calls there shows a key in a header, and no cookie is read (api/partner_door.py).
            *(f"hongxian.config.urls {each}" for each in FOR_PARTNERS),
        }

    def test_holds_no_numbers_that_could_be_somebodys(self) -> None:
        """Made-up ones in tests and samples begin with 138 0013 80…; operators' own example."""
        wrong = []
        for path in _tracked(".py", ".html", ".toml", ".sql"):
            if path.relative_to(ROOT).parts[0] == "hongxian":
                wrong += [
                    f"{path}: {found}"
                    for found in NUMBER.findall(_text(path))
                    if not found.replace(" ", "").startswith("1380013")
                ]
        assert wrong == []


class TestTemplates:
    def test_bring_no_scripts_or_styles_of_their_own(self) -> None:
        """`script-src 'self'` would stop them, and the page would be broken."""
        wrong = []
        for path in _tracked(".html"):
            text = _text(path)
            if re.search(
                r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\bsrc=)|hx-on|hx-vals=['\"]js:", text, re.IGNORECASE
            ):
                wrong.append(str(path))
        assert wrong == []

    def test_take_nothing_from_elsewhere(self) -> None:
        assert [str(path) for path in _tracked(".html") if re.search(r"(?:src|href)=[\"'](?:https?:)?//", _text(path))] == []

    def test_offer_no_number_to_a_telephone(self) -> None:
        """An opted-out number that is struck through and still a link has been called before."""
        assert [str(path) for path in _tracked(".html", ".js") if "tel:" in _text(path) or "sms:" in _text(path)] == []

    def test_send_forms_with_their_token(self) -> None:
        posts = re.compile(r"<form\b[^>]*method=[\"']post.*?</form>", re.DOTALL | re.IGNORECASE)
        wrong = [str(path) for path in _tracked(".html") for form in posts.findall(_text(path)) if "csrf_token" not in form]
        assert wrong == []
