# The targets that people and CI use. `make` alone lists them.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
EXAMPLE ?= typescript
PORT ?= 4566
# How many tests of the lives and the stories run at once: more than there are cores, for they wait for one another's processes.
AT_ONCE ?= 3
PYTEST = -m pytest -q --durations=5 --durations-min=1 -p no:cacheprovider
LEVEL = $(CURDIR)/dev/bench/level

.PHONY: help demo test plugin engine cloud generate check lints unit cloud-tests lives faults faults-sample stories fuzz bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## show it: `pulumi up` of an example against a local AWS (EXAMPLE=typescript, python or yaml)
	@dev/prerequisites cargo python node
	@cargo build --quiet
	@dev/demo $(EXAMPLE)

test: check unit cloud-tests lives faults-sample stories ## everything: formatting, lints, all tests of all levels
	@$(LEVEL) --table
	@echo "All tests passed."

plugin: ## build bin/pulumi-resource-fargate for publishing
	@dev/prerequisites cargo
	@cargo build --release
	@mkdir -p bin && cp target/release/pulumi-resource-fargate bin/
	@ls -l bin/pulumi-resource-fargate

engine: ## build or find the Pulumi CLI and its language hosts; print the folder
	@dev/prerequisites go
	@dev/engine/build

cloud: ## run the local AWS in the foreground (PORT=4566)
	@dev/prerequisites python
	@python="$$(dev/python)/bin/python"; cd dev/cloud && exec "$$python" -m localaws --port $(PORT) --speed 0.1

generate: ## write schema.json, docs/ and sdk/ from the Rust types
	@dev/prerequisites cargo go
	@UPDATE_EXPECT=1 cargo test --quiet --lib the_committed_ > /dev/null
	@"$$(dev/engine/build)/bin/sdkgen" schema.json sdk

check: ## formatting, lints, and the types of the examples
	@dev/prerequisites cargo python node
	@echo "== formatting and lints"
	@$(LEVEL) lints -- $(MAKE) --no-print-directory lints

lints:
	@cargo fmt --check
	@cargo clippy --quiet --all-targets -- -D warnings
	@"$$(dev/python)/bin/python" -m ruff check --quiet --no-cache dev dev/wire dev/bench/bench dev/bench/fifty dev/bench/level dev/fuzz/pack
	@"$$(dev/python)/bin/python" -m ruff format --quiet --no-cache --check dev dev/wire dev/bench/bench dev/bench/fifty dev/bench/level dev/fuzz/pack
	@dev/types/check

unit: ## tests of the Rust code
	@echo "== Rust tests"
	@$(LEVEL) --rust rust -- cargo test -- --test-threads=6 # more than there are cores: many of them wait

cloud-tests: ## tests of the local AWS
	@echo "== tests of the local AWS"
	@python="$$(dev/python)/bin/python"; cd dev/cloud && $(LEVEL) local-aws -- "$$python" $(PYTEST) -n 2 tests

lives: ## every property through its whole life, led by a small engine
	@dev/prerequisites cargo python go
	@echo "== lives of all properties"
	@cargo build --quiet
	@dev/engine/build > /dev/null
	@python="$$(dev/python)/bin/python"; cd dev/lives && $(LEVEL) lives -- "$$python" $(PYTEST) -n $(AT_ONCE) --dist worksteal .

FAULTS = python="$$(dev/python)/bin/python"; cd dev/faults && PYTHONPATH=.:../lives:../stories "$$python" run.py

faults: ## strike each call of each story with each fault (CELL='create/*', EACH=n of a story, SAMPLE=n of all, SEED=…)
	@dev/prerequisites cargo python
	@cargo build --quiet
	@$(FAULTS) $(if $(CELL),--cell '$(CELL)') $(if $(EACH),--each $(EACH)) $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed '$(SEED)')

faults-sample: ## a few cells of `make faults` (SEED=… for others), and those that were found once
	@dev/prerequisites cargo python
	@echo "== faults: a sample"
	@cargo build --quiet
	@python="$$(dev/python)/bin/python"; cd dev/faults && "$$python" -m pytest -q -n 2 -p no:cacheprovider .
	@$(FAULTS) --sample $(or $(SAMPLE),48) --seed '$(or $(SEED),1)'

stories: ## stories through the real Pulumi engine
	@dev/prerequisites cargo python node go
	@echo "== stories through the real Pulumi engine"
	@cargo build --quiet
	@dev/engine/build > /dev/null && dev/node > /dev/null && dev/python-sdk > /dev/null
	@python="$$(dev/python)/bin/python"; cd dev/stories && $(LEVEL) stories -- "$$python" $(PYTEST) -n $(AT_ONCE) --dist worksteal .

fuzz: ## look for bytes that break the plugin (SECONDS=120 for each target)
	@dev/prerequisites cargo python
	@dev/fuzz/fuzz $(or $(SECONDS),120)

bench: plugin ## start-up, memory, calls and critical path, each beside its budget
	@"$$(dev/python)/bin/python" dev/bench/bench bin/pulumi-resource-fargate

clean: ## remove what was built in this clone
	@rm -rf target bin
