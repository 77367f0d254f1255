// How messages go from one socket to another without being shown to Go. device.h and shim_forward.go use this.

#ifndef ZMQGEN_FORWARD_H
#define ZMQGEN_FORWARD_H

#include <string.h>
#include "inlet.h"

#define FEW 8    // frames that a hand has room for at first
#define MANY 64  // frames for which an idle hand keeps room

// Why a call has ended.
enum { ALL, NOTHING_MORE, TAKES_NO_MORE, PEER_FULL, RECEIVE_FAILED, SEND_FAILED };

// A message between two sockets: its frames, of which none goes on before the last has come.
typedef struct zmqgen_hand {
	zmq_msg_t *frames; // all of them initialised, n of them of the message
	int32_t room, n;
	int32_t whole;     // the last frame has come
	int32_t skipping;  // the rest of this message is discarded
	int32_t seen;      // frames of this message, discarded ones included
	int64_t bytes;
} zmqgen_hand;

// What a call moved.
typedef struct zmqgen_moved {
	int32_t in_msgs, in_frames;
	int64_t in_bytes;
	int32_t out_msgs, out_frames;
	int64_t out_bytes;
	int32_t oversize;   // discarded for being over a limit
	int32_t unroutable; // discarded, since the peer that they name is not there
	int32_t ended;      // why the call has ended
	int32_t err;        // errno, if something failed
} zmqgen_moved;

// How a direction moves.
typedef struct zmqgen_way {
	void *from, *to;
	zmqgen_inlet *inlet;    // of from
	void *capture;          // or NULL
	const char *tag;        // what captured messages begin with
	int64_t limit_bytes;
	int32_t limit_frames;
	int32_t routed;         // to is a mandatory ROUTER
	int32_t may_tear;       // to may lose its peer in the middle of a message
	uint64_t parked[64];    // bits of the hashes of peers for which messages are parked
	int32_t any_parked;
} zmqgen_way;

// Gives back the frames from the first on.
static void zmqgen_hand_drop(zmqgen_hand *h) {
	for (int32_t i = 0; i < h->n; i++) {
		zmq_msg_close(&h->frames[i]);
		zmq_msg_init(&h->frames[i]);
	}
	h->n = h->whole = h->skipping = h->seen = 0;
	h->bytes = 0;
}

static void zmqgen_hand_free(zmqgen_hand *h) {
	zmqgen_hand_drop(h);
	free(h->frames);
	h->frames = NULL;
	h->room = 0;
}

// Makes room for one frame more. Returns 0 without memory.
static int zmqgen_hand_grow(zmqgen_hand *h) {
	int32_t room = h->room ? 2 * h->room : FEW;
	zmq_msg_t *frames = malloc((size_t) room * sizeof *frames);
	if (!frames) return 0;
	for (int32_t i = 0; i < room; i++) zmq_msg_init(&frames[i]);
	for (int32_t i = 0; i < h->n; i++) zmq_msg_move(&frames[i], &h->frames[i]);
	free(h->frames);
	h->frames = frames;
	h->room = room;
	return 1;
}

#define ONE_LESS -1 // a message was discarded

// Receives one whole message. Returns 0, or errno, or ONE_LESS.
static int zmqgen_take(const zmqgen_way *way, zmqgen_hand *h, zmqgen_moved *r) {
	for (;;) {
		if (h->n == h->room && !zmqgen_hand_grow(h)) return ENOMEM;
		zmq_msg_t *frame = &h->frames[h->n];
		int err = zmqgen_inlet_next(way->from, way->inlet, frame);
		if (err) return err;
		int more = zmq_msg_more(frame);
		h->n++;
		h->seen++;
		h->bytes += (int64_t) zmq_msg_size(frame);
		if (h->skipping || h->seen > way->limit_frames || h->bytes > way->limit_bytes) {
			int32_t seen = h->seen;
			int64_t bytes = h->bytes;
			zmqgen_hand_drop(h);
			h->seen = seen;
			h->bytes = bytes;
			h->skipping = 1;
		}
		if (more) continue;
		if (h->skipping) {
			r->oversize++;
			zmqgen_hand_drop(h);
			return ONE_LESS;
		}
		h->whole = 1;
		r->in_msgs++;
		r->in_frames += h->n;
		r->in_bytes += h->bytes;
		return 0;
	}
}

static int zmqgen_put(void *sock, zmq_msg_t *frame, int more) {
	int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
	while (zmq_msg_send(frame, sock, flags) < 0)
		if (zmq_errno() != EINTR) return zmq_errno();
	return 0;
}

