# `make` lists what can be done here.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
EXAMPLE ?= typescript
PORT ?= 4566

header = @printf '\n\033[1m== %s ==\033[0m\n'
python = "$$(dev/python)/bin/python"

.PHONY: help
help:
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r target does; do printf '  make %-10s %s\n' "$$target" "$$does"; done

.PHONY: demo
demo: needs ## Show it: deploy EXAMPLE=typescript (or python, yaml) to a local AWS; no account, no login
	@dev/demo $(EXAMPLE)

.PHONY: test
test: needs ## Everything: formatting, lints, all tests of all levels
	@$(MAKE) --no-print-directory --keep-going check lint-dev unit cloud-tests stories
	$(header) 'all passed'

.PHONY: check
check: needs ## Rust: formatting and lints
	$(header) 'cargo fmt --check'
	@cargo fmt --check
	$(header) 'cargo clippy'
	@cargo clippy --quiet --all-targets -- -D warnings

.PHONY: unit
unit: needs ## Rust: all tests, without the Pulumi engine
	$(header) 'cargo test'
	@cargo test --quiet

.PHONY: lint-dev
lint-dev: needs
	$(header) 'ruff dev'
	@$(python) -m ruff check --quiet dev
	@$(python) -m ruff format --quiet --check dev

.PHONY: cloud-tests
cloud-tests: needs
	$(header) 'the local AWS'
	@cd dev/cloud && $(subst dev/,../,$(python)) -m pytest -q -n 2 tests

.PHONY: stories
stories: needs ## The plugin in the real Pulumi engine, against the local AWS; ARGS='-k crash' picks some
	$(header) 'stories'
	@cargo build --quiet
	@dev/engine/build >/dev/null
	@$(python) -m pytest -q -n 2 dev/stories $(ARGS)

.PHONY: plugin
plugin: needs ## bin/pulumi-resource-fargate, the release build (some minutes)
	@cargo build --release
	@mkdir -p bin
	@install -m 755 "$${CARGO_TARGET_DIR:-target}/release/pulumi-resource-fargate" bin/

.PHONY: engine
engine: ## Build or find the Pulumi CLI and language hosts; print the folder
	@dev/engine/build

.PHONY: cloud
cloud: needs ## The local AWS in the foreground, on PORT=4566
	@cd dev/cloud && exec $(subst dev/,../,$(python)) -m localaws --port $(PORT)

.PHONY: generate
generate: needs ## Write schema.json from the Rust types, then sdk/ from schema.json
	@UPDATE_EXPECT=1 cargo test --quiet --lib component::schema
	@"$$(dev/engine/build)/bin/sdkgen" schema.json sdk

.PHONY: clean
clean: ## Remove what was built in this clone; the cache folder of the tools stays
	@rm -rf target bin

# One message for each thing that a fresh machine may lack. Go is asked for where it is used, by dev/engine/build.
.PHONY: needs
needs:
	@missing=0; need() { "$${@:2}" >/dev/null 2>&1 || { echo "$$1" >&2; missing=1; }; }; \
	need 'Rust is needed: install it from https://rustup.rs.' cargo --version; \
	need 'Python 3.11 or newer is needed, with its venv module (Debian and Ubuntu: apt install python3-venv).' \
		python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; \
	need 'Node.js 20 or newer is needed, with npm: install it from https://nodejs.org.' \
		node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; \
	need 'npm is needed; it comes with Node.js from https://nodejs.org.' npm --version; \
	exit $$missing
