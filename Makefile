# Two commands set everything up: `make demo` and `make test`.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-stamp
JOBS ?= 2
# Tests that wait for browsers, workers and servers: beside others they wait longer, and some would give up.
ONE_BY_ONE := tests/browser tests/integration/service

.PHONY: help setup demo test check serve bench evaluate evaluate-hearing golden fuzz chaos load-test

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): pyproject.toml constraints.txt models/manifest.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/canvass-monitor models fetch
	@touch $(STAMP)

setup: $(STAMP) ## Install everything into .venv and fetch the model weights; does nothing the second time

demo: setup ## Judge the sample calls through the upload API and serve the review pages
	$(BIN)/canvass-monitor demo $(DEMO)

check: setup ## Format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## Everything that must hold, with real weights and a real browser
	@scripts/ensure_browser.sh
	$(BIN)/pytest --numprocesses $(JOBS) --dist loadfile $(ONE_BY_ONE:%=--ignore=%)
	$(BIN)/pytest $(ONE_BY_ONE)

serve: setup ## API, review pages and worker on the data folder
	$(BIN)/canvass-monitor serve

bench: setup ## Speed and quality of hearing, and speed of judging, beside stock openai-whisper and faster-whisper
	$(BIN)/python scripts/benchmark.py $(if $(SOUND),--sound $(SOUND)) $(BENCH)

evaluate-hearing: setup ## Words, names, speakers, confidences, and an hour of sound without speech
	$(BIN)/python scripts/evaluate_hearing.py $(HEARING)

evaluate: setup ## Quality of the judging: sealed set, golden cases, ordinary talk, briefs held out, beside the last figures
	$(BIN)/python scripts/evaluate.py $(EVALUATE)

golden: setup ## List the golden cases that are not met, and what changed since the last list
	$(BIN)/python scripts/update_golden.py

fuzz: setup ## Requests of every kind, made from the OpenAPI document: no server error, no answer that it does not name
	$(BIN)/python scripts/fuzz.py $(FUZZ)

chaos: setup ## Judge a batch while workers die, databases drop out, the disk is full and the S3 server is down
	$(BIN)/python scripts/chaos.py $(CHAOS)

load-test: setup ## Lists, searches, plans and uploads with a million synthetic calls in place (LOAD='--calls 20000' for a try)
	$(BIN)/python scripts/load_test.py $(LOAD)
