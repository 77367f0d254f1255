package runtime

import "time"

// This file is the metadata that a message may carry behind its body.

// Meta is what a message of a pattern with metadata carries beside its body. The zero Meta is that of a
// message without metadata.
type Meta struct {
	Headers     map[string]string // of the program's own: a trace, a tenant; nil if there are none
	TimeLeft    time.Duration     // of a request: how long its caller still waited when it was sent; 0 if that is not known
	Fingerprint uint64            // of the sender's schema; 0 if it told none. It is passed on as it is
	Sequence    uint64            // of the message among those with metadata that its socket sent, from 1; 0 if it is not known
	Sent        time.Time         // by the sender's clock, in UTC; zero if it is not known
}
