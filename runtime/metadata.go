package runtime

import (
	"fmt"
	"math"
	"time"
)

// This file writes and reads the frame that metadata is: two bytes, 0 and the version, and a message in protobuf
// wire format.

const metaVersion = 1

var metaFields = FieldNames{1: "headers", 2: "time_left", 3: "fingerprint", 4: "sequence", 5: "sent"}

// appendTo appends the frame of m to b. It fails if a receiver would not take it.
func (m *Meta) appendTo(b []byte) (frame []byte, err error) {
	start := len(b)
	b = append(b, 0, metaVersion)
	var room [8]string
	for _, key := range SortedKeys(m.Headers, room[:]) {
		value := m.Headers[key]
		if len(key)+len(value) > maxMetadata { // there is no need to copy it first
			return b, errMetadata(len(b) - start + len(key) + len(value))
		}
		b = append(b, 1<<3|2, 0)
		entry := len(b) - 1
		if b, err = AppendString(append(b, 1<<3|2), key); err == nil {
			b, err = AppendString(append(b, 2<<3|2), value)
		}
		if err != nil {
			return b, InField("headers", err)
		}
		b = EndNested(b, entry)
	}
	if m.TimeLeft > 0 {
		b = AppendTaggedVarint(b, 2<<3, uint64((m.TimeLeft-1)/time.Microsecond)+1)
	}
	if m.Fingerprint != 0 {
		b = AppendFixed64(append(b, 3<<3|1), m.Fingerprint)
	}
	if m.Sequence != 0 {
		b = AppendTaggedVarint(b, 4<<3, m.Sequence)
	}
	if !m.Sent.IsZero() {
		if b, err = AppendTimestamp(append(b, 5<<3|2), m.Sent); err != nil {
			return b, InField("sent", err)
		}
	}
	if n := len(b) - start; n > maxMetadata {
		return b, errMetadata(n)
	}
	return b, nil
}

func errMetadata(size int) error {
	return fmt.Errorf("metadata of %d bytes, at most %d are accepted", size, maxMetadata)
}

// write writes m as a frame.
func (m *Meta) write(w *FrameWriter) error {
	b, err := m.appendTo(w.Begin())
	if err != nil {
		return inMetadata(err)
	}
	w.End(b)
	return nil
}

func inMetadata(err error) error {
	if _, ok := err.(*FieldError); ok {
		return fmt.Errorf("metadata: %w", err)
	}
	return err
}

// parse sets m, which is zero, from a frame of metadata. It leaves m alone and returns false if that has a version which
// this one does not know.
func (m *Meta) parse(frame []byte) (known bool, err error) {
	switch {
	case len(frame) < 2 || frame[0] != 0:
		return false, &FrameError{"what follows the body is no metadata"}
	case len(frame) > maxMetadata:
		return false, &FrameError{errMetadata(len(frame)).Error()}
	case frame[1] != metaVersion:
		return false, nil
	}
	b := frame[2:]
	r := NewProtoReader(b)
	for i := 0; i < len(b); {
		var tag uint32
		if tag, i = readTag(&r, b, i); i != failed {
			i = m.parseField(&r, b, i, tag)
		}
		if i == failed {
			r.Locate(tag, metaFields)
		}
	}
	if err := r.Err(); err != nil {
		return true, inMetadata(err)
	}
	return true, nil
}

func readTag(r *ProtoReader, b []byte, i int) (tag uint32, next int) {
	if b[i] < 0x80 {
		return uint32(b[i]), i + 1
	}
	return r.LongTag(b, i+1)
}

// parseField reads the field of tag, behind which reading goes on.
func (m *Meta) parseField(r *ProtoReader, b []byte, i int, tag uint32) (next int) {
	switch tag {
	case 1<<3 | 2:
		return m.parseHeader(r, b, i)
	case 2 << 3:
		var left uint64
		left, next = r.Uint64(b, i)
		m.TimeLeft = time.Duration(min(left, math.MaxInt64/uint64(time.Microsecond))) * time.Microsecond
	case 3<<3 | 1:
		m.Fingerprint, next = r.Fixed64(b, i)
	case 4 << 3:
		m.Sequence, next = r.Uint64(b, i)
	case 5<<3 | 2:
		m.Sent, next = r.Timestamp(b, i)
	default:
		next = r.Skip(b, i, tag, metaFields)
	}
	return next
}

// parseHeader reads an entry of the headers.
func (m *Meta) parseHeader(r *ProtoReader, b []byte, i int) (next int) {
	entry, next := r.Enter(b, i)
	var key, value string
	for j := 0; j < len(entry); {
		var tag uint32
		if tag, j = readTag(r, entry, j); j == failed {
			break
		}
		switch tag {
		case 1<<3 | 2:
			key, j = r.Text(entry, j)
		case 2<<3 | 2:
			value, j = r.Text(entry, j)
		default:
			j = r.Skip(entry, j, tag, EntryFields)
		}
		if j == failed {
			r.Locate(tag, EntryFields)
		}
	}
	if next = r.Leave(next); next != failed {
		m.Headers, next = PutEntry(r, m.Headers, key, value, next)
	}
	return next
}
