"""Cases: the same event in several reports is linked, what contradicts is not, and every account is kept apart."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from helpers_batch import rows
from helpers_cli import ihlclass

from ihlclass.cases import account_of, case_records, link
from ihlclass.cases.alike import Rarity, kilometres, same_name
from ihlclass.cases.blocks import sound
from ihlclass.cases.record import copies_of

KYIV, KHARKIV = [30.52, 50.45], [36.23, 49.99]
HOSPITAL = (
    "A missile tore into the dialysis ward of the Sofia Harkusha clinic; surgeons carried patients to the stairwell."
)


def incident(number: int, report: str, text: str = HOSPITAL, **given: Any) -> dict[str, Any]:
    """An incident as ``incidents.jsonl`` has it."""
    return {
        "incident_id": f"i{number}", "report": report, "published": None, "place": "Kyiv", "country": "UA",
        "coordinates": KYIV, "date": None, "objects": ["medical_facility"], "indicators": ["missile_strike"],
        "killed": None, "injured": None, "attributed_to": None, "background": False, "passages": [{"text": text}],
        **given,
    }  # fmt: skip


def linked(*incidents: dict[str, Any]) -> list[list[int]]:
    return link([account_of(one) for one in incidents])


def told_otherwise(number: int, report: str, **given: Any) -> dict[str, Any]:
    text = "Dialysis patients died when the Harkusha clinic was struck, its surgeons said, naming the ward on the stairwell."
    return incident(number, report, text, **given)


def test_two_reports_of_one_event_are_one_case() -> None:
    assert linked(incident(1, "a"), told_otherwise(2, "b")) == [[0, 1]]


@pytest.mark.parametrize(
    "other",
    [
        {"report": "a"},  # one report tells its incidents apart
        {"date": "2024-07-12"},
        {"coordinates": KHARKIV, "place": "Kharkiv"},
        {"published": "2024-06-01"},  # before it happened
        {"objects": ["shopping_mall"], "indicators": ["drone_strike"], "killed": [40, 40],
         "text": "Shoppers queued for shoes as the drone came down on the Aurora mall, traders said."},
    ],
)  # fmt: skip
def test_what_contradicts_is_not_linked(other: dict[str, Any]) -> None:
    given = {"report": "b", "date": "2024-07-08", **other}
    if other.get("published"):
        given["date"] = None
    text = given.pop("text", HOSPITAL)
    one = incident(1, "a", date="2024-07-08", killed=[2, 2])
    assert linked(one, incident(2, given.pop("report"), text, **given)) == [[0], [1]]


def test_days_of_one_night_and_names_of_one_place_are_linked() -> None:
    one = incident(1, "a", date="2024-07-08", place="Okhmatdyt", coordinates=None)
    assert linked(one, told_otherwise(2, "b", date="2024-07-09", place="Ohmatdyt", coordinates=None)) == [[0, 1]]


def test_one_point_is_one_place_by_whatever_name_and_a_town_near_by_is_another() -> None:
    one = incident(1, "a", date="2024-07-08", place="Kafranbel", coordinates=[36.5, 35.6])
    for place, coordinates, together in (
        ("Kafr Nabl", [36.5, 35.6], True),
        ("Kafranbil", [36.52, 35.61], True),
        ("Bureij", [36.52, 35.61], False),
    ):
        other = told_otherwise(2, "b", date="2024-07-08", place=place, coordinates=coordinates)
        assert linked(one, other) == ([[0, 1]] if together else [[0], [1]])


def test_news_without_a_day_is_of_the_day_before_it_was_published() -> None:
    text = "Windows were blown out and beds burned, residents said."
    one = incident(1, "a", date="2024-07-08", killed=[5, 5])
    later = incident(2, "b", text, published="2024-07-09", killed=[5, 5])
    assert linked(one, later) == [[0, 1]]
    assert linked(one, {**later, "published": "2024-07-12"}) == [[0], [1]]


def test_a_toll_that_has_grown_does_not_tell_accounts_apart() -> None:
    text = "The ward of a clinic was struck, surgeons said."
    one, day = incident(1, "a", date="2024-07-08", killed=[12, 12]), {"date": "2024-07-08"}
    assert linked(one, incident(2, "b", text, killed=[14, 14], **day)) == [[0, 1]]


def test_who_names_no_known_place_is_linked_by_the_town_in_its_evidence() -> None:
    text = "A missile tore into the dialysis ward of the Sofia Harkusha clinic in Kyiv; surgeons carried patients out."
    one = incident(1, "a", date="2024-07-08")
    other = incident(2, "b", text, date="2024-07-08", place="Harkusha clinic", coordinates=None)
    assert linked(one, other) == [[0, 1]]
    assert linked(one, {**other, "date": "2024-07-09"}) == [[0], [1]]


def test_the_same_kind_of_attack_in_a_city_without_a_day_is_not_enough() -> None:
    houses = (f"Shells struck a house in the {side} of the city, residents said." for side in ("north", "east", "west"))
    some = [incident(n, f"r{n}", text, objects=["residential_building"]) for n, text in enumerate(houses)]
    assert linked(*some) == [[0], [1], [2]]


def test_a_chain_does_not_join_what_contradicts() -> None:
    early, late = incident(1, "a", date="2024-07-08"), incident(3, "c", date="2024-07-10")
    cases = linked(early, told_otherwise(2, "b", date="2024-07-09"), late)
    assert [0, 2] not in cases and [0, 1, 2] not in cases
    assert sorted(len(rows) for rows in cases) == [1, 2]


def test_the_order_of_the_incidents_changes_nothing() -> None:
    some = [incident(n, f"r{n % 7}", date=f"2024-07-{1 + n % 5:02}", killed=[n % 3, None]) for n in range(40)]
    named = {frozenset(some[row]["incident_id"] for row in rows) for rows in linked(*some)}
    shuffled = random.Random(2).sample(some, len(some))
    assert named == {frozenset(shuffled[row]["incident_id"] for row in rows) for rows in linked(*shuffled)}


def test_every_account_is_kept_and_nothing_is_averaged() -> None:
    some = [
        incident(1, "a", killed=[2, 2], attributed_to="Russian army", published="2024-07-08"),
        told_otherwise(2, "b", killed=[5, None], attributed_to="Ukraine", published="2024-07-09"),
        incident(3, "c", killed=None, published="2024-07-10"),
        incident(4, "d", place=None, coordinates=None, country=None, text="A flat burned."),
    ]
    cases = {case["reports"]: case for case in case_records(some, linked(*some), Rarity(map(account_of, some)))}
    assert sorted(cases) == [1, 3]
    case = cases[3]
    assert [account["report"] for account in case["accounts"]] == ["a", "b", "c"]
    assert [account["killed"] for account in case["accounts"]] == [[2, 2], [5, None], None]
    assert case["killed"] == [2, None]
    assert case["contradictions"] == ["killed", "attributed_to"]
    assert case["attributed_to"] == {"Russian army": 1, "Ukraine": 1}
    assert (case["sources"], case["accounts"][2]["copy_of"]) == (2, "i1")  # reprinted word for word
    assert case["objects"] == {"medical_facility": 3}
    assert cases[1]["place"] is None


def test_one_report_does_not_contradict_itself() -> None:
    one = incident(1, "a", indicators=["attribution", "responsibility_denied"])
    (case,) = case_records([one], [[0]], Rarity([account_of(one)]))
    assert case["contradictions"] == []
    two = [incident(1, "a", indicators=["attribution"]), incident(2, "b", indicators=["responsibility_denied"])]
    (case,) = case_records(two, [[0, 1]], Rarity(map(account_of, two)))
    assert case["contradictions"] == ["responsibility_denied"]


def test_copies_are_told_from_other_words() -> None:
    other = "Surgeons at the clinic told of a blast that took the roof off the ward where patients lay."
    assert copies_of([HOSPITAL, other, HOSPITAL + " Updates follow.", "Shells hit.", "Shells hit."]) == {2: 0}


def test_names_and_distances() -> None:
    assert same_name("slovyansk", "sloviansk") and same_name("krematorsk", "kramatorsk")
    assert not same_name("mosul", "kabul") and not same_name("", "")
    assert sound("slovyansk") == sound("sloviansk") and sound("krematorsk") == sound("kramatorsk")
    assert kilometres((30.52, 50.45), (36.23, 49.99)) == pytest.approx(408, abs=4)


def test_link_reads_the_results_of_several_runs(tmp_path: Path) -> None:
    for name, one in (("first", incident(1, "x.txt")), ("second", told_otherwise(2, "x.txt"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "incidents.jsonl").write_text(json.dumps(one) + "\n")
    done = ihlclass("link", tmp_path / "first", tmp_path / "second", "-o", tmp_path / "cases.jsonl")
    assert done.returncode == 0, done.stderr
    assert "2 incidents in 1 cases" in done.stderr
    (case,) = rows(tmp_path / "cases.jsonl")
    assert [account["report"] for account in case["accounts"]] == ["1:x.txt", "2:x.txt"]
    (tmp_path / "first" / "incidents.jsonl").write_text('{"incident_id": 1}\n')
    for path, code, words in (
        (tmp_path / "first", 4, "incidents.jsonl:1: is no incident"),
        (tmp_path / "none", 2, "no such file"),
    ):
        done = ihlclass("link", path, "-o", tmp_path / "cases.jsonl")
        assert done.returncode == code and words in done.stderr
    assert len(rows(tmp_path / "cases.jsonl")) == 1  # the good one stands
