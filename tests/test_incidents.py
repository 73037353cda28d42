from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ihlclass.incidents import group
from ihlclass.incidents.cues import RECALLED
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
        assert all(name in report.text for name in incident.place.split(", "))  # a part of a city, the city
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


@pytest.mark.parametrize("labels", ["incident", ""])
def test_a_sentence_that_only_says_where_it_happened_gives_the_place(labels: str) -> None:
    (incident,) = incidents(
        ("Four people were killed when rockets hit a maternity clinic in Ethiopia.\n",
         "medical_facility civilians_killed artillery_or_rocket_fire"),
        ("The attack took place in Mekelle.\n", labels),
        ("Rescuers are looking for others.\n", "people_trapped_or_missing"),
    )  # fmt: skip
    assert (incident.place, incident.objects, incident.killed) == ("Mekelle", ("medical_facility",), (4, 4))


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
        ("Gunmen attacked Kelvar Regional Hospital.", "Kelvar Regional Hospital"),
        ("Gunmen attacked Nasser Teaching Hospital, killing two.", "Nasser Teaching Hospital"),
        ("Shells hit the hospital, killing two nurses.", None),
        ("Shells hit the hospital on Monday; the wounded were taken to Velin.", None),
        ("A mortar shell fell near Velin, killing two nurses.", "Velin"),
        ("Shells killed two in Velin with the doors of the hospital open.", "Velin"),
        ("Two nurses died in Vegarosa del Monte.", "Vegarosa del Monte"),
        ("Shells hit the hospital in the north of Kharkiv, killing two.", "Kharkiv"),
        ("Two nurses died in the hospital, researchers in Kharkiv said.", None),
        ("Shells hit the hospital and killed two while she was in Kharkiv.", None),
        ("Gunmen killed two nurses at the Velin site for displaced people.", "Velin site"),
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


@pytest.mark.parametrize(
    "text",
    [
        "One more shell on our towns and we would flatten Belgorod.",
        "He threatened to bomb the bridge in Kerch.",
        "The army plans to attack Tokmak with missiles.",
        "Are they thinking of another strike on Odesa?",
        "Hospitals in Sumy may be hit, officials warned.",
    ],
)
def test_a_wish_a_threat_or_a_plan_is_no_incident(text: str) -> None:
    shells = ("Shells hit a school in Lviv on Monday.\n", "education_facility artillery_or_rocket_fire")
    (incident,) = incidents(shells, (text + "\n", "missile_strike attribution medical_facility"))
    assert incident.place == "Lviv" and incident.objects == ("education_facility",)
    assert incidents((text + "\n", "missile_strike attribution medical_facility")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Rockets hit a school in Lviv and more pupils could be under the rubble.",
        "Pupils may have been killed when a rocket hit a school in Lviv.",
        "The strike on a school in Lviv must be investigated.",
    ],
)
def test_what_happened_is_an_incident_though_the_sentence_also_supposes(text: str) -> None:
    (incident,) = incidents((text, "education_facility artillery_or_rocket_fire"))
    assert incident.place == "Lviv"


def test_a_known_object_goes_to_the_incident_that_has_it() -> None:
    found = incidents(
        ("A missile hit a maternity ward in Lviv on Monday.\n", "medical_facility missile_strike"),
        ("Two people were killed in Sumy.\n", "civilians_killed"),
        ("“There were people in the streets.\n", "attribution incident"),
        ("They hit the maternity ward, where children are born,” the president said.", "medical_facility incident"),
    )
    assert [(i.place, i.objects) for i in found] == [("Lviv", ("medical_facility",)), ("Sumy", ())]


def test_another_target_in_the_city_is_another_incident() -> None:
    found = incidents(
        (
            "A missile hit a hospital in Lviv, killing nine people.\n",
            "medical_facility civilians_killed missile_strike",
        ),
        ("A separate drone hit a brewery's office building in Lviv.\n", "commercial_premises drone_strike"),
        ("The hospital in Lviv burnt for hours.\n", "medical_facility object_damaged"),
    )
    assert [(i.place, i.objects) for i in found] == [
        ("Lviv", ("medical_facility",)),
        ("Lviv", ("commercial_premises",)),
    ]
    assert [i.killed for i in found] == [(9, 9), None]


def test_a_figure_told_again_goes_to_its_incident() -> None:
    found = incidents(
        ("Shells hit a market in Lviv and eight people died.\n", "commercial_premises civilians_killed"),
        ("A depot for fuel burnt in Sumy after a strike.\n", "energy_infrastructure object_damaged"),
        ("Eight people killed as guns fire on traders\n", "civilians_killed"),
    )
    assert [(i.place, i.killed) for i in found] == [("Lviv", (8, 8)), ("Sumy", None)]


def test_where_the_attack_happened() -> None:
    (incident,) = incidents(
        ("At least 15 villagers were killed in air strikes in northern Syria.\n", "civilians_killed air_strike"),
        ("The monitor said the air strikes took place in the city of Manbij.\n", "incident"),
    )
    assert (incident.place, incident.killed) == ("Manbij", (15, None))


