package wire

import (
	"encoding/json"
	"testing"
	"time"
)

// This file measures the JSON of a message beside that of encoding/json, from and into a struct of the same
// fields that has no methods.

var order = Order{
	Symbol: "EURUSD", Side: SideBuy, Quantity: 1000000, Price: 1.10881, At: time.Unix(1700000000, 123456789).UTC(),
	Tags: []string{"algo", "desk-7", "europe"},
	Legs: []Leg{{Symbol: "EURUSD", Ratio: 1, Price: 1.10881}, {Symbol: "EURCHF", Ratio: -2, Price: 0.94675}},
}

type stdOrder struct {
	Symbol   string    `json:"symbol,omitempty"`
	Side     string    `json:"side,omitempty"`
	Quantity uint32    `json:"quantity,omitempty"`
	Price    float64   `json:"price,omitempty"`
	At       time.Time `json:"at"`
	Tags     []string  `json:"tags,omitempty"`
	Legs     []stdLeg  `json:"legs,omitempty"`
}

type stdLeg struct {
	Symbol string  `json:"symbol,omitempty"`
	Ratio  int32   `json:"ratio,omitempty"`
	Price  float64 `json:"price,omitempty"`
}

// Where results go, so that neither library's stay on the stack, where no caller could keep them.
var (
	keptBytes []byte
	keptOrder *Order
	keptStd   *stdOrder
)

func stdOf(b testing.TB) (m stdOrder, text []byte) {
	text, err := order.MarshalJSON()
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		b.Fatal(err)
	}
	return m, text
}

func TestBothLibrariesWriteTheSame(t *testing.T) {
	m, want := stdOf(t)
	if got, err := json.Marshal(m); err != nil || string(got) != string(want) {
		t.Errorf("encoding/json writes %s, %v\nwe write %s", got, err, want)
	}
}

func BenchmarkAppendOrderJSON(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 1024)
	for b.Loop() {
		buf, _ = order.AppendJSON(buf[:0])
	}
}

func BenchmarkMarshalOrderJSON(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if keptBytes, err = order.MarshalJSON(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshalOrderEncodingJSON(b *testing.B) {
	m, _ := stdOf(b)
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if keptBytes, err = json.Marshal(&m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshalOrderJSON(b *testing.B) {
	_, text := stdOf(b)
	b.ReportAllocs()
	for b.Loop() {
		keptOrder = new(Order)
		if err := keptOrder.UnmarshalJSON(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshalOrderEncodingJSON(b *testing.B) {
	_, text := stdOf(b)
	b.ReportAllocs()
	for b.Loop() {
		keptStd = new(stdOrder)
		if err := json.Unmarshal(text, keptStd); err != nil {
			b.Fatal(err)
		}
	}
}
