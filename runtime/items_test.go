//go:build cgo

package runtime

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// This file tests messages with metadata, by their codecs and on their way through sockets.

// limitedText is textCodec with a limit.
type limitedText struct{ textCodec }

func (limitedText) ValidateMessage(m *string) error {
	if *m == "invalid" {
		return errors.New("as the text says")
	}
	return nil
}

func TestItemsAreMessagesWithMetadataBehind(t *testing.T) {
	var w FrameWriter
	for what, frames := range map[string][][]byte{
		"an item":           must(AppendMessage(&w, Items(textCodec{}, 1), Item[string]{Msg: "hello", Meta: fullMeta}))(t),
		"an item of a peer": must(AppendMessage(new(FrameWriter), ItemsByPeer(textCodec{}, 1), Routed[string]{Peer: "peer", Msg: "hello", Meta: fullMeta}))(t)[1:],
	} {
		if len(frames) != 2 || string(frames[0]) != "hello" || string(frames[1]) != fullMetaFrame {
			t.Errorf("%s is %q", what, frames)
		}
	}
	var item Item[string]
	frames := [][]byte{[]byte("hello"), []byte(fullMetaFrame), []byte("what follows metadata is ignored")}
	if err := Items(textCodec{}, 1).ParseFrames(frames, &item); err != nil || !reflect.DeepEqual(item, Item[string]{Msg: "hello", Meta: fullMeta}) {
		t.Errorf("got %+v, %v", item, err)
	}
	var plain string
	if err := (textCodec{}).ParseFrames(frames, &plain); err != nil || plain != "hello" {
		t.Errorf("a receiver without metadata got %q, %v", plain, err)
	}
	item = Item[string]{}
	if err := Items(textCodec{}, 1).ParseFrames(frames[:1], &item); err != nil || !reflect.DeepEqual(item, Item[string]{Msg: "hello"}) {
		t.Errorf("got %+v, %v", item, err)
	}
	var routed Routed[string]
	if err := ItemsByPeer(textCodec{}, 1).ParseFrames(append([][]byte{[]byte("peer")}, frames...), &routed); err != nil || !reflect.DeepEqual(routed, Routed[string]{Peer: "peer", Msg: "hello", Meta: fullMeta}) {
		t.Errorf("got %+v, %v", routed, err)
	}
	for _, bad := range []string{"\x00\x01\x10", "no metadata", "\x00"} {
		if err := Items(textCodec{}, 1).ParseFrames([][]byte{[]byte("hello"), []byte(bad)}, &item); err == nil {
			t.Errorf("metadata %q is accepted", bad)
		}
	}
	if err := ItemsByPeer(textCodec{}, 1).ParseFrames([][]byte{[]byte("peer"), nil}, &routed); err != nil {
		t.Errorf("an empty text of a peer: %v", err)
	}
}

func TestItemsKeepLimits(t *testing.T) {
	if _, ok := Items(textCodec{}, 1).(LimitedCodec[Item[string]]); ok {
		t.Error("limits came from nowhere")
	}
	for _, codec := range []Codec[Item[string]]{Items(limitedText{}, 1), Items(limitedText{}, 1).(interface{ counting() Codec[Item[string]] }).counting()} {
		limited, ok := codec.(LimitedCodec[Item[string]])
		if !ok || limited.ValidateMessage(&Item[string]{Msg: "invalid"}) == nil || limited.ValidateMessage(&Item[string]{}) != nil {
			t.Errorf("%T has lost the limits", codec)
		}
	}
	limited, ok := ItemsByPeer(limitedText{}, 1).(LimitedCodec[Routed[string]])
	if !ok || limited.ValidateMessage(&Routed[string]{Msg: "invalid"}) == nil {
		t.Error("the limits are lost by peer")
	}
}

