# `make serve` serves, `make test` tests. Both first set up what they need: Python and make are enough.
#
# The lock files contain exact versions and hashes for Python 3.11 and newer on Linux and macOS, and name no package index:
# pip uses the one it is configured for. `make lock` compiles them from pyproject.toml and keeps versions that still fit;
# `make lock UPGRADE=--upgrade` takes the newest.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
# What runs compiles itself, once: compiling all of the packages would take a third of the time of installing them.
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes --only-binary=:all:
UV := build/uv/bin/uv
SIZE ?= 1000000
COUNT ?= 20000
FROM ?= 0
SOAK ?= 10
BENCH_LOCK := tests/bench/requirements.lock
CLIENT_LOCK := tests/client/requirements.lock
GENERATED := build/client/generated
PYTHON_CLIENT := build/python-client/bin
TABLES_LOCK := tests/tables/requirements.lock
TOOLS_LOCK := tests/tools/requirements.lock
BROWSER_LOCK := tests/browser/requirements.lock
GEODATA_LOCK := tests/geodata/requirements.lock
BIOME := build/client/node_modules/.bin/biome
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser)
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-build \
	--no-header --no-annotate --no-emit-index-url $(UPGRADE) pyproject.toml

# The tests start many processes; where this is set, each of them would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup serve test test-loader test-repeated test-repeated-loader test-rest test-contract test-postgresql test-stores test-browser check-client check-page check-tables check-openrefine check-ftm check-mcp check-tools cldr coordinates lexicon examples client-types format-page lint types format
.PHONY: lock clean eval eval-html eval-archives eval-languages soak hostile attack bench

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' Makefile | expand -t 16
	@echo
	@echo "Measurements and stress tests:"
	@sed -n 's/^\([a-z-]*\):[^#]*### /\1	/p' Makefile | expand -t 16

setup: $(VENV)/.ready $(BIN)/dateline ## Create .venv with the locked dependencies and the program dateline
	@$(BIN)/dateline --version
	@echo "$(BIN) is ready: 'make serve' serves the collection that ships, '$(BIN)/dateline' says what else there is."

serve: $(VENV)/.ready $(BIN)/dateline ## Migrate, load the shipped collection if nothing has been published yet, and serve (HOST, PORT)
	@$(BIN)/dateline init
	@exec $(BIN)/dateline serve --host $(HOST) --port $(PORT)

ifdef ONLY
test: $(VENV)/.ready-dev
	$(BIN)/python -m pytest $(ONLY)
else
test: lint ## Check style and types, run all tests, measure coverage (ONLY=path: just these tests)
	$(BIN)/coverage erase
	$(MAKE) --no-print-directory --jobs=5 test-repeated test-rest test-contract test-loader test-repeated-loader types
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
endif

# Five runs together, and the types after the first: on two cores, since the tests of the loader often wait for a disk.
# Tests that draw or repeat many cases, or take a second and cover nothing else, would take half as long again if
# measured.
LOADER := $(addprefix tests/seed/,cli durability extract fetch maintenance pipeline publish)
CONTRACT := $(addprefix tests/,contract bench)
REPEATED := hypothesis or unmeasured
# `make test-postgresql` runs these.
SERVER_TESTS := $(wildcard tests/stores/test_postgresql*.py) $(addprefix tests/stores/test_,stores.py hosts.py standbys.py)
REPEATED_TESTS := $(BIN)/python -m pytest -m "($(REPEATED)) and not soak"
MEASURED_TESTS := $(BIN)/coverage run --parallel-mode -m pytest -m "not ($(REPEATED))"

test-loader:
	$(MEASURED_TESTS) $(LOADER)

test-repeated:
	$(REPEATED_TESTS) tests --ignore=tests/seed $(patsubst %,--ignore=%,$(SERVER_TESTS))

test-repeated-loader:
	$(REPEATED_TESTS) tests/seed

