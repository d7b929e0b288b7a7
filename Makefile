# The two commands are `make reproduce` and `make test`; the rest is what they need.
VENV := .venv
INSTALLED := $(VENV)/.installed
PYTHON ?= python3
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: setup reproduce lint test test-gpu docs lock audit bench
.DEFAULT_GOAL := reproduce

setup: $(INSTALLED) ## install the pinned dependencies and this project into .venv

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info < (3, 13); sys.exit(None if ok else f"Python 3.11 or 3.12 is needed, {sys.executable} is {sys.version.split()[0]}; try make PYTHON=python3.11")'
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip install --disable-pip-version-check --no-deps --editable .
	touch $@

reproduce: setup ## run every stage that is not up to date, JOBS at once; print where the report is
	smoot repro $(if $(JOBS),-j $(JOBS))
	@python -c 'from smoot.core.params_file import read_params; print("report:", "reports/" + read_params()["report"]["name"] + "/index.html")'

lint: setup
	ruff check .
	ruff format --check .
	mypy
	dvc stage list --fail > /dev/null
	snakemake --lint
	check-jsonschema --builtin-schema vendor.citation-file-format CITATION.cff
	check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/component.yml

test: setup lint ## lint, then run all tests: those that start engines and clusters one by one
	pytest -n auto --ignore tests/pipeline
	pytest tests/pipeline

test-gpu: setup ## only the tests that need a CUDA device
	pytest -m gpu

docs: setup ## make the documentation in site/; a broken link is an error
	NO_MKDOCS_2_WARNING=1 mkdocs build
	@echo site/index.html

lock: $(INSTALLED) ## pin what pyproject.toml asks for, with checksums; what is pinned stays; needs the package index
	test -x $(VENV)/lock/bin/uv || ($(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet 'uv>=0.9,<1')
	$(VENV)/lock/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --quiet --custom-compile-command 'make lock' --output-file requirements.lock

audit: $(INSTALLED) ## look up known vulnerabilities of all that is pinned; needs the package index
	test -x $(VENV)/audit/bin/pip-audit || ($(PYTHON) -m venv $(VENV)/audit && $(VENV)/audit/bin/pip install --quiet 'pip-audit>=2.9,<3')
	$(VENV)/audit/bin/pip-audit --requirement requirements.lock --no-deps --disable-pip

bench: setup ## time training steps, loading and scoring side by side; about 10 minutes on 2 cores
	python -m benchmarks.training_step
	python -m benchmarks.data
	python -m benchmarks.scoring
