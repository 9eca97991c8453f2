# Two commands: `make build` leaves the release in release/, `make test` runs every test.
# The rest are their parts. All are silent about what is fine, and show what they are at.

PYTHON ?= python3
BIN := .venv/bin
export VIRTUAL_ENV := $(CURDIR)/.venv
# Python keeps what it compiled of the packages: without that each start takes ten seconds more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: build test everyday lint docs seeds spark lock audit clean

build: .venv/ready
	@$(BIN)/python -m barometer.build

test: .venv/ready-test
	@$(BIN)/pytest

# What an engineer runs at every change: the tests that need no whole build.
everyday: .venv/ready-test
	@$(BIN)/pytest -m "not slow"

lint: .venv/ready-test
	@$(BIN)/sqlfluff lint models tests/dbt

# The lineage site: one file, target/static_index.html, that opens from disk.
docs: .venv/ready
	@$(BIN)/dbt --quiet docs generate --static
	@echo "docs: target/static_index.html"

# Writes the synthetic raw seeds again: the same bytes every time.
seeds: .venv/ready
	@$(BIN)/python -m barometer.synthetic

# The client that `dbt build --target spark` needs (docs/beyond_one_machine.md).
spark: .venv/ready
	@$(INSTALL) --require-hashes -r requirements/spark.txt

# Resolves requirements/*.in into files with hashes, for every platform; test.txt has what build.txt has.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url
lock: .venv/uv
	@cd requirements && for name in uv build; do ../$(COMPILE) --output-file $$name.txt $$name.in; done && \
		for name in spark test; do \
			../$(COMPILE) --constraint build.txt --output-file $$name.txt $$name.in; done

# Known vulnerabilities of the locked packages; fails where it cannot find out.
audit:
	@$(PYTHON) bench/audit.py

clean:
	@rm -rf .venv .venv-audit target logs warehouse.duckdb warehouse.duckdb.wal

# uv installs in a fraction of pip's time. Without it: `pip install --require-hashes -r
# requirements/build.txt` and `pip install --no-deps --no-build-isolation --editable .`
INSTALL := $(BIN)/uv pip install --quiet
.venv/uv: requirements/uv.txt
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@


.venv/ready: requirements/build.txt pyproject.toml | .venv/uv
	@$(call set-up,$<)
	@touch $@

.venv/ready-test: requirements/test.txt pyproject.toml | .venv/uv
	@$(call set-up,$<)
	@touch $@ .venv/ready

# The packages of a requirements file, then the package `barometer` as it is here.
define set-up
	echo "setting up .venv from $(1)"; started=$$(date +%s); \
	$(INSTALL) --require-hashes -r $(1) && \
	$(INSTALL) --no-deps --no-build-isolation --config-settings editable_mode=compat --editable . && \
	echo "set up in $$(( $$(date +%s) - started )) s"
endef
