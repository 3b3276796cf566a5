"""What the whole chain needs, reckoned from measured figures: another morning's file gives another table."""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).with_name("measured")
MORNING, OTHERS = MEASURED / "morning.json", MEASURED / "others.json"
DOCS = Path(__file__).resolve().parent.parent / "docs"
DOCUMENT, SERVER = DOCS / "scale.md", DOCS / "running" / "server.md"
SERVERS = ("desk", "worker", "dialer", "keeper", "database")
BEGINS, ENDS = "<!-- reckoned -->", "<!-- /reckoned -->"
DAY, YEAR = 86_400, 365
GB, TB = 1e9, 1e12
POOL, WORKER, DIALER, KEEPER = (
    12,
    16,
    4,
    8,
)  # connections of one process at most: config/settings.py, cli/serving.py, vault/listening.py


@dataclass(frozen=True, slots=True)
class Company:
    """What is reckoned for. The first four are given; the rest are how such a day is spread."""

    members: float = 300e6
    consultants: float = 15_000
    calls: float = 1.5e6  # a day
    claims: float = 1e6  # a day
    stores: float = 200
    texts_a_month: float = 100_000  # of a store; those by hand are among them
    pooled: float = 2 / 3  # of the members stand in a pool, as in a city of 15 million with 10 million entries
    busiest_hour: float = 1 / 8  # of a day's contacts
    claimed_in_half_an_hour: float = 0.6  # of a day's claims
    biggest_city: float = 15e6
    full: float = 0.5  # how busy processors may be, so that answers stay quick
    cores: int = 32  # of one node
    disk: float = 0.7  # how full disks may be
    copies: int = 2  # of every byte: the node and its standby
    wal_days: int = 7  # of log are kept, for a restore to any moment


