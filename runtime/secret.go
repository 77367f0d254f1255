package runtime

import (
	"fmt"
	"log/slog"
)

// This file is text that is not to be seen.

const hidden = "(secret)"

// Secret is a password or another text that nothing prints: fmt, log/slog and encoding/json show that it is one,
// and not what it is. Convert it to a string or to bytes to use it.
type Secret string

// String returns a word that stands for any secret.
func (Secret) String() string { return hidden }

// GoString returns the same.
func (Secret) GoString() string { return hidden }

// Format writes the same for every verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// LogValue returns the same.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText returns the same.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
