"""The only code that joins steps to a store: asks for what is pending, calls the step, saves, returns counts.

`surroundings.open_work` opens what a step needs, `run.run_daily` runs every step, `archive` does the same in memory.
"""
