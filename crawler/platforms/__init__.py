"""Families of portals. What a page shows decides which rules read it; the registry's `platform` is a hint."""

from __future__ import annotations

from crawler.page import Page
from crawler.platforms.base import Platform
from crawler.platforms.epoint import Epoint
from crawler.platforms.gkmlpt import Gkmlpt
from crawler.platforms.hanweb import Hanweb
from crawler.platforms.hanweb_xxgk import HanwebXxgk
from crawler.platforms.hebei import Hebei
from crawler.platforms.jpaas import Jpaas
from crawler.platforms.lonsun import LonSun
from crawler.platforms.luoyang import Luoyang
from crawler.platforms.openness import Openness
from crawler.platforms.sanmenxia import Sanmenxia
from crawler.platforms.siteserver import SiteServer
from crawler.platforms.tangshan import Tangshan
from crawler.platforms.trs import Trs
from crawler.platforms.truecms import TrueCms
from crawler.platforms.ucap import Ucap
from crawler.platforms.vsb import Vsb

GENERIC = Platform()
# In the order of asking: the surest mark first.
FAMILIES: tuple[Platform, ...] = (
    TrueCms(),  # before Hanweb, whose datastore it copies
    HanwebXxgk(),
    Hanweb(),
    Jpaas(),
    Gkmlpt(),
    Epoint(),
    LonSun(),
    Openness(),
    Sanmenxia(),
    SiteServer(),
    Hebei(),
    Tangshan(),
    Ucap(),
    Vsb(),
    Trs(),
    Luoyang(),
)


def named(name: str | None) -> Platform | None:
    """The family of that name."""
    return next((family for family in (*FAMILIES, GENERIC) if family.name == name), None)


def detect(page: Page, hint: str | None = None) -> Platform:
    """The rules for this page: the family that recognises it, then the hinted one, then the generic rules."""
    hinted = named(hint)
    if hinted and hinted.recognises(page):
        return hinted
    return next((family for family in FAMILIES if family.recognises(page)), hinted or GENERIC)


__all__ = ["FAMILIES", "GENERIC", "Platform", "detect", "named"]
