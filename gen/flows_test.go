package gen

import (
	"strings"
	"testing"
)

// talk is a topology with every kind of socket that has two channels.
const talk = `version: 1
name: talk
messages: {Say: {}, Heard: {}, Ack: {}}
patterns:
  chat: {kind: dealer-router, dealer_sends: [Say, Ack], router_sends: Heard}
  link: {kind: pair, bind_sends: Say, connect_sends: [Heard]}
  news: {kind: pub-sub, message: Say}
  noted: {kind: pub-sub, messages: {Say: {topic: say}}, metadata: true}
  asked: {kind: dealer-router, dealer_sends: [Say], router_sends: Heard, metadata: true}
  orders: {kind: push-pull, message: Say, metadata: true}
nodes:
  hub:
    sockets:
      chat: {router: chat, bind: "tcp://*:1", options: {handover: true}}
      link: {pair: link, bind: "tcp://*:2", overflow: drop_newest}
      news: {xpub: news, bind: "tcp://*:3"}
      noted: {xpub: noted, bind: "tcp://*:4"}
      asked: {router: asked, bind: "tcp://*:5"}
      orders: {pull: orders, bind: "tcp://*:6", batch: 8}
      flat: {pub: news, bind: "tcp://*:7", options: {conflate: true}}
  desk:
    sockets:
      chat: {dealer: chat, connect: hub.chat, routing_id: desk}
      link: {pair: link, connect: hub.link}
      news: {xsub: news, connect: hub.news, subscribe: []}
      noted: {xsub: noted, connect: hub.noted, subscribe: s}
      asked: {dealer: asked, connect: hub.asked}
      orders: {push: orders, connect: hub.orders}
`

// generatedText returns one generated file with its white space made single spaces.
func generatedText(t *testing.T, topology, file string) string {
	t.Helper()
	for _, f := range generate(t, parseText(t, "t.yaml", topology)) {
		if f.Name == file {
			return strings.Join(strings.Fields(strings.ReplaceAll(string(f.Content), "\n//", "")), " ")
		}
	}
	t.Fatalf("no file %s", file)
	return ""
}

