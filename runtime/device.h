// The loop of a device: how it waits, and moves messages between its two sides. shim_device.go and shim_forward.go share this.

#ifndef ZMQGEN_DEVICE_H
#define ZMQGEN_DEVICE_H

#include <poll.h>
#include <time.h>
#include <unistd.h>
#include "forward.h"

#define MOST_MSGS 1024        // that a direction moves before it is the other's turn
#define MOST_BYTES (1 << 20)  // after which it takes no further message
#define DOUBT_NS 100000000    // how long a socket is not believed that it takes a message

// Why Go is to look.
enum { TO_TELL = 1, ASKED = 2, RUNG = 4, TIME_IS_UP = 8, HEARS = 16, POLL_FAILED = 32, ENDS = 64, SHOWS_BACK = 128 };

// What a direction waits for.
enum { FOR_NOTHING, FOR_INPUT, FOR_OUTPUT };

// Where what passes is counted: atomics of Go's.
typedef struct zmqgen_counts {
	uint64_t *msgs, *frames, *bytes;
} zmqgen_counts;

// One direction.
typedef struct zmqgen_lane {
	zmqgen_way way;
	zmqgen_hand hand;
	zmqgen_moved moved;            // in the last round
	zmqgen_counts in, out, shown;
	uint64_t *total;               // messages that have passed
	int32_t from, to;              // which sides
	int32_t here;                  // it has not left
	int32_t reads;                 // it may receive
	int32_t waits;                 // for what
	int32_t failed;                // attempts to send in a row, while the socket said that it would take a message
	int32_t blocked;               // as Go knows it
} zmqgen_lane;

#define SIDES 3  // the frontend, the backend, and what is captured
#define BELL SIDES

// A device: its directions, its sides, and the bell by which Go wakes it.
typedef struct zmqgen_device {
	zmqgen_lane lanes[2];
	int32_t n;
	void *sides[SIDES];
	zmqgen_inlet *inlets[SIDES];   // of sides that receive, else NULL
	int32_t events[SIDES];         // ZMQ_EVENTS of the sides when they were last read
	struct pollfd fds[SIDES + 1];  // ZMQ_FD of the sides, or -1, and the bell
	const int32_t *asked;      // how many wait for the mutexes: an atomic of Go's, as is the next
	const int32_t *ends;       // whether the device is to end
	int32_t traces;            // Go looks at all that passes
	int32_t hears;             // Go receives what comes from the backend
	int32_t wants;             // somebody waits for what there is to receive from the capture
	int32_t err;               // errno of a poll that has failed
} zmqgen_device;

static void zmqgen_count(zmqgen_counts *c, int64_t msgs, int64_t frames, int64_t bytes) {
	__atomic_fetch_add(c->msgs, (uint64_t) msgs, __ATOMIC_RELAXED);
	__atomic_fetch_add(c->frames, (uint64_t) frames, __ATOMIC_RELAXED);
	__atomic_fetch_add(c->bytes, (uint64_t) bytes, __ATOMIC_RELAXED);
}

// Counts what a round has moved.
static void zmqgen_lane_count(zmqgen_lane *l) {
	const zmqgen_moved *r = &l->moved;
	if (r->in_msgs) zmqgen_count(&l->in, r->in_msgs, r->in_frames, r->in_bytes);
	if (!r->out_msgs) return;
	zmqgen_count(&l->out, r->out_msgs, r->out_frames, r->out_bytes);
	__atomic_fetch_add(l->total, (uint64_t) r->out_msgs, __ATOMIC_RELAXED);
	if (!l->way.capture) return;
	zmqgen_count(&l->shown, r->out_msgs, r->out_frames + r->out_msgs, r->out_bytes + (int64_t) strlen(l->way.tag) * r->out_msgs);
}

static int64_t zmqgen_now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

static void zmqgen_device_look(zmqgen_device *d, int side) {
	d->events[side] = zmqgen_inlet_events(d->sides[side], d->inlets[side]);
}

// Has the directions wait no longer for what the events show.
static void zmqgen_device_due(zmqgen_device *d) {
	for (int32_t i = 0; i < d->n; i++) {
		zmqgen_lane *l = &d->lanes[i];
		if (l->waits == FOR_INPUT && l->reads && (d->events[l->from] & ZMQ_POLLIN)) l->waits = FOR_NOTHING;
		if (l->waits == FOR_OUTPUT && l->failed < 2 && (d->events[l->to] & ZMQ_POLLOUT)) l->waits = FOR_NOTHING;
	}
}

