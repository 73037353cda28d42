"""The reader of authors: which party a passage names as the one who did what it tells."""

from __future__ import annotations

import pytest

from ihlclass.incidents.authors import LIKELY, SURE, candidates, find_authors, name_author


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("The Sudanese Armed Forces bombed the quarter by the airport.", "Sudanese Armed Forces"),
        ("Russian missiles hit a school in Izium.", "Russian"),
        ("The governor blamed the RSF for the shelling.", "RSF"),
        ("Two teachers were abducted by gunmen on Monday.", "gunmen"),
        ("Armed men stopped the bus and took the driver.", "Armed men"),
        ("CODECO militiamen burnt the village.", "CODECO"),
        ("The Example Liberation Front claimed responsibility for the bombing.", "Example Liberation Front"),
        ("A house was destroyed.", None),
        ("Rescuers pulled a woman from the rubble, the mayor said.", None),
    ],
)
def test_the_author_as_it_is_written(text: str, party: str | None) -> None:
    assert name_author([text], LIKELY) == party


def test_what_several_passages_say_adds_up_and_the_place_is_never_the_author() -> None:
    texts = ["Soldiers entered the village.", "M23 entered the village.", "The priest blamed M23."]
    assert name_author(texts, LIKELY) == "M23"
    assert name_author(["Israel struck a clinic."], LIKELY, but="Israel") is None


def test_who_is_named_comes_before_who_is_not() -> None:
    texts = ["A bomber blew himself up at the gate.", "Islamic State claimed the attack.", "The bomber came in a van."]
    assert name_author(texts, LIKELY) == "Islamic State"


def test_chances_are_chances() -> None:
    found = find_authors("Jets of the Example Air Force struck the market; rebels denied it.")
    assert found and all(0 <= chance <= 1 for _, chance in found)
    assert [chance for _, chance in found] == sorted((chance for _, chance in found), reverse=True)
    assert find_authors("") == () and LIKELY < SURE


def test_many_names_in_a_row_are_read_to_the_end() -> None:
    assert candidates("Pakistani " * 400 + "people")
    assert name_author(["Pakistani " * 400 + "people"], SURE) is None
