# `make` alone lists what there is. Variables may be given on the command line: make demo STORE=neo4j

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

VENV := .venv
PYTHON := $(VENV)/bin/python
IDENTITY := $(VENV)/bin/identity
# The Python that the environment is made with: 3.11 or newer.
BASE_PYTHON ?= python3
UV_VERSION := 0.13.9

# Store of the demonstration: embedded or neo4j.
STORE ?= embedded
PROJECT ?= examples/acme
# Where `demo STORE=neo4j` and `neo4j` keep their server, and its ports.
NEO4J_HOME ?= .neo4j/demo
BOLT_PORT ?= 7687
HTTP_PORT ?= 7474
GUIDE_PORT ?= 8765

# What `test` runs, by how many processes, and with which further options of pytest.
TESTS ?= tests
WORKERS ?= 2
PYTEST_OPTIONS ?= -q
# Each of the processes has a processor of its own: further threads would wait for one another.
POLARS_MAX_THREADS ?= 1

SYNCED := $(VENV)/.synced
LINTER := tools/cypher/node_modules/.package-lock.json
CYPHER_SCHEMA := build/cypher-schema.json
CYPHER := cypher browser
SERVER := $(PYTHON) -m tools.neo4j_server

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(SYNCED) ## make the environment in .venv, once per change of uv.lock

$(SYNCED): pyproject.toml uv.lock
	$(BASE_PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make BASE_PYTHON=python3.11 ...")'
	test -x $(PYTHON) || $(BASE_PYTHON) -m venv $(VENV)
	$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip --upgrade >/dev/null
	$(PYTHON) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	# Inexact, so that pip and uv themselves stay.
	UV_PROJECT_ENVIRONMENT=$(VENV) $(VENV)/bin/uv sync --quiet --locked --all-extras --inexact
	touch $@

.PHONY: demo
demo: setup ## sample data, all stages, a report; STORE=embedded or neo4j
	test -d $(PROJECT)/data || $(IDENTITY) generate acme --out $(PROJECT)
ifeq ($(STORE),neo4j)
	$(SERVER) start --home $(NEO4J_HOME) --guide --bolt-port $(BOLT_PORT) --http-port $(HTTP_PORT) --guide-port $(GUIDE_PORT)
	IDENTITY_STORE=neo4j NEO4J_URI=bolt://127.0.0.1:$(BOLT_PORT) $(IDENTITY) run --project $(PROJECT)
	IDENTITY_STORE=neo4j NEO4J_URI=bolt://127.0.0.1:$(BOLT_PORT) $(IDENTITY) report --project $(PROJECT)
	@echo; echo "The graph, in the Neo4j Browser:"; $(SERVER) status --home $(NEO4J_HOME)
	@echo "make neo4j-stop shuts it down; its data stays in $(NEO4J_HOME)."
else ifeq ($(STORE),embedded)
	$(IDENTITY) run --project $(PROJECT)
	$(IDENTITY) report --project $(PROJECT)
else
	$(error STORE is embedded or neo4j, not "$(STORE)")
endif

.PHONY: neo4j
neo4j: setup ## start a local Neo4j in the background and print where it answers
	$(SERVER) start --home $(NEO4J_HOME) --guide --bolt-port $(BOLT_PORT) --http-port $(HTTP_PORT) --guide-port $(GUIDE_PORT)

.PHONY: neo4j-jars
neo4j-jars: setup ## fetch what a Neo4j server is made of, ahead of its first use
	$(PYTHON) -m tools.neo4j_jars

.PHONY: neo4j-stop
neo4j-stop: setup ## shut that Neo4j down
	$(SERVER) stop --home $(NEO4J_HOME)

.PHONY: test
test: setup $(if $(shell command -v npm),$(LINTER)) ## all tests; TESTS=tests/unit WORKERS=1 PYTEST_OPTIONS=...
	POLARS_MAX_THREADS=$(POLARS_MAX_THREADS) $(PYTHON) -m pytest $(TESTS) -n $(WORKERS) $(PYTEST_OPTIONS)

.PHONY: lint
lint: setup ## ruff, mypy, and the Cypher linter where Node.js is installed
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m mypy identity tools
	$(MAKE) --no-print-directory lint-cypher

.PHONY: format
format: setup ## format Python and Cypher in place
	$(PYTHON) -m ruff check --fix-only
	$(PYTHON) -m ruff format
	$(MAKE) --no-print-directory lint-cypher FIX=--fix

.PHONY: lint-cypher
ifneq ($(shell command -v npm),)
lint-cypher: setup $(LINTER)
	mkdir -p $(dir $(CYPHER_SCHEMA))
	$(PYTHON) -m tools.cypher_schema > $(CYPHER_SCHEMA)
	# The parser takes most of a second for a file.
	find $(CYPHER) -name '*.cypher' -o -name '*.html' | sort | \
	  xargs -P $(WORKERS) -n 40 node tools/cypher/lint.mjs $(FIX) --schema $(CYPHER_SCHEMA)
else
lint-cypher:
	@echo "no Node.js: Cypher is not checked (apt-get install nodejs npm)"
endif

$(LINTER): tools/cypher/package-lock.json
	npm ci --prefix tools/cypher --no-audit --no-fund --loglevel=error
	touch $@

.PHONY: clean
clean: ## remove caches and what was built; environment, data and servers stay
	rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis tools/cypher/node_modules
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +
