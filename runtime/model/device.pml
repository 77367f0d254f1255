/*
 * How the goroutine of a device waits, moves messages and lets others in, as a model that spin checks in every interleaving. It goes
 * with wakeup.pml, which is one socket and its user; README.md says what is left out and how to run both.
 *
 * What here           stands for
 * ------------------  --------------------------------------------------------------------------------
 * Loop                Device.run
 *   turn              Device.turn, up to where it calls into C: Device.hold, lane.prepare, which is to look anew or not
 *   round             zmqgen_device_round
 *   forward           zmqgen_forward, one message a step
 *   look, due         zmqgen_device_look, zmqgen_device_due
 *   rest              zmqgen_device_rest; its loop with round is zmqgen_device_run
 *   settle            lane.settle, once or, while the device ends, between round and rest
 *   release, heard    Device.release, floor.heard
 *   receive           subscriptionMover.receive and send, of a forwarder
 *   yield             floor.yield
 * SIGNAL              poll finds ZMQ_FD readable: there is a command in the mailbox of the ZeroMQ socket
 * asked, ends, rung,  the fields of floor; C reads the first two after each round. bell is the bytes in the pipe
 * thanks
 * ask, ring, thank    floor.ask, floor.ring, floor.thank
 * lock, unlock        socketMutex.Lock and Unlock; hold is sync.Mutex.Lock beneath
 * PeerWrites(s)       the I/O thread that fills the receive queue of socket s
 * PeerReads(s)        the same, emptying its send pipe
 * Doer(s)             Socket.Do, or whatever else calls into a side
 * Pauser              Device.Pause and Device.Resume
 * Toucher             Socket.touch of a capture, which has a watcher: TryLock, and the goroutine that it starts
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
#define BATCH 2         /* MOST_MSGS */
#endif
#ifndef NFORTH
#define NFORTH 3        /* messages that come to the frontend */
#endif
#ifndef NBACK
#define NBACK 2         /* messages that come to the backend; 0 is a streamer */
#endif
#ifndef HEARS
#define HEARS 0         /* those are subscriptions, which Go passes on: a forwarder */
#endif
#ifndef PAUSES
#define PAUSES 0        /* the device is paused and resumed so often */
#endif
#ifndef DO0
#define DO0 0           /* calls of Do on the frontend */
#endif
#ifndef DO1
#define DO1 0           /* the same on the backend */
#endif
#ifndef TOUCHES
#define TOUCHES 0       /* a capture is touched so often */
#endif
#ifndef EARLY
#define EARLY 0         /* the end comes at any time; with 0, when all has arrived */
#endif
#ifndef ENDLESS
#define ENDLESS 0       /* the device does not end */
#endif
#ifndef STALLS
#define STALLS 0        /* PeerReads may stop reading for good, and linger runs out */
#endif
#ifndef LIES
#define LIES 0          /* the backend always says that it takes a message, as an XPUB with ZMQ_XPUB_NODROP */
#endif

/* A fault put in on purpose, which the checker must find. */
#define LOOKS_AT_ONE      1 /* after a round the loop reads ZMQ_EVENTS of the frontend alone */
#define OUT_BY_ERRNO      2 /* a direction waits for room after EAGAIN, whatever ZMQ_EVENTS say */
#define IN_BY_ERRNO       3 /* it waits for messages after EAGAIN, whatever ZMQ_EVENTS say */
#define DOUBTS_AT_ONCE    4 /* it does so after the first EAGAIN in a row, not after the second */
#define KEEPS_WAITING     5 /* who comes back to C goes on waiting for what it waited for before, and does not look */
#define HEARD_LATE        6 /* the loop looks, then says that it has heard the bell */
#define HEARD_EARLY       7 /* it says that it has heard the bell, then empties the pipe */
#define ASKED_NOT_READ    8 /* C does not look after a round whether somebody has asked: the bell alone tells */
#define ASKS_SILENTLY     9 /* who asks rings no bell */
#define RUNG_EARLY       10 /* the end rings, then says that it is one */
#define ENDS_SILENTLY    11 /* the end rings no bell */
#define END_NOT_READ     12 /* C does not look after a round whether the device ends: the bell alone tells */
#define YIELDS_BLINDLY   13 /* the loop waits for thanks whether or not somebody has asked */
#define THANKS_NOBODY    14 /* who is done leaves no token */
#define THANKS_UNHEARD   15 /* the channel of tokens holds none: it counts only if the loop waits already */
#define THANKS_EARLY     16 /* who is done leaves the token, then undoes asking */
#define TOUCH_ASKS_FIRST 17 /* TryLock asks, without a bell, before it has the mutex */
#define LOCKS_CROSSWISE  18 /* Pause takes the mutexes in another order */
#define TELLS_OF_DOUBT   19 /* a blocked direction that is to try once more is told to Go, as if it were blocked no more */
#define BELL_LEFT_FULL   20 /* the pipe is not emptied */
#define FORGETS_DOUBT    21 /* while the device ends, each turn begins as if nobody had tried before */
#ifndef BROKEN
#define BROKEN 0
#endif

