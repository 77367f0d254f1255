/*
 * How the two sides of a socket wake each other, as a model that spin checks in every interleaving.
 * README.md says what is left out and how to run it; the rules are in docs/architecture.md.
 *
 * What here           stands for
 * ------------------  --------------------------------------------------------------------------------
 * PollSide            a goroutine in Socket.side, running
 *   top               Socket.pollSide, and the beginning of its RawConn.Read
 *   look              Socket.look, up to where it gives the mutex back
 *   receive           zmqgen_recv, one zmq_msg_recv a step, then events
 *   deliver           Socket.deliver and channelSink.take, with Overflow Block
 *   parked            the wait of RawConn.Read, after look has returned false
 *   timedOut          what pollSide does on os.ErrDeadlineExceeded
 * SelectSide          the other goroutine in Socket.side, running selectSide.run
 *   gather            selectSide.gather
 *   flush, retry      Socket.flush: its first try, and its loop with RawConn.Write
 *   try, send         Socket.try; zmqgen_send, one zmq_send a step, then events
 *   parked            the wait of RawConn.Write
 *   giveUp            selectSide.giveUp; while draining, Socket.lingered
 *   gaveUp, flushed   where flush returns errAgain, or nil
 *   drain             selectSide.drain
 * events              zmqgen_events: the reading of ZMQ_EVENTS that ends every call
 * wakeIn, wakeOut     Socket.wake
 * nudgeIn, nudgeOut   Socket.nudgeIn and nudgeOut: a deadline in the past
 * end                 Socket.end, once, by sync.Once
 * leave               Socket.side after its run, and Socket.finish for the last one
 * lock, unlock        Socket.mu
 * rReady, rd          of Go's pollDesc: rg is pdReady; the read deadline. wReady, wd: the same for write
 * Netpoll             netpoll: what epoll or kqueue reports becomes readiness
 * cmdIn, cmdOut       the mailbox of the ZeroMQ socket: activate_read, activate_write that wait there
 * SIGNAL, edge        ZMQ_FD is readable; it has become so and Netpoll has not looked yet
 * PeerWrites          the I/O thread, or the peer of an inproc pipe, that fills the receive queue
 * PeerReads           the same, emptying the send pipe
 * Reader, Writer      the goroutines of a user who reads and writes independently
 * Echo                a user's goroutine that sends each message before it receives the next
 * Ctx                 context.AfterFunc of the socket's ctx, Socket.Close, Pump.Close
 * Timer               a write deadline of flush that runs out: slowTick
 * Linger              the clock of linger
 * Discard             selectSide.discard
 * Watcher, Toucher    watcher.run and Socket.touch: what it does itself, and in a goroutine of its own
 * Do                  Socket.Do and sendOne of a client: a third goroutine that calls into the socket
 */

/* Sizes, each as small as makes a difference. */
#ifndef RCAP
#define RCAP 1          /* capacity of the channel that the user receives from */
#endif
#ifndef SCAP
#define SCAP 1          /* capacity of the channel that the user sends to */
#endif
#ifndef IN
#define IN 2            /* messages that fit the receive queue */
#endif
#ifndef OUT
#define OUT 1           /* messages that fit the send pipe: its high-water mark */
#endif
#ifndef LWM
#define LWM 1           /* the peer tells after so many messages that it has read them: (OUT + 1) / 2 */
#endif
#ifndef BATCH
#define BATCH 2         /* maxBatch */
#endif
#ifndef NIN
#define NIN 3           /* messages that the peer sends */
#endif
#ifndef NOUT
#define NOUT 3          /* messages that the user sends */
#endif

