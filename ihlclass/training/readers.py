"""Fit the trained readers of incidents, together with the encoder whose states they weigh.

A reader's score of a span is linear in named features of it (`ihlclass.incidents.linear_reader`) and in the mean state
of its word pieces (`ihlclass.incidents.context`). Both parts and the encoder are fitted at once, on marked passages; in
training the named features are left out now and then, so that the states learn to tell without them.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ihlclass.errors import UsageError
from ihlclass.incidents.context import LONGEST, pieces_in, pieces_written
from ihlclass.incidents.linear_reader import LinearReader
from ihlclass.onnx_session import encodable
from ihlclass.training.context_net import context_net
from ihlclass.training.marks import UNTOLD, Example

#: In how many passages' rows a feature must stand; features whose weights are all this small are left out.
LEAST, SMALLEST = 2, 0.02
#: Folds of whole groups, for cross-fitting.
FOLDS = 5
#: Passages of a step; of so many steps those of like length stand together.
BATCH, SORTED = 16, 40
#: Learning rates of the encoder, of what weighs its states, and of named features; how much of the steps they rise.
OF_ENCODER, OF_STATES, OF_FEATURES, RISE = 1.5e-4, 1e-3, 5e-3, 0.06
#: How often the named features of a passage are left out, and what share of a span's states.
WITHOUT_FEATURES, WITHOUT_STATE = 0.3, 0.1
#: What steps with different numbers of spans are divided by.
SPANS = 100.0


@dataclass(frozen=True)
class Task:
    """What a reader tells of a span.

    Attributes
    ----------
    classes
        How many there are.
    one
        Whether one of a passage's spans is sought, or none: then ``classes`` is 1, and the score stands against 0.
    weight
        What a span counts, or a passage where one is sought.
    """

    classes: int
    one: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Fitted:
    """A net, the readers that weigh its states, by the name of their task, and the encoder that it was made of."""

    net: Any
    readers: dict[str, LinearReader]
    encoder: Any

    def scores(self, task: str, examples: Sequence[Example]) -> Iterator[NDArray[np.float64]]:
        """Yield the scores of each example's spans, shape ``(spans, classes)``."""
        import torch

        reader = self.readers[task]
        for example in examples:
            tokens = _tokens(example, self.encoder.tokenizer)
            with torch.no_grad():
                states = self.net(torch.from_numpy(tokens.ids[None]), torch.from_numpy(tokens.written[None]))[0]
                means = _means(states[None], [tokens]).numpy()
            yield reader.scores(example.rows, means) if example.spans else np.zeros((0, reader.weights.shape[1]))


@dataclass(frozen=True)
class _Tokens:
    ids: NDArray[np.int64]
    written: NDArray[np.int64]
    spans: NDArray[np.int64]


