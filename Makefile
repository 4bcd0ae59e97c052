PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: install demo test lint images schema clean

install: $(VENV)/.installed

$(VENV)/.installed: python/pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable "python[dev]"
	touch $@

demo: install
	$(BIN)/bulk2cell demo --out demo

test: install
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --config-file python/pyproject.toml

images:
	containers/build.sh

schema: install
	$(BIN)/python -m bulk2cell.pipeline .

clean:
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