/* What takes part. */
#ifndef SINK
#define SINK 1          /* the socket receives; with 0 it is one of OpenSender */
#endif
#ifndef SELECT
#define SELECT 1        /* the socket has a select side; with 0 it is one of OpenReceiver */
#endif
#ifndef ECHO
#define ECHO 0          /* the user is Echo, not Reader and Writer */
#endif
#ifndef STOPS
#define STOPS 0         /* the Reader takes one message and no more */
#endif
#ifndef CLOSES
#define CLOSES 0        /* the user ends the socket by closing its channel */
#endif
#ifndef CTX
#define CTX (!CLOSES)   /* Ctx ends it */
#endif
#ifndef ENDLESS
#define ENDLESS 0       /* the socket does not end */
#endif
#ifndef EARLY
#define EARLY 0         /* the end comes at any time; with 0, when all has arrived, so that a lost wake-up is a deadlock */
#endif
#ifndef STALLS
#define STALLS 0        /* PeerReads may stop reading for good */
#endif
#ifndef SLOW
#define SLOW 0          /* slowTick works; with 0 a write deadline in the future never comes */
#endif
#ifndef LINGER
#define LINGER 0        /* linger may run out at any time after the end */
#endif
#ifndef DO
#define DO 0            /* calls of Do */
#endif
#ifndef SPURIOUS
#define SPURIOUS 0      /* readiness that comes for no reason, as often as this */
#endif

/* How the system's poller wakes a goroutine that waits in RawConn.Write on ZMQ_FD. */
#define EPOLL  1        /* with every change: epoll reports IN and OUT in one event, and an eventfd is always writable */
#define KQUEUE 2        /* never: write readiness has a filter of its own, for which nothing changes; only nudges wake */
#define OWN    3        /* proposed: it waits for readability instead, on a descriptor of its own */
#ifndef POLLER
#define POLLER EPOLL
#endif
#ifndef RETRY
#define RETRY 1         /* try asks again as long as something goes; with 0, just once */
#endif
#ifndef WATCHED
#define WATCHED 0       /* there is no poll side, but a watcher: a socket that only sends, on Linux */
#endif

/* A fault put in on purpose, which the checker must find. */
#define IN_NOT_WOKEN      1     /* the select side does not wake the poll side */
#define OUT_NOT_WOKEN     2     /* the poll side does not wake the select side */
#define IN_CLEARED_LATE   3     /* the poll side looks, then clears its deadline, then parks */
#define OUT_CLEARED_LATE  4     /* the select side tries, then sets its deadline anew, then parks */
#define IN_BY_ERRNO       5     /* the poll side parks after EAGAIN, whatever ZMQ_EVENTS say */
#define OUT_BY_ERRNO      6     /* the select side parks after EAGAIN, whatever ZMQ_EVENTS say */
#define IN_WANTED_LATE    7     /* wantIn is set after the mutex is let go */
#define OUT_WANTED_LATE   8     /* wantOut is set after the mutex is let go */
#define NUDGED_EARLY      9     /* end nudges the sides, then closes ending */
#define GIVEN_UP_EARLY   10     /* flush asks giveUp, then sets its deadline anew */
#define FIRST_FINISHES   11     /* the first side to leave finishes the socket */
#define FINISH_TWICE     12     /* each side finishes the socket if it sees no other left, not by one atomic step */
#define DELIVERS_LOCKED  13     /* the mutex is held while a message is delivered */
#define DELIVERS_FOREVER 14     /* delivering does not look at ending */
#define DO_WAKES_NOBODY  15     /* Do does not wake who waits for the edge that it took */
#define WAITS_WHILE_FULL 16     /* the poll side waits for an edge after the user's channel was full */
#define DO_AFTER_CLOSE   17     /* Do does not ask whether the socket is closed */
#define TOUCH_FORGOTTEN  18     /* the watcher passes over a socket whose mutex somebody holds */
#define TOUCHED_LATE     19     /* whoever touches for the watcher looks, then says that it has */
#ifndef BROKEN
#define BROKEN 0
#endif

/* Without FOREVER the peer and the user have so much to send and no more, and every run ends. Whoever waits in
   vain is then in an invalid end state: no label here excuses a wait. With FOREVER they go on, or stop at any
   time, and the formulas below say what must happen. */

/* ---- The ZeroMQ socket ---- */

