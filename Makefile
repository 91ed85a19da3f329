# Everything runs in .venv, which is made on the first call; see `make help`.

PYTHON ?= python3
SETS ?= ../shared/data/questions
NEWS ?= ../shared/data/news/articles.jsonl.gz

VENV := .venv/bin/python
PIP := $(VENV) -m pip install --quiet --quiet --disable-pip-version-check --use-pep517
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help install run test lint bench

help:
	@echo 'make run      在终端里对话；设了令牌则是机器人   chat in the terminal; with a token, the bot'
	@echo 'make install  安装到 .venv                  install into .venv'
	@echo 'make test     运行测试                      run the tests'
	@echo 'make lint     检查代码（ruff、mypy）        check the code (ruff, mypy)'
	@echo 'make bench    衡量回答质量（SETS=文件夹）   measure the answers (SETS=folder)'

install: .venv/installed
	@:

# Standard input belongs to the chat: what installs gets none of it, and says what it says on standard error.
run: .venv/installed
	@$(VENV) -m bot run

# Files side by side, because the tests of the bot at work mostly wait; a file stays whole, because its tests share a bot.
test: .venv/installed-dev
	@$(VENV) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: .venv/installed-dev
	@$(VENV) -m ruff check
	@$(VENV) -m ruff format --check
	@$(VENV) -m mypy
	@$(VENV) -m mypy benchmarks docs

bench: .venv/installed-bench
	@$(VENV) -m benchmarks.quality retrieval --sets "$(SETS)" --news "$(NEWS)"

# The stamps are older than pyproject.toml only where something has to be installed.
.venv/installed: pyproject.toml
	@$(call prepare)
	@$(PIP) --editable . </dev/null >&2
	@touch $@

.venv/installed-dev: pyproject.toml
	@$(call prepare)
	@$(PIP) --editable '.[dev]' </dev/null >&2
	@touch .venv/installed $@

.venv/installed-bench: pyproject.toml
	@$(call prepare)
	@$(PIP) --editable '.[bench]' </dev/null >&2
	@touch .venv/installed $@

# A .venv that is half made, or whose Python has gone, is made anew.
define prepare
"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo '需要 Python 3.11 或更高版本，而 $(PYTHON) 找不到或版本太低；请安装后用 make PYTHON=/路径/python3.11 指定。' >&2; \
	echo 'Python 3.11 or later is needed, but $(PYTHON) is missing or older; install it, then name it: make PYTHON=/path/to/python3.11' >&2; \
	exit 1; }; \
echo '正在安装到 .venv，首次约需一分钟…… / Installing into .venv; the first time takes up to a minute…' >&2; \
$(VENV) -c 'import pip' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv </dev/null >&2
endef