class Reckoning:
    """Everything from the two files and the company."""

    def __init__(self, morning: dict[str, Any], others: dict[str, Any], company: Company) -> None:
        self.morning, self.others, self.company = morning, others, company

    # How much of what a contact is: as it was counted in the morning, the morning's claims and sign-ins left out.

    def per_call(self, action: str) -> float:
        """So many of an action for each call. A page that claims lead to is no contact's."""
        counts = self.morning["counts"]
        pressed = sum(counts.get(f"claim {n}", 0) for n in (10, 20))
        taken = pressed if action in {"member's page", "worklist", "centre's panel"} else 0
        return float(max(0.0, (counts.get(action, 0) - taken) / counts["call"]))

    def a_day(self) -> dict[str, float]:
        """How often each action happens in a day of the company."""
        calls, claims = self.company.calls, self.company.claims
        day = {
            action: self.per_call(action) * calls
            for action in self.morning["costs_ms"]
            if not action.startswith(("claim", "sign"))
        }
        presses = claims / (20 + 50) * (1 + 5)  # a day's quota is one press of 20 and five of 10
        day |= {"claim 20": presses / 6, "claim 10": presses * 5 / 6, "sign in": self.company.consultants}
        for action in ("member's page", "worklist", "centre's panel"):
            day[action] += presses
        return day

    def text_by_system(self) -> float:
        """Texts a day that nobody presses for."""
        return max(0.0, self.company.texts_a_month * self.company.stores / 30 - self.a_day().get("text", 0.0))

    def busiest(self) -> dict[str, float]:
        """How often a second in the busiest hour."""
        return {action: n * self.company.busiest_hour / 3600 for action, n in self.a_day().items()}

    def first_half_hour(self) -> dict[str, float]:
        """How often a second while everybody signs in and claims; nobody calls yet as in the busiest hour, but half as much."""
        share = self.company.claimed_in_half_an_hour / 1800
        day, presses = self.a_day(), self.a_day()["claim 20"] + self.a_day()["claim 10"]
        found = {action: n / 2 for action, n in self.busiest().items()}
        found |= {action: day[action] * share for action in ("claim 10", "claim 20")} | {"sign in": day["sign in"] / 1800}
        for action in ("member's page", "worklist", "centre's panel"):
            found[action] += presses * share
        return found

    def cores_for(self, rate: dict[str, float]) -> dict[str, float]:
        """Cores that are all busy, by process."""
        costs = self.morning["costs_ms"]
        return {name: sum(n * costs[action].get(name, 0.0) / 1000 for action, n in rate.items()) for name in SERVERS}

    def corrected(self, cores: dict[str, float]) -> dict[str, float]:
        """By what the morning took more, or less, than the sum of single actions had said."""
        measured, predicted = self.morning["processor_seconds"], self.morning["predicted_seconds"]
        return {name: n * (measured[name] / predicted[name] if predicted[name] > 1 else 1.0) for name, n in cores.items()}

    # Rows and bytes.

    def rows_a_day(self) -> dict[str, float]:
        """Rows that stay."""
        found: dict[str, float] = {}
        for action, n in self.a_day().items():
            for table, count in self.morning["cost_rows"][action].items():
                found[table] = found.get(table, 0.0) + n * max(0.0, count)
        text = self.morning["cost_rows"]["text"]
        for table in ("audit_trace", "audit_leaf", "vault_permit", "outreach_message"):
            found[table] = found.get(table, 0.0) + self.text_by_system() * (
                1 if table != "audit_trace" else min(1.0, text.get(table, 1.0) / 10)
            )
        return found

    def bytes_a_day(self) -> dict[str, float]:
        """Of the rows that stay, with their indexes."""
        kept = self.morning["kept"]
        return {table: n * kept[table][1] for table, n in self.rows_a_day().items() if table in kept and kept[table][0] >= 200}

    def wal_a_day(self) -> float:
        """Bytes of write-ahead log, corrected by the morning as processors are."""
        by_sum = sum(n * self.morning["cost_wal"][action] for action, n in self.a_day().items())
        by_sum += self.text_by_system() * self.morning["cost_wal"]["text"]
        return float(by_sum * self.morning["wal_bytes"] / self.morning["wal_predicted"])

    def stock_a_member(self) -> float:
        """Bytes of one member: record, numbers, receipts, sealed fields and their key."""
        stock = self.morning["stock"]
        members = stock["members_member"][0]
        return float(sum(count * size for table, (count, size) in stock.items() if table != "pools_entry") / members)

    def entry(self) -> float:
        """Bytes of one entry of a pool, its indexes with it: what claims and pool pages walk over."""
        return float(self.morning["stock"]["pools_entry"][1])

    def processes(self) -> float:
        """Bytes that the processes held in the morning, the database's shared memory among them."""
        return float(1e6 * sum(self.morning["memory_mb"][name] for name in SERVERS))

    # What there is one of.

    def limits(self) -> list[tuple[str, float, float, str]]:
        """(what there is one of, demanded at its worst, what one does, unit): the first to break has the smallest quotient."""
        rows, peak = self.rows_a_day(), self.company.busiest_hour / 3600
        city = self.company.biggest_city / self.company.members
        sender = self.others["texts_per_second"]["value"]
        sealing = self.others["sealed_rows_per_second"]["value"]
        early, late = self.corrected(self.cores_for(self.first_half_hour())), self.corrected(self.cores_for(self.busiest()))
        claims = self.company.claims * city * self.company.claimed_in_half_an_hour / 1800
        return [
            ("sealing: one tree, one process", rows.get("audit_leaf", 0.0) * peak, sealing, "rows a second"),
            ("one dialer process, one core", late["dialer"], 1.0, "cores"),
            ("one keeper process, one core", max(early["keeper"], late["keeper"]), 1.0, "cores"),
            ("one worker process, one core", max(early["worker"], late["worker"]), 1.0, "cores"),
            ("one sender of texts", self.text_by_system() * peak + self.busiest().get("text", 0.0), sender, "texts a second"),
            ("biggest city's node: its database", max(early["database"], late["database"]) * city, self.company.cores * self.company.full, "cores"),
            ("biggest city's pool: claims", claims, self.others["claims_per_second"]["value"], "members a second"),
        ]  # fmt: skip

    def network(self) -> float:
        """Bytes a second of pages in the busiest hour, as the browsers got them; nothing compressed."""
        a_call = self.morning["told"]["bytes"] / self.morning["counts"]["call"]
        return float(a_call * self.company.calls * self.company.busiest_hour / 3600)


def tables(reckoning: Reckoning) -> str:
    """All of them, as they stand in docs/scale.md."""
    return "\n\n".join(part(reckoning) for part in (_contact, _load, _cores, _connections, _room, _growth, _limits, _compared))


def _table(head: str, rows: list[str]) -> str:
    columns = head.count("|") - 1
    return "\n".join([head, "|" + "---|" * columns, *rows])


def _contact(r: Reckoning) -> str:
    costs, wal, rows = r.morning["costs_ms"], r.morning["cost_wal"], r.morning["cost_rows"]
    lines = [
        f"| {action} | {1.0 if action == 'call' else r.per_call(action):.2f} |"
        + "".join(f" {costs[action][name]:.1f} |" for name in SERVERS)
        + f" {sum(costs[action][name] for name in SERVERS):.1f} | {wal[action] / 1000:.1f} | {sum(rows[action].values()):.1f} |"
        for action in costs
    ]
    head = "| action | per call | " + " | ".join(SERVERS) + " | all, ms | log, kB | rows that stay |"
    return "### What one action costs\n\n" + _table(head, lines)


