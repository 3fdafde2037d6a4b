# `make demo` and `make test` need git, make and Python 3.11 or newer; they install everything else.

PYTHON ?= python3
# Test processes side by side; WORKERS=0 runs the tests in one.
WORKERS ?= 2
PYTEST_ARGS ?=
DEMO_ARGS ?=

BIN := .venv/bin
# The locks name every package, so nothing is left to resolve.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-compile
# All at once on all cores, and without the tests of other people's packages. Without it the first start takes long,
# and every start where the environment says that Python shall write no bytecode. olefile brings a file for Python 2 along.
COMPILE := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q -q -j 0 -x '/tests/|/olefile2'
UV_COMPILE := uv pip compile pyproject.toml --group build --extra postgres --generate-hashes --no-header --universal --python-version 3.11

.PHONY: help demo test check format bench soak fuzz audit lock clean

help:
	@echo 'make demo    the whole desk on sample mail, with the review page'
	@echo 'make test    all tests; installs what they need, Debian packages included'
	@echo 'make check   style, types and import contracts'
	@echo 'make format  put the code into the shape that check wants'
	@echo 'make bench   the benchmarks'
	@echo 'make soak    kill the desk a few thousand times on real servers, and count what came of it'
	@echo 'make fuzz    give what reads mail bytes that nobody would send; five minutes for each reader'
	@echo 'make audit   look up every locked package in the list of known holes (needs an index that has one)'
	@echo 'make lock    choose versions anew after a change in pyproject.toml (needs uv)'
	@echo 'make clean   remove the environment and everything made here'

demo: .venv/.installed
	$(BIN)/creditdesk demo $(DEMO_ARGS)

test: .venv/.installed-dev
	.ci/debian-packages
	$(BIN)/pytest $(if $(filter-out 0,$(WORKERS)),-n $(WORKERS) --dist loadfile) $(PYTEST_ARGS)

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-cache

format: .venv/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.installed-dev
	$(BIN)/python -m benchmarks

# KILLS=200 for a shorter one.
KILLS ?= 2000
soak: .venv/.installed-dev
	.ci/debian-packages
	$(BIN)/python -m tests.torture.crash --kills $(KILLS)

# In no lock: nothing else needs it, and it has no wheel for every Python. What it finds becomes a case in the tests.
FUZZ_SECONDS ?= 300
fuzz: .venv/.installed-dev
	$(PIP) 'atheris>=3,<4'
	for target in parse html newest thread facts; do $(BIN)/python -m tests.torture.fuzz $$target $(FUZZ_SECONDS) || exit 1; done

# Strict: a package that the index tells nothing of fails it, so that silence is not taken for safety. Its own environment,
# as it must not be what it looks at.
audit:
	$(PYTHON) -m venv .audit
	.audit/bin/python -m pip --disable-pip-version-check install --quiet 'pip-audit>=2.9,<3'
	.audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.lock

lock:
	$(UV_COMPILE) --output-file requirements.lock > /dev/null
	$(UV_COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock > /dev/null

clean:
	rm -rf .venv .audit creditdesk-demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot classifiers tests -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/pip:
	PYTHON='$(PYTHON)' .ci/make-venv

.venv/.installed: .venv/bin/pip requirements.lock pyproject.toml
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-build-isolation --editable .
	$(COMPILE) .venv/lib bot classifiers
	@touch $@

# The locks agree on every version that both have, so one environment serves both.
.venv/.installed-dev: .venv/bin/pip requirements-dev.lock pyproject.toml
	$(PIP) --require-hashes --requirement requirements-dev.lock
	$(PIP) --no-build-isolation --editable .
	$(COMPILE) .venv/lib bot classifiers
	@touch $@
