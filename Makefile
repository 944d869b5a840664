# Two commands: `make run` and `make test`. Both set up what they need, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?=
RUN_READY := $(VENV)/.ready-run
TEST_READY := $(VENV)/.ready-test
SET_UP := $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Of this program too, or each of its processes would compile it anew, which takes longer than all
# else that it does at its start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test types dialogues chaos soak clean

run: $(RUN_READY)
	@$(BIN)/yinju run $(if $(CONFIG),--config $(CONFIG))

test: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# Side by side, for types take one core for half a minute.
	@$(MAKE) --no-print-directory --jobs=2 types dialogues

types: $(TEST_READY)
	$(BIN)/mypy

dialogues: $(TEST_READY)
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
	@$(SET_UP) --no-compile --editable '.[dev]'
	@# As pip would, but on all cores, and without the libraries' own tests.
	@$(BIN)/python -W ignore -m compileall -qq -j 0 -x '/tests?/' $(VENV)/lib || true
	@touch $@ $(RUN_READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
