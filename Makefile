# Works from a fresh clone with Python 3.11+ and make: every target prepares .venv by itself, once.
# Another interpreter: make PYTHON=python3.13 (remove .venv first if it was made with a different one).

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
PY := $(VENV)/bin/python
EXAMPLE := examples/servicenow-incidents
GATED := src/slamodel/timeline/*,src/slamodel/model/*,src/slamodel/clock/*

# Installs $(1) with the pins for the running Python, if constraints/ has them; uv is used where it can be had, pip otherwise.
pins = $$($(PY) -c 'import pathlib, sys; p = pathlib.Path("constraints/py%d%d.txt" % sys.version_info[:2]); print("-c", p) if p.exists() else None')
install = pins="$(pins)"; \
	{ [ -x $(VENV)/bin/uv ] && $(VENV)/bin/uv pip install -q -p $(PY) --no-build-isolation $$pins $(1) 2>/dev/null; } \
	|| $(PY) -m pip install -q --disable-pip-version-check --no-build-isolation $$pins $(1)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format sweep bench docs clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

$(VENV)/.installed: pyproject.toml $(wildcard constraints/*.txt)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("slamodel needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@echo "Preparing $(VENV) ..."
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@pins="$(pins)"; $(PY) -m pip install -q --disable-pip-version-check $$pins hatchling editables
	@pins="$(pins)"; $(PY) -m pip install -q --disable-pip-version-check $$pins uv >/dev/null 2>&1 || true
	@$(call install,-e '.[all]')
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@echo "Adding the developers' tools ..."
	@$(call install,-r requirements/dev.txt)
	@touch $@

demo: $(VENV)/.installed ## Judge a real incident log by an example agreement
	@mkdir -p build/demo
	@$(VENV)/bin/slamodel evaluate $(EXAMPLE)/agreement.yaml $(EXAMPLE)/incidents.csv.gz \
		--as-of 2017-02-19T00:00:00Z --compare made_sla=resolve -o build/demo/verdicts.csv
	@echo "demo: verdicts are in build/demo/verdicts.csv"

test: lint ## Lint, types, tests, executed docs, coverage gate: all that must pass
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal --cov=slamodel --cov-branch --cov-report=
	@$(PY) -m coverage report --include='$(GATED)' --fail-under=98
	@echo "test: all good"

lint: $(VENV)/.installed-dev ## Ruff and mypy, changing nothing
	@$(PY) -m ruff check -q --output-format concise
	@$(PY) -m ruff format --check -q --output-format concise
	@$(PY) -m mypy --strict --no-error-summary src tests
	@echo "lint: all good"

format: $(VENV)/.installed-dev ## Let ruff format and repair what it can
	@$(PY) -m ruff check -q --fix-only
	@$(PY) -m ruff format

sweep: $(VENV)/.installed-dev ## All tests, the slow ones too, with 50 times as many examples
	@SLAMODEL_HYPOTHESIS=sweep $(PY) -m pytest -q -n $(WORKERS) -m ''
	@echo "sweep: all good"

bench: $(VENV)/.installed-dev ## One table: how fast, against what
	@$(PY) -m benchmarks.report

docs: $(VENV)/.installed-dev ## Build the documentation
	@$(PY) -m sphinx -E -W --keep-going -q -b html docs build/docs
	@echo "docs: open build/docs/index.html"

clean: ## Remove what was built (not .venv)
	@rm -rf build dist .coverage .coverage.* .benchmarks .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
