package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/bits"
	"reflect"
	"strings"
	"testing"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file tests the JSON of messages.

// jsonBody is what every generated message can do, JSON included.
type jsonBody interface {
	body
	json.Marshaler
	json.Unmarshaler
	AppendJSON(b []byte) ([]byte, error)
}

func encodeJSON(t testing.TB, m body) []byte {
	t.Helper()
	b, err := m.(jsonBody).AppendJSON(nil)
	if err != nil {
		t.Fatalf("%s: %v", m, err)
	}
	return b
}

func TestJSONOnTheWire(t *testing.T) {
	for _, c := range []struct {
		m    body
		want string
	}{
		{&Empty{}, `{}`},
		{&Plain{}, `{"leaf":{}}`},
		{fullPlain(), `{"aBool":true,"aInt32":-2,"aInt64":"300","aUint32":1,"aUint64":"18446744073709551615","aSint32":-1,"aSint64":"1",` +
			`"aFixed32":1,"aFixed64":"2","aSfixed32":-1,"aSfixed64":"-2","aFloat32":1.5,"aFloat64":-0,"aString":"hé","aBytes":"AP8=",` +
			`"aTimestamp":"1970-01-01T00:00:01.000000005Z","aDuration":"2.000000001s","aUuid":"00010203-0405-0607-0809-0a0b0c0d0e0f",` +
			`"aDecimal":"1.50","aJson":{},"color":"COLOR_DARK_BLUE","leaf":{"text":"t"}}`},
		{fullMaybe(), `{"aBool":false,"aInt32":0,"aInt64":"0","aUint32":0,"aUint64":"0","aSint32":0,"aSint64":"0",` +
			`"aFixed32":0,"aFixed64":"0","aSfixed32":0,"aSfixed64":"0","aFloat32":0,"aFloat64":0,"aString":"","aBytes":"",` +
			`"aTimestamp":"1970-01-01T00:00:00Z","aDuration":"0s","aUuid":"00000000-0000-0000-0000-000000000000",` +
			`"aDecimal":"","aJson":null,"color":"COLOR_UNSPECIFIED","leaf":{}}`},
		{&Tree{Name: "a\"\\\x01\n<", Children: []Tree{{}, {Name: "b"}}},
			`{"name":"a\"\\\u0001\n<","children":[{"leaf":{},"other":{}},{"name":"b","leaf":{},"other":{}}],"leaf":{},"other":{}}`},
		{fullWide(), `{"one":"x","two":5,"twoList":["-1","1"],"three":{},"threeList":["COLOR_RED"],"four":[{}],"fourFixed":"1","five":true,"last":{"text":"l"}}`},
		{&Plain{Color: 99}, `{"color":99,"leaf":{}}`},
	} {
		if got := string(encodeJSON(t, c.m)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.m, got, c.want)
		}
		appended, err := c.m.(jsonBody).AppendJSON([]byte("head"))
		if err != nil || string(appended) != "head"+c.want {
			t.Errorf("appended: %s, %v", appended, err)
		}
		std, err := json.Marshal(c.m)
		if err != nil || !json.Valid(std) {
			t.Errorf("encoding/json: %s, %v", std, err)
		}
	}
}

func TestMessagesComeBackFromJSONAsTheyWent(t *testing.T) {
	for name, messages := range samples() {
		for _, m := range messages {
			b := encodeJSON(t, m)
			got := empties()[name]().(jsonBody)
			if err := got.UnmarshalJSON(b); err != nil {
				t.Errorf("%s: %v", b, err)
			} else if !reflect.DeepEqual(got, m) {
				t.Errorf("got %s, want %s", got, m)
			}
			var indented bytes.Buffer
			if err := json.Indent(&indented, b, " ", "\t"); err != nil {
				t.Fatal(err)
			}
			if err := got.UnmarshalJSON(indented.Bytes()); err != nil {
				t.Errorf("%s: %v", indented.Bytes(), err)
			} else if again := encodeJSON(t, got); !json.Valid(again) {
				t.Errorf("wrote %s", again)
			}
			// What is there already is replaced.
			if err := got.UnmarshalJSON([]byte(" {} ")); err != nil || !reflect.DeepEqual(got, empties()[name]()) {
				t.Errorf("{} gave %s, %v", got, err)
			}
		}
	}
}

