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
        ("A sniper fired from a Houthi-held hill and killed a girl in Taiz.", "Houthi"),
        ("Rockets fired from areas held by the Arakan Army hit a market and killed three people.", "Arakan Army"),
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


def test_settlers_are_not_the_army_of_their_nation_and_who_fired_in_the_air_hit_nobody() -> None:
    texts = [
        "Dozens of masked Israeli settlers attacked the village and burned four houses.",
        "The Israeli army said its soldiers had fired in the air.",
    ]
    assert name_author(texts, LIKELY) == "Israeli settlers"


def test_neither_who_holds_a_place_nor_who_found_the_dead_is_a_candidate() -> None:
    text = "A shell hit a farm held by the Syrian Democratic Forces; the dead were found by vigilantes."
    named = {text[start:end] for start, end in candidates(text)}
    assert not named & {"Forces", "Democratic Forces", "Syrian Democratic Forces", "vigilantes"}
