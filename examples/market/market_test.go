package market

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// These tests of generated messages and codecs need neither cgo nor libzmq.

func TestOrderKeepsWhatItHolds(t *testing.T) {
	limit := 0.0
	for _, want := range []Order{
		{},
		{OrderID: zmqrt.UUID{1, 15: 2}, Symbol: "EURUSD", Side: SideSell, Quantity: 7, Limit: &limit, Tags: []string{"", "a"},
			Legs: []Leg{{Symbol: "EURUSD", Ratio: -1}, {}}},
		{Side: Side(99)}, // enums are open
	} {
		b, err := want.AppendProto(nil)
		if err != nil {
			t.Fatal(err)
		}
		var got Order
		if err := got.ParseProto(b); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
}

func TestQuoteOnTheWire(t *testing.T) {
	q := Quote{Symbol: "EURUSD", Bid: 1.5, Ask: 2, At: time.Unix(1, 2)}
	frames, err := zmqrt.AppendMessage(new(zmqrt.FrameWriter), QuotesCodec{}, q)
	if err != nil {
		t.Fatal(err)
	}
	want := "quote.EURUSD. " +
		"0a06455552555344" + // 1: "EURUSD"
		"11000000000000f83f" + // 2: 1.5
		"190000000000000040" + // 3: 2.0
		"220408011002" // 4: {1: 1, 2: 2}
	if got := string(frames[0]) + " " + hex.EncodeToString(frames[1]); len(frames) != 2 || got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if QuoteTopic("EURUSD") != string(frames[0]) {
		t.Errorf("QuoteTopic gives %q", QuoteTopic("EURUSD"))
	}
}

func TestTapeTellsMessagesApartByName(t *testing.T) {
	var w zmqrt.FrameWriter
	for _, want := range []TapeMessage{&Trade{Venue: "XLON", Quantity: 5}, &Halt{Venue: "XLON", Reason: "news"}} {
		frames, err := zmqrt.AppendMessage(&w, TapeCodec{}, want)
		if err != nil || len(frames) != 3 || !bytes.HasPrefix(frames[0], []byte("tape.XLON.")) {
			t.Fatalf("got %q, %v", frames, err)
		}
		var got TapeMessage
		if err := (TapeCodec{}).ParseFrames(frames, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
	for _, stranger := range []TapeMessage{nil, &Quote{}, (*Trade)(nil)} {
		if _, err := zmqrt.AppendMessage(&w, TapeCodec{}, stranger); err == nil {
			t.Errorf("%T is taken for a message of the tape", stranger)
		}
	}
	var got TapeMessage
	err := (TapeCodec{}).ParseFrames([][]byte{[]byte("tape."), []byte("Quote"), nil}, &got)
	var frameError *zmqrt.FrameError
	if !errors.As(err, &frameError) || !strings.Contains(err.Error(), `"Quote"`) {
		t.Errorf("got %v", err)
	}
}
