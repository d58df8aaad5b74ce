# Development tasks. Each step runs only when its inputs changed; its output is in .make/.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
STEP := scripts/step
LOGBOOK := DJANGO_DEBUG=1 PYTHONPATH=reference/backend

PACKAGES := packages/django-entrance packages/entra-double
ENTRANCE := packages/django-entrance
STORIES := reference/e2e
BESIDE_CORE := $(ENTRANCE)/tests/contrib $(ENTRANCE)/tests/sessions
INTEROP := packages/entra-double/interop
INTEROP_REACT := packages/react/interop
CLIENTS_IN_PYTHON := $(patsubst $(INTEROP)/%/requirements.txt,%,$(wildcard $(INTEROP)/*/requirements.txt))
NODE_MANIFESTS := package.json packages/react/package.json reference/frontend/package.json $(INTEROP)/node/package.json
FRONT_END := reference/frontend/dist/index.html
FRONT_END_SOURCES := $(shell find packages/react reference/frontend reference/backend/schema.graphql \
	\( -name node_modules -o -name dist -o -name __tests__ \) -prune -o -type f -print 2>/dev/null)

PEERS := django-auth-adfs django-allauth mozilla-django-oidc simplejwt fastapi-azure-auth
FUZZ_RUNS ?= 200000
FUZZ_SEED ?= 1

export PORT ENTRA_PORT

.PHONY: help
help: ## Show this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: install
install: .make/python .make/node $(FRONT_END) ## Install all dependencies in this folder and build the front end

.PHONY: demo
demo: install ## Start entra-double and Logbook (PORT=, ENTRA_PORT=, DEMO_ARGS=--check)
	@exec $(PY) reference/demo.py $(DEMO_ARGS)

.PHONY: test
test: install browser ## Run the tests (CONTRIBUTING.md lists the exceptions)
	@echo "django-entrance; beside it its sessions and adapters, entra-double and the documentation, which are shown after it"
	@rm -f .coverage .coverage.*
	@$(MAKE) test-beside-core >.make/beside-core.log 2>&1 & beside=$$!; code=0; \
		COVERAGE_FILE=.coverage.core $(PY) -m coverage run -m pytest $(ENTRANCE) $(BESIDE_CORE:%=--ignore %) || code=$$?; \
		wait $$beside || code=$$?; cat .make/beside-core.log; exit $$code
	@$(PY) -m coverage combine --quiet
	@$(PY) -m coverage report
	@echo "@django-entrance/react and Logbook's front end; beside them fuzzer, Microsoft's clients and Logbook's back end"
	@$(MAKE) test-beside >.make/beside.log 2>&1 & beside=$$!; code=0; npm test --silent || code=$$?; \
		wait $$beside || code=$$?; cat .make/beside.log; exit $$code
	@echo "Every sign-in story in a real browser, in two halves; the first is shown after the second"
	@$(PY) -m pytest --output .make/stories $(STORIES)/test_[a-n]*.py >.make/stories.log 2>&1 & half=$$!; code=0; \
		$(PY) -m pytest $(STORIES)/test_[o-z]*.py || code=$$?; wait $$half || code=$$?; cat .make/stories.log; exit $$code

.PHONY: test-beside-core test-beside
test-beside-core:
	@COVERAGE_FILE=.coverage.double ENTRANCE_TEST_SQLITE=$(CURDIR)/.make/double.sqlite3 \
		$(PY) -m coverage run -m pytest packages/entra-double/tests docs release/tests
	@COVERAGE_FILE=.coverage.beside ENTRANCE_TEST_SQLITE=$(CURDIR)/.make/beside.sqlite3 \
		$(PY) -m coverage run -m pytest $(BESIDE_CORE)

test-beside:
	@$(MAKE) fuzz
	@echo "Microsoft's own clients, against entra-double"
	@$(PY) -m pytest $(INTEROP) -m microsoft
	@echo "Logbook, the back end"
	@$(PY) -m pytest --ds=tests.settings reference/backend

.PHONY: matrix
matrix: install ## Run the Python tests on each Python and Django of noxfile.py (PAIRS="3.12-6.0 3.13-6.1")
	@$(PY) -m nox $(if $(PAIRS),--session $(foreach pair,$(PAIRS),"tests($(pair))"))

.PHONY: check
check: install ## Format, lint, types, import rules, spelling, locks
	@$(STEP) "ruff format" $(PY) -m ruff format --check .
	@$(STEP) "ruff" $(PY) -m ruff check .
	@for part in packages/django-entrance packages/entra-double "reference benchmarks docs release"; do \
		$(STEP) "mypy $$part" env $(LOGBOOK) $(PY) -m mypy $$part; done
	@$(STEP) "import rules" .venv/bin/lint-imports
	@$(STEP) "spelling" .venv/bin/typos
	@$(STEP) "plain words" $(PY) scripts/plain-words
	@$(STEP) "migrations" env $(LOGBOOK) $(PY) reference/backend/manage.py makemigrations --check --dry-run
	@$(STEP) "system checks" env $(LOGBOOK) $(PY) reference/backend/manage.py check --fail-level WARNING
	@$(STEP) "front end" npm run check --silent
	@$(STEP) "no addresses in locks" bash -c '! grep -nE "\"resolved\": *\"http|(index-url|find-links)[ =]" package-lock.json $(INTEROP)/mcp-node/package-lock.json $(INTEROP_REACT)/*/package-lock.json requirements/*.txt requirements/matrix/*.txt reference/deploy/requirements.txt benchmarks/peers/*.txt $(INTEROP)/*/requirements.txt'

.PHONY: audit
audit: install ## Look for known vulnerabilities in the lock files, if that data can be reached
	@$(PY) -m nox --session audit

.PHONY: fuzz
fuzz: .make/python ## Fuzz the verification of tokens (FUZZ_RUNS=, FUZZ_SEED=, FUZZ_INPUT=)
	@echo "A fuzzer against the verification, $(FUZZ_RUNS) inputs"
	@PYTHONPATH=packages/django-entrance/tests $(PY) -m fuzz.run --runs $(FUZZ_RUNS) --seed $(FUZZ_SEED) $(FUZZ_INPUT:%=--input %)

.PHONY: mutate
mutate: .make/python ## Mutation-test the verification (2000 mutants; MUTATE_ARGS=)
	@echo "Mutants of the verification against its tests"
	@PYTHONPATH=packages/django-entrance/tests $(PY) -m mutation.run $(MUTATE_ARGS)

.PHONY: deep
deep: install ## Properties, fuzzer and mutants at full length (an hour on two cores)
	@$(STEP) "properties, deep" env HYPOTHESIS_PROFILE=deep $(PY) -m pytest -o timeout=1800 \
		packages/django-entrance/tests/verification/test_properties.py packages/django-entrance/tests/fuzz \
		packages/django-entrance/tests/accounts/test_story_of_rights.py
	@$(MAKE) fuzz FUZZ_RUNS=5000000 FUZZ_SEED=0
	@$(MAKE) mutate
	@$(STEP) "a tenth of the storm" $(PY) benchmarks/bench_storm.py --of 10

.PHONY: bench
bench: install browser $(PEERS:%=.make/peers/%) ## Measure tokens, requests, sign-ins and the first page
	@$(PY) benchmarks/bench_identify.py
	@$(PY) benchmarks/bench_peers.py
	@$(PY) benchmarks/bench_adapters.py
	@$(PY) benchmarks/bench_access.py
	@$(PY) benchmarks/bench_sessions.py
	@$(PY) benchmarks/bench_sign_in.py
	@$(PY) benchmarks/bench_accounts.py
	@$(PY) benchmarks/bench_live.py
	@$(PY) benchmarks/bench_entra_double.py
	@$(PY) benchmarks/bench_first_page.py
	@$(PY) benchmarks/bench_storm.py

.PHONY: interop
interop: install browser ## Run clients of other projects against entra-double, the React package in projects, Graphene, and Graph
	-@$(MAKE) --keep-going $(CLIENTS_IN_PYTHON:%=.make/interop/%/installed)
	@rm -f .make/interop/results.json
	@code=0; $(PY) -m pytest $(INTEROP) || code=$$?; $(PY) docs/build_reference.py --interop; \
		$(PY) -m pytest $(INTEROP_REACT) || code=$$?; $(PY) -m nox --session graphene msgraph || code=$$?; exit $$code

.PHONY: docs
docs: install ## Generate the reference pages, build the site into .make/site, run the samples
	@$(STEP) "reference pages" $(PY) docs/build_reference.py
	@$(STEP) "documentation site" $(PY) -m sphinx -W -q -b html -c docs/site -d .make/site-pages . .make/site
	@echo "  Open .make/site/index.html"
	@$(PY) -m pytest docs

.PHONY: dist
dist: install .make/release/installed ## Build the packages into dist/, twice, and drive them in empty environments
	@$(STEP) "packages, built twice and compared" .make/release/bin/python release/build.py
	@cat dist/SHA256SUMS
	@.make/release/bin/python release/try_them.py

.PHONY: tour
tour: install browser ## Take the screenshots of the documentation (TOUR=demo or gallery)
	@$(PY) docs/tour.py $(TOUR)

.PHONY: lock
lock: .make/python ## Update the lock files of the Python packages
	@$(STEP) "uv" $(PY) -m pip install uv
	@for lock in requirements/dev requirements/audit requirements/release requirements/graphene requirements/msgraph reference/deploy/requirements $(PEERS:%=benchmarks/peers/%) $(CLIENTS_IN_PYTHON:%=$(INTEROP)/%/requirements); do \
		$(STEP) "lock $$lock" .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --upgrade $$lock.in --output-file $$lock.txt; done
	@for lock in $(patsubst %.in,%,$(wildcard requirements/matrix/*.in)); do \
		$(STEP) "lock $$lock" .venv/bin/uv pip compile --universal --no-deps --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --upgrade $$lock.in --output-file $$lock.txt; done

.PHONY: clean
clean: ## Remove everything that make created
	@rm -rf .venv .make .nox node_modules .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	@rm -rf packages/react/dist reference/frontend/dist packages/django-entrance/src/django_entrance/static/django_entrance/redirect-bridge.js
	@rm -f reference/backend/*.sqlite3*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: browser
browser: .make/python
	@$(PY) reference/e2e/browser.py

.make/python: requirements/dev.txt $(PACKAGES:%=%/pyproject.toml)
	@python=$$(scripts/find-python) && $(STEP) "Python packages into .venv" bash -euc "\
		test -x $(PY) || $$python -m venv .venv; \
		$(PY) -m pip install --require-hashes -r requirements/dev.txt; \
		$(PY) -m pip install --no-deps --no-build-isolation $(PACKAGES:%=-e %)"
	@touch $@

.make/interop/%/installed: $(INTEROP)/%/requirements.txt
	@python=$$(scripts/find-python) && $(STEP) "Environment of the client $*" bash -euc "\
		rm -rf $(@D) && $$python -m venv $(@D) && $(@D)/bin/python -m pip install --require-hashes -r $<"
	@touch $@

.make/release/installed: requirements/release.txt
	@python=$$(scripts/find-python) && $(STEP) "Environment of releases" bash -euc "\
		rm -rf $(@D) && $$python -m venv $(@D) && $(@D)/bin/python -m pip install --require-hashes -r $<"
	@touch $@

.make/peers/%: benchmarks/peers/%.txt
	@python=$$(scripts/find-python) && $(STEP) "Environment of $*" bash -euc "\
		rm -rf $@ && $$python -m venv $@ && $@/bin/python -m pip install --require-hashes -r $<"
	@touch $@

.make/node: package-lock.json $(NODE_MANIFESTS) .npmrc
	@scripts/need-node
	@mkdir -p .make
	@$(STEP) "Node packages into node_modules" npm ci --no-fund --no-audit
	@touch $@

$(FRONT_END): .make/node $(FRONT_END_SOURCES)
	@$(STEP) "Front end" npm run build --silent
	@touch $@
