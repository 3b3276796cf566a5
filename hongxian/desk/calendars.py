"""A store's visits laid out for the page: a day as rooms by quarters of an hour, a week as consultants by days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.labels import PLAIN
from hongxian.visits.booking import CLOSES, OPENS, STEP
from hongxian.visits.queries import VisitLine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.org.queries import Colleague
    from hongxian.visits.rooms import RoomLine

QUARTERS = (CLOSES.hour - OPENS.hour) * 60 // STEP


@dataclass(frozen=True, slots=True)
class Cell:
    """A visit that fills some quarters of a room's column, or a free quarter."""

    visit: Annotated[VisitLine | None, PLAIN]
    quarters: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class Quarter:
    """One line of a day: its time where an hour begins, and the cells that begin in it."""

    label: Annotated[str, PLAIN]
    cells: Annotated[tuple[Cell, ...], PLAIN]


@dataclass(frozen=True, slots=True)
class Person:
    """A consultant's week."""

    alias: Annotated[str, PLAIN]
    days: Annotated[tuple[tuple[VisitLine, ...], ...], PLAIN]


def day_of_rooms(lines: Sequence[VisitLine], rooms: Sequence[RoomLine]) -> list[Quarter]:
    """A day's table: who did not come leaves the room to others, so that only what takes place is drawn."""
    drawn = {(line.room_id, _quarter(line.begins)): line for line in lines if line.state != "no_show"}
    filled = {(room_id, quarter + after) for (room_id, quarter), line in drawn.items() for after in range(1, _length(line))}
    table = []
    for quarter in range(QUARTERS):
        cells = [
            Cell(visit=line, quarters=min(_length(line), QUARTERS - quarter))
            if (line := drawn.get((room.room_id, quarter)))
            else Cell(None, 1)
            for room in rooms
            if (room.room_id, quarter) not in filled
        ]
        minutes = quarter * STEP
        label = f"{OPENS.hour + minutes // 60}:00" if minutes % 60 == 0 else ""
        table.append(Quarter(label=label, cells=tuple(cells)))
    return table


def week_of_people(lines: Sequence[VisitLine], people: Sequence[Colleague], first: date) -> list[Person]:
    """A week's table: each consultant of the store, and whoever else has a visit in it."""
    days = [first + timedelta(days=each) for each in range(7)]
    names = {each.staff_id: each.alias for each in people}
    names |= {line.staff_id: line.alias for line in lines if line.staff_id not in names}
    return [
        Person(
            alias=alias,
            days=tuple(tuple(line for line in lines if line.staff_id == staff_id and _day(line.begins) == day) for day in days),
        )
        for staff_id, alias in names.items()
    ]


def _quarter(at: datetime) -> int:
    local = at.astimezone(COMPANY_ZONE)
    return max(0, ((local.hour - OPENS.hour) * 60 + local.minute) // STEP)


def _length(line: VisitLine) -> int:
    return max(1, int((line.ends - line.begins).total_seconds()) // 60 // STEP)


def _day(at: datetime) -> date:
    return at.astimezone(COMPANY_ZONE).date()
