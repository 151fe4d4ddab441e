# The two that matter: `make dev` and `make test`. `make help` lists the others.
.DEFAULT_GOAL := help
SHELL := /bin/sh
ARGS ?=
INSTALLED := node_modules/.installed
DOCKER ?= docker
IMAGE ?=
RUNTIME ?=
VERSION = $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' package.json)
TAGS = $(or $(IMAGE),purser):$(VERSION) $(or $(IMAGE),purser):latest

.PHONY: help dev test test-unit test-integration lint build clean migrate seed keys verify heads observe \
	simulate bench fuzz chaos mutation docker-build docker-release

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target text; do printf '  %-18s %s\n' "$$target" "$$text"; done

# npm empties node_modules before it installs, and the stamp with it.
$(INSTALLED): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

dev: $(INSTALLED) ## Purser on 8787 with PostgreSQL and dummy data; RUNTIME=node, ARGS="--port 9000 --fresh"
	@npm run --silent dev -- $(RUNTIME:%=--runtime %) $(ARGS)

test: $(INSTALLED) ## Everything: types, lint, import rules, generated files and every suite
	@npm test --silent -- $(ARGS)

test-unit: $(INSTALLED) ## The tests that need no database
	@npm test --silent -- unit

test-integration: $(INSTALLED) ## The tests on a real PostgreSQL
	@npm test --silent -- integration

lint: $(INSTALLED) ## Types, lint, import rules, generated files
	@npm test --silent -- types lint imports generated migrations

build: $(INSTALLED) ## Bundle the Worker into dist/worker, and make one executable: dist/purser
	@npm run --silent build

clean: ## Remove what was built and the data of `make dev` (stop it first)
	rm -rf dist coverage .wrangler .purser node_modules/.cache node_modules/.vite

migrate: $(INSTALLED) ## Apply the migrations to DATABASE_URL; ARGS="--context wallets" if that is all it is for
	@npm run --silent migrate -- $(ARGS)

seed: $(INSTALLED) ## Dummy data into a running `make dev`, or PURSER_URL with PURSER_API_KEY
	@npm run --silent seed

keys: $(INSTALLED) ## ARGS="secrets" or ARGS="organization NAME" (needs ADMIN_TOKEN)
	@npm run --silent keys -- $(ARGS)

verify: $(INSTALLED) ## Prove the ledger of DATABASE_URL; ARGS="--heads FILE", "--from WALLET_ID", "--json"
	@npm run --silent verify -- $(ARGS)

heads: $(INSTALLED) ## Sign every wallet's chain head of DATABASE_URL; ARGS="--out FILE"
	@npm run --silent heads -- $(ARGS)

observe: $(INSTALLED) ## Prometheus with the alerts against a running `make dev`; ARGS="--url URL"
	@npm run --silent observe -- $(ARGS)

simulate: $(INSTALLED) ## Rules and lanes in virtual worlds full of faults; ARGS="--seed S --steps N"
	@npm run --silent simulate -- $(ARGS)

bench: $(INSTALLED) ## Measure against the usual way and the database's floor; ARGS="--quick", "--help"
	@npm run --silent bench -- $(ARGS)

fuzz: $(INSTALLED) ## Hostile input, 50,000 requests; ARGS="--runtime deno", "--seed S"
	@npm run --silent fuzz -- $(ARGS)

chaos: $(INSTALLED) ## Kill, cut off and fill up the real stack under load; ARGS="--kills N", "--runtime deno"
	@npm run --silent chaos -- $(ARGS)

mutation: $(INSTALLED) ## Which changes of the domain's code no test notices; ARGS="src/domain/wallets/rules"
	@npm run --silent mutation -- $(ARGS)

docker-build: $(INSTALLED) ## Build the container image purser, or IMAGE=registry/name
	@npm run --silent build
	$(DOCKER) build -f Containerfile $(TAGS:%=-t %) .

docker-release: ## Build the image and push it with its version; IMAGE=registry/name
	@test -n "$(IMAGE)" || { echo "Say where to: make docker-release IMAGE=registry/name" >&2; exit 2; }
	@$(MAKE) --no-print-directory docker-build
	@for tag in $(TAGS); do $(DOCKER) push "$$tag" || exit 1; done