def test_a_city_goes_by_its_short_name() -> None:
    (incident,) = incidents(
        ("Bombs hit a house in Gaza City on Monday, killing four.\n", "residential_building civilians_killed"),
        ("The bombs in Gaza left a crater.\n", "object_damaged"),
    )
    assert incident.place == "Gaza City"


def test_the_town_that_an_entry_names_comes_before_that_of_its_heading() -> None:
    found = incidents(
        (
            "Aleppo: A car bomb exploded in the market of Jandires on 3 May, killing three people.\n",
            "commercial_premises civilians_killed incident",
        ),
        (
            "Homs: Shells hit a bakery in the town of Talbiseh on 3 May and killed a worker.\n",
            "food_agriculture civilians_killed incident",
        ),
    )
    assert [i.place for i in found] == ["Jandires", "Talbiseh"]


def test_what_happened_across_a_country_was_not_in_a_town_named_in_passing() -> None:
    found = incidents(
        (
            "Strikes killed 20 people across Lebanon on Thursday as diplomats met in Paris.\n",
            "civilians_killed air_strike attribution incident",
        ),
        (
            "A house in Bednayel was hit, and five people were killed.\n",
            "residential_building civilians_killed incident",
        ),
    )
    assert [(i.place, i.date) for i in found] == [("Bednayel", dt.date(2024, 5, 9))]


def test_at_and_around_a_town_is_at_it() -> None:
    (incident,) = incidents(("Two people were killed in and around Kharkiv on Monday.\n", "civilians_killed incident"))
    assert incident.place == "Kharkiv"


def test_letters_of_an_agency_are_no_part_of_a_place() -> None:
    (incident,) = incidents(("A crater beside the clinic in Sumy AFP\n", "medical_facility object_damaged"))
    assert incident.place == "Sumy"


def test_a_nuclear_plant_cut_off_is_an_incident() -> None:
    found = incidents(
        ("Shells hit a house in Nikopol on Monday.\n", "residential_building artillery_or_rocket_fire"),
        ("Across the river lies the Zaporizhzhia nuclear power plant.\n", "incident"),
        ("The plant has lost its last power line, engineers said.\n", ""),
    )
    assert [i.place for i in found] == ["Nikopol", "Zaporizhzhia nuclear power plant"]


def test_a_bare_figure_after_an_incident_belongs_to_it() -> None:
    (incident,) = incidents(
        ("A shed of the rescuers in Sumy was hit by a bomb.", "administrative_building air_strike"),
        ("There were no injuries.\n", ""),
    )
    assert incident.injured == (0, 0)


def test_the_day_of_the_attack_is_told_in_passing() -> None:
    (incident,) = incidents(
        ("A missile hit a hostel in Sumy.\n", "dormitory missile_strike"),
        ("Monday’s missile strike came hours after talks.\n", ""),
    )
    assert incident.date == dt.date(2024, 5, 13)


def test_the_date_that_heads_a_report_is_no_date_of_the_event() -> None:
    (incident,) = incidents(
        ("Wed May 15 2024 Six people killed by shells in Sumy during the past 24 hours.\n", "civilians_killed"),
    )
    assert incident.date is None


def test_fighters_killed_are_no_incident() -> None:
    assert (
        incidents(
            ("The staff said 14 members of the militant group were killed by shelling in Manbij.\n", "civilians_killed")
        )
        == []
    )


def test_what_a_flood_or_a_quake_did_is_no_incident() -> None:
    told = (
        ("The floods came on Sunday after heavy rains.\n", "object_damaged"),
        ("In Izium a school collapsed and two people died.\n", "incident education_facility object_destroyed"),
    )
    assert incidents(*told) == []
    shelled = (
        "In Kupiansk shells hit a house and two people died.\n",
        "incident residential_building civilians_killed",
    )
    assert [i.place for i in incidents(*told, shelled)] == ["Kupiansk"]


def test_the_headline_of_another_article_is_no_incident() -> None:
    headline = ("Related: Drone strike kills six in Izium market\n", "incident commercial_premises civilians_killed")
    assert incidents(headline) == []


def test_the_sum_of_a_barrage_is_not_the_toll_of_its_first_town() -> None:
    (incident,) = incidents(
        (
            "Russian missiles hit three towns in Ukraine on Tuesday, killing at least nine people.\n",
            "incident missile_strike civilians_killed",
        ),
        (
            "In Izium, four people were killed when a missile hit a block of flats.\n",
            "incident residential_building missile_strike civilians_killed",
        ),
    )
    assert (incident.place, incident.killed) == ("Izium", (4, 4))


def test_dead_who_are_not_counted_are_one_or_more_where_the_tagger_is_told_of_them() -> None:
    (incident,) = incidents(
        ("A missile hit a hospital in Izium on Tuesday.\n", "incident medical_facility missile_strike"),
        ("Dead and wounded are reported.\n", "incident civilians_killed civilians_injured"),
    )
    assert (incident.killed, incident.injured) == ((1, None), (1, None))


