"""What a training run is told: read from TOML, checked at once, with errors that name the key and the remedy.

``default.toml`` is the only place where defaults stand: what a user's config leaves out is taken from there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

from ihlclass.errors import UsageError
from ihlclass.training.calibrating import METHODS
from ihlclass.training.folds import BY

DEFAULT_CONFIG = Path(__file__).with_name("default.toml")
#: What may become of labels with few passages.
FEW_POLICIES = ("train", "merge", "leave_out")
#: How a source of the encoder begins that is a bundle to go on from.
BUNDLE = "bundle:"
#: Keys that say something about another one: (table, that other key, the key, its value where the other is changed).
DEPENDENT: tuple[tuple[str, str, str, Any], ...] = (
    ("labels", "scheme", "parents", {}),
    ("encoder", "sources", "sha256", ""),
    ("heads", "estimator", "parameters", {}),
)


@dataclass(frozen=True)
class DataConfig:
    """Which passages: files, or folders of them."""

    passages: list[str]


@dataclass(frozen=True)
class LabelsConfig:
    """Which label scheme, and what becomes of labels with few passages.

    `scheme` is a folder as ``labels/`` is, empty for the shipped one. Labels with fewer than `min_positives` positives
    or negatives are few; see `ihlclass.training.few`.
    """

    scheme: str
    min_positives: int
    few: str
    parents: dict[str, str]


@dataclass(frozen=True)
class EncoderConfig:
    """Which base encoder, or which bundle to go on from, and the back end that the bundle will run it by."""

    sources: list[str]
    sha256: str
    max_tokens: int
    backend: str


@dataclass(frozen=True)
class FineTuningConfig:
    """How the encoder is fine-tuned; ``epochs = 0`` keeps it frozen.

    ``layers`` is the number of its last transformer layers that move, 0 for all of them (token embeddings never move).
    With ``label_attention`` each label weighs the words of a passage by itself, see `ihlclass.label_attention`. Where
    training goes on from a bundle, passages that it was not fitted on stand ``new_times`` in each epoch.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    layers: int
    label_attention: bool
    dropout: float
    joined: float
    new_times: int
    max_tokens: int
    precision: str


@dataclass(frozen=True)
class TeachingConfig:
    """Whether the encoder learns from others of its kind; see `ihlclass.training.teaching`.

    So many ``teachers`` are fine-tuned before it for ``epochs``, each with a seed of its own. ``taught`` is the share
    of what they say on average in what it learns of the passages, the rest are the labels; beside each passage it
    learns ``crossed`` others made of them, of which the teachers alone tell. With ``by_start`` there are no such
    teachers: the bundle that training goes on from tells, of the passages that it was fitted on.
    """

    teachers: int
    epochs: int
    taught: float
    crossed: float
    by_start: bool


@dataclass(frozen=True)
class HeadsConfig:
    """Which scikit-learn classifier stands on the embeddings, by its full name, and its parameters."""

    estimator: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class LexicalConfig:
    """Heads on words beside those on embeddings: whether, terms of how many passages at least, inverse penalty."""

    enabled: bool
    min_passages: int
    C: float


@dataclass(frozen=True)
class CalibrationConfig:
    """How calibration is fitted, and on what it and the thresholds are.

    The passages are divided into ``folds``; ``scored_folds`` of them (0 for all) are held out in turn and scored by a
    model fitted on the others. Fewer scored folds take less time and leave fewer passages to calibrate on. With
    ``refit`` a last model is fitted on all passages and shipped; without, that of the one scored fold is, so that half
    the time is enough and the figures are those of the very model, which has then not seen the fold. `method` is one of
    `ihlclass.training.calibrating.METHODS`, `by` of `ihlclass.training.folds.BY`.
    """

    method: str
    by: str
    folds: int
    scored_folds: int
    refit: bool


