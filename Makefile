# graft's tasks. `make demo` and `make test` set up what they need on a machine
# with Go, gcc and Python with pip; everything fetched goes to the user's cache.

GO ?= go
# The lists are programs of Go's own tree; some distributions leave its test folder out.
LISTS = $(if $(wildcard $(shell $(GO) env GOROOT)/test/235.go),lists,)

.PHONY: build demo test check test-full race soak bench fixtures generate clean

build: ## graft, in this folder
	$(GO) build -o graft ./cmd/graft

demo: build ## lesson 1 in the terminal, on real weights and photographs
	./graft demo

test: build ## under 10 minutes on 2 cores
	scripts/apt.sh 'python3 -c "import ensurepip"' python3-venv
	scripts/jupyter-venv.sh
	$(GO) test -tags '$(LISTS)' ./...

check: ## format, vet, lint, generated files, import rules
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not gofmt-ed:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags full,lists ./...
	$(GO) tool staticcheck ./...
	$(GO) run ./internal/bindgen -check
	$(GO) test ./internal/archtest

test-full: build ## all lists, whole lessons, the terminal in tmux
	scripts/apt.sh 'python3 -c "import ensurepip"' python3-venv
	scripts/apt.sh 'tmux -V' tmux
	scripts/jupyter-venv.sh
	@test -n "$(LISTS)" || echo "this Go has no test folder: its lists are left out"
	$(GO) test -tags full,$(LISTS) -timeout 40m ./...
	$(MAKE) race

race: ## the interpreter and the session under the race detector (cells of hostile race by themselves)
	@# Without checkptr, which ends the process where unsafe.Slice of a cell should panic.
	CGO_ENABLED=1 $(GO) test -race -gcflags=graft/internal/golang/vm=-d=checkptr=0 -short -timeout 20m ./internal/golang/vm ./internal/golang ./internal/session

soak: build ## long fuzzers; commit the dated log it writes
	scripts/soak.sh

bench: build ## side by side with PyTorch, ipykernel and GoNB
	bench/run.sh

fixtures: ## PyTorch's answers, committed under testdata
	scripts/fixtures.sh

generate: ## binding tables
	$(GO) run ./internal/bindgen

clean:
	rm -f graft
