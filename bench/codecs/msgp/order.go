// Package msgp holds the message of the codecs' benchmarks as a user of github.com/tinylib/msgp would write it,
// and what its generator makes of it. `make bench-peers` writes order_gen.go.
package msgp

import "time"

//msgp:tuple Order
//msgp:tuple Leg

// Side is a side of the market, which travels as a number.
type Side int32

// Order is wire.Order; an array of its fields in the order that they have here.
type Order struct {
	Symbol   string
	Side     Side
	Quantity uint32
	Price    float64
	At       time.Time
	Tags     []string
	Legs     []Leg
}

// Leg is wire.Leg.
type Leg struct {
	Symbol string
	Ratio  int32
	Price  float64
}
