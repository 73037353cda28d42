"""The encoder whose states the readers of incidents weigh, the marks that they learn from, and how they are fitted."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from ihlclass.bundle import load_bundle
from ihlclass.errors import UsageError
from ihlclass.incidents import authors, context, place_reader, time_reader, victims
from ihlclass.incidents.context import pieces_written, words_of, written
from ihlclass.incidents.linear_reader import LinearReader
from ihlclass.incidents.place_reader import PARTS
from ihlclass.onnx_session import open_session
from ihlclass.training.base_encoder import encoder_of
from ihlclass.training.config import load_config
from ihlclass.training.context_net import export_context
from ihlclass.training.marks import AUTHORS, PLACES, TIMES, UNTOLD, VICTIMS, Marks, spans_of, spans_of_names
from ihlclass.training.readers import Task, fit_readers, whole_groups

TEXT = "El Fasher: RSF shells hit 12 homes near the Saudi Hospital on 3 May."


def test_states_are_those_of_the_pieces_in_a_span() -> None:
    words = words_of(TEXT)
    name, rest, whole = words.mean([(0, 9), (9, len(TEXT)), (0, len(TEXT))])
    inside = int((words.starts < 9).sum())
    pieces = len(words.starts)
    assert_allclose(inside * name + (pieces - inside) * rest, pieces * whole, rtol=1e-3, atol=1e-3)
    assert not words.mean([(len(TEXT) + 5, len(TEXT) + 9)]).any()
    assert words.mean([]).shape == (0, 384)


def test_a_long_passage_is_cut_and_odd_characters_do_no_harm() -> None:
    words = words_of("Shells hit Izium. " * 400)
    assert len(words.starts) == context.LONGEST - 2
    assert not words.mean([(7000, 7005)]).any()
    assert words_of("").mean([(0, 0)]).shape == (1, 384)
    assert words_of("\ud800 Izium").mean([(2, 7)]).any()


def test_how_words_are_written() -> None:
    assert written("RSF hit 12 Homes").tolist() == [2, 2, 2, 0, 0, 0, 0, 0, 3, 3, 0, 1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize("module", [place_reader, authors, time_reader, victims])
def test_shipped_readers_weigh_the_states_of_the_shipped_encoder(module: object) -> None:
    reader = module.default_reader()  # type: ignore[attr-defined]
    assert reader.of_states.shape == (words_of(TEXT).sums.shape[1], reader.weights.shape[1])
    assert len(reader.numbers) == len(reader.weights)


def test_a_reader_is_written_and_read_again(tmp_path: Path) -> None:
    reader = LinearReader({"a": 0, "b": 1}, np.eye(2, dtype=np.float32), np.ones((3, 2), dtype=np.float32))
    reader.save(tmp_path / "reader.npz")
    again = LinearReader.load(tmp_path / "reader.npz")
    rows, states = [["a", "unknown"], []], np.ones((2, 3), dtype=np.float32)
    assert_allclose(again.scores(rows, states), [[4.0, 3.0], [3.0, 3.0]])
    assert_allclose(again.chances(rows, states).sum(axis=1), 1.0)


def test_every_mark_names_a_passage_and_what_stands_in_it(root: Path) -> None:
    marks = Marks(root)
    for file in (*PLACES, *AUTHORS, *TIMES, *VICTIMS):
        rows = [json.loads(line) for line in (root / file).read_text(encoding="utf-8").splitlines()]
        assert len({(r.get("id"), r.get("report"), r.get("start")) for r in rows}) == len(rows) > 900, file
        for row in rows:
            text = marks.text_of(row)
            if "places" in row:
                assert set(spans_of_names(text, row["places"]).values()) <= set(PARTS[:-1])
            elif "victims" in row:
                assert set(spans_of(text, row["victims"]).values()) <= set(victims.ROLES[1:])
            elif "author" in row:
                assert row["author"] is None or row["author"] in text, row
            else:
                assert set(row["marks"]) <= set("EO"), row
    assert sum(len(example.spans) for example in marks.times()) > 3000  # as many times are found as are marked


def test_reports_that_judge_train_nothing(root: Path) -> None:
    for file in (*PLACES, *AUTHORS, *TIMES, *VICTIMS):
        rows = [json.loads(line) for line in (root / file).read_text(encoding="utf-8").splitlines()]
        assert not [row for row in rows if row.get("report", "a")[0] in "567890ZY"], file  # the twelfth set and later


def test_phrases_that_hold_the_author_tell_nothing_either_way(root: Path) -> None:
    kinds = {1: 0, 0: 0, UNTOLD: 0}
    for example in islice(Marks(root).authors(), 300):
        author = (example.author or "").lower()
        names = [example.text[start:end].lower() for start, end in example.spans]
        for name, told in zip(names, example.classes, strict=True):
            kinds[told] += 1
            near = bool(author) and (author in name or name in author)
            assert told == (1 if near and (name == author or author not in names) else UNTOLD if near else 0)
    assert min(kinds.values()) > 100


def test_too_few_marks_are_told(root: Path) -> None:
    with pytest.raises(UsageError, match="too few marked passages"):
        fit_readers({"times": Task(2)}, {"times": []}, None, layers=1, epochs=1, seed=1, progress=print)


def test_groups_are_on_one_side() -> None:
    groups = [f"g{i % 7}" for i in range(40)]
    sides = list(whole_groups(groups))
    assert sorted(i for _, outside in sides for i in outside) == list(range(40))
    for inside, outside in sides:
        assert not {groups[i] for i in inside} & {groups[i] for i in outside}


def test_readers_and_their_encoder_are_fitted_together_and_run_as_onnx(root: Path, tmp_path: Path) -> None:
    model = encoder_of(load_bundle(root / "models" / "default"), load_config().encoder, root).model
    marks = Marks(root)
    examples = {"places": [*islice(marks.places(), 160)], "authors": [*islice(marks.authors(), 160)]}
    tasks = {"places": Task(len(PARTS)), "authors": Task(1, one=True, weight=3.0)}
    losses: list[float] = []
    fitted = fit_readers(
        tasks, examples, model, layers=1, epochs=4, seed=1, progress=lambda step, steps, loss: losses.append(loss)
    )
    assert np.mean(losses[-10:]) < np.mean(losses[:10]) / 2
    scores = list(fitted.scores("places", examples["places"]))
    right = [s.argmax(axis=1) == e.classes for s, e in zip(scores, examples["places"], strict=True)]
    assert np.concatenate(right).mean() > 0.8  # of what it was fitted on
    export_context(fitted.net, fitted.encoder, tmp_path / "context.onnx")
    session, tokenizer = open_session(tmp_path / "context.onnx", context.TOKENIZER_FILE, context.LONGEST)
    read = tokenizer.encode(TEXT)
    how = pieces_written(TEXT, np.array(read.offsets))
    given = {"input_ids": np.array([read.ids]), "written": how[None]}
    import torch

    with torch.no_grad():
        own = fitted.net(*(torch.from_numpy(given[name]) for name in ("input_ids", "written")))[0].numpy()
    run = session.run(None, given)[0][0]
    assert np.corrcoef(own.ravel(), run.ravel())[0, 1] > 0.99
