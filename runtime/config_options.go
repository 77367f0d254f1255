//go:build cgo

package runtime

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file reads the values that a file of overrides has for sockets, by the same rules and in the same words as package
// schema those of a topology: testdata/options.txt is a table that the tests of both go by.

// configOption is one of those that may stand under options, or buffer.
type configOption struct {
	name string
	of   direction
	read func(name, text string) (set func(*SocketSpec), err *syntaxError)
}

// direction is what a socket has to do with messages to have an option.
type direction uint8

const (
	anyway direction = iota
	sending
	receiving
)

// does reports whether a socket of the type has to do with messages what an option needs. Subscriptions are none.
func (t SocketType) does(of direction) bool {
	switch of {
	case sending:
		return t.sends() && t != XSub
	case receiving:
		return t.receives() && t != XPub
	}
	return true
}

const longest = math.MaxInt32 * time.Millisecond // of a duration that ZeroMQ takes

// options are all options. Those that others depend on come before these, since they are applied in this order.
var options = []configOption{
	flagOption("handover", anyway, func(s *SocketSpec) *bool { return &s.Handover }),
	numberOption("send_hwm", sending, 0, math.MaxInt32, func(s *SocketSpec) **int { return &s.SendHWM }),
	numberOption("recv_hwm", receiving, 0, math.MaxInt32, func(s *SocketSpec) **int { return &s.RecvHWM }),
	{"linger", anyway, readLinger},
	{"max_message_size", anyway, readSize},
	numberOption("max_frames", anyway, 1, maxFramesMost, func(s *SocketSpec) **int { return &s.MaxFrames }),
	periodOption("heartbeat", 0, func(s *SocketSpec) **time.Duration { return &s.Heartbeat }),
	periodOption("heartbeat_timeout", time.Millisecond, func(s *SocketSpec) **time.Duration { return &s.HeartbeatTimeout }),
	{"heartbeat_ttl", anyway, readHeartbeatTTL},
	flagOption("immediate", sending, func(s *SocketSpec) *bool { return &s.Immediate }),
	periodOption("reconnect", time.Millisecond, func(s *SocketSpec) **time.Duration { return &s.Reconnect }),
	periodOption("reconnect_max", time.Millisecond, func(s *SocketSpec) **time.Duration { return &s.ReconnectMax }),
	periodOption("connect_timeout", time.Millisecond, func(s *SocketSpec) **time.Duration { return &s.ConnectTimeout }),
	periodOption("handshake_timeout", time.Millisecond, func(s *SocketSpec) **time.Duration { return &s.HandshakeTimeout }),
	numberOption("backlog", anyway, 1, math.MaxUint16, func(s *SocketSpec) **int { return &s.Backlog }),
	flagOption("ipv6", anyway, func(s *SocketSpec) *bool { return &s.IPv6 }),
	{"tcp_keepalive", anyway, readKeepalive},
	numberOption("tos", anyway, 0, math.MaxUint8, func(s *SocketSpec) **int { return &s.TOS }),
}

// bufferOption is the capacity of the Go channels, which stands beside options.
var bufferOption = numberOption("buffer", anyway, 0, maxBuffer, func(s *SocketSpec) **int { return &s.Buffer })

// optionOf returns an option by its name; nil if there is none.
func optionOf(name string) *configOption {
	if name == bufferOption.name {
		return &bufferOption
	}
	if i := slices.IndexFunc(options, func(o configOption) bool { return o.name == name }); i >= 0 {
		return &options[i]
	}
	return nil
}

// flagOption is an option that is true or false.
func flagOption(name string, of direction, at func(*SocketSpec) *bool) configOption {
	return configOption{name, of, func(name, text string) (func(*SocketSpec), *syntaxError) {
		if text != "true" && text != "false" {
			return nil, noChoice(name, text, "true", "false")
		}
		return func(s *SocketSpec) { *at(s) = text == "true" }, nil
	}}
}

func noChoice(name, text string, accepted ...string) *syntaxError {
	return wrong("one of: "+strings.Join(accepted, ", "), "%q is no value of %s", config.Clip(text), name)
}

// numberOption is an option that is a number.
func numberOption(name string, of direction, low, high int64, at func(*SocketSpec) **int) configOption {
	return configOption{name, of, func(name, text string) (func(*SocketSpec), *syntaxError) {
		n, err := parseInteger(name, text, low, high)
		return func(s *SocketSpec) { *at(s) = Limit(int(n)) }, err
	}}
}

