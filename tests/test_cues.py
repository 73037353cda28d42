from __future__ import annotations

import pytest

from ihlclass.incidents.cues import no_attack


@pytest.mark.parametrize(
    ("text", "labels", "none"),
    [
        ("The river flooded the clinic at Wad Hamra and two children drowned.", ["medical_facility"], True),
        ("Cholera killed fourteen people in the district.", ["civilians_killed"], True),
        ("After the dam was blown up, forty villages were flooded.", ["displacement"], False),
        ("Cholera spread in the besieged town, whose well soldiers had fouled.", ["civilians_killed"], False),
        ("Floods, and an air strike on the depot.", ["air_strike"], False),
        ("The hostel was destroyed in the night.", ["dormitory", "object_destroyed"], False),
    ],
)
def test_harm_by_nature_is_told_from_attacks(text: str, labels: list[str], none: bool) -> None:
    assert no_attack(text, labels) is none
