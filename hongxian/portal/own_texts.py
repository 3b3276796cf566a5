"""What we texted to the visitor (我们发给您的短信): when, in whose name, in which words, and whether it left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.sql import Statement
from hongxian.outreach.gateways import rendering
from hongxian.portal import own, tracing

if TYPE_CHECKING:
    from hongxian.portal.door import Visit

PAGE = 50
LEFT = frozenset({"handed", "delivered"})
ON_ITS_WAY = frozenset({"waiting", "handing"})


@dataclass(frozen=True, slots=True)
class OwnText:
    """One text."""

    message_id: Annotated[int, PLAIN]
    at: Annotated[datetime, Label("contact_history")]
    how: Annotated[str, PLAIN]
    purpose: Annotated[str, PLAIN]
    template: Annotated[str, PLAIN]
    wording: Annotated[str, PLAIN]
    variables: Annotated[str, PLAIN]
    state: Annotated[str, Label("contact_history")]
    staff: Annotated[str, PLAIN]
    store: Annotated[str, PLAIN]

    @property
    def words(self) -> str:
        """What it said; how the visitor was addressed is sealed, and left open here."""
        filled = json.loads(self.variables) | {"alias": "……"}
        return rendering.PLACE.sub(lambda found: str(filled.get(found[1], "……")), self.wording)

    @property
    def went(self) -> str:
        """sent, waiting, unknown or not."""
        if self.state in LEFT:
            return "sent"
        return "waiting" if self.state in ON_ITS_WAY else "unknown" if self.state == "unknown" else "not"


_texts = Statement("portal", "own_texts", OwnText)


def texts(*, visit: Visit, before: datetime | None, now: datetime) -> tuple[list[OwnText], datetime | None]:
    """A page of texts, the newest first, and where the next one begins; the look is a line, too."""
    with own.visiting(visit.token):
        tracing.record(visit=visit, action="portal.texts", purpose="rights", now=now)
        found = _texts.all(before=before or now + timedelta(days=1), most=PAGE + 1)
    shown = found[:PAGE]
    return shown, shown[-1].at if len(found) > PAGE else None