def test_a_number_of_people_whom_the_tagger_does_not_hold_for_harmed_is_no_toll() -> None:
    (incident,) = incidents(
        ("Gunmen took four men from their homes in Izium on Tuesday.\n", "incident abduction_or_detention"),
    )
    assert (incident.killed, incident.injured) == (None, None)


def test_an_object_that_nothing_befell_is_no_incident() -> None:
    assert incidents(("Hundreds live in tents near Izmir.\n", "displacement_site incident")) == []


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Rebels responded to the raid with mortars that hit homes in Sumy.", "Rebels"),
        ("S-300 rockets hit homes in Sumy.", None),
        ("Warplanes struck homes in land controlled by Daesh in Mosul.", None),
        ("The junta's aircraft bombed homes in Mosul.", "junta"),
        ("A Russian Kh-22 brought down homes in Sumy.", "Russian"),
        ("Homes burnt in Sumy, and Russia is responsible for it.", "Russia"),
    ],
)
def test_authors(text: str, author: str | None) -> None:
    (incident,) = incidents((text, "residential_building object_damaged attribution"))
    assert incident.attributed_to == author


def test_a_whole_barrage_hands_on_its_author() -> None:
    found = incidents(
        ("Jet strikes blamed on the Syrian regime hit several cities.\n", "air_strike attribution"),
        ("In Idlib a market was bombed and six people died.\n", "commercial_premises civilians_killed air_strike"),
        ("In Aleppo nine people died, a collective said.\n", "civilians_killed attribution"),
    )
    assert [(i.place, i.attributed_to) for i in found] == [("Idlib", "Syrian regime"), ("Aleppo", "Syrian regime")]


def test_other_towns_of_a_barrage_have_its_day() -> None:
    barrage = (
        "Missiles hit an apartment block in Poltava on Sunday, killing two people.\n",
        "residential_building civilians_killed missile_strike",
    )
    labels = "civilians_killed commercial_premises"
    days = [i.date for i in incidents(barrage, ("Other towns hit include Lubny, where a grocer died.\n", labels))]
    assert days == [dt.date(2024, 5, 12)] * 2
    for other in (
        "In Lubny a grocer died when his shop burnt.\n",
        "In Lubny, where families from other towns had fled, a grocer died in his shop.\n",
    ):
        assert [i.date for i in incidents(barrage, (other, labels))] == [dt.date(2024, 5, 12), None]
    recalled = ("On 3 March 2015 shells hit a market in Mariupol, killing thirty.\n", labels)
    found = incidents(barrage, recalled, ("Other towns hit include Lubny, where a grocer died.\n", labels))
    assert found[-1].place == "Lubny" and found[-1].date is None


def test_an_opening_that_sums_up_several_towns_hands_on_day_and_author() -> None:
    first, second = incidents(
        (
            "Russian forces struck two districts of Kharkiv and three towns further east on Tuesday.\n",
            "incident missile_strike attribution civilians_killed",
        ),
        (
            "In Chuhuiv two men died when a missile hit the bus station.\n",
            "incident transport_infrastructure civilians_killed missile_strike",
        ),
        ("In Izium a missile set fire to a shop.\n", "incident commercial_premises missile_strike object_damaged"),
    )[-2:]
    assert (first.place, second.place) == ("Chuhuiv", "Izium")
    for incident in (first, second):
        assert (incident.date, incident.attributed_to) == (dt.date(2024, 5, 14), "Russian forces")


def test_what_a_live_page_tells_without_a_day_is_of_its_day() -> None:
    entries = [
        (f"{hour}:05 A drone hit a house in {town}, a woman was hurt.\n", "incident residential_building drone_strike")
        for hour, town in ((18, "Kherson"), (14, "Nikopol"), (11, "Izium"), (9, "Chuhuiv"))
    ]
    assert {i.date for i in incidents(*entries)} == {PUBLISHED}
    assert {i.date for i in incidents(*entries[:2])} == {None}


def test_an_opening_without_a_place_gives_the_day_though_another_is_named_later() -> None:
    found = incidents(
        ("At least nine people died on Tuesday in an attack on a camp near the border.\n",
         "displacement_site civilians_killed"),
        ("Gunmen broke into the village of Ravna Stena, which houses the camp.\n", "displacement_site small_arms_fire"),
        ("The tents were searched, one after the other.\n", "displacement_site"),
        ("A league of lawyers on Monday accused the army of dropping bombs with gas that killed dozens.\n",
         "civilians_killed chemical_weapon"),
    )  # fmt: skip
    assert (found[0].place, found[0].date, found[0].killed) == ("Ravna Stena", dt.date(2024, 5, 14), (9, None))


def test_where_missiles_were_fired_from_is_no_incident() -> None:
    found = incidents(
        ("Missiles hit an apartment block in Poltava on Sunday, killing two people.\n",
         "residential_building civilians_killed missile_strike"),
        ("On Saturday, the army said, missiles were fired from bombers flying over Belarus.\n",
         "missile_strike official_statement attribution"),
    )  # fmt: skip
    assert [i.place for i in found] == ["Poltava"]


