package schema

import "testing"

func TestPlacesAreThoseOfKeysAndValues(t *testing.T) {
	top := mustParse(t, `messages:
  A: {fields: {s: string @1, n: {type: list<int32>, id: 2, max_items: 3}}}
patterns:
  r: {kind: req-rep, methods: {M: {request: A, timeout: 2s}}}
nodes:
  n: {sockets: {s: {router: r, bind: 'tcp://*:1', options: {linger: 1s, recv_hwm: 5}}}}
`)
	none := Span{}
	s, fields := top.Nodes[0].Sockets[0], top.Messages[0].Fields
	for _, c := range []struct {
		what      string
		got, want Span
	}{
		{"the type of a short field", fields[0].Places.Value("type", none), Span{4, 19, 25}},
		{"a limit", fields[1].Places.Key("max_items", none), Span{4, 60, 69}},
		{"the request of a method", top.Patterns[0].Methods[0].Places.Value("request", none), Span{6, 45, 46}},
		{"the pattern of a socket", s.Places.Value("router", none), Span{8, 29, 30}},
		{"an option", s.Options.Places.Key("recv_hwm", none), Span{8, 73, 81}},
		{"its value", s.Options.Places.Value("recv_hwm", none), Span{8, 83, 84}},
		{"what is not there", s.Options.Places.Value("send_hwm", s.Name.Span), s.Name.Span},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
}