def _load(r: Reckoning) -> str:
    day, early, late = r.a_day(), r.first_half_hour(), r.busiest()
    lines = [f"| {action} | {day[action] / 1e6:.2f} | {early[action]:.1f} | {late[action]:.1f} |" for action in day]
    lines.append(
        f"| texts by the system | {r.text_by_system() / 1e6:.2f} | | {r.text_by_system() * r.company.busiest_hour / 3600:.1f} |"
    )
    return "### How often\n\n" + _table(
        "| action | a day, millions | first half hour, a second | busiest hour, a second |", lines
    )


def _cores(r: Reckoning) -> str:
    early, late = (r.corrected(r.cores_for(rate)) for rate in (r.first_half_hour(), r.busiest()))
    lines = []
    for name in SERVERS:
        most = max(early[name], late[name])
        lines.append(
            f"| {name} | {early[name]:.1f} | {late[name]:.1f} | {most / r.company.full:.0f} | {most / r.company.full / r.company.cores:.1f} |"
        )
    most = sum(max(early[name], late[name]) for name in SERVERS) / r.company.full
    lines.append(f"| all | {sum(early.values()):.1f} | {sum(late.values()):.1f} | {most:.0f} | {most / r.company.cores:.1f} |")
    head = (
        f"| process | busy cores, first half hour | busiest hour | cores at {r.company.full:.0%} | nodes of {r.company.cores} |"
    )
    return "### Processors\n\n" + _table(head, lines)


def _connections(r: Reckoning) -> str:
    had = r.morning["connections"]
    each = r.morning["memory_mb"]["database"] / sum(had.values())
    lines: list[str] = []
    total = 0
    for name in ("desk", "worker", "dialer", "keeper"):
        busy = max(r.corrected(r.cores_for(rate))[name] for rate in (r.first_half_hour(), r.busiest()))
        many, most = math.ceil(busy / r.company.full), POOL if name == "desk" else had[name]
        total += many * most
        lines.append(f"| {name} | {many} | {most} | {many * most:,} |")
    lines.append(f"| all | | | {total:,} |")
    more = f"In the morning a connection took {each:.0f} MB, its share of shared memory included; all of them open would take {total * each / 1000:.0f} GB."
    return (
        "### Connections\n\n" + _table("| process | how many, one core each | connections of each | all |", lines) + "\n\n" + more
    )


def _room(r: Reckoning) -> str:
    c, stock, entry = r.company, r.stock_a_member(), r.entry()
    city = c.biggest_city
    entries = c.members * c.pooled * entry
    lines = [
        f"| a member's rows: record, number, receipts, sealed fields, key | {stock:,.0f} B | {c.members * stock / TB:.2f} TB | {city * stock / GB:.0f} GB |",
        f"| an entry of a pool with its indexes: must stay in memory | {entry:,.0f} B | {entries / GB:.0f} GB | {city * c.pooled * entry / GB:.1f} GB |",
    ]
    return "### The stock\n\n" + _table("| what | one | the chain | the biggest city |", lines)


def _growth(r: Reckoning) -> str:
    rows, size, kept = r.rows_a_day(), r.bytes_a_day(), r.morning["kept"]
    lines = [
        f"| {table} | {rows[table] / 1e6:.2f} | {kept[table][1]:.0f} | {size[table] / GB:.1f} | {size[table] * YEAR / TB:.1f} |"
        for table in sorted(size, key=lambda table: -size[table])
    ]
    total = sum(size.values())
    lines.append(
        f"| **all** | {sum(rows[table] for table in size) / 1e6:.1f} | | **{total / GB:.0f}** | **{total * YEAR / TB:.0f}** |"
    )
    wal = r.wal_a_day()
    more = (
        f"Write-ahead log: {wal / GB:.0f} GB a day, {wal / DAY / 1e6:.1f} MB a second on average and"
        f" {wal * r.company.busiest_hour / 3600 / 1e6:.0f} MB a second in the busiest hour; {wal * r.company.wal_days / TB:.1f} TB for"
        f" {r.company.wal_days} days. Pages over the network in the busiest hour: {r.network() * 8 / 1e9:.2f} Gbit/s, not compressed."
    )
    return (
        "### Growth\n\n"
        + _table("| table | rows a day, millions | bytes a row, indexes with it | GB a day | TB a year |", lines)
        + "\n\n"
        + more
    )


def _limits(r: Reckoning) -> str:
    found = sorted(r.limits(), key=lambda each: each[2] / each[1] if each[1] else 1e9)
    lines = [
        f"| {what} | {asked:,.1f} | {does:,.1f} | {unit} | {does / asked if asked else 0:.2f} |"
        for what, asked, does, unit in found
    ]
    return "### What there is one of, the weakest first\n\n" + _table(
        "| what | demanded at its worst | one does | unit | breaks at this multiple of the load |", lines
    )