def whole_groups(groups: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield, for each of `FOLDS` folds, the rows to fit on and those to judge; a group is on one side."""
    folds = [zlib.crc32(group.encode()) % FOLDS for group in groups]
    for fold in range(FOLDS):
        yield [i for i, own in enumerate(folds) if own != fold], [i for i, own in enumerate(folds) if own == fold]


def fit_readers(
    tasks: Mapping[str, Task],
    examples: Mapping[str, Sequence[Example]],
    encoder: Any,
    *,
    layers: int,
    epochs: float,
    seed: int,
    progress: Callable[[int, int, float], None],
) -> Fitted:
    """Fit readers and the encoder below them.

    Parameters
    ----------
    tasks, examples
        By the reader's name.
    encoder
        Sentence-transformers model, whose embeddings, first layers and tokenizer are taken; it changes with them.
    layers
        How many.
    progress
        Told the step, the number of steps, and the loss.

    Raises
    ------
    UsageError
        If there are too few examples.
    """
    import torch

    items = [(name, example) for name, some in examples.items() for example in some if example.spans]
    steps = int(epochs * len(items) / BATCH)
    if steps < 1 or not all(examples[name] for name in tasks):
        raise UsageError("too few marked passages: each reader needs some, and together they must fill a step")
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tokenizer = encoder.tokenizer
    numbers = {name: _numbers(some) for name, some in examples.items()}
    parts = _Parts(tasks, numbers, context_net(encoder, layers), rng)
    tokens = [_tokens(example, tokenizer) for _, example in items]
    columns = [
        [np.array([numbers[name][f] for f in row if f in numbers[name]], dtype=np.int64) for row in example.rows]
        for name, example in items
    ]
    optimizer = torch.optim.AdamW(parts.rates(), betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda k: min(1.0, (k + 1) / (RISE * steps)) * (0.02 + 0.49 * (1 + math.cos(math.pi * k / steps)))
    )
    batches = chain.from_iterable(_epoch(tokens, rng) for _ in repeat(None))
    parts.net.train()
    for step in range(1, steps + 1):
        some = next(batches)
        loss = parts.loss([(*items[i], tokens[i], columns[i]) for i in some])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parts.net.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        progress(step, steps, float(loss.detach()))
    return Fitted(parts.net.eval(), {name: parts.reader(name) for name in tasks}, encoder)


class _Parts:
    """The encoder, what weighs its states, and the weights of named features, while they are fitted."""

    def __init__(self, tasks: Mapping[str, Task], numbers: Mapping[str, dict[str, int]], net: Any, rng: Any) -> None:
        import torch

        self.tasks, self.numbers, self.net, self.rng = tasks, numbers, net, rng
        self.of_states = {name: torch.nn.Linear(net.width, task.classes) for name, task in tasks.items()}
        self.of_features = {
            name: torch.nn.EmbeddingBag(len(numbers[name]), task.classes, mode="sum") for name, task in tasks.items()
        }
        for layer in (*self.of_states.values(), *self.of_features.values()):
            for weights in layer.parameters():
                torch.nn.init.zeros_(weights)

    def rates(self) -> list[dict[str, Any]]:
        new = list(self.net.how.parameters())
        known = {id(weights) for weights in new}
        old = [w for w in self.net.parameters() if w.requires_grad and id(w) not in known]
        heads = [weights for layer in self.of_states.values() for weights in layer.parameters()]
        named = [weights for layer in self.of_features.values() for weights in layer.parameters()]
        return [
            {"params": old, "lr": OF_ENCODER, "weight_decay": 0.01},
            {"params": [*heads, *new], "lr": OF_STATES, "weight_decay": 0.01},
            {"params": named, "lr": OF_FEATURES, "weight_decay": 0.05},
        ]

    def loss(self, batch: Sequence[tuple[str, Example, _Tokens, list[NDArray[np.int64]]]]) -> Any:
        import torch
        from torch.nn import functional

        longest = max(len(tokens.ids) for _, _, tokens, _ in batch)
        ids, how, mask = (np.zeros((len(batch), longest), dtype=np.int64) for _ in range(3))
        for row, (_, _, tokens, _) in enumerate(batch):
            size = len(tokens.ids)
            ids[row, :size], how[row, :size], mask[row, :size] = tokens.ids, tokens.written, 1
        states = self.net(*map(torch.from_numpy, (ids, how, mask)))
        total = torch.zeros(())
        for name, task in self.tasks.items():
            own = [row for row, item in enumerate(batch) if item[0] == name]
            if not own:
                continue
            some = [batch[row] for row in own]
            means = functional.dropout(_means(states[own], [tokens for _, _, tokens, _ in some]), WITHOUT_STATE)
            columns = [c for _, _, _, rows in some for c in rows]
            starts = torch.from_numpy(np.cumsum([0, *map(len, columns)])[:-1])
            named = self.of_features[name](torch.from_numpy(np.concatenate(columns)), starts)
            sizes = [len(example.spans) for _, example, _, _ in some]
            kept = np.repeat(self.rng.random(len(some)) >= WITHOUT_FEATURES, sizes)
            scores = self.of_states[name](means) + named * torch.from_numpy(kept)[:, None]
            total = total + task.weight * _loss(task, scores, [example for _, example, _, _ in some])
        return total / SPANS

    def reader(self, name: str) -> LinearReader:
        """Return a reader with the features whose weights are not all small; constants go to ``bias``."""
        layer, numbers = self.of_states[name], self.numbers[name]
        weights: NDArray[np.float32] = self.of_features[name].weight.detach().numpy().copy()
        weights[numbers["bias"]] += layer.bias.detach().numpy()
        kept = [feature for feature, i in numbers.items() if np.abs(weights[i]).max() > SMALLEST]
        of_states = layer.weight.detach().numpy().T.astype(np.float32)
        return LinearReader({f: i for i, f in enumerate(kept)}, weights[[numbers[f] for f in kept]], of_states)


def _loss(task: Task, scores: Any, examples: Sequence[Example]) -> Any:
    import torch
    from torch.nn import functional

    sizes = [len(example.spans) for example in examples]
    classes = torch.tensor([c for example in examples for c in example.classes])
    if not task.one:
        weights = torch.from_numpy(np.repeat([example.weight for example in examples], sizes)).float()
        return (functional.cross_entropy(scores, classes, reduction="none") * weights).sum()
    total = torch.zeros(())
    for example, own, of_own in zip(
        examples, torch.split(scores[:, 0], sizes), torch.split(classes, sizes), strict=True
    ):
        if example.author and not (of_own == 1).any():  # named in words that are no candidate
            continue
        told = of_own != UNTOLD
        against = torch.cat([torch.zeros(1), own[told]])
        right = torch.cat([torch.tensor([not example.author]), of_own[told] == 1])
        total = total + example.weight * (torch.logsumexp(against, 0) - torch.logsumexp(against[right], 0))
    return total


def _means(states: Any, tokens: Sequence[_Tokens]) -> Any:
    """Mean states of the word pieces of all spans of some passages, shape ``(spans, states)``."""
    import torch

    sums = torch.cat([torch.zeros(len(states), 1, states.shape[2]), states.cumsum(1)], 1)
    rows = np.repeat(np.arange(len(tokens)), [len(t.spans) for t in tokens])
    spans = np.concatenate([t.spans for t in tokens])
    sizes = torch.from_numpy(np.maximum(spans[:, 1] - spans[:, 0], 1)[:, None]).float()
    return (sums[rows, spans[:, 1]] - sums[rows, spans[:, 0]]) / sizes


def _tokens(example: Example, tokenizer: Any) -> _Tokens:
    read = tokenizer(encodable(example.text), truncation=True, max_length=LONGEST, return_offsets_mapping=True)
    places = np.array(read["offset_mapping"], dtype=np.int64)
    how = pieces_written(example.text, places)
    first, last = pieces_in(places[1:-1, 0], places[1:-1, 1], example.spans)
    return _Tokens(np.array(read["input_ids"], dtype=np.int64), how, np.stack([first, last], axis=1) + 1)


def _numbers(examples: Sequence[Example]) -> dict[str, int]:
    counts = Counter(feature for example in examples for row in example.rows for feature in set(row))
    return {feature: i for i, feature in enumerate(sorted(f for f, n in counts.items() if n >= LEAST))}


def _epoch(tokens: Sequence[_Tokens], rng: Any) -> Iterator[list[int]]:
    """Yield each passage's number once, in batches of like length."""
    order = rng.permutation(len(tokens))
    for start in range(0, len(order), BATCH * SORTED):
        some = sorted(order[start : start + BATCH * SORTED], key=lambda i: len(tokens[i].ids))
        batches = [some[k : k + BATCH] for k in range(0, len(some), BATCH)]
        yield from (batches[k] for k in rng.permutation(len(batches)))
