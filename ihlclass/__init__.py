"""International humanitarian law incident classifier.

`load` gives a `Classifier`; ``classify_text`` and ``tag`` are its two doors. A tag says that a report says so: it
is a machine suggestion for triage, not a finding of fact or law.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ihlclass.classifier import Classifier, load

__version__ = "0.1.0"
__all__ = ["Classifier", "__version__", "load"]


def __getattr__(name: str) -> Any:
    if name in ("load", "Classifier"):  # only then numpy and the model's libraries are imported
        from ihlclass import classifier

        return getattr(classifier, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
