// The contender that the others are measured by: loops over zmq_send and zmq_msg_recv in C. It moves
// ready-made bytes. Its flags and its lines are those of ../internal/peer.

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

#define MAX_FRAMES 8
#define PROBE (-1)

static const char *role, *endpoint;
static long n = 1, warmup, subscribers = 1, flight = 1;
static size_t sizes[MAX_FRAMES] = {64};
static int frames = 1;
static void *ctx;

static void fail(const char *what) {
	fprintf(stderr, "c %s: %s: %s\n", role, what, zmq_strerror(zmq_errno()));
	exit(1);
}

static int64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void report(const char *name, int64_t value) {
	printf("%s %lld\n", name, (long long) value);
	fflush(stdout);
}

// Reports the CPU time that the process has used so far.
static void begin(void) {
	struct rusage r;
	getrusage(RUSAGE_SELF, &r);
	report("cpu_before", (r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000000LL + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1000LL);
}

static void await_end(void) {
	char buf[64];
	while (read(0, buf, sizeof buf) > 0)
		;
}

// Opens a socket, without a high-water mark where a full one would lose messages.
static void *open_socket(int type) {
	int none = 0;
	void *s = zmq_socket(ctx, type);
	if (!s) fail("zmq_socket");
	if (type == ZMQ_PUB) zmq_setsockopt(s, ZMQ_SNDHWM, &none, sizeof none);
	if (type == ZMQ_SUB) zmq_setsockopt(s, ZMQ_RCVHWM, &none, sizeof none);
	return s;
}

static void *bind_socket(int type) {
	void *s = open_socket(type);
	if (zmq_bind(s, endpoint) != 0) fail("zmq_bind");
	return s;
}

static void *connect_socket(int type) {
	void *s = open_socket(type);
	if (zmq_connect(s, endpoint) != 0) fail("zmq_connect");
	return s;
}

static void listening(void *s) {
	char last[256];
	size_t size = sizeof last;
	if (zmq_getsockopt(s, ZMQ_LAST_ENDPOINT, last, &size) != 0) fail("zmq_getsockopt");
	printf("endpoint %s\n", last);
	fflush(stdout);
}

// Sends the message of a number, which stands at the start of its last frame.
static void send_number(void *s, char *buf, int64_t number) {
	for (int i = 0; i < frames; i++) {
		int last = i == frames - 1;
		if (last) memcpy(buf, &number, sizeof number);
		if (zmq_send(s, buf, sizes[i], last ? 0 : ZMQ_SNDMORE) < 0) fail("zmq_send");
	}
}

static char *send_buffer(void) {
	size_t most = 0;
	for (int i = 0; i < frames; i++)
		if (sizes[i] > most) most = sizes[i];
	return calloc(1, most);
}

// Receives a message into msg, frame by frame, and returns its number.
static int64_t recv_number(void *s, zmq_msg_t *msg) {
	for (int i = 1;; i++) {
		int64_t number;
		if (zmq_msg_recv(msg, s, 0) < 0) fail("zmq_msg_recv");
		if (zmq_msg_more(msg)) continue;
		if (i != frames || zmq_msg_size(msg) < sizeof number) {
			fprintf(stderr, "c %s: a message has %d frames, the last of %zu bytes\n", role, i, zmq_msg_size(msg));
			exit(1);
		}
		memcpy(&number, zmq_msg_data(msg), sizeof number);
		return number;
	}
}

static void check(int64_t number, int64_t due) {
	if (number == due) return;
	fprintf(stderr, "c %s: message %lld came where %lld was due\n", role, (long long) number, (long long) due);
	exit(1);
}

// One way.

static void send_all(void *s) {
	char *buf = send_buffer();
	for (long i = 0; i < n; i++) send_number(s, buf, i);
	free(buf);
}

static void receive_all(void *s) {
	zmq_msg_t msg;
	int64_t first = 0;
	zmq_msg_init(&msg);
	for (long i = 0; i < n; i++) {
		check(recv_number(s, &msg), i);
		if (i == 0) first = now();
	}
	report("elapsed_ns", now() - first);
	zmq_msg_close(&msg);
}

static void run_send(void) {
	void *s = connect_socket(ZMQ_PUSH);
	begin();
	send_all(s);
	await_end();
	zmq_close(s);
}

static void run_receive(void) {
	void *s = bind_socket(ZMQ_PULL);
	begin();
	listening(s);
	receive_all(s);
	zmq_close(s);
}

static void *sender(void *arg) {
	void *s = connect_socket(ZMQ_PUSH);
	send_all(s);
	zmq_close(s);
	return arg;
}

static void run_both(void) {
	pthread_t thread;
	void *s = bind_socket(ZMQ_PULL);
	begin();
	pthread_create(&thread, NULL, sender, NULL);
	receive_all(s);
	pthread_join(thread, NULL);
	zmq_close(s);
}

// Round trips.

static void run_answer(void) {
	void *s = bind_socket(ZMQ_REP);
	zmq_msg_t msg;
	zmq_msg_init(&msg);
	begin();
	listening(s);
	for (long i = 0; i < warmup + n; i++) {
		if (zmq_msg_recv(&msg, s, 0) < 0) fail("zmq_msg_recv");
		if (zmq_msg_send(&msg, s, 0) < 0) fail("zmq_msg_send");
	}
	await_end();
	zmq_msg_close(&msg);
	zmq_close(s);
}

static int shorter(const void *a, const void *b) {
	int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
	return (x > y) - (x < y);
}

static void run_ask(void) {
	void *s = connect_socket(ZMQ_REQ);
	char *buf = send_buffer();
	int64_t *took = calloc(n, sizeof *took), began = 0;
	zmq_msg_t msg;
	zmq_msg_init(&msg);
	for (long i = 0; i < warmup + n; i++) {
		if (i == warmup) {
			begin();
			began = now();
		}
		int64_t sent = now();
		send_number(s, buf, i);
		check(recv_number(s, &msg), i);
		if (i >= warmup) took[i - warmup] = now() - sent;
	}
	report("elapsed_ns", now() - began);
	qsort(took, n, sizeof *took, shorter);
	report("p50_ns", took[n * 50 / 100]);
	report("p99_ns", took[n * 99 / 100]);
	zmq_msg_close(&msg);
	zmq_close(s);
	free(took);
	free(buf);
}

// Requests of which several are on their way at once, so that what is measured is not how long each takes.
static void run_ask_many(void) {
	void *s = connect_socket(ZMQ_DEALER);
	char *buf = send_buffer();
	int64_t began = 0;
	long sent = 0;
	zmq_msg_t msg;
	zmq_msg_init(&msg);
	for (long i = 0; i < warmup + n; i++) {
		if (i == warmup) {
			begin();
			began = now();
		}
		for (; sent < warmup + n && sent - i < flight; sent++) {
			if (zmq_send(s, "", 0, ZMQ_SNDMORE) < 0) fail("zmq_send");
			send_number(s, buf, sent);
		}
		if (zmq_msg_recv(&msg, s, 0) < 0) fail("zmq_msg_recv");
		check(recv_number(s, &msg), i);
	}
	report("elapsed_ns", now() - began);
	zmq_msg_close(&msg);
	zmq_close(s);
	free(buf);
}

// One publisher, many subscribers.

static void run_publish(void) {
	void *s = bind_socket(ZMQ_PUB);
	char *buf = send_buffer();
	struct pollfd go = {.fd = 0, .events = POLLIN};
	begin();
	listening(s);
	do send_number(s, buf, PROBE);
	while (poll(&go, 1, 1) == 0);
	send_all(s);
	await_end();
	zmq_close(s);
	free(buf);
}

static atomic_long waiting;

struct subscriber {
	pthread_t thread;
	int64_t first, last;
};

static void *subscribe(void *arg) {
	struct subscriber *me = arg;
	void *s = connect_socket(ZMQ_SUB);
	int probed = 0;
	zmq_msg_t msg;
	zmq_msg_init(&msg);
	if (zmq_setsockopt(s, ZMQ_SUBSCRIBE, "", 0) != 0) fail("zmq_setsockopt");
	for (long i = 0; i < n;) {
		int64_t number = recv_number(s, &msg);
		if (number == PROBE) {
			if (!probed && atomic_fetch_sub(&waiting, 1) == 1) report("ready", 1);
			probed = 1;
			continue;
		}
		check(number, i);
		if (i++ == 0) me->first = now();
	}
	me->last = now();
	zmq_msg_close(&msg);
	zmq_close(s);
	return NULL;
}

static void run_subscribe(void) {
	struct subscriber *all = calloc(subscribers, sizeof *all);
	int64_t first = 0, last = 0;
	begin();
	atomic_store(&waiting, subscribers);
	for (long i = 0; i < subscribers; i++) pthread_create(&all[i].thread, NULL, subscribe, &all[i]);
	for (long i = 0; i < subscribers; i++) {
		pthread_join(all[i].thread, NULL);
		if (i == 0 || all[i].first < first) first = all[i].first;
		if (i == 0 || all[i].last > last) last = all[i].last;
	}
	report("elapsed_ns", last - first);
	free(all);
}

static void read_layout(char *text) {
	frames = 0;
	for (char *size = strtok(text, ","); size && frames < MAX_FRAMES; size = strtok(NULL, ",")) sizes[frames++] = strtoul(size, NULL, 10);
}

static const struct {
	const char *name;
	void (*run)(void);
} roles[] = {
	{"send", run_send},       {"receive", run_receive}, {"both", run_both},           {"ask", run_ask},
	{"answer", run_answer},   {"publish", run_publish}, {"subscribe", run_subscribe},
	{"ask_many", run_ask_many},
};

int main(int argc, char **argv) {
	for (int i = 1; i + 1 < argc; i += 2) {
		const char *flag = argv[i];
		char *value = argv[i + 1];
		if (!strcmp(flag, "-role")) role = value;
		else if (!strcmp(flag, "-endpoint")) endpoint = value;
		else if (!strcmp(flag, "-layout")) read_layout(value);
		else if (!strcmp(flag, "-n")) n = atol(value);
		else if (!strcmp(flag, "-warmup")) warmup = atol(value);
		else if (!strcmp(flag, "-subscribers")) subscribers = atol(value);
		else if (!strcmp(flag, "-flight")) flight = atol(value);
	}
	ctx = zmq_ctx_new();
	for (size_t i = 0; role && i < sizeof roles / sizeof *roles; i++)
		if (!strcmp(role, roles[i].name)) {
			roles[i].run();
			zmq_ctx_term(ctx);
			return 0;
		}
	fprintf(stderr, "c: there is no such role\n");
	return 2;
}
