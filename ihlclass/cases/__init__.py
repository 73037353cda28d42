"""Link: incidents of many reports to cases, each event once, with every report's own account."""

from ihlclass.cases.accounts import Account, account_of
from ihlclass.cases.linking import link
from ihlclass.cases.record import case_records, write_cases

__all__ = ["Account", "account_of", "case_records", "link", "write_cases"]
