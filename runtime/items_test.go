//go:build cgo

package runtime

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// This file tests metadata on its way through sockets.

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
			{"huge", Meta{Headers: huge}},
			{"2", Meta{Headers: map[string]string{"trace": "7"}, Fingerprint: 9}},
			{"3", Meta{Sequence: 70, Sent: fullMeta.Sent}},
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
			{"1", Meta{Sequence: 1}},
			{"2", Meta{Headers: map[string]string{"trace": "7"}, Fingerprint: 9, Sequence: 2}},
			{"3", Meta{Sequence: 70, Sent: fullMeta.Sent}},
			{"4", Meta{Sequence: 4}},
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
		send(t, say, Item[string]{"hello", Meta{Headers: map[string]string{"trace": "7"}}})
		got := next(t, hear)
		equal(t, []any{got.Msg, got.Meta.Headers, got.Meta.Sequence}, []any{"hello", map[string]string{"trace": "7"}, uint64(1)})
		got.Msg, got.Meta = "yes", Meta{Fingerprint: 5}
		send(t, reply, got)
		back := next(t, answers)
		equal(t, []any{back.Msg, back.Meta.Fingerprint, back.Meta.Sequence}, []any{"yes", uint64(5), uint64(1)})
	})
}
