"""Intervals, slices, errors, comparison: against plain loops, against scikit-learn, and by the commands themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers_cli import PROGRAM, ihlclass
from sklearn.metrics import average_precision_score, f1_score

from ihlclass.decisions import Threshold
from ihlclass.errors import DataError
from ihlclass.labels import load_scheme
from ihlclass.training import bootstrap
from ihlclass.training.bootstrap import Groups, interval, p_value, resample
from ihlclass.training.compare import compare
from ihlclass.training.drawing import precision_at_recalls
from ihlclass.training.evaluation import MIN_SUPPORT, evaluate
from ihlclass.training.intervals import metric_intervals, ranked_precision
from ihlclass.training.label_plots import label_figures
from ihlclass.training.measure import Gold, read_gold
from ihlclass.training.mistakes import confusion, false_alarms, worst_errors
from ihlclass.training.slices import slice_fields, slice_figures

SCHEME = load_scheme()
K = len(SCHEME.ids)


def invented(n: int = 300, groups: int = 60, seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray, Groups]:
    """Gold, decisions, probabilities and groups by dice: labels of many frequencies, probabilities with ties."""
    rng = np.random.default_rng(seed)
    gold = (rng.random((n, K)) < np.linspace(0.0, 0.4, K)).astype(np.int8)
    gold[: n // 5] = 0
    probabilities = np.clip(gold * 0.4 + rng.random((n, K)) * 0.6, 0, 1).round(2)
    of = Groups.named([f"g{g}" for g in rng.integers(0, groups, n)])
    return gold, (probabilities > 0.5).astype(np.int8), probabilities, of


def as_gold(labels: np.ndarray, groups: Groups) -> Gold:
    ids = [f"p{i}" for i in range(len(labels))]
    return Gold(Path("gold.jsonl"), ids, [""] * len(labels), labels, groups, {})


def test_a_resample_is_its_groups_taken_as_often_as_drawn() -> None:
    """Matrix products give what evaluating the drawn passages one by one gives."""
    gold, decided, p, groups = invented()
    seen: list[np.ndarray] = []
    drawn = resample(groups, lambda d: (seen.append(d), {"n": d})[1], resamples=3, seed=1)["n"]
    assert drawn.sum(axis=1).tolist() == [groups.count] * 3
    for column in (20, 45, K - 1):
        ap = ranked_precision(p[:, column], gold[:, column], groups)(np.ascontiguousarray(drawn.T))
        for row, times in enumerate(drawn):
            taken = np.repeat(np.arange(len(gold)), times[groups.of].astype(int))
            assert ap[row] == pytest.approx(average_precision_score(gold[taken, column], p[taken, column]))
            hits, support, claimed = (times @ groups.sums(a[:, [column]]) for a in (gold & decided, gold, decided))
            expected = f1_score(gold[taken, column], decided[taken, column])
            assert bootstrap.f1_score(hits, support, claimed)[0] == pytest.approx(expected)


def test_intervals_hold_the_figures_and_stand_under_the_same_names() -> None:
    gold, decided, p, groups = invented()
    figures = evaluate(gold, decided, p, SCHEME)
    ends = metric_intervals(gold, decided, p, SCHEME, groups, resamples=300)
    for key, value in ends.items():
        if isinstance(value, list):
            assert value[0] <= figures[key] <= value[1], key
    assert {"macro_f1_all", "macro_f1_object", "map_all", "micro_f1", "micro_f1_indicator", "false_alarm_rate"} <= set(
        ends
    )
    for label, row in ends["labels"].items():
        for key, value in row.items():
            if isinstance(value, list):
                assert value[0] <= figures["labels"][label][key] <= value[1], (label, key)
    assert isinstance(ends["labels"]["incident"]["f1"], list)
    none = ends["labels"][SCHEME.ids[0]]
    assert none["groups"] == 0 and none["f1"] is None and none["average_precision"] is None


def test_the_seed_decides_and_the_block_size_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    gold, decided, p, groups = invented()
    first = metric_intervals(gold, decided, p, SCHEME, groups, resamples=200, seed=1)
    assert metric_intervals(gold, decided, p, SCHEME, groups, resamples=200, seed=2)["micro_f1"] != first["micro_f1"]
    monkeypatch.setattr(bootstrap, "BLOCK", 300 * 7)
    again = metric_intervals(gold, decided, p, SCHEME, groups, resamples=200, seed=1)
    assert again["micro_f1"] == pytest.approx(first["micro_f1"])
    assert again["labels"]["incident"]["f1"] == pytest.approx(first["labels"]["incident"]["f1"])


def test_passages_of_a_group_are_drawn_together() -> None:
    """Ten copies of each passage in its group tell nothing new; as passages of their own they would."""
    gold, decided, p, _ = invented(80)
    alone = Groups.named([""] * 80)
    assert alone.count == 80
    once = metric_intervals(gold, decided, p, SCHEME, alone, resamples=400)["micro_f1"]
    ten = [np.repeat(a, 10, axis=0) for a in (gold, decided, p)]
    together = Groups.named([f"g{i}" for i in np.repeat(np.arange(80), 10)])
    assert metric_intervals(*ten, SCHEME, together, resamples=400)["micro_f1"] == pytest.approx(once)
    apart = metric_intervals(*ten, SCHEME, Groups.named([""] * 800), resamples=400)["micro_f1"]
    assert apart[1] - apart[0] < (once[1] - once[0]) / 2


def test_a_group_may_be_a_number_and_none_is_no_group(tmp_path: Path) -> None:
    rows = [{"id": i, "text": "x", "labels": []} for i in range(6)]
    for row, group in zip(rows, ["a", 0, 0, None, "", "a"], strict=True):
        row["group"] = group
    del rows[4]["group"]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert read_gold(tmp_path / "gold.jsonl", SCHEME).groups.of.tolist() == [0, 1, 1, 2, 3, 0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": "1", "text": "y", "labels": []}, r":2: its id stands already at .*:1; ids must be unique"),
        ({"id": 2, "text": " ", "labels": []}, ":2: its text is empty"),
        ({"id": 2, "text": "y"}, ":2: needs id, text and labels"),
    ],
)
def test_gold_that_cannot_be_used_is_named_by_line(row: dict, words: str, tmp_path: Path) -> None:
    rows = [{"id": 1, "text": "x", "labels": []}, row]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(DataError, match=words):
        read_gold(tmp_path / "gold.jsonl", SCHEME)


def test_few_groups_get_no_interval() -> None:
    gold, decided, p, _ = invented(60)
    gold[:, 3] = 0
    gold[:30, 3] = 1  # many positives of few events
    groups = Groups.named([f"g{i // 5}" for i in range(60)])
    ends = metric_intervals(gold, decided, p, SCHEME, groups, resamples=100)
    assert ends["labels"][SCHEME.ids[3]]["groups"] == 6
    assert ends["labels"][SCHEME.ids[3]]["recall"] is None
    assert ends["micro_f1"] is not None


def test_intervals_and_p_values_mean_what_they_say() -> None:
    """Over many invented data sets: the truth lies within about 95 % of intervals, equal models differ in about 5 %."""
    rng = np.random.default_rng(3)
    inside = differ = 0
    trials = 300
    for trial in range(trials):
        chance = rng.beta(4, 2, 80).repeat(3)  # passages of one event are alike
        a, b = (rng.random((2, 240)) < chance).astype(np.int8)
        groups = Groups.named([f"g{i // 3}" for i in range(240)])
        sums = groups.sums(np.column_stack([a, b]))
        shares = resample(groups, lambda d, s=sums: {"share": d @ s / 240}, resamples=200, seed=trial)["share"]
        low, high = interval(shares[:, 0])
        inside += low <= 4 / 6 <= high
        differ += p_value(shares[:, 0] - shares[:, 1]) < 0.05
    assert 0.90 <= inside / trials <= 0.98
    assert 0.02 <= differ / trials <= 0.09


def test_the_interval_of_the_calibration_error_covers_what_it_is_of_others() -> None:
    """Of many draws from one source, the interval of each holds the error of all in most cases, biased as each is."""
    rng = np.random.default_rng(7)
    held, reps, n = 0, 30, 400
    for _ in range(reps):
        p = rng.random((n, K)) * 0.6
        gold = (rng.random((n, K)) < p * 0.8).astype(np.int8)  # too sure of itself: the error is 0.2 * 0.3
        of = Groups.named([f"g{g}" for g in rng.integers(0, 80, n)])
        low, high = metric_intervals(gold, gold, p, SCHEME, of, resamples=200, seed=1)["calibration_error"]
        assert low < high
        held += low <= 0.06 <= high
    assert held >= 24


def test_the_reliability_table_counts_every_decision() -> None:
    gold, decided, p, _ = invented()
    rows = evaluate(gold, decided, p, SCHEME)["reliability"]
    assert sum(row["decisions"] for row in rows) == gold.size
    assert sum(row["decisions"] * row["share"] for row in rows) == pytest.approx(gold.sum())
    assert all(row["from"] <= row["probability"] <= row["to"] for row in rows)


def test_p_values_of_nothing_and_of_everything() -> None:
    assert p_value(np.zeros(1000)) == 1.0
    assert p_value(np.full(999, 0.1)) == pytest.approx(2 / 1000)
    assert interval(np.array([np.nan] * 6 + [0.5] * 5)) is None


def test_slices() -> None:
    gold, decided, p, groups = invented()
    rows = [{"text": "word " * (i % 150 + 1), "style": "wire" if i % 2 else "log", "kind": None} for i in range(300)]
    fields = slice_fields(rows)
    assert set(fields) == {"style", "length"}  # nobody has conflict or kind
    result = slice_figures(gold, decided, p, groups, fields, resamples=100)
    assert list(result["style"]) == ["log", "wire"]
    assert list(result["length"]) == ["1-15 words", "16-30 words", "31-60 words", "61-120 words", "121 words or more"]
    assert sum(one["passages"] for one in result["length"].values()) == 300
    wire = np.arange(300) % 2 == 1
    whole = evaluate(gold[wire], decided[wire], p[wire], SCHEME)
    for key in ("micro_f1", "micro_precision", "macro_f1_all", "labels_all", "false_alarm_rate", "calibration_error"):
        assert result["style"]["wire"][key] == pytest.approx(whole[key]), key
    low, high = result["style"]["wire"]["intervals"]["micro_f1"]
    assert low < whole["micro_f1"] < high


def test_a_slice_without_labels_tells_false_alarms_only() -> None:
    gold, decided, p, groups = invented()
    fields = {"kind": ["background" if not row.any() else "positive" for row in gold]}
    figures = slice_figures(gold, decided, p, groups, fields, resamples=100)["kind"]["background"]
    assert figures["micro_f1"] is None and figures["macro_f1_all"] is None
    assert figures["intervals"]["micro_f1"] is None
    assert figures["intervals"]["false_alarm_rate"] is not None


def test_errors_are_told_by_id_and_label() -> None:
    labels = ["a", "b", "c"]
    gold = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 0], [1, 1, 0], [0, 0, 0]], dtype=np.int8)
    decided = np.array([[0, 1, 0], [0, 0, 0], [0, 0, 1], [1, 1, 0], [0, 0, 0]], dtype=np.int8)
    p = np.array([[0.3, 0.9, 0.1], [0.02, 0, 0], [0, 0, 0.7], [1, 1, 0], [0, 0, 0]])
    assert confusion(gold, decided, labels) == {"a": {"missed": 2, "nothing_said": 1, "instead": {"b": 1}}}
    assert false_alarms(gold, decided, labels) == {"passages": 2, "alarmed": 1, "labels": {"c": 1}}
    worst = worst_errors(gold, decided, p, [10, 11, 12, 13, 14], labels)
    assert [(w["id"], w["label"], w["error"]) for w in worst] == [
        (11, "a", "missed"), (10, "b", "false_alarm"), (10, "a", "missed"), (12, "c", "false_alarm"),
    ]  # fmt: skip
    assert worst[0]["probability"] == 0.02
    assert len(worst_errors(gold, decided, p, range(5), labels, count=1)) == 1


def test_curves_fall_to_the_share_of_positives() -> None:
    curve = precision_at_recalls(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1]))
    assert curve[1] == 1.0 and curve[-1] == pytest.approx(2 / 3)


def test_every_label_with_passages_enough_has_a_panel() -> None:
    gold, decided, p, _ = invented()
    decided[:, SCHEME.ids.index("incident")] = 0
    thresholds = dict.fromkeys(SCHEME.ids, Threshold(0.42, 0.1))
    drawn = label_figures(gold, decided, p, thresholds, SCHEME)
    assert set(drawn) == {f"{name}-{part}" for name in ("pr-curves", "reliability") for part in ("object", "indicator")}
    support = dict(zip(SCHEME.ids, gold.sum(axis=0).tolist(), strict=True))
    enough = {label for label, n in support.items() if n >= MIN_SUPPORT}
    for name in ("pr-curves", "reliability"):
        panels = [
            axes for part in ("object", "indicator") for axes in drawn[f"{name}-{part}"].axes if axes.get_visible()
        ]
        assert [axes.get_title() for axes in panels] == [f"{i} ({support[i]})" for i in SCHEME.ids if i in enough]
        few = sum(label not in enough for label in SCHEME.objects)
        assert f"{few} with fewer than 10 positives not drawn" in drawn[f"{name}-object"].get_suptitle()
    texts = {
        axes.get_title().split()[0]: axes.texts[0].get_text()
        for axes in drawn["pr-curves-indicator"].axes
        if axes.texts
    }
    row = evaluate(gold, decided, p, SCHEME)["labels"]["attribution"]
    assert texts["attribution"] == f"from 0.42: P {row['precision']:.2f}, R {row['recall']:.2f}"
    assert texts["incident"] == "never tagged"
    none = label_figures(gold[:5], decided[:5], p[:5], thresholds, SCHEME)
    assert none == {}


def test_compare_finds_a_difference_that_is_there_and_none_that_is_not() -> None:
    gold, decided, _, groups = invented(600, 150)
    worse = decided * (np.random.default_rng(1).random(decided.shape) < 0.8)
    found = compare(as_gold(gold, groups), worse, decided, SCHEME, resamples=300)
    micro = found.overall["micro_f1"]
    assert micro.real and micro.p_value < 0.01 and micro.low < micro.difference < micro.high
    assert micro.a == pytest.approx(evaluate(gold, worse, worse, SCHEME)["micro_f1"])
    assert found.overall["macro_f1_all"].b == pytest.approx(evaluate(gold, decided, worse, SCHEME)["macro_f1_all"])
    assert SCHEME.ids[0] in found.not_compared and "incident" in found.labels
    back = compare(as_gold(gold, groups), decided, worse, SCHEME, resamples=300).overall["micro_f1"]
    assert (back.low, back.high, back.p_value) == pytest.approx((-micro.high, -micro.low, micro.p_value))
    same = compare(as_gold(gold, groups), decided, decided, SCHEME, resamples=300)
    assert not any(one.real for one in (*same.overall.values(), *same.labels.values()))
    assert same.overall["micro_f1"].p_value == 1.0
    json.dumps(found.as_dict(), allow_nan=False)


def test_compare_needs_groups() -> None:
    gold, decided, _, _ = invented(60)
    with pytest.raises(DataError, match=r"gold\.jsonl: 60 passages in 6 groups are too few"):
        compare(as_gold(gold, Groups.named([f"g{i // 10}" for i in range(60)])), decided, decided, SCHEME)


@pytest.fixture(scope="module")
def gold_file(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some fifty of the project's passages, of many groups, with and without labels."""
    rows = []
    for file in sorted((root / "seeds" / "passages").glob("*.jsonl"))[:24]:
        rows += file.read_text(encoding="utf-8").splitlines()[:120:40]
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def evaluated(gold_file: Path) -> Path:
    """What ``ihlclass evaluate`` writes for them, and its table."""
    folder = gold_file.with_name("figures")
    done = ihlclass("evaluate", "default", gold_file, "-o", folder, "--resamples", "200")
    assert done.returncode == 0, done.stderr
    (gold_file.with_name("table.txt")).write_text(done.stdout)
    return folder


