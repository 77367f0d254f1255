//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	goruntime "runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pebbe/zmq4"
)

// Files named facts_*_test.go hold the tests of what bites those who put ZeroMQ behind Go channels.
// Each fact has a number, by which the tests name it, and at least one test that fails as soon as the
// runtime forgets it:
//
//	 1  ZMQ_FD tells of changes, not of states, for both directions at once; any call may use up the
//	    change that another waits for; the descriptor is libzmq's to close.
//	    facts_wakeup_test.go, TestTrafficBothWaysBehindTinyQueuesNeverStalls,
//	    TestEchoesThroughARouterBehindTinyQueuesNeverStall, TestUnbufferedChannelsBehindTinyQueues
//	 2  Neither direction waits for the other.
//	    TestAnEchoServerWithBothQueuesFullGoesOnWhenItsPeerReads, TestAnyDirectionGoesOnWhileTheOtherIsBlocked,
//	    TestAPollSideThatWasBlockedWakesTheSelectSide
//	 3  A full channel stops its own socket only, and needs no edge to go on.
//	    TestAConsumerThatGoesOnNeedsNoEdge, TestAPausedConsumerGetsEverythingWhenItGoesOn,
//	    TestABlockedConsumerDoesNotDelayOtherSockets
//	 4  POLLOUT may lie: no loop on it; a ROUTER parks for each full peer.
//	    TestNothingSpinsWhileZeroMQTakesNoMore, TestAFullPeerHasSoManyMessagesParked,
//	    TestAFullPeerHasMessagesParkedForSoLong,
//	    TestAReplyForAFullPeerIsParkedAndOthersDoNotWait, TestRepliesForAPeerThatNeverReadsAreDroppedAndCounted
//	 5  A peer that dies in the middle of a multipart message tears it.
//	    facts_cut_test.go, facts_multipart_test.go, TestAPeerKilledBySIGKILLDoesNotStopTheSocket
//	 6  Closing a channel releases nobody who sends on it; a channel that users send on is theirs to close.
//	    TestASenderBlockedOnAnEndedSocketIsReleased, TestEveryWayToEndASocket
//	 7  The pump alone sends on and closes receive channels, and no such send outlasts the socket.
//	    TestEveryWayToEndASocket, TestAConsumerThatStopsReadingDoesNotKeepThePumpFromClosing,
//	    TestOpenAndCloseUnderTraffic
//	 8  A message for a socket that has just closed is counted; an error stops its own socket only.
//	    TestWhatIsSentWhileASocketClosesIsCounted, TestAnErrorStopsItsOwnSocketOnly, TestCallsFailWhenTheirSocketEnds
//	 9  pebbe's finalizers close what is reachable by a C pointer alone.
//	    TestSocketsThatNobodyHoldsSurviveTheGarbageCollector, TestNoFinalizerOfPebbesIsLeft
//	10  A linger of -1, libzmq's default, hangs.
//	    TestALingerForEverIsRefused, TestNoLingerIsLibzmqsOwn
//	11  MAX_SOCKETS is 1023, descriptors run out, and some misuse aborts the process.
//	    TestOnePumpHasMoreSocketsThanLibzmqWouldAllow, TestOutOfDescriptors, TestTheNameOfTheAuthenticationHandlerIsReserved
//	12  EINTR is normal in Go programs.
//	    TestSignalsDoNoHarm, TestCallsThatASignalInterruptsAreMadeAgain
//	13  inproc compares no socket types, so the schema does.
//	    package schema: TestEndpoints, the cases of pair-types-inproc and pair-types
//	14  libzmq's steerable proxy has PAUSE and RESUME wrong: there are no devices yet.
//	15  pebbe's AuthStart serves the default context only: there is no authentication handler yet.
//	16  A batch larger than the channel hoards what other workers could do.
//	    TestAWorkerTakesWhatItsChannelHoldsAndOneMore, TestEveryMessageOfASliceIsAccountedFor
//	17  What an XPUB receives queues up in libzmq without a bound unless it is read.
//	    TestSubscriptionsThatNobodyReadsDoNotQueueUp
//	18  A multipart message without an end grows inside libzmq.
//	    TestAMessageWithoutAnEndGrowsInLibzmqAlone, TestMessagesThatDoNotFitThePatternAreCountedReportedAndSkipped
//	19  Whatever a user of Do does may use up an edge of either side.
//	    TestACallThatSeesInputWakesThePollSide, TestACallThatSeesRoomWakesTheSelectSide,
//	    TestEchoesThroughARouterBehindTinyQueuesNeverStall, TestDoMayTakeTheEdgeThatASideWaitsFor
//	20  A peer that sends the beginning of a multipart message makes libzmq abort, if the socket has ZMQ_CONFLATE
//	    and receives; and the option conflates subscriptions too.
//	    TestABeginningOfAMessageDoesNotAbortASocketThatConflates, TestZMQConflateLosesSubscriptions
//	21  Subscriptions over the high-water mark of what a SUB or an XSUB sends are lost.
//	    TestNoSubscriptionGetsLostForBeingOneOfMany
//	22  A ROUTER and a PAIR turn a second peer away without a word to either.
//	    TestTwoPeersOfOneRoutingID, TestAPairTurnsASecondPeerAwayInSilence
//	23  A connection that is taken from a socket in the middle of a message that it receives aborts the process, or glues
//	    messages together; and reading ZMQ_EVENTS may be the beginning of one.
//	    TestDisconnectingInTheMiddleOfAMessage, TestDisconnectingLosesNothingOfOthers
//	24  glibc keeps what contexts had that have been terminated, in each arena as much as was ever there.
//	    TestMallocKeepsWhatAContextHad, TestAClosedPumpGivesItsMemoryBack
//	25  ZMQ_CONFLATE loses the memory of a message that comes after one which came while the other thread looked.
//	    TestZMQConflateLosesMemory, TestAPushThatConflatesLosesNoMemory
//	26  A socket that has connected keeps what it has for its peer, and a ROUTER the routing id, for who is at the endpoint next.
//	    TestAServerThatHasConnectedAnswersWhoeverIsThere

