from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ihlclass.incidents import group
from ihlclass.incidents.grouping import _with_ids
from ihlclass.labels import load_scheme
from ihlclass.passages import split
from ihlclass.types import Incident, Report, TaggedPassage, Tags

SCHEME = load_scheme()
PUBLISHED = dt.date(2024, 5, 15)  # a Wednesday


def incidents(*tagged: tuple[str, str], published: dt.date | None = PUBLISHED, review: str = "") -> list[Incident]:
    """Group passages given as (text, labels); a new line in the text starts a new paragraph."""
    text = "".join(part if part.endswith("\n") else part + " " for part, _ in tagged)
    report = Report("r.txt", text, "ab" * 32, len(text), "text/plain", published=published)
    passages = split(report)
    assert [p.text for p in passages] == [part.strip() for part, _ in tagged]
    rows = []
    for passage, (_, labels) in zip(passages, tagged, strict=True):
        held = SCHEME.close(labels.split())
        probabilities = {x: 0.9 - passage.start / 1e5 if x in held else 0.01 for x in SCHEME.ids}
        rows.append(
            TaggedPassage(
                passage, Tags(tuple(x for x in SCHEME.ids if x in held), tuple(review.split()), probabilities)
            )
        )
    found = group(report, rows, SCHEME)
    for incident in found:
        check(incident, report, rows)
    return found


def check(incident: Incident, report: Report, rows: list[TaggedPassage]) -> None:
    """What holds for every incident."""
    spans = [(e.start, e.end) for e in incident.passages]
    assert spans == sorted(set(spans)) and spans
    tags = {(r.passage.start, r.passage.end): r.tags for r in rows}
    for evidence in incident.passages:
        assert report.text[evidence.start : evidence.end] == evidence.text
        assert set(evidence.labels) <= set(tags[evidence.start, evidence.end].labels)
    held = {label for evidence in incident.passages for label in evidence.labels}
    assert held >= set(incident.objects) | set(incident.indicators)
    assert set(incident.probabilities) == set(incident.objects) | set(incident.indicators)
    for label, p in incident.probabilities.items():
        carrying = [tags[e.start, e.end].probabilities[label] for e in incident.passages if label in e.labels]
        assert p == max(carrying)
    if incident.place:
        assert incident.place in report.text
    assert not set(incident.needs_review) & (set(incident.objects) | set(incident.indicators))


def test_one_strike_over_two_paragraphs() -> None:
    (incident,) = incidents(
        (
            "Shells hit the hospital in Kharkiv on Monday, killing two nurses.\n",
            "medical_facility civilians_killed medical_personnel_victims artillery_or_rocket_fire",
        ),
        ("Windows were blown out and a ward burnt.\n", "object_damaged"),
    )
    assert (incident.place, incident.country, incident.date) == ("Kharkiv", "UA", dt.date(2024, 5, 13))
    assert incident.killed == (2, 2)
    assert "object_damaged" in incident.indicators and incident.objects == ("medical_facility",)


def test_different_settlements_are_different_incidents() -> None:
    found = incidents(
        (
            "In Poltava a missile hit a dormitory and three students were killed.\n",
            "dormitory civilians_killed missile_strike",
        ),
        (
            "In Kherson a rocket hit an apartment block and six people were wounded.\n",
            "residential_building civilians_injured artillery_or_rocket_fire",
        ),
    )
    assert [(i.place, i.objects) for i in found] == [
        ("Poltava", ("dormitory",)),
        ("Kherson", ("residential_building",)),
    ]
    assert [i.killed for i in found] == [(3, 3), None]
    assert [i.injured for i in found] == [None, (6, 6)]


def test_an_earlier_event_is_background() -> None:
    found = incidents(
        (
            "A missile hit a shopping centre in Lviv on Tuesday, killing at least ten people.\n",
            "shopping_mall civilians_killed missile_strike",
        ),
        ("In March, a strike on a theatre in Mariupol killed dozens.\n", "cultural_site civilians_killed"),
    )
    assert [(i.place, i.background) for i in found] == [("Lviv", False), ("Mariupol", True)]
    assert [i.killed for i in found] == [(10, None), (24, None)]
    assert found[0].date == dt.date(2024, 5, 14)


def test_without_publication_date_a_weekday_is_no_date() -> None:
    (incident,) = incidents(
        ("Shells hit a school in Lviv on Monday.\n", "education_facility artillery_or_rocket_fire"), published=None
    )
    assert incident.date is None


def test_a_purely_military_action_is_no_incident() -> None:
    assert (
        incidents(
            ("Artillery destroyed two tanks near Kherson.\n", "military_objective artillery_or_rocket_fire incident")
        )
        == []
    )


def test_a_report_without_incident_gives_none() -> None:
    assert incidents(("Ministers met in London.\n", ""), ("Aid was pledged.\n", "")) == []


