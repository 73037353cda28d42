from __future__ import annotations

import datetime as dt

import pytest
from test_incidents import incidents

from ihlclass.incidents.gazetteer import default_gazetteer
from ihlclass.incidents.headings import day_of_report, find_heading, title_place
from ihlclass.incidents.places import PlaceFinder

#: What else such a report says, so that its country and some villages are known.
ELSEWHERE = "Shelling went on all week in Kharkiv, Ukraine, and near Pervaky."


def heading(text: str, *, whole: bool = False) -> tuple[str, bool] | None:
    """Return place and whether a day is named, of the heading that a paragraph opens with."""
    finder = PlaceFinder(default_gazetteer(), [text, ELSEWHERE])
    found = find_heading(text, finder.find(text), finder, whole=whole)
    return (found.place.text if found.place else "", found.dated) if found is not None else None


@pytest.mark.parametrize(
    ("text", "whole", "expected"),
    [
        ("– Kupiansk: two shells fell on a shop.", True, ("Kupiansk", False)),
        ("3. Izium, 4 May", True, ("Izium", True)),
        ("9 May, Izium, Kharkiv region.", False, ("Izium", True)),
        ("Izium.", False, ("Izium", False)),
        ("a) Lypova district – mortar fire on the houses.", True, ("Lypova district", False)),
        ("• 06:45, Kupiansk.", False, ("Kupiansk", False)),
        ("12:30 Izium: the roof of the school is gone.", True, ("Izium", False)),
        ("5 May | Ukraine | Izium, Kharkiv region | A shell on the depot | 2 hurt", True, ("Izium", True)),
        ("A-7 / Izium, Kharkiv oblast / 16 May, about 18:40", True, ("Izium", True)),
        ("II. Izium, 4 May", True, ("Izium", True)),
        ("III. Velin, municipality of Kharkiv, 4 May", True, ("Velin", True)),
        ("1. Velin, Example township", True, ("Velin", False)),
        ("Pervaky.", False, ("Pervaky", False)),  # not in the gazetteer, but something was near it
        ("Saturday 17/8 – Izium", True, ("Izium", True)),
        ("Monday 26/8", True, ("", True)),
        ("KUPIANSK DISTRICT", True, ("", False)),
        ("Entry 0412. Izium, Kharkiv. 22 October 2019. Grade: fair.", True, ("Izium", True)),
        ("Case 12. The accused was found guilty.", True, None),
        ("2. Cholera", True, None),
        ("4. Aviation.", False, None),
        ("Kupiansk was shelled on Monday.", False, None),
        ("In Kupiansk two people died.", False, None),
        ("Ukraine: four people were killed.", True, None),
    ],
)
def test_headings(text: str, whole: bool, expected: tuple[str, bool] | None) -> None:
    assert heading(text, whole=whole) == expected


def test_an_entry_has_the_place_and_the_day_of_its_heading() -> None:
    found = incidents(
        ("6 May, Izium, Kharkiv region.", ""),
        ("Two shells fell into the yard of the clinic.", "medical_facility object_damaged incident"),
        ("A nurse was wounded.\n", "civilians_injured incident"),
        ("8 May, Kupiansk, Kharkiv region.", ""),
        ("A drone burnt out the bus station.\n", "transport_infrastructure drone_strike incident"),
    )
    assert [(i.place, i.date, i.objects) for i in found] == [
        ("Izium", dt.date(2024, 5, 6), ("medical_facility",)),
        ("Kupiansk", dt.date(2024, 5, 8), ("transport_infrastructure",)),
    ]
    assert "6 May, Izium" in found[0].passages[0].text  # what names the place is shown


def test_a_heading_of_its_own_holds_for_the_paragraphs_under_it() -> None:
    found = incidents(
        ("1. Izium, 6 May\n", ""),
        ("Rockets tore the roof off a school.\n", "education_facility object_damaged incident"),
        ("2. Kupiansk, 7 May\n", ""),
        ("Three houses burnt down.\n", "residential_building object_destroyed incident"),
    )
    assert [(i.place, i.date) for i in found] == [("Izium", dt.date(2024, 5, 6)), ("Kupiansk", dt.date(2024, 5, 7))]


