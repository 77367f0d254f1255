package lint

import "slices"

// This file is the table of what others check and zmqgen does not, for the end of docs/rules.md: rules that ZeroMQ's manuals, RFCs
// and guide suggest, and those of other schema languages. Either the language has no words for the mistake, or the runtime does
// not let it happen, or another rule is about it.

// Inapplicable is a rule that zmqgen does without.
type Inapplicable struct {
	ID  string // by which it is known
	Why string // a sentence without a full stop, in Markdown
}

// NotApplicable returns the rules that zmqgen does without, those of sockets first. It is the caller's to change.
func NotApplicable() []Inapplicable { return slices.Clone(inapplicable) }

const (
	noOptionX = "the language has no key for this option; an `xpub` tells of every subscription, and a `pub` drops"
	noDraft   = "the language has no draft socket types"
	envelopes = "the runtime writes and reads the envelope, with its delimiter, for either type"
)

var inapplicable = []Inapplicable{
	// Sockets that meet.
	{"router-router", "no kind of pattern has a `router` on both sides"},
	{"wrong-direction", "the type of a socket says what it sends; see `pattern-socket-mismatch`"},
	{"draft-socket", noDraft},
	{"multipart-threadsafe", noDraft},
	{"stream-frames", "the language has no STREAM sockets"},
	{"stream-peer", "the language has no STREAM sockets"},
	{"push-slow-joiner", "whether a program waits for its workers, with `WaitPeers`, is not in the file"},
	{"multi-bind", "a socket may bind several endpoints; its peers connect to the first"},
	{"inproc-order", "ZeroMQ lets sockets connect to an inproc name before it is bound"},

	// Endpoints.
	{"transport-type", "the transports are tcp, ipc and inproc, which all types have; see `not-supported`"},
	{"ipc-perms", "the owners of processes and directories are not in the file"},
	{"io-threads-zero", "a pump always has I/O threads"},
	{"max-sockets", "a pump takes 32768 sockets, more than a file of 1 MiB declares"},
	{"endpoint-scheme", "is `bad-endpoint`"},
	{"endpoint-port-range", "is `bad-endpoint`"},
	{"bind-conflict", "is `double-bind`"},
	{"no-bind", "is `no-binder`, and `connect-unbound` of literal endpoints"},
	{"wildcard-bind", "is `bind-any-null`"},

	// Requests and replies.
	{"req-lockstep", "the calls of a `req` queue in the client; it never sends out of turn"},
	{"dealer-rep-delimiter", envelopes},
	{"router-req-delimiter", envelopes},
	{"dealer-router-envelope", "both ends have the pattern's envelope"},
	{"relaxed-uncorrelated", "the runtime sets REQ_RELAXED and REQ_CORRELATE together, or neither"},
	{"correlate-router", "`correlation` is of the pattern, so that both ends have the same"},
	{"req-no-timeout", "every call has a deadline: that of its ctx, its `timeout`, or 30 s"},
	{"timeout-missing", "every call has a deadline: that of its ctx, its `timeout`, or 30 s"},
	{"router-silent-drop", "ROUTER_MANDATORY is always set, and what cannot be delivered is counted"},
	{"router-mandatory", "ROUTER_MANDATORY is always set, and what cannot be delivered is counted"},
	{"router-mandatory-poll", "the runtime keeps what a full peer does not take apart from other peers' messages"},
	{"probe-router", "PROBE_ROUTER is never set"},
	{"connect-rid-dup", "CONNECT_ROUTING_ID is never set"},
	{"request-reply-suffix", "how messages are called is a matter of taste"},

	// Publishing and subscribing.
	{"sub-no-subscribe", "a `sub` without `subscribe` receives everything, and `[]` says that it subscribes later"},
	{"topic-not-first", "the topic is always the first frame"},
	{"topic-missing", "is `topic-mixed`"},
	{"topic-prefix-collision", "is `topic-prefix`"},
	{"xsub-control-clash", "an `xsub` sends subscriptions alone"},
	{"xpub-unread", "nobody has to read the subscriptions of an `xpub`: the oldest is dropped"},
	{"pubsub-lossy", "the language has no promise of delivery that a `pub` could break"},
	{"slow-joiner", "whether a program waits for its subscribers, with `WaitSubscribers`, is not in the file"},
	{"nodrop-stall", noOptionX},
	{"invert-one-side", noOptionX},
	{"xpub-options", noOptionX},
	{"lvc-verbose", noOptionX},
	{"welcome-unsubscribed", "a welcome is given in Go, where the socket is opened"},

	// Options.
	{"queue-total", "a sum for every connection would be no finding but a report; `hwm-bytes` tells those that are too much"},
	{"linger-unset", "`linger` is 1 s if left out"},
	{"hwm-unset", "high-water marks are 1000 if left out"},
	{"overflow-unset", "`overflow` is `block` if left out: nothing is dropped unasked"},
	{"handshake-ivl", "RECONNECT_STOP, of which libzmq 4.3.4 knows nothing, is never set"},
	{"maxmsgsize-none", "`max_message_size` is 16 MiB if left out"},
	{"max-size-missing", "`max_message_size` is 16 MiB if left out"},
	{"option-binding", "the language has no option that the runtime cannot set"},
	{"timeo-ignored", "SNDTIMEO and RCVTIMEO are never set"},
	{"affinity-mask", "the language has no key for the option; which thread serves a connection is ZeroMQ's choice"},
	{"multicast-only", "the language has no multicast"},

	// Security.
	{"curve-serverkey", "keys do not stand in the file; a program checks that its public and secret key belong together when it opens the socket"},
	{"z85-yaml", "keys do not stand in the file, see `secret-inline`"},
	{"plain-no-zap", "the pump has a handler for every server with a security; without a list or a callback a socket does not open"},
	{"curve-no-zap", "the pump has a handler for every server with a security; that all are let in has to be said, `allow: any`"},
	{"null-zap-domain", "every security has a domain, its name if the file is silent"},
	{"zap-endpoint", "the handler is the pump's own; others that bind its name are told so, see `inproc-name`"},

	// Devices.
	{"capture-type", "a capture is always a PUB"},
	{"capture-blocks", "a capture is a PUB, which waits for nobody"},
	{"steerable-4.3.5", "devices run on the pump, not in zmq_proxy_steerable"},
	{"proxy-unstoppable", "devices run on the pump, and end with their ctx"},
	{"proxy-hops", "servers send the whole envelope back, of up to 16 frames, whichever devices put them there"},
	{"shared-pump-big", "which sockets share a pump is decided in Go, where they are opened"},

	// Messages.
	{"id-collision", "is `duplicate-id` of numbers and `duplicate-wire-name` of names"},
	{"field-type-clash", "the fields of one message have nothing to do with those of another"},
	{"len-prefix", "every length travels as a varint or as that of a frame"},
	{"const-mismatch", "a constant is a `const`, written and checked by one declaration"},
	{"yaml-scalars", "values are what stands in the file: `NO`, `010` and `null` are text"},
	{"message-never-sent", "is `sub-without-pub` and its like, of the pattern that carries the message"},
	{"field-number-missing", "is `missing-id`"},
	{"field-number-reused", "is `duplicate-id`"},
	{"enum-zero-unspecified", "is `enum-zero`"},
	{"enum-open", "every enum is open"},
	{"name-case", "is `bad-name`"},
	{"name-reserved", "is `reserved-name`"},
	{"version-missing", "is `missing-key`"},
	{"blob-candidate", "how large `bytes` become is not in the file, unless a `max_len` says so"},
	{"stable-uses-unstable", "the language has no stability; see `deprecated-used`"},
}
