package codecs

import (
	"encoding/json"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/zmqgen/zmqgen/bench/codecs/msgp"
	"github.com/zmqgen/zmqgen/bench/codecs/pb"
	"github.com/zmqgen/zmqgen/bench/wire"
)

// This file is who is compared: each with a struct of its own library, filled with the same values.

// contender is a codec with its message in it.
type contender struct {
	name string
	// encode appends the message to b, which is empty and has room, or, where the library cannot, returns memory of
	// its own.
	encode func(b []byte) ([]byte, error)
	// decode reads b into a new message, as the library's users would make one, and keeps it.
	decode func(b []byte) error
	// kept is the message that decode kept.
	kept func() wire.Order
}

// order is the message that all of them write.
var order = wire.Order{
	Symbol: "EURUSD", Side: wire.SideBuy, Quantity: 1000000, Price: 1.10881, At: time.Unix(1700000000, 123456789).UTC(),
	Tags: []string{"algo", "desk-7", "europe"},
	Legs: []wire.Leg{{Symbol: "EURUSD", Ratio: 1, Price: 1.10881}, {Symbol: "EURCHF", Ratio: -2, Price: 0.94675}},
}

// contenders are all codecs, those of protobuf and msgpack first, then those of JSON.
func contenders() []contender {
	return []contender{zmqgenProto(), vtprotobuf(), googleProto(), msgpTuple(), floor(), zmqgenJSON(), encodingJSON(), googleJSON()}
}

// What is read is kept here, in the heap, where a program would have it, so that nothing is saved by an escape that
// only a benchmark has.
var (
	keptOrder *wire.Order
	keptPB    *pb.Order
	keptTuple *msgp.Order
	keptPlain *plainOrder
)

func own() wire.Order { return *keptOrder }

func zmqgenProto() contender {
	return contender{
		name:   "proto/zmqgen",
		encode: func(b []byte) ([]byte, error) { return order.AppendProto(b) },
		decode: func(b []byte) error {
			keptOrder = new(wire.Order)
			return keptOrder.ParseProto(b)
		},
		kept: own,
	}
}

func zmqgenJSON() contender {
	return contender{
		name:   "json/zmqgen",
		encode: func(b []byte) ([]byte, error) { return order.AppendJSON(b) },
		decode: func(b []byte) error {
			keptOrder = new(wire.Order)
			return keptOrder.UnmarshalJSON(b)
		},
		kept: own,
	}
}

func floor() contender {
	return contender{
		name:   "proto/by_hand",
		encode: func(b []byte) ([]byte, error) { return floorAppend(b, &order), nil },
		decode: func(b []byte) error {
			keptOrder = new(wire.Order)
			floorParse(b, keptOrder)
			return nil
		},
		kept: own,
	}
}

func vtprotobuf() contender {
	m := pbOf(order)
	return contender{
		name: "proto/vtprotobuf",
		encode: func(b []byte) ([]byte, error) {
			if n := m.SizeVT(); n <= cap(b) {
				b = b[:n]
			} else {
				b = make([]byte, n)
			}
			_, err := m.MarshalToSizedBufferVT(b)
			return b, err
		},
		decode: func(b []byte) error {
			keptPB = new(pb.Order)
			return keptPB.UnmarshalVT(b)
		},
		kept: func() wire.Order { return ofPB(keptPB) },
	}
}

func googleProto() contender {
	m := pbOf(order)
	return contender{
		name:   "proto/google",
		encode: func(b []byte) ([]byte, error) { return proto.MarshalOptions{}.MarshalAppend(b, m) },
		decode: func(b []byte) error {
			keptPB = new(pb.Order)
			return proto.Unmarshal(b, keptPB)
		},
		kept: func() wire.Order { return ofPB(keptPB) },
	}
}

