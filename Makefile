# Everything here works alone: what a target needs is installed into .venv first.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: help demo test check bench docs-benchmarks engines parity models live clean

VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:
	@echo "make demo    watch an agent learn: all arms on ALFWorld's 134 unseen games, a few builds"
	@echo "make test    run the tests"
	@echo "make check   lint, types, layers, the wheel in an empty environment"
	@echo "make bench   the whole benchmark: ten builds, two seeds"
	@echo "make docs-benchmarks  write docs/benchmarks.md from the results that are kept"
	@echo "make engines install the engines of ALFWorld (compiles), ScienceWorld, TextWorldExpress"
	@echo "make parity  hold envs.household to that engine on all official games"
	@echo "make models  fetch small language models (MODELS=all, or names; see scripts/models.json)"
	@echo "make live    serve a small model here, and test the chat agent on it"
	@echo "make clean   remove what these made"

demo: $(VENV)/.bench
	@scripts/demo.sh $(VENV)/bin/skillmem

test: $(VENV)/.dev
	$(PY) -m pytest -n 2 --ignore tests/live

check: $(VENV)/.dev
	$(PY) scripts/check.py

bench: $(VENV)/.bench
	$(VENV)/bin/skillmem bench --env envs.household:make --agent agents.case_based:make \
	  --split valid_unseen --renew --out bench-out

docs-benchmarks: $(VENV)/.bench
	$(PY) -m scripts.document_benchmarks $(if $(ADD),--add $(ADD)) $(if $(EPISODES),--episodes)

engines: $(VENV)/.engines

parity: $(VENV)/.engines
	$(PY) -m tests.parity

models: $(VENV)/.python
	$(PY) scripts/fetch_models.py $(MODELS)

live: $(VENV)/.live
	$(PY) scripts/fetch_models.py smollm2-135m
	LIVE=1 $(PY) -m pytest tests/live

clean:
	rm -rf $(VENV) demo-out bench-out dist build .mypy_cache .ruff_cache .pytest_cache \
	  .hypothesis .import_linter_cache

$(VENV)/.python: scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV)
	@touch $@

$(VENV)/.bench: pyproject.toml scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV) bench
	@touch $@

$(VENV)/.dev: pyproject.toml scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV) dev
	@touch $(VENV)/.bench $@

# alfworld's own dependencies pull torch, which its text games don't need.
$(VENV)/.engines: pyproject.toml scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV) dev,alfworld,scienceworld,textworld-express
	@$(PY) -m pip install --quiet --no-deps alfworld==0.4.2
	@$(PY) -c "from envs.alfworld.engine import require_engine as check; check()"
	@echo "installed: the engines of ALFWorld, ScienceWorld and TextWorldExpress"
	@touch $(VENV)/.bench $(VENV)/.dev $@

$(VENV)/.live: pyproject.toml scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV) dev,live
	@touch $(VENV)/.bench $(VENV)/.dev $@
