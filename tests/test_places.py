"""The reader of places: which names are places, and what part each plays."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ihlclass.incidents.context import words_of
from ihlclass.incidents.gazetteer import Gazetteer, Settlement, default_gazetteer
from ihlclass.incidents.place_features import candidates, features
from ihlclass.incidents.place_reader import PARTS, default_reader
from ihlclass.incidents.places import Mention, PlaceFinder
from ihlclass.incidents.words import tokens


def places(text: str, *others: str, gazetteer: Gazetteer | None = None) -> list[Mention]:
    return PlaceFinder(gazetteer or default_gazetteer(), [text, *others]).find(text)


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Shells hit a market in Dashkova, killing three.", "Dashkova", "event"),
        ("A drone struck a bus near Kramatorsk on Sunday.", "Kramatorsk", "near"),
        ("Missiles were fired from Belgorod at night.", "Belgorod", "other"),
        ("The wounded were taken to hospital in Dnipro.", "Dnipro", "other"),
        ("We came here from Kramatorsk because we thought nobody would hit a school.", "Kramatorsk", "other"),
        ("Gunmen raided the village of Wad Alim and burnt homes.", "Wad Alim", "event"),
        ("Two medics from the Red Crescent were killed in Homs.", "Homs", "event"),
        ("Two workers from a bakery were killed in Aleppo.", "Aleppo", "event"),
        ("Soldiers stationed in Bucha shot five civilians.", "Bucha", "event"),
        ("Ten wounded came from Izium, where a shell hit a market.", "Izium", "event"),
    ],
)
def test_each_name_has_its_part(text: str, name: str, role: str) -> None:
    assert [(m.text, m.role) for m in places(text)] == [(name, role)]


@pytest.mark.parametrize(
    "text",
    [
        "Doctor Ivan Petrenko said that four patients had died.",
        "On Monday a shell killed two nurses.",
        "The Red Crescent confirmed the toll in September.",
        "RSF fighters shot a farmer.",
    ],
)
def test_other_names_are_no_places(text: str) -> None:
    assert places(text) == []


def test_the_word_for_its_kind_makes_the_kind() -> None:
    found = places("On 4 May rockets hit the Saltivka district of Kharkiv, in Kharkiv region, and Zamzam camp.")
    assert [(m.text, m.kind) for m in found] == [
        ("Saltivka district", "district"),
        ("Kharkiv", "settlement"),
        ("Kharkiv region", "region"),
        ("Zamzam camp", "settlement"),
    ]


def test_several_districts_share_the_word_for_them() -> None:
    found = places("Four citizens were killed by shells on Bab Touma and al-Qassaa neighborhoods in Damascus.")
    assert [(m.text, m.kind) for m in found] == [
        ("Bab Touma", "district"),
        ("al-Qassaa neighborhoods", "district"),
        ("Damascus", "settlement"),
    ]


def test_the_surroundings_of_a_town_are_an_area() -> None:
    found = places("In the countryside of Homs a young man was killed by a sniper in Talbiseh.", "Syria, Homs.")
    assert [(m.text, m.kind) for m in found] == [("Homs", "region"), ("Talbiseh", "settlement")]


def test_the_names_of_provinces_are_known_by_the_word_after_them() -> None:
    texts = ["Fighting in Aleppo province.", "Homs Governorate was hit.", "In Idlib two died."]
    finder = PlaceFinder(default_gazetteer(), texts)
    assert finder.provinces == {"aleppo", "homs"}


def test_a_listed_name_is_a_place_whatever_else_it_may_be() -> None:
    own = default_gazetteer().after([(Settlement("March", "XX", (1.0, 2.0), 0), [])])
    assert [m.text for m in places("Shells hit March.", gazetteer=own)] == ["March"]
    assert places("It was quiet in March.") == []


def test_chances_add_up_and_names_do_not_overlap() -> None:
    text = "El Fasher, North Darfur: RSF shells hit Abu Shouk camp and the Saudi Hospital in El Fasher."
    known = PlaceFinder(default_gazetteer(), [text]).about
    names = candidates(text)
    states = words_of(text).mean([(name.start, name.end) for name in names])
    chances = default_reader().chances(features(text, tokens(text), names, known), states)
    assert chances.shape == (len(names), len(PARTS))
    assert chances.sum(axis=1) == pytest.approx(1.0)
    found = default_reader().read(text, known)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert default_reader().read("nothing here", known) == []


def test_a_passage_of_names_alone_is_read_to_its_end() -> None:
    assert places("Velin Orlovo Kafr " * 1000) is not None


def test_parts_of_a_city_share_the_word_for_them_but_a_city_stays_one() -> None:
    found = places("Shells hit the Bustan Qasr, Salaheddine and Mashhad neighborhoods of Aleppo.")
    assert [(m.text, m.kind) for m in found][-2:] == [("Mashhad neighborhoods", "district"), ("Aleppo", "settlement")]
    assert "settlement" not in {m.kind for m in found[:-1]}
    found = places("Warplanes hit Aleppo and Salaheddine neighborhoods.")
    assert [(m.text, m.kind) for m in found] == [("Aleppo", "settlement"), ("Salaheddine neighborhoods", "district")]
