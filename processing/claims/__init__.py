"""Reads an article: who claims, through whom, that how many of what did what, where, as of when.

A text goes through the rooms from the bottom up, each of which answers one question of docs/figures.md; a room sees
only those below it.

    assemble            asks the rooms in turn and makes claims
      work              what is read as one, and what each step has made of it; claim_records: the records at the end
      explain           a reading with the rule behind every field; stages: what each room made of a sentence
      link              ties claims: conversions, old and new values, times and places of headlines
      parts             ties claims: which number is a part of which
      repeats           headline and lead take source and time of the number of the body that they repeat
      draft             a claim while its fields are being found
      workers           the same in processes of their own, with limits of time and memory
      stated_durations  which durations are what is stated, and which only place the event in time
    facets/             where it stands, of which incident, whose, how much of the whole, done or not
      read              one record of all of them a claim; spot: a number in its sentence's parse; names
      position incident holder scope modality
    speaker/            who says it
      speaker           one source, relay and stance a number; denials without a number
      attributions      every source of an article with what it says
      cue, cues         what announces a source; the kinds of cue in turn:
      verb_cues noun_cues headline_cues elliptical_cues mistagged_cues cue_subjects
      content           what is said: object_content, content_reach (how far), content_spans (which words)
      quotations        where quotations stand; quotation_speakers: whose they are
      mentions          names and descriptions of people and bodies; coreference: which are one
      list_leads        lists whose lead-in names the source
    counted/            of what, doing what, where, as of when
      counted           asks the rules below in turn; thing: its answer; what: the rules by name
      counts            what a plain count counts
      measured          what money, shares and measures are of: measured_beside, measured_governor, arguments
      coordinated       two numbers side by side; left_out, carried, rates: what a number takes from another
      noun_phrase       a noun with its qualifiers; concepts: what is measured and whose it is
      event place as_of days old_value antecedent
    quantity/           how many
      quantities        all quantities of a sentence, and what is none
      numbers digits    values in all writings
      units number_with_unit unit_beside currency_by_country
      bounds ranges changes
      quantity_draft    a quantity while it is being read
      exclusions exclusion_rules excluded_spans    numbers that are no claims, and why; age_rules name_rules
    document/           what the text is
      document wrapping casing datelines    paragraphs and sentences, wrapped lines, names in capitals, places in front
      tokens tree       words with and without their parse; quick_network, remembered_forms: the same parse, faster
      gazetteer         which names are places

Public functions: `read_articles` (in workers), `read_many` and `read_text` give claims; `read_quantities` and
`select_claims` the quantities alone; `explain` shows a reading with the rule behind every field.
"""

from processing.claims.assemble import read_many, read_text
from processing.claims.explain import explain
from processing.claims.quantity.quantities import read_quantities
from processing.claims.stated_durations import select_claims
from processing.claims.workers import read_articles

__all__ = ["explain", "read_articles", "read_many", "read_quantities", "read_text", "select_claims"]
