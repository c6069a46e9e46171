# What can be done here. `make` alone lists it.
#
# CELLAR_PROCESSOR   the processor to compile for (default: native), e.g. x86-64-v3 for a binary to be given away
# CELLAR_DATASETS    a folder of data sets, for tests and benchmarks that use measured or reference curves
# CELLAR_HOME        where an installed command finds its folder Cells

SHELL = /bin/sh
SWIFT = swift
PYTHON = python3
BUILD = .build
# The tests look inside modules, which needs another build of everything: it has a folder of its own, so that neither
# build undoes the other, and the command that is used and measured is never the testable one.
TESTING = $(BUILD)/testing
TESTABLE = -c release --scratch-path $(TESTING) -Xswiftc -enable-testing
CELLAR = $(BUILD)/release/cellar
# Where an installed command goes; DESTDIR before it is for who makes packages.
PREFIX = /usr/local
INSTALL_FROM = $(BUILD)/release
SOURCES = Sources Tests Examples Package.swift
EXAMPLES = discharge-rates half-cell sweep sei-laws ageing-temperature knee fleet few-cells cobalt-free
# What reports draw with, and what their pages are opened with in tests; everything else works without.
RUNTIME = $(BUILD)/report-runtime
RUNTIME_PACKAGES = esbuild node-vega
BROWSER_PACKAGES = chromium librsvg2-bin fonts-dejavu-core
PACKAGES = libsundials-dev libsuitesparse-dev zlib1g-dev libzip-dev libexpat1-dev libmatio-dev mdbtools \
	libopenblas-dev libxgboost-dev
SHIMS = $(wildcard Sources/C*/shim.h)
INCLUDES = $(subst :, ,$(CPATH)) /usr/include /usr/include/$(shell uname -m)-linux-gnu /usr/local/include /opt/homebrew/include /opt/local/include

export CELLAR_PROCESSOR CELLAR_DATASETS
ifndef CELLAR_PROCESSOR
unexport CELLAR_PROCESSOR
endif
ifndef CELLAR_DATASETS
unexport CELLAR_DATASETS
endif

.PHONY: help deps runtime browser build install uninstall deb demo test lint format examples bench lifetime materials \
	models populations surrogate slurm docs clean

help: ## list the targets (the default)
	@echo "make TARGET, where TARGET is"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1@\2/p' Makefile | awk -F@ '{ printf "%-12s%s\n", $$1, $$2 }'

deps: ## install the C libraries and the program mdb-export, where they are missing
	@has() { for folder in $(INCLUDES); do if [ -f "$$folder/$$1" ]; then return 0; fi; done; return 1; }; \
	headers() { for header in $$(sed -n 's/^ *# *include *<\(.*\)>.*/\1/p' $(SHIMS)); do \
	    has "$$header" || has "$${header#suitesparse/}" || has "$${header#hdf5/serial/}" || \
	      has "$${header#openblas/}" || \
	      has "hdf5/serial/$$header" || { lacking=$$header; return 1; }; \
	  done; }; \
	complete() { headers && { command -v mdb-export >/dev/null 2>&1 || { lacking=mdb-export; return 1; }; }; }; \
	major() { for folder in $(INCLUDES); do sed -n 's/^#define SUNDIALS_VERSION_MAJOR *//p' \
	  "$$folder/sundials/sundials_config.h" 2>/dev/null; done | head -n 1; }; \
	check() { case "$$(major)" in 6 | "") exit 0;; \
	  *) echo "SUNDIALS $$(major) is installed; 6 is needed, whose interfaces are used here" >&2; exit 1;; esac; }; \
	complete && check; \
	explain() { \
	  if headers; then \
	    echo "mdb-export is missing, without which Arbin's .res files are not read: install mdbtools"; check; \
	  fi; \
	  case $$lacking in zlib*) library=zlib;; zip*) library=libzip;; expat*) library=Expat;; matio*) library=MatIO;; hdf5*) library=HDF5;; \
	    *blas*) library=OpenBLAS;; xgboost*) library=XGBoost;; \
	    *) library="SUNDIALS 6 or SuiteSparse";; esac; \
	  echo "$$library is missing ($$lacking). Install these, with their headers:"; \
	  echo "  Debian, Ubuntu  apt-get install $(PACKAGES)"; \
	  echo "  Fedora          dnf install sundials-devel suitesparse-devel zlib-devel libzip-devel expat-devel" \
	    "matio-devel mdbtools openblas-devel; XGBoost from source"; \
	  echo "  Arch            pacman -S sundials suitesparse zlib libzip expat libmatio mdbtools openblas xgboost"; \
	  echo "  Homebrew        brew install sundials suite-sparse libzip expat libmatio mdbtools openblas xgboost"; \
	  exit 1; } >&2; \
	command -v apt-get >/dev/null 2>&1 || explain; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif command -v sudo >/dev/null 2>&1; then root=sudo; if [ "$$CI" = true ]; then root="sudo -n"; fi; \
	else explain; fi; \
	apt() { $$root env DEBIAN_FRONTEND=noninteractive apt-get "$$@" </dev/null; }; \
	fetch() { apt install -y --no-install-recommends $(PACKAGES); }; \
	fetch 2>/dev/null || { apt update && fetch; } || explain; \
	complete || explain; check