@dataclass(frozen=True)
class FastConfig:
    """Whether the bundle gets a fast profile, and how that is made; see `ihlclass.training.fast`.

    It has ``dimension`` columns of embeddings of word pieces and ``layers`` convolutions over them, which are trained
    by Muon at ``hidden_learning_rate`` (0: by AdamW too), all else by AdamW at ``learning_rate``; ``taught`` is the
    share of what the accurate profile says in what it learns of the passages, the rest are the labels; beside each
    passage it learns ``crossed`` others made of them, and ``swapped`` in which words were swapped for near ones, of
    which the accurate profile alone tells. ``precision`` is that of its products, ``float32`` or ``bfloat16``. The
    cascade may lose ``tolerated_loss`` of macro F1, and of each core object's recall, against the accurate profile.
    """

    enabled: bool
    dimension: int
    layers: int
    max_tokens: int
    epochs: int
    batch_size: int
    learning_rate: float
    hidden_learning_rate: float
    dropout: float
    taught: float
    crossed: float
    swapped: float
    precision: str
    tolerated_loss: float


@dataclass(frozen=True)
class ThresholdsConfig:
    """What the thresholds of every label are to reach; see `ihlclass.training.thresholding`."""

    beta: float
    precision_floor: float
    tolerated_misses: float
    lowest: float
    highest: float
    tolerated_false_alarms: float

    @classmethod
    def of_manifest(cls, training: Mapping[str, Any]) -> ThresholdsConfig:
        """Read what a bundle's manifest says of its training; those made before it was said tolerate all false alarms.

        Raises
        ------
        KeyError, TypeError
            If the manifest does not say.
        """
        return cls(**{"tolerated_false_alarms": 1.0, **training["config"]["thresholds"]})

    def label_by_label(self) -> ThresholdsConfig:
        """Return what the thresholds of each label are to reach, apart from those of others."""
        return replace(self, tolerated_false_alarms=1.0)


@dataclass(frozen=True)
class TrainConfig:
    """A whole training run. `root` is the folder that relative paths start from."""

    data: DataConfig
    labels: LabelsConfig
    encoder: EncoderConfig
    fine_tuning: FineTuningConfig
    teaching: TeachingConfig
    heads: HeadsConfig
    lexical: LexicalConfig
    calibration: CalibrationConfig
    thresholds: ThresholdsConfig
    fast: FastConfig
    seed: int
    output: str
    root: Path = Path()

    def as_dict(self) -> dict[str, Any]:
        """Everything that decides the result: all but the output folder and `root`."""
        content = asdict(self)
        del content["root"], content["output"]
        return content


def load_config(path: Path | None = None) -> TrainConfig:
    """Read a config.

    Parameters
    ----------
    path
        TOML file, which names ``data.passages`` and whatever else differs from the shipped set-up; that set-up
        itself where None (its paths start from the current folder). Without ``output`` the bundle goes to
        ``models/NAME`` beside the file, by the file's name.

    Raises
    ------
    UsageError
        If the file is missing or not TOML, or a key is unknown, missing, of the wrong type or out of range.
    """
    source = path if path is not None else DEFAULT_CONFIG
    content, root = read_toml(DEFAULT_CONFIG), Path.cwd()
    if path is not None:
        below = {**content, "output": f"models/{path.stem}"}  # never the shipped bundle by oversight
        content, root = _merge(below, read_toml(path)), path.resolve().parent
    config: TrainConfig = replace(_build(TrainConfig, content, str(source), ""), root=root)
    _check_ranges(config, str(source))
    return config


