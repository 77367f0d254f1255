package z85_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/internal/z85"
)

// The example of RFC 32.
func TestHelloWorld(t *testing.T) {
	b := []byte{0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B}
	text, err := z85.Encode(b)
	if err != nil || text != "HelloWorld" {
		t.Errorf("got %q, %v", text, err)
	}
	if back, err := z85.Decode("HelloWorld"); err != nil || !bytes.Equal(back, b) {
		t.Errorf("got %x, %v", back, err)
	}
}

// The pair of RFC 26 and of zmq_curve(7).
func TestTheKeysOfTheManual(t *testing.T) {
	public, err := z85.PublicOf("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6")
	if err != nil || public != "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7" {
		t.Errorf("got %q, %v", public, err)
	}
}

func TestMistakesAreNamedByPlaceAlone(t *testing.T) {
	good, _, err := z85.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		good[:39]:                 "39 characters, want a key of 40",
		good + "\n":               "41 characters, want a key of 40",
		good[:7] + "~" + good[8:]: "character 8 is none of Z85's",
		"#####" + good[5:]:        "characters 1 to 5 are more than 32 bits",
		good[:35] + "%nSc1":       "characters 36 to 40 are more than 32 bits", // 2^32
	} {
		_, err := z85.DecodeKey(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d characters: got %v, want %s", len(text), err, want)
		}
	}
	if _, err := z85.Encode(make([]byte, 5)); err == nil {
		t.Error("5 bytes are encoded")
	}
	if _, err := z85.Decode("%nSc0"); err != nil { // 2^32 - 1
		t.Error(err)
	}
}

// A list of keys may have comments, since no key begins as they do.
func TestNoKeyBeginsWithAHash(t *testing.T) {
	for _, rest := range []string{"0000", "zzzz", "####"} {
		if _, err := z85.Decode("#" + rest); err == nil {
			t.Errorf("#%s is decoded", rest)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("HelloWorld")
	f.Add("%nSc0")
	f.Add("%nSc1")
	f.Add("JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := z85.Decode(text)
		if err != nil {
			return
		}
		if back, err := z85.Encode(b); err != nil || back != text {
			t.Errorf("%q is %x is %q, %v", text, b, back, err)
		}
	})
}
