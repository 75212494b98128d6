# Fieldbook. `make help` lists what can be done; everything is made inside this folder (.venv, var, node_modules).

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))) python3)
VENV := .venv
APP := mobile_client/pwa
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

PYTHON_READY := $(VENV)/.ready
NODE_READY := $(APP)/node_modules/.ready
APP_BUILT := $(APP)/dist/index.html
APP_SOURCES := $(shell find $(APP) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/e2e/*' \
	-not -name '*.test.ts*' 2>/dev/null)

IN_BROWSER = CHROMIUM="$$(python tools/browser.py)" && export CHROMIUM && \
	pytest $(APP)/e2e -n 2 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-long setup app size lint lint-python lint-app unit unit-python unit-app soak e2e e2e-long screenshots format clean bench-sync \
	bench-fairness bench-routes

help:  ## List all targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(PYTHON_READY) $(APP_BUILT)  ## Start Fieldbook with a demo company (HOST and PORT are respected)
	@exec fieldbook serve --demo

test: lint unit size e2e  ## Set up and check everything: lint, unit tests, browser tests

test-long: e2e-long  ## Check what takes longer: the other browser tests, such as a whole day in airplane mode

setup: $(PYTHON_READY) $(NODE_READY)  ## Make the environment: Python packages, node, npm packages

app: $(APP_BUILT)  ## Build the phone app

lint: lint-python lint-app  ## Check style, types and imports

lint-python: $(PYTHON_READY)  ## ... of the server
	ruff check .
	ruff format --check .
	mypy
	lint-imports --no-logo

lint-app: $(NODE_READY)  ## ... of the phone app
	npm --prefix $(APP) run lint
	npm --prefix $(APP) run check

unit: unit-python unit-app  ## Run the unit tests

unit-python: $(PYTHON_READY)  ## ... of the server, against a real PostgreSQL
	pytest -n auto --dist loadfile --no-loadscope-reorder

unit-app: $(NODE_READY)  ## ... of the phone app
	npm --prefix $(APP) test

soak: $(PYTHON_READY)  ## Random days on random devices with random faults, for MINUTES=30
	python -m tests.convergence.soak --minutes $(or $(MINUTES),30)

size: $(APP_BUILT)  ## Check that the app's first screen stays small
	npm --prefix $(APP) run size

e2e: $(PYTHON_READY) $(APP_BUILT)  ## Run the browser tests in a real Chromium
	@echo '==> Browser tests'
	$(IN_BROWSER) -m 'not long'

e2e-long: $(PYTHON_READY) $(APP_BUILT)  ## ... the longer ones
	@echo '==> Long browser tests'
	$(IN_BROWSER) -m long

screenshots: $(PYTHON_READY) $(APP_BUILT)  ## Take the pictures in docs/screenshots again
	CHROMIUM="$$(python tools/browser.py)" && export CHROMIUM && python -m tools.screenshots

bench-sync: $(PYTHON_READY)  ## Measure sync, beside Kinto (QUICK=1 for fewer runs, ONLY=push_visits_1 for one figure)
	@python -m bench.sync $(if $(QUICK),--quick) $(foreach figure,$(ONLY),--only $(figure))

bench-fairness: $(PYTHON_READY)  ## Measure what a small organisation notices of a large one beside it
	@python -m bench.fairness

bench-routes: $(PYTHON_READY)  ## Measure the route search on the problems in INSTANCES=dir (NAMES="day C103" SEEDS="7 8")
	@python -m bench.routes --instances "$(or $(INSTANCES),$(error Give the folder with the problems: INSTANCES=dir))" \
		--names "$(NAMES)" --seeds "$(SEEDS)" $(if $(NO_PEERS),--no-peers)

format: setup  ## Write the code in the project's format
	ruff check --fix .
	ruff format .
	npm --prefix $(APP) run format

clean:  ## Delete what was built; the data in var/ stays
	rm -rf $(VENV) $(APP)/node_modules $(APP)/dist

$(PYTHON_READY): requirements.lock requirements-fast.lock pyproject.toml tools/setup.py
	@$(PYTHON) tools/setup.py
	@touch $@

# Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, which npm leaves out at times
# (npm/cli#4828). Versions and hashes come from the lock file all the same, and it is not written.
$(NODE_READY): $(APP)/package-lock.json $(PYTHON_READY)
	@echo '==> Installing the npm packages of the phone app (a minute on the first run)'
	@npm --prefix $(APP) install --no-save --no-progress --loglevel=error
	@touch $@

$(APP_BUILT): $(APP_SOURCES) $(NODE_READY)
	@echo '==> Building the phone app'
	@npm --prefix $(APP) run --silent build -- --logLevel warn
	@touch $@
