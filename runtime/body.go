package runtime

// This file is how the body of a request, a reply or an error becomes frames, and is read from them.

// Body writes and reads a T as the frames of a call, behind the method or the status if there is one. The zero Body is
// that of what is not there, and no frames.
type Body[T any] struct {
	append func(*FrameWriter, *T) error
	parse  func(m *T, frames [][]byte, lead int) error // lead frames come before the body: the method, the status
}

// OneFrame is the body of one frame that append writes and parse reads: protobuf or JSON.
func OneFrame[T any](append func(T, []byte) ([]byte, error), parse func(*T, []byte) error) Body[T] {
	return Body[T]{
		append: func(w *FrameWriter, m *T) error { return w.EndBody(append(*m, w.Begin())) },
		parse: func(m *T, frames [][]byte, lead int) error {
			body, err := BodyFrame(frames, lead)
			if err != nil {
				return err
			}
			return parse(m, body)
		},
	}
}

// FrameByField is the body of a frame for each field, which append writes and parse reads.
func FrameByField[T any](append func(*T, *FrameWriter) error, parse func(*T, [][]byte) error) Body[T] {
	return Body[T]{
		append: func(w *FrameWriter, m *T) error { return append(m, w) },
		parse: func(m *T, frames [][]byte, lead int) error {
			body, err := BodyFrames(frames, lead)
			if err != nil {
				return err
			}
			return parse(m, body)
		},
	}
}

// write appends the frames of m, if there are any.
func (b Body[T]) write(w *FrameWriter, m *T) error {
	if b.append == nil {
		return nil
	}
	return b.append(w, m)
}

// end returns how many frames there are before metadata, if lead frames come before the body. A frame for each field
// has none behind it.
func (b Body[T]) end(lead int) int {
	if b.append == nil {
		return lead
	}
	return lead + 1
}

// read sets m from what is behind lead of frames.
func (b Body[T]) read(frames [][]byte, lead int, m *T) error {
	if b.parse == nil {
		return NoBody(frames, lead)
	}
	return b.parse(m, frames, lead)
}
