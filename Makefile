# `make` alone lists the targets.
SHELL  := /bin/bash
PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8501
EXAMPLES ?= 400
VENV   := .venv
BIN    := $(VENV)/bin
PLOTTED = movenet-lightning movenet-thunder-int8 movenet-thunder blazepose-lite blazepose-full blazepose-heavy nanodet yolov3-tiny

# An incomplete virtual environment, left by an interrupted run, is replaced.
define make_venv
@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); $(PYTHON) -m venv $(VENV); } || \
	{ rm -rf $(VENV); echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test fast unit e2e long fuzz check figures bench plot models picture lock texts font licenses audit setup setup-dev chromium servers axe clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: setup models ## set up and start the page on http://127.0.0.1:8501
	$(BIN)/streamlit run app.py --server.address $(HOST) --server.port $(PORT)

test: setup-dev models chromium servers axe ## set up and run every test
	$(BIN)/python tests/isolated.py $(BIN)/python -m pytest -n 2 $(ARGS)

fast: setup-dev models ## run the unit tests only, in about a minute
	$(BIN)/python tests/isolated.py $(BIN)/python -m pytest -n 2 tests/unit $(ARGS)

unit: setup-dev models ## run every test that needs no browser
	$(BIN)/python tests/isolated.py $(BIN)/python -m pytest -n 2 --ignore tests/e2e $(ARGS)

e2e: setup-dev models chromium servers axe ## run the browser tests only
	$(BIN)/python tests/isolated.py $(BIN)/python -m pytest tests/e2e $(ARGS)

long: setup-dev models ## run the tests of accuracy that take up to a minute each
	POSE_DEMO_LONG=1 $(BIN)/python tests/isolated.py $(BIN)/python -m pytest -m long $(ARGS)

fuzz: setup-dev ## read thousands of mutated files and texts (EXAMPLES=400 of each kind)
	POSE_DEMO_FUZZ=$(EXAMPLES) $(BIN)/python tests/isolated.py $(BIN)/python -m pytest tests/fuzz $(ARGS)

check: setup-dev ## check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

figures: setup-dev models chromium ## measure the live page in a real browser (ARGS="sessions --models blazepose-full")
	$(BIN)/python tests/isolated.py env PYTHONPATH=.:tests $(BIN)/python tests/e2e/figures.py $(ARGS)

bench: setup models ## measure the speed of every model on this machine
	$(BIN)/python -m pose_demo bench $(ARGS)

plot: setup-dev models ## measure and draw docs/speed.svg
	$(BIN)/python -m pose_demo bench --models $(PLOTTED) --threads 1 2 --plot docs/speed.svg $(ARGS)

models: setup ## fetch missing model files
	@$(BIN)/python -m pose_demo models fetch --all || echo "Some model files are missing; the other models work."

picture: setup-dev models chromium ## draw the pictures of docs/, write the model table of README.md
	PYTHONPATH=. $(BIN)/python docs/picture.py
	PYTHONPATH=. $(BIN)/python docs/architecture.py
	PYTHONPATH=. $(BIN)/python docs/tables.py
	PYTHONPATH=.:tests:tests/e2e $(BIN)/python tests/isolated.py $(BIN)/python docs/page.py

texts: setup-dev ## collect the texts of the page for translation, and compile the catalogues
	PYTHONPATH=. $(BIN)/python docs/catalogues.py

font: setup-dev ## make the font of the words in the image, with the characters of their translations
	mkdir -p build && cd build && npm pack --silent @expo-google-fonts/noto-sans-kr@0.4.3
	tar -xzf build/expo-google-fonts-noto-sans-kr-0.4.3.tgz -C build package/500Medium package/LICENSE_FONT
	PYTHONPATH=. $(BIN)/python docs/font.py build/package/500Medium/NotoSansKR_500Medium.ttf
	cp build/package/LICENSE_FONT pose_demo/NotoSansKR-LICENSE.txt

lock: setup-dev ## resolve requirements.txt into requirements.lock, with checksums, and list the licenses
	$(BIN)/python -m pip install --disable-pip-version-check --quiet "uv>=0.9,<1"
	mkdir -p build
	$(BIN)/uv --no-config pip compile requirements.txt --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file build/requirements.lock
	{ sed '/^[^#]/,$$d' requirements.lock; cat build/requirements.lock; } > build/new.lock
	mv build/new.lock requirements.lock
	$(MAKE) licenses

licenses: setup-dev ## write docs/licenses.md
	PYTHONPATH=. $(BIN)/python docs/licenses.py

audit: setup-dev ## look for known vulnerabilities of the packages in requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet "pip-audit>=2.9,<3"
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip

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
	@bash tests/debian.sh chromium chromium "the browser tests"

servers:
	@bash tests/debian.sh turnserver coturn "the tests of TURN relays"
	@bash tests/debian.sh nginx nginx-light "the tests of several replicas"

axe: tests/e2e/node_modules

tests/e2e/node_modules: tests/e2e/package-lock.json
	@npm ci --prefix tests/e2e --no-audit --no-fund --silent || echo "Without npm the tests of accessibility, and of hands and faces against the mediapipe package, are skipped."
	@mkdir -p $@ && touch $@

clean: ## remove the virtual environment, builds and caches, but no model files
	rm -rf $(VENV) tests/e2e/node_modules build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