def _merge(shipped: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Lay a user's config over the shipped one, key by key of each table; only which passages must be said."""
    merged = {**shipped, "data": {}, **own}
    for name, table in own.items():
        if not isinstance(table, dict) or name not in shipped or name == "data":
            continue
        below = dict(shipped[name])
        for of, other, key, blank in DEPENDENT:
            if of == name and other in table and table[other] != below[other]:
                below[key] = blank
        merged[name] = below | table
    return merged


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file that the user wrote.

    Raises
    ------
    UsageError
        If it is missing or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from error


def _build(kind: type[Any], content: Mapping[str, Any], where: str, prefix: str) -> Any:
    hints = get_type_hints(kind)
    known = {f.name for f in fields(kind)} - {"root"}
    for key in content:
        if key not in known:
            raise UsageError(f"{where}: unknown key {prefix}{key}; known there: {', '.join(sorted(known))}")
    values: dict[str, Any] = {}
    for name in known & content.keys():
        value, hint = content[name], hints[name]
        if is_dataclass(hint):
            if not isinstance(value, dict):
                raise UsageError(f"{where}: {prefix}{name} must be a table")
            values[name] = _build(hint, value, where, f"{prefix}{name}.")  # type: ignore[arg-type]
            continue
        plain = getattr(hint, "__origin__", hint)
        if plain is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, plain) or (plain is int and isinstance(value, bool)):
            raise UsageError(f"{where}: {prefix}{name} must be of type {plain.__name__}, not {type(value).__name__}")
        if plain is list and not all(isinstance(item, str) for item in value):
            raise UsageError(f"{where}: {prefix}{name} must be a list of strings")
        if hint == dict[str, str] and not all(isinstance(item, str) for item in value.values()):
            raise UsageError(f"{where}: {prefix}{name} must hold strings")
        values[name] = value
    if missing := sorted(known - values.keys()):
        raise UsageError(f"{where}: {prefix}{missing[0]} is missing")
    return kind(**values)


