# The one list of commands; CI runs the same. `make help` prints it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
ARGS ?=

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: up
up: setup ## Set up what is missing and run the embedded stack in the foreground; ARGS="--port 8010 --data DIR"
	@exec .venv/bin/rumbo up $(ARGS)

.PHONY: airflow
airflow: setup-airflow ## Run Airflow with the daily refinement of the lake, beside the stack; ARGS="--port 8090 --data DIR"
	@exec .venv/bin/rumbo airflow $(ARGS)

.PHONY: setup
setup: ## Set up all that running needs
	@tools/bootstrap.sh
	@$(PYTHON) -m tools.setup run

.PHONY: setup-airflow
setup-airflow: ## Set up all that refining under Airflow needs
	@tools/bootstrap.sh
	@$(PYTHON) -m tools.setup airflow

.PHONY: setup-lint
setup-lint: ## Set up all that checking needs
	@tools/bootstrap.sh
	@$(PYTHON) -m tools.setup lint

.PHONY: setup-dev
setup-dev: ## Set up all that running, testing and linting need
	@tools/bootstrap.sh
	@$(PYTHON) -m tools.setup dev

.PHONY: test
test: setup-dev ## Set up what is missing and run all tests; ARGS="tests/motion -x"
	@$(PYTHON) -m tools.run test $(ARGS)

.PHONY: test-containers
test-containers: setup-dev ## Build the images, run all services on this machine's Docker Engine and try them; ARGS="-x"
	@$(PYTHON) -m tools.run test-containers $(ARGS)

.PHONY: lint
lint: setup-lint ## Check style, types, import directions and that generated files are up to date
	@$(PYTHON) -m tools.run lint

.PHONY: format
format: setup-lint ## Format the Python code and mend what can be mended
	@.venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format --quiet .

.PHONY: bless
bless: setup-lint ## Generate the contracts anew and accept them
	@$(PYTHON) -m tools.contracts

.PHONY: bench
bench: setup ## Measure; ARGS="produce --json"
	@exec .venv/bin/rumbo bench $(ARGS)

.PHONY: lock
lock: setup-lint ## Lock the Python packages and the JVM jars anew; ARGS=--upgrade
	@$(PYTHON) -m tools.lock $(ARGS)

.PHONY: clean
clean: ## Remove all that set-up and tests made; what you drove stays in .rumbo/
	rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	rm -rf web/node_modules web/tools/openapi/node_modules web/dist test-output spark-warehouse metastore_db derby.log
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
