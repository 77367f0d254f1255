package runtime

import (
	"errors"
	"fmt"
	"reflect"
)

// This file is the multipart codec: it turns messages into frames and frames into messages, by the
// layouts of docs/wire.md, with no socket in sight.

// Message is what zmqgen generates for every message of a topology: *T implements it.
type Message interface {
	// AppendProto appends the message in protobuf wire format to b and returns the longer slice. It
	// fails, with a *FieldError, on a value that the format cannot carry.
	AppendProto(b []byte) ([]byte, error)
	// ParseProto sets the message to what b, in protobuf wire format, holds. It keeps no part of b.
	// After an error, a *FieldError, the message is of no use.
	ParseProto(b []byte) error
	String() string
}

// ErrorMessage is a message that a method declares as one of its errors.
type ErrorMessage interface {
	Message
	error
}

// Codec turns messages of type T into the frames of one pattern and back. Generated code implements
// it with a stateless type, so it may be used by many goroutines at once.
type Codec[T any] interface {
	// AppendFrames writes m as frames. After an error the caller forgets what was written.
	AppendFrames(w *FrameWriter, m *T) error
	// ParseFrames sets m, which is zero, from the frames of one message, and keeps no part of them.
	ParseFrames(frames [][]byte, m *T) error
}

// LimitedCodec is a Codec of messages of which some have limits.
type LimitedCodec[T any] interface {
	Codec[T]
	// ValidateMessage returns what m.Validate returns.
	ValidateMessage(m *T) error
}

const (
	moreBit  = 1 << 31     // set in FrameWriter.frames on every frame but the last of its message
	maxFrame = moreBit - 1 // bytes in one frame

	maxFrames     = 1024  // of one message, where max_frames does not say otherwise
	maxFramesMost = 65536 // what max_frames may say
)

// FrameWriter collects the frames of outgoing messages in one buffer. The zero FrameWriter is
// ready. It is for one goroutine at a time.
type FrameWriter struct {
	buf    []byte
	frames []uint32 // the length of each frame, and moreBit
	msgs   int      // complete messages
	start  mark     // where the message begins that is being written
}

// mark is a place in a FrameWriter.
type mark struct{ bytes, frames int }

// Begin starts a frame: the caller appends the frame's bytes to what Begin returns and gives the
// result to End.
func (w *FrameWriter) Begin() []byte { return w.buf }

// End closes the frame that Begin started.
func (w *FrameWriter) End(b []byte) {
	n := len(b) - len(w.buf)
	if n > maxFrame {
		n = maxFrame // the message is over every limit; finish says so
	}
	w.frames = append(w.frames, uint32(n)|moreBit)
	w.buf = b
}

// EndBody closes the frame that Begin started with the outcome of AppendProto or AppendJSON, and passes
// its error on.
func (w *FrameWriter) EndBody(b []byte, err error) error {
	if err != nil {
		return err
	}
	w.End(b)
	return nil
}

// Frame writes one whole frame.
func (w *FrameWriter) Frame(b []byte) { w.End(append(w.Begin(), b...)) }

// FrameString writes one whole frame.
func (w *FrameWriter) FrameString(s string) { w.End(append(w.Begin(), s...)) }

// finish ends the message that was being written, or forgets it and says why it cannot be sent.
func (w *FrameWriter) finish(limit int64) error {
	size := len(w.buf) - w.start.bytes
	if len(w.frames) == w.start.frames {
		return errors.New("a message needs at least one frame")
	}
	if size > maxFrame || limit >= 0 && int64(size) > limit {
		w.rollback()
		return fmt.Errorf("message of %d bytes is over max_message_size of %d", size, limit)
	}
	w.frames[len(w.frames)-1] &^= moreBit
	w.msgs++
	w.start = mark{len(w.buf), len(w.frames)}
	return nil
}

// rollback forgets the message that was being written.
func (w *FrameWriter) rollback() {
	w.buf = w.buf[:w.start.bytes]
	w.frames = w.frames[:w.start.frames]
}

// messageAt returns how many frames and bytes the message that begins at m has.
func (w *FrameWriter) messageAt(m mark) (frames, bytes int) {
	for more := true; more; frames++ {
		f := w.frames[m.frames+frames]
		more = f&moreBit != 0
		bytes += int(f &^ moreBit)
	}
	return frames, bytes
}

// reset forgets everything and keeps the memory.
func (w *FrameWriter) reset() {
	w.buf, w.frames, w.msgs, w.start = w.buf[:0], w.frames[:0], 0, mark{}
}