def test_records_of_fields() -> None:
    found = incidents(
        ("Location: Izium\n", ""),
        ("Date: 6 May\n", ""),
        ("What happened: a bomb hit a house and two people died.\n", "residential_building civilians_killed incident"),
        ("Location: Kupiansk\n", ""),
        ("Date: 7 May\n", ""),
        ("What happened: a shell hit a shop.\n", "commercial_premises object_damaged incident"),
    )
    assert [(i.place, i.date) for i in found] == [("Izium", dt.date(2024, 5, 6)), ("Kupiansk", dt.date(2024, 5, 7))]


def test_a_dateline_is_where_the_reporter_sits() -> None:
    (incident,) = incidents(
        (
            "KYIV, Ukraine (Some Agency) — A missile hit a block of flats in Izium on Monday and killed four people.\n",
            "residential_building civilians_killed missile_strike incident",
        ),
    )
    assert (incident.place, incident.date) == ("Izium", dt.date(2024, 5, 13))


def test_the_day_that_the_report_names_stands_for_its_publication() -> None:
    assert day_of_report("Sector Nord: update (as of 17 February 2025)", 1) == dt.date(2025, 2, 17)
    assert day_of_report("SARAJEVO, July 14, 1993 (Agency) — Mortar fire hit a hospital.", 0) == dt.date(1993, 7, 14)
    run_in = "Two Citizens Killed in Homs 19 March 2014 Homs Correspondent - Two citizens were killed on Wednesday."
    assert day_of_report(run_in, 0) == dt.date(2014, 3, 19)
    for text in (
        "Two citizens died in Homs on  19 March 2014 Hama - a city - was quiet.",
        "On 19 March 2014 Syrian forces - backed by militia - shelled Homs.",
        "Gunmen attacked before 19 March 2014 Hama - a city.",
        "After the truce ended on Wednesday, 19 March 2014 Syria - torn - was quiet.",
    ):
        assert day_of_report(text, 0) is None, text
    assert day_of_report("Digest, Monday 4 to Sunday 10 March 2024", 0) == dt.date(2024, 3, 10)
    for opening in (
        "Army helicopters dropped barrels on Wednesday, the 12th of February 2014, on Aleppo.",
        "Two persons died this Wednesday 12 February 2014 in the camp.",
    ):
        assert day_of_report(opening, 0) == dt.date(2014, 2, 12)  # news is of its day
        assert day_of_report(opening, 4) is None
    for past in (
        "The war goes on since Thursday 24 February 2022.",
        "The war that began on Thursday, 24 February 2022, has killed thousands.",
        "The massacre of Saturday, 7 October 2023, was recalled.",
    ):
        assert day_of_report(past, 0) is None, past
    assert day_of_report("Digest, 4 to 30 March 2024", 0) is None  # "on Monday" may be any of four
    (incident,) = incidents(
        ("Update (as of 17 February 2025)\n", ""),
        ("In Izium a drone hit a clinic on 11 February.\n", "medical_facility drone_strike incident"),
        published=None,
    )
    assert incident.date == dt.date(2025, 2, 11)


def test_the_title_names_the_place_of_a_chronology() -> None:
    assert (
        place := title_place("CHRONOLOGY: IZIUM, spring 2022", PlaceFinder(default_gazetteer(), [ELSEWHERE]))
    ) is None or (place.key == "izium")


def test_districts_of_a_city_are_told_apart() -> None:
    found = incidents(
        (
            "A bomb hit a high-rise in Kharkiv's Saltivskyi district and three people died.\n",
            "residential_building civilians_killed air_strike incident",
        ),
        (
            "In Kharkiv's Osnovianskyi district a second bomb burnt out a furniture works.\n",
            "industrial_facility object_destroyed air_strike incident",
        ),
    )
    assert [i.place for i in found] == ["Saltivskyi district, Kharkiv", "Osnovianskyi district, Kharkiv"]
    assert all(i.coordinates == found[0].coordinates is not None for i in found)


def test_a_district_is_of_the_city_that_the_dateline_names() -> None:
    (incident,) = incidents(
        (
            "KHARKIV, Ukraine (Agency) — Two bombs hit an apartment building in the Saltivskyi district on Tuesday, "
            "killing seven people.\n",
            "residential_building civilians_killed air_strike incident",
        ),
    )
    assert incident.place == "Saltivskyi district, KHARKIV"
    assert incident.coordinates is not None


