# Two commands: `make run` and `make test`. Both set up what they need, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?=
RUN_READY := $(VENV)/.ready-run
TEST_READY := $(VENV)/.ready-test
SET_UP := $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test chaos soak clean

run: $(RUN_READY)
	@$(BIN)/yinju run $(if $(CONFIG),--config $(CONFIG))

test: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses auto --dist loadgroup

chaos: $(TEST_READY)
	$(BIN)/python -m tests.chaos 200

soak: $(TEST_READY)
	$(BIN)/python benchmarks/soak.py

$(RUN_READY): pyproject.toml constraints.txt
	@echo "Setting up Yinju in $(VENV) (once, about a minute) ..."
	@$(SET_UP) --editable .
	@touch $@

$(TEST_READY): pyproject.toml constraints.txt
	@echo "Setting up Yinju and its checks in $(VENV) (once, about a minute) ..."
	@$(SET_UP) --editable '.[dev]'
	@touch $@ $(RUN_READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
