# One virtual environment in .venv, made on first use and again when
# pyproject.toml changes. Another Python: make test PYTHON=python3.12
# The page is built from js/ into medwidget/static, which needs Node 20 or newer.
PYTHON ?= python3
WORKERS ?= 2

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
STAMP := .venv/.ready-$(notdir $(PYTHON))
PACKAGES := js/node_modules/.ready
PAGE := medwidget/static/widget.js
PAGE_SOURCES := $(shell find js/src js/vega js/build.mjs -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo page docs test check bench clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

# JupyterLab asks root, as containers run it, to say so.
AS_ROOT := $(if $(filter 0,$(shell id -u 2>/dev/null)),--allow-root)

demo: $(STAMP) $(PAGE)  ## a tour in JupyterLab, with real data
	$(BIN)/jupyter lab $(AS_ROOT) --ServerApp.root_dir=notebooks --LabApp.default_url=/lab/tree/tour.ipynb

page: $(PAGE)  ## build what the browser runs

test: $(STAMP) $(PAGE)  ## everything: the page's tests, then Python's, with real browsers
	cd js && npm test
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --doctest-modules medwidget tests

check: $(STAMP) $(PACKAGES)  ## style, formatting, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict medwidget
	$(BIN)/lint-imports
	cd js && npm run check

docs: $(STAMP)  ## the documentation as a site, in build/docs
	$(BIN)/python -m sphinx -W --keep-going -n -q -b html docs build/docs

bench: $(STAMP) $(PAGE)  ## how long a fit takes, and how soon the page answers
	$(BIN)/python -m tests.benchmarks.speed
	$(BIN)/python -m tests.benchmarks.latency
	$(BIN)/python -m tests.benchmarks.playground_frames

clean:  ## remove the environment and everything that can be made again
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -rf js/node_modules medwidget/static tests/browser/artefacts
	find medwidget tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml
	test -e $@ || rm -rf .venv
	test -e $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,test]'
	touch $@

$(PACKAGES): js/package-lock.json
	cd js && npm ci --no-audit --no-fund
	touch $@

$(PAGE): $(PACKAGES) $(PAGE_SOURCES)
	cd js && npm run build