// Moves a batch in each direction that waits for nothing, and says in waits what for then. Returns why Go is to look, or 0.
static int zmqgen_device_round(zmqgen_device *d) {
	int why = 0;
	for (int32_t i = 0; i < d->n; i++) {
		zmqgen_lane *l = &d->lanes[i];
		zmqgen_moved *r = &l->moved;
		if (!l->here || l->waits != FOR_NOTHING) {
			memset(r, 0, sizeof *r);
			continue;
		}
		zmqgen_forward(&l->way, &l->hand, l->reads ? MOST_MSGS : 0, MOST_BYTES, r);
		zmqgen_lane_count(l);
		l->failed = r->ended == TAKES_NO_MORE && !r->out_msgs ? l->failed + 1 : 0;
		switch (r->ended) {
		case ALL: l->waits = l->reads ? FOR_NOTHING : FOR_INPUT; break;
		case NOTHING_MORE: l->waits = FOR_INPUT; break;
		case TAKES_NO_MORE: l->waits = FOR_OUTPUT; break;
		default: why |= TO_TELL;
		}
		if (r->oversize || r->unroutable || (d->traces && r->out_msgs)) why |= TO_TELL;
	}
	// What a call into one side has found out about it may be for the other direction.
	zmqgen_device_look(d, 0);
	zmqgen_device_look(d, 1);
	zmqgen_device_due(d);
	for (int32_t i = 0; i < d->n; i++) {
		const zmqgen_lane *l = &d->lanes[i];
		if (l->here && l->blocked != (l->waits == FOR_OUTPUT || (l->blocked && l->hand.whole))) why |= TO_TELL;
	}
	if (d->hears && (d->events[1] & ZMQ_POLLIN)) why |= HEARS;
	if (d->wants) { // to send to it may have used up what its ZMQ_FD told of
		zmqgen_device_look(d, 2);
		if (d->events[2] & ZMQ_POLLIN) why |= SHOWS_BACK;
	}
	if (__atomic_load_n(d->asked, __ATOMIC_SEQ_CST)) why |= ASKED;
	return why;
}

// Waits, if all directions do, until something may be done, the bell has rung or until, which is 0 for never. Returns why Go is to look,
// or 0.
static int zmqgen_device_rest(zmqgen_device *d, int64_t until) {
	int64_t left = until ? until - zmqgen_now() : -1;
	int doubts = 0;
	if (until && left <= 0) return TIME_IS_UP;
	for (int32_t i = 0; i < d->n; i++) {
		if (!d->lanes[i].here) continue;
		if (d->lanes[i].waits == FOR_NOTHING) return 0;
		if (d->lanes[i].waits == FOR_OUTPUT && d->lanes[i].failed >= 2) doubts = 1;
	}
	int shortened = doubts && (!until || left > DOUBT_NS);
	if (shortened) left = DOUBT_NS;
	int64_t ms = left < 0 ? -1 : (left + 999999) / 1000000;
	int n = poll(d->fds, SIDES + 1, ms > INT32_MAX ? INT32_MAX : (int) ms);
	if (n < 0) {
		d->err = errno;
		return errno == EINTR || errno == EAGAIN ? 0 : POLL_FAILED;
	}
	for (int32_t i = 0; i < d->n; i++)
		if (n == 0 || d->fds[d->lanes[i].to].revents) d->lanes[i].failed = 0;
	for (int side = 0; side < SIDES; side++)
		if (d->fds[side].fd >= 0 && (d->fds[side].revents || n == 0)) zmqgen_device_look(d, side);
	zmqgen_device_due(d);
	if (n == 0) return shortened || !until ? 0 : TIME_IS_UP;
	if (!d->fds[BELL].revents) return 0;
	char rung[64];
	while (read(d->fds[BELL].fd, rung, sizeof rung) == sizeof rung) {}
	return RUNG;
}

// Moves messages until Go is to look, or until, which is 0 for never.
static int zmqgen_device_run(zmqgen_device *d, int64_t until) {
	for (;;) {
		int why = zmqgen_device_round(d);
		if (until && zmqgen_now() >= until) why |= TIME_IS_UP;
		if (__atomic_load_n(d->ends, __ATOMIC_SEQ_CST)) why |= ENDS;
		if (!why) why = zmqgen_device_rest(d, until);
		if (why) return why;
	}
}

#endif