build: deps ## compile; leaves the command at .build/release/cellar
	@$(SWIFT) build -c release
	@sh Sources/Reports/Runtime/bundle.sh $(RUNTIME)

install: ## put the built command, its cells, data, completions and manual pages below PREFIX (default: /usr/local)
	@Packaging/install.sh "$(INSTALL_FROM)" "$(PREFIX)" "$(DESTDIR)"

uninstall: ## take away what install put below PREFIX
	@Packaging/uninstall.sh "$(PREFIX)" "$(DESTDIR)"

deb: ## a Debian package of the built command, in .build; needs dpkg-dev and patchelf
	@Packaging/debian.sh "$(INSTALL_FROM)" $(BUILD)

# As root where that can be done; a machine without the packages goes on without figures.
packages = if [ "$$(id -u)" = 0 ]; then root=; elif command -v sudo >/dev/null 2>&1; then root="sudo -n"; else exit 0; fi; \
	command -v apt-get >/dev/null 2>&1 || exit 0; \
	apt() { $$root env DEBIAN_FRONTEND=noninteractive apt-get "$$@" </dev/null >/dev/null 2>&1; }; \
	apt install -y --no-install-recommends $(1) || { apt update && apt install -y --no-install-recommends $(1); } || true

runtime: ## bundle what reports draw with, from Debian's packages; installs them where they are missing
	@{ command -v esbuild && [ -d /usr/share/nodejs/vega-view ]; } >/dev/null 2>&1 || { $(call packages,$(RUNTIME_PACKAGES)); }
	@sh Sources/Reports/Runtime/bundle.sh $(RUNTIME)

browser: runtime ## install the browser that tests open pages with
	@{ command -v chromium && command -v rsvg-convert; } >/dev/null 2>&1 || { $(call packages,$(BROWSER_PACKAGES)); }

demo: build runtime ## discharge a cell, cycle and age it, predict its remaining life, sweep, score materials, evaluate a candidate
	@mkdir -p demo
	@echo
	$(CELLAR) simulate lg-m50-chen2020 --protocol "Discharge at 1C until 2.5 V"
	@echo
	$(CELLAR) simulate lg-m50-chen2020 --protocol "Discharge at 1C until 2.5 V" --out demo/lg-m50-1C.bdf.csv
	@head -n 6 demo/lg-m50-1C.bdf.csv; echo "... $$(wc -l <demo/lg-m50-1C.bdf.csv) lines"
	@echo
	$(CELLAR) simulate lg-m50-chen2020 --protocol "Discharge at 1C until 2.5 V" "Rest for 10 minutes" \
	  "Charge at C/2 until 4.2 V" "Hold at 4.2 V until C/50" \
	  --out demo/lg-m50-cycle.bdf.csv --summary demo/lg-m50-cycle.csv --steps-summary demo/lg-m50-cycle-steps.csv
	@cut -d, -f4,7-9,12,13,18 demo/lg-m50-cycle-steps.csv
	@echo
	$(CELLAR) simulate lg-m50-okane2022 --ageing okane2022-knee --mesh fast --cycles 300 \
	  --protocol "Discharge at 1C until 2.5 V" "Charge at 1C until 4.2 V" "Hold at 4.2 V until C/100" \
	  --out demo/aged.bdf.csv --out-every 20 --summary demo/aged.csv
	@cut -d, -f1,2,9,12-14,16,17 demo/aged.csv | sed -n '1,2p;101p;201p;$$p'
	@echo
	$(CELLAR) predict demo/aged.csv
	@$(CELLAR) simulate lg-m50-chen2020 --protocol "Discharge at 1C until 2.5 V" "Rest for 10 minutes" \
	  "Charge at C/2 until 4.2 V" "Hold at 4.2 V until C/50" --json >demo/lg-m50-cycle.json
	@echo; rm -rf demo/sweep
	$(CELLAR) sweep --recipe nmc --small --out demo/sweep
	@cut -d, -f1,4-8,17,18 demo/sweep/runs.csv
	@echo
	$(CELLAR) train lifetime --hybrid nmc --hybrid demo/sweep --out demo/hybrid.json
	$(CELLAR) predict Examples/Data/aged-cell.csv --nominal-capacity 5 --model demo/hybrid.json
	@$(CELLAR) predict Examples/Data/aged-cell.csv --nominal-capacity 5 --model demo/hybrid.json \
	  --soh-trace demo/aged-cell-soh.csv --json >demo/aged-cell.json
	@echo
	$(CELLAR) score LiCoO2 LiFePO4 NMC811
	@$(CELLAR) score LiMn0.6Fe0.4PO4 LiCoO2 LiFePO4 NMC811 --json >demo/scores.json
	@echo
	$(CELLAR) evaluate LiMn0.6Fe0.4PO4 --samples 8 --life simulate --out demo/candidate
	@echo; ls -l demo
	@echo
	$(CELLAR) report demo/candidate demo/scores.json demo/lg-m50-cycle.json demo/lg-m50-cycle.bdf.csv demo/aged.csv \
	  demo/aged-cell.json demo/aged-cell-soh.csv demo/sweep --title "From a material to a cell, and its life" \
	  --out demo/report.html
	@echo; echo "Open $(CURDIR)/demo/report.html"

