// Package peer is what the contenders that are written in Go share, so that each of them is only about
// its own way to move messages: flags, the lines that they exchange with the driver, and the loops that
// verify and time.
//
// # The protocol
//
// Every contender, in whatever language, is one program with these flags. The driver starts it once for
// each role, and it exits with 0 when its work is done and was right.
//
//	-role NAME        what this process does; see below
//	-endpoint E       what it binds (receive, both, answer, publish) or connects to (send, ask,
//	                  subscribe); several are separated by commas
//	-layout N,N,…     the sizes of the frames of a message
//	-n N              messages, calls, or elements
//	-warmup N         calls before those that are measured
//	-variant NAME     which of several ways of the same program
//	-inflight N       calls at once
//	-conns N          connections of a client, where the program has a choice
//	-subscribers N    SUB sockets
//	-sockets N        idle sockets
//	-idle D           for how long they idle
//
// To standard output it prints lines of a name, a space, and a value:
//
//	endpoint E        it has bound E (receive, answer, publish); comes before anything is received
//	cpu_before NS     CPU time that it had used when its work began, in nanoseconds: the driver
//	                  subtracts it from what the process has used in the end
//	ready 1           all subscriptions are in place (subscribe)
//	NAME NUMBER       a result
//
// From standard input it reads one line, "go", where it has to wait for its peers (publish), and then the
// end of the input, which says that the peers are done. It closes its sockets only after that: over ipc
// libzmq may lose the last messages of a sender that closes early.
//
// What is sent one way is numbered from 0. A publisher numbers its probes, by which subscribers see that
// they are subscribed, -1. Ready-made bytes have the number in the first 8 bytes of the last frame, in little
// endian.
//
// # The roles
//
//	receive           PULL: receives n messages; prints elapsed_ns, from the first to the last
//	send              PUSH: sends them
//	both              the two of them in one process
//	answer            REP or its like: returns warmup + n messages
//	ask               REQ or its like: makes as many round trips; prints elapsed_ns, p50_ns, p99_ns
//	publish           PUB: publishes n messages to all subscribers
//	subscribe         SUB, several in one process; prints elapsed_ns, from the first to the last
//	sockets           opens many sockets and lets them idle; see Crowd
//	buffer            fills channels with n elements
package peer