// Sends a copy of a frame, which shares its body if that is large.
static int zmqgen_put_copy(void *sock, zmq_msg_t *frame, int more) {
	zmq_msg_t copy;
	zmq_msg_init(&copy);
	if (zmq_msg_copy(&copy, frame) != 0) return zmq_errno();
	int err = zmqgen_put(sock, &copy, more);
	if (err) zmq_msg_close(&copy);
	return err;
}

// Sends what has passed to whoever watches, in front of it the side that it came from. A PUB never blocks.
static void zmqgen_show(void *capture, const char *tag, zmqgen_hand *h) {
	while (zmq_send(capture, tag, strlen(tag), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
		if (zmq_errno() != EINTR) return;
	for (int32_t i = 0; i < h->n; i++)
		if (zmqgen_put(capture, &h->frames[i], i + 1 < h->n) != 0) return;
}

// Sends the message in hand, or nothing of it, and returns 0 or errno. Frames are kept as long as the message may have to go
// once more: if the peer of a PUSH or a DEALER dies between two frames, libzmq swallows those that follow up to the last, so
// they are fed to it.
static int zmqgen_pass(const zmqgen_way *way, zmqgen_hand *h, zmqgen_moved *r) {
	int err = 0;
	for (int32_t i = 0; i < h->n; i++) {
		int more = i + 1 < h->n;
		int keep = way->capture || (more && way->may_tear);
		err = keep ? zmqgen_put_copy(way->to, &h->frames[i], more) : zmqgen_put(way->to, &h->frames[i], more);
		if (!err) continue;
		if (i == 0 || err != EAGAIN) return err;
		while (more) {
			i++;
			more = i + 1 < h->n;
			zmqgen_put_copy(way->to, &h->frames[i], more);
		}
		return EAGAIN;
	}
	r->out_msgs++;
	r->out_frames += h->n;
	r->out_bytes += h->bytes;
	if (way->capture) zmqgen_show(way->capture, way->tag, h);
	if (way->capture || (way->may_tear && h->n > 1)) zmqgen_hand_drop(h);
	h->n = h->whole = h->seen = 0; // the frames have moved, and are empty
	h->bytes = 0;
	return 0;
}

// FNV-1a of the first frame: who a message is for.
static uint64_t zmqgen_peer(zmqgen_hand *h) {
	const unsigned char *id = zmq_msg_data(&h->frames[0]);
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0, n = zmq_msg_size(&h->frames[0]); i < n; i++) hash = (hash ^ id[i]) * 1099511628211u;
	return hash ^ hash >> 32;
}

static int zmqgen_is_parked(const zmqgen_way *way, zmqgen_hand *h) {
	uint64_t bit = zmqgen_peer(h) & 4095;
	return way->parked[bit / 64] >> (bit % 64) & 1;
}

static void zmqgen_park(zmqgen_way *way, zmqgen_hand *h) {
	uint64_t bit = zmqgen_peer(h) & 4095;
	way->parked[bit / 64] |= (uint64_t) 1 << (bit % 64);
	way->any_parked = 1;
}

static void zmqgen_unpark(zmqgen_way *way) {
	memset(way->parked, 0, sizeof way->parked);
	way->any_parked = 0;
}

// Moves whole messages without blocking, receiving at most max_msgs and about max_bytes, until there are no more or one does not
// go, which stays in hand. A message in hand goes first, also if max_msgs is 0.
static void zmqgen_forward(const zmqgen_way *way, zmqgen_hand *h, int32_t max_msgs, int64_t max_bytes, zmqgen_moved *r) {
	memset(r, 0, sizeof *r);
	for (;;) {
		if (!h->whole) {
			if (r->in_msgs + r->oversize >= max_msgs || r->in_bytes >= max_bytes) break;
			r->err = zmqgen_take(way, h, r);
			if (r->err == ONE_LESS) {
				r->err = 0;
				continue;
			}
			if (r->err) {
				r->ended = r->err == EAGAIN ? NOTHING_MORE : RECEIVE_FAILED;
				break;
			}
		}
		if (way->routed && h->n < 2) { // a ROUTER would drop it without a word
			r->unroutable++;
			zmqgen_hand_drop(h);
			continue;
		}
		if (way->any_parked && zmqgen_is_parked(way, h)) {
			r->ended = PEER_FULL;
			break;
		}
		r->err = zmqgen_pass(way, h, r);
		if (way->routed && r->err == EHOSTUNREACH) {
			r->unroutable++;
			r->err = 0;
			zmqgen_hand_drop(h);
			continue;
		}
		if (r->err) {
			r->ended = r->err != EAGAIN ? SEND_FAILED : way->routed ? PEER_FULL : TAKES_NO_MORE;
			break;
		}
	}
	if (h->room > MANY && h->n == 0) zmqgen_hand_free(h); // an idle hand keeps little
}

#endif
