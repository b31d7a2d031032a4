"""Families of portals. What a page shows decides which rules read it; the registry's `platform` is a hint."""

from __future__ import annotations

from crawler.page import Page
from crawler.platforms.base import Platform
from crawler.platforms.hanweb import Hanweb
from crawler.platforms.sanmenxia import Sanmenxia
from crawler.platforms.siteserver import SiteServer
from crawler.platforms.vsb import Vsb

GENERIC = Platform()
# In the order of asking: the surest mark first.
FAMILIES: tuple[Platform, ...] = (Hanweb(), Sanmenxia(), SiteServer(), Vsb())


def detect(page: Page, hint: str | None = None) -> Platform:
    """The rules for this page: the family that recognises it, then the hinted one, then the generic rules."""
    hinted = next((family for family in FAMILIES if family.name == hint), None)
    if hinted and hinted.recognises(page):
        return hinted
    return next((family for family in FAMILIES if family.recognises(page)), hinted or GENERIC)


__all__ = ["FAMILIES", "GENERIC", "Platform", "detect"]
