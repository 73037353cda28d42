from __future__ import annotations

import pytest

from ihlclass.incidents.figures import find_figures
from ihlclass.incidents.tolls import added, combine


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("At least ten people were killed and more than 20 injured.", (10, None), (21, None)),
        ("Shelling killed 3 and wounded 12.", (3, 3), (12, 12)),
        ("The blast killed a 45-year-old woman and her 12-year-old son.", (2, 2), None),
        ("One person was killed and another injured.", (1, 1), (1, 1)),
        ("Two boys were killed and a third was injured.", (2, 2), (1, 1)),
        ("The bomb killed its 52-year-old owner, and several people were injured.", (1, 1), (2, None)),
        ("In Karmiel a postman was injured by splinters.", None, (1, 1)),
        ("A street sweeper of 58 years was killed.", (1, 1), None),
        ("A mother and child were killed.", (2, 2), None),
        ("It caused the martyrdom of two citizens and the injury of 11.", (2, 2), (11, 11)),
        ("A bomb killed 17 people. Two boys were among the dead.", (17, 17), None),
        ("The blast killed a tree of 10 years.", None, None),
        ("Seven were killed, two of them novices aged 10 and 13, and 12 others were injured.", (7, 7), (12, 12)),
        ("Between 5 and 7 civilians died.", (5, 7), None),
        ("Several residents were wounded.", None, (2, None)),
        ("Dozens were killed.", (24, None), None),
        ("Two men died in the blast.", (2, 2), None),
        ("Two farmers, a father and his son, were killed.", (2, 2), None),
        ("Nine people, four of them children, were killed and a teacher was wounded.", (9, 9), (1, 1)),
        ("Seventeen were killed, the governor said; residents speak of 43 dead.", (17, 43), None),
        ("At least four people were killed. A surgeon counted seven bodies.", (4, None), None),
        ("One man, a night watchman, was killed.", (1, 1), None),
        ("A member of the town council was shot dead.", (1, 1), None),
        ("Six men were killed and 38 of the 60 drones were shot down.", (6, 6), None),
        ("Thirty of the dead have been named.", (30, 30), None),
        ("Forty people were hurt. Three people were in hospital.", None, (40, 40)),
        ("Two men were shot by soldiers in Nablus.", (2, 2), None),
        ("Two women were injured by troops who opened fire.", None, (2, 2)),
        ("The bodies of 12 people were pulled from the rubble.", (12, 12), None),
        ("Two men, 4 women and 3 children were killed.", (9, 9), None),
        ("Nine people were killed: six men and three women.", (9, 9), None),
        ("Five people were killed — two of them children — and 3 wounded.", (5, 5), (3, 3)),
        ("At least two men and a child were killed.", (3, None), None),
        ("Two people died at 10 a.m. when a shell hit the market.", (2, 2), None),
        ("Two teachers shot the day before have died.", (2, 2), None),
        ("Two thousand people were killed.", (2000, 2000), None),
        ("Half a dozen civilians were killed.", (6, 6), None),
        ("Twenty-two-year-old Ahmad Said was shot dead.", (1, 1), None),
        ("Eight were killed, bringing the toll to 31.", (8, 31), None),
        ("Five people were killed in the morning! Seven people were killed, doctors said!", (5, 7), None),
        ("Four people were killed in Sumy, officials said, and three in Kharkiv.", (7, 7), None),
        ("A drone hit a courtyard. Two women, 52 and 67, and a man, 49, were injured.", None, (3, 3)),
        ("The rocket killed two men, 34 and 40, in the yard.", (2, 2), None),
        ("Three children, 4, 7 and 9, were killed.", (3, 3), None),
        ("There was no warning and casualties had to wait an hour for help after the shelling.", None, None),
        ("No one has claimed the deadly attack on the market, which killed six people.", (6, 6), None),
        ("No one knows who killed the priest.", (1, 1), None),
        ("Nobody in the building was hurt.", (0, 0), (0, 0)),
        ("Shells hit a homestead, killing 40 goats and two shepherds.", (2, 2), None),
        ("The air strike killed 14 bandits and five villagers.", (5, 5), None),
        ("A missile hit a block of flats. Of the 12 people killed, three were children.", (12, 12), None),
        ("Of the 20 people wounded in the shelling, four are in a critical condition.", None, (20, 20)),
        ("Of the 40 passengers, 12 were killed by the shell.", (12, 12), None),
        ("Four men were shot down by soldiers outside a mosque.", (4, 4), None),
        ("Of 30 drones, 24 were shot down; two people died.", (2, 2), None),
        ("The shelling caused the deaths of one man and two women.", (3, 3), None),
        ("A mother of three small children was shot dead.", (1, 1), None),
        ("Two more bodies were pulled from the rubble; this brought the death toll to 16.", (16, 16), None),
        (
            "Shelling killed two people at the market, the governor reported, while three others died at a bus stop.",
            (5, 5),
            None,
        ),
        ("Two women died at 14 Pushkin Street when a rocket hit the yard.", (2, 2), None),
        ("Two men of 38 and 62 were wounded.", None, (2, 2)),
        ("Men aged 25, 33 and 48 were killed by a mine.", (3, 3), None),
        ("Shelling killed two people, 34 were wounded.", (2, 2), (34, 34)),
        ("More than 20 were hurt in the attack. Six of them are in critical condition.", None, (21, None)),
        ("The strike wounded 25, 9 of whom were hospitalised.", None, (25, 25)),
        ("Several residents were wounded and a dozen are missing.", None, (2, None)),
        ("Three people were injured and eight detained by the soldiers.", None, (3, 3)),
        ("The five men were abducted and later shot dead.", (5, 5), None),
        ("He succumbed to his injuries on Friday after the shelling.", (1, 1), None),
        ("The bodies of a man, his wife and their four children were recovered after the strike.", (6, 6), None),
        ("The strike killed as many as 100 people, including at least 30 children.", (30, 100), None),
        ("Two journalists and an officer were among the five people who died in the strike.", (5, 5), None),
        ("A girl is among eight people injured in the shelling.", None, (8, 8)),
        ("The family escaped unharmed.", (0, 0), (0, 0)),
        ("The strike killed 15 people, up from 12 on Sunday.", (15, 15), None),
        ("Channel 7 named the 12 farmers killed in the strike.", (12, 12), None),
        ("A drone hit a bus without injuring anyone.", (0, 0), (0, 0)),
        (
            "Nine people were wounded by the shell; three were killed. One of the wounded, a 9-year-old girl, later died.",
            (3, 4),
            (9, 9),
        ),
        ("Nobody was injured.", (0, 0), (0, 0)),
        ("A nurse was killed.", (1, 1), None),
        ("41 bodies were pulled from the rubble.", (41, 41), None),
        ("Seven people were killed, among them three children.", (7, 7), None),
        ("At least seven people, two of them newborns, were killed.", (7, None), None),
        ("Eleven soldiers were killed.", None, None),
        ("The town has 12,000 inhabitants and 3 schools.", None, None),
        ("School No. 12 was hit at 3 p.m.", None, None),
        ("The market was hit on 14 May 2024.", None, None),
        ("Four people two of them nurses died and more than six people were injured.", (4, 4), (7, None)),
        ("3-5 people were wounded.", None, (3, 5)),
        ("Up to 3-5 people were wounded.", None, (0, 5)),
        ("At least 3-5 people were wounded.", None, (3, None)),
        ("½ of the villagers were killed.", (1, None), None),
        ("A dozen and a half people were hurt.", None, (18, 18)),
        ("Two and a half dozen people were killed.", (30, 30), None),
        ("In 2019-2020 people were killed.", (1, None), None),
        ("From 2-3 May 4 people were killed.", (4, 4), None),
        ("Killed: 3. Injured: 15.", (3, 3), (15, 15)),
        ("Wounded | 7 | killed | 2", (2, 2), (7, 7)),
        ("An old man and a girl of 6 were wounded.", None, (2, 2)),
        ("Two women, aged 40 and 52, were wounded.", None, (2, 2)),
        ("Three men and two women were killed.", (5, 5), None),
        ("Forty people were killed or injured.", (0, 40), (0, 40)),
        ("Four residents were taken to hospital.", None, (4, 4)),
        ("Six people were treated for burns.", None, (6, 6)),
        ("Fourteen villagers needed medical care.", None, (14, 14)),
        ("Five bodies were taken to hospital.", None, None),
        ("At least 12 people were injured. Two residents were taken to hospital.", None, (12, None)),
        ("A mortar shell fell on the lawn but only caused injuries.", (0, 0), (1, None)),
        ("No people were killed.", (0, 0), None),
        ("No dead, no injured.", (0, 0), (0, 0)),
        ("There are no killed or injured.", (0, 0), (0, 0)),
        ("Sixteen martyrs and nine wounded were counted.", (16, 16), (9, 9)),
        ("The blast tore through the hall, killing two patients and a nurse.", (3, 3), None),
        ("A woman and her six children, the youngest two, were killed.", (7, 7), None),
        ("Seven people, including three children, lost their lives.", (7, 7), None),
        ("Gunmen shot dead six herders.", (6, 6), None),
        ("Two men shot dead a teacher.", (1, 1), None),
        ("A saleswoman was wounded.", None, (1, 1)),
        ("Wounded – 7. Killed – 2.", (2, 2), (7, 7)),
        ("At least 214 houses out of some 560 burned down.", None, None),
        ("At least 1,617 people were killed between January and March.", None, None),
        ("Thirty-one others were injured.", None, (31, 31)),
        ("Firemen carried out two bodies.", (2, 2), None),
        ("The list at the town hall has 27 names.", (27, 27), None),
        ("A thirteenth victim, a baker, has died.", (13, 13), None),
        ("A third house burnt down.", None, None),
        ("Four people were killed; by noon the governor spoke of six.", (4, 6), None),
        ("Four people were killed; the governor spoke of 60 houses.", (4, 4), None),
        ("Four people were killed; the governor spoke of 600.", (4, 4), None),
        ("Nine people were killed. Two of the wounded died in the night.", (9, 11), None),
        ("The number of dead has become fifteen.", (15, 15), None),
        ("The wounded are 12.", None, (12, 12)),
        ("The blast killed the watchman.", (1, 1), None),
        ("The caretaker, Ivo Example, 58, was slightly injured.", None, (1, 1)),
        ("A Ruritanian driver was wounded.", None, (1, 1)),
        ("Nobody is dead.", (0, 0), None),
        ("At least ten civilians and about twenty soldiers died.", (10, None), None),
        ("More than a hundred people were injured.", None, (101, None)),
        ("Shells killed five people and wounded 19 in the town.", (5, 5), (19, 19)),
        ("How many died is not known.", None, None),
        ("Six men, four women and two novices died in the blast.", (12, 12), None),
        ("Gunmen killed Ivo Example, 34, and his wife.", (2, 2), None),
        ("Mira Example, 40, baker, was killed with her two sons.", (3, 3), None),
        ("A mother and her twin sons were burnt to death.", (3, 3), None),
        ("The councillor of the river district was assassinated.", (1, 1), None),
        ("Eight herders, seized near the ford, were taken out and shot.", (8, 8), None),
        ("A clerk of 54 was killed in her yard and two porters were hurt.", (1, 1), (2, 2)),
        ("A saleswoman was killed and her son, nine years old, was wounded in the leg.", (1, 1), (1, 1)),
        ("A porter was shot in the knee.", None, (1, 1)),
        ("The raid led to the martyrdom of a citizen and the wounding of two pickers.", (1, 1), (2, 2)),
        ("The attack cost ten lives.", (10, 10), None),
        ("Some twenty drivers and volunteers died.", (20, 20), None),
        ("Gunmen killed 6, newborns and a midwife included.", (6, 6), None),
        ("Eleven of his goats were killed.", None, None),
        ("Two dead so far at the hostel.", (2, None), None),
        ("A colonel's driver lost a leg.", None, (1, 1)),
        ("Mushroom poisoning: 9 dead, 61 treated.", None, None),
        ("The mission verified the deaths of 174 civilians in May.", None, None),
        ("The committee said that a guard was not killed.", None, None),
        ("Soldiers of the guard were killed.", None, None),
        (
            "They first put the number of dead at 11 and later raised it to 14, among them five children.",
            (11, 14),
            None,
        ),
        ("The regional administration first gave four wounded and on Saturday seven.", None, (4, 7)),
        ("Crews pulled out two more bodies, bringing the number of people killed to 11.", (11, 11), None),
        ("Bombs on a market kill 19 people BEIRUT - Warplanes struck a market, killing 19 people.", (19, 19), None),
        ("Of the drones, 61 of them were shot down and 18 did not reach the targets.", None, None),
        ("The hospital registered 38 dead.[13] More than 60 people were injured.[2]", (38, 38), (61, None)),
        ("Dead are Sabah (34) and her children Rim (10), Hazem (8) and Loujain (1).", (1, None), None),
        ("A woman of 68 years was injured by glass.", None, (1, 1)),
        ("There were neither dead nor injured.", (0, 0), (0, 0)),
        ("Several people were injured and 22 shelters were destroyed.", None, (2, None)),
        ("Six people did not reach hospital alive.", (6, 6), None),
        ("Two people did not reach the shelter and were killed.", (2, 2), None),
        ("Two of the drones did not reach their targets. Three people were killed.", (3, 3), None),
        ("Three people were killed; neither of the victims was armed.", (3, 3), None),
        ("Neither side reported casualties.", None, None),
        ("Eight people were killed at the market in Izium and eight people were killed at the school.", (16, 16), None),
        ("Ten killed in Homs blast Ten people were killed in a blast.", (10, 10), None),
        ("Four people were killed on Monday and on Tuesday three people were killed.", (7, 7), None),
        ("[15] people were killed.", (15, 15), None),
        ("Killed (3), injured (10).", (3, 3), (10, 10)),
        ("A nurse and her five years old granddaughter were killed.", (2, 2), None),
    ],
)
def test_figures(text: str, killed: tuple[int, int | None] | None, injured: tuple[int, int | None] | None) -> None:
    figures = find_figures(text)
    assert combine(added(figures), "killed") == killed
    assert combine(added(figures), "injured") == injured


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Five people were killed and a baby was among the wounded.", "count"),
        ("Shelling killed 17 people and a baby was among the dead.", "count"),
        ("Two men were killed and three children were among the injured.", "count"),
        ("Two members of the Civil Defense were among those killed.", "part"),
    ],
)
def test_who_is_among_the_dead_is_a_part_of_them(text: str, kind: str) -> None:
    assert next(f.kind for f in find_figures(text) if f.harm == "killed") in (
        kind,
        "group" if kind == "count" else kind,
    )