byte inq;               /* messages in the receive queue */
bit  asleep = 1;        /* the queue was found empty: the peer's next message comes with a command */
byte written;           /* messages in the send pipe as far as the socket knows */
byte outq;              /* messages that the peer has not read */
byte unsaid;            /* messages that the peer has read and not yet told of */
bit  cmdIn;             /* commands in the mailbox: activate_read, */
byte cmdOut;            /* and activate_write for so many messages */
bit  zclosed;

#define SIGNAL  (cmdIn || cmdOut > 0)
#define VISIBLE (inq > 0 && !asleep && !cmdIn)
#define FULL    (written >= OUT)

/* ---- Go's netpoller ---- */

#define NONE   0
#define FUTURE 1
#define PAST   2

bit  edge, edgeW;       /* of ZMQ_FD; of the select side's own descriptor, with OWN */
bit  rReady, wReady;
byte rd, wd = FUTURE;
bit  fileOpen = 1;
bit  inRead, inWrite;   /* a side is within RawConn.Read, RawConn.Write */

/* ---- Socket ---- */

#define FREE    0
#define POLL    1
#define SEL     2
#define OTHER   3

byte mu, waits;
bit  wantIn, wantOut, closed;
bit  ending, lingered, done;
byte once;              /* endOnce: 1 while end runs, 2 after it */
byte sides = 1 + SELECT - WATCHED;
byte finished;
byte inHand;            /* messages that the select side has in hand */
bit  draining;
bit  waiting;           /* the select side is in flush, past its first try */
bit  nudged;            /* the token in the channel of that name, of a socket with a watcher */
bit  touching;          /* a goroutine waits for the mutex to touch the socket */

/* ---- The user's channels ---- */

byte rlen, slen;        /* messages in them; of an unbuffered one, the message being handed over */
bit  rWaits;            /* the user is in a receive from an unbuffered channel */
bit  rclosed, sclosed;

#if RCAP == 0
#define ROOM    1
#define FITS    (rlen == 0 && rWaits)
#else
#define ROOM    (RCAP - rlen + 1)
#define FITS    (rlen < RCAP)
#endif
#if SCAP == 0
#define SLEN    0
#else
#define SLEN    slen
#endif

/* ---- What the properties speak of ---- */

byte got, peerGot;      /* messages that the user and the peer have received */
bit  took;              /* the user has just received one */

#ifdef FOREVER
/* What can be received is delivered. */
ltl received { [] ((inq > 0 && !ending) -> <> (took || ending)) }
/* What the select side has in hand is sent. */
ltl sent     { [] (inHand > 0 -> <> (inHand == 0)) }
/* A socket that ends is finished. */
ltl finishes { [] (ending -> <> done) }
/* The end reaches a select side that the send pipe keeps waiting. */
ltl drains   { [] (ending -> <> (draining || done)) }
/* So does the closing of the channel. */
ltl closes   { [] (sclosed -> <> done) }
#endif

/* ---- Calls into the ZeroMQ socket, each with the mutex held ---- */

inline processCommands() {
	cmdIn = 0;
	written = written - cmdOut;
	cmdOut = 0
}

/* A command arrives. Only the first one in an empty mailbox makes ZMQ_FD readable. */
inline signal() {
	if
	:: !SIGNAL ->
		edge = 1;
		edgeW = (POLLER == OWN)
	:: else
	fi
}

/* Reading ZMQ_EVENTS processes commands, and finds out whether the queue is empty. */
inline events(in, out) {
	d_step {
		assert(!zclosed && mu != FREE);
		processCommands();
		if
		:: inq == 0 -> asleep = 1
		:: else
		fi;
		in = (inq > 0);
		out = !FULL
	}
}

/* ---- Socket ---- */

/* Whoever comes first takes the mutex. But Go hands it to a goroutine that has waited for a millisecond, so none
   waits for ever: with FOREVER, where that matters, it is handed over at once. */
inline lock(me) {
#ifdef FOREVER
	atomic {
		if
		:: mu == FREE -> mu = me
		:: else -> waits = me
		fi
	};
	mu == me
#else
	atomic { mu == FREE -> mu = me }
#endif
}

