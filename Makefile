# Bare `make` lists the targets. Everything is set up in .venv on first use and reused while the locks stay the same.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LIST ?= data/raw/awesome-neural-ode.md
# Two times quiet: what a registry says on the way matters only when it failed.
# What is imported is compiled when it is: a third of what pip would compile, which takes it half of its time.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
PIP_INSTALL := $(PIP) install --no-compile
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
# Compiling all tests anew is most of a quick run.
unexport PYTHONDONTWRITEBYTECODE

FAST := not (property or slow or exhaustive or flows or browser or consumers or docs or live or bench)

.DEFAULT_GOAL := help
.PHONY: help run test check check-format check-lint check-types check-imports check-lock check-docs check-flows check-slow \
	check-browser check-consumers check-exhaustive quick mutants bench fix screens lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 20

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "enrich needs Python 3.11 or newer: set PYTHON=python3.x"; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.python requirements.lock pyproject.toml
	@echo "setting up $(VENV) (once per lock file)"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --require-hashes -r requirements-build.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@echo "adding the development tools (once per lock file)"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

run: $(VENV)/.run ## enrich the founding list (LIST=... for another) into data/out/
	@$(BIN)/python flows/enrich_list.py $(LIST)

test: $(VENV)/.dev ## the fast tests: unit, contract, doctests, end to end
	@$(BIN)/python -m pytest -n auto --dist worksteal

check: check-format check-lint check-types check-imports check-lock check-docs check-flows check-slow check-browser check-consumers ## everything that CI runs after the tests

check-format: $(VENV)/.dev
	@$(BIN)/ruff format --check .

check-lint: $(VENV)/.dev
	@$(BIN)/ruff check .

check-types: $(VENV)/.dev
	@$(BIN)/mypy

check-imports: $(VENV)/.dev
	@$(BIN)/lint-imports

check-lock: $(VENV)/.dev
	@$(BIN)/python tests/check_lock.py

check-docs: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist worksteal -m docs tests/docs tests/consumers

check-flows: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 3 --dist loadgroup -m "flows and not exhaustive" tests/flows

check-slow: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 3 --dist worksteal -m "(property or slow) and not exhaustive" tests

check-browser: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "browser and not exhaustive" tests/browser

check-consumers: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist worksteal -m consumers tests/consumers

check-exhaustive: $(VENV)/.dev ## what CI has no time for: thirty nights, kills at every moment (before a release)
	@$(BIN)/python -m pytest -n auto --dist worksteal -m exhaustive tests

quick: $(VENV)/.dev ## unit tests and doctests without the thorough ones: while you write
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "$(FAST) and not thorough" tests/unit src

mutants: $(VENV)/.dev ## how many small changes of the core rooms their tests notice (ARGS="--sample 200 merge" for more)
	@$(BIN)/python tests/mutants.py $(ARGS)

bench: $(VENV)/.dev ## ratios and counts: start-up, requests, throughput, memory
	@$(BIN)/python -m benchmarks

fix: $(VENV)/.dev ## format, mend what the linter can, make the tables of the docs again
	@$(BIN)/python tests/docs_tables.py --write
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

screens: $(VENV)/.dev ## make the screens in the docs again
	@PYTHONPATH=tests $(BIN)/python tests/docs/test_terminal.py

lock: $(VENV)/.dev ## make the lock files again after a change in pyproject.toml
	@$(BIN)/python tests/check_lock.py --write

clean: ## remove results, caches and the environment
	@rm -rf $(VENV) data/out data/state .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis mutants build dist node_modules tests/*/node_modules
