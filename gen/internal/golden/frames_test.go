package golden

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

func frames(t *testing.T, list ...any) [][]byte {
	t.Helper()
	var out [][]byte
	for _, f := range list {
		switch f := f.(type) {
		case string:
			out = append(out, []byte(f))
		case []byte:
			out = append(out, f)
		case body:
			out = append(out, encode(t, f))
		}
	}
	return out
}

func TestTopics(t *testing.T) {
	got := PlainTopic(true, -1, 2, 3, 4, -5, 6, -7, "a/b", id, ColorDarkBlue)
	want := "true/-1/2/3/4/-5/6/-7/a/b/00010203-0405-0607-0809-0a0b0c0d0e0f/DARK_BLUE"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := PlainTopic(false, 0, 0, 0, 0, 0, 0, 0, "", zmqrt.UUID{}, 99); !strings.HasSuffix(got, "/99") {
		t.Errorf("an enum's number without a name gave %s", got)
	}
	if got := LeafTopic("x") + EmptyTopic(); got != "leaf.x.empty" {
		t.Errorf("got %s", got)
	}
}

func TestFramesOfOneMessage(t *testing.T) {
	var w zmqrt.FrameWriter
	got, err := zmqrt.AppendMessage(&w, PlainsCodec{}, *fullPlain())
	topic := PlainTopic(true, -2, 300, 1, 1<<64-1, -1, 1, -2, "hé", id, ColorDarkBlue)
	want := frames(t, topic, fullPlain())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("got %q, %v, want %q", got, err, want)
	}
	var back Plain
	if err := (PlainsCodec{}).ParseFrames(got, &back); err != nil || !reflect.DeepEqual(&back, fullPlain()) {
		t.Errorf("got %s, %v", back, err)
	}
	for _, bad := range [][][]byte{nil, frames(t, topic), frames(t, topic, &Plain{}, "more")} {
		var in *zmqrt.FrameError
		if err := (PlainsCodec{}).ParseFrames(bad, &back); !errors.As(err, &in) {
			t.Errorf("%d frames: %v", len(bad), err)
		}
	}
	if err := (PlainsCodec{}).ParseFrames(frames(t, topic, &Plain{}, "\x00\x01meta", "anything"), &back); err != nil {
		t.Errorf("metadata: %v", err)
	}
}

func TestFramesOfAlternatives(t *testing.T) {
	var w zmqrt.FrameWriter
	for _, c := range []struct {
		message SignalsMessage
		want    [][]byte
	}{
		{&Leaf{Text: "x"}, frames(t, "leaf.x.", "Leaf", &Leaf{Text: "x"})},
		{&Empty{}, frames(t, "empty", "Empty", "")},
	} {
		got, err := zmqrt.AppendMessage(&w, SignalsCodec{}, c.message)
		if err != nil || len(got) != len(c.want) {
			t.Fatalf("got %q, %v, want %q", got, err, c.want)
		}
		for i := range got {
			if !bytes.Equal(got[i], c.want[i]) {
				t.Errorf("frame %d is %q, want %q", i, got[i], c.want[i])
			}
		}
		var back SignalsMessage
		if err := (SignalsCodec{}).ParseFrames(got, &back); err != nil || !reflect.DeepEqual(back, c.message) {
			t.Errorf("got %v, %v", back, err)
		}
	}
	var back SignalsMessage
	if err := (SignalsCodec{}).ParseFrames(frames(t, "t", "Plain", ""), &back); err == nil || !strings.Contains(err.Error(), `"Plain"`) {
		t.Errorf("an unknown name: %v", err)
	}
}

func TestMessagesThatThePatternDoesNotCarryAreErrors(t *testing.T) {
	var w zmqrt.FrameWriter
	for _, m := range []SignalsMessage{nil, (*Leaf)(nil), &Tree{}} {
		if got, err := zmqrt.AppendMessage(&w, SignalsCodec{}, m); err == nil {
			t.Errorf("%T became %q", m, got)
		}
	}
}

func TestFramesWithoutTopic(t *testing.T) {
	var w zmqrt.FrameWriter
	got, err := zmqrt.AppendMessage(&w, TreesCodec{}, Tree{Name: "x"})
	if err != nil || !reflect.DeepEqual(got, frames(t, &Tree{Name: "x"})) {
		t.Errorf("got %q, %v", got, err)
	}
	got, err = zmqrt.AppendMessage(&w, WorksCodec{}, WorksMessage(fullWide()))
	if err != nil || !reflect.DeepEqual(got, frames(t, "Wide", fullWide())) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAMessageThatCannotBeWrittenIsAnError(t *testing.T) {
	var w zmqrt.FrameWriter
	var in *zmqrt.FieldError
	if _, err := zmqrt.AppendMessage(&w, TreesCodec{}, Tree{Name: "\xff"}); !errors.As(err, &in) || in.Path != "name" {
		t.Errorf("got %v", err)
	}
}
