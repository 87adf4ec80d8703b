# Aliases of run.py, which also works where there is no make. ARGS goes on: make test ARGS="tests/core -k money"
PYTHON ?= python3
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test install lint check bench

help:
	@echo "make run      start Accord on http://127.0.0.1:8000 (PORT=8010 for another port)"
	@echo "make test     run the whole test suite"
	@echo "make install  make .venv with the locked packages"
	@echo "make lint     check style, types, layers, templates, migrations and settings"
	@echo "make check    lint, then test"
	@echo "make bench    measure the main pages and write benchmarks/results.md"

run test install lint check bench:
	@$(PYTHON) run.py $@ $(if $(ARGS),-- $(ARGS))
