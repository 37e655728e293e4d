"""What amounts, shares, rates and measures are of, by the role that words play; nothing rather than who gives or takes."""

from __future__ import annotations

import pytest

from processing.claims import read_text

# sentence, {number as written: lemma of what it is of, or None}
COMPLEMENTS = [
    ("The widow left the choir 3,000 francs for new robes.", {"3,000 francs": "robe"}),
    ("The harbour lost 60 tons (54 tonnes) of herring.", {"60 tons": "herring", "54 tonnes": "herring"}),
    ("The farm has 12 acres (4.9 hectares) of orchard.", {"12 acres": "orchard", "4.9 hectares": "orchard"}),
    ("A verger siphoned off £9,400 set aside for a new bell.", {"£9,400": "bell"}),
    ("The city poured $40m into resurfacing the quay.", {"$40m": "quay"}),
    ("Divers recovered €2,000 in coins.", {"€2,000": "coin"}),
    ("The canton needs 14 km of fencing.", {"14 km": "fencing"}),
    ("Teachers take up 9% of GDP in Orlo.", {"9%": "gdp"}),
    ("The clerk spent £600 on orchids.", {"£600": "orchid"}),
    ("Anglers donated 900 kroner towards a jetty.", {"900 kroner": "jetty"}),
]
CHANGES = [
    ("Brewers blamed a 6% drop in sales.", {"6%": "sale"}),
    ("Tenants face a €40 increase in rents.", {"€40": "rent"}),
    ("Nurses won a 5% pay rise.", {"5%": "pay"}),
    ("The port saw a 12 percent fall in cargo.", {"12 percent": "cargo"}),
    ("Ferry traffic rose 8% year on year in May.", {"8%": "traffic"}),
    ("Sugar output up 11% in June", {"11%": "output"}),
    ("Hotel bookings climbed by 3,000.", {"3,000": "booking"}),
    ("Fares rose by between £2 and £5 a month in the north.", {"£2 and £5": "fare"}),
]
PURPOSES = [
    ("The council will spend £7m repairing its bridges.", {"£7m": "bridge"}),
    ("Norland plans to raise $600 million from a bond.", {"$600 million": "bond"}),
    ("The ministry released Rs 40 lakh for 9 km of canals.", {"Rs 40 lakh": "canal"}),
    ("A porter who stole $12,000 from a clinic was jailed.", {"$12,000": "clinic"}),
    ("The levy adds 30 euros to the cost of a tyre.", {"30 euros": "cost"}),
    ("The school shaved $2 million off its budget.", {"$2 million": "budget"}),
    ("The bill was £80, and £30 of that went on paint.", {"£80": "bill", "£30": "paint"}),
]
SUBJECTS = [
    ("The bridge cost $4m.", {"$4m": "bridge"}),
    ("Brent crude stood at $81.20.", {"$81.20": "crude"}),
    ("The bell weighs two tonnes.", {"two tonnes": "bell"}),
    ("Building a ferry takes two years.", {"two years": "ferry"}),
    ("The footbridge, put at €600,000, opened.", {"€600,000": "footbridge"}),
    ("The blaze is 35% contained.", {"35%": "blaze"}),
]
NOBODY = [
    ("The bank lent Karo $5m.", {"$5m": None}),
    ("Grandparents gave 400 euros.", {"400 euros": None}),
    ("The judge fined her £900.", {"£900": None}),
    ("The regulator demanded $3m.", {"$3m": None}),
    ("The treasurer stole £8,000.", {"£8,000": None}),
    ("Norland plans $2bn.", {"$2bn": None}),
]
PRONOUNS = [
    ("The outage began at three. It lasted six hours.", {"six hours": "outage"}),
    ("The blades are new. Each weighs 60 tonnes.", {"60 tonnes": "blade"}),
    ("The city paid a first tranche. It amounts to $4m.", {"$4m": "tranche"}),
    ("Half of nurses sleep badly. One in nine has dozed.", {"One in nine": "nurse"}),
    ("Of the flats, a third are empty. Two-thirds have mould.", {"Two-thirds": "flat"}),
    ("One driver in seven has no licence.", {"One driver in seven": "driver"}),
    ("She sits outside her house, located just 200 metres from the site.", {"200 metres": "house"}),
    ("It opens in four states with a dozen more to follow.", {"a dozen": "state"}),
    ("Defence spending was 2.3% of GDP (about £66bn).", {"about £66bn": "spending"}),
    ("The bill raises the limit for a family of four from the current $154,000 to $220,000.", {"$220,000": "limit"}),
    ("The bridge's mid-span is 31 centimetres lower.", {"31 centimetres": "mid"}),
    ("Argentina soy harvest to grow by 3 mln tonnes - grains exchange", {"3 mln tonnes": None}),
    ("Six in ten farmers want the bridge (58%).", {"58%": "farmer"}),
    ("It lost 12 burnt-out tanks.", {"12": "tank"}),
    ("They feared 400 layoffs. The board spoke of 420.", {"420": "layoff"}),
    ("The firm asked 800 managers. Two-thirds had cut staff.", {"Two-thirds": "manager"}),
    ("A poll of 1,200 parents found that 30% skipped meals.", {"30%": "parent"}),
    ("Official figures show 9,000 births last year, down 4% on the year before.", {"4%": "birth"}),
    ("A YouGov poll gives Labour 41 percent.", {"41 percent": "labour"}),
    ("The story gave the number of jobs as 4,000.", {"4,000": "job"}),
    ("The police count was 12,000; the union's was 40,000.", {"12,000": None, "40,000": None}),
    ("Sweden took in 9,000 refugees. Norway took 3,000.", {"3,000": "refugee"}),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [*COMPLEMENTS, *CHANGES, *PURPOSES, *SUBJECTS, *NOBODY, *PRONOUNS],
    ids=lambda row: str(row)[:40],
)
def test_what_it_is_of(text: str, expected: dict[str, str | None]) -> None:
    heads = {c.text: c.what_head for c in read_text(text, file="x").claims}
    assert {number: heads.get(number, "not found") for number in expected} == expected