def test_nobody_hurt_is_nought() -> None:
    (incident,) = incidents(
        ("A drone damaged a shop in Odesa, and no one was hurt.\n", "commercial_premises object_damaged drone_strike")
    )
    assert (incident.killed, incident.injured) in (((0, 0), (0, 0)), (None, (0, 0)))


def test_a_village_that_no_gazetteer_knows_is_kept() -> None:
    (incident,) = incidents(
        (
            "Soldiers burnt homes in the village of Htee Wah Klo on 3 May.\n",
            "residential_building object_destroyed attribution",
        )
    )
    assert incident.place == "Htee Wah Klo"
    assert (incident.country, incident.coordinates) == (None, None)
    assert incident.date == dt.date(2024, 5, 3)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Shells hit the hospital in Velin on Monday, killing two nurses.", "Velin"),
        ("In Tarobou on Sunday, gunmen burnt the clinic and a hospital ward.", "Tarobou"),
        ("Two people died in Orlovo when a drone hit the hospital.", "Orlovo"),
        ("Gunmen attacked Kelvar Regional Children's Hospital.", "Kelvar Regional Children's Hospital"),
        ("Gunmen attacked Nasser Teaching Hospital, killing two.", "Nasser Teaching Hospital"),
        ("Shells hit the hospital, killing two nurses.", None),
        ("The wounded were taken to a hospital in Velin on Monday.", None),
    ],
)
def test_a_place_is_the_name_and_no_more(text: str, place: str | None) -> None:
    (incident,) = incidents((text, "medical_facility civilians_killed"))
    assert incident.place == place


def test_the_author_is_named_as_the_report_writes_it() -> None:
    (incident,) = incidents(
        (
            "Russian missiles struck an apartment building in Sumy, killing a woman.\n",
            "residential_building civilians_killed missile_strike attribution",
        )
    )
    assert incident.attributed_to == "Russian"


def test_no_author_where_none_is_said() -> None:
    (incident,) = incidents(
        ("A missile struck an apartment building in Sumy.\n", "residential_building missile_strike")
    )
    assert incident.attributed_to is None


def test_labels_in_the_review_band_are_passed_on() -> None:
    (incident,) = incidents(
        ("A missile struck an apartment building in Sumy.\n", "residential_building missile_strike"),
        review="object_damaged",
    )
    assert incident.needs_review == ("object_damaged",)


def test_ids_are_stable_and_differ() -> None:
    passages = (
        ("In Poltava a missile hit a dormitory.\n", "dormitory missile_strike"),
        ("In Kherson a rocket hit a clinic.\n", "medical_facility artillery_or_rocket_fire"),
    )
    first, second = incidents(*passages), incidents(*passages)
    assert [i.incident_id for i in first] == [i.incident_id for i in second]
    assert len({i.incident_id for i in first}) == len(first) == 2


def test_ids_differ_where_place_date_and_first_evidence_agree() -> None:
    (incident,) = incidents(("In Poltava a missile hit a dormitory.\n", "dormitory missile_strike"))
    report = Report("r.txt", "", "ab" * 32, 0, "text/plain")
    twice = _with_ids([incident, replace(incident, objects=("education_facility",))], report)
    assert twice[0].incident_id == incident.incident_id != twice[1].incident_id
    (other,) = _with_ids([incident], replace(report, name="s.txt"))
    assert other.incident_id != incident.incident_id


@pytest.mark.parametrize(
    "text",
    [
        "10,000 (10 000) people, 3-5 of them children, ½ of a dozen and a half, were hit on 31.02.2024.",
        "On 1 January 1800 and 3 May 2999 shells fell.",
        "| Kyiv | 3 | 5 |",
        "— — —",
        "Kyiv, Lviv, Sumy, Kherson, Odesa, Poltava, Dnipro, Rivne, Lutsk, Ternopil were shelled.",
    ],
)  # fmt: skip
def test_odd_text_is_no_crash(text: str) -> None:
    for tagged in ("residential_building civilians_killed artillery_or_rocket_fire", "incident", ""):
        report = Report("r.txt", text, "ab" * 32, len(text), "text/plain", published=PUBLISHED)
        rows = []
        for passage in split(report):
            held = SCHEME.close(tagged.split())
            rows.append(
                TaggedPassage(
                    passage, Tags(tuple(sorted(held)), (), {x: 0.9 if x in held else 0.0 for x in SCHEME.ids})
                )
            )
        for incident in group(report, rows, SCHEME):
            check(incident, report, rows)


def test_two_thousand_paragraphs() -> None:
    towns = ["Kyiv", "Lviv", "Sumy", "Kherson", "Odesa", "Poltava", "Dnipro", "Rivne", "Lutsk", "Ternopil"]
    rows = [
        (
            f"Shells hit homes in {towns[n % 10]} and {n % 7 + 1} people were killed.\n",
            "residential_building civilians_killed artillery_or_rocket_fire",
        )
        for n in range(2000)
    ]
    assert incidents(*rows)
