# Two commands do everything: `make demo` and `make test`. Both install what they need.

DEMO := $(or $(TMPDIR),/tmp)/zmqgen-demo

.PHONY: demo test race asan model parity compat closematrix generate vectors bench bench-peers endure chaos soak hosts fuzz browser deps peers evolution

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
	go test -timeout 30m ./...

race: deps peers
	go test -race -timeout 30m ./...

# model checks the wake-up protocol of the runtime in every interleaving, and that faults in it are found.
model:
	@.ci/install spin
	@.ci/model

# parity compares VALUES random values of each of 30 messages of 16 random topologies with Go's protobuf: those
# of SEED, or of one that is drawn and printed.
VALUES ?= 200
parity:
	go test -C parity -count=1 -timeout 0 -v . -parity.seed=$(SEED) -parity.topologies=16 -parity.messages=30 -parity.values=$(VALUES)

# evolution sends messages between random versions of topologies, until each rule of breaking that speaks of messages was
# told of PAIRS pairs of versions, and holds what the codecs make of them to what breaking says.
PAIRS ?= 1000
evolution:
	go test -C parity -count=1 -timeout 0 -v -run '^TestWhatBreaking' . -parity.seed=$(SEED) -parity.pairs=$(PAIRS)

# compat exchanges messages with other ZeroMQ libraries and with stand-ins for services; docs/compat.md says how that went.
compat: deps
	@.ci/install pyzmq zeromq.js
	go test -C compat -timeout 60m -count=1 ./...

# generate writes anew all generated code that is committed.
generate:
	go generate ./...

# vectors writes anew the frames of the test vectors, from their values; docs/vectors.md says what changes mean.
vectors: deps
	go test -count=1 ./gen/internal/vectors -update

# bench compares codecs, and typed channels with all else that one could use, side by side; bench/README.md says how.
bench: deps peers
	go test -run '^$$' -bench . ./runtime
	go run -C bench ./codecs/table
	go run -C bench ./compare

# bench-peers writes anew what the generators of other libraries make of the message that codecs are compared with. It
# is no part of go generate, which CI repeats and compares: protoc says its own version in what it writes, and CI takes
# protoc from the system.
bench-peers:
	@.ci/install protobuf
	@bench/codecs/peers

# endure runs for about a quarter of an hour what must hold for ever; bench/endure says what.
endure: deps
	go run -C bench ./endure -work close
	go run -C bench ./endure -work order -n 100000000
	go run -C bench ./endure -work slow -time 10m

# chaos makes calls through one client to three servers, one of which is killed and started again each second; bench/chaos says
# what must hold then. CALLS is how many each of 32 goroutines makes, PAUSE what it waits in between: 64 and 50ms take five seconds.
CALLS ?= 10000
PAUSE ?= 0s
chaos: deps
	go run -C bench ./chaos -calls $(CALLS) -pause $(PAUSE)

# soak has every pattern and pair of sockets send for FOR, an hour, while sockets open and close, processes are killed and connections
# cut, and accounts for every message; docs/operations.md says what it claims. SEED makes its plan, or one is drawn and printed.
soak: FOR ?= 1h
soak: deps
	go run -C bench ./soak -for $(FOR) -seed $(SEED)

# hosts runs the demo, and a stream of every pattern, on hosts that are network namespaces, and breaks what is between them;
# docs/operations.md says what came of it. It takes some minutes; RUN chooses tests, as -run does. Faults are drawn for FOR, a minute, by
# SEED, or one that is drawn and printed.
RUN ?= .
hosts: FOR ?= 1m
hosts: deps
	@.ci/install iproute2
	go test -C hosts -count=1 -timeout 0 -v -run '$(RUN)' . -hosts.for=$(FOR) -hosts.seed=$(SEED)

# asan runs the tests of the runtime under the address sanitizer, with its leak check of what the shim allocates.
# What libzmq allocates is checked where no connection ends in the middle of a message, since there libzmq
# itself loses some; frames that the shim keeps and does not give back are among it.
WHOLE = ^(TestLargeMessages|TestEveryLegalPair|TestSlices|TestZmqChans|TestAFloodOfOversize|TestMessagesOverTheLimits|TestEveryMessageOfASlice|TestPushPull)
asan: deps
	LSAN_OPTIONS=suppressions=$(CURDIR)/.ci/lsan.supp go test -asan -timeout 30m -count=1 ./runtime
	go test -asan -timeout 30m -count=1 -run '$(WHOLE)' ./runtime

# fuzz runs each fuzz target for FUZZTIME, from the corpus in testdata; with KEEP=1 it keeps what it finds there.
FUZZTIME ?= 30s
fuzz:
	@.ci/fuzz $(FUZZTIME)

# closematrix ends sockets of every kind in every way, ROUNDS times each, then random ones for FOR: those of
# SEED, or of one that is drawn and printed. Races are found by the first run, lost memory by the second.
ROUNDS ?= 20
FOR ?= 10m
SEED ?= 0
CLOSEMATRIX = -count=1 -timeout 0 -v -run '^TestCloseMatrix$$' ./runtime \
	-closematrix.rounds=$(ROUNDS) -closematrix.for=$(FOR) -closematrix.seed=$(SEED)
closematrix: deps
	go test -race $(CLOSEMATRIX)
	go test $(CLOSEMATRIX)

# browser reads documentation, and the page of sockets, in a headless chromium, narrow and wide, light and dark; with PICTURES=DIR it leaves pictures there.
PICTURES ?=
browser: deps
	@.ci/install chromium
	go test -count=1 -run Browser ./gen/docs -args -docs.keep=$(abspath $(PICTURES))
	go test -count=1 -run Browser ./runtime/zmqhttp -args -zmqhttp.keep=$(abspath $(PICTURES))

deps:
	@.ci/install libzmq

# peers are the foreign peers of the tests.
peers:
	@.ci/install pyzmq protobuf
