package runtime

import (
	"errors"
	"strings"
	"testing"
)

func TestTopicIsTakenApart(t *testing.T) {
	read := func(topic string) (string, error) {
		r := NewTopicReader([]byte(topic))
		r.Literal("a.")
		v := r.Value('.')
		r.Literal(".")
		rest := r.Rest()
		return string(v) + "|" + string(rest), r.End("a.{x}.{y}")
	}
	for topic, want := range map[string]string{"a.x.y": "x|y", "a..": "|", "a.é.y.z": "é|y.z"} {
		if got, err := read(topic); err != nil || got != want {
			t.Errorf("%s: %q, %v", topic, got, err)
		}
	}
	for _, topic := range []string{"", "a", "a.", "a.x", "b.x.y", "A.x.y"} {
		var wrong *FrameError
		if got, err := read(topic); !errors.As(err, &wrong) {
			t.Errorf("%s: %q, %v", topic, got, err)
		}
	}
	r := NewTopicReader([]byte("abc"))
	r.Literal("ab")
	if err := r.End("ab"); err == nil {
		t.Error("a topic that goes on was read")
	}
}

func TestTopicTextThatCannotBeReadAgainIsRefused(t *testing.T) {
	for _, c := range []struct {
		v, end string
		ok     bool
	}{{"a", ".", true}, {"a.b", ".", false}, {"a.b", "", true}, {"", ".", true}, {"\xff", "", false}} {
		if err := CheckTopicText(c.v, c.end); (err == nil) != c.ok {
			t.Errorf("%q before %q: %v", c.v, c.end, err)
		}
	}
}

func TestTopicValues(t *testing.T) {
	var b bool
	if err := ReadTopicBool([]byte("true"), &b); err != nil || !b {
		t.Error(b, err)
	}
	if err := ReadTopicBool([]byte("false"), &b); err != nil || b {
		t.Error(b, err)
	}
	if ReadTopicBool([]byte("1"), &b) == nil {
		t.Error("1 was read as a bool")
	}
	var u UUID
	if err := ReadTopicUUID([]byte("00000000-0000-0000-0000-0000000000ff"), &u); err != nil || u != (UUID{15: 255}) {
		t.Error(u, err)
	}
	if err := ReadTopicUUID([]byte(strings.Repeat("0", 10000)), &u); err == nil || len(err.Error()) > 200 {
		t.Error(err)
	}
}

func TestTaggedFrames(t *testing.T) {
	frames := [][]byte{[]byte("topic"), []byte("a"), []byte("tag")}
	if tag, body, err := TaggedFrames(frames, 1, 1); err != nil || string(tag) != "tag" || len(body) != 2 {
		t.Error(tag, body, err)
	}
	if _, _, err := TaggedFrames(frames, 1, 2); err == nil {
		t.Error("a tag that is not there was found")
	}
}