def test_evaluate_writes_figures_slices_errors_and_plots(gold_file: Path, evaluated: Path) -> None:
    text = (evaluated / "metrics.json").read_text()
    metrics = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    gold = [json.loads(line) for line in gold_file.read_text().splitlines()]
    assert metrics["passages"] == len(gold) and metrics["groups"] == len({row["group"] for row in gold})
    low, high = metrics["intervals"]["micro_f1"]
    assert low <= metrics["micro_f1"] <= high and metrics["intervals"]["resamples"] == 200
    assert set(metrics["slices"]) == {"style", "conflict", "kind", "length"}
    assert set(metrics["slices"]["style"]) == {row["style"] for row in gold}
    errors = metrics["worst_errors"]
    labels = {row["id"]: row["labels"] for row in gold}
    assert errors and all((e["label"] in labels[e["id"]]) == (e["error"] == "missed") for e in errors)
    assert not any(row["text"] in text for row in gold)
    for name in ("pr-curves", "reliability", "heat-map", "pr-curves-indicator", "reliability-indicator"):
        assert (evaluated / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert 1000 < (evaluated / f"{name}.svg").stat().st_size < 400_000
    table = gold_file.with_name("table.txt").read_text()
    assert "F1, 95% interval" in table.splitlines()[0]
    assert f"micro_f1{metrics['micro_f1']:35.3f}   {low:.3f} to {high:.3f}" in table


def test_evaluate_without_matplotlib_writes_all_but_the_plots(gold_file: Path, tmp_path: Path) -> None:
    (tmp_path / "matplotlib.py").write_text("raise ImportError\n")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    command = [*PROGRAM, "evaluate", "default", str(gold_file), "-o", str(tmp_path / "f"), "--resamples", "0"]
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert "no plots: drawing plots needs an optional dependency" in done.stderr
    assert json.loads((tmp_path / "f" / "metrics.json").read_text())["intervals"] is None
    assert (tmp_path / "f" / "predictions.jsonl").exists()


def test_compare_a_bundle_with_its_own_predictions_and_with_a_rule(
    gold_file: Path, evaluated: Path, tmp_path: Path
) -> None:
    own = evaluated / "predictions.jsonl"
    same = ihlclass("compare", "default", own, gold_file)
    assert same.returncode == 0, same.stderr
    assert "micro F1: no difference shown" in same.stdout and "B is better on 0 and A on 0" in same.stdout
    ids = [json.loads(line)["id"] for line in gold_file.read_text().splitlines()]
    rule = tmp_path / "rule.jsonl"
    rows = [{"id": i, "labels": ["incident"]} for i in [*reversed(ids), "of-other-data"]]
    rule.write_text("\n".join(map(json.dumps, rows)))
    found = ihlclass("compare", rule, own, gold_file)
    assert found.returncode == 0, found.stderr
    assert "micro F1: B is better, and the difference is real" in found.stdout
    assert "false alarms: B is better" in found.stdout
    as_json = json.loads(ihlclass("compare", rule, own, gold_file, "--json", "--resamples", "100").stdout)
    assert as_json["overall"]["micro_f1"]["real"] and as_json["resamples"] == 100
    assert as_json["overall"]["false_alarm_rate"]["a"] == 1.0


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ("{", 4, "b.jsonl:1: not valid JSON"),
        ("[]", 4, "b.jsonl:1: must be a JSON object with id and labels"),
        ('{"id": "x", "error": "in.jsonl:1: not valid JSON"}', 4, "b.jsonl:1: could not be tagged"),
        ('{"id": "x"}', 4, "b.jsonl:1: has no list 'labels'"),
        ('{"id": "x", "labels": ["hospital"]}', 4, "b.jsonl:1: labels that the scheme does not have: hospital"),
        ('{"id": 7, "labels": []}\n{"id": "7", "labels": []}', 4, "b.jsonl:2: its id stands already in line 1"),
        ('{"id": "x", "labels": []}', 4, "have no prediction here, the first is id"),
        (None, 2, "b.jsonl: no such bundle folder or file of predictions"),
    ],
)  # fmt: skip
def test_compare_names_what_is_wrong(gold_file: Path, tmp_path: Path, lines: str | None, code: int, words: str) -> None:
    if lines is not None:
        (tmp_path / "b.jsonl").write_text(lines)
    done = ihlclass("compare", tmp_path / "b.jsonl", tmp_path / "b.jsonl", gold_file)
    assert done.returncode == code, done.stderr
    assert words in done.stderr and len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_compare_on_too_few_passages(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text('{"id": "1", "text": "x", "labels": []}\n')
    done = ihlclass("compare", "default", "default", tmp_path / "gold.jsonl")
    assert done.returncode == 4 and "1 passages in 1 groups are too few" in done.stderr


def test_help_and_documents_name_compare(root: Path) -> None:
    for command in ("evaluate", "compare"):
        done = subprocess.run([sys.executable, *PROGRAM[1:], command, "--help"], capture_output=True, text=True)
        assert done.returncode == 0 and "Example:" in done.stdout
    assert "ihlclass compare" in (root / "README.md").read_text()