test-rest:
	$(MEASURED_TESTS) tests $(patsubst %,--ignore=%,$(CONTRACT) $(LOADER))

test-contract:
	$(MEASURED_TESTS) $(CONTRACT)

# What only a PostgreSQL server can show, which must be there: its store, kills of the loader and of the server, and the
# answers of both stores. `.ci/run` runs this; `make test-stores` runs the whole contract on the server, too.
ON_SERVER := tests/seed/durability/test_resume.py

test-postgresql: $(VENV)/.ready-dev ## Test what is special on a PostgreSQL server (QUERIES=2000: compare more answers of both stores)
	@mkdir -p build
	COVERAGE_FILE=build/postgresql.coverage $(BIN)/coverage run --rcfile=tests/stores/coverage.toml -m pytest $(SERVER_TESTS)
	COVERAGE_FILE=build/postgresql.coverage $(BIN)/coverage report --rcfile=tests/stores/coverage.toml
	$(BIN)/python -m pytest tests/stores/test_crashes.py tests/stores/test_same_answers.py
	$(BIN)/python -m pytest $(ON_SERVER) --store postgresql

# The contract in variants: on a PostgreSQL server, and behind proxies that serve Dateline below a prefix.
BELOW := contract http/test_cache.py http/test_cors.py http/test_health.py http/test_strict_params.py seed/maintenance/test_reannotate.py

test-stores: test-postgresql ## Test the contract in variants: on PostgreSQL, and below a prefix that a proxy strips, and that it keeps
	$(BIN)/python -m pytest $(addprefix tests/,$(BELOW)) --store postgresql
	$(BIN)/python -m pytest $(addprefix tests/,$(BELOW)) --root-path /news --proxy strips
	$(BIN)/python -m pytest $(addprefix tests/,$(BELOW)) --root-path /news --proxy keeps

test-browser: $(VENV)/.ready build/browser/.ready ## Explore the page with Chromium at two widths, light and dark, from two origins
	@test -x "$(CHROMIUM)" || $(MAKE) --no-print-directory chromium
	rm -rf build/screenshots
	build/browser/bin/python -m pytest --confcutdir tests/browser tests/browser

# The system's own Chromium: Playwright drives any, and downloads none here.
chromium:
	@command -v apt-get >/dev/null && test "$$(id -u)" = 0 || \
		{ echo "Chromium was not found. Install it (on Debian: apt install chromium) or name it: make test-browser CHROMIUM=/path"; exit 1; }
	apt-get update -qq
	apt-get install -qq --yes --no-install-recommends chromium