@pytest.mark.parametrize(
    "text",
    [
        "On Saturday, the army said, Russia launched over 100 drones at several regions of Ukraine.\n",
        "On Saturday, the army said, drones were launched at several cities of Ukraine over four hours.\n",
        "On Saturday, the army said, drones were fired from the sea at several regions of Ukraine.\n",
    ],
)
def test_what_was_fired_at_many_places_is_an_incident_of_the_area(text: str) -> None:
    found = incidents(
        ("Missiles hit an apartment block in Poltava on Sunday, killing two people.\n",
         "residential_building civilians_killed missile_strike"),
        (text, "drone_strike official_statement attribution"),
    )  # fmt: skip
    assert [i.date for i in found] == [dt.date(2024, 5, 12), dt.date(2024, 5, 11)]


def test_a_name_that_the_report_lays_somewhere_is_a_settlement() -> None:
    for laid in ("in Example territory", "north of Kharkiv", "a village beside the river"):
        (incident,) = incidents(
            (f"We drove to Velin, {laid}, and nobody spoke.\n", ""),
            ("Shells had killed two nurses near Velin.\n", "civilians_killed medical_personnel_victims"),
        )
        assert incident.place == "Velin"


def test_a_town_that_is_merely_named_holds_what_is_told_after_it() -> None:
    (incident,) = incidents(
        ("She draws the war in Ukraine.\n", ""),
        ("Her first picture was Kharkiv.", ""),
        ("A missile took out the stairwell of a block of flats and killed nine.\n",
         "residential_building civilians_killed missile_strike incident"),
    )  # fmt: skip
    assert incident.place == "Kharkiv"


def test_drones_that_flew_by_a_town_did_nothing_there() -> None:
    assert not incidents(("Drones took their way past woods, Kharkiv and a lake.\n", "drone_strike incident"))


def test_that_town_is_the_one_named_last() -> None:
    (incident,) = incidents(
        ("The front runs some miles from Kupiansk.\n", ""),
        ("In that town a drone burnt out a bus, and its driver died.\n",
         "civilian_vehicle civilians_killed drone_strike incident"),
    )  # fmt: skip
    assert incident.place == "Kupiansk"


def test_a_province_whose_government_speaks_is_not_where_it_happened() -> None:
    (incident,) = incidents(
        ("Shells hit a market in Omdurman on Tuesday.", "commercial_premises artillery_or_rocket_fire incident"),
        ("Khartoum state's government counted nine dead.\n", "civilians_killed incident"),
    )
    assert (incident.place, incident.killed) == ("Omdurman", (9, 9))


def test_the_opening_of_a_paragraph_sets_its_day() -> None:
    (incident,) = incidents(
        ("On 9 May nobody had slept in Izium.", ""),
        ("Shells burnt the market and killed two traders.\n", "commercial_premises civilians_killed incident"),
    )
    assert incident.date == dt.date(2024, 5, 9)
    found = incidents(
        ("On 9 May shells burnt a market in Izium.", "commercial_premises object_destroyed incident"),
        ("Sunday is the day when villagers come in.", ""),
        ("Two traders died.\n", "civilians_killed incident"),
    )
    assert [i.date for i in found] == [dt.date(2024, 5, 9)]


def test_another_of_the_shells_fell_on_the_same_day() -> None:
    found = incidents(
        ("Shells hit a market in Izium on Monday.\n", "commercial_premises artillery_or_rocket_fire incident"),
        ("Another of the shells burnt a house in Kupiansk.\n", "residential_building object_destroyed incident"),
    )
    assert [i.date for i in found] == [dt.date(2024, 5, 13)] * 2


def test_a_day_without_a_year_has_the_year_that_was_named_last() -> None:
    found = incidents(
        ("On 3 March 2015 shells hit a market in Izium.\n", "commercial_premises incident object_damaged"),
        ("On 4 May 2016 shells hit a market in Kupiansk.\n", "commercial_premises incident object_damaged"),
        ("On 9 May shells hit a market in Sumy.\n", "commercial_premises incident object_damaged"),
        published=None,
    )
    assert found[-1].date == dt.date(2016, 5, 9)


def test_a_number_in_the_place_of_one_told_before_corrects_it() -> None:
    (incident,) = incidents(
        (
            "Shells hit a market in Izium on Monday and killed 12 people.",
            "commercial_premises civilians_killed incident",
        ),
        ("By evening the mayor spoke of 15.\n", "civilians_killed incident"),
    )
    assert incident.killed == (12, 15)


def test_one_passage_without_object_day_number_victim_or_conduct_is_no_incident() -> None:
    assert not incidents(("Shells fell in Izium.\n", "artillery_or_rocket_fire incident"))
    assert incidents(("People were beaten in Izium.\n", "torture_or_ill_treatment incident"))


def test_names_that_read_in_two_ways_cost_no_time() -> None:
    assert not incidents(("Kafr " * 60 + "was quiet.\n", ""))  # took hours once


