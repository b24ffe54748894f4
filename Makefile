# Two commands for a newcomer: `make demo` runs the main job, `make test` passes every test. Each does all set-up.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PY := .venv/bin/python
export UV_PYTHON_DOWNLOADS := never

.PHONY: demo test check setup console docs bench update clean

setup: .venv/.ready
.venv/.ready: pyproject.toml uv.lock
	@test -x .venv/bin/uv || { python3 -m venv .venv && .venv/bin/pip install --quiet --disable-pip-version-check uv; }
	@.venv/bin/uv sync --quiet --frozen --inexact --python .venv/bin/python
	@touch $@

demo: setup
	@$(PY) examples/one-tap/demo.py

check: setup
	@test -z "$$(find src -name '*.py' -newer .venv/.ready -print -quit)" || { find src \( -name '*.nbi' -o -name '*.nbc' \) -delete; touch .venv/.ready; }
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/basedpyright
	.venv/bin/lint-imports

# Tests go two at a time; chaos and labs, which need every core, have the machine to themselves.
ALONE := tests/chaos tests/lab

test: check
	$(PY) -m pytest -n 2 --dist loadfile $(addprefix --ignore=,$(ALONE))
	$(PY) -m pytest $(ALONE)

update: setup    ## write anew what is made from the code or from a run; look at the difference
	SUAN_UPDATE_SCENES=1 $(PY) -m pytest -q tests/api
	$(PY) -m tools.reference
	$(PY) -m tools.needed

docs: setup    ## the site, into build/site; look at it with: python -m http.server -d build/site
	NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict

console:    ## the web console, with Node.js 18 or newer; the brain serves what this makes
	cd console && npm ci --no-audit --no-fund && npm run build

bench: setup
	$(PY) bench/$(NAME).py $(ARGS)

clean:
	rm -rf .venv .demo .suan
