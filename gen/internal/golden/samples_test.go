package golden

import (
	"encoding/json"
	"math"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file holds the messages that the tests of this package write and read.

// body is what every generated message can do.
type body = zmqrt.Message

var id = zmqrt.UUID{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}

func ptr[T any](v T) *T { return &v }

func fullPlain() *Plain {
	return &Plain{
		ABool: true, AInt32: -2, AInt64: 300, AUint32: 1, AUint64: math.MaxUint64,
		ASint32: -1, ASint64: 1, AFixed32: 1, AFixed64: 2, ASfixed32: -1, ASfixed64: -2,
		AFloat32: 1.5, AFloat64: math.Copysign(0, -1), AString: "hé", ABytes: []byte{0, 0xff},
		ATimestamp: time.Unix(1, 5).UTC(), ADuration: 2*time.Second + 1, AUUID: id,
		ADecimal: "1.50", AJSON: json.RawMessage("{}"), Color: ColorDarkBlue, Leaf: Leaf{Text: "t"},
	}
}

// fullMaybe has every field, and every one of them zero: that they are there has to survive.
func fullMaybe() *Maybe {
	return &Maybe{
		ABool: ptr(false), AInt32: ptr[int32](0), AInt64: ptr[int64](0), AUint32: ptr[uint32](0),
		AUint64: ptr[uint64](0), ASint32: ptr[int32](0), ASint64: ptr[int64](0), AFixed32: ptr[uint32](0),
		AFixed64: ptr[uint64](0), ASfixed32: ptr[int32](0), ASfixed64: ptr[int64](0),
		AFloat32: ptr[float32](0), AFloat64: ptr(0.0), AString: ptr(""), ABytes: []byte{},
		ATimestamp: ptr(time.Unix(0, 0).UTC()), ADuration: ptr(time.Duration(0)), AUUID: ptr(zmqrt.UUID{}),
		ADecimal: ptr(zmqrt.Decimal("")), AJSON: json.RawMessage("null"), Color: ptr(ColorUnspecified), Leaf: ptr(Leaf{}),
	}
}

func fullMany() *Many {
	return &Many{
		ABool: []bool{true, false}, AInt32: []int32{-1, 0, 1}, AInt64: []int64{math.MinInt64, math.MaxInt64},
		AUint32: []uint32{0, math.MaxUint32}, AUint64: []uint64{1}, ASint32: []int32{math.MinInt32, math.MaxInt32},
		ASint64: []int64{math.MinInt64, -1}, AFixed32: []uint32{0, 7}, AFixed64: []uint64{8},
		ASfixed32: []int32{-9}, ASfixed64: []int64{-10, 10}, AFloat32: []float32{0, -1.5},
		AFloat64: []float64{math.Inf(-1), math.Copysign(0, -1)}, AString: []string{"", "x"},
		ABytes: [][]byte{{}, {1}}, ATimestamp: []time.Time{time.Unix(0, 0).UTC(), time.Unix(-1, 999).UTC()},
		ADuration: []time.Duration{0, -time.Second - 5}, AUUID: []zmqrt.UUID{{}, id},
		ADecimal: []zmqrt.Decimal{"", "-1e9"}, AJSON: []json.RawMessage{json.RawMessage("[]"), json.RawMessage("1")},
		Color: []Color{ColorRed, 99, ColorDarkBlue}, Leaf: []Leaf{{}, {Text: "a", Number: -1}},
	}
}

func fullTree() *Tree {
	return &Tree{
		Name:     "root",
		Left:     &Tree{Name: "left", Left: &Tree{}},
		Children: []Tree{{Name: "one"}, {Children: []Tree{{Leaf: Leaf{Text: "deep"}}}}},
		Leaf:     Leaf{Number: 1},
		Other:    Leaf{Number: 2},
	}
}

func fullWide() *Wide {
	return &Wide{
		Last: Leaf{Text: "l"}, One: "x", Two: 5, TwoList: []int64{-1, 1}, Three: &Leaf{},
		ThreeList: []Color{ColorRed}, Four: []Leaf{{}}, FourFixed: 1, Five: true,
	}
}

// fullKeyed has every map, each with a zero key and a zero value too where there is one.
func fullKeyed() *Keyed {
	return &Keyed{
		ByBool: map[bool]string{true: "t", false: ""}, ByInt32: map[int32]string{0: "", -1: "m", math.MaxInt32: "x"},
		ByInt64: map[int64]string{math.MinInt64: "m", 0: "z"}, ByUint32: map[uint32]string{math.MaxUint32: "m"},
		ByUint64: map[uint64]string{math.MaxUint64: "m", 1: ""}, BySint32: map[int32]string{-1: "m", 1: "p"},
		BySint64: map[int64]string{math.MinInt64: "m"}, ByFixed32: map[uint32]string{0: "", 7: "s"},
		ByFixed64: map[uint64]string{7: "s"}, BySfixed32: map[int32]string{-7: "s"}, BySfixed64: map[int64]string{-7: "s", 0: ""},
		ByString: map[string]string{"": "", "é": "é", "b": "1", "a": "2"},
		ToBool:   map[string]bool{"t": true, "f": false}, ToInt32: map[string]int32{"z": 0, "m": -1}, ToInt64: map[string]int64{"m": -1},
		ToUint32: map[string]uint32{"": 0}, ToUint64: map[string]uint64{"m": math.MaxUint64}, ToSint32: map[string]int32{"m": -1},
		ToSint64: map[string]int64{"m": -1}, ToFixed32: map[string]uint32{"s": 7}, ToFixed64: map[string]uint64{"z": 0},
		ToSfixed32: map[string]int32{"m": -7}, ToSfixed64: map[string]int64{"m": -7}, ToFloat32: map[string]float32{"h": 0.5},
		ToFloat64: map[string]float64{"z": 0, "n": math.Copysign(0, -1)}, ToString: map[string]string{"k": "v"},
		ToBytes: map[string][]byte{"none": {}, "some": {0, 1}}, ToTimestamp: map[string]time.Time{"t": time.Unix(1, 2).UTC()},
		ToDuration: map[string]time.Duration{"d": -time.Second, "z": 0}, ToUUID: map[string]zmqrt.UUID{"u": id, "z": {}},
		ToDecimal: map[string]zmqrt.Decimal{"d": "1.50", "z": ""}, ToJSON: map[string]json.RawMessage{"j": json.RawMessage("[1]")},
		ToColor: map[int32]Color{0: ColorUnspecified, 1: ColorDarkBlue, 2: 99}, ToLeaf: map[string]Leaf{"z": {}, "l": {Text: "t"}},
		ToItself: map[int64]Keyed{1: {ToItself: map[int64]Keyed{2: {}}}},
	}
}

// choices are messages with each of the alternatives, most of them zero: that they are there has to survive.
func choices() []body {
	all := []body{
		&Choice{}, &Choice{Before: 1, What: &ChoiceWhatAString{"x"}, Other: &ChoiceOtherNumber{7}}, &Choice{Other: &ChoiceOtherText{"y"}},
	}
	for _, w := range []ChoiceWhat{
		&ChoiceWhatABool{}, &ChoiceWhatAInt32{}, &ChoiceWhatAInt64{}, &ChoiceWhatAUint32{}, &ChoiceWhatAUint64{},
		&ChoiceWhatASint32{}, &ChoiceWhatASint64{}, &ChoiceWhatAFixed32{}, &ChoiceWhatAFixed64{}, &ChoiceWhatASfixed32{},
		&ChoiceWhatASfixed64{}, &ChoiceWhatAFloat32{}, &ChoiceWhatAFloat64{}, &ChoiceWhatAString{}, &ChoiceWhatABytes{[]byte{}},
		&ChoiceWhatATimestamp{time.Unix(0, 0).UTC()}, &ChoiceWhatADuration{}, &ChoiceWhatAUUID{}, &ChoiceWhatADecimal{},
		&ChoiceWhatAJSON{json.RawMessage("null")}, &ChoiceWhatColor{}, &ChoiceWhatLeaf{}, &ChoiceWhatLeaf{Leaf{Text: "t"}},
		&ChoiceWhatItself{Choice{What: &ChoiceWhatItself{}}},
	} {
		all = append(all, &Choice{What: w})
	}
	return all
}

// empties makes a message of each type.
func empties() map[string]func() body {
	return map[string]func() body{
		"Plain": func() body { return new(Plain) },
		"Maybe": func() body { return new(Maybe) },
		"Many":  func() body { return new(Many) },
		"Leaf":  func() body { return new(Leaf) },
		"Tree":  func() body { return new(Tree) },
		"Empty": func() body { return new(Empty) },
		"Wide":  func() body { return new(Wide) },

		"Keyed":  func() body { return new(Keyed) },
		"Choice": func() body { return new(Choice) },
		"Pick":   func() body { return new(Pick) },
		"Keeper": func() body { return new(Keeper) },
	}
}

// samples are messages of each type, by that type's name.
func samples() map[string][]body {
	return map[string][]body{
		"Plain": {&Plain{}, fullPlain()},
		"Maybe": {&Maybe{}, fullMaybe()},
		"Many":  {&Many{}, fullMany()},
		"Leaf":  {&Leaf{}, &Leaf{Text: "x", Number: -1}},
		"Tree":  {&Tree{}, fullTree()},
		"Empty": {&Empty{}},
		"Wide":  {&Wide{}, fullWide()},

		"Keyed":  {&Keyed{}, fullKeyed()},
		"Choice": choices(),
		"Pick":   {&Pick{}, &Pick{What: &PickWhatFlag{}}},
		"Keeper": {&Keeper{}, &Keeper{Text: "x", Inner: &Keeper{}}},
	}
}