/* Without FOREVER there is so much to do and no more, every run ends, and whoever waits in vain is in an invalid end state.
   With FOREVER the peers and those who ask go on, and the formulas below say what must happen. */

/* ---- Two ZeroMQ sockets, as in wakeup.pml: the frontend, 0, and the backend, 1 ---- */

byte inq[2];
bit  awake[2];             /* the queue was not found empty since: the next message comes without a command */
byte written[2], outq[2], unsaid[2];
bit  cmdIn[2];
byte cmdOut[2];

#define SIGNAL(s)  (cmdIn[s] || cmdOut[s] > 0)
#define VISIBLE(s) (inq[s] > 0 && awake[s] && !cmdIn[s])
#define FULL(s)    (written[s] >= OUT)

/* ---- The floor ---- */

byte asked, bell;
bit  rung, thanks, yields;

/* ---- The device ---- */

#define NLANES   (1 + (NBACK > 0 && !HEARS))  /* lane l goes from socket l to the other one */
#define NMUTEXES (2 + (TOUCHES > 0))          /* the last is the capture's */
#define DRAINS(l) (l == 1 || NLANES == 1)

#define FREE   0
#define LOOP   1
#define OTHER  2

byte mu[3], next[3];
bit  paused, ending, ends, lingered, done;
byte got[2];               /* messages that have arrived at the peers of a socket */
bit  wants[2];             /* a Doer waits for its turn, with FOREVER */

byte asking;               /* processes that have not had all their turns */

#define COMPLETE (got[1] == NFORTH && got[0] == NBACK && asking == 0)

#ifdef FOREVER
/* Whoever asks gets the mutex. */
ltl deviceAsks  { [] ((wants[0] -> <> !wants[0]) && (wants[1] -> <> !wants[1])) }
/* What has come is taken. */
ltl deviceMoves { [] (inq[0] > 0 -> <> (inq[0] == 0)) }
/* A device that ends has ended. */
ltl deviceEnds  { [] (ending -> <> done) }
#endif

inline processCommands(s) {
	cmdIn[s] = 0;
	written[s] = written[s] - cmdOut[s];
	cmdOut[s] = 0
}

/* Reading ZMQ_EVENTS processes commands, and finds out whether the queue is empty. */
inline events(s) {
	assert(mu[s] != FREE);
	processCommands(s);
	awake[s] = (inq[s] > 0)
}

/* Whoever comes first takes the mutex. But Go hands it to a goroutine that has waited for a millisecond: with FOREVER, where that
   matters and no more than one waits, it is handed over at once. */
inline hold(s, me) {
#ifdef FOREVER
	atomic {
		if
		:: mu[s] == FREE -> mu[s] = me
		:: else -> next[s] = me
		fi
	};
	mu[s] == me
#else
	atomic { mu[s] == FREE -> mu[s] = me }
#endif
}

inline give(s) {
	d_step {
		mu[s] = next[s];
		next[s] = FREE
	}
}

/* ---- Those who ask ---- */

inline ring() {
	if
	:: d_step { !rung -> rung = 1 };
		d_step { bell++; assert(bell == 1 || BROKEN) } /* the pipe is never full */
	:: rung
	fi
}

inline ask() {
	if
	:: d_step { asked == 0 -> asked = 1 };
#if BROKEN != ASKS_SILENTLY
		ring()
#endif
	:: d_step { asked > 0 -> asked++ }
	fi
}

inline thank() {
#if BROKEN == THANKS_EARLY
	thanks = 1;
	asked--
#else
	asked--;
#if BROKEN == THANKS_UNHEARD
	thanks = yields
#elif BROKEN != THANKS_NOBODY
	thanks = 1
#endif
#endif
}

inline lock(s, me) {
	ask();
	hold(s, me)
}

inline unlock(s) {
	give(s);
	thank()
}

proctype Doer(bit s; byte calls) {
	byte i;
	do
#ifdef FOREVER
	:: wants[s] = 1;
#else
	:: i < calls -> i++;
#endif
		lock(s, OTHER);
		d_step { wants[s] = 0; events(s) };
		unlock(s)
#ifndef FOREVER
	:: i == calls -> break
#endif
	od;
	asking--
}

#if PAUSES
proctype Pauser() {
	byte i;
	do
	:: i < 2 * PAUSES -> i++;
#if BROKEN == LOCKS_CROSSWISE
		lock(1, OTHER);
		lock(0, OTHER);
#else
		lock(0, OTHER);
		lock(1, OTHER);
#endif
		paused = !paused;
		unlock(0);
		unlock(1)
	:: i == 2 * PAUSES -> break
	od;
	asking--
}
#endif

#if TOUCHES
proctype Toucher() {
	byte i;
	do
	:: i < TOUCHES -> i++;
#if BROKEN == TOUCH_ASKS_FIRST
		asked++;
		if
		:: atomic { mu[2] == FREE -> mu[2] = OTHER }
		:: mu[2] != FREE ->
			thank();
			lock(2, OTHER)
		fi;
#else
		if
		:: atomic { mu[2] == FREE -> mu[2] = OTHER };
			asked++ /* without the bell: the loop, which wants the mutex too, does not wait in C */
		:: mu[2] != FREE -> lock(2, OTHER)
		fi;
#endif
		unlock(2)
	:: i == TOUCHES -> break
	od;
	asking--
}
#endif

proctype Ender() {
#if !EARLY
	COMPLETE;
#endif
#if BROKEN == RUNG_EARLY
	ring();
	ending = 1;
	ends = 1;
#else
	ending = 1;
	ends = 1;
#if BROKEN != ENDS_SILENTLY
	ring();
#endif
#endif
#if STALLS
	lingered = 1
#endif
}

/* ---- The goroutine of the device ---- */

#define READY   (SIGNAL(0) || SIGNAL(1) || bell > 0)

#define NOTHING 0
#define INPUT   1
#define OUTPUT  2

#if BROKEN == TELLS_OF_DOUBT
#define BLOCKED(l) (waits[l] == OUTPUT)
#else
#define BLOCKED(l) (waits[l] == OUTPUT || blocked[l] && held[l])
#endif
#define DOUBTS(l)  (here[l] && waits[l] == OUTPUT && failed[l] >= 2)

inline due() {
	l = 0;
	do
	:: l < NLANES ->
		if
		:: waits[l] == INPUT && reads[l] && in[l] && BROKEN != IN_BY_ERRNO -> waits[l] = NOTHING
		:: waits[l] == OUTPUT && failed[l] < 2 - (BROKEN == DOUBTS_AT_ONCE) && out[1 - l] && BROKEN != OUT_BY_ERRNO -> waits[l] = NOTHING
		:: else
		fi;
		l++
	:: else -> break
	od;
	l = 0
}

inline look(s) {
	events(s);
	in[s] = (inq[s] > 0);
	out[s] = (!FULL(s) || LIES && s == 1)
}

inline settle() {
	l = 0;
	do
	:: l < NLANES ->
		blocked[l] = here[l] && (waits[l] == OUTPUT || blocked[l] && held[l]);
		if
		:: here[l] && last && (waits[l] == INPUT || lingered) ->
			assert(STALLS || !held[l]);
			here[l] = 0; held[l] = 0; blocked[l] = 0; waits[l] = INPUT
		:: else
		fi;
		l++
	:: else -> break
	od;
	l = 0
}

proctype Loop() {
	/* Of each lane, or of each side. */
	bit here[2], held[2], reads[2], blocked[2], in[2], out[2], revents[2];
	byte waits[2], failed[2];
	/* Why Go is to look. */
	bit toTell, wereAsked, wasRung, hears;
	bit anew;              /* the last turn had a cause, or was before the end */
	bit last, went, late;
	byte l, n, ended;

	d_step { here[0] = 1; here[1] = (NLANES == 2); anew = 1 };
turn:
	last = ending;
	hold(0, LOOP);
	hold(1, LOOP);
#if TOUCHES
	hold(2, LOOP);
#endif
	d_step {
		do
		:: l < NLANES ->
#if BROKEN != KEEPS_WAITING
			waits[l] = (anew -> NOTHING : waits[l]);
			failed[l] = (anew -> 0 : failed[l]);
#endif
			reads[l] = here[l] && !paused && (!last || DRAINS(l));
			l++
		:: else -> break
		od;
		l = 0;
		anew = 1
	};
#if BROKEN == KEEPS_WAITING
	goto rest;
#endif

round:
	do
	:: l < NLANES && (!here[l] || waits[l] != NOTHING) -> l++
	:: l < NLANES && here[l] && waits[l] == NOTHING ->
		/* forward */
		do
		:: atomic { held[l] ->
				if
				:: SIGNAL(1 - l) -> processCommands(1 - l)
				:: true /* throttled */
				fi;
				if
				:: FULL(1 - l) -> ended = OUTPUT; break
				:: else -> written[1 - l]++; outq[1 - l]++; held[l] = 0; went = 1
				fi
			}
		:: atomic { !held[l] && n == BATCH * reads[l] -> ended = (reads[l] -> NOTHING : INPUT); break }
		:: atomic { !held[l] && n < BATCH * reads[l] ->
				if
				:: !VISIBLE(l) -> processCommands(l)
				:: else
				fi;
				if
				:: inq[l] > 0 -> awake[l] = 1; inq[l]--; held[l] = 1; n++
				:: else -> awake[l] = 0; ended = INPUT; break
				fi
			}
		od;
		atomic {
			waits[l] = ended;
			failed[l] = (ended == OUTPUT && !went -> failed[l] + 1 : 0);
			ended = 0; went = 0; n = 0;
			l++
		}
	:: l == NLANES -> break
	od;
	/* In one step: what comes to one of them between the two might as well have come before both, or after. */
	atomic {
		look(0);
#if BROKEN != LOOKS_AT_ONE
		look(1);
#endif
		due();
		toTell = (here[0] && blocked[0] != BLOCKED(0) || here[1] && blocked[1] != BLOCKED(1));
		hears = (HEARS && in[1])
	};
#if BROKEN != ASKED_NOT_READ
	wereAsked = (asked > 0);
#endif
	if
	:: last ->
		d_step { settle() };
		if
		:: toTell || wereAsked || !here[0] && !here[1] -> goto release
		:: else -> anew = (BROKEN == FORGETS_DOUBT)
		fi
	:: else ->
		if
#if BROKEN != END_NOT_READ
		:: toTell || wereAsked || hears || ends -> goto release
#else
		:: toTell || wereAsked || hears -> goto release
#endif
		:: else
		fi
	fi;

rest:
	if
	:: last && lingered -> anew = 1; goto release
	:: here[0] && waits[0] == NOTHING || here[1] && waits[1] == NOTHING ->
		if
		:: last -> goto release
		:: else -> goto round
		fi
	:: else
	fi;
	assert(!DOUBTS(0) && !DOUBTS(1) || LIES || BROKEN);
	if
	:: atomic { READY -> revents[0] = SIGNAL(0); revents[1] = SIGNAL(1); wasRung = (bell > 0) }
	:: atomic { !READY && last && lingered -> revents[0] = 1; revents[1] = 1; anew = 1 }
	:: atomic { !READY && DOUBTS(0) && LIES -> revents[0] = 1; revents[1] = 1 };
progress:
		skip
	fi;
	d_step {
		failed[0] = (revents[1] -> 0 : failed[0]);
		failed[1] = (revents[0] -> 0 : failed[1]);
		if
		:: revents[0] -> look(0)
		:: else
		fi;
		if
		:: revents[1] -> look(1)
		:: else
		fi;
		due();
		revents[0] = 0; revents[1] = 0
	};
	if
	:: wasRung ->
		anew = 1;
#if BROKEN == HEARD_EARLY
		rung = 0;
#endif
#if BROKEN != BELL_LEFT_FULL
		bell = 0;
#endif
		goto release
	:: !wasRung && last -> goto release
	:: !wasRung && !last -> goto round
	fi;

release:
	if
	:: !last -> d_step { settle() }
	:: else
	fi;
	d_step {
		wereAsked = 0; toTell = 0; in[0] = 0; out[0] = 0; in[1] = 0; out[1] = 0
	};
#if BROKEN == HEARD_LATE
	if
	:: late -> late = 0; rung = 0
	:: else
	fi;
#endif
	give(0);
	give(1);
#if TOUCHES
	give(2);
#endif
	if
	:: wasRung ->
#if BROKEN == HEARD_LATE
		late = 1;
#elif BROKEN != HEARD_EARLY
		rung = 0;
#endif
		wasRung = 0;
#if BROKEN == YIELDS_BLINDLY
		thanks -> thanks = 0
#endif
	:: else
	fi;
#if HEARS
	if
	:: hears && !last ->
		lock(1, LOOP);
		d_step {
			processCommands(1);
			n = inq[1];
			inq[1] = 0;
			awake[1] = 0
		};
		unlock(1);
		lock(0, LOOP);
		d_step { events(0); got[0] = got[0] + n; n = 0 };
		unlock(0)
	:: else
	fi;
	hears = 0;
#endif
	if
	:: !here[0] && !here[1] -> goto gone
	:: else
	fi;
	/* yield */
	if
	:: asked > 0 -> yields = 1;
		atomic { thanks -> thanks = 0; yields = 0 }
	:: asked == 0
	fi;
	goto turn;

gone:
	done = 1
}

/* ---- The peers ---- */

proctype PeerWrites(bit s; byte count) {
	byte i;
	do
	:: d_step {
		i < count && inq[s] < IN ->
#ifndef FOREVER
			i++;
#endif
			if
			:: !awake[s] -> awake[s] = 1; cmdIn[s] = 1
			:: else
			fi;
			inq[s]++
		}
	:: i == count || done -> break
	od
}

proctype PeerReads(bit s) {
	do
	:: d_step {
		outq[s] > 0 ->
			outq[s]--;
#ifndef FOREVER
			got[s]++;
#endif
			unsaid[s]++;
			if
			:: unsaid[s] == LWM -> cmdOut[s] = cmdOut[s] + unsaid[s]; unsaid[s] = 0
			:: else
			fi
		}
#if STALLS
	:: break
#endif
	:: done && outq[s] == 0 -> break
	od
}

init {
	atomic {
		run Loop();
		run PeerWrites(0, NFORTH);
		run PeerReads(1);
		if
		:: NBACK > 0 -> run PeerWrites(1, NBACK)
		:: else
		fi;
		if
		:: NLANES == 2 -> run PeerReads(0)
		:: else
		fi;
		if
		:: DO0 > 0 -> asking++; run Doer(0, DO0)
		:: else
		fi;
		if
		:: DO1 > 0 -> asking++; run Doer(1, DO1)
		:: else
		fi;
#if PAUSES
		asking++;
		run Pauser();
#endif
#if TOUCHES
		asking++;
		run Toucher();
#endif
		if
		:: !ENDLESS -> run Ender()
		:: else
		fi
	}
}