// AppendMessage writes m by c and returns its frames, which are valid until w is used again. It is
// what a socket would send, for tests and for peers that sign what they send.
func AppendMessage[T any](w *FrameWriter, c Codec[T], m T) ([][]byte, error) {
	w.reset()
	if err := c.AppendFrames(w, &m); err != nil {
		return nil, err
	}
	frames := make([][]byte, len(w.frames))
	at := 0
	for i, f := range w.frames {
		n := int(f &^ moreBit)
		frames[i] = w.buf[at : at+n : at+n]
		at += n
	}
	return frames, nil
}

// FrameError says that a message's frames do not have the layout that its pattern declares.
type FrameError struct {
	Reason string
}

func (e *FrameError) Error() string { return e.Reason }

// BodyFrame returns the body of a message with lead frames, its topic and its like, before the body.
// A metadata frame may follow the body, and anything may follow that.
func BodyFrame(frames [][]byte, lead int) ([]byte, error) {
	if err := checkFrames(frames, lead+1); err != nil {
		return nil, err
	}
	return frames[lead], nil
}

// NoBody checks the frames of a message that ends after lead frames and has no body. Metadata may
// follow.
func NoBody(frames [][]byte, lead int) error { return checkFrames(frames, lead) }

// NamedBody returns the name frame, which comes after lead other frames, and the body behind it.
func NamedBody(frames [][]byte, lead int) (name, body []byte, err error) {
	if err := checkFrames(frames, lead+2); err != nil {
		return nil, nil, err
	}
	return frames[lead], frames[lead+1], nil
}

// UnknownName is the error of a message whose name frame names none of the pattern's messages.
func UnknownName(name []byte) error {
	return &FrameError{"unknown message name " + quoteFrame(name)}
}

// WrongType is the error of a message, given to a channel of many, that is nil or none of those the
// pattern carries.
func WrongType(pattern string, m Message) error {
	if v := reflect.ValueOf(m); v.Kind() == reflect.Pointer && v.IsNil() {
		return fmt.Errorf("nil %T cannot be sent", m)
	}
	return fmt.Errorf("%T is not one of the messages of pattern %s", m, pattern)
}

// maxMetadata is the most bytes that a metadata frame may have.
const maxMetadata = 8 << 10

// checkFrames checks that there are want frames and behind them nothing, or metadata and whatever
// follows metadata. Metadata of any version is accepted and skipped.
func checkFrames(frames [][]byte, want int) error {
	if len(frames) < want {
		return &FrameError{fmt.Sprintf("%s, want %d", frameCount(frames), want)}
	}
	if len(frames) == want {
		return nil
	}
	meta := frames[want]
	if len(meta) < 2 || meta[0] != 0 {
		return &FrameError{fmt.Sprintf("%s, want %d, and what follows is no metadata", frameCount(frames), want)}
	}
	if len(meta) > maxMetadata {
		return &FrameError{fmt.Sprintf("metadata of %d bytes, at most %d are accepted", len(meta), maxMetadata)}
	}
	return nil
}

const (
	maxEnvelope  = 16  // frames of an envelope before the delimiter
	maxRoutingID = 255 // bytes of each
)

// splitEnvelope finds the envelope that a message from a DEALER or ROUTER starts with: the frames up
// to and including the first empty one, skip frames at the earliest.
func splitEnvelope(frames [][]byte, skip int) (envelope, rest [][]byte, err error) {
	for i, f := range frames {
		if i >= skip && len(f) == 0 {
			return frames[:i+1], frames[i+1:], nil
		}
		if i >= maxEnvelope {
			return nil, nil, &FrameError{fmt.Sprintf("no delimiter within %d frames of envelope", maxEnvelope)}
		}
		if len(f) > maxRoutingID {
			return nil, nil, &FrameError{fmt.Sprintf("envelope frame of %d bytes, at most %d are accepted", len(f), maxRoutingID)}
		}
	}
	return nil, nil, &FrameError{frameCount(frames) + ", and no delimiter"}
}

func frameCount(frames [][]byte) string {
	if len(frames) == 1 {
		return "1 frame"
	}
	return fmt.Sprint(len(frames), " frames")
}

// quoteFrame shows a frame that a peer sent, cut to a length that is safe to log.
func quoteFrame(b []byte) string {
	const most = 64
	if len(b) > most {
		return fmt.Sprintf("%q… (%d bytes)", b[:most], len(b))
	}
	return fmt.Sprintf("%q", b)
}
