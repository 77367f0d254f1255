// How frames come in: from the socket, after those that were received ahead of whoever wants them. The pieces of C in shim.go
// and shim_forward.go share this.

#ifndef ZMQGEN_INLET_H
#define ZMQGEN_INLET_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <zmq.h>

// A careful socket receives no further message ahead of a user who does not read if so many frames wait.
#define ZMQGEN_AHEAD_FRAMES 256

// When a socket is left between two messages, whatever is done to it.
enum { ZMQGEN_CARELESS, ZMQGEN_CAREFUL_UNTIL_IDLE, ZMQGEN_CAREFUL };

typedef struct zmqgen_inlet {
	zmq_msg_t *ahead; // received ahead, all initialised; those from first to n wait
	int32_t room, first, n;
	int32_t more;     // the next frame of the socket goes on with a message that has begun
	int32_t careful;
} zmqgen_inlet;

static inline void zmqgen_inlet_free(zmqgen_inlet *in) {
	for (int32_t i = 0; i < in->n; i++) zmq_msg_close(&in->ahead[i]);
	free(in->ahead);
	in->ahead = NULL;
	in->room = in->first = in->n = 0;
}

// Receives a frame from the socket without blocking, and returns 0 or errno.
static inline int zmqgen_inlet_fetch(void *sock, zmqgen_inlet *in, zmq_msg_t *msg) {
	while (zmq_msg_recv(msg, sock, ZMQ_DONTWAIT) < 0) {
		int err = zmq_errno();
		if (err == EINTR) continue;
		// With nothing to receive, libzmq has looked at all connections, and those that are going are behind it.
		if (err == EAGAIN && in->careful == ZMQGEN_CAREFUL_UNTIL_IDLE) in->careful = ZMQGEN_CARELESS;
		return err;
	}
	in->more = zmq_msg_more(msg);
	return 0;
}

// Makes room for one frame more that is received ahead. Returns 0 without memory.
static inline int zmqgen_inlet_grow(zmqgen_inlet *in) {
	if (in->n < in->room) return 1;
	int32_t room = in->room ? 2 * in->room : 8;
	zmq_msg_t *ahead = malloc((size_t) room * sizeof *ahead); // not realloc, since zmq_msg_move alone may move a message
	if (!ahead) return 0;
	for (int32_t i = 0; i < in->n; i++) {
		zmq_msg_init(&ahead[i]);
		zmq_msg_move(&ahead[i], &in->ahead[i]);
	}
	free(in->ahead);
	in->ahead = ahead;
	in->room = room;
	return 1;
}

// Receives ahead the rest of a message that has begun, and so many whole ones after it, or all that there are. Then the socket
// is between two messages. Returns 0 without memory.
static inline int zmqgen_inlet_ahead(void *sock, zmqgen_inlet *in, int32_t messages) {
	int had = 1;
	while (had && (in->more || messages > 0)) {
		if (!zmqgen_inlet_grow(in)) return 0;
		zmq_msg_t *msg = &in->ahead[in->n];
		zmq_msg_init(msg);
		had = zmqgen_inlet_fetch(sock, in, msg) == 0; // not, if there is nothing, or nothing before a reply has been sent
		in->n += had;
		messages -= had && !in->more;
	}
	if (in->n == 0) zmqgen_inlet_free(in);
	return 1;
}

// Returns ZMQ_EVENTS of a socket, and that there is something to receive if that was received ahead. in is NULL if the socket never
// received.
static inline int zmqgen_inlet_events(void *sock, zmqgen_inlet *in) {
	int events = 0;
	size_t size = sizeof events;
	while (zmq_getsockopt(sock, ZMQ_EVENTS, &events, &size) != 0)
		if (zmq_errno() != EINTR) return 0;
	if (!in) return events;
	if (in->careful && (events & ZMQ_POLLIN) && in->n - in->first < ZMQGEN_AHEAD_FRAMES) zmqgen_inlet_ahead(sock, in, 1);
	return in->first < in->n ? events | ZMQ_POLLIN : events;
}

// Receives the next frame without blocking, and returns 0 or errno.
static inline int zmqgen_inlet_next(void *sock, zmqgen_inlet *in, zmq_msg_t *msg) {
	if (in->careful && in->first == in->n && !in->more) zmqgen_inlet_events(sock, in);
	if (in->first == in->n) return zmqgen_inlet_fetch(sock, in, msg);
	zmq_msg_move(msg, &in->ahead[in->first++]);
	if (in->first == in->n) zmqgen_inlet_free(in);
	return 0;
}

#endif
