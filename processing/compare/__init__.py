"""How claims of one figure stand to each other: findings, low / central / high by day, pedigree. Pure functions over
frozen records.

`table.py` holds the rules; start there.
"""

from __future__ import annotations

from processing.compare.across import compare_across
from processing.compare.days import figure_days
from processing.compare.desk import desk_finding
from processing.compare.explanation import silenced, why_silent
from processing.compare.findings import compare_figure
from processing.compare.pedigree import PedigreeRow, pedigree
from processing.compare.statements import Statement, mask_numbers
from processing.compare.table import CURED_BY_FOLLOWING

__all__ = [
    "CURED_BY_FOLLOWING",
    "PedigreeRow",
    "Statement",
    "compare_across",
    "compare_figure",
    "desk_finding",
    "figure_days",
    "mask_numbers",
    "pedigree",
    "silenced",
    "why_silent",
]
