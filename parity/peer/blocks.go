// Package peer is the other half of the parity tests: the program that has the generated code, and what
// it says to the test that runs it.
package peer

import (
	"encoding/binary"
	"fmt"
	"io"
)

// This file is how the test and the program talk over a pipe: a request or an answer is a list of
// blocks of bytes, each behind its length.

// maxBlock is more than any message of the tests has.
const maxBlock = 64 << 20

// WriteBlocks writes one request or answer.
func WriteBlocks(w io.Writer, blocks ...[]byte) error {
	b := []byte{byte(len(blocks))}
	for _, block := range blocks {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(block)))
		b = append(b, block...)
	}
	_, err := w.Write(b)
	return err
}

// ReadBlocks reads one. Its error is io.EOF if there are no more.
func ReadBlocks(r io.Reader) ([][]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:1]); err != nil {
		return nil, err
	}
	blocks := make([][]byte, head[0])
	for i := range blocks {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return nil, fmt.Errorf("the length of a block: %w", err)
		}
		n := binary.LittleEndian.Uint32(head[:])
		if n > maxBlock {
			return nil, fmt.Errorf("a block of %d bytes", n)
		}
		blocks[i] = make([]byte, n)
		if _, err := io.ReadFull(r, blocks[i]); err != nil {
			return nil, fmt.Errorf("a block: %w", err)
		}
	}
	return blocks, nil
}
