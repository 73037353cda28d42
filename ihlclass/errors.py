"""Errors: one root, each also the builtin that a library user expects, each with an exit code.

Messages say what was wrong, where, and what to do. They never contain report text.
"""

from __future__ import annotations

import errno

EXIT_DONE = 0
EXIT_BUG = 1
EXIT_USAGE = 2
EXIT_SOME_REJECTED = 3
EXIT_INVALID_DATA = 4
EXIT_BUNDLE = 5
EXIT_REFUSED = 6
#: What a shell gives for a program that Ctrl-C ended.
EXIT_INTERRUPTED = 130


class IhlclassError(Exception):
    """Root of every error that this package raises on purpose."""

    exit_code: int = EXIT_BUG


class UsageError(IhlclassError, ValueError):
    """An option or argument cannot be used as given."""

    exit_code = EXIT_USAGE


class ArgumentTypeError(IhlclassError, TypeError):
    """An argument of a call is of the wrong type."""

    exit_code = EXIT_USAGE


class OutputError(IhlclassError, OSError):
    """Something cannot be written: the disk is full, or the folder is gone. What was finished before stays whole."""

    exit_code = EXIT_USAGE


def is_full(error: BaseException) -> bool:
    """Whether an error says that there is no room left to write: disk full, over quota, or file over its limit."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class ReportError(IhlclassError, ValueError):
    """One report cannot be read; the batch goes on without it.

    Parameters
    ----------
    reason
        Stable code, one of `REJECTION_REASONS`.
    message
        One line for a person: what is wrong and what to do. Never report text.
    where
        File name, with a line, row or page where that is known (``posts.jsonl:17``).

    Attributes
    ----------
    source
        The file alone, as `ihlclass.types.Report.source`; `where` until a reader says it.
    """

    exit_code = EXIT_SOME_REJECTED

    def __init__(self, reason: str, message: str, where: str) -> None:
        if reason not in REJECTION_REASONS:
            raise AssertionError(f"unknown rejection reason {reason!r}")
        super().__init__(f"{where}: {message}")
        self.reason = reason
        self.message = message
        self.where = where
        self.source = where


#: Why a report was not scored: stable codes of ``rejected.jsonl``.
REJECTION_REASONS = {
    "empty": "the report holds no text",
    "binary": "the file is binary data of no supported kind",
    "unknown_encoding": "the text's encoding cannot be told",
    "unsupported_type": "files of this kind are not read",
    "damaged": "the file is broken and cannot be opened",
    "encrypted": "the file is protected by a password",
    "no_text_layer": "the PDF holds pictures of pages and no text (scanned)",
    "no_main_text": "the web page holds no main text",
    "bad_json": "the line is not valid JSON",
    "bad_record": "the record has no usable text",
    "missing_column": "the table lacks a column that was asked for",
    "unreadable": "the file cannot be read (gone, or no permission)",
    "missing_extra": "reading this kind of file needs an optional package",
    "too_large": "the file is larger than one report may be",
    "unsupported_language": "the report is not in a supported language",
    "failed": "the report could not be processed (a fault of ours)",
}


class UnsupportedLanguageWarning(UserWarning):
    """A text is not in a language that the classifier was made for: what is said of it means little."""


class DataError(IhlclassError, ValueError):
    """Labels, training data or predictions break a rule; names file and line."""

    exit_code = EXIT_INVALID_DATA


class BundleError(IhlclassError, RuntimeError):
    """A model bundle is missing, damaged, altered, foreign or not trusted."""

    exit_code = EXIT_BUNDLE


class RegistryError(IhlclassError, RuntimeError):
    """The model registry is out of reach, or does not hold what was asked for."""

    exit_code = EXIT_USAGE


class MissingExtraError(IhlclassError, ImportError):
    """A feature needs an optional dependency that is not installed."""

    exit_code = EXIT_USAGE

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional dependency: install it with  pip install 'ihlclass[{extra}]'")
        self.feature = feature
        self.extra = extra