func TestItemsAreNumberedAndDated(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		var reported faults
		topology := testTopology(endpoint)
		p := newPump(t, WithErrorHandler(reported.handle))
		codec := Items(limitedText{}, 1)
		in := must(OpenReceiver(context.Background(), p, topology, "b.pull", codec, nil))(t)
		out := must(OpenSender(context.Background(), p, topology, "a.push", codec, nil))(t)
		defer close(out)
		before := time.Now()
		huge := map[string]string{"k": strings.Repeat("v", maxMetadata)}
		for _, m := range []Item[string]{
			{Msg: "1"},
			{Msg: "invalid"},
			{Msg: "huge", Meta: Meta{Headers: huge}},
			{Msg: "2", Meta: Meta{Headers: map[string]string{"trace": "7"}, Fingerprint: 9}},
			{Msg: "3", Meta: Meta{Sequence: 70, Sent: fullMeta.Sent}},
			{Msg: "4"},
		} {
			send(t, out, m)
		}
		var got []Item[string]
		for range 4 {
			m := next(t, in)
			if m.Msg != "3" {
				if m.Meta.Sent.Before(before) || m.Meta.Sent.After(time.Now()) || m.Meta.Sent.Location() != time.UTC {
					t.Errorf("%s is said to have been sent at %v", m.Msg, m.Meta.Sent)
				}
				m.Meta.Sent = time.Time{}
			}
			got = append(got, m)
		}
		equal(t, got, []Item[string]{
			{Msg: "1", Meta: Meta{Sequence: 1}},
			{Msg: "2", Meta: Meta{Headers: map[string]string{"trace": "7"}, Fingerprint: 9, Sequence: 2}},
			{Msg: "3", Meta: Meta{Sequence: 70, Sent: fullMeta.Sent}},
			{Msg: "4", Meta: Meta{Sequence: 4}},
		})
		equal(t, p.Socket("test", "a.push").Stats().Dropped, map[Cause]uint64{DroppedInvalid: 1, DroppedEncode: 1})
		if all := fmt.Sprint(reported.all()); !strings.Contains(all, "metadata of") {
			t.Errorf("reported was %s", all)
		}
	})
}

func TestAPlainReceiverTakesItems(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		topology := testTopology(endpoint)
		p := newPump(t)
		plain := must(OpenReceiver(context.Background(), p, topology, "b.pull", textCodec{}, nil))(t)
		items := must(OpenSender(context.Background(), p, topology, "a.push", Items(textCodec{}, 1), nil))(t)
		defer close(items)
		send(t, items, Item[string]{Msg: "hello", Meta: fullMeta})
		equal(t, next(t, plain), "hello")
	})
}

func TestMalformedMetadataIsCountedAndReported(t *testing.T) {
	var reported faults
	topology := testTopology("tcp://127.0.0.1:*")
	p := newPump(t, WithErrorHandler(reported.handle))
	in := must(OpenReceiver(context.Background(), p, topology, "b.pull", Items(textCodec{}, 1), nil))(t)
	out, _, err := openRaw(context.Background(), p, topology, "a.push", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer close(out)
	for _, frame := range []string{"\x00\x01\x10", "\x00\x02\x10", "none"} {
		send(t, out, [][]byte{[]byte(fmt.Sprintf("%q", frame)), []byte(frame)})
	}
	send(t, out, [][]byte{[]byte("plain")})
	equal(t, next(t, in), Item[string]{Msg: `"\x00\x02\x10"`})
	equal(t, next(t, in), Item[string]{Msg: "plain"})
	equal(t, p.Socket("test", "b.pull").Stats().Dropped, map[Cause]uint64{DroppedDecode: 2})
	equal(t, len(reported.all()), 2)
}

func TestARouterHasTheMetadataOfItsPeers(t *testing.T) {
	overTransports(t, func(t *testing.T, endpoint string) {
		topology := testTopology(endpoint)
		p := newPump(t)
		codec, byPeer := Items(textCodec{}, 1), ItemsByPeer(textCodec{}, 1)
		reply, hear, err := OpenDuplex(context.Background(), p, topology, "b.server", byPeer, byPeer, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer close(reply)
		say, answers, err := OpenDuplex(context.Background(), p, topology, "a.client", codec, codec, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer close(say)
		send(t, say, Item[string]{Msg: "hello", Meta: Meta{Headers: map[string]string{"trace": "7"}}})
		got := next(t, hear)
		equal(t, []any{got.Msg, got.Meta.Headers, got.Meta.Sequence}, []any{"hello", map[string]string{"trace": "7"}, uint64(1)})
		got.Msg, got.Meta = "yes", Meta{Fingerprint: 5}
		send(t, reply, got)
		back := next(t, answers)
		equal(t, []any{back.Msg, back.Meta.Fingerprint, back.Meta.Sequence}, []any{"yes", uint64(5), uint64(1)})
	})
}
