# Everything mailbot needs on a fresh machine: Python 3.11 or newer, and make.
# `make` builds .venv; `make serve` starts mailbot; `make test` proves it. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: all serve test torture lint fmt unit system lock help clean
all: .venv/ready

.venv/ready: requirements-dev.txt pyproject.toml
ifdef UV
	uv venv -q --allow-existing --python $(PYTHON) .venv
	uv pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.txt
	uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	$(BIN)/python -m compileall -q mailbot
	@touch $@

serve: all ## start mailbot on ./config.toml: SMTP 8025, pages 8080, captured mail 8081
	$(BIN)/mailbot serve --config config.toml

test: all ## everything: lint, types, unit and system tests (installs Debian's postfix and so on where it may)
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m tests.system.packages
	$(BIN)/python -m pytest

unit: all ## the tests that need nothing but Python
	$(BIN)/python -m pytest --ignore=tests/system

system: all ## the tests with real servers and browsers; what they need: `python -m tests.system.packages`
	$(BIN)/python -m pytest tests/system

torture: all ## the long forms of the tests that hurt: hours; needs what `make test` needs
	$(BIN)/python -m tests.system.packages
	MAILBOT_FAULT_STRIDE=1 $(BIN)/python -m pytest tests/system/test_faults_walk.py tests/life/test_deaths.py
	MAILBOT_KILL_ROUNDS=1000 $(BIN)/python -m pytest tests/system/test_kill.py
	MAILBOT_BOMB_SCALE=1 $(BIN)/python -m pytest tests/inbound/test_bombs.py
	MAILBOT_EXAMPLES=2000 $(BIN)/python -m pytest -o timeout=0 tests/core tests/inbound tests/life

lint: all ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fmt: all ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## resolve the pinned, hashed requirements anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean: ## remove .venv and caches; leaves ./var (your data) alone
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