inline unlock() {
	mu = waits;
	waits = FREE
}

inline nudgeIn() {
	if
	:: fileOpen && !WATCHED -> rd = PAST
	:: else
	fi
}

/* Outside of waiting, flush sets the deadline before anything reads it: leaving it alone saves states. */
inline nudgeOut() {
	if
	:: WATCHED -> nudged = 1
	:: fileOpen && waiting && !WATCHED -> wd = PAST
	:: else
	fi
}

inline wakeIn(in) {
	if
	:: in && wantIn -> wantIn = 0; nudgeIn()
	:: else
	fi
}

inline wakeOut(out) {
	if
	:: out && wantOut -> wantOut = 0; nudgeOut()
	:: else
	fi
}

inline end() {
	if
	:: atomic { once == 0 -> once = 1 };
#if BROKEN == NUDGED_EARLY
		d_step { nudgeIn() };
		d_step { nudgeOut() };
		ending = 1;
#else
		ending = 1;
		d_step { nudgeIn() };
		d_step { nudgeOut() };
#endif
		once = 2
	:: once != 0 -> once == 2
	fi
}

/* The last step of a side; me is for the mutex. */
inline leave(me) {
#if BROKEN == FINISH_TWICE
	sides--;
	if
	:: sides == 0 -> finish(me)
	:: else
	fi
#elif BROKEN == FIRST_FINISHES
	if
	:: d_step { sides == 1 + SELECT -> sides-- }; finish(me)
	:: d_step { else -> sides-- }
	fi
#else
	if
	:: d_step { sides == 1 -> sides = 0 }; finish(me)
	:: d_step { sides > 1 -> sides-- }
	fi
#endif
}

inline finish(me) {
	d_step {
		assert(sides == 0 && !inRead && !inWrite);
		fileOpen = 0
	};
	lock(me);
	d_step {
		assert(finished == 0 && !zclosed);
		finished++;
		closed = 1;
		zclosed = 1;
		/* Nothing reads these any more: fewer states. */
		inq = 0; asleep = 0; cmdIn = 0; cmdOut = 0; written = 0; unsaid = 0;
		edge = 0; edgeW = 0; rReady = 0; wReady = 0; rd = NONE; wd = FUTURE;
		wantIn = 0; wantOut = 0; draining = 0; nudged = 0;
		unlock()
	};
	rclosed = 1;
	done = 1
}

/* ---- The poll side, or the watcher ---- */

#if WATCHED
inline touchLocked() {
	if
	:: !closed ->
		events(in, out);
		d_step {
			wakeOut(out);
			in = 0;
			out = 0
		}
	:: else
	fi;
#if BROKEN == TOUCHED_LATE
	touching = 0;
#endif
	atomic { unlock() }
}

/* epoll reports an edge that nobody has used up by the time it is asked. */
active proctype Watcher() {
	bit in, out;
	do
	:: d_step { edge && !SIGNAL -> edge = 0 }
	:: d_step { edge && SIGNAL -> edge = 0 };
		if
		:: atomic { mu == FREE -> mu = POLL }; /* TryLock */
			touchLocked()
#if BROKEN == TOUCH_FORGOTTEN
		:: mu != FREE
#else
		:: d_step { mu != FREE -> touching = 1 }
#endif
		fi
	:: done -> break
	od
}