def _check_ranges(config: TrainConfig, where: str) -> None:
    tuning = config.fine_tuning
    going_on = any(source.startswith(BUNDLE) for source in config.encoder.sources)
    rules = (
        (bool(config.data.passages), "data.passages must name at least one file or folder"),
        (config.labels.min_positives >= 0, "labels.min_positives must be 0 or more"),
        (config.labels.few in FEW_POLICIES, f"labels.few must be one of {', '.join(FEW_POLICIES)}"),
        (bool(config.encoder.sources), "encoder.sources must name at least one encoder"),
        (
            not going_on or len(config.encoder.sources) == 1,
            "encoder.sources must name no other source beside a bundle to go on from",
        ),
        (
            not (going_on and config.encoder.sha256),
            "encoder.sha256 is that of a base encoder's weights; leave it out where training goes on from a bundle",
        ),
        (
            not going_on or config.calibration.by == "group",
            'calibration.by must be "group" where training goes on from a bundle, which may know what else is held out',
        ),
        (
            config.encoder.backend in ("onnx", "sentence-transformers"),
            'encoder.backend must be "onnx" or "sentence-transformers"',
        ),
        (8 <= config.encoder.max_tokens <= 8192, "encoder.max_tokens must be in 8..8192"),
        (0 <= tuning.epochs <= 1000, "fine_tuning.epochs must be in 0..1000 (0 keeps the encoder frozen)"),
        (tuning.batch_size >= 2, "fine_tuning.batch_size must be 2 or more"),
        (0 < tuning.learning_rate < 1, "fine_tuning.learning_rate must be in 0..1"),
        (tuning.precision in ("float32", "bfloat16"), 'fine_tuning.precision must be "float32" or "bfloat16"'),
        (8 <= tuning.max_tokens <= 8192, "fine_tuning.max_tokens must be in 8..8192"),
        (
            config.heads.estimator.startswith("sklearn."),
            "heads.estimator must be a scikit-learn class by its full name, such as sklearn.svm.LinearSVC",
        ),
        (config.lexical.min_passages >= 1, "lexical.min_passages must be 1 or more"),
        (config.lexical.C > 0, "lexical.C must be above 0"),
        (tuning.layers >= 0, "fine_tuning.layers must be 0 (all) or more"),
        (0 <= tuning.dropout < 1, "fine_tuning.dropout must be in 0..1"),
        (0 <= tuning.joined < 1, "fine_tuning.joined must be in 0..1"),
        (1 <= tuning.new_times <= 100, "fine_tuning.new_times must be in 1..100"),
        (
            tuning.new_times == 1 or going_on,
            "fine_tuning.new_times above 1 needs a bundle to go on from (encoder.sources)",
        ),
        (0 <= config.teaching.teachers <= 100, "teaching.teachers must be in 0..100 (0: the labels alone teach)"),
        (
            not config.teaching.teachers or (tuning.label_attention and tuning.epochs > 0),
            "teaching.teachers need fine_tuning.label_attention = true and fine_tuning.epochs above 0: they say what "
            "label attention finds",
        ),
        (
            not config.teaching.by_start
            or (going_on and not config.teaching.teachers and tuning.label_attention and tuning.epochs > 0),
            "teaching.by_start needs a bundle to go on from (encoder.sources), teaching.teachers = 0, "
            "fine_tuning.label_attention = true and fine_tuning.epochs above 0",
        ),
        (1 <= config.teaching.epochs <= 1000, "teaching.epochs must be in 1..1000"),
        (0 <= config.teaching.taught <= 1, "teaching.taught must be in 0..1"),
        (0 <= config.teaching.crossed <= 100, "teaching.crossed must be in 0..100"),
        (2 <= config.calibration.folds <= 20, "calibration.folds must be in 2..20"),
        (
            0 <= config.calibration.scored_folds <= config.calibration.folds,
            "calibration.scored_folds must be in 0..calibration.folds (0 scores all)",
        ),
        (
            config.calibration.refit or config.calibration.scored_folds == 1,
            "calibration.refit = false needs calibration.scored_folds = 1 (one model, which is then shipped); "
            "else set refit = true",
        ),
        (
            config.calibration.method in METHODS,
            f"calibration.method must be one of {', '.join(METHODS)}",
        ),
        (config.calibration.by in BY, f"calibration.by must be one of {', '.join(BY)}"),
        (
            config.calibration.by != "date" or config.calibration.scored_folds == 1,
            "calibration.by = date needs scored_folds = 1: the latest passages, scored by a model of older ones",
        ),
        (config.fast.dimension >= 8, "fast.dimension must be 8 or more"),
        (0 <= config.fast.layers <= 8, "fast.layers must be in 0..8"),
        (8 <= config.fast.max_tokens <= 8192, "fast.max_tokens must be in 8..8192"),
        (
            1 <= config.fast.epochs <= 1000,
            "fast.epochs must be in 1..1000 (fast.enabled = false makes no fast profile)",
        ),
        (config.fast.batch_size >= 2, "fast.batch_size must be 2 or more"),
        (0 < config.fast.learning_rate < 1, "fast.learning_rate must be in 0..1"),
        (0 <= config.fast.hidden_learning_rate < 1, "fast.hidden_learning_rate must be in 0..1"),
        (0 <= config.fast.dropout < 1, "fast.dropout must be in 0..1"),
        (0 <= config.fast.taught <= 1, "fast.taught must be in 0..1 (0 learns from labels alone)"),
        (0 <= config.fast.crossed <= 100, "fast.crossed must be in 0..100"),
        (0 <= config.fast.swapped <= 100, "fast.swapped must be in 0..100"),
        (config.fast.precision in ("float32", "bfloat16"), 'fast.precision must be "float32" or "bfloat16"'),
        (0 <= config.fast.tolerated_loss < 1, "fast.tolerated_loss must be in 0..1"),
        (config.seed >= 0, "seed must be 0 or more"),
    )
    for holds, message in rules:
        if not holds:
            raise UsageError(f"{where}: {message}")
    check_thresholds(config.thresholds, f"{where}: thresholds.")


def check_thresholds(config: ThresholdsConfig, where: str) -> None:
    """Check what thresholds are to reach.

    Raises
    ------
    UsageError
        If a value is out of range; the message starts with `where` and the key.
    """
    rules = (
        (0.1 <= config.beta <= 10, "beta must be in 0.1..10 (1 weighs precision and recall alike)"),
        (0 <= config.precision_floor <= 1, "precision_floor must be in 0..1 (0 sets none)"),
        (0 <= config.tolerated_misses < 1, "tolerated_misses must be in 0..1"),
        (0 <= config.tolerated_false_alarms <= 1, "tolerated_false_alarms must be in 0..1 (1 tolerates all)"),
        (0 < config.lowest <= config.highest < 1, "lowest and highest must be in 0..1, lowest first"),
    )
    for holds, message in rules:
        if not holds:
            raise UsageError(f"{where}{message}")