def test_what_became_of_it_by_the_next_day_is_no_other_incident() -> None:
    hit = ("Shells burnt a market in Izium on 9 May and killed two.", "commercial_premises civilians_killed incident")
    (incident,) = incidents(hit, ("The next morning the market was still burning.\n", "commercial_premises incident"))
    assert incident.date == dt.date(2024, 5, 9)
    other = ("The next morning a drone killed four people there.\n", "civilians_killed drone_strike incident")
    assert [i.date for i in incidents(hit, other)] == [dt.date(2024, 5, 9), dt.date(2024, 5, 10)]


def test_the_scene_of_a_paragraph_holds_until_another_place_is_told() -> None:
    found = incidents(
        ("Missiles hit a school in Kherson. ", "education_facility missile_strike incident"),
        ("Four teachers were killed. ", "civilians_killed incident"),
        ("Shells fell near the village of Stanislav, damaging a farm. ", "food_agriculture object_damaged incident"),
        ("Two civilians were killed there.\n", "civilians_killed incident"),
    )
    assert [(i.place, i.killed) for i in found] == [("Kherson", (4, 4)), ("Stanislav", (2, 2))]


def test_how_many_live_elsewhere_is_no_incident() -> None:
    assert not incidents(("Some 11,000 people from Izium remain displaced.\n", "displacement incident"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A shell hit the bridge on the Oskil and killed two people.", None),
        ("A bomb hit a church in the Philippines, killing three people.", "Philippines"),
        ("A bomb at an embassy killed five people in the Hague.", "Hague"),
    ],
)
def test_a_name_with_an_article_is_a_river_but_for_countries_and_towns(text: str, place: str | None) -> None:
    found = incidents((text + "\n", "religious_site civilians_killed air_strike incident"))
    assert [i.place for i in found] == [place]


@pytest.mark.parametrize(
    "text",
    [
        "The ministry reported on 12 May that shells hit the clinic in Izium, Ukraine, on 3 May and killed two nurses.",
        "Photographs taken on 12 May show the clinic in Izium, Ukraine, hit on 3 May, where two nurses died.",
    ],
)
def test_of_two_days_the_one_that_is_surely_of_the_attack_counts(text: str) -> None:
    (incident,) = incidents(
        (text + "\n", "medical_facility civilians_killed medical_personnel_victims artillery_or_rocket_fire incident")
    )
    assert incident.date == dt.date(2024, 5, 3)


def test_the_day_of_something_else_tells_no_incidents_apart() -> None:
    (incident,) = incidents(
        (
            "Shells hit the clinic in Izium on 14 May, killing two nurses.\n",
            "medical_facility civilians_killed medical_personnel_victims artillery_or_rocket_fire incident",
        ),
        (
            "Photographs taken on 12 April show the clinic where two nurses were killed.\n",
            "medical_facility civilians_killed visual_evidence incident",
        ),
    )
    assert incident.date == dt.date(2024, 5, 14)
    assert not incident.background


def test_a_town_in_a_district_is_not_named_by_it() -> None:
    (incident,) = incidents(
        (
            "Shells hit the clinic in Kozacha Lopan in the Derhachi district and killed two people.\n",
            "medical_facility civilians_killed artillery_or_rocket_fire incident",
        ),
    )
    assert incident.place == "Kozacha Lopan"


def test_neither_a_part_of_a_city_nor_the_city_is_the_author() -> None:
    (incident,) = incidents(
        (
            "On Monday a bomb hit a house in the Podil district of Kyiv, Ukraine, killing two.\n",
            "residential_building civilians_killed air_strike incident",
        ),
        ("Kyiv carried out the strike, Moscow said.\n", "attribution incident"),
    )
    assert incident.place == "Podil district, Kyiv"
    assert incident.attributed_to != "Kyiv"


KILLED = "civilians_killed residential_building air_strike incident"


def test_a_part_of_a_city_is_there_again_when_it_is_named_alone() -> None:
    (incident,) = incidents(
        (
            "At least 11 civilians were killed by an air strike on a home in the Saltivka district of Kharkiv on Monday.\n",
            KILLED,
        ),
        ("A second source said that 13 people were killed in Saltivka.\n", KILLED),
    )
    assert (incident.place, incident.killed) == ("Saltivka district, Kharkiv", (11, None))


def test_a_sum_over_an_area_is_no_toll_of_the_town_told_after_it() -> None:
    found = incidents(
        ("Seven killed in Russian overnight strikes on Ukrainian towns\n", "civilians_killed missile_strike incident"),
        ("At least seven people were killed in Russian strikes on towns across Ukraine overnight.\n",
         "civilians_killed missile_strike attribution incident"),
        ("In Lozova a missile hit a block of flats and killed four people.\n",
         "civilians_killed residential_building missile_strike incident"),
        ("In Zolochiv a missile hit a school and killed three people.\n",
         "civilians_killed education_facility missile_strike incident"),
    )  # fmt: skip
    assert [(i.place, i.killed) for i in found if i.place in ("Lozova", "Zolochiv")] == [
        ("Lozova", (4, 4)),
        ("Zolochiv", (3, 3)),
    ]