active proctype Toucher() {
	bit in, out;
	do
	:: touching ->
		atomic { mu == FREE -> mu = OTHER };
#if BROKEN != TOUCHED_LATE
		touching = 0;
#endif
		touchLocked()
	:: done && !touching -> break
	od
}
#else
active proctype PollSide() {
	byte n, most;
	bit again, in, out, eagain;
#if BROKEN == IN_CLEARED_LATE
	bit late;
#endif

top:
	if
	:: ending -> goto gone
	:: else
	fi;
	atomic { /* RawConn.Read */
		inRead = 1;
		if
		:: rd == PAST -> goto timedOut
		:: else -> rReady = 0
		fi
	};

look:
	if
	:: ending -> inRead = 0; goto top
	:: else
	fi;
	atomic {
		lock(POLL);
		most = ROOM
	};
#if SINK
	/* receive */
	do
	:: n == most -> break
	:: atomic {
		n < most && !eagain ->
			assert(!zclosed);
			if
			:: !VISIBLE ->
				if
				:: inq == 0 -> asleep = 1
				:: else
				fi;
				processCommands()
			:: else
			fi;
			if
			:: VISIBLE -> inq--; n++
			:: else -> eagain = 1
			fi
		}
	:: eagain -> break
	od;
#endif
	events(in, out);
	d_step {
		again = in && SINK;
#if BROKEN == IN_BY_ERRNO
		again = !eagain;
#endif
#if BROKEN == WAITS_WHILE_FULL
		again = again && n < most;
#endif
		wantIn = 0;
#if BROKEN != OUT_NOT_WOKEN
		wakeOut(out);
#endif
#if BROKEN != IN_WANTED_LATE
		wantIn = !again;
#endif
		in = 0;
		out = 0;
		eagain = 0;
		most = 0
#if BROKEN != DELIVERS_LOCKED
		;
		unlock()
#endif
	};
#if BROKEN == IN_WANTED_LATE
	wantIn = !again;
#endif

	/* deliver */
	do
	:: n == 0 -> break
	:: n > 0 ->
		if
		:: d_step { FITS -> rlen++; n-- }
		:: else ->
			if
			:: d_step { FITS -> rlen++; n-- }
#if BROKEN != DELIVERS_FOREVER
			:: ending -> n = 0
#endif
			fi
		fi
	od;
#if BROKEN == DELIVERS_LOCKED
	atomic { unlock() };
#endif
	if
	:: again -> again = 0; goto look
	:: else
	fi;
	if
	:: ending -> inRead = 0; goto top
	:: else
	fi;
#if BROKEN == IN_CLEARED_LATE
	if
	:: late -> d_step { late = 0; rd = NONE }
	:: else
	fi;
#endif
	if /* parked */
	:: rd == PAST
	:: d_step { rReady -> rReady = 0 }; goto look
	fi;

timedOut:
#if BROKEN == IN_CLEARED_LATE
	late = 1;
	goto look;
#else
	inRead = 0;
	rd = NONE;
	goto top;
#endif

gone:
	leave(POLL)
}
#endif

/* ---- The select side ---- */

