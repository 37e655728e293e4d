# Two commands for a newcomer: `make run` shows what Counterclaim does, `make test` runs every test.
PYTHON ?= $(shell command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SEED ?= 0

.PHONY: run test check soak install clean

run: $(VENV)/.installed
	$(BIN)/counterclaim demo --home var --seed $(SEED)

test: $(VENV)/.developer
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not soak"

check: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python bench/licences.py

soak: $(VENV)/.developer
	$(BIN)/python -m pytest -m soak

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Counterclaim needs Python 3.11 or newer; $(PYTHON) is older. Name another: make run PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.developer: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache
