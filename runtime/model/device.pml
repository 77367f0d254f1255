/*
 * How the two directions of a device wake each other, as a model that spin checks in every interleaving. It goes with
 * wakeup.pml, which is one socket and its user; README.md says what is left out and how to run both.
 *
 * What here           stands for
 * ------------------  --------------------------------------------------------------------------------
 * Mover(d)            mover.run of the direction from socket d to the other one
 *   top               mover.run, and the beginnings of waitForInput and waitForOutput
 *   step              mover.step: zmqgen_forward, one message a step, then ZMQ_EVENTS of both sockets
 *   parked            the waits of RawConn.Read and RawConn.Write, or of Socket.await for the nudged token
 * Netpoll(s)          netpoll: what epoll reports of the ZMQ_FD of socket s becomes readiness
 * Watcher             watcher.run and Socket.touch, for a backend that only sends
 * PeerWrites(s)       the I/O thread that fills the receive queue of socket s
 * PeerReads(s)        the same, emptying its send pipe
 * Pauser              Device.Pause and Device.Resume
 * Ender               Device.end, once
 */

#ifndef IN
#define IN 2            /* messages that fit a receive queue */
#endif
#ifndef OUT
#define OUT 1           /* messages that fit a send pipe */
#endif
#ifndef LWM
#define LWM 1           /* the peer tells after so many messages that it has read them */
#endif
#ifndef BATCH
#define BATCH 2         /* forwardedMsgs */
#endif
#ifndef NFORTH
#define NFORTH 3        /* messages that come to the frontend */
#endif
#ifndef NBACK
#define NBACK 2         /* messages that come to the backend; 0 is a streamer, whose backend only sends */
#endif
#ifndef PAUSES
#define PAUSES 0        /* the device is paused and resumed so often */
#endif
#ifndef EARLY
#define EARLY 0         /* the end comes at any time; with 0, when all has arrived */
#endif
#ifndef STALLS
#define STALLS 0        /* PeerReads may stop reading for good, and linger runs out */
#endif

/* A fault put in on purpose, which the checker must find. */
#define IN_NOT_WOKEN     1 /* whoever sees that something has come does not wake who waits for it */
#define OUT_NOT_WOKEN    2 /* the same of room, for a backend that has a watcher */
#define OUT_BY_ERRNO     3 /* a direction waits for room after EAGAIN, whatever ZMQ_EVENTS say */
#define IN_BY_ERRNO      4 /* it waits for messages after EAGAIN, whatever ZMQ_EVENTS say */
#define IN_CLEARED_LATE  5 /* it looks, then clears its deadline, then waits */
#define WANTED_LATE      6 /* it says what it waits for after the mutexes are let go */
#define LOCKS_CROSSWISE  7 /* each direction takes the mutex of the socket that it receives from first */
#define RESUMES_IN_VAIN  8 /* Resume nudges nobody */
#define ENDS_IN_VAIN     9 /* the end nudges nobody */
#define NUDGED_EARLY    10 /* the end nudges, then says that it is one */
#define ASKS_NO_MORE    11 /* it asks once more after EAGAIN, but if it has waited already, not before something has gone */
#ifndef BROKEN
#define BROKEN 0
#endif

#define FORTH  0           /* from the frontend, socket 0, to the backend, socket 1 */
#define BACK   1

/* ---- Two ZeroMQ sockets, as in wakeup.pml ---- */

byte inq[2];
bit  awake[2];             /* the queue was not found empty since: the next message comes without a command */
byte written[2], outq[2], unsaid[2];
bit  cmdIn[2];
byte cmdOut[2];

#define SIGNAL(s)  (cmdIn[s] || cmdOut[s] > 0)
#define VISIBLE(s) (inq[s] > 0 && awake[s] && !cmdIn[s])
#define FULL(s)    (written[s] >= OUT)

/* ---- Go's netpoller ---- */

#define NONE 0
#define PAST 1

bit  edge[2], rReady[2], wReady[2], inRead[2], inWrite[2];
byte rd[2], wd[2];

/* ---- The device ---- */

bit  mu[2], wantIn[2], wantOut[2];
bit  nudged;               /* the token of a backend that only sends */
bit  paused, ending, lingered;
byte left;                 /* directions that have left */
byte got[2];               /* messages that have arrived at the peers of a socket */

#define NMOVERS  (1 + (NBACK > 0))
#define WATCHED(s) (s == 1 && NBACK == 0)
#define DONE     (left == NMOVERS)
#define COMPLETE (got[1] == NFORTH && got[0] == NBACK)

#define NOTHING 0
#define INPUT   1
#define OUTPUT  2
#define EVER    3

