# Two commands do everything: `make demo` and `make test`. Both install what they need.

DEMO := $(or $(TMPDIR),/tmp)/zmqgen-demo

.PHONY: demo test race generate bench fuzz deps peers

# demo generates Go from examples/topology.yaml, builds the three nodes and runs them as processes that
# exchange messages over tcp.
demo: deps
	@echo "==> zmqgen generate examples/topology.yaml"
	@mkdir -p $(DEMO)
	@CGO_ENABLED=0 go build -o $(DEMO)/zmqgen ./cmd/zmqgen
	@$(DEMO)/zmqgen generate -o examples/market examples/topology.yaml
	@echo "==> go build feed, desk, gateway"
	@go build -o $(DEMO)/ ./examples/feed ./examples/desk ./examples/gateway ./examples/demo
	@echo "==> three processes, tcp on free ports"
	@$(DEMO)/demo $(DEMO)

test: deps peers
	go test ./...

race: deps peers
	go test -race ./...

# generate writes anew all generated code that is committed.
generate:
	go generate ./...

# bench compares typed channels with all else that one could use, side by side; bench/README.md says how.
bench: deps peers
	go test -run '^$$' -bench . ./runtime
	go run -C bench ./compare

# fuzz runs each fuzz target for FUZZTIME.
FUZZTIME ?= 30s
fuzz:
	@.ci/fuzz $(FUZZTIME)

deps:
	@.ci/install libzmq

# peers are the foreign peers of the tests.
peers:
	@.ci/install pyzmq
