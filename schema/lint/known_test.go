package lint

import (
	"slices"
	"strings"
	"testing"
)

// knownRules are the ids by which rules of this kind are known: those of ZeroMQ's manuals, RFCs and guide, and those of schema languages.
const knownRules = `
	pair-types pair-types-inproc no-binder double-bind replica-bind dynamic-binds orphan-socket pair-many pair-tcp dup-connect
	dealer-dealer-many router-router wrong-direction draft-socket multipart-threadsafe stream-frames stream-peer push-slow-joiner
	connect-wildcard bind-hostname ephemeral-undiscoverable transport-type ipc-length ipc-windows ipc-abstract ipc-relative ipc-perms
	inproc-cross inproc-name io-threads-zero max-sockets bind-any-null backlog
	req-lockstep dealer-rep-delimiter router-req-delimiter dealer-router-envelope relaxed-uncorrelated correlate-router req-no-timeout
	router-silent-drop router-mandatory-poll routing-id-form routing-id-dup handover-untrusted routing-id-ignored probe-router
	connect-rid-dup
	sub-no-subscribe subscribe-on-nonsub topic-not-first topic-prefix topic-unpublished topic-unsubscribed xsub-control-clash xpub-unread
	pubsub-lossy slow-joiner nodrop-stall invert-one-side xpub-options lvc-verbose welcome-unsubscribed
	conflate-multipart conflate-type conflate-hwm hwm-unlimited hwm-bytes queue-total immediate-roundrobin immediate-bind linger-infinite
	linger-zero-loss heartbeat-alone heartbeat-ttl-range reconnect-max handshake-ivl maxmsgsize-small maxmsgsize-none option-type
	option-binding timeo-ignored affinity-mask multicast-only
	mechanism-mismatch curve-keys curve-serverkey z85-yaml secret-inline plain-cleartext security-inproc plain-no-zap curve-no-zap
	null-zap-domain zap-endpoint
	proxy-pair capture-type capture-blocks steerable-4.3.5 proxy-unstoppable proxy-hops proxy-cycle
	id-collision reserved-name field-type-clash rest-last len-prefix const-mismatch frame-count yaml-scalars ambiguous-union shared-pump-big

	pattern-socket-mismatch bind-conflict no-bind multi-bind inproc-order endpoint-scheme endpoint-port-range topic-prefix-collision
	topic-missing topic-delimiter sub-without-pub pub-without-sub message-unused message-never-sent field-number-missing
	field-number-reused reserved-reused enum-zero-unspecified enum-open name-case name-collision name-reserved doc-missing
	timeout-missing retry-unsafe linger-unset hwm-unset overflow-unset router-mandatory heartbeat-missing max-size-missing
	unbounded-repeated blob-candidate curve-missing secret-inline wildcard-bind deprecated-used ignore-unused stable-uses-unstable
	reply-type-shared request-reply-suffix version-missing`

// TestKnownRulesAreThereOrNotApplicable holds the two tables to what is known: each rule is in one of them.
func TestKnownRulesAreThereOrNotApplicable(t *testing.T) {
	there := map[string]bool{"ignore-unused": true} // of Settle
	for _, r := range Rules() {
		there[r.ID] = true
	}
	without := map[string]bool{}
	for _, r := range NotApplicable() {
		if without[r.ID] || r.Why == "" || strings.HasSuffix(r.Why, ".") {
			t.Errorf("%+v", r)
		}
		without[r.ID] = true
		if !slices.Contains(strings.Fields(knownRules), r.ID) {
			t.Errorf("nobody knows of %s", r.ID)
		}
		for _, word := range strings.Split(r.Why, "`") {
			if strings.Contains(word, "-") && !strings.ContainsAny(word, " []") && !there[word] {
				t.Errorf("%s speaks of %s, which is no rule", r.ID, word)
			}
		}
	}
	for _, id := range strings.Fields(knownRules) {
		if there[id] == without[id] {
			t.Errorf("%s: a rule: %v, without: %v", id, there[id], without[id])
		}
	}
}