// Fact 8: whatever is sent while a socket ends is sent, or counted.
func TestWhatIsSentWhileASocketClosesIsCounted(t *testing.T) {
	for range 10 {
		p, top := newPump(t), testTopology("inproc://closing")
		must(OpenReceiver(context.Background(), p, top, "b.pull", textCodec{}, []SocketOption{Buffer(1 << 15)}))(t)
		push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, []SocketOption{Buffer(8)}))(t)
		handle := p.Socket("test", "a.push")
		const producers, each = 4, 2000
		var wg sync.WaitGroup
		for range producers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range each {
					push <- "x"
				}
			}()
		}
		some := rand.Uint64N(producers * each * 3 / 4)
		eventually(t, "some are sent", func() bool { return handle.Stats().MessagesOut > some })
		handle.Close()
		within(t, 10*time.Second, "the release of the producers", wg.Wait)
		close(push)
		eventually(t, "each is sent or counted", func() bool {
			s := handle.Stats()
			return s.MessagesOut+s.Dropped[DroppedLinger]+s.Dropped[DroppedEnded] == producers*each
		})
	}
}

// Fact 8: a socket that cannot go on says why, to its handle and to the error handler, and all others
// go on.
func TestAnErrorStopsItsOwnSocketOnly(t *testing.T) {
	for _, c := range []struct {
		op, name string
		provoke  func(*testing.T, *Pump, *Topology)
	}{
		{"send", "b.sub", func(t *testing.T, p *Pump, top *Topology) { // which cannot send
			ch, _, err := openBoth(context.Background(), p, top, "b.sub", textCodec{}, textCodec{}, []SocketOption{Connect("inproc://elsewhere")})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { close(ch) })
			s := p.Socket("test", "b.sub")
			for n := range uint64(3) { // one that fails, and those that are late
				send(t, ch, "x")
				eventually(t, "the message is counted", func() bool { return s.Stats().Dropped[DroppedEnded] == n+1 })
			}
		}},
		{"receive", "a.pub", func(t *testing.T, p *Pump, top *Topology) { // which cannot receive
			s := must(p.open(context.Background(), top, "a.pub", []SocketOption{Bind("inproc://elsewhere")}))(t)
			if s.file == nil { // it has no poll side
				s.unwatch()
				s.nudged = nil
				if err := s.duplicate(s.fd); err != nil {
					t.Fatal(err)
				}
			}
			sink := newChannelSink(s, textCodec{})
			s.start(context.Background(), sink, nil)
			if _, open := <-sink.ch; open {
				t.Error("received something")
			}
		}},
	} {
		t.Run(c.op, func(t *testing.T) {
			var p *Pump
			failed := make(chan *Socket, 1)
			p = newPump(t, WithErrorHandler(func(err error) {
				if e := new(Error); errors.As(err, &e) && e.Op == c.op && e.Socket == c.name && errors.Is(err, syscall.ENOTSUP) {
					failed <- p.Socket("test", c.name)
				}
			}))
			ctx, top := context.Background(), testTopology("inproc://errors")
			pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
			push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
			defer close(push)
			c.provoke(t, p, top)
			s := next(t, failed)
			within(t, endTime, "the end of the socket", func() { <-s.Done() })
			if !errors.Is(s.Err(), syscall.ENOTSUP) {
				t.Errorf("Err is %v", s.Err())
			}
			for i := range 1000 {
				send(t, push, fmt.Sprint(i))
				equal(t, next(t, pull), fmt.Sprint(i))
			}
		})
	}
}

