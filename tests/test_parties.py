from __future__ import annotations

import pytest

from ihlclass.incidents.parties import name_party


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("Gunmen of the Example Front came down the street and set fire to the school.", "Gunmen of the Example Front"),
        ("He blames the RSF, whose guns stand to the east.", "RSF"),
        ("Drones of the Malian army fired on the fair.", "Malian army"),
        ("The Sudanese Armed Forces bombed the quarter by the airport.", "Sudanese Armed Forces"),
        ("Three farmers were seized by masked men; CODECO said nothing.", None),
        ("Armed men stopped the bus and took the driver.", "Armed men"),
        ("The army's shells fell on the church.", "army"),
        ("A spokesman for the army said that no shell had been fired.", None),
        ("The militants were killed by their own bomb, the police said.", None),
        ("A house was destroyed.", None),
        ("A spokesman of the Example Army said that it had struck a depot.", "Army"),
        ("The Taliban held two teachers for three days.", "Taliban"),
        ("The warplanes of the Syrian army came over twice.", "Syrian army"),
    ],
)
def test_parties(text: str, party: str | None) -> None:
    assert name_party([text]) == party


def test_a_party_with_a_name_goes_before_soldiers() -> None:
    assert name_party(["Soldiers entered the village.", "M23 entered the village."]) == "M23"


def test_many_names_in_a_row_cost_no_time() -> None:
    assert name_party(["Pakistani " * 60 + "people"]) is None  # took hours once
