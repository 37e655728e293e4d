"""Verbs: pure steps over frozen records, and the pipeline that joins them to a store."""

import os

os.environ.setdefault(
    "OMP_NUM_THREADS", "1"
)  # before numpy: several processes share the cores, and small matrices gain nothing from threads
