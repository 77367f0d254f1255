package gen

// This file is the part of the intermediate representation that becomes tests.

// messageTest becomes an example of a message, and the tests and fuzz targets of it.
type messageTest struct {
	message   string // Go name
	exampleFn string
	exampleOf string // what is said of exampleFn
	example   sample
	proto     testFunc
	wire      []byte // the example in protobuf wire format
	json      testFunc
	text      string // the example as JSON
	validate  testFunc
	fuzzProto string // Go name
	fuzzJSON  string // Go name
}

// testFunc is a test of one message. If there is a reason to skip it, it does nothing else.
type testFunc struct {
	fn   string // Go name; "" for none
	skip string
}

// framesTest becomes the test of a pattern whose bodies are frames.
type framesTest struct {
	fn       string
	codec    string
	union    string // Go name of the interface of its messages; "" for a single message
	messages []framesExample
}

// framesExample is the example of a message as frames.
type framesExample struct {
	exampleFn string
	frames    []string
	skip      string // why it is left out; "" if it is not
}

// sample is a value as a test writes it.
type sample struct {
	typ    goType
	value  any           // bool, int64, uint64, float64, string, []byte, [16]byte, time.Time or duration; nil for all else
	name   string        // the constant of an enum, of the package that typ is of
	fields []sampleField // of a message
}

// sampleField is what a field of a sample holds.
type sampleField struct {
	goName  string
	shape   shape
	pointer bool
	key     goType // of a mapping
	typ     goType // of the values
	wrapper goType // of a choice: the struct that holds it
	inner   string // of a choice: Go name of that struct's field
	keys    []sample
	values  []sample // one, or those of a list or a mapping
}
