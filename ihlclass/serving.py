"""What MLflow loads to serve a bundle: its ``loader_module``. Nothing is unpickled; the bundle is checked as always."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ihlclass.classifier import Classifier, load
from ihlclass.errors import UsageError
from ihlclass.outcomes import tag_records


class PassageTagger:
    """Tags a data frame of passages.

    Parameters
    ----------
    classifier
        A loaded model.
    """

    def __init__(self, classifier: Classifier) -> None:
        self.classifier = classifier

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """Tag passages.

        Parameters
        ----------
        data
            A pandas data frame with a column ``text`` of strings that are not empty, and if wished ``id``.
        params
            There are none.

        Returns
        -------
        pandas.DataFrame
            One row a passage, in order: ``id`` (a string; its number from 0 where none was given), ``labels``,
            ``review``, ``probabilities`` (of every label), ``language`` and ``unsupported_language``, as ``ihlclass
            tag`` writes them.

        Raises
        ------
        UsageError
            If there is no column ``text``, or a text is empty or no string; the message gives the row.
        """
        import pandas as pd

        if "text" not in getattr(data, "columns", ()):
            raise UsageError("the input needs a column 'text', and may have 'id'")
        texts = list(data["text"])
        for number, text in enumerate(texts):
            if not isinstance(text, str) or not text.strip():
                raise UsageError(f"row {number}: needs a string 'text' that is not empty")
        given = list(data["id"]) if "id" in data.columns else [None] * len(texts)
        identifiers = [str(number) if pd.isna(one) else str(one) for number, one in enumerate(given)]
        tagged = tag_records(self.classifier, identifiers, texts)
        records = [{"unsupported_language": False, **record} for record in tagged]
        columns = ["id", "labels", "review", "probabilities", "language", "unsupported_language"]
        return pd.DataFrame(records, columns=columns)


def _load_pyfunc(path: str) -> PassageTagger:
    """Called by MLflow with the folder that holds the bundle."""
    return PassageTagger(load(Path(path)))