func parseInteger(name, text string, low, high int64) (int64, *syntaxError) {
	if !integerPattern.MatchString(text) {
		return 0, wrong(fmt.Sprintf("a decimal integer from %d to %d, without leading zeros", low, high), "%s %q is not a number", name, config.Clip(text))
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < low || n > high {
		return 0, wrong(fmt.Sprintf("from %d to %d", low, high), "%s %s is out of range", name, config.Clip(text))
	}
	return n, nil
}

// periodOption is an option that is a duration, at least low.
func periodOption(name string, low time.Duration, at func(*SocketSpec) **time.Duration) configOption {
	return configOption{name, anyway, func(name, text string) (func(*SocketSpec), *syntaxError) {
		d, err := parsePeriod(name, text, low)
		return func(s *SocketSpec) { *at(s) = &d }, err
	}}
}

var durationPattern = regexp.MustCompile(`^-?([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^0$`)

// parsePeriod returns the time that text says, at least low. ZeroMQ counts whole milliseconds in 32 bits.
func parsePeriod(name, text string, low time.Duration) (time.Duration, *syntaxError) {
	d, err := time.ParseDuration(text)
	if err != nil && durationPattern.MatchString(text) {
		d, err = math.MaxInt64, nil // well formed, so it is too long
	}
	switch {
	case err != nil || !durationPattern.MatchString(text):
		return 0, wrong("a number with a unit, such as 500ms, 2s or 1m30s", "%s %q is not a duration", name, config.Clip(text))
	case d < low || d > longest:
		return 0, wrong(fmt.Sprintf("from %s to %s", low, longest), "%s %s is out of range", name, config.Clip(text))
	case d%time.Millisecond != 0:
		return 0, wrong("", "%s %s is not a whole number of milliseconds", name, config.Clip(text))
	}
	return d, nil
}

func readLinger(name, text string) (func(*SocketSpec), *syntaxError) {
	if text == "-1" {
		return nil, wrong("a duration, such as 2s", "linger -1 would keep a closed socket for ever")
	}
	d, err := parsePeriod(name, text, 0)
	return func(s *SocketSpec) { s.Linger = &d }, err
}

func readHeartbeatTTL(name, text string) (func(*SocketSpec), *syntaxError) {
	d, err := parsePeriod(name, text, 0)
	accepted := fmt.Sprintf("from %s to %s, or 0 for none", minHeartbeatTTL, maxHeartbeatTTL)
	switch {
	case err != nil:
		return nil, err
	case d != 0 && d < minHeartbeatTTL:
		return nil, wrong(accepted, "heartbeat_ttl %s is less than peers are told: they count tenths of a second", text)
	case d > maxHeartbeatTTL:
		return nil, wrong(accepted, "heartbeat_ttl %s is more than peers can be told", text)
	}
	return func(s *SocketSpec) { s.HeartbeatTTL = &d }, nil
}

func readKeepalive(name, text string) (func(*SocketSpec), *syntaxError) {
	switch text {
	case "true":
		return func(s *SocketSpec) { s.TCPKeepalive = new(time.Duration) }, nil
	case "false":
		return func(s *SocketSpec) { s.TCPKeepalive = nil }, nil
	}
	if !strings.ContainsAny(text, "0123456789") {
		return nil, noChoice(name, text, "true", "false", "a duration such as 60s")
	}
	d, err := parsePeriod(name, text, time.Second)
	switch {
	case err != nil:
		return nil, err
	case d%time.Second != 0:
		return nil, wrong("", "tcp_keepalive %s is not a whole number of seconds", text)
	case d > maxKeepalive:
		return nil, wrong(fmt.Sprintf("from 1s to %s", maxKeepalive), "tcp_keepalive %s is out of range", text)
	}
	return func(s *SocketSpec) { s.TCPKeepalive = &d }, nil
}

var sizeUnits = map[string]int64{"": 1, "kB": 1e3, "MB": 1e6, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

func readSize(name, text string) (func(*SocketSpec), *syntaxError) {
	digits := strings.TrimRight(text, "BGKMik")
	unit, known := sizeUnits[text[len(digits):]]
	if !known || !integerPattern.MatchString(digits) {
		return nil, wrong("a number of bytes, or one with kB, MB, KiB, MiB or GiB, such as 16MiB", "%s %q is not a size", name, config.Clip(text))
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || n > math.MaxInt32/unit {
		return nil, wrong("from 1 byte to 2 GiB less a byte", "%s %s is out of range", name, config.Clip(text))
	}
	return func(s *SocketSpec) { s.MaxMessageSize = Size(n * unit) }, nil
}