def _compared(r: Reckoning) -> str:
    m = r.morning
    lines = [
        f"| {name}, processor seconds | {m['predicted_seconds'][name]:.1f} | {m['processor_seconds'][name]:.1f} | {_off(m['predicted_seconds'][name], m['processor_seconds'][name])} |"
        for name in SERVERS
    ]
    predicted, measured = (
        sum(m["predicted_seconds"][name] for name in SERVERS),
        sum(m["processor_seconds"][name] for name in SERVERS),
    )
    lines.append(f"| all processes | {predicted:.1f} | {measured:.1f} | {_off(predicted, measured)} |")
    lines.append(
        f"| write-ahead log, MB | {m['wal_predicted'] / 1e6:.1f} | {m['wal_bytes'] / 1e6:.1f} | {_off(m['wal_predicted'], m['wal_bytes'])} |"
    )
    lines += [
        f"| {table}, rows | {m['rows_predicted'].get(table, 0.0):,.0f} | {n:,} | {_off(m['rows_predicted'].get(table, 0.0), n)} |"
        for table, n in sorted(m["rows"].items(), key=lambda each: -each[1])
        if n >= 100
    ]
    return "### The morning against the sum of its actions\n\n" + _table(
        "| what | sum of single actions | measured | measured is |", lines
    )


SIZES = (("one store", 20, 1, 100_000), ("ten stores of a city", 200, 10, 1_000_000), ("a big city", 750, 10, 15_000_000))
STEPS_CORES, STEPS_GB = (2, 4, 8, 16, 32, 64, 96, 128), (4, 8, 16, 32, 64, 128, 256, 512)


def sizing(reckoning: Reckoning) -> str:
    """Machines for companies that stay on one, as the table stands in docs/running/server.md."""
    whole = reckoning.company
    lines: list[str] = []
    for name, consultants, stores, members in SIZES:
        share = consultants / whole.consultants
        small = replace(
            whole, members=members, consultants=consultants, stores=stores, calls=whole.calls * share, claims=whole.claims * share
        )
        r = Reckoning(reckoning.morning, reckoning.others, small)
        busy = max(sum(r.corrected(r.cores_for(rate)).values()) for rate in (r.first_half_hour(), r.busiest()))
        cores = _step(busy / small.full, STEPS_CORES)
        growth = sum(r.bytes_a_day().values())
        memory = (
            r.processes() * max(1.0, cores / r.morning["machine"]["cores"]) + members * small.pooled * r.entry() + 30 * growth
        )
        disk = (members * (r.stock_a_member() + r.entry()) + 3 * YEAR * growth + small.wal_days * r.wal_a_day()) / small.disk
        lines.append(
            f"| {name} | {members:,} | {consultants} | {busy:.1f} | {cores} | {_step(2 * memory / GB, STEPS_GB)} GB"
            f" | {growth * YEAR / GB:,.0f} GB | {disk / GB:,.0f} GB |"
        )
    head = "| company | members | consultants | busy cores | cores | memory | growth a year | disk for three years |"
    return _table(head, lines)


def _step(least: float, steps: tuple[int, ...]) -> int:
    return next((step for step in steps if step >= least), steps[-1])


def _off(predicted: float, measured: float) -> str:
    return f"{measured / predicted - 1:+.0%}" if predicted else "new"


def load(morning: Path = MORNING, others: Path = OTHERS) -> Reckoning:
    return Reckoning(json.loads(morning.read_text(encoding="utf-8")), json.loads(others.read_text(encoding="utf-8")), Company())


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench reckoning", description=__doc__)
    parser.add_argument("--morning", type=Path, default=MORNING, help="what bin/bench morning --write wrote")
    parser.add_argument("--others", type=Path, default=OTHERS, help="figures of other benches, with command and date")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/scale.md and docs/running/server.md")
    asked = parser.parse_args()
    if not asked.morning.exists():
        parser.error(f"no morning has been kept yet: bin/bench morning --write {asked.morning}")
    reckoning = load(asked.morning, asked.others)
    text = tables(reckoning)
    if asked.write:
        for file, part in ((DOCUMENT, text), (SERVER, sizing(reckoning))):
            before, _, rest = file.read_text(encoding="utf-8").partition(BEGINS)
            file.write_text(f"{before}{BEGINS}\n\n{part}\n\n{ENDS}{rest.partition(ENDS)[2]}", encoding="utf-8")
    else:
        print(text)
    first = min(reckoning.limits(), key=lambda each: each[2] / each[1] if each[1] else 1e9)
    print(
        json.dumps(
            {
                "ratio": round(first[2] / first[1], 3) if first[1] else None,
                "breaks_first": first[0],
                "measured_on": reckoning.morning["date"],
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