func googleJSON() contender {
	m := pbOf(order)
	return contender{
		name:   "json/google",
		encode: func(b []byte) ([]byte, error) { return protojson.MarshalOptions{}.MarshalAppend(b, m) },
		decode: func(b []byte) error {
			keptPB = new(pb.Order)
			return protojson.Unmarshal(b, keptPB)
		},
		kept: func() wire.Order { return ofPB(keptPB) },
	}
}

func msgpTuple() contender {
	m := msgp.Order{Symbol: order.Symbol, Side: msgp.Side(order.Side), Quantity: order.Quantity, Price: order.Price, At: order.At, Tags: order.Tags}
	for _, leg := range order.Legs {
		m.Legs = append(m.Legs, msgp.Leg(leg))
	}
	return contender{
		name:   "msgpack/msgp_tuple",
		encode: m.MarshalMsg,
		decode: func(b []byte) error {
			keptTuple = new(msgp.Order)
			_, err := keptTuple.UnmarshalMsg(b)
			return err
		},
		kept: func() wire.Order {
			k := keptTuple
			v := wire.Order{Symbol: k.Symbol, Side: wire.Side(k.Side), Quantity: k.Quantity, Price: k.Price, At: k.At, Tags: k.Tags}
			for _, leg := range k.Legs {
				v.Legs = append(v.Legs, wire.Leg(leg))
			}
			return v
		},
	}
}

func encodingJSON() contender {
	m := plainOf(order)
	return contender{
		name:   "json/encoding_json",
		encode: func([]byte) ([]byte, error) { return json.Marshal(&m) },
		decode: func(b []byte) error {
			keptPlain = new(plainOrder)
			return json.Unmarshal(b, keptPlain)
		},
		kept: func() wire.Order { return keptPlain.order() },
	}
}

// plainOrder is wire.Order without methods, for encoding/json.
type plainOrder struct {
	Symbol   string     `json:"symbol,omitempty"`
	Side     string     `json:"side,omitempty"`
	Quantity uint32     `json:"quantity,omitempty"`
	Price    float64    `json:"price,omitempty"`
	At       time.Time  `json:"at"`
	Tags     []string   `json:"tags,omitempty"`
	Legs     []plainLeg `json:"legs,omitempty"`
}

type plainLeg struct {
	Symbol string  `json:"symbol,omitempty"`
	Ratio  int32   `json:"ratio,omitempty"`
	Price  float64 `json:"price,omitempty"`
}

// The enum is text for encoding/json, by its name in protobuf.
func plainOf(m wire.Order) plainOrder {
	v := plainOrder{Symbol: m.Symbol, Side: pb.Side(m.Side).String(), Quantity: m.Quantity, Price: m.Price, At: m.At, Tags: m.Tags}
	for _, leg := range m.Legs {
		v.Legs = append(v.Legs, plainLeg(leg))
	}
	return v
}

func (m *plainOrder) order() wire.Order {
	v := wire.Order{Symbol: m.Symbol, Side: wire.Side(pb.Side_value[m.Side]), Quantity: m.Quantity, Price: m.Price, At: m.At, Tags: m.Tags}
	for _, leg := range m.Legs {
		v.Legs = append(v.Legs, wire.Leg(leg))
	}
	return v
}

func pbOf(m wire.Order) *pb.Order {
	v := &pb.Order{Symbol: m.Symbol, Side: pb.Side(m.Side), Quantity: m.Quantity, Price: m.Price, At: timestamppb.New(m.At), Tags: m.Tags}
	for _, leg := range m.Legs {
		v.Legs = append(v.Legs, &pb.Leg{Symbol: leg.Symbol, Ratio: leg.Ratio, Price: leg.Price})
	}
	return v
}

func ofPB(m *pb.Order) wire.Order {
	v := wire.Order{Symbol: m.Symbol, Side: wire.Side(m.Side), Quantity: m.Quantity, Price: m.Price, At: m.At.AsTime(), Tags: m.Tags}
	for _, leg := range m.Legs {
		v.Legs = append(v.Legs, wire.Leg{Symbol: leg.Symbol, Ratio: leg.Ratio, Price: leg.Price})
	}
	return v
}