test: deps lint browser ## check the layout of the sources, run all tests and the examples
	@$(SWIFT) build --build-tests $(TESTABLE)
	@$(SWIFT) test --skip-build $(TESTABLE)
	@sh Tests/pages.sh $(TESTING)/release/cellar
	@$(MAKE) --no-print-directory examples EXAMPLES_FROM=$(TESTING)/release

EXAMPLES_FROM = $(BUILD)/release
examples: $(if $(filter $(BUILD)/release,$(EXAMPLES_FROM)),build) ## run the programs in Examples
	@for name in $(EXAMPLES); do echo "$$name"; $(EXAMPLES_FROM)/$$name || exit; echo; done

lint: ## check the layout of the Swift sources
	@$(SWIFT) format lint --strict --recursive $(SOURCES)

format: ## lay the Swift sources out
	@$(SWIFT) format --in-place --recursive $(SOURCES)

.venv/installed: Benchmarks/requirements.txt
	@$(PYTHON) -m venv .venv || { echo "Python 3 with its module venv is needed (Debian: python3-venv)" >&2; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt
	@touch $@

bench: build .venv/installed ## measure beside PyBaMM, in a virtual environment made here; writes Benchmarks/results.md
	@.venv/bin/python Benchmarks/bench.py
	@.venv/bin/python Benchmarks/import_bench.py
	@if [ -n "$(CELLAR_DATASETS)" ]; then $(MAKE) --no-print-directory lifetime materials; \
	else echo "lifetime, materials: left out, CELLAR_DATASETS names no data sets"; fi

.venv-lifetime/installed: Benchmarks/lifetime-requirements.txt
	@$(PYTHON) -m venv .venv-lifetime || { echo "Python 3 with its module venv is needed" >&2; exit 1; }
	@.venv-lifetime/bin/python -m pip install --quiet --disable-pip-version-check -r Benchmarks/lifetime-requirements.txt
	@touch $@

lifetime: build .venv-lifetime/installed ## measure lifetime models beside scikit-learn and XGBoost; needs CELLAR_DATASETS
	@.venv-lifetime/bin/python Benchmarks/lifetime_baseline.py

.venv-materials/installed: Benchmarks/materials-requirements.txt
	@$(PYTHON) -m venv .venv-materials || { echo "Python 3 with its module venv is needed" >&2; exit 1; }
	@.venv-materials/bin/python -m pip install --quiet --disable-pip-version-check -r Benchmarks/materials-requirements.txt
	@touch $@

materials: build .venv-materials/installed ## measure predictors of materials beside matminer and XGBoost; needs CELLAR_DATASETS
	@.venv-materials/bin/python Benchmarks/materials_baseline.py

slurm: build ## a sweep on a Slurm of one node that is started and stopped here, compared with a local one; needs root
	@PATH=$$PATH:/usr/sbin; \
	for program in slurmctld slurmd sbatch munged; do command -v $$program >/dev/null || lacking=$$program; done; \
	[ -z "$${lacking:-}" ] || { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends slurm-wlm munge; } \
	  || { echo "Slurm and munge are needed (Debian: slurm-wlm, munge)" >&2; exit 1; }
	@Tests/slurm.sh $(CELLAR)

models: build ## train the models in Data/models again, from CELLAR_DATASETS
	@[ -n "$(CELLAR_DATASETS)" ] || { echo "set CELLAR_DATASETS to the folder of data sets" >&2; exit 1; }
	@mkdir -p Data/models
	$(CELLAR) train lifetime --shipped $(CELLAR_DATASETS)/cycling --out Data/models
	$(CELLAR) train property --shipped $(CELLAR_DATASETS)/materials --out Data/models

populations: build ## simulate the populations in Data/populations again (half an hour on two cores)
	@$(PYTHON) Benchmarks/populations.py --cellar $(CELLAR)

surrogate: build ## simulate and learn the lives of Data/models/candidate-life.json again (some minutes on two cores)
	$(CELLAR) train surrogate --out Data/models/candidate-life.json

docs: build ## build the pages of Documentation and the libraries' reference into .build/docs; a warning is an error
	@Documentation/build.sh $(BUILD)/release $(BUILD)/docs

clean: ## remove what was built, and the demonstration's output
	@rm -rf $(BUILD) demo
