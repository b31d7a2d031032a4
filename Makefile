# Everything runs in .venv, made with the first Python of 3.11 to 3.13 that runs here; PYTHON=… chooses another.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install demo test lint accuracy bench lock clean

install: $(STAMP)

# The file names every package, so pip is not to add any: Spidermon asks for one under the GPL that is not used here.
$(STAMP): requirements/dev.txt pyproject.toml
	@$(or $(PYTHON),false) -c '$(SUPPORTED)' || \
		{ echo "Gongkai needs Python 3.11, 3.12 or 3.13, and found none. Try: make install PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "This Python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	$(BIN)/gongkai demo

# One worker more than cores: a part of the time a test waits for its own servers and children. In the order of
# tests/conftest.py: of itself xdist begins with the modules of most tests, which are not the longest.
test: install lint
	$(BIN)/python -m pytest -n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)') --dist loadfile --no-loadscope-reorder

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# How right the reader is, by medium, form and irregularity; fails on a wrong number, a silent blank or a false alarm.
accuracy: install
	$(BIN)/python -m tests.generator.accuracy

bench: install
	$(BIN)/python -m benchmarks

# Pins every dependency with its hashes, for all supported Pythons and systems. Needs uv.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements/runtime.txt
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements/dev.txt

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
