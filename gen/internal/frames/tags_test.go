package frames

import (
	"errors"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

func notice() Notice {
	return Notice{
		AString: "hé.x", ABool: true, AInt32: -7, AUint64: 1 << 63, AUUID: id, Color: ColorDarkBlue, Payload: []byte{0, 1}, Last: "a/b",
	}
}

func TestFieldsTravelInTheTopicAlone(t *testing.T) {
	const topic = "n/hé.x/true/-7/9223372036854775808/00010203-0405-0607-0809-0a0b0c0d0e0f/DARK_BLUE/a/b"
	roundTrip(t, NoticesCodec{}, notice(), []string{topic, "\x00\x01"})
	unknown := Notice{Color: 99}
	roundTrip(t, NoticesCodec{}, unknown, []string{"n//false/0/0/00000000-0000-0000-0000-000000000000/99/", ""})
	roundTrip(t, NamedCodec{}, NamedMessage(&Leaf{Text: "x", Color: ColorRed}), []string{"leaf.x.", "Leaf", "\x00\x00\x00\x01"})

	for field, m := range map[string]Notice{"a_string": {AString: "a/b"}, "last": {Last: "\xff"}} {
		var wrong *zmqrt.FieldError
		if _, err := NoticesFrames(m); !errors.As(err, &wrong) || wrong.Path != field {
			t.Errorf("%v, want an error in %s", err, field)
		}
	}
	for _, wrong := range []string{
		"", "n/", "x/a/true/0/0/00000000-0000-0000-0000-000000000000/RED/", "n/a/1/0/0/00000000-0000-0000-0000-000000000000/RED/",
		"n/a/true/+1/0/00000000-0000-0000-0000-000000000000/RED/", "n/a/true/0/0/0/RED/", "n/a/true/0/0/00000000-0000-0000-0000-000000000000/BLUE/",
		"n/\xff/true/0/0/00000000-0000-0000-0000-000000000000/RED/",
	} {
		var m Notice
		if err := (NoticesCodec{}).ParseFrames(bytesOf([]string{wrong, "x"}), &m); err == nil {
			t.Errorf("%q was read as %s", wrong, m)
		}
	}
	var m Notice
	if err := (NoticesCodec{}).ParseFrames(nil, &m); err == nil {
		t.Error("no frames were read")
	}
}

func TestMessagesToldApartByConstants(t *testing.T) {
	roundTrip(t, StepsCodec{}, StepsMessage(&Start{At: 5, Kind: 1}), []string{"\x00\x00\x00\x05", "\x01\x00\x00\x00"})
	roundTrip(t, StepsCodec{}, StepsMessage(&Stop{Why: []string{"a", "b"}, From: []byte("x"), Kind: 2}), []string{"x", "\x02\x00\x00\x00", "a", "b"})
	for _, frames := range [][]string{{}, {"x"}, {"x", "\x03\x00\x00\x00"}, {"xxxx", "\x01\x00\x00\x00", "too many"}, {"x", "\x00\x00\x00\x01"}} {
		var m StepsMessage
		if err := (StepsCodec{}).ParseFrames(bytesOf(frames), &m); err == nil {
			t.Errorf("%q was read as %v", frames, m)
		}
	}
	if _, err := StepsFrames((*Stop)(nil)); err == nil {
		t.Error("nil was sent")
	}
}

func TestMessagesToldApartByTopics(t *testing.T) {
	roundTrip(t, MixedCodec{}, MixedMessage(&Leaf{Text: "x", Color: ColorRed}), []string{"leaf.x.", "\x00\x00\x00\x01"})
	roundTrip(t, MixedCodec{}, MixedMessage(&Empty{}), []string{"empty"})
	m := notice()
	m.AString = "" // all but the number are in the body
	roundTrip(t, MixedCodec{}, MixedMessage(&m), []string{
		"-7.", "", "\x01", "\x80\x00\x00\x00\x00\x00\x00\x00", string(id[:]), four(0xfd, 0xff), "\x00\x01", "a/b",
	})
	if _, err := MixedFrames(&Leaf{Text: "a.b"}); err == nil {
		t.Error("a topic that cannot be read again was sent")
	}
	for _, topic := range []string{"", "leaf.", "leaf.a.b.", "leaf.a", "empty.", "emp", "7", "x.", "7.7."} {
		var m MixedMessage
		if err := (MixedCodec{}).ParseFrames(bytesOf([]string{topic, "\x00\x00\x00\x01"}), &m); err == nil {
			t.Errorf("%q was read as %v", topic, m)
		}
	}
	for _, m := range []LeafTopicsMessage{&Leaf{Text: "x", Color: ColorRed}, &Notice{AInt32: 9, Last: "y"}} {
		var w zmqrt.FrameWriter
		frames, err := zmqrt.AppendMessage(&w, LeafTopicsCodec{}, m)
		if err != nil || len(frames) != 2 {
			t.Fatalf("%q, %v", frames, err)
		}
		roundTrip(t, LeafTopicsCodec{}, m, texts(frames))
	}
}
