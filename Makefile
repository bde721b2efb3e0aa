# Every command of the project. A target that needs the environment makes it first.

SHELL := /bin/bash
PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help setup demo test lab course grade bank colab fuzz lint format bench clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/ready ## make the environment in .venv

.venv/ready: pyproject.toml constraints.txt
	@echo "making the environment in .venv (a few minutes the first time)"
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --constraint constraints.txt --editable '.[students,instructors,authors,cluster,tests]'
	touch .venv/ready

demo: .venv/ready ## grade a sample class from end to end
	MPLBACKEND=agg $(PYTHON) -m grader.instructor.demo

test: .venv/ready ## run all tests this machine can run
	MPLBACKEND=agg $(PYTHON) -m pytest -n 2 --dist loadgroup -rs

lab: .venv/ready ## open JupyterLab on work/, your copies
	$(PYTHON) -m grader.instructor.lab
	.venv/bin/jupyter lab work

course: .venv/ready ## rebuild every notebook from solutions/
	$(PYTHON) -m grader.instructor.build

grade: .venv/ready ## autograde class/submitted, write grades and feedback
	@$(PYTHON) -m grader autograde; code=$$?; [ $$code -le 1 ] || exit $$code; \
	$(PYTHON) -m grader feedback && $(PYTHON) -m grader report && exit $$code

bank: .venv/ready ## grade every right and wrong answer of the bank
	MPLBACKEND=agg $(PYTHON) -m grader.instructor.tryout

colab: build/colab/ready ## run every lesson under Colab's versions
	MPLBACKEND=agg $(PYTHON) -m pytest -n 2 -rs tests/test_colab.py

build/colab/ready: .venv/ready tests/colab/requirements.txt
	@echo "making an environment of Colab's versions in build/colab"
	python3 -m venv --clear build/colab
	build/colab/bin/python -m pip install --quiet --requirement tests/colab/requirements.txt
	touch build/colab/ready

fuzz: .venv/ready ## fuzz what reads hand-ins, a minute each
	$(PYTHON) -m pip install --quiet --constraint constraints.txt atheris
	for reader in answers notebook cells; do PYTHONPATH=. $(PYTHON) tests/fuzz.py $$reader || exit 1; done

lint: .venv/ready ## check style and formatting
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format: .venv/ready ## format the code
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: .venv/ready ## measure, side by side
	MPLBACKEND=agg $(PYTHON) -m benchmarks

clean: ## remove what was made, except class/ and work/
	rm -rf .venv build .pytest_cache .ruff_cache *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
