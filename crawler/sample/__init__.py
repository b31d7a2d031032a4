"""The sample portals of `gongkai demo`: invented places, reports with known contents, a server on loopback."""

from crawler.sample.truth import REGISTRY, SampleReport, truth

__all__ = ["REGISTRY", "SampleReport", "truth"]
