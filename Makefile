# Everything starts here; `make` alone says what there is.
SHELL  := /bin/bash
PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8501
VENV   := .venv
BIN    := $(VENV)/bin
PLOTTED = movenet-lightning movenet-thunder blazepose-lite blazepose-full blazepose-heavy yolov3-tiny

# A virtual environment whose making was cut short is made anew.
define make_venv
@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); } || \
	{ rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test unit e2e check figures bench plot models picture setup setup-dev chromium clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: setup models ## set up what is missing and start the page on http://127.0.0.1:8501
	$(BIN)/streamlit run app.py --server.address $(HOST) --server.port $(PORT)

test: setup-dev models chromium ## set up what is missing and run every test
	$(BIN)/python tests/isolated.py $(BIN)/python -m pytest $(ARGS)

unit: setup-dev models ## the tests that need no browser
	$(BIN)/python tests/isolated.py $(BIN)/python -m pytest --ignore tests/e2e $(ARGS)

e2e: setup-dev models chromium ## the browser tests only
	$(BIN)/python tests/isolated.py $(BIN)/python -m pytest tests/e2e $(ARGS)

check: setup-dev ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

figures: setup-dev models chromium ## measure the live page in a real browser (ARGS="sessions --models blazepose-full")
	$(BIN)/python tests/isolated.py env PYTHONPATH=. $(BIN)/python tests/e2e/figures.py $(ARGS)

bench: setup models ## speed of every model on this machine
	$(BIN)/python -m pose_demo bench $(ARGS)

plot: setup models ## measure the README's bars anew
	$(BIN)/python -m pose_demo bench --models $(PLOTTED) --threads 1 2 --plot docs/speed.svg $(ARGS)

models: setup ## fetch the model files that are missing
	@$(BIN)/python -m pose_demo models fetch --all || echo "Some model files are missing; everything else works."

picture: setup models ## draw the README's picture anew
	$(BIN)/python docs/picture.py

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

$(VENV)/.run: requirements.txt
	$(make_venv)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt
	$(make_venv)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet -r requirements-dev.txt
	@touch $@ $(VENV)/.run

chromium:
	@bash tests/chromium.sh

clean: ## remove the virtual environment and caches; model files stay
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