def test_accounts_that_differ_give_the_interval_that_covers_them() -> None:
    figures = [
        *find_figures("Five people were killed, the mayor said."),
        *find_figures("A doctor said that 8 people were killed."),
    ]
    assert combine(figures, "killed") == (5, 8)


def test_the_same_figure_twice_counts_once() -> None:
    figures = [*find_figures("Five people were killed."), *find_figures("The five people killed were traders.")]
    assert combine(figures, "killed") == (5, 5)


def test_war_totals_are_left_out() -> None:
    assert combine(find_figures("More than 30,000 people have been killed since the war began."), "killed") is None


@pytest.mark.parametrize(
    "text",
    [
        "A study counted 61,000 dead, four in five of them civilians.",
        "The office says that 812 civilians have been killed since 2014.",
        "Killed since March 2019: 1,350.",
        "It puts the number of civilians killed since the full-scale invasion at more than 9,400.",
    ],
)
def test_sums_over_a_war_are_no_toll(text: str) -> None:
    assert {figure.kind for figure in find_figures(text)} == {"total"}
    assert combine(find_figures(text), "killed") is None


def test_the_deadliest_since_is_a_toll() -> None:
    found = find_figures("The strike killed 31 people, the deadliest attack on the city since the invasion.")
    assert combine(found, "killed") == (31, 31)


def test_plain_numbers_of_like_size_are_combined() -> None:
    text = "A couple of people are feared dead in Velin. Several people were killed in Orlovo."
    assert combine(find_figures(text), "killed") is not None


@pytest.mark.parametrize(
    "text", ["ſeveral people were killed", "ſix dozen people were killed", "The sıxth victim died"]
)
def test_letters_that_pass_for_others_are_no_fault(text: str) -> None:
    find_figures(text)
