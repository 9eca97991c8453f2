# Two commands: `make build` leaves the release in release/, `make test` runs every test.
# The rest are their parts. All are silent about what is fine.

PYTHON ?= python3
BIN := .venv/bin
DBT := $(BIN)/dbt --quiet

.PHONY: build test lint docs seeds lock audit clean

build: .venv/ready
	@$(DBT) build
	@echo "release: release/ai_barometer.duckdb, release/ai_barometer.xlsx, release/parquet/," \
		"release/csv/, release/sdmx/, release/report/index.html, release/site/index.html," \
		"release/quality_report.html, release/validation_report.html"

test: .venv/ready
	@$(BIN)/pytest

lint: .venv/ready
	@$(BIN)/sqlfluff lint models tests/dbt

# The lineage site: one file, target/static_index.html, that opens from disk.
docs: .venv/ready
	@$(DBT) docs generate --static
	@echo "docs: target/static_index.html"

# Writes the synthetic raw seeds again: the same bytes every time.
seeds: .venv/ready
	@$(BIN)/python -m barometer.synthetic

# Resolves requirements.in into requirements.txt with hashes.
lock: .venv/ready
	@$(BIN)/pip install --quiet --quiet pip-tools
	@$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.txt requirements.in

# Known vulnerabilities of the locked packages; fails where it cannot find out.
audit:
	@$(PYTHON) bench/audit.py

clean:
	@rm -rf .venv .venv-audit target logs warehouse.duckdb warehouse.duckdb.wal

.venv/ready: requirements.txt pyproject.toml
	@echo "setting up .venv (about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable .
	@touch $@
