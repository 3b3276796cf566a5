"""What the pages of campaigns draw: a bar of states as plain numbers, a sample of the text, an audience's traits in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from hongxian.members import facets
from hongxian.outreach import campaign_queries, campaigns
from hongxian.outreach.gateways import rendering

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hongxian.kernel.actor import Actor
    from hongxian.outreach.campaign_queries import CampaignLine, Progress

WIDTH = 1_000  # of the bar, in its own units
COLOURS = {
    "waiting": "#d9cfc4",
    "handing": "#c9a227",
    "handed": "#6a8caf",
    "delivered": "#2f7d4f",
    "failed": "#a8202f",
    "unknown": "#8d6e63",
    "dropped": "#e0a458",
    "stopped": "#665a53",
}
LINK = "/s/…"  # each text has a link of its own


@dataclass(frozen=True, slots=True)
class Segment:
    """One state's part of the bar."""

    state: str
    colour: str
    x: int
    width: int
    texts: int
    percent: str


@dataclass(frozen=True, slots=True)
class Sample:
    """How a text reads, with 会员 for everybody's form of address."""

    name: str
    text: str
    parts: rendering.Parts


def segments_of(progress: Progress) -> tuple[Segment, ...]:
    """The bar's parts from left to right; together as wide as the bar."""
    drawn: list[Segment] = []
    done = 0
    for state, texts in progress.by_state:
        left, right = (round(WIDTH * number / progress.texts) for number in (done, done + texts))
        percent = f"{100 * texts / progress.texts:.1f}%"
        drawn.append(Segment(state, COLOURS[state], left, right - left, texts, percent))
        done += texts
    return tuple(drawn)


def sample_of(*, by: Actor, version_id: int) -> Sample:
    """
    A text of a wording as this manager's campaign would send it.

    :raises WordingGone: it is not approved, or not for campaigns.
    """
    chosen = next((each for each in campaign_queries.wordings(by=by) if each.version_id == version_id), None)
    if chosen is None:
        raise campaigns.WordingGone
    return _sample(chosen.name, chosen.body, campaigns.filled_in(by=by), by.store_name)


def sample_in(campaign: CampaignLine) -> Sample:
    """A text of a campaign that has been asked for."""
    return _sample(campaign.template, campaign.body, campaign.given, campaign.store_name)


def _sample(name: str, body: str, given: Mapping[str, str], store: str) -> Sample:
    link = settings.PORTAL_ADDRESS + LINK
    try:
        text = rendering.render(body=body, variables=given, alias="", store=store, opt_out_url=link)
    except rendering.Unrenderable:  # its texts are dropped, and whoever watches it sees the wording as it stands
        text = body
    return Sample(name, text, rendering.parts_of(text))


def traits_of(campaign: CampaignLine, *, language: str) -> list[tuple[str, str]]:
    """What was asked of an audience, in words."""
    asked = campaign_queries.filters_of(campaign)
    born = [str(year) if year else "…" for year in (asked.born_from, asked.born_to)]
    tall = [str(height) if height else "…" for height in (asked.height_from, asked.height_to)]

    def place(facet: str, number: int | None) -> str:
        return facets.label(facet, facets.code_at(facet, number), language) if number else ""

    traits = {
        _("性别"): facets.label("sex", asked.sex, language) if asked.sex else "",
        _("出生年份"): "–".join(born) if asked.born_from or asked.born_to else "",
        _("身高（厘米）"): "–".join(tall) if asked.height_from or asked.height_to else "",
        _("学历至少"): place("education", asked.education_from),
        _("月收入至少"): place("income_band", asked.income_from),
        _("婚姻状况"): place("marital", asked.marital),
        _("等级"): asked.grade or "",
        _("所在区"): asked.district or "",
    }
    return [(name, value) for name, value in traits.items() if value]
