"""Which claims of a story are of one thing: a table of what meets and what stays apart, by the words around the numbers."""

from __future__ import annotations

import pytest

from schemas.records import Claim
from tests.said import groups, say


@pytest.mark.parametrize(
    ("name", "claims", "expected"),
    [
        (
            "children and people",
            [
                say("a", "The quake killed 12 people.", "12", 12, event="kill"),
                say("b", "The quake killed 15 people.", "15", 15, event="kill"),
                say("a", "Four children were killed in a school.", "Four", 4, what="children", what_head="child", event="kill"),
                say("b", "Six children were killed in a school.", "Six", 6, what="children", what_head="child", event="kill"),
            ],
            [{"a 12", "b 15"}, {"a Four", "b Six"}],
        ),
        (
            "this quake and an earlier one",
            [
                say("a", "The quake killed 12 people.", "12", 12, event="kill"),
                say("b", "The quake killed 15 people.", "15", 15, event="kill"),
                say("a", "In December 2003 a quake in Arden killed 900 people.", "900", 900, event="kill"),
                say("b", "A quake killed 1,100 people in Arden in 2003.", "1,100", 1100, event="kill"),
            ],
            [{"a 12", "b 15"}, {"a 900", "b 1,100"}],
        ),
        (
            "two earlier ones",
            [
                say("a", "In December 2003 a quake in Arden killed 900 people.", "900", 900, event="kill"),
                say("b", "A quake killed 1,100 people in Arden in 2003.", "1,100", 1100, event="kill"),
                say("a", "In June 2010 a quake in Belton killed 30 people.", "30", 30, event="kill"),
                say("c", "In June 2010 a quake killed 33 people.", "33", 33, event="kill"),
            ],
            [{"a 30", "c 33"}, {"a 900", "b 1,100"}],
        ),
        (
            "dollars and euros",
            [
                say("a", "Thieves stole jewels worth $2 million.", "$2 million", 2e6, unit="USD", what="jewels", what_head="jewel", event="steal"),
                say("b", "Thieves stole jewels worth $3 million.", "$3 million", 3e6, unit="USD", what="jewels", what_head="jewel", event="steal"),
                say("c", "Thieves stole jewels worth 2 million euros.", "2 million euros", 2e6, unit="EUR", what="jewels", what_head="jewel", event="steal"),
                say("d", "Thieves stole jewels worth 2 million euros.", "2 million euros", 2e6, unit="EUR", what="jewels", what_head="jewel", event="steal"),
            ],
            [{"a $2 million", "b $3 million"}, {"c 2 million euros", "d 2 million euros"}],
        ),
        (
            "main shock and aftershock",
            [
                say("a", "A magnitude 6.1 quake struck.", "6.1", 6.1, unit="magnitude", what="quake", what_head="quake", event="strike"),
                say("b", "The quake had a magnitude of 6.3.", "6.3", 6.3, unit="magnitude", what="magnitude", what_head="magnitude", event="have"),
                say("a", "An aftershock of magnitude 4.5 followed.", "4.5", 4.5, unit="magnitude", what="aftershock", what_head="aftershock", event="follow"),
                say("b", "An aftershock measured magnitude 4.5.", "4.5", 4.5, unit="magnitude", what="aftershock", what_head="aftershock", event="measure"),
            ],
            [{"a 4.5", "b 4.5"}, {"a 6.1", "b 6.3"}],
        ),
        (
            "distances from two towns",
            [
                say("a", "It struck 14 miles north of Arden.", "14 miles", 14, unit="mile", what="It", what_head=None, event="strike"),
                say("b", "It struck 16 miles north of Arden.", "16 miles", 16, unit="mile", what="It", what_head=None, event="strike"),
                say("a", "It struck 30 miles south of Belton.", "30 miles", 30, unit="mile", what="It", what_head=None, event="strike"),
                say("b", "It struck 33 miles south of Belton.", "33 miles", 33, unit="mile", what="It", what_head=None, event="strike"),
            ],
            [{"a 14 miles", "b 16 miles"}, {"a 30 miles", "b 33 miles"}],
        ),
        (
            "level and change",
            [
                say("a", "Troops sent to the border: 11,000 soldiers.", "11,000", 11000, what="soldiers", what_head="soldier", event="send"),
                say("b", "It sent 12,000 soldiers to the border.", "12,000", 12000, what="soldiers", what_head="soldier", event="send"),
                say("c", "It sent 3,000 more soldiers to the border.", "3,000", 3000, what="soldiers", what_head="soldier", event="send", aspect="change"),
                say("d", "It sent 3,000 more soldiers to the border.", "3,000", 3000, what="soldiers", what_head="soldier", event="send", aspect="change"),
            ],
            [{"a 11,000", "b 12,000"}, {"c 3,000", "d 3,000"}],
        ),
        (
            "one article's two numbers of one thing are two things",
            [
                say(x, f"During the raid {six} rifles were seized by officers.", six, 6, what="rifles", what_head="rifle", event="seize")
                for x, six in (("a", "six"), ("b", "six"), ("c", "six"))
            ]
            + [
                say(x, "So far this year 14 rifles were seized by officers.", "14", 14, what="rifles", what_head="rifle", event="seize", sentence_start=200)
                for x in "abc"
            ],
            [{"a 14", "b 14", "c 14"}, {"a six", "b six", "c six"}],
        ),
        (
            "two sources of one sentence are one figure",
            [
                say(
                    x,
                    "Arden put the magnitude at 5.9, but the survey said 6.1.",
                    n,
                    float(n),
                    unit="magnitude",
                    what="magnitude",
                    what_head="magnitude",
                    event="put",
                    source=who,
                    source_id=who,
                    source_status="named",
                )
                for x in "ab"
                for n, who in (("5.9", "arden"), ("6.1", "survey"))
            ],
            [{"a 5.9", "a 6.1", "b 5.9", "b 6.1"}],
        ),
        (
            "another country's quake in passing",
            [
                say("a", "The quake killed 12 people in Iran.", "12", 12, event="kill", place="Iran"),
                say("b", "The quake killed 15 people in southern Iran.", "15", 15, event="kill", place="Iran"),
                say("b", "On Saturday 40 people were killed by a quake in China.", "40", 40, event="kill", place="China", sentence_start=200),
            ],
            [{"a 12", "b 15"}],
        ),
        (
            "another country's city in passing",
            [
                say("a", "The quake killed 12 people in Iran.", "12", 12, event="kill", place="Iran"),
                say("b", "The quake killed 15 people in southern Iran.", "15", 15, event="kill", place="Iran"),
                say("c", "Another quake killed 40 people in Chongqing.", "40", 40, event="kill", place="Chongqing"),
            ],
            [{"a 12", "b 15"}],
        ),
        (
            "a crowd is one figure, whoever counts it",
            [
                say("a", "Police put the crowd at 40,000.", "40,000", 40000, what="crowd", what_head="crowd", event="put"),
                say("b", "Some 150,000 people took part, organisers said.", "150,000", 150000, event="take part"),
                say("c", "Police detained 17 people.", "17", 17, event="detain"),
                say("d", "Seventeen people were arrested.", "Seventeen", 17, event="arrest"),
            ],
            [{"a 40,000", "b 150,000"}, {"c 17", "d Seventeen"}],
        ),
        (
            "bodies found are what the toll grew by",
            [
                say("a", "The strike killed 9 people.", "9", 9, event="kill"),
                say("b", "The death toll rose to 11 after 2 bodies were found.", "11", 11, what="death toll", what_head="toll", event="rise"),
                say("b", "The death toll rose to 11 after 2 bodies were found.", "2", 2, what="bodies", what_head="body", event="find"),
            ],
            [{"a 9", "b 11"}],
        ),
        (
            "who was taken to hospital is not all who were hurt",
            [
                say("a", "The quake injured 50 people.", "50", 50, event="injure"),
                say("b", "The quake injured 60 people.", "60", 60, event="injure"),
                say("a", "Another 7 injured were taken to hospitals.", "7", 7, what="injured", what_head="injured", event="take"),
            ],
            [{"a 50", "b 60"}],
        ),
        (
            "jobs that go, in any words, and the union's number in the same breath",
            [
                say("a", "Ardex will axe 900 positions.", "900", 900, what="positions", what_head="position", event="axe"),
                say("b", "Ardex is to eliminate 900 roles.", "900", 900, what="roles", what_head="role", event="eliminate"),
                say("c", "It will cost 1,400 jobs, not the 900 it admits to.", "1,400", 1400, what="jobs", what_head="job", event="cost"),
                say("c", "It will cost 1,400 jobs, not the 900 it admits to.", "900", 900, what="jobs", what_head="job", event="cost"),
            ],
            [{"a 900", "b 900", "c 1,400", "c 900"}],
        ),
        (
            "a town and the whole country, though both are named everywhere",
            [
                say("a", "The heat killed 60 people in Arden.", "60", 60, event="kill", place="Arden"),
                say("a", "In the town of Belton 22 people died.", "22", 22, event="die", place="Belton", sentence_start=100),
                say("b", "The heat killed 75 people in Arden.", "75", 75, event="kill", place="Arden"),
                say("b", "In the town of Belton 31 people died.", "31", 31, event="die", place="Belton", sentence_start=100),
                say("c", "In Belton 40 people have died.", "40", 40, event="die", place="Belton"),
            ],
            [{"a 22", "b 31", "c 40"}, {"a 60", "b 75"}],
        ),
        (
            "a date in an aside that has a number of its own is that number's",
            [
                say("a", "Ardex puts the cost at $8 million.", "$8 million", 8e6, unit="USD", what="cost", what_head="cost", event="put"),
                say(
                    "b",
                    "Ardex, which paid a $1 million fine in 2017, puts the cost at $9 million.",
                    "$9 million",
                    9e6,
                    unit="USD",
                    what="cost",
                    what_head="cost",
                    event="put",
                ),
            ],
            [{"a $8 million", "b $9 million"}],
        ),
        (
            "others who are missing are no part of the dead",
            [
                say("a", "The ferry sank, killing 12 people.", "12", 12, event="kill"),
                say("a", "Some 70 others were unaccounted for.", "70", 70, what="others", what_head="other", event="miss", sentence_start=36),
                say("b", "Rescuers look for 48 missing passengers.", "48", 48, what="missing passengers", what_head="passenger", event="miss"),
            ],
            [{"a 70", "b 48"}],
        ),
        (
            "children of the dead",
            [
                say("a", "Divers found 17 bodies, among them five children.", "17", 17, what="bodies", what_head="body", event="find"),
                say("a", "Divers found 17 bodies, among them five children.", "five", 5, what="children", what_head="child", event=None),
                say("b", "Divers found 19 bodies.", "19", 19, what="bodies", what_head="body", event="find"),
                say("b", "Nine of the victims were children.", "Nine", 9, what="victims", what_head="victim", event=None, sentence_start=24),
            ],
            [{"a 17", "b 19"}, {"a five", "b Nine"}],
        ),
        (
            "protesters who were arrested are people who were arrested",
            [
                say("a", "Police arrested 23 people.", "23", 23, event="arrest"),
                say("b", "Police detained 31 protesters.", "31", 31, what="protesters", what_head="protester", event="detain"),
            ],
            [{"a 23", "b 31"}],
        ),
        (
            "as far from one town as from another",
            [
                say("a", "It struck six miles west of Arden.", "six miles", 6, unit="mile", what="It", what_head=None, event="strike"),
                say("b", "It struck six miles west of Belton.", "six miles", 6, unit="mile", what="It", what_head=None, event="strike"),
            ],
            [],
        ),
        (
            "whom the fire injured it did not kill",
            [
                say("a", "The fire claimed two lives and injured 13 firefighters.", "13", 13, what="firefighters", what_head="firefighter", event="injure"),
                say("b", "Nine firefighters were injured.", "Nine", 9, what="firefighters", what_head="firefighter", event="injure"),
            ],
            [{"a 13", "b Nine"}],
        ),
        (
            "shot dead is killed",
            [
                say("a", "He shot dead five people.", "five", 5, event="shoot"),
                say("b", "Six people were killed.", "Six", 6, event="kill"),
            ],
            [{"a five", "b Six"}],
        ),
        (
            "cables cut and cables damaged",
            [
                say("a", "Two cables snapped off Arden.", "Two", 2, what="cables", what_head="cable", event="snap"),
                say("b", "Four cables have been damaged.", "Four", 4, what="cables", what_head="cable", event="damage"),
            ],
            [{"a Two", "b Four"}],
        ),
        (
            "a depth, in words that share nothing but what is measured",
            [
                say("a", "It had a depth of 1.2 miles.", "1.2 miles", 1.2, unit="mile", what="depth", what_head="depth", event="have"),
                say("b", "The quake began one mile below ground.", "one mile", 1, unit="mile", what="quake", what_head="quake", event="begin"),
            ],
            [{"a 1.2 miles", "b one mile"}],
        ),
        (
            "feared dead is not dead",
            [
                say("a", "Some 90 people feared dead", "90", 90, event="die"),
                say("b", "The ferry sank, 17 people died.", "17", 17, event="die"),
                say("c", "The ferry sank, 31 people died.", "31", 31, event="die"),
            ],
            [{"b 17", "c 31"}],
        ),
        (
            "those without power are not the homeless",
            [
                say("a", "Some 27,000 are still without power.", "27,000", 27000, event="homeless"),
                say("b", "Some 50,000 people had no electricity.", "50,000", 50000, event="have"),
                say("b", "Some 20,000 people are homeless.", "20,000", 20000, event="homeless", sentence_start=60),
            ],
            [{"a 27,000", "b 50,000"}],
        ),
        (
            "so much land burnt",
            [
                say("a", "The fire has consumed 5,000 hectares.", "5,000 hectares", 5000, unit="hectare", what="fire", what_head="fire", event="consume"),
                say("b", "Flames destroyed 6,800 hectares of pine.", "6,800 hectares", 6800, unit="hectare", what="pine", what_head="pine", event="destroy"),
            ],
            [{"a 5,000 hectares", "b 6,800 hectares"}],
        ),
        (
            "prisoners killed are no prisoners held",
            [
                say("a", "At least 58 prisoners were killed.", "58", 58, what="prisoners", what_head="prisoner", event="kill"),
                say("b", "Some 68 people died in the riot.", "68", 68, event="die"),
                say("b", "The jail holds 8,500 prisoners.", "8,500", 8500, what="prisoners", what_head="prisoner", event="hold", sentence_start=40),
            ],
            [{"a 58", "b 68"}],
        ),
        (
            "money that is missing is lost, by any word",
            [
                say("a", "Some $400 million has vanished.", "$400 million", 4e8, unit="USD", what=None, what_head=None, event="vanish"),
                say("b", "Losses total $600 million.", "$600 million", 6e8, unit="USD", what="losses", what_head="loss", event="total"),
            ],
            [{"a $400 million", "b $600 million"}],
        ),
        (
            "the worst-hit villages, however they are called",
            [
                say("a", "He named the 12 worst - hit villages.", "12", 12, what="people", what_head="person", event="injure"),
                say("b", "Some seven villages were badly affected.", "seven", 7, what="villages", what_head="village", event="affect"),
            ],
            [{"a 12", "b seven"}],
        ),
        (
            "what came days after an earlier event is earlier too",
            [
                say("a", "Thieves stole jewels worth $3 million.", "$3 million", 3e6, unit="USD", what="jewels", what_head="jewel", event="steal"),
                say("b", "Thieves stole jewels worth $3.2 million.", "$3.2 million", 3.2e6, unit="USD", what="jewels", what_head="jewel", event="steal"),
                say(
                    "b",
                    "A month ago $9 million in jewels was stolen in Belton.",
                    "$9 million",
                    9e6,
                    unit="USD",
                    what="jewels",
                    what_head="jewel",
                    event="steal",
                    sentence_start=50,
                ),
                say(
                    "b",
                    "Days later a $4 million jewel was stolen.",
                    "$4 million",
                    4e6,
                    unit="USD",
                    what="jewel",
                    what_head="jewel",
                    event="steal",
                    sentence_start=300,
                ),
            ],
            [{"a $3 million", "b $3.2 million"}],
        ),
        (
            "two sources in two clauses",
            [
                say("a", "The blast killed 12 people; the union said 15 people died.", "12", 12, event="kill"),
                say(
                    "a",
                    "The blast killed 12 people; the union said 15 people died.",
                    "15",
                    15,
                    event="die",
                    source="union",
                    source_id="union",
                    source_status="named",
                ),
            ],
            [{"a 12", "a 15"}],
        ),
        (
            "firefighters at work, where every article has one number",
            [
                say("a", "Some 800 firefighters are battling it.", "800", 800, what="firefighters", what_head="firefighter", event="battle"),
                say("b", "More than 950 firefighters are there.", "950", 950, what="firefighters", what_head="firefighter", event=None),
            ],
            [{"a 800", "b 950"}],
        ),
        (
            "workers and people are one toll where no article counts both",
            [
                say("a", "The collapse killed 8 workers.", "8", 8, what="workers", what_head="worker", event="kill"),
                say("b", "At least 11 people died.", "11", 11, event="die"),
            ],
            [{"a 8", "b 11"}],
        ),
        (
            "workers are not all people where an article counts both",
            [
                say("a", "The collapse killed 8 workers.", "8", 8, what="workers", what_head="worker", event="kill"),
                say("b", "At least 11 people died.", "11", 11, event="die"),
                say("c", "The collapse killed 11 people and 9 workers.", "11", 11, event="kill"),
                say("c", "The collapse killed 11 people and 9 workers.", "9", 9, what="workers", what_head="worker", event="kill"),
            ],
            [{"a 8", "c 9"}, {"b 11", "c 11"}],
        ),
        (
            "shots in their many words are no bullets that hit",
            [
                say("a", "Guards squeezed off 14 rounds.", "14", 14, what="rounds", what_head="round", event="squeeze off"),
                say("b", "They fired 14 times.", "14 times", 14, what=None, what_head=None, event="fire"),
                say("a", "He was hit by 6 bullets.", "6", 6, what="bullets", what_head="bullet", event="hit"),
                say("b", "One shot struck him 6 times.", "6 times", 6, what=None, what_head=None, event="strike"),
            ],
            [{"a 14", "b 14 times"}, {"a 6", "b 6 times"}],
        ),
        (
            "an amount is of its noun, whatever the verb",
            [
                say("a", "The plan closes a $42 million deficit.", "$42 million", 42e6, unit="USD", what="deficit", what_head="deficit", event="close"),
                say("b", "The city faced a shortfall of $39 million.", "$39 million", 39e6, unit="USD", what="shortfall", what_head="shortfall", event="face"),
                say("b", "It bought a hall for $5 million.", "$5 million", 5e6, unit="USD", what="hall", what_head="hall", event="buy", sentence_start=50),
            ],
            [{"a $42 million", "b $39 million"}],
        ),
        (
            "each other's best match, and no third number",
            [
                say("a", "The laptop has an 80 gigabyte disk.", "80 gigabyte", 80, unit="gigabyte", what="disk", what_head="disk", event="have"),
                say("b", "It packs an 80 gigabyte drive.", "80 gigabyte", 80, unit="gigabyte", what="drive", what_head="drive", event="pack"),
                say("b", "With 2 gigabyte of memory.", "2 gigabyte", 2, unit="gigabyte", what="memory", what_head="memory", sentence_start=50),
            ],
            [{"a 80 gigabyte", "b 80 gigabyte"}],
        ),
        (
            "two prices that both articles give",
            [
                say("a", "The small model costs $1,799.", "$1,799", 1799, unit="USD", what="model", what_head="model", event="cost"),
                say("a", "The big model costs $3,098.", "$3,098", 3098, unit="USD", what="model", what_head="model", event="cost", sentence_start=50),
                say("b", "It is dear for $1,799.", "$1,799", 1799, unit="USD", what=None, what_head=None, event=None),
                say("b", "For the big one you pay $3,098.", "$3,098", 3098, unit="USD", what=None, what_head=None, event="pay", sentence_start=50),
            ],
            [{"a $1,799", "b $1,799"}, {"a $3,098", "b $3,098"}],
        ),
        (
            "a rise and a fall",
            [
                say(
                    "a",
                    "Shares of Orla leapt 28 per cent.",
                    "28 per cent",
                    0.28,
                    unit="share",
                    what="Shares",
                    what_head="share",
                    event="leap",
                    aspect="change",
                    change="up",
                ),
                say(
                    "b",
                    "Shares of Orla fell 25 per cent.",
                    "25 per cent",
                    0.25,
                    unit="share",
                    what="Shares",
                    what_head="share",
                    event="fall",
                    aspect="change",
                    change="down",
                ),
            ],
            [],
        ),
        (
            "the price of a share, however it is put",
            [
                say("a", "Norvia will pay $36.50 a share.", "$36.50", 36.5, unit="USD", per="share", what="Norvia", what_head="norvia", event="pay"),
                say("b", "Holders get $36.50 for each share.", "$36.50", 36.5, unit="USD", what="share", what_head="share", event="get"),
            ],
            [{"a $36.50", "b $36.50"}],
        ),
        (
            "an earlier event does not reach into the present perfect",
            [
                say("a", "In May 2003 the plant shipped 40 tonnes.", "40 tonnes", 40, unit="tonne", event="ship"),
                say("a", "More than 500 people have fallen ill.", "More than 500", (500, None), event="fall", sentence_start=41),
                say("b", "The outbreak made 620 people sick.", "620", 620, event="sicken"),
            ],
            [{"a More than 500", "b 620"}],
        ),
        (
            "jobs and the people who lose them",
            [
                say("a", "The bank will shed 4,000 jobs.", "4,000", 4000, what="jobs", what_head="job", event="shed"),
                say("b", "About 5,000 staff will be laid off.", "About 5,000", (4500, 5500), what="staff", what_head="staff", event="lay off"),
            ],
            [{"a 4,000", "b About 5,000"}],
        ),
        (
            "who lives somewhere and how many it was built for",
            [
                say("a", "The jail was built for 300 inmates.", "300", 300, what="inmates", what_head="inmate", event="build"),
                say("b", "The jail houses 500 inmates.", "500", 500, what="inmates", what_head="inmate", event="house"),
            ],
            [],
        ),
        (
            "prisoners who escape are not detained",
            [
                say("a", "Six prisoners escaped.", "Six", 6, what="prisoners", what_head="prisoner", event="escape"),
                say("b", "Seven inmates tunnelled out of their cell.", "Seven", 7, what="inmates", what_head="inmate", event="tunnel out"),
                say("b", "Four men were arrested.", "Four", 4, what="men", what_head="man", event="arrest"),
            ],
            [{"a Six", "b Seven"}],
        ),
        (
            "so much of a substance",
            [
                say("a", "Some 900 litres of acid leaked.", "900 litres", 900, unit="litre", what="acid", what_head="acid", event="leak"),
                say("b", "Some 700 litres of acid had escaped.", "700 litres", 700, unit="litre", what="acid", what_head="acid", event="escape"),
            ],
            [{"a 900 litres", "b 700 litres"}],
        ),
        (
            "the losses of two armies",
            [
                say(
                    "a",
                    "The Tarvian army said 40 of its soldiers had been killed.",
                    "40",
                    40,
                    what="soldiers",
                    what_head="soldier",
                    event="kill",
                    source_id="tarvian-army",
                    source_status="named",
                ),
                say("b", "Some 300 Tarvian soldiers were killed, the enemy said.", "300", 300, what="Tarvian soldiers", what_head="soldier", event="kill"),
                say("c", "Norland had lost 90 men killed.", "90", 90, what="men", what_head="man", event="kill"),
                say("d", "At least 120 Norlander troops were killed.", "120", 120, what="Norlander troops", what_head="troop", event="kill"),
            ],
            [{"a 40", "b 300"}, {"c 90", "d 120"}],
        ),
        (
            "cases here and in the whole country",
            [
                say("a", "There are 41 cases in the county.", "41", 41, what="cases", what_head="case", event="infect"),
                say("a", "Nationwide, 124 cases have been recorded.", "124", 124, what="cases", what_head="case", event="record"),
                say("b", "The county has 58 cases.", "58", 58, what="cases", what_head="case", event="infect"),
                say("b", "The county has half of the country's 150 cases.", "150", 150, what="cases", what_head="case", event="have"),
            ],
            [{"a 124", "b 150"}, {"a 41", "b 58"}],
        ),
        (
            "a verb with its particle",
            [
                say("a", "Forty clerks will be let go.", "Forty", 40, what="clerks", what_head="clerk", event="let"),
                say("b", "The bank will lay off 45 clerks.", "45", 45, what="clerks", what_head="clerk", event="lay off"),
            ],
            [{"a Forty", "b 45"}],
        ),
        (
            "the real number",
            [
                say(
                    "a", "The mill will cut 200 jobs, it said.", "200", 200, what="jobs", what_head="job", event="cut", source_id="mill", source_status="named"
                ),
                say(
                    "a",
                    "The union said the real number was 260 with temporary posts.",
                    "260",
                    260,
                    event="count",
                    sentence_start=60,
                    source_id="union",
                    source_status="described",
                ),
                say("b", "The mill is to axe 200 posts.", "200", 200, what="posts", what_head="post", event="axe"),
            ],
            [{"a 200", "a 260", "b 200"}],
        ),
        (
            "a person whose name is a month, and a month to come",
            [
                say("a", "June Walter said 12 shops would close.", "12", 12, what="shops", what_head="shop", event="close"),
                say("b", "Some 14 shops will close in December.", "14", 14, what="shops", what_head="shop", event="close"),
            ],
            [{"a 12", "b 14"}],
        ),
        (
            "planes are no plans",
            [
                say("a", "The carrier has a fleet of 80 planes.", "80", 80, what="planes", what_head="plane", event="have"),
                say("b", "The council has 84 plans.", "84", 84, what="plans", what_head="plan", event="have"),
            ],
            [],
        ),
        (
            "a majority of votes",
            [
                say("a", "She won with a majority of 2,100.", "2,100", 2100, what="a majority", what_head="majority", event="win"),
                say("b", "The winner's margin was 2,300.", "2,300", 2300, what="margin", what_head="margin", event="be"),
            ],
            [{"a 2,100", "b 2,300"}],
        ),
        (
            "the votes of two candidates, and a recount",
            [
                say("a", "Ann Holm took 14,200 votes.", "14,200", 14200, what="votes", what_head="vote", event="take"),
                say("b", "Holm received 14,150 votes.", "14,150", 14150, what="votes", what_head="vote", event="receive"),
                say("b", "Carl Rossi came second with 5,300 votes.", "5,300", 5300, what="votes", what_head="vote", event="come"),
                say("c", "Rossi won 5,310 votes.", "5,310", 5310, what="votes", what_head="vote", event="win"),
            ],
            [{"a 14,200", "b 14,150"}, {"b 5,300", "c 5,310"}],
        ),
        (
            "two drugs of one haul",
            [
                say("a", "Officers seized 40 kilos of heroin.", "40 kilos", 40, unit="kilogram", what="heroin", what_head="heroin", event="seize"),
                say(
                    "a",
                    "They also seized 90 kilos of cocaine.",
                    "90 kilos",
                    90,
                    unit="kilogram",
                    what="cocaine",
                    what_head="cocaine",
                    event="seize",
                    sentence_start=60,
                ),
                say("b", "Police found 95 kilos of cocaine in the raid.", "95 kilos", 95, unit="kilogram", what="cocaine", what_head="cocaine", event="find"),
            ],
            [{"a 90 kilos", "b 95 kilos"}],
        ),
        (
            "an amount for each family",
            [
                say("a", "Each family will get $7,500 in compensation.", "$7,500", 7500, unit="USD", what="family", what_head="family", event="get"),
                say(
                    "b",
                    "Compensation of $8,100 a family was agreed.",
                    "$8,100",
                    8100,
                    unit="USD",
                    per="family",
                    what="compensation",
                    what_head="compensation",
                    event="agree",
                ),
            ],
            [{"a $7,500", "b $8,100"}],
        ),
        (
            "savings, yearly or annual",
            [
                say("a", "They expect to save $40 million a year.", "$40 million", 40e6, unit="USD", per="year", event="save"),
                say(
                    "b",
                    "They hope for annual savings of $40 million.",
                    "$40 million",
                    40e6,
                    unit="USD",
                    what="annual savings",
                    what_head="saving",
                    event="hope",
                ),
            ],
            [{"a $40 million", "b $40 million"}],
        ),
        (
            "the vaccinated and the others",
            [
                say("a", "Some 85% of patients had never been vaccinated.", "85%", 0.85, unit="share", what="patients", what_head="patient", event="vaccinate"),
                say("b", "Some 82% of patients were unvaccinated.", "82%", 0.82, unit="share", what="patients", what_head="patient", event="unvaccinated"),
                say("b", "In the town 78% of pupils are vaccinated.", "78%", 0.78, unit="share", what="pupils", what_head="pupil", event="vaccinate"),
            ],
            [{"a 85%", "b 82%"}],
        ),
        (
            "organisers spoke of more",
            [
                say(
                    "a",
                    "Police put the crowd at 8,000; organisers spoke of 20,000.",
                    "8,000",
                    8000,
                    what="the crowd",
                    what_head="crowd",
                    event="put",
                    source_id="police",
                    source_status="described",
                ),
                say(
                    "a",
                    "Police put the crowd at 8,000; organisers spoke of 20,000.",
                    "20,000",
                    20000,
                    what="organisers",
                    what_head="organiser",
                    event="speak",
                    source_id="organisers",
                    source_status="described",
                ),
                say("b", "Some 8,000 people marched.", "8,000", 8000, what="people", what_head="person", event="march"),
            ],
            [{"a 20,000", "a 8,000", "b 8,000"}],
        ),
        (
            "nine who lie in hospital",
            [
                say("a", "There are 60 cases, with nine hospitalised, Dr Rossi said.", "nine", 9, what="Dr Rossi", what_head="Rossi", event="say"),
                say("b", "Twelve patients are in hospital.", "Twelve", 12, what="patients", what_head="patient", event="be"),
                say("b", "There are 70 cases.", "70", 70, what="cases", what_head="case", event="be"),
            ],
            [{"a nine", "b Twelve"}],
        ),
        (
            "survivors who were hurt",
            [
                say("a", "Some 60 survivors were hurt.", "60", 60, what="survivors", what_head="survivor", event="survive"),
                say("b", "In all 66 people were injured.", "66", 66, what="people", what_head="person", event="injure"),
                say("b", "Helicopters rescued 300 people.", "300", 300, what="people", what_head="person", event="rescue"),
                say("c", "Some 310 people were rescued.", "310", 310, what="people", what_head="person", event="rescue"),
            ],
            [{"a 60", "b 66"}, {"b 300", "c 310"}],
        ),
        (
            "who was on board, and who died there",
            [
                say("a", "A fire broke out with 410 people on board.", "410", 410, what="people", what_head="person", event="break out"),
                say("b", "The ship carried 415 people.", "415", 415, what="people", what_head="person", event="carry"),
                say("b", "Nine people on board died.", "Nine", 9, what="people", what_head="person", event="die"),
                say("c", "Ten people on board were killed.", "Ten", 10, what="people", what_head="person", event="kill"),
            ],
            [{"a 410", "b 415"}, {"b Nine", "c Ten"}],
        ),
        (
            "asked for, promised and paid in",
            [
                say("a", "The agency seeks $90 million.", "$90 million", 90e6, unit="USD", what="agency", what_head="agency", event="seek"),
                say("b", "The agency needs $95 million for the camps.", "$95 million", 95e6, unit="USD", what="agency", what_head="agency", event="need"),
                say("b", "Donors have promised $40 million.", "$40 million", 40e6, unit="USD", what="donors", what_head="donor", event="promise"),
                say("c", "Pledges have reached $44 million.", "$44 million", 44e6, unit="USD", what="pledges", what_head="pledge", event="reach"),
            ],
            [{"a $90 million", "b $95 million"}, {"b $40 million", "c $44 million"}],
        ),
        (
            "a march by many, and a whole of which some were hurt",
            [
                say("a", "Youths threw stones at the end of a march by 15,000 people.", "15,000", 15000, what="people", what_head="person", event="throw"),
                say("b", "Some 12,000 people marched.", "12,000", 12000, what="people", what_head="person", event="march"),
                say("b", "Of the 500 police deployed, 14 were hurt.", "500", 500, what="police", what_head="police", event="hurt"),
                say("b", "Of the 500 police deployed, 14 were hurt.", "14", 14, what="police", what_head="police", event="hurt"),
                say("a", "Eleven officers were injured.", "Eleven", 11, what="officers", what_head="officer", event="injure"),
                say("a", "Some 450 officers were on duty.", "450", 450, what="officers", what_head="officer", event="be"),
            ],
            [{"a 15,000", "b 12,000"}, {"a 450", "b 500"}, {"a Eleven", "b 14"}],
        ),
        (
            "deaths among patients",
            [
                say("a", "There were 60 deaths among 130 patients.", "60", 60, what="deaths", what_head="death", event="death"),
                say("a", "There were 60 deaths among 130 patients.", "130", 130, what="patients", what_head="patient", event="death"),
                say("b", "Some 140 people are infected, 64 died.", "140", 140, what="people", what_head="person", event="infect"),
                say("b", "Some 140 people are infected, 64 died.", "64", 64, what="people", what_head="person", event="die"),
            ],
            [{"a 130", "b 140"}, {"a 60", "b 64"}],
        ),
        (
            "evacuees and people evacuated",
            [
                say("a", "The number of evacuees has swollen to 5,700.", "5,700", 5700, what="evacuees", what_head="evacuee", event="swell"),
                say("b", "Some 5,200 people were evacuated.", "5,200", 5200, what="people", what_head="person", event="evacuate"),
            ],
            [{"a 5,700", "b 5,200"}],
        ),
        (
            "a term that is sought and one that is given",
            [
                say("a", "Prosecutors demanded that he be jailed for 15 years.", "15 years", 15, unit="year", event="jail"),
                say("b", "The prosecution sought 16 years in prison.", "16 years", 16, unit="year", event="seek"),
                say("b", "The banker was jailed for 12 years.", "12 years", 12, unit="year", event="jail"),
                say("c", "A court sentenced the banker to 12 years.", "12 years", 12, unit="year", event="sentence"),
            ],
            [{"a 15 years", "b 16 years"}, {"b 12 years", "c 12 years"}],
        ),
        (
            "the radius of a zone",
            [
                say("a", "The exclusion zone was widened to 9 km.", "9 km", 9, unit="kilometre", what="exclusion zone", what_head="zone", event="widen"),
                say("b", "The danger zone reaches 12 km from the crater.", "12 km", 12, unit="kilometre", what="danger zone", what_head="zone", event="reach"),
            ],
            [{"a 9 km", "b 12 km"}],
        ),
        (
            "bribes, whatever the verb",
            [
                say("a", "He is accused of taking $3.2 million in bribes.", "$3.2 million", 3.2e6, unit="USD", what="bribes", what_head="bribe", event="take"),
                say("b", "The bribes came to $3.6 million.", "$3.6 million", 3.6e6, unit="USD", what="bribes", what_head="bribe", event="come"),
                say("b", "He must pay a fine of $4 million.", "$4 million", 4e6, unit="USD", what="fine", what_head="fine", event="pay"),
            ],
            [{"a $3.2 million", "b $3.6 million"}],
        ),
        (
            "all grain and wheat alone",
            [
                say(
                    "a",
                    "The grain harvest reached 40 million tonnes.",
                    "40 million tonnes",
                    40e6,
                    unit="tonne",
                    what="grain harvest",
                    what_head="harvest",
                    event="reach",
                ),
                say(
                    "b",
                    "The grain crop is put at 41 million tonnes.",
                    "41 million tonnes",
                    41e6,
                    unit="tonne",
                    what="grain crop",
                    what_head="crop",
                    event="put",
                ),
                say(
                    "c",
                    "The wheat crop is put at 21 million tonnes.",
                    "21 million tonnes",
                    21e6,
                    unit="tonne",
                    what="wheat crop",
                    what_head="crop",
                    event="put",
                ),
                say(
                    "d",
                    "The wheat harvest reached 22 million tonnes.",
                    "22 million tonnes",
                    22e6,
                    unit="tonne",
                    what="wheat harvest",
                    what_head="harvest",
                    event="reach",
                ),
            ],
            [{"a 40 million tonnes", "b 41 million tonnes"}, {"c 21 million tonnes", "d 22 million tonnes"}],
        ),
        (
            "how much of a fire is contained",
            [
                say("a", "Half of the perimeter is contained.", "Half", 0.5, unit="share", what="the perimeter", what_head="perimeter", event="contain"),
                say("b", "Crews have 80 % of the fire under control.", "80 %", 0.8, unit="share", what="the fire", what_head="fire", event="have"),
            ],
            [{"a Half", "b 80 %"}],
        ),
    ],
)
def test_scope(name: str, claims: list[Claim], expected: list[set[str]]) -> None:
    assert groups(claims) == expected, name