// Fact 9: garbage collections in traffic close no socket, though the test holds channels only.
func TestSocketsThatNobodyHoldsSurviveTheGarbageCollector(t *testing.T) {
	ctx, p, top := context.Background(), newPump(t), testTopology("tcp://127.0.0.1:*")
	pull := must(OpenReceiver(ctx, p, top, "b.pull", textCodec{}, nil))(t)
	push := must(OpenSender(ctx, p, top, "a.push", textCodec{}, nil))(t)
	defer close(push)
	p = nil
	for range 20 {
		goruntime.GC() // finds what is unreachable
		goruntime.GC() // and has its finalizers run
		for i := range 100 {
			send(t, push, fmt.Sprint(i))
			equal(t, next(t, pull), fmt.Sprint(i))
		}
	}
}

// Fact 9: setting a finalizer where there is one is a fatal error, which stops all tests.
func TestNoFinalizerOfPebbesIsLeft(t *testing.T) {
	p := newPump(t)
	openEnds(t, p, rawTopology("inproc://finalizers", Pair, Pair), "a.one")
	zsock := p.Socket("raw", "a.one").raw.zsock
	goruntime.SetFinalizer(zsock, func(*zmq4.Socket) {})
	goruntime.SetFinalizer(zsock, nil)
	goruntime.SetFinalizer(p.zctx, func(*zmq4.Context) {})
	goruntime.SetFinalizer(p.zctx, nil)
}

// Fact 10.
func TestALingerForEverIsRefused(t *testing.T) {
	p, top := newPump(t), testTopology("inproc://linger")
	for _, linger := range []time.Duration{-1, -time.Second} {
		spec := top.Sockets["a.push"]
		spec.Linger = Lingering(linger)
		top.Sockets["a.push"] = spec
		_, err := OpenSender(context.Background(), p, top, "a.push", textCodec{}, nil)
		if err == nil || !strings.Contains(err.Error(), "for ever is not accepted") {
			t.Errorf("linger of %v: %v", linger, err)
		}
	}
}

// Fact 10: libzmq's own linger is -1, but no socket of the runtime has it, and none closes with it,
// whatever a user of Do does.
func TestNoLingerIsLibzmqsOwn(t *testing.T) {
	p, top := newPump(t), testTopology("tcp://127.0.0.1:*")
	spec := top.Sockets["a.push"]
	spec.Linger = nil
	top.Sockets["a.push"] = spec
	push := must(OpenSender(context.Background(), p, top, "a.push", textCodec{}, []SocketOption{Connect("tcp://127.0.0.1:9")}))(t)
	defer close(push)
	send(t, push, "nobody is there")
	handle := p.Socket("test", "a.push")
	eventually(t, "it waits in libzmq", func() bool { return handle.Stats().MessagesOut == 1 })
	var linger time.Duration
	handle.Do(func(z *zmq4.Socket) (err error) {
		linger, err = z.GetLinger()
		return errors.Join(err, z.SetLinger(-1))
	})
	equal(t, linger, defaultLinger)
	within(t, defaultLinger+time.Second, "Pump.Close", func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
}
