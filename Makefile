# Interlock from a fresh clone: Python 3.11 or newer and make are all it takes.
# Everything is installed into .venv, from pinned and hashed packages; nothing needs root.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# The test folders that need no database and no sockets. `make test` runs all of them.
QUICK_TESTS = $(wildcard $(addprefix tests/,architecture unit properties contracts golden))

.PHONY: help demo test check fix clean bench interop

help: ## Show this list
	@echo 'Interlock decides what may happen next on the shop floor.'
	@echo
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  ARGS="..." hands options on:    make demo ARGS="--once"'
	@echo '  PYTHON=... chooses the Python:  make test PYTHON=/usr/local/bin/python3.12'

demo: $(VENV)/run.stamp ## Run a whole plant on this machine and walk an order through it
	@$(BIN)/interlock demo $(ARGS)

# pytest comes last, so that its closing line does; a failed static check still fails the target.
test: $(VENV)/dev.stamp ## Run everything that can be tested on this machine
	@status=0; \
	$(BIN)/ruff format --check --quiet . || status=1; \
	$(BIN)/ruff check --quiet . || status=1; \
	$(BIN)/lint-imports --no-logo || status=1; \
	$(BIN)/mypy || status=1; \
	$(BIN)/yamllint --strict . || status=1; \
	[ $$status -eq 0 ] || echo 'make test: the static checks above found something'; \
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(ARGS) || status=$$?; \
	exit $$status

check: $(VENV)/dev.stamp ## Run what needs no database: format, lint, imports, types, quick tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/pytest --quiet -m 'not integration and not simulation' $(ARGS) $(QUICK_TESTS)

fix: $(VENV)/dev.stamp ## Repair what a tool can repair
	$(BIN)/ruff check --fix-only --show-fixes .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## Print the cost of a decision beside the bare commit; ARGS=opcua: OPC UA beside asyncua
	@$(BIN)/python -m tests.bench $(ARGS)

interop: $(VENV)/dev.stamp ## Try foreign OPC UA clients on the server (installs them into .venv)
	@$(BIN)/python -m tests.interop $(ARGS)

# The directory of an installation holds records, keys and a database. It is not ours to clean.
clean: ## Remove what make has made; never an installation with its records
	rm -rf $(VENV) build dist *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------------------------------------
# The environment. A stamp is newer than what it was made from, or is made again.

PYTHONS = $(or $(PYTHON),python3.11 python3.12 python3.13 python3)

$(BIN)/pip: # venv makes it last: where it is, all is
	@for python in $(PYTHONS); do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then \
	    echo "Creating $(VENV) with $$("$$python" --version) ..."; \
	    exec "$$python" -m venv --clear $(VENV); \
	  fi; \
	done; \
	echo 'Interlock needs Python 3.11 or newer with its venv module. Tried:' >&2; \
	for python in $(PYTHONS); do \
	  echo "  $$python: $$("$$python" --version 2>&1 | head -n 1)" >&2; \
	done; \
	echo 'Install one (Debian, Ubuntu: python3.11 and python3.11-venv), or say where one is:' >&2; \
	echo '  make PYTHON=/path/to/python3.11 ...' >&2; \
	exit 1

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/pip
	@echo 'Installing the pinned packages that Interlock runs on (a minute, once) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r requirements/run.txt
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo 'Installing the pinned packages that check Interlock (a minute, once) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r requirements/dev.txt
	@touch $@