def test_that_nobody_was_hurt_may_stand_in_the_next_paragraph() -> None:
    (incident,) = incidents(
        ("Russian drones struck a power station in the town of Shostka on Monday.\n",
         "energy_infrastructure drone_strike attribution incident"),
        ("Nobody was hurt, the company said.\n", ""),
    )  # fmt: skip
    assert (incident.killed, incident.injured) == ((0, 0), (0, 0))


def test_a_heading_of_an_area_leaves_its_paragraph_to_the_town_in_it() -> None:
    (incident,) = incidents(
        ("Kharkiv region: On 13 May a drone hit a lorry at Lozova.", "civilian_vehicle drone_strike incident"),
        ("At least 9 people were killed.\n", "civilians_killed incident"),
    )
    assert (incident.place, incident.killed) == ("Lozova", (9, None))


def test_the_same_day_is_not_one_that_was_recalled() -> None:
    found = incidents(
        ("On 13 May shells hit a market in Lozova, killing two people.",
         "civilians_killed commercial_premises artillery_or_rocket_fire incident"),
        ("It was the third attack in a month; on 14 April seven people were killed there.\n", "civilians_killed incident"),
        ("The same day shells also struck a school in Zolochiv, killing a teacher.\n",
         "civilians_killed education_facility artillery_or_rocket_fire incident"),
    )  # fmt: skip
    assert {i.place: i.date for i in found if not i.background} == {
        "Lozova": dt.date(2024, 5, 13),
        "Zolochiv": dt.date(2024, 5, 13),
    }


def test_the_strike_of_the_opening_hit_the_town_named_next() -> None:
    (incident,) = incidents(
        ("Warplanes struck a vegetable market in a rebel-held town in northwestern Syria on Monday, killing at least 19 people.\n",
         "civilians_killed commercial_premises air_strike incident"),
        ("The strike hit Kafr Takharim, a town close to the Turkish border, shortly after 10 a.m.\n", "incident"),
    )  # fmt: skip
    assert (incident.place, incident.killed) == ("Kafr Takharim", (19, None))


def test_parts_of_a_city_with_harm_of_their_own_are_two_incidents_of_one_day() -> None:
    found = incidents(
        ("In Baalbek, Israeli air strikes on 13 May brought down an apartment building in the Al-Asira quarter, where nine people died.",
         KILLED),
        ("In the Sheikh Habib quarter they shattered the windows of a private hospital.\n",
         "medical_facility object_damaged air_strike incident"),
    )  # fmt: skip
    assert [(i.place, i.date) for i in found] == [
        ("Al-Asira quarter, Baalbek", dt.date(2024, 5, 13)),
        ("Sheikh Habib quarter, Baalbek", dt.date(2024, 5, 13)),
    ]


def test_a_town_outside_the_area_that_opened_a_report_is_an_incident_of_its_own() -> None:
    found = incidents(
        ("Russian forces shelled Kharkiv region on 13 May, killing civilians.\n",
         "civilians_killed artillery_or_rocket_fire attribution incident"),
        ("In Sumy a school was also hit and a teacher died.\n",
         "civilians_killed education_facility artillery_or_rocket_fire incident"),
    )  # fmt: skip
    assert "Sumy" in {i.place for i in found} and len(found) == 2


def test_a_town_that_gives_its_name_to_a_district_is_no_part_of_the_regions_city() -> None:
    found = incidents(
        ("In the Izium district, Kharkiv, on 13 May shells killed two people.\n",
         "civilians_killed artillery_or_rocket_fire incident"),
        ("In Izium a missile hit a hotel on 15 May, killing four people.\n",
         "civilians_killed commercial_premises missile_strike incident"),
    )  # fmt: skip
    assert "Izium" in {i.place for i in found}


def test_since_a_day_of_this_week_recalls_nothing() -> None:
    assert not RECALLED.search("It was the worst since Monday, when a shell hit a bus.")
    assert not RECALLED.search("They have sat in cellars since yesterday morning, when the shelling began.")
    assert RECALLED.search("It was the worst since March 2015, when thirty died.")


def test_who_is_blamed_for_all_attacks_is_the_author_where_only_soldiers_or_a_bomber_are_named() -> None:
    found = incidents(
        ("In Hilla on 13 May two car bombs near a market killed nine people.",
         "civilians_killed commercial_premises mine_or_ied incident"),
        ("Soldiers fired in the air to keep relatives back.\n", "small_arms_fire incident"),
        ("In Balad a suicide bomber drove into a funeral tent, killing eight people.\n",
         "civilians_killed mine_or_ied attribution incident"),
        ("In Mosul gunmen shot dead a teacher.\n", "civilians_killed small_arms_fire attribution incident"),
        ("The interior ministry blamed the car bombs on the Islamic State.\n", "mine_or_ied attribution official_statement incident"),
    )  # fmt: skip
    assert {i.place: i.attributed_to for i in found} == {
        "Hilla": "Islamic State",
        "Balad": "Islamic State",
        "Mosul": "gunmen",
    }


def test_a_single_victim_takes_nothing_from_a_sum_that_no_other_incident_shares() -> None:
    for told in ("several areas of Kherson", "Kherson region"):
        (incident,) = incidents(
            (f"Shelling of {told} killed five people on Monday.\n", "civilians_killed artillery_or_rocket_fire"),
            ("A woman of 60 was killed at a bus stop.\n", "civilians_killed public_space"),
        )
        assert incident.killed == (5, 5)


def test_an_opening_of_another_day_is_an_incident_of_its_own() -> None:
    church, clinic = incidents(
        ("Gunmen killed five worshippers at a church on Friday.\n",
         "religious_site civilians_killed small_arms_fire attribution"),
        ("On Monday others burned a clinic in Bokkos and wounded two nurses.\n",
         "medical_facility civilians_injured object_destroyed"),
    )  # fmt: skip
    assert (church.place, church.date, church.killed) == (None, dt.date(2024, 5, 10), (5, 5))
    assert (clinic.place, clinic.date, clinic.killed) == ("Bokkos", dt.date(2024, 5, 13), None)


def test_several_openings_with_a_name_and_a_day_are_entries_not_datelines() -> None:
    found = incidents(
        ("Attacks of the week\n", ""),
        ("Izium, 13 May – Shelling killed two people and damaged a clinic.\n",
         "medical_facility civilians_killed object_damaged artillery_or_rocket_fire"),
        ("Balakliia, 12 May – A drone hit a school bus.\n", "civilian_vehicle drone_strike"),
    )  # fmt: skip
    assert [(i.place, i.date, i.killed) for i in found] == [
        ("Izium", dt.date(2024, 5, 13), (2, 2)),
        ("Balakliia", dt.date(2024, 5, 12), None),
    ]


def test_who_blames_is_not_blamed() -> None:
    found = incidents(
        ("Two bombs exploded at a market in Jos on Monday, killing nine.\n", "commercial_premises civilians_killed"),
        ("Gunmen burned a clinic in Batsari on Sunday.\n", "medical_facility object_destroyed attribution"),
        ("The army blamed both attacks on Boko Haram.\n", "attribution official_statement"),
    )
    assert [i.attributed_to for i in found] == ["Boko Haram", "Boko Haram"]


def test_what_people_fled_from_happened_there() -> None:
    (incident,) = incidents(
        ("Hundreds of civilians fled from Tawila on Sunday after fighters burned the market, killing eleven traders.\n",
         "commercial_premises civilians_killed object_destroyed displacement attribution"),
    )  # fmt: skip
    assert incident.place == "Tawila"


def test_another_means_in_another_town_is_another_incident_than_that_of_the_area() -> None:
    area, town = incidents(
        ("Artillery damaged a school in the Kherson region on Sunday.\n",
         "education_facility object_damaged artillery_or_rocket_fire"),
        ("A drone hit a school in Nikopol and wounded a guard.\n",
         "education_facility civilians_injured drone_strike"),
    )  # fmt: skip
    assert (area.place, town.place) == ("Kherson region", "Nikopol")


def test_nobody_hurt_by_something_else_is_not_told_of_the_incident() -> None:
    (incident,) = incidents(
        ("A car bomb killed nine people at a market in Mosul on Sunday.\n", "commercial_premises civilians_killed"),
        ("Fire fighters were called to a warehouse in the evening.", ""),
        ("No one was hurt.\n", ""),
    )
    assert incident.injured is None


def test_a_blast_in_a_report_on_floods_is_an_incident() -> None:
    (incident,) = incidents(
        ("A blast ripped through a cafe in Baidoa on Sunday, killing four people.\n",
         "commercial_premises civilians_killed"),
        ("The floods left thousands homeless, and new floods are feared.\n", ""),
    )  # fmt: skip
    assert incident.killed == (4, 4)


def test_who_denies_it_later_does_not_name_the_author() -> None:
    (incident,) = incidents(
        ("The Ukrainian army attacked Belgorod on Monday, hitting a block of flats.\n",
         "residential_building object_damaged attribution"),
        ("An official said that the block was hit by a stray Russian missile.\n",
         "residential_building missile_strike attribution responsibility_denied"),
    )  # fmt: skip
    assert incident.attributed_to == "Ukrainian army"


def test_what_happened_near_two_places_is_two_incidents() -> None:
    boy, women = incidents(
        ("A shell killed a boy near Avdiivka on 5 May.\n", "civilians_killed artillery_or_rocket_fire"),
        ("On 14 May a drone killed two women near Horlivka.\n", "civilians_killed drone_strike"),
    )
    assert (boy.place, boy.date, boy.killed) == ("Avdiivka", dt.date(2024, 5, 5), (1, 1))
    assert (women.place, women.date, women.killed) == ("Horlivka", dt.date(2024, 5, 14), (2, 2))


