package golden

import (
	"math"
	"reflect"
	"testing"
	"time"
)

// These tests are of SizeProto, Clone and Equal.

// copyOf is m's Clone.
func copyOf(m body) body {
	copied := reflect.New(reflect.TypeOf(m).Elem())
	copied.Elem().Set(reflect.ValueOf(m).MethodByName("Clone").Call(nil)[0])
	return copied.Interface().(body)
}

// equal is a's Equal.
func equal(a, b body) bool {
	return reflect.ValueOf(a).MethodByName("Equal").Call([]reflect.Value{reflect.ValueOf(b).Elem()})[0].Bool()
}

func size(m body) int { return m.(interface{ SizeProto() int }).SizeProto() }

// keeper is a message with fields that nobody knows, at two depths.
func keeper(t testing.TB) body {
	m := new(Keeper)
	if err := m.ParseProto(unhex(t, "7a0178 1204 7a027979")); err != nil {
		t.Fatal(err)
	}
	if m.unknown == nil || m.Inner == nil || m.Inner.unknown == nil {
		t.Fatalf("what is not known was not kept: %+v", m)
	}
	return m
}

func allSamples(t testing.TB) map[string][]body {
	all := samples()
	all["Keeper"] = append(all["Keeper"], keeper(t))
	return all
}

func TestTheSizeIsThatOfWhatIsAppended(t *testing.T) {
	for name, messages := range allSamples(t) {
		for _, m := range messages {
			b := encode(t, m)
			if size(m) != len(b) {
				t.Errorf("%s %s: the size is %d, and %d bytes are appended", name, m, size(m), len(b))
			}
			if b != nil && cap(b)-len(b) >= 16 {
				t.Errorf("%s %s: %d bytes in a buffer of %d", name, m, len(b), cap(b))
			}
		}
	}
}

func TestWritingAllocatesTheBufferAlone(t *testing.T) {
	for name, messages := range allSamples(t) {
		for _, m := range messages {
			buffer := make([]byte, 0, size(m))
			for want, into := range [][]byte{buffer, nil} {
				got := testing.AllocsPerRun(100, func() {
					if _, err := m.AppendProto(into); err != nil {
						t.Fatal(err)
					}
				})
				if got > float64(want) {
					t.Errorf("%s %s: %v allocations, want %d", name, m, got, want)
				}
			}
		}
	}
}

// shared returns the addresses of all memory that v points to.
func shared(v reflect.Value, into map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return
		}
		if v.Kind() == reflect.Pointer && v.Type().Elem().Size() > 0 && v.Type() != reflect.TypeOf((*time.Location)(nil)) {
			into[v.Pointer()] = true
		}
		shared(v.Elem(), into)
	case reflect.Slice:
		if v.Cap() > 0 {
			into[v.Pointer()] = true
		}
		for i := range v.Len() {
			shared(v.Index(i), into)
		}
	case reflect.Map:
		if v.Len() > 0 {
			into[v.Pointer()] = true
		}
		for _, k := range v.MapKeys() {
			shared(v.MapIndex(k), into)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeOf(time.Time{}) {
			return // whose location is shared by all
		}
		for i := range v.NumField() {
			shared(v.Field(i), into)
		}
	}
}

func TestACloneIsTheSameAndSharesNothing(t *testing.T) {
	for name, messages := range allSamples(t) {
		for _, m := range messages {
			c := copyOf(m)
			if !reflect.DeepEqual(c, m) {
				t.Errorf("%s: the copy of %s is %s", name, m, c)
			}
			if !equal(m, c) || !equal(c, m) {
				t.Errorf("%s: %s is not equal to its copy", name, m)
			}
			of, in := map[uintptr]bool{}, map[uintptr]bool{}
			shared(reflect.ValueOf(m).Elem(), of)
			shared(reflect.ValueOf(c).Elem(), in)
			if len(of) != len(in) {
				t.Errorf("%s: the copy of %s points to %d places, not %d", name, m, len(in), len(of))
			}
			for at := range in {
				if of[at] {
					t.Errorf("%s: the copy of %s shares memory with it", name, m)
				}
			}
		}
	}
}

// A nil alternative cannot be sent. It can be copied and compared all the same.
func TestNilAlternativesAreCopiedAndCompared(t *testing.T) {
	none := &Choice{What: (*ChoiceWhatItself)(nil), Other: (*ChoiceOtherNumber)(nil)}
	for _, other := range []*Choice{{}, {What: &ChoiceWhatItself{}, Other: &ChoiceOtherNumber{}}} {
		if none.Equal(*other) || other.Equal(*none) {
			t.Errorf("a nil alternative is equal to that of %s", other)
		}
	}
	if !none.Equal(*none) || size(none) != 0 {
		t.Error("nil alternatives are not equal to themselves, or have a size")
	}
	_ = none.Clone()
}

func TestMessagesThatDifferInOneFieldAreNotEqual(t *testing.T) {
	for name, messages := range allSamples(t) {
		for _, m := range messages {
			v := reflect.ValueOf(m).Elem()
			for i := range v.NumField() {
				if v.Type().Field(i).Name == "unknown" || v.Field(i).IsZero() {
					continue
				}
				c := copyOf(m)
				reflect.ValueOf(c).Elem().Field(i).SetZero()
				same := equal(m, c)
				if equal(c, m) != same {
					t.Errorf("%s: Equal depends on the order at %s", name, v.Type().Field(i).Name)
				}
				// Zero of another sign is zero, and nothing is the same as none.
				if nothing := v.Field(i).Kind() == reflect.Float64 && v.Field(i).Float() == 0; same != nothing {
					t.Errorf("%s: without its %s it is equal: %t", name, v.Type().Field(i).Name, same)
				}
			}
			for _, other := range messages {
				if other != m && equal(m, other) {
					t.Errorf("%s: %s is equal to %s", name, m, other)
				}
			}
		}
	}
	kept, without := keeper(t), copyOf(keeper(t)).(*Keeper)
	without.unknown = nil
	if equal(kept, without) {
		t.Error("messages are equal that differ in what nobody knows")
	}
}

func TestWhatEqualTakesForTheSame(t *testing.T) {
	nan := math.NaN()
	a, b := &Plain{AFloat64: nan, AFloat32: float32(nan), ATimestamp: time.Unix(1, 0)}, &Plain{}
	b.AFloat64, b.AFloat32, b.ATimestamp = -nan, float32(nan), time.Unix(1, 0).In(time.FixedZone("", 3600))
	if a.ABytes = []byte{}; !equal(a, b) {
		t.Error("NaN, one instant in two zones, and no bytes are not the same in Plain")
	}
	if !equal(&Many{AFloat32: []float32{float32(nan)}, Leaf: []Leaf{}}, &Many{AFloat32: []float32{float32(nan)}}) {
		t.Error("NaN and no items are not the same in Many")
	}
	if !equal(&Maybe{AFloat64: &nan}, &Maybe{AFloat64: ptr(math.NaN())}) || equal(&Maybe{ABytes: []byte{}}, &Maybe{}) {
		t.Error("optional NaN is not the same, or absent bytes are the same as none")
	}
	if !equal(&Keyed{ToFloat64: map[string]float64{"": nan}}, &Keyed{ToFloat64: map[string]float64{"": nan}, ToBool: map[string]bool{}}) {
		t.Error("NaN and no entries are not the same in Keyed")
	}
	if equal(&Keyed{ToBool: map[string]bool{"a": false}}, &Keyed{ToBool: map[string]bool{"b": false}}) {
		t.Error("maps of different keys are the same")
	}
}
