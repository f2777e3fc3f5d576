.PHONY: help demo once test test-all evidence system trials pictures check format texts lock
.DEFAULT_GOAL := help

help: ## Say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

demo: ## Both stories on this machine, then its pages at http://localhost:8000
	@scripts/demo

once: ## Both stories once, down to the issued PDFs
	@scripts/demo --once

test: ## All tests but the slow ones
	@scripts/test

test-all: ## The slow tests too, on MinIO built from source
	@scripts/test --all

evidence: ## Tests of what reads photos and papers
	@scripts/test --evidence

system: ## Tests of the whole service: browser, attacks, killed processes, demo, installation
	@scripts/test --system

trials: ## What takes too long for every change: hostile files, kills, the demo ended in the middle
	@scripts/test --trials

pictures: ## Every page as a picture into docs/screenshots
	@scripts/test tests/e2e/test_screenshots.py --screenshots

check: ## Format, lint, imports, templates, types, spelling
	@scripts/check

format: ## Format code and templates
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix . ; .venv/bin/djlint --reformat --quiet templates

texts: ## Collect the texts of code and templates into the catalogues
	@scripts/texts

lock: ## Write the lock files anew
	@scripts/lock