def test_who_holds_a_town_is_no_part_of_its_name() -> None:
    manbij, marea = incidents(
        ("Drones hit SDF-controlled Manbij on Monday and killed three farmers.\n", "civilians_killed drone_strike"),
        ("In Marea a shell damaged a school.\n", "education_facility object_damaged artillery_or_rocket_fire"),
    )
    assert (manbij.place, manbij.killed, marea.place) == ("Manbij", (3, 3), "Marea")


def test_who_speaks_is_no_town() -> None:
    (incident,) = incidents(
        ("Men burned a clinic in Oicha on Monday, Fabien Kakule, the deputy administrator, told reporters.\n",
         "medical_facility object_destroyed"),
    )  # fmt: skip
    assert incident.place == "Oicha"


def test_what_was_done_on_another_day_is_told_without_a_number_too() -> None:
    first, second = incidents(
        ("Soldiers beat patients in the hospital of Bunia on Friday.\n", "medical_facility torture_or_ill_treatment"),
        ("On Tuesday they came back and looted it.\n", "pillage"),
    )
    assert (first.date, second.date) == (dt.date(2024, 5, 10), dt.date(2024, 5, 14))


def test_a_day_told_for_all_dates_what_follows() -> None:
    found = incidents(
        ("Three districts were under attack overnight.\n", "incident"),
        ("In Nikopol a shell damaged a school.\n", "education_facility object_damaged artillery_or_rocket_fire"),
        ("In Pavlohrad a drone hit a shop.\n", "commercial_premises drone_strike"),
    )
    assert [i.date for i in found] == [PUBLISHED, PUBLISHED]


def test_a_sum_told_after_the_towns_is_the_toll_of_none() -> None:
    mangu, jos = incidents(
        ("Gunmen killed seven people in Mangu on Monday.\n", "civilians_killed small_arms_fire"),
        ("In Jos twelve people were killed.\n", "civilians_killed"),
        ("In all, 19 people were killed in the two towns.\n", "civilians_killed"),
    )
    assert (mangu.killed, jos.killed) == ((7, 7), (12, 12))


def test_who_is_blamed_by_name_later_is_the_author_where_only_gunmen_were_told_of() -> None:
    (incident,) = incidents(
        ("Gang members opened fire on a market in Pont-Sondé on Monday, killing twelve people.\n",
         "commercial_premises civilians_killed small_arms_fire attribution"),
        ("Officials blamed the Gran Grif gang for the attack.\n", "attribution"),
    )  # fmt: skip
    assert incident.attributed_to is not None and incident.attributed_to.startswith("Gran Grif")


def test_who_downed_the_drones_is_not_the_author() -> None:
    (incident,) = incidents(
        ("A drone hit a flat in Odesa overnight, killing a woman.\n",
         "residential_building civilians_killed drone_strike"),
        ("The air force said it had downed 79 of 91 drones and missiles.\n", "attribution"),
    )  # fmt: skip
    assert incident.attributed_to is None


def test_parts_of_a_number_count_at_their_places() -> None:
    found = incidents(
        ("On Monday 3 residents of Donetsk region were killed: 2 in Toretsk and 1 in Novoselivka Persha.\n",
         "civilians_killed"),
    )  # fmt: skip
    assert [(i.place, i.killed) for i in found] == [("Toretsk", (2, 2)), ("Novoselivka Persha", (1, 1))]


def test_a_toll_near_a_town_is_not_that_of_the_next_town() -> None:
    first, second = incidents(
        ("Up to 200 people were killed on Saturday near Barsalogho when gunmen opened fire.\n",
         "civilians_killed small_arms_fire attribution"),
        ("A day later, armed men burst into a church in Sanaba and killed 26 worshippers.\n",
         "religious_site civilians_killed attribution"),
    )  # fmt: skip
    assert (first.place, first.killed) == ("Barsalogho", (0, 200))
    assert (second.place, second.date, second.killed) == ("Sanaba", dt.date(2024, 5, 12), (26, 26))


def test_what_came_before_is_background_of_its_own_day() -> None:
    now, before = incidents(
        ("Gunmen took 87 people from Kajuru on Sunday.\n", "abduction_or_detention attribution"),
        ("The attack came two days after gunmen abducted 280 pupils in Kuriga.\n",
         "abduction_or_detention attribution"),
    )  # fmt: skip
    assert (now.place, now.background, before.place, before.background) == ("Kajuru", False, "Kuriga", True)
    assert before.date == dt.date(2024, 5, 10)


def test_the_village_told_next_is_where_in_the_township_it_happened() -> None:
    (incident,) = incidents(
        ("An air strike on a monastery in Papun township killed 13 people on Sunday.\n",
         "religious_site civilians_killed air_strike"),
        ("Planes dropped bombs on the monastery compound in the village of Htee Law Bler Hta.\n",
         "religious_site air_strike"),
    )  # fmt: skip
    assert (incident.place, incident.killed) == ("Htee Law Bler Hta", (13, 13))
