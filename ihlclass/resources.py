"""Where the files that ship with the package lie: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder.

    Parameters
    ----------
    *parts
        Path below the project's top, e.g. ``"labels", "objects.toml"``.

    Returns
    -------
    Path
        In an installed wheel below ``ihlclass/_data``, in a checkout below its top. It may not exist.
    """
    shipped = _PACKAGE / "_data"
    return (shipped if shipped.is_dir() else _PACKAGE.parent).joinpath(*parts)