#if SELECT
active proctype SelectSide() {
	bit open = 1;           /* the user's channel is not known to be closed */
	bit in, out, eagain, again, went;
	byte n;                 /* drain: messages to be taken from the channel */
#ifdef FOREVER
	bit passed;             /* the select has passed by ending once */
#endif

	do
	:: atomic {
#ifdef FOREVER
		/* Go's select picks by chance, so it does not pass by ending for ever. */
		slen > 0 && !(ending && passed) -> passed = ending;
#else
		slen > 0 ->
#endif
			slen--;
			inHand = 1
		};

		/* gather */
		do
		:: inHand >= BATCH -> break
		:: else ->
			if
			:: d_step { slen > 0 -> slen--; inHand++ }
			:: slen == 0 && sclosed -> open = 0; break
			:: slen == 0 && !sclosed -> break
			fi
		od;

flush:
try:
		atomic {
			lock(SEL);
			assert(!closed);
			wantOut = 0
		};
send:
		do
		:: inHand == 0 -> break
		:: inHand > 0 && eagain -> break
		:: atomic {
			inHand > 0 && !eagain ->
				assert(!zclosed);
				if
				:: SIGNAL -> processCommands()
				:: true /* throttled */
				fi;
				if
				:: FULL -> eagain = 1
				:: else -> written++; outq++; inHand--; went = 1
				fi
			}
		od;
		events(in, out);
		atomic {
#if BROKEN != IN_NOT_WOKEN
			wakeIn(in);
#endif
			in = 0;
			if
#if BROKEN == OUT_BY_ERRNO
			:: true
#elif RETRY
			:: eagain && out && (went || !again) -> again = 1; eagain = 0; went = 0; goto send
			:: else
#else
			:: eagain && out && !again -> again = 1; eagain = 0; went = 0; goto send
			:: else
#endif
			fi;
#if BROKEN != OUT_WANTED_LATE
			wantOut = eagain;
#endif
			again = 0;
			out = 0;
			went = 0;
			unlock()
		};
#if BROKEN == OUT_WANTED_LATE
		wantOut = eagain;
#endif
		if
		:: atomic { !eagain -> inWrite = 0; wReady = 0; waiting = 0; wd = FUTURE }; goto flushed
		:: atomic { eagain && !waiting -> eagain = 0; waiting = 1 }; goto retry
		:: atomic { eagain && waiting -> eagain = 0 }
		fi;
#if BROKEN == OUT_CLEARED_LATE
		wd = FUTURE;
#endif
		if /* parked */
		:: wd == PAST
#if WATCHED
		:: d_step { nudged -> nudged = 0 }
#else
		:: d_step { wReady -> wReady = 0 }; goto try
#endif
		fi;
#if BROKEN == OUT_CLEARED_LATE
		goto try;
#endif
		d_step { inWrite = 0; wReady = 0 };

retry:
#if BROKEN != GIVEN_UP_EARLY
		wd = FUTURE;
#endif
		if /* giveUp */
		:: !draining && (ending || sclosed) -> goto gaveUp
		:: draining && lingered -> goto gaveUp
		:: else
		fi;
#if BROKEN == GIVEN_UP_EARLY
		wd = FUTURE;
#endif
		atomic { /* RawConn.Write */
			if
			:: wd == PAST -> goto retry
			:: else -> inWrite = 1; wReady = 0; goto try
			fi
		};

gaveUp:
		atomic { waiting = 0; wd = FUTURE };
		if
		:: !draining -> end(); goto drain
		:: else ->
			/* What is in hand and what is left of the n is counted as lost. */
			inHand = 0;
			break
		fi;

drain:
		atomic { draining = 1; n = SLEN };
		goto flush;

flushed:
		if
		:: !draining && open
		:: !draining && !open -> end(); break
		:: draining ->
			do
			:: n > 0 && inHand < BATCH ->
				if
				:: d_step { slen > 0 -> slen--; inHand++; n-- }
				:: slen == 0 && sclosed -> n = 0
				fi
			:: else -> break
			od;
			if
			:: inHand == 0 -> break
			:: else -> goto flush
			fi
		fi

	:: sclosed && slen == 0 -> end(); break
	:: ending -> goto drain
	od;
	n = 0;
	leave(SEL)
}

active proctype Discard() {
	done;
	do
	:: d_step { slen > 0 -> slen-- }
	:: sclosed && slen == 0 -> break
	od
}
#endif

/* ---- Go's netpoller and the clocks ---- */

/* Between the edge and the report others may run: what they have used up by then is not reported. Readiness
   outside of Read and Write is left out, since both forget it when they begin. */
#if !WATCHED
active proctype Netpoll() {
	do
	:: d_step {
		edge ->
			edge = 0;
			if
			:: SIGNAL -> rReady = inRead
			:: else
			fi;
			if
			:: POLLER == EPOLL -> wReady = inWrite
			:: else
			fi
		}
#if POLLER == OWN
	:: d_step {
		edgeW ->
			edgeW = 0;
			if
			:: SIGNAL -> wReady = inWrite
			:: else
			fi
		}
#endif
	:: done -> break
	od
}
#endif

#if SPURIOUS
active proctype Spurious() {
	byte i;
	do
	:: i < SPURIOUS -> i++;
		if
		:: rReady = 1
		:: wReady = 1
		fi
	:: break
	od
}
#endif

