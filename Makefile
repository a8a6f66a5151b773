# make run and make test do everything on a fresh machine with Python 3.11 or later.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test fuzz bench lint format words clean

run: $(VENV)/.app
	$(BIN)/python -m dashboard

test: $(VENV)/.dev $(VENV)/.browser
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.fuzz

bench: $(VENV)/.bench $(VENV)/.browser
	$(BIN)/python -m tests.benchmarks

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

words: $(VENV)/.app
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -k _ -k ngettext:1,2 -o dashboard/translations/messages.pot dashboard pages

clean:
	rm -rf $(VENV) sample_data/.snapshot

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || ( command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && \
	  apt-get install -y -qq python3-venv && $(PYTHON) -m venv --clear $(VENV) )
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/.app: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: requirements.txt requirements-databases.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $(VENV)/.app $@

$(VENV)/.bench: requirements.txt requirements-databases.txt requirements-dev.txt requirements-bench.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	touch $(VENV)/.app $(VENV)/.dev $@

$(VENV)/.browser: tests/browser/install.sh | $(BIN)/python
	sh tests/browser/install.sh $(BIN)/python
	touch $@
