"""Check labelled passages before anybody trains on them: rules, coverage, overlap, what gives a label away."""

from ihlclass.training.check.run import CheckResult, check_data

__all__ = ["CheckResult", "check_data"]