#if SLOW
active proctype Timer() {
	do
#ifdef FOREVER
	/* 50 ms are enough, if not each time, to get from setting the deadline into RawConn.Write. */
	:: d_step { fileOpen && inWrite && wd == FUTURE -> wd = PAST }
#else
	:: d_step { fileOpen && waiting && wd == FUTURE -> wd = PAST }
#endif
	:: done -> break
	od
}
#endif

#if LINGER
active proctype Linger() {
	ending;
	lingered = 1
}
#endif

/* ---- The peer ---- */

#if SINK
active proctype PeerWrites() {
	byte i;
	do
	:: d_step {
#ifdef FOREVER
		!zclosed && inq < IN ->
#else
		!zclosed && inq < IN && i < NIN -> i++;
#endif
			if
			:: asleep -> asleep = 0; signal(); cmdIn = 1
			:: else
			fi;
			inq++
		}
#ifdef FOREVER
	:: break
#else
	:: i == NIN -> break
#endif
	:: zclosed -> break
	od
}
#endif

#if SELECT
active proctype PeerReads() {
	do
	:: d_step {
		outq > 0 ->
			outq--;
#ifndef FOREVER
			peerGot++;
#endif
			if
			:: zclosed
			:: else ->
				unsaid++;
				if
				:: unsaid == LWM -> signal(); cmdOut = cmdOut + unsaid; unsaid = 0
				:: else
				fi
			fi
		}
#if STALLS
	:: break
#endif
	:: zclosed && outq == 0 ->
#if CLOSES && !CTX && !LINGER && !STALLS && !ECHO && !defined(FOREVER)
		/* Closing the channel loses nothing unless linger runs out. */
		assert(peerGot == NOUT);
#endif
		break
	od
}
#endif

/* ---- The user ---- */

inline receive() {
	d_step {
		rlen > 0 ->
			rlen--;
			rWaits = 0;
#ifdef FOREVER
			took = 1
#else
			got++
#endif
	};
#ifdef FOREVER
	took = 0
#endif
}

inline push() {
#if SCAP == 0
	d_step { slen == 0 -> slen = 1 };
	slen == 0
#else
	d_step { slen < SCAP -> slen++ }
#endif
}

#if ECHO
#define COMPLETE (peerGot == NIN)
#elif STOPS || !SINK
#define COMPLETE (peerGot == NOUT)
#elif !SELECT
#define COMPLETE (got == NIN)
#else
#define COMPLETE (got == NIN && peerGot == NOUT)
#endif

#if ECHO
active proctype Echo() {
	do
	:: rWaits = (RCAP == 0);
		if
		:: receive(); push()
		:: rclosed && rlen == 0 -> break
		fi
	od;
	sclosed = 1
}
#else
#if SINK
active proctype Reader() {
	do
	:: rWaits = (RCAP == 0);
		if
		:: receive()
#if STOPS
			; break
#endif
		:: rclosed && rlen == 0 -> break
		fi
	od
}
#endif
#if SELECT
active proctype Writer() {
#ifdef FOREVER
	do
	:: push()
	:: break
	od;
	if
	:: CLOSES
	:: done
	fi;
#else
	byte i;
	do
	:: i < NOUT -> push(); i++
	:: i == NOUT -> break
	od;
	i = 0;
#if !CLOSES
	done;
#elif !EARLY
	COMPLETE;
#endif
#endif
	sclosed = 1
}
#endif
#endif

#if CTX && !ENDLESS
active proctype Ctx() {
#ifdef FOREVER
	if
	:: true
	:: true -> end()
	fi
#else
#if !EARLY
	COMPLETE;
#endif
	end()
#endif
}
#endif

#if DO
active proctype Do() {
	byte i;
	bit in, out;
	do
	:: i < DO -> i++;
		lock(OTHER);
		if
#if BROKEN != DO_AFTER_CLOSE
		:: closed
#endif
		:: else ->
			events(in, out);
#if BROKEN != DO_WAKES_NOBODY
			d_step { wakeIn(in); wakeOut(out) };
#endif
			in = 0;
			out = 0
		fi;
		d_step { unlock() }
	:: i == DO -> break
	od
}
#endif
