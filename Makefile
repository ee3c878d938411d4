# Everything by `make`; `make help` says what there is. Only some Python 3 with pip is needed.
PYTHON ?= python3
SERVICE = .venv/service/bin/python
RASA = NK92_ENCODER=$(CURDIR)/var/encoder RASA_TELEMETRY_ENABLED=false OMP_NUM_THREADS=2 TF_CPP_MIN_LOG_LEVEL=3 PYTHONWARNINGS=ignore PYTHONPATH=. .venv/rasa/bin/python
.DEFAULT_GOAL := help
.PHONY: help run test test-faults chat install train check validate eval bench lock clean

help: ## says what there is
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

run: ## installs and trains what is missing, starts everything, prints the address
	@$(PYTHON) -m stack.run

chat: ## talks to the running assistant; with a file on standard input, line by line
	@$(PYTHON) -m stack.chat

install: ## creates both environments, the encoder and the secrets
	@$(PYTHON) -m stack.bootstrap

train: ## trains the assistant now
	@$(PYTHON) -m stack.training --again

test: ## runs everything: checks, unit tests, conversations, the whole stack
	@$(PYTHON) -m stack.training
	@bash stack/test.sh

test-faults: ## kills, stops and locks parts 200 times while patients write (20 minutes)
	@$(PYTHON) -m stack.training
	@NK92_FAULTS=200 NK92_SECRET_DIR=$(CURDIR)/var/secrets NK92_ENCODER=$(CURDIR)/var/encoder PYTHONPATH=. $(SERVICE) -m pytest -q -s tests/faults

check: ## formatting, types
	@$(PYTHON) -m stack.bootstrap
	@bash stack/check.sh

validate: ## Rasa's own check of data/
	@$(RASA) -m rasa data validate --fail-on-warnings

eval: ## how well questions are understood, on messages that nobody trained on
	@$(PYTHON) -m stack.training
	@$(RASA) -m benchmarks.understanding

bench: ## speed, side by side with Rasa's stock pipeline (trains that one once: up to an hour)
	@$(PYTHON) -m stack.training
	@PYTHONPATH=. $(SERVICE) -m benchmarks.bench

lock: ## resolves requirements/*.in into the lock files
	@$(PYTHON) -m stack.lock

clean: ## removes environments, models and everything made at run time, the database included
	rm -rf .venv var models .rasa