func wantAll(t *testing.T, text string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestSocketsThatSendAndReceiveHaveTwoChannels(t *testing.T) {
	wantAll(t, generatedText(t, talk, "sockets_zmqgen.go"),
		`(chan<- zmqrt.Routed[Heard], <-chan zmqrt.Routed[ChatDealerMessage], error) { return zmqrt.OpenDuplex(ctx, pump, &topology, "hub.chat", zmqrt.ByPeer(ChatRouterCodec{}), zmqrt.ByPeer(ChatDealerCodec{}), opts)`,
		`(chan<- ChatDealerMessage, <-chan Heard, error) { return zmqrt.OpenDuplex(ctx, pump, &topology, "desk.chat", ChatDealerCodec{}, ChatRouterCodec{}, opts)`,
		`(chan<- Say, <-chan LinkConnectMessage, error) { return zmqrt.OpenDuplex(ctx, pump, &topology, "hub.link", LinkBindCodec{}, LinkConnectCodec{}, opts)`,
		`(chan<- LinkConnectMessage, <-chan Say, error) { return zmqrt.OpenDuplex(ctx, pump, &topology, "desk.link", LinkConnectCodec{}, LinkBindCodec{}, opts)`,
		`(chan<- Say, <-chan zmqrt.Subscription, error) { return zmqrt.OpenXPub(ctx, pump, &topology, "hub.news", NewsCodec{}, opts)`,
		`(chan<- zmqrt.Subscription, <-chan Say, error) { return zmqrt.OpenXSub(ctx, pump, &topology, "desk.news", NewsCodec{}, opts)`,
		`opens socket news of node hub, an XPUB of pattern news, bound to`,
		`"hub.chat": { Type: zmqrt.Router, Bind: []string{"tcp://*:1"}, LeadIn: 1, Handover: true, }`,
		`"hub.link": { Type: zmqrt.Pair, Bind: []string{"tcp://*:2"}, Overflow: zmqrt.DropNewest, LeadIn: 1, }`,
		`"hub.flat": { Type: zmqrt.Pub, Bind: []string{"tcp://*:7"}, Conflate: true, }`,
		`"desk.chat": { Type: zmqrt.Dealer, Connect: []string{"hub.chat"}, RoutingID: "desk", LeadOut: 1, }`,
		`"hub.noted": { Type: zmqrt.XPub, Bind: []string{"tcp://*:4"}, LeadOut: 2, }`,
		`"desk.noted": { Type: zmqrt.XSub, Connect: []string{"hub.noted"}, Subscribe: []string{"s"}, LeadIn: 2, }`,
		`"desk.news": { Type: zmqrt.XSub, Connect: []string{"hub.news"}, Subscribe: []string{}, }`,
	)
}

// The codec of what has metadata is told how many frames a message is without.
func TestMessagesHaveTheirMetadataBesideThem(t *testing.T) {
	wantAll(t, generatedText(t, talk, "sockets_zmqgen.go"),
		`(chan<- zmqrt.Item[NotedMessage], <-chan zmqrt.Subscription, error) { return zmqrt.OpenXPub(ctx, pump, &topology, "hub.noted", zmqrt.Items(NotedCodec{}, 3), opts)`,
		`(chan<- zmqrt.Subscription, <-chan zmqrt.Item[NotedMessage], error) { return zmqrt.OpenXSub(ctx, pump, &topology, "desk.noted", zmqrt.Items(NotedCodec{}, 3), opts)`,
		`(chan<- zmqrt.Routed[Heard], <-chan zmqrt.Routed[AskedDealerMessage], error) { return zmqrt.OpenDuplex(ctx, pump, &topology, "hub.asked", zmqrt.ItemsByPeer(AskedRouterCodec{}, 1), zmqrt.ItemsByPeer(AskedDealerCodec{}, 2), opts)`,
		`(chan<- zmqrt.Item[AskedDealerMessage], <-chan zmqrt.Item[Heard], error) { return zmqrt.OpenDuplex(ctx, pump, &topology, "desk.asked", zmqrt.Items(AskedDealerCodec{}, 2), zmqrt.Items(AskedRouterCodec{}, 1), opts)`,
		`(<-chan []zmqrt.Item[Say], error) { return zmqrt.OpenBatchReceiver(ctx, pump, &topology, "hub.orders", zmqrt.Items(OrdersCodec{}, 1), opts)`,
		`(chan<- zmqrt.Item[Say], error) { return zmqrt.OpenSender(ctx, pump, &topology, "desk.orders", zmqrt.Items(OrdersCodec{}, 1), opts)`,
	)
}

func TestANodeHasAFieldForEachSocket(t *testing.T) {
	wantAll(t, generatedText(t, talk+"  lone: {}\n", "nodes_zmqgen.go"),
		`Chat zmqrt.Duplex[zmqrt.Routed[Heard], zmqrt.Routed[ChatDealerMessage]]`,
		`News zmqrt.Duplex[Say, zmqrt.Subscription]`,
		`News zmqrt.Duplex[zmqrt.Subscription, Say]`,
		`Orders <-chan []zmqrt.Item[Say]`,
		`Orders chan<- zmqrt.Item[Say]`,
		`zmqrt.DuplexPart("chat", NewHubChat, &n.Chat), zmqrt.DuplexPart("link", NewHubLink, &n.Link),`,
		`zmqrt.Part("orders", NewHubOrders, &n.Orders), zmqrt.SenderPart("flat", NewHubFlat, &n.Flat), )`,
		`zmqrt.SenderPart("orders", NewDeskOrders, &n.Orders), )`,
		`func (n *DeskNode) Close() error { return n.node.Close() }`,
	)
	if text := generatedText(t, talk+"  lone: {}\n", "nodes_zmqgen.go"); strings.Contains(text, "LoneNode") {
		t.Error("a node without sockets has a struct")
	}
}