func TestJSONIsReadInEveryFormOfTheMapping(t *testing.T) {
	before := zmqrt.UnknownEnumNames()
	for src, want := range map[string]Plain{
		`{"a_int32": 1e2, "aInt64": 3.0, "aUint64": "7"}`:                  {AInt32: 100, AInt64: 3, AUint64: 7},
		`{"aInt32": null, "leaf": null, "color": null, "aString": null}`:   {},
		`{"color": "COLOR_GREEN"}`:                                         {Color: ColorGreen},
		`{"color": -3}`:                                                    {Color: ColorDarkBlue},
		`{"color": 77}`:                                                    {Color: 77},
		`{"color": "COLOR_PUCE"}`:                                          {},
		`{"new": [{"a": [null, true, -1.5e+3]}, "\ud83d\ude00"], "x": {}}`: {},
		`{"aFloat32": "Infinity", "aFloat64": "-1.5e1"}`:                   {AFloat32: float32(math.Inf(1)), AFloat64: -15},
		`{"aString": "\u00e9\ud83d\ude00\/\b"}`:                            {AString: "é😀/\b"},
		`{"a\u0053tring": "x"}`:                                            {AString: "x"},
		`{"aBytes": "-_8"}`:                                                {ABytes: []byte{0xfb, 0xff}},
		`{"aUuid": "00010203-0405-0607-0809-0A0B0C0D0E0F"}`:                {AUUID: id},
		`{"aDecimal": 1.50}`:                                               {ADecimal: "1.50"},
		`{"aJson": [1, {"a": null}]}`:                                      {AJSON: json.RawMessage(`[1, {"a": null}]`)},
		`{"leaf": {"text": "a"}, "leaf_2": {"text": "b"}}`:                 {Leaf: Leaf{Text: "a"}},
	} {
		var got Plain
		if err := got.UnmarshalJSON([]byte(src)); err != nil {
			t.Errorf("%s: %v", src, err)
		} else if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
	}
	if n := zmqrt.UnknownEnumNames() - before; n != 1 {
		t.Errorf("%d names of enum values were counted, want 1", n)
	}
}

func TestWrongJSONIsAnErrorThatNamesTheField(t *testing.T) {
	deep := strings.Repeat(`{"left":`, 102) + "{}" + strings.Repeat("}", 102)
	for _, c := range []struct {
		m         jsonBody
		src, path string
	}{
		{&Plain{}, ``, ""},
		{&Plain{}, `null`, ""},
		{&Plain{}, `[]`, ""},
		{&Plain{}, `{} {}`, ""},
		{&Plain{}, `{"aBool": 1}`, "a_bool"},
		{&Plain{}, `{"aBool": true, "a_bool": true}`, "a_bool"},
		{&Plain{}, `{"aBool": null, "aBool": true}`, "a_bool"},
		{&Plain{}, `{"aBool": true,}`, "a_bool"},
		{&Plain{}, `{"aInt32": 2147483648}`, "a_int32"},
		{&Plain{}, `{"aInt32": 1.5}`, "a_int32"},
		{&Plain{}, `{"aInt32": 01}`, "a_int32"},
		{&Plain{}, `{"aInt32": "0x1"}`, "a_int32"},
		{&Plain{}, `{"aUint32": -1}`, "a_uint32"},
		{&Plain{}, `{"aUint64": 1e99999999999999999999}`, "a_uint64"},
		{&Plain{}, `{"aFloat32": 1e39}`, "a_float32"},
		{&Plain{}, `{"aFloat64": NaN}`, "a_float64"},
		{&Plain{}, `{"aFloat64": "inf"}`, "a_float64"},
		{&Plain{}, "{\"aString\": \"\xff\"}", "a_string"},
		{&Plain{}, "{\"aString\": \"a\nb\"}", "a_string"},
		{&Plain{}, `{"aString": "\ud800"}`, "a_string"},
		{&Plain{}, `{"aString": "\udc00\ud800"}`, "a_string"},
		{&Plain{}, `{"aString": "\x"}`, "a_string"},
		{&Plain{}, `{"aBytes": "!"}`, "a_bytes"},
		{&Plain{}, `{"aTimestamp": "2024-02-30T00:00:00Z"}`, "a_timestamp"},
		{&Plain{}, `{"aTimestamp": "0001-01-01T00:00:00+01:00"}`, "a_timestamp"},
		{&Plain{}, `{"aTimestamp": "2024-01-01T00:00:60Z"}`, "a_timestamp"},
		{&Plain{}, `{"aTimestamp": "2024-01-01T00:00:00.1234567890Z"}`, "a_timestamp"},
		{&Plain{}, `{"aDuration": "9223372037s"}`, "a_duration"},
		{&Plain{}, `{"aDuration": "1"}`, "a_duration"},
		{&Plain{}, `{"aUuid": "00010203"}`, "a_uuid"},
		{&Plain{}, `{"aDecimal": "x"}`, "a_decimal"},
		{&Plain{}, `{"aJson": {]}`, "a_json"},
		{&Plain{}, `{"aJson": ` + strings.Repeat("[", 65) + strings.Repeat("]", 65) + `}`, "a_json"},
		{&Plain{}, `{"color": true}`, "color"},
		{&Plain{}, `{"leaf": {"number": "x"}}`, "leaf.number"},
		{&Many{}, `{"aBool": [null]}`, "a_bool"},
		{&Many{}, `{"leaf": [{}, null]}`, "leaf"},
		{&Many{}, `{"leaf": [{}, {"number": {}}]}`, "leaf.number"},
		{&Many{}, `{"aBool": [` + strings.Repeat("true,", zmqrt.MaxItems) + `true]}`, "a_bool"},
		{&Many{}, `{"leaf": [{},}`, "leaf"},
		{&Tree{}, `{"children": [{"leaf": {"text": 1}}]}`, "children.leaf.text"},
		{&Tree{}, deep, strings.TrimSuffix(strings.Repeat("left.", 101), ".")},
		{&Tree{}, `{"children": [[]]}`, "children"},
		{&Empty{}, `{"a": ` + strings.Repeat("[", 1000), ""},
		{&Empty{}, `{"a": ` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}", ""},
	} {
		err := c.m.UnmarshalJSON([]byte(c.src))
		var field *zmqrt.FieldError
		if !errors.As(err, &field) || field.Path != c.path {
			t.Errorf("%.80s: %v, want an error in %q", c.src, err, c.path)
		}
	}
}

