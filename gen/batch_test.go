package gen

import (
	"strings"
	"testing"
)

// Whether a channel carries slices is a matter of its socket alone: pattern and peer do not know.
func TestABatchMakesAChannelOfSlices(t *testing.T) {
	all := ""
	for _, f := range generate(t, parseText(t, "t.yaml", `version: 1
name: slices
messages: {Order: {}, Trade: {}, Halt: {}}
patterns:
  orders: {kind: push-pull, message: Order}
  tape: {kind: pub-sub, messages: {Trade: {}, Halt: {}}}
nodes:
  desk:
    sockets:
      one: {push: orders, connect: gateway.some}
      some: {push: orders, connect: gateway.one, batch: 8}
      tape: {pub: tape, bind: "tcp://*:5556", batch: 1}
  gateway:
    sockets:
      one: {pull: orders, bind: "tcp://*:5557"}
      some: {pull: orders, bind: "tcp://*:5558", batch: 1024, buffer: 1}
      tape: {sub: tape, connect: desk.tape, batch: 1}
`)) {
		if f.Name == "sockets_zmqgen.go" {
			all = strings.Join(strings.Fields(strings.ReplaceAll(string(f.Content), "\n//", "")), " ")
		}
	}
	for _, want := range []string{
		`opts ...zmqrt.SocketOption) (chan<- Order, error) { return zmqrt.OpenSender(ctx, pump, &topology, "desk.one"`,
		`opts ...zmqrt.SocketOption) (chan<- []Order, error) { return zmqrt.OpenBatchSender(ctx, pump, &topology, "desk.some"`,
		`opts ...zmqrt.SocketOption) (chan<- []TapeMessage, error) { return zmqrt.OpenBatchSender(ctx, pump, &topology, "desk.tape"`,
		`opts ...zmqrt.SocketOption) (<-chan Order, error) { return zmqrt.OpenReceiver(ctx, pump, &topology, "gateway.one"`,
		`opts ...zmqrt.SocketOption) (<-chan []Order, error) { return zmqrt.OpenBatchReceiver(ctx, pump, &topology, "gateway.some"`,
		`opts ...zmqrt.SocketOption) (<-chan []TapeMessage, error) { return zmqrt.OpenBatchReceiver(ctx, pump, &topology, "gateway.tape"`,
		`"gateway.some": { Type: zmqrt.Pull, Bind: []string{"tcp://*:5558"}, Buffer: zmqrt.Limit(1), Batch: 1024, }`,
		`"gateway.one": { Type: zmqrt.Pull, Bind: []string{"tcp://*:5557"}, }`,
		`carries slices of up to 8 messages, which are sent one by one`,
		`carries slices of up to 1024 messages, as many as have come`,
		`carries slices of one message, which are`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all)
		}
	}
}