def test_the_dateline_gives_no_district_its_city_once_another_town_is_told() -> None:
    found = incidents(
        (
            "KYIV, Ukraine (Agency) — A missile hit a market in Kharkiv on Tuesday and killed three people.\n",
            "commercial_premises civilians_killed missile_strike incident",
        ),
        (
            "Four others were killed when a second bomb hit a school in the Saltivskyi district.\n",
            "education_facility civilians_killed air_strike incident",
        ),
    )
    assert not [i.place for i in found if i.place and "KYIV" in i.place]


def test_a_heading_of_a_region_leaves_the_place_to_what_stands_under_it() -> None:
    found = incidents(
        (
            "Donetsk region: A drone hit a house in Kramatorsk and killed one, and a shell hit a school in Sloviansk "
            "and killed two.\n",
            "residential_building education_facility civilians_killed drone_strike artillery_or_rocket_fire incident",
        ),
    )
    assert [i.place for i in found] == ["Kramatorsk", "Sloviansk"]


def test_of_two_cells_the_finer_is_the_place() -> None:
    (incident,) = incidents(
        (
            "8 May | Gaza | Bureij camp | Air strikes on three houses; 15 killed\n",
            "residential_building civilians_killed air_strike incident",
        ),
    )
    assert incident.place == "Bureij camp"


def test_a_list_of_places_with_dashes_is_no_row_of_datelines() -> None:
    found = incidents(
        ("Kherson – Shelling damaged a clinic in Ukraine.\n", "medical_facility object_damaged incident"),
        ("Izium – Rockets hit a school and killed two people.\n", "education_facility civilians_killed incident"),
    )
    assert [i.place for i in found] == ["Kherson", "Izium"]


def test_the_day_of_an_event_is_not_that_of_the_report() -> None:
    found = incidents(
        ("On 3 March 2022 two shells hit the clinic in Izium.\n", "medical_facility object_damaged incident"),
        ("On 10 April 2022 a missile hit a school in Kramatorsk.\n", "education_facility missile_strike incident"),
        published=None,
    )
    assert [i.date for i in found] == [dt.date(2022, 3, 3), dt.date(2022, 4, 10)]


def test_an_elder_of_a_village_is_no_village() -> None:
    (incident,) = incidents(
        (
            "A shell hit the clinic in Izium, Ukraine, and killed two people.\n",
            "medical_facility civilians_killed incident",
        ),
        (
            "Ivan Petrenko, a village elder, said that the clinic had burnt down.\n",
            "medical_facility object_destroyed incident",
        ),
    )
    assert incident.place == "Izium"


def test_the_place_of_a_plant_can_be_told_anew() -> None:
    assert incidents(
        ("Shells hit a clinic in Nikopol.\n", "medical_facility object_damaged incident"),
        (
            "Shelling damaged the Zaporizhzhia nuclear power plant.\n",
            "dangerous_forces_installation object_damaged incident",
        ),
        ("The attack happened in Enerhodar, damaging a clinic.\n", "medical_facility object_damaged incident"),
    )


def test_a_dateline_after_a_title_is_where_the_reporter_sits() -> None:
    killed = "civilians_killed air_strike commercial_premises incident"
    (incident,) = incidents(
        ("Strike on market kills five BEIRUT, Wednesday - Warplanes struck a market in Idlib, killing five.\n", killed)
    )
    assert incident.place == "Idlib"


def test_an_agency_in_brackets_ends_a_dateline() -> None:
    assert day_of_report("Damascus, May 11, 2014 (Gulf Mail + agencies) Three people were killed.", 0) == dt.date(
        2014, 5, 11
    )


def test_brackets_after_a_day_that_name_no_agency_end_no_dateline() -> None:
    killed = "civilians_killed artillery_or_rocket_fire incident"
    (incident,) = incidents(("Izium, 4 May 2024 (morning) Shelling killed two people.", killed))
    assert (incident.place, incident.date) == ("Izium", dt.date(2024, 5, 4))


def test_a_place_in_capitals_within_a_sentence_is_no_dateline() -> None:
    killed = "civilians_killed missile_strike incident"
    told = ("A missile hit a hotel in KHARKIV, 12 May 2024 - The blast killed two people.", killed)
    for lead in ([], [("The war goes on.\n", "")]):
        assert [i.place for i in incidents(*lead, told)] == ["KHARKIV"]