inline processCommands(s) {
	cmdIn[s] = 0;
	written[s] = written[s] - cmdOut[s];
	cmdOut[s] = 0
}

inline signal(s) {
	if
	:: !SIGNAL(s) -> edge[s] = 1
	:: else
	fi
}

inline events(s, in, out) {
	assert(mu[s]);
	processCommands(s);
	awake[s] = (inq[s] > 0);
	in = (inq[s] > 0);
	out = !FULL(s)
}

inline lock(s) { atomic { !mu[s] -> mu[s] = 1 } }

inline nudgeIn(s) { rd[s] = PAST }

inline nudgeOut(s) {
	if
	:: WATCHED(s) -> nudged = 1
	:: else -> wd[s] = PAST
	fi
}

inline wake(s, in, out) {
	if
	:: in && wantIn[s] && BROKEN != IN_NOT_WOKEN -> wantIn[s] = 0; nudgeIn(s)
	:: else
	fi;
	if
	:: out && wantOut[s] && !(BROKEN == OUT_NOT_WOKEN && WATCHED(s)) -> wantOut[s] = 0; nudgeOut(s)
	:: else
	fi
}

proctype Mover(bit from) {
	bit held, asked, eagain, went, last, fromIn, fromOut, toIn, toOut;
	byte n, most, next, at;
#define to (1 - from)

top:
	if
	:: next == EVER -> goto gone
	:: next == NOTHING -> at = NOTHING; goto step
	:: next == INPUT ->
#if BROKEN != IN_CLEARED_LATE
		rd[from] = NONE;        /* then Read looks: no nudge is lost */
#endif
		atomic {
			inRead[from] = 1;
			if
			:: rd[from] == PAST -> inRead[from] = 0; goto top
			:: else -> rReady[from] = 0
			fi
		};
		at = INPUT;
		goto step
	:: next == OUTPUT ->
		wd[to] = NONE;          /* then Write looks */
		atomic {
			if
			:: WATCHED(to)
			:: !WATCHED(to) && wd[to] == PAST -> goto top
			:: else -> inWrite[to] = 1; wReady[to] = 0
			fi
		};
		at = OUTPUT;
		goto step
	fi;

step:
	last = ending;
#if BROKEN == LOCKS_CROSSWISE
	lock(from);
	lock(to);
#else
	lock(0);
	lock(1);
#endif
	d_step {
		most = (paused -> 0 : BATCH);
		wantIn[from] = 0;
		wantOut[to] = 0;
		asked = (BROKEN == ASKS_NO_MORE && at == OUTPUT)
	};
forward:
	atomic { n = 0; eagain = 0; went = 0 };
	do
	:: atomic { held ->
			if
			:: SIGNAL(to) -> processCommands(to)
			:: true /* throttled */
			fi;
			if
			:: FULL(to) -> eagain = 1; break
			:: else -> written[to]++; outq[to]++; held = 0; went = 1
			fi
		}
	:: !held && n == most -> break
	:: atomic { !held && n < most ->
			if
			:: !VISIBLE(from) -> processCommands(from)
			:: else
			fi;
			if
			:: inq[from] > 0 -> awake[from] = 1; inq[from]--; held = 1; n++
			:: else -> awake[from] = 0; break
			fi
		}
	od;
	/* In one step: what comes to one of them between the two might as well have come before both, or after. */
	atomic {
		events(from, fromIn, fromOut);
		events(to, toIn, toOut);
		wake(from, fromIn, fromOut);
		wake(to, toIn, toOut);
		if
		:: eagain && toOut && !went && !asked && BROKEN != OUT_BY_ERRNO -> asked = 1; goto forward
		:: else
		fi;
		if
		:: eagain && toOut && went && BROKEN != OUT_BY_ERRNO -> next = NOTHING
		:: eagain && !(toOut && went && BROKEN != OUT_BY_ERRNO) -> next = OUTPUT
		:: !eagain && most > 0 && (n == most || fromIn && BROKEN != IN_BY_ERRNO) -> next = NOTHING
		:: else -> next = INPUT
		fi;
		if
		:: last && (next == INPUT || lingered) -> next = EVER
		:: else
		fi;
#if BROKEN == WANTED_LATE
		mu[1] = 0;
		mu[0] = 0
	};
	atomic {
		wantIn[from] = (next == INPUT && most > 0);
		wantOut[to] = (next == OUTPUT);
#else
		wantIn[from] = (next == INPUT && most > 0);
		wantOut[to] = (next == OUTPUT);
		mu[1] = 0;
		mu[0] = 0;
#endif
		fromIn = 0; fromOut = 0; toIn = 0; toOut = 0; last = 0; most = 0; n = 0; asked = 0; eagain = 0; went = 0
	};
	if
	:: at == INPUT && next == NOTHING -> goto step
	:: at == INPUT && next == INPUT /* parked */ ->
#if BROKEN == IN_CLEARED_LATE
		rd[from] = NONE;
#endif
		if
		:: atomic { rReady[from] -> rReady[from] = 0 }; goto step
		:: atomic { rd[from] == PAST -> inRead[from] = 0; rReady[from] = 0 }; goto top
		fi
	:: at == OUTPUT && next == OUTPUT && !WATCHED(to) /* parked */ ->
		if
		:: atomic { wReady[to] -> wReady[to] = 0 }; goto step
		:: atomic { wd[to] == PAST -> inWrite[to] = 0; wReady[to] = 0 }; goto top
		:: atomic { lingered -> inWrite[to] = 0; wReady[to] = 0 }; at = NOTHING; goto step
		fi
	:: at == OUTPUT && next == OUTPUT && WATCHED(to) /* parked */ ->
		if
		:: atomic { nudged -> nudged = 0 }; goto step
		:: lingered -> at = NOTHING; goto step
		fi
	:: else -> d_step { inRead[from] = 0; inWrite[to] = 0; rReady[from] = 0; wReady[to] = 0 }; goto top
	fi;

gone:
	atomic {
		/* Messages that a peer has sent and that nobody will look for do not count. */
		assert(STALLS || !held);
		held = 0;
		left++
	}
}

