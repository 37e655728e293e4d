"""Which earlier name a pronoun or a description stands for."""

from __future__ import annotations

import pytest

from processing.claims.document.document import Parses, read_document
from processing.claims.speaker.speaker import attribute_numbers

# text whose number is 77, the source to cite, its status
CASES = [
    ("Mr Obi came. He said 77 were hurt.", "Mr Obi", "named"),
    (
        "Lima denied that it rained. Gen Ade Obi, who leads the army, spoke on television. He said 77 were hurt.",
        "Gen Ade Obi",
        "named",
    ),
    ("Lima denied that it rained. He said 77 were hurt.", "He", "unresolved"),
    ("Ada Lima said it rained. Lima blamed the wind. She said 77 were hurt.", "Lima", "named"),
    ("Mrs Obi met Mr Tan. She said 77 were hurt.", "Mrs Obi", "named"),
    ("Spokeswoman Ada Obi said it rained. She said 77 were hurt.", "Spokeswoman Ada Obi", "named"),
    (
        "Mayor Paul Dent said it rained. Spokeswoman Ada Obi said it snowed. He said 77 were hurt.",
        "Mayor Paul Dent",
        "named",
    ),
    ("The Red Cross said it rained. It said 77 were hurt.", "The Red Cross", "named"),
    ("Fire officials said it rained. They said 77 were hurt.", "Fire officials", "described"),
    ("Col Ruiz came. The colonel said 77 were hurt.", "Col Ruiz", "named"),
    ("Gen Ruiz came, then Gen Weber. The general said 77 were hurt.", "Gen Weber", "named"),
    ("The Ministry of Health opened. The ministry said 77 were hurt.", "The Ministry of Health", "named"),
    ("The ministry said 77 were hurt.", "The ministry", "described"),
    ("He said 77 were hurt.", "He", "unresolved"),
    ("It rained. They said 77 were hurt.", "They", "unresolved"),
    ("Ada Obi, who runs the clinic, said it rained. The doctor said 77 were hurt.", "Ada Obi", "named"),
    ("Mayor Ana Ruiz met union leader Tom Webb on Monday. He said 77 were hurt.", "Tom Webb", "named"),
    ("Mayor Ana Ruiz told union leader Tom Webb of it. She said 77 were hurt.", "Mayor Ana Ruiz", "named"),
    ("Governor John Brady and his deputy, Lisa Moore, came. She said 77 were hurt.", "Lisa Moore", "named"),
    ("Olga Petrova said it rained. Sergei Ivanov disagreed. She said 77 were hurt.", "Olga Petrova", "named"),
    ("Andrea Costa said it rained. Lucia Pini disagreed. He said 77 were hurt.", "Andrea Costa", "named"),
    ("Sen. Quay Mott was with Brian Kemp. Mott said it rained. He said 77 were hurt.", "Mott", "named"),
    ("The agency, which said 77 were hurt, is new.", "The agency", "described"),
]


@pytest.mark.parametrize(("text", "source", "status"), CASES)
def test_resolve(text: str, source: str, status: str) -> None:
    document = read_document(text, headline=False)
    start = text.index("77")
    (speaker,) = attribute_numbers(document, Parses(document), [(start, start + 2)])
    assert (speaker.source, speaker.source_status) == (source, status)
