PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.PHONY: run setup test lint bench bench-large nightly golden

run: setup var/dateline.db
	@exec $(BIN)/dateline serve --port $(PORT)

setup: $(VENV)/.installed

# Made again whenever a pin changes; --no-deps because the lock file names every package.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

# Into this very file, whatever the settings say: a real newsroom never gets the sample.
var/dateline.db: | setup
	@env -u DATABASE_URL DATELINE_DATABASE_URL=sqlite:///$@ $(BIN)/dateline sample

test: setup lint
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup
	$(BIN)/python -m tests.bench

# ARTICLES=1000000 for a smaller one; a FOLDER keeps the store for the next run.
bench-large: setup
	$(BIN)/python -m tests.bench.large $(or $(ARTICLES),10000000) $(FOLDER)

nightly: setup
	$(BIN)/python -m pytest -m nightly

golden: setup
	$(BIN)/python -m tests.formats.golden