/* epoll reports a change of ZMQ_FD, if it is still readable then, as readability and as writability. */
proctype Netpoll(bit s) {
	do
	:: d_step {
		edge[s] && !WATCHED(s) ->
			edge[s] = 0;
			if
			:: SIGNAL(s) -> rReady[s] = inRead[s]; wReady[s] = inWrite[s]
			:: else
			fi
		}
	:: DONE -> break
	od
}

proctype Watcher() {
	bit in, out;
	do
	:: d_step { edge[1] && !SIGNAL(1) -> edge[1] = 0 }
	:: d_step { edge[1] && SIGNAL(1) -> edge[1] = 0 };
		lock(1);
		d_step { events(1, in, out); wake(1, in, out); in = 0; out = 0; mu[1] = 0 }
	:: DONE -> break
	od
}

proctype PeerWrites(bit s; byte count) {
	byte i;
	do
	:: d_step {
		i < count && inq[s] < IN -> i++;
			if
			:: !awake[s] -> awake[s] = 1; signal(s); cmdIn[s] = 1
			:: else
			fi;
			inq[s]++
		}
	:: i == count || DONE -> break
	od
}

proctype PeerReads(bit s) {
	do
	:: d_step {
		outq[s] > 0 ->
			outq[s]--;
			got[s]++;
			unsaid[s]++;
			if
			:: unsaid[s] == LWM -> signal(s); cmdOut[s] = cmdOut[s] + unsaid[s]; unsaid[s] = 0
			:: else
			fi
		}
#if STALLS
	:: break
#endif
	:: DONE && outq[s] == 0 -> break
	od
}

#if PAUSES
proctype Pauser() {
	byte i;
	do
	:: i < 2 * PAUSES -> i++;
		lock(0);
		lock(1);
		d_step {
			paused = !paused;
#if BROKEN != RESUMES_IN_VAIN
			nudgeIn(0);
			if
			:: NBACK > 0 -> nudgeIn(1)
			:: else
			fi;
#endif
			mu[1] = 0;
			mu[0] = 0
		}
	:: i == 2 * PAUSES -> break
	od
}
#endif

inline nudgeAll() {
	d_step { nudgeIn(0); nudgeIn(1) };
	d_step { nudgeOut(0); nudgeOut(1) }
}

proctype Ender() {
#if !EARLY
	COMPLETE;
#endif
#if BROKEN == NUDGED_EARLY
	nudgeAll();
	ending = 1;
#else
	ending = 1;
#if BROKEN != ENDS_IN_VAIN
	nudgeAll();
#endif
#endif
#if STALLS
	lingered = 1
#endif
}

init {
	atomic {
		run Mover(FORTH);
		run Netpoll(0);
		run PeerWrites(0, NFORTH);
		run PeerReads(1);
		if
		:: NBACK > 0 -> run Mover(BACK); run Netpoll(1); run PeerWrites(1, NBACK); run PeerReads(0)
		:: else -> run Watcher()
		fi;
#if PAUSES
		run Pauser();
#endif
		run Ender()
	}
}
