PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The server reads it: from the environment, or as in `make run PORT=8080`.
export PORT
# Python keeps what it has compiled, also where the machine's settings say not to: tests start the server hundreds of times, and
# half of a start would be compiling the same files again.
unexport PYTHONDONTWRITEBYTECODE
PROCESSES = $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 2 )))

.PHONY: run setup test tests test-postgres lint compiled bench bench-large bench-soak nightly lock golden messages

run: setup var/dateline.db
	@exec $(BIN)/dateline serve

setup: $(VENV)/.installed

# Made again whenever a pin changes; --no-deps because the lock file names every package, and each by the hashes of its files.
# What builds the editable install is among them: in isolation pip would fetch it anew.
$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Into this very file and folder, whatever the settings say: a real newsroom never gets the sample.
var/dateline.db: | setup
	@env -u DATABASE_URL DATELINE_DATABASE_URL=sqlite:///$@ DATELINE_MEDIA_DIR=var/media $(BIN)/dateline sample

# The types' check takes one core and so long: the tests go on meanwhile.
test: setup
	@$(MAKE) --no-print-directory --jobs 2 lint tests

# Twice as many processes as there are cores: of the time of all tests half is waiting. Each takes over tests from one that has
# more left.
tests: compiled
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --maxprocesses 8 --dist worksteal

# What is asked of PostgreSQL once more, of the one whose programs DATELINE_TEST_POSTGRES_BIN has.
test-postgres: setup
	$(BIN)/python -m pytest --numprocesses $(PROCESSES) --maxprocesses 8 --dist worksteal -k postgres tests/postgres tests/storage

# Once: each of the processes would compile all tests for itself.
compiled: setup
	@$(BIN)/python -m pytest --collect-only -qq > /dev/null || true

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# PARTS="polls misses" for some of them; another word lists them all.
bench: setup
	$(BIN)/python -m tests.bench $(PARTS)

# ARTICLES=1000000 for a smaller one; a FOLDER keeps the store for the next run; ENGINE=sqlite or postgresql for one alone.
bench-large: setup
	$(BIN)/python -m tests.bench.large $(or $(ARTICLES),10000000) $(FOLDER) $(addprefix --engine=,$(ENGINE))

# A quarter of an hour of mixed load; MINUTES=2 for a look.
bench-soak: setup
	$(BIN)/python -m tests.bench.soak $(MINUTES)

# The long forms of tests; and all others once more, of which those that draw what they try draw more of it.
nightly: setup
	$(BIN)/python -m pytest -m nightly --hypothesis-profile nightly --timeout 7200
	$(BIN)/python -m pytest --hypothesis-profile nightly --timeout 7200 --numprocesses $(PROCESSES) --dist worksteal

# The lock file again, from the pins in pyproject.toml, for every platform; what is pinned already stays. Needs uv.
lock:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --quiet --output-file requirements.lock

# What readers see, collected from code and templates into feeds/locale, and what each language has no words for yet.
messages: setup
	$(BIN)/python -m tests.wording

golden: setup
	$(BIN)/python -m tests.formats.golden
