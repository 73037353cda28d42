"""``ihlclass tag``: passages in, tags out."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from ihlclass.cli.options import Bundle, Profile, ProfileName
from ihlclass.errors import EXIT_SOME_REJECTED, UsageError


def tag(
    source: Annotated[
        str, typer.Argument(metavar="[INPUT.jsonl|-]", help="JSON lines with id and text; - is standard input.")
    ] = "-",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="OUT.jsonl|-", help="Where to write; - is standard output.")
    ] = "-",
    bundle: Bundle = None,
    profile: Profile = ProfileName.ACCURATE,
    batch_size: Annotated[int, typer.Option(min=1, help="Passages read ahead; changes speed, never results.")] = 256,
) -> None:
    """Tag passages: one JSON object a line in, one a line out, in the same order.

    In: {"id": ..., "text": ...}. Out: {"id", "labels", "probabilities", "review", "language"}. "labels" reach their
    threshold, "review" lie in the band where a person should look, or stand where nothing is clear, "probabilities"
    holds every label of the scheme.

    A text in another language than English gets "unsupported_language": true, no labels, and probabilities that mean
    little. How many there were is said at the end.

    A line that cannot be used gives {"id", "error"} in its place and exit code 3; the rest goes on.

    Example: echo '{"id": "1", "text": "A missile hit the clinic in Velin."}' | ihlclass tag -
    """
    from ihlclass.classifier import load

    with ExitStack() as stack:
        lines = _open_input(source, stack)
        classifier = load(bundle, profile=profile.value)
        out = _open_output(output, source, stack)
        counts: Counter[str] = Counter()
        live = source == "-"  # answer each line at once when fed by hand or by another program
        for batch in _batches(lines, 1 if live and sys.stdin.isatty() else batch_size, live):
            counts += _tag_batch(batch, classifier, out, source)
    if foreign := counts["foreign"]:
        message = (
            f"{foreign} of {counts['tagged']} texts are not in English: marked 'unsupported_language', no labels given"
        )
        typer.echo(f"ihlclass: {message}", err=True)
    if failed := counts["failed"]:
        typer.echo(f"ihlclass: {failed} lines could not be tagged; each says why in its 'error' field", err=True)
        raise typer.Exit(EXIT_SOME_REJECTED)


def _tag_batch(batch: list[tuple[int, str]], classifier: Any, out: IO[str], source: str) -> Counter[str]:
    from ihlclass.outcomes import tag_records

    rows = [(number, *_parse(line)) for number, line in batch]
    good = [(identifier, text) for _, identifier, text, error in rows if error is None]
    records = tag_records(classifier, [identifier for identifier, _ in good], [text for _, text in good])
    counts: Counter[str] = Counter()
    for number, identifier, _, error in rows:
        if error is None:
            record = next(records)
            counts.update(tagged=1, foreign="unsupported_language" in record)
        else:
            counts["failed"] += 1
            record = {"id": identifier, "error": f"{'standard input' if source == '-' else source}:{number}: {error}"}
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    out.flush()
    return counts


def _parse(line: str) -> tuple[Any, str, str | None]:
    """Return id, text and what is wrong (None where nothing is)."""
    try:
        row = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None, "", "not valid JSON"
    if not isinstance(row, dict):
        return None, "", "must be a JSON object with id and text"
    identifier, text = row.get("id"), row.get("text")
    if not isinstance(text, str) or not text.strip():
        return identifier if _writable(identifier) else None, "", "needs a string 'text' that is not empty"
    if not _writable([identifier, text]):
        return None, "", "holds half of a character (a lone surrogate); mend the line"
    return identifier, text, None


def _writable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _batches(lines: IO[str], size: int, live: bool) -> Iterator[list[tuple[int, str]]]:
    """Group lines for speed; when fed live, never wait for more than is there."""
    import select

    batch: list[tuple[int, str]] = []
    for number, line in enumerate(iter(lines.readline, ""), 1):
        if line.strip():
            batch.append((number, line))
        if len(batch) >= size or (live and batch and not _waiting(select, lines)):
            yield batch
            batch = []
    if batch:
        yield batch


def _waiting(select: Any, stream: IO[str]) -> bool:
    """Whether more input is there to be read without waiting (True where that cannot be told)."""
    buffered = getattr(stream, "buffer", None)
    if buffered is None:
        return True
    try:
        return bool(buffered.peek(1)) if select.select([stream], [], [], 0)[0] else False
    except (OSError, ValueError):
        return True


def _open_input(source: str, stack: ExitStack) -> IO[str]:
    if source == "-":
        if sys.stdin is None or sys.stdin.closed:
            raise UsageError("standard input is closed; pipe passages into it, or give a file")
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        return sys.stdin
    try:
        return stack.enter_context(Path(source).open(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise UsageError(f"{source}: cannot be read ({error.strerror})") from error


def _open_output(output: str, source: str, stack: ExitStack) -> IO[str]:
    if output == "-":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        return sys.stdout
    try:
        if source != "-" and Path(output).exists() and Path(output).samefile(source):
            raise UsageError(f"{output}: is the input too, and would be emptied; choose another output")
        return stack.enter_context(Path(output).open("w", encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from error