func TestWrongTextInJSONIsToldWhatIsAccepted(t *testing.T) {
	for src, want := range map[string]string{
		`{"aUuid": "00010203"}`:   "field a_uuid: invalid uuid, want 8-4-4-4-12 hexadecimal digits",
		`{"aTimestamp": "today"}`: "field a_timestamp: invalid timestamp, want RFC 3339 such as 2006-01-02T15:04:05Z",
		`{"aDecimal": "x"}`:       "field a_decimal: invalid decimal, want digits such as -12.50 or 1e-9",
	} {
		if err := new(Plain).UnmarshalJSON([]byte(src)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", src, err, want)
		}
	}
}

func TestJSONDoesNotDecodeToManyTimesItsSize(t *testing.T) {
	var m Tree
	err := m.UnmarshalJSON([]byte(`{"children": [` + strings.Repeat("{},", 60000) + `{}]}`))
	if bits.UintSize == 32 { // where pointers are half as large, they are less than the limit
		if err != nil {
			t.Error(err)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), "field children: decodes to over") {
		t.Errorf("60,001 empty messages: %v", err)
	}
}

func TestDamagedJSONIsAnErrorOrAnotherMessage(t *testing.T) {
	for name, messages := range samples() {
		for _, m := range messages {
			whole := encodeJSON(t, m)
			for n := range whole {
				got := empties()[name]().(jsonBody)
				if err := got.UnmarshalJSON(whole[:n]); err == nil {
					t.Errorf("%s is read, and is no JSON", whole[:n])
				}
				for _, c := range []byte{0, '"', '\\', '{', ']', 'n', '9', 0xff} {
					damaged := bytes.Clone(whole)
					damaged[n] = c
					if err := got.UnmarshalJSON(damaged); err == nil && !json.Valid(damaged) {
						t.Errorf("%s is read, and is no JSON", damaged)
					}
				}
			}
		}
	}
}

func TestValuesThatJSONCannotCarryAreErrorsThatNameTheField(t *testing.T) {
	for _, c := range []struct {
		m    jsonBody
		path string
	}{
		{&Plain{AString: "\xff"}, "a_string"},
		{&Plain{ADecimal: "x"}, "a_decimal"},
		{&Plain{AJSON: json.RawMessage("{")}, "a_json"},
		{&Plain{Leaf: Leaf{Text: "\xff"}}, "leaf.text"},
		{&Many{ABool: make([]bool, zmqrt.MaxItems+1)}, "a_bool"},
		{&Tree{Children: []Tree{{Left: &Tree{Name: "\xff"}}}}, "children.left.name"},
	} {
		_, err := c.m.AppendJSON(nil)
		var field *zmqrt.FieldError
		if !errors.As(err, &field) || field.Path != c.path {
			t.Errorf("%v, want an error in %s", err, c.path)
		}
	}
}

// FuzzJSON reads whatever comes as each of the messages. What is read is JSON, can be written again, and
// stays the same from then on.
func FuzzJSON(f *testing.F) {
	for _, messages := range samples() {
		for _, m := range messages {
			f.Add(encodeJSON(f, m))
		}
	}
	f.Add([]byte(`{"aInt64":1.5e1,"aString":"\ud83d\ude00","aTimestamp":"2024-02-29T23:59:59.5-01:00","x":[null,{"a":"b"}]}`))
	f.Add([]byte(`{"aInt64":1e9223372036854775807,"aUint32":-1.5e-9223372036854775808}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for name, empty := range empties() {
			m := empty().(jsonBody)
			if m.UnmarshalJSON(b) != nil {
				continue
			}
			if !json.Valid(b) {
				t.Fatalf("%s: read %q, which is no JSON", name, b)
			}
			once := encodeJSON(t, m)
			again := empty().(jsonBody)
			if err := again.UnmarshalJSON(once); err != nil {
				t.Fatalf("%s: wrote %s, which it does not read: %v", name, once, err)
			}
			if twice := encodeJSON(t, again); !bytes.Equal(once, twice) {
				t.Fatalf("%s: wrote %s, then %s", name, once, twice)
			}
		}
	})
}
