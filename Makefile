# Two commands for a newcomer: `make run` shows what Counterclaim does, `make test` runs every test.
# the first that really starts (a version manager may leave commands that do not) and is new enough
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
SEED ?= 0
HOME_DIR ?= var

.PHONY: run test test-fast check soak install lock clean

# counterclaim.toml makes every later command in this folder find the newsroom's home
run: $(VENV)/.installed
	@test -e counterclaim.toml || printf '%s\n' "# Left by make run: commands in this folder work on the sample newsroom. Delete this file for a desk of your own." 'home = "$(HOME_DIR)"' 'outlets = ["$(HOME_DIR)/newsroom/outlets"]' > counterclaim.toml
	@$(BIN)/counterclaim --home $(HOME_DIR) demo --seed $(SEED)

test: $(VENV)/.developer
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not soak"

# the rules of the language and of comparing, by the names of the rooms: no service, no crawl, no browser, within a minute
FAST := $(foreach room,quantity counted claims link document facets figures compare speaker_mentions speaker_quotations speaker_list intervals measures words,$(wildcard tests/test_$(room)*.py))

test-fast: $(VENV)/.developer
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not soak and not eval and not slow" $(FAST)

check: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python bench/licences.py
	$(BIN)/python bench/audit.py

soak: $(VENV)/.developer
	$(BIN)/python -m pytest -m soak

install: $(VENV)/.installed

# every file by its hash, for Python 3.11 to 3.13; nothing else is asked for, so that nothing else can be had
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps

$(VENV)/.installed: pyproject.toml deploy/desk.txt
	@test -n "$(PYTHON)" || { echo "Counterclaim needs Python 3.11 or newer with venv, and none was found. Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Counterclaim needs Python 3.11 or newer; $(PYTHON) is older. Name another: make run PYTHON=/path/to/python3")'
	@! test -e $(VENV)/.making || rm -rf $(VENV)  # one that was killed half made has a python without pip
	test -x $(BIN)/python || { mkdir -p $(VENV) && touch $(VENV)/.making && $(PYTHON) -m venv $(VENV) && rm $(VENV)/.making; }
	$(PIP) --require-hashes -r deploy/desk.txt
	$(PIP) --no-build-isolation --editable .
	touch $@

$(VENV)/.developer: $(VENV)/.installed deploy/developer.txt
	$(PIP) --require-hashes -r deploy/developer.txt
	touch $@

# the three locks anew, from pyproject.toml and the versions of deploy/constraints.txt; what else is there has other versions
COMPILE = uv pip compile pyproject.toml - --constraint deploy/constraints.txt --generate-hashes --no-strip-extras --no-annotate \
	  --no-header --python-version 3.11 --quiet
lock: $(VENV)/.developer
	$(BIN)/python -m pip install -qq --disable-pip-version-check uv
	for made in desk developer; do \
	  { echo '# What make installs, every file by its hash, for Python 3.11 to 3.13. Made of pyproject.toml and constraints.txt: make lock'; \
	    printf '%s\n' 'hatchling>=1.27' 'editables>=0.5' | $(BIN)/python -m $(COMPILE) --universal \
	    $$(test $$made = desk || echo --extra dev); } > deploy/$$made.new && mv deploy/$$made.new deploy/$$made.txt || exit 1; \
	done
	{ echo '# What the image installs, every file by its hash. Made of pyproject.toml and constraints.txt: make lock'; \
	  echo 'hatchling>=1.27' | $(BIN)/python -m $(COMPILE) --extra elasticsearch --extra airflow --extra stack \
	  --extra report --extra metrics --extra oidc; } > deploy/requirements.new && mv deploy/requirements.new deploy/requirements.txt

clean:
	@! grep -qs "^# Left by make run" counterclaim.toml || rm counterclaim.toml
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache
