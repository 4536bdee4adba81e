# `make demo` shows it, `make test` proves it. A machine needs Python 3.11 or newer (with venv) and make.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
CHECK ?=
ARGS ?=

say = @printf '\033[1m==> %s\033[0m\n' "$(1)"

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage lint bench docs lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.developer ## everything a developer needs, in .venv

demo: $(VENV)/.runtime ## samples, worker, database and dashboard until Ctrl-C; CHECK=1: check them and end
	$(call say,monitor demo$(if $(CHECK), --check))
	@$(BIN)/monitor demo $(if $(CHECK),--check) $(ARGS)

test: $(VENV)/.developer ## all tests on two cores; ARGS="tests/rules -k gap" chooses
	$(call say,pytest)
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

coverage: $(VENV)/.developer ## all tests again, and the lines and branches that none of them reaches; twice the time
	$(call say,pytest --cov)
	@$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term:skip-covered $(ARGS)

lint: $(VENV)/.developer ## style and types
	$(call say,ruff check)
	@$(BIN)/ruff check .
	$(call say,ruff format --check)
	@$(BIN)/ruff format --check .
	$(call say,mypy)
	@$(BIN)/mypy

bench: $(VENV)/.developer ## every measurement in bench/, one after another
	@for script in $$(grep -l __main__ bench/*.py | grep -v fuzz); do printf '\033[1m==> %s\033[0m\n' "$$script"; $(BIN)/python "$$script" || exit 1; done

docs: $(VENV)/.developer ## the manual as pages in site/, with a page for every rule
	$(call say,monitor rules docs)
	@$(BIN)/monitor rules docs --out docs/rules/reference
	$(call say,mkdocs build)
	@$(BIN)/mkdocs build --strict
	@echo "site/index.html"

lock: $(VENV)/bin/python ## renew lock/ from pyproject.toml
	@command -v uv >/dev/null || test -x $(BIN)/uv || { echo "==> uv, which resolves the lock files"; $(BIN)/python -m pip install --quiet uv; }
	@PATH="$$PATH:$(BIN)"; set -e; \
	compile() { echo "==> $$1"; uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-annotate --quiet --custom-compile-command "make lock" --output-file "$$@"; }; \
	compile lock/requirements-dev.txt pyproject.toml --group dev --upgrade; \
	compile lock/requirements.txt pyproject.toml --constraints lock/requirements-dev.txt; \
	compile lock/requirements-build.txt --group build --constraints lock/requirements-dev.txt

clean: ## remove what make made; your data in data/ stays
	rm -rf $(VENV) site dist build htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis data/demo

# The lock files name every package, so pip needs to resolve nothing: left to itself, it takes the newest release for a package
# that another asks for with an extra, and then stops at its hash. A stamp says that .venv holds what the lock file says; a newer lock file makes it stale.

$(VENV)/.runtime: lock/requirements.txt lock/requirements-build.txt pyproject.toml | $(VENV)/bin/python
	$(call say,packages of lock/requirements.txt into $(VENV): a minute or two the first time)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r lock/requirements.txt -r lock/requirements-build.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developer: lock/requirements-dev.txt $(VENV)/.runtime
	$(call say,packages of lock/requirements-dev.txt into $(VENV))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r lock/requirements-dev.txt
	@touch $@

$(VENV)/bin/python:
	@for name in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
	  if "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    printf '\033[1m==> %s\033[0m\n' "$(VENV) with $$("$$name" --version)"; exec "$$name" -m venv $(VENV); fi; done; \
	echo "Python 3.11 or newer with its venv module is needed and none was found (on Debian: apt-get install python3 python3-venv)." >&2; \
	echo "If it has another name: make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1
