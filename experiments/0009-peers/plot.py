"""Draw peers.json: macro F1 against passages a second.

usage: python experiments/0009-peers/plot.py

Writes peers.svg and peers.png beside this file. The bars are 95 % bootstrap intervals over groups.
"""

from __future__ import annotations

import json
from pathlib import Path

from ihlclass.training.drawing import empty_figure, save_figures

HERE = Path(__file__).resolve().parent


def main() -> None:
    rows = json.loads((HERE / "peers.json").read_text(encoding="utf-8"))
    figure = empty_figure(figsize=(7, 4.5))
    axes = figure.add_subplot()
    for name, row in rows.items():
        low, high = row["intervals"]["macro_f1_all"]
        found, speed = row["macro_f1_all"], row["passages_a_second"]
        axes.errorbar(speed, found, yerr=[[found - low], [high - found]], fmt="o", capsize=3)
        left = name == "accurate"  # the cascade is close by
        axes.annotate(
            name,
            (speed, found),
            xytext=(-6 if left else 6, 4),
            textcoords="offset points",
            ha="right" if left else "left",
        )
    axes.set(xscale="log", xlabel="passages a second, two cores", ylabel="macro F1, development set", ylim=(0, 1))
    axes.margins(x=0.1)
    axes.grid(visible=True, alpha=0.3)
    save_figures({"peers": figure}, HERE)


if __name__ == "__main__":
    main()
