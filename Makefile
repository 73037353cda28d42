# Two commands set up everything: make demo, make test. Python 3.11 or later is all that must be there.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= out/demo
# So many processes run the tests, a core and up to 4 GB each.
JOBS ?= 2
# The CPU build of torch is enough for training and tests; another index or version can be given here.
TORCH ?= torch==2.13.0

.PHONY: demo test lint train measure clean

$(VENV)/base.stamp: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ihlclass needs Python 3.11 or later; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[parquet]"
	touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp
	$(BIN)/python -m pip install --quiet "$(TORCH)"
	$(BIN)/python -m pip install --quiet --editable ".[parquet,train]" --group dev
	touch $@

demo: $(VENV)/base.stamp  ## classify the sample reports and show the incidents
	rm -rf $(OUT)
	$(BIN)/ihlclass classify seeds/reports -o $(OUT) --format jsonl,csv,parquet --table

test: $(VENV)/dev.stamp lint  ## linters, types, import rule, tests
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

train: $(VENV)/dev.stamp  ## make models/default anew from seeds/
	$(BIN)/ihlclass train

measure: $(VENV)/dev.stamp  ## score the shipped bundle (experiments/0002-training-set) and time it (0001-first-whole)
	$(BIN)/python experiments/0001-first-whole/accuracy.py --output experiments/0002-training-set
	$(BIN)/python experiments/0001-first-whole/cost.py

clean:
	rm -rf $(VENV) out dist build
