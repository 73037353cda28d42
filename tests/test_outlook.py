"""How long a whole training run still takes, and how that is shown."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from helpers_cli import on_terminal

from ihlclass.cli.progress import StageProgress, about
from ihlclass.training.config import load_config
from ihlclass.training.outlook import Outlook, Stage, run_stages

STAGES = [
    Stage("fold: fine-tuning", 1000.0),
    Stage("fold: heads", 100.0, 20.0),
    Stage("calibration", 0.0, 15.0),
    Stage("fast", 200.0),
    Stage("telling", 0.0, 5.0),
]


class Watched:
    """A run by a clock that is set by hand; keeps what was told."""

    def __init__(self, stages: list[Stage] = STAGES) -> None:
        self.now, self.left, self.order = 0.0, [], []
        self.outlook = Outlook(stages, lambda *step: self.order.append(step[0]), self.whole, clock=lambda: self.now)

    def whole(self, left_s: float | None) -> None:
        self.left.append(left_s)
        self.order.append("whole")

    def step(self, at: float, stage: str, done: int, total: int) -> float | None:
        self.now = at
        self.outlook(stage, done, total)
        return self.left[-1]


def test_nothing_is_known_before_some_steps_and_all_after_them() -> None:
    run = Watched()
    for done in range(1, 11):
        assert run.step(done * 2.0, "fold: fine-tuning", done, 100) is None
    # 2 s a step, 10 passages a step: 89 steps, 300 passages of later stages, and 40 s beside
    assert run.step(22, "fold: fine-tuning", 11, 100) == pytest.approx(89 * 2 + 300 * 0.2 + 40)
    assert run.order[-2:] == ["whole", "fold: fine-tuning"]
    assert run.step(200, "fold: fine-tuning", 100, 100) == pytest.approx(300 * 0.2 + 40)
    assert run.step(230, "fold: heads", 0, 1) == pytest.approx(300 * 0.2 + 40)
    assert run.step(250, "fold: heads", 1, 1) == pytest.approx(200 * 0.2 + 20)
    run.step(260, "fast", 0, 1000)
    assert run.step(360, "fast", 100, 1000) == pytest.approx(905)  # slower than foretold: by its own pace
    assert run.step(1300, "telling", 1, 1) == 0


def test_a_run_that_goes_on_is_measured_from_where_it_goes_on() -> None:
    run = Watched()
    assert run.step(0, "fold: fine-tuning", 51, 100) is None
    assert run.step(20, "fold: fine-tuning", 61, 100) == pytest.approx(39 * 2 + 300 * 0.2 + 40)
    run = Watched()  # nothing is left to fine-tune: only its own steps tell
    assert run.step(0, "fold: heads", 0, 1) is None
    run.step(10, "fast", 0, 1000)
    assert run.step(20, "fast", 100, 1000) == pytest.approx(95)


def test_where_fine_tuning_does_not_tell_of_the_rest_nothing_is_said() -> None:
    on_gpu = [STAGES[0], Stage("fold: heads", None, 20.0), STAGES[2]]
    run = Watched(on_gpu)
    run.step(0, "fold: fine-tuning", 0, 100)
    assert run.step(20, "fold: fine-tuning", 50, 100) is None


def test_stages_of_a_run_are_those_of_its_config() -> None:
    config = load_config()
    names = [stage.name for stage in run_stages(config, 6000, 6, 1, epoch=6000, tracked=True)]
    assert names[0] == "held-out fold 1 of 1: fine-tuning" and names[-1] == "telling MLflow"
    assert not any("all passages" in name for name in names)
    (tuning, *_) = run_stages(config, 6000, 6, 1, epoch=6000, tracked=False)
    assert tuning.passages == config.fine_tuning.epochs * 5000
    repeated = run_stages(config, 6000, 6, 1, epoch=9000, tracked=False)
    assert repeated[0].passages == config.fine_tuning.epochs * 7500
    assert repeated[1:] == run_stages(config, 6000, 6, 1, epoch=6000, tracked=False)[1:]
    teaching = replace(config, teaching=replace(config.teaching, by_start=True, crossed=3.0))
    for told, made in ((0.0, 0), (0.5, 7500)):
        stages = run_stages(teaching, 6000, 6, 1, epoch=6000, tracked=False, told=told)
        assert stages[1].passages == config.fine_tuning.epochs * (5000 + made)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (20, "less than 1 min"),
        (100, "about 2 min"),
        (600, "about 10 min"),
        (23 * 60, "about 25 min"),
        (58 * 60, "about 1 h"),
        (109 * 60, "about 1 h 50 min"),
        (118 * 60, "about 2 h"),
    ],
)
def test_times_are_said_no_finer_than_they_are_known(seconds: float, said: str) -> None:
    assert about(seconds) == said


def test_a_log_gets_a_line_a_tenth_with_the_time_left_in_all(capsys: pytest.CaptureFixture[str]) -> None:
    with StageProgress() as progress:
        for done in range(1, 5001):
            progress.whole(None if done < 10 else 6600)
            progress("fine-tuning", done, 5000)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11
    assert lines[0] == "fine-tuning: 1 of 5,000"
    assert lines[1].startswith("fine-tuning: 500 of 5,000, less than 1 min left, about 1 h 50 min left in all")
    assert lines[-1] == "fine-tuning: 5,000 of 5,000, about 1 h 50 min left in all"


def test_a_terminal_shows_it_below_the_bars() -> None:
    program = """
from ihlclass.cli.progress import StageProgress
import time
with StageProgress() as progress:
    progress.whole(6600)
    progress("fine-tuning", 1, 2)
    time.sleep(1)
    progress("fine-tuning", 2, 2)
print("over")
"""
    done = on_terminal([sys.executable, "-c", program])
    assert done.stdout == "over\n"
    text = done.stderr
    assert "about 1 h 50 min left in all" in text and "2/2" in text and "fine-tuning" in text
