"""Verbs: pure steps over frozen records, and the pipeline that joins them to a store."""
