from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ihlclass.errors import UsageError
from ihlclass.passages import split
from ihlclass.types import Report


def report(text: str, body_start: int = 0) -> Report:
    return Report(name="r", text=text, sha256="0" * 64, size_bytes=0, media_type="text/plain", body_start=body_start)


def texts(text: str, **options: object) -> list[str]:
    return [p.text for p in split(report(text), **options)]  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("ab Z.!?\n\r\t\"“”'«»()0123,;:–—*-•é😢中\u2028 "), max_size=400),
    st.sampled_from(["sentence", "paragraph"]),
    st.integers(1, 20),
)
def test_passages_tile_the_text(text: str, unit: str, max_words: int) -> None:
    passages = split(report(text), unit=unit, max_words=max_words)  # type: ignore[arg-type]
    position = 0
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert passage.text
        assert passage.start >= position
        assert not text[position : passage.start].strip()
        position = passage.end
    if passages:
        assert not text[position:].strip()
        assert [p.paragraph for p in passages] == sorted(p.paragraph for p in passages)
    else:
        assert not any(letter.isalnum() for letter in text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Gen. Kovalenko visited the U.S. embassy. He left at 3 p.m. on Monday.", 2),
        ("About 3.5 km of track were bombed, approx. 40 sleepers burnt. No. 12 school was hit.", 2),
        ("J. R. Smith of St. Mary hospital was killed. His wife was hurt.", 2),
        ('"They fired at us." The nurse wept.', 2),
        ("“Nobody helped,” she said. “Nobody!” Then the line went dead.", 3),
        ("The market (see p. 4) was hit. Two died.", 2),
        ("Shelling went on... Nobody slept.", 2),
        ("The clinic was hit.Two nurses died.", 2),
        ("1. The school was burnt.\n2. The well was mined.\n3. Nobody was hurt.", 3),
        ("- a clinic in Velin\n- two shops in Orlovo\n", 2),
        ("See https://example.org/a.b.c?x=1. The mall burnt.", 2),
        ("Blasts in Velin 😢😢 people shouting\nno light no water", 2),
    ],
)
def test_awkward_sentences(text: str, count: int) -> None:
    assert len(texts(text)) == count, texts(text)


def test_a_line_is_a_paragraph() -> None:
    passages = split(report("Headline without full stop\nA shell fell. Two died.\n\nA mall burnt."))
    assert [p.paragraph for p in passages] == [0, 1, 1, 2]


def test_hard_wrapped_lines_are_joined() -> None:
    text = (
        "At dawn on Tuesday several shells struck the covered market in the old\n"
        "town, where traders were setting up their stalls, and killed at least\n"
        "four people, the mayor of the town said in a statement to the national\n"
        "broadcaster. The fire was put out at noon by crews from three nearby\n"
        "villages, who had been working since the early morning.\n"
    )
    assert len(texts(text)) == 2


def test_long_sentences_are_cut_and_nothing_is_lost() -> None:
    text = "The shelling of the town went on, " * 60 + "and then it stopped."
    passages = texts(text, max_words=80)
    assert all(len(p.split()) <= 80 for p in passages)
    assert " ".join(passages).split() == text.split()


def test_paragraph_unit_keeps_short_paragraphs_whole_and_cuts_long_ones_at_sentence_ends() -> None:
    text = "One shell fell. Two died.\n" + "The school was hit again today. " * 40
    passages = texts(text, unit="paragraph", max_words=60)
    assert passages[0] == "One shell fell. Two died."
    assert all(p.endswith(".") and len(p.split()) <= 60 for p in passages[1:])


def test_metadata_line_is_no_passage() -> None:
    text = "Published: 2024-01-01\nA shell fell."
    assert [p.text for p in split(report(text, body_start=22))] == ["A shell fell."]


@pytest.mark.parametrize(
    "text", ["A shell fell on Velin. " * 40_000, "x" * 1_000_000, "word " * 200_000, ".\n" * 300_000]
)
def test_very_long_texts_end(text: str) -> None:
    assert split(report(text))  # a method whose time grows with the square would not come back


@pytest.mark.parametrize("options", [{"unit": "word"}, {"max_words": 0}])
def test_wrong_options(options: dict) -> None:
    with pytest.raises(UsageError):
        texts("A shell fell.", **options)