check-client: client-types build/python-client/.ready ## Lint the OpenAPI document, and use the clients of three generators, readers of citations and validators of GeoJSON
	cp tests/client/*.json tests/client/*.ts build/client/
	cd build/client && REDOCLY_TELEMETRY=off npx redocly lint openapi.json --extends=recommended 2>&1 | tee said
	! grep -E "You have [0-9]+ (warning|error)" build/client/said
	cd build/client && npx tsc
	rm -rf $(GENERATED)
	cp -r tests/client/generated $(GENERATED)
	mkdir $(GENERATED)/openapi-typescript && cp build/client/dateline.d.ts $(GENERATED)/openapi-typescript/
	cd $(GENERATED) && npx openapi-ts --input ../openapi.json --output hey-api 2>&1 | tee said
	cd $(GENERATED) && npx tsc
	cd $(GENERATED) && ../../../$(PYTHON_CLIENT)/openapi-python-client generate --path ../openapi.json --meta none \
		--output-path dateline_client --config python-client.yml 2>&1 | tee -a said
	! grep -i -E "warn|error" $(GENERATED)/said
	cd $(GENERATED) && ../../../$(PYTHON_CLIENT)/mypy --config-file= --strict use_python_client.py dateline_client
	$(BIN)/python tests/with_server.py "node $(GENERATED)/built/openapi-fetch.js" \
		"node $(GENERATED)/built/hey-api.js" "$(PYTHON_CLIENT)/python $(GENERATED)/use_python_client.py"
	$(BIN)/python tests/with_server.py --load tests/tables/articles.jsonl "node $(GENERATED)/citations.mjs" \
		"$(PYTHON_CLIENT)/python $(GENERATED)/use_rispy.py" "node $(GENERATED)/places.mjs"

# The server takes pyarrow, which writes Parquet, from there.
check-tables: $(VENV)/.ready build/tables/.ready ### Open every exported table with pandas, DuckDB, sqlite-utils and, if installed, LibreOffice
	PYTHONPATH="$$(build/tables/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
		$(BIN)/python tests/with_server.py --load tests/tables/articles.jsonl "build/tables/bin/python tests/tables/check.py"

check-openrefine: $(VENV)/.ready ### Match the names of a table with the real OpenRefine (on Debian: apt install openrefine)
	@command -v openrefine >/dev/null || { echo "OpenRefine was not found. Install it (on Debian: apt install openrefine)."; exit 1; }
	$(BIN)/python tests/with_server.py "$(BIN)/python -m tests.openrefine.check"

# ICU for Python comes with the system; where it is missing, there is no wheel.
check-ftm: $(VENV)/.ready ### Compare the exports for FollowTheMoney with what its own tools keep (on Debian: apt install python3-icu)
	@/usr/bin/python3 -c "import icu" || { echo "ICU for Python was not found. Install it (on Debian: apt install python3-icu)."; exit 1; }
	/usr/bin/python3 -m venv --clear --system-site-packages build/ftm
	build/ftm/bin/pip install --quiet --disable-pip-version-check --only-binary=:all: --requirement tests/ftm/requirements.txt
	$(BIN)/python tests/with_server.py --load tests/tables/articles.jsonl "build/ftm/bin/python tests/ftm/check.py"

# The programs need a newer Node.js than many systems have, and bring it.
check-mcp: $(VENV)/.ready-dev build/mcp/.ready ### Use the tools for assistants with the SDK for JavaScript, the Inspector and the conformance scenarios
	cp tests/mcp/client/check.mjs build/mcp/
	$(BIN)/python tests/with_server.py --mcp "env --chdir=build/mcp HOME=$(CURDIR)/build/mcp node_modules/.bin/node check.mjs"

check-tools: $(VENV)/.ready build/tools/.ready ### Load what newspaper4k writes of the test pages, and compare it with what it found
	rm -rf build/tools/written
	build/tools/bin/python tests/tools/write.py tests/seed/readers/pages build/tools/written
	$(BIN)/python -m tests.tools.check build/tools/written

examples: $(VENV)/.ready-dev ## Write the examples of the OpenAPI document again: what the shipped collection answers
	$(BIN)/python -m tests.contract.openapi_examples

cldr: $(VENV)/.ready-dev ## Write what the readers know of CLDR again: words of dates and names of languages
	$(BIN)/python -m tests.seed.readers.cldr

coordinates: $(VENV)/.ready build/geodata/.ready ## Write the coordinates of the lexicon's places and states again, and the compiled copies
	$(BIN)/python -m tests.geodata.coordinates "$$(build/geodata/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	$(MAKE) --no-print-directory lexicon

lexicon: $(VENV)/.ready ## Write the compiled copies of the lexicon's entity files again, after one has changed
	$(BIN)/python -m tests.seed.extract.lexicon.compiled_files

check-page: client-types ## Check the types, the format and the style of the modules in app/page
	build/client/node_modules/.bin/tsc --project tests/page
	$(BIOME) ci --config-path=tests/page app/page

format-page: build/client/.ready ## Format the modules in app/page and fix what can be fixed
	$(BIOME) check --write --config-path=tests/page app/page

# Both checks read the types of the API from build/client/dateline.d.ts.
client-types: $(VENV)/.ready build/client/.ready
	rm -f build/client/dateline.d.ts
	$(BIN)/python -c 'import json, app.main; print(json.dumps(app.main.create_app().openapi()))' > build/client/openapi.json
	cd build/client && npx openapi-typescript openapi.json --output dateline.d.ts 2>&1 | tee said
	! grep -i -E "warn|error" build/client/said

check-package: ## Build the wheel, install it into an empty environment and ask the server that it starts
	rm -rf build/package
	$(PYTHON) -m venv build/package/venv
	build/package/venv/bin/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir build/package/dist .
	build/package/venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement requirements.lock
	build/package/venv/bin/pip install --quiet --disable-pip-version-check --no-deps build/package/dist/*.whl
	build/package/venv/bin/python tests/package/check.py build/package/venv/bin

eval: $(VENV)/.ready ### Score mentions, entities and speakers on the articles in tests (BY=blind, script or kind; WRONG=--wrong: name the mistakes), and on annotated documents that you hold (EVAL=folder)
	@$(BIN)/python -m tests.seed.extract.extraction_scores $(if $(BY),--by $(BY)) $(WRONG)
	@test -z "$(EVAL)" || mkdir -p build
	@test -z "$(EVAL)" || $(BIN)/python -m seed annotate $(EVAL)/re3d_dev.jsonl > build/predictions.jsonl
	@test -z "$(EVAL)" || printf '\nre3d_dev: %s documents, by its own scorer\n' "$$(wc -l < $(EVAL)/re3d_dev.jsonl)"
	@test -z "$(EVAL)" || $(BIN)/python $(EVAL)/score_mentions.py $(EVAL)/re3d_dev.jsonl build/predictions.jsonl

soak: $(VENV)/.ready-dev ### Read mutated files, and draw, kill and repeat far more often than the tests do (COUNT=20000 FROM=0 SOAK=10)
	$(BIN)/python -W error -m tests.seed.readers.mutations $(COUNT) $(FROM)
	SOAK=$(SOAK) $(BIN)/python -m pytest tests -m "$(REPEATED)"
	TREES=3000 STRINGS=200000 $(BIN)/python -m pytest tests/contract/test_queries.py

attack: $(VENV)/.ready-dev ### Attack servers and databases, and print what happened next to what is wanted (ONLY=trials; an hour)
	$(BIN)/python -m tests.attack $(ONLY)

hostile: $(VENV)/.ready ### Load hostile files, each at its full size, and print what they cost (ONLY=name)
	$(BIN)/python -W error -m tests.seed.readers.hostile $(ONLY)

eval-html: $(VENV)/.ready ### Score how well HTML pages are read, on the pages in tests (BY=family, language or unseen; WRONG=--wrong: name the mistakes)
	$(BIN)/python -m tests.seed.readers.page_scores $(if $(BY),--by $(BY)) $(WRONG)

eval-archives: $(VENV)/.ready ### Score how well archives of the press are read, on the files in tests (FORMAT=names; WRONG=--wrong: name the mistakes)
	$(BIN)/python -m tests.seed.readers.archive_scores $(FORMAT) $(WRONG)

eval-languages: $(VENV)/.ready ### Score how well languages are detected, on the texts in tests and on documents that you hold (EVAL=folder)
	$(BIN)/python -m tests.seed.languages $(if $(EVAL),$(EVAL)/re3d_dev.jsonl)

bench: $(VENV)/.ready build/bench/.ready ### Measure the speed next to Typesense, Tantivy, Datasette and plain SQL (SIZE=quick: two minutes)
	$(BIN)/python -m tests.bench $(SIZE) --rivals build/bench/bin/python

lint: $(VENV)/.ready-dev ## Check the style of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.ready-dev ## Check the types of the code
	$(BIN)/mypy

format: $(VENV)/.ready-dev ## Format the code and fix what can be fixed automatically
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: $(UV) ## Compile the lock files from pyproject.toml (UPGRADE=--upgrade)
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group dev --output-file requirements-dev.lock
	$(COMPILE:pyproject.toml=) --group bench --output-file $(BENCH_LOCK)
	$(COMPILE:pyproject.toml=) --group browser --output-file $(BROWSER_LOCK)
	$(COMPILE:pyproject.toml=) --group client --output-file $(CLIENT_LOCK)
	$(COMPILE:pyproject.toml=) --group tables --output-file $(TABLES_LOCK)
	$(COMPILE:pyproject.toml=) --group tools --output-file $(TOOLS_LOCK)

clean: ## Remove .venv, caches and reports; databases stay
	rm -rf $(VENV) build htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find app seed tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: requirements.lock | $(VENV)/bin/pip
	$(INSTALL) --requirement requirements.lock
	@touch $@

# An installation would need a build tool; the program of a checkout is these two lines. `-P`: whatever the current folder has.
$(BIN)/dateline: Makefile | $(VENV)/.ready
	@printf '%s\n' '#!/bin/sh' 'export PYTHONPATH="$(CURDIR)$${PYTHONPATH:+:$$PYTHONPATH}"' \
		'exec "$(abspath $(BIN))/python" -P -c "import sys; from seed.cli.program import app; app(prog_name=sys.argv.pop(1))" "$$0" "$$@"' > $@
	@chmod +x $@

$(VENV)/.ready-dev: requirements-dev.lock | $(VENV)/bin/pip
	$(INSTALL) --requirement requirements-dev.lock
	@touch $@

build/client/.ready: tests/client/package-lock.json
	@command -v npm >/dev/null || { echo "npm was not found; install Node.js 20 or newer."; exit 1; }
	@mkdir -p build/client
	cp tests/client/*.json build/client/
	cd build/client && npm ci --silent --no-audit --no-fund
	@touch $@

# A package that the Inspector needs on Windows alone is not in every registry, and a lock file would demand it.
build/mcp/.ready: tests/mcp/client/package.json
	@command -v npm >/dev/null || { echo "npm was not found; install Node.js 20 or newer."; exit 1; }
	@mkdir -p build/mcp
	cp tests/mcp/client/package.json build/mcp/
	cd build/mcp && npm install --no-package-lock --silent --no-audit --no-fund
	@touch $@

build/bench/.ready: $(BENCH_LOCK)
	$(PYTHON) -m venv --clear build/bench
	build/bench/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement $<
	@touch $@

build/python-client/.ready: $(CLIENT_LOCK)
	$(PYTHON) -m venv --clear build/python-client
	$(PYTHON_CLIENT)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement $<
	@touch $@

build/tables/.ready: $(TABLES_LOCK)
	$(PYTHON) -m venv --clear build/tables
	build/tables/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement $<
	@touch $@

build/tools/.ready: $(TOOLS_LOCK)
	$(PYTHON) -m venv --clear build/tools
	build/tools/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement $<
	@touch $@

build/geodata/.ready: $(GEODATA_LOCK)
	$(PYTHON) -m venv --clear build/geodata
	build/geodata/bin/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes --only-binary=:all: --requirement $<
	@touch $@

build/browser/.ready: $(BROWSER_LOCK)
	$(PYTHON) -m venv --clear build/browser
	build/browser/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all: --requirement $<
	@touch $@

# Debian and Ubuntu package ensurepip separately; a .venv made without it has no pip and is made again here.
$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found; install Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version) is too old; name Python 3.11 or newer: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ $(PYTHON) -c 'import sys; print("This Python cannot make virtual environments. On Debian and Ubuntu: apt install python%d.%d-venv" % sys.version_info[:2])'; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

$(UV):
	$(PYTHON) -m venv --clear build/uv
	build/uv/bin/pip install --quiet --disable-pip-version-check --only-binary=:all: uv==0.13.9
