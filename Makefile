# One virtual environment in .venv, made on first use and again when
# pyproject.toml changes. Another Python: make test PYTHON=python3.12
PYTHON ?= python3
WORKERS ?= 2

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
STAMP := .venv/.ready-$(notdir $(PYTHON))

.DEFAULT_GOAL := help
.PHONY: help demo test check bench clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

demo: $(STAMP)  ## a worked analysis, printed
	$(BIN)/python -m medwidget.demo

test: $(STAMP)  ## unit, contract and reference tests, doctests, examples in the documents
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --doctest-modules medwidget tests

check: $(STAMP)  ## style, formatting, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict medwidget
	$(BIN)/lint-imports

bench: $(STAMP)  ## how long a fit takes
	$(BIN)/python -m tests.benchmarks.speed

clean:  ## remove the environment and everything that can be made again
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find medwidget tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml
	test -e $@ || rm -rf .venv
	test -e $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,test]'
	touch $@
