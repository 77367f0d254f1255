package vectors

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/zmqgen/zmqgen/gen/internal/vectors/peer"
	"github.com/zmqgen/zmqgen/schema"
)

var update = flag.Bool("update", false, "write anew the frames of vectors that are to be written, from their values")

// TestVectors runs every vector through generated code.
func TestVectors(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	cgo := hasLibzmq()
	if !cgo {
		if *update {
			t.Fatal("frames of calls can only be written with libzmq")
		}
		t.Log("no libzmq: vectors of calls are left out")
	}
	topologies := readTopologies(t)
	dir := t.TempDir()
	program := buildProgram(t, buildCommand(t, dir), dir, topologies, cgo)
	for _, file := range vectorFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			list, err := Parse(readFile(t, file))
			if err != nil {
				t.Fatal(err)
			}
			var subjects []subject
			var tasks []peer.Task
			for i := range list {
				s := newSubject(t, &list[i], topologies)
				if s.method == nil || cgo {
					subjects, tasks = append(subjects, s), append(tasks, s.task())
				}
			}
			if *update {
				writing := slices.Clone(tasks)
				for i, s := range subjects {
					if s.v.Check == Both {
						writing[i].Frames = nil // they may be outdated, and nobody answers a call by wrong ones
					}
				}
				results := runProgram(t, program, writing)
				for i, s := range subjects {
					if s.v.Check == Both && results[i].Frames != nil {
						s.v.Frames = framesOf(results[i].Frames)
						tasks[i] = s.task()
					}
				}
				if err := os.WriteFile(file, Format(list), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			results := runProgram(t, program, tasks)
			for i, s := range subjects {
				s.compare(t, results[i])
			}
			if again := Format(list); !bytes.Equal(again, readFile(t, file)) {
				t.Errorf("the file is not written as -update writes it")
			}
		})
	}
}

// vectorFiles are the paths of all files of vectors.
func vectorFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors: ", err)
	}
	return files
}

// subject is a vector and what it is of.
type subject struct {
	v        *Vector
	topology *schema.Topology
	pattern  *schema.Pattern
	method   *schema.Method // of a request or a reply
	flow     *schema.Flow   // of a message
}

// newSubject checks that a vector is what docs/vectors.md says of its members.
func newSubject(t *testing.T, v *Vector, topologies map[string]*schema.Topology) subject {
	t.Helper()
	s := subject{v: v, topology: topologies[v.Topology]}
	if s.topology == nil {
		t.Fatalf("%s: no topology %q", v.Name, v.Topology)
	}
	for _, p := range s.topology.Patterns {
		if p.Name.Value == v.Pattern {
			s.pattern = p
		}
	}
	if s.pattern == nil || string(s.pattern.Kind) != v.Kind || string(s.pattern.Encoding) != v.Encoding {
		t.Fatalf("%s: no pattern %q, or of another kind or encoding", v.Name, v.Pattern)
	}
	bare := s.pattern.Bare
	for _, m := range s.pattern.Methods {
		if m.Name.Value == v.Method || bare {
			s.method = m
		}
	}
	for _, f := range s.pattern.Flows() {
		if direction := f.Key(); direction == string(v.Direction) || direction == "" && v.Direction == Message {
			s.flow = f
		}
	}
	call := s.pattern.Kind == schema.ReqRep
	checks := map[string]bool{
		"a direction that its kind has":                 call == (v.Direction == Request || v.Direction == Reply) && call == (s.flow == nil),
		"a method, if it is of a call":                  call == (s.method != nil),
		"no method, if there are none":                  !bare || v.Method == "",
		"an envelope, if it is of a call":               call == (len(v.Envelope) > 0),
		"metadata, if its pattern has any":              (v.Metadata != nil) == (s.pattern.Metadata && !call && v.Check != Refuse && v.Check != Unsent),
		"a check":                                       slices.Contains([]Check{Both, Read, Refuse, Unsent}, v.Check),
		"frames, unless they cannot be written":         *update || (v.Frames == nil) == (v.Check == Unsent),
		"why, unless it is written and read":            (v.Why == "") == (v.Check == Both),
		"at, only of a fault":                           v.At == "" || v.Check == Refuse || v.Check == Unsent,
		"a value with its message, unless refused":      (v.Value == nil) == (v.Message == "" || v.Check == Refuse),
		"a message, or none where there can be none":    v.Message != "" || call || v.Check == Refuse,
		"a status in place of a message, of a reply":    v.Status == "" || call && v.Message == "",
		"a text, if and only if a status has one":       (v.Text != nil) == (v.Status != "" && v.Direction == Reply && v.Check != Refuse),
		"again, if it is only read":                     v.Again == nil || v.Check == Read && !call,
		"a status, of a request, only if it is refused": v.Direction != Request || (v.Status != "") == (v.Check == Refuse && !bare),
	}
	for what, is := range checks {
		if !is {
			t.Errorf("%s: does not have %s", v.Name, what)
		}
	}
	return s
}

// task is what the program has to do of a vector.
func (s subject) task() peer.Task {
	v := s.v
	task := peer.Task{
		Topology: v.Topology, Pattern: codecName(s.pattern, s.flow), Request: v.Direction == Request, Reply: v.Direction == Reply, Method: v.Method, Channel: v.Method,
		Message: v.Message, Status: v.Status, Value: v.Value, Metadata: v.Metadata, Envelope: bytesOf(v.Envelope), Frames: bytesOf(v.Frames),
		Read: v.Check == Read || v.Check == Refuse,
	}
	if v.Text != nil {
		task.Text = []byte(*v.Text)
	}
	if s.pattern.Bare {
		task.Bare, task.Method, task.Channel = true, "Call", "Calls"
	}
	if m := s.method; m != nil {
		task.IsError = slices.ContainsFunc(m.Errors, func(e *schema.Message) bool { return e.Name.Value == v.Message })
	}
	return task
}

// compare reports what is not as the vector has it.
func (s subject) compare(t *testing.T, got peer.Result) {
	t.Helper()
	v := s.v
	if got.Broken != "" {
		t.Errorf("%s: %s", v.Name, got.Broken)
		return
	}
	switch v.Check {
	case Unsent:
		s.compareFault(t, "written", got.Unsent)
		return
	case Refuse:
		s.compareFault(t, "read", got.Refused)
		if s.v.Direction == Request && got.Status != v.Status {
			t.Errorf("%s: is answered by status %s, want %s", v.Name, got.Status, v.Status)
		}
		return
	}
	if got.Unsent != nil {
		t.Errorf("%s: cannot be written: %s", v.Name, got.Unsent.Err)
	} else if frames := framesOf(got.Frames); v.Check == Both && !sameFrames(frames, v.Frames) {
		t.Errorf("%s: is written as\n%s, want\n%s", v.Name, frameList(frames), frameList(v.Frames))
	}
	if got.Refused != nil {
		t.Errorf("%s: cannot be read: %s", v.Name, got.Refused.Err)
		return
	}
	again := v.Again
	if v.Check == Both && s.method == nil {
		again = v.Frames
	}
	if again != nil && !sameFrames(framesOf(got.Again), again) {
		t.Errorf("%s: is written again as\n%s, want\n%s", v.Name, frameList(framesOf(got.Again)), frameList(again))
	}
	if string(got.Metadata) != string(v.Metadata) {
		t.Errorf("%s: is read with metadata %s, want %s", v.Name, got.Metadata, v.Metadata)
	}
	if got.Message != v.Message || got.Value != string(v.Value) {
		t.Errorf("%s: is read as %s %s, want %s %s", v.Name, got.Message, got.Value, v.Message, v.Value)
	}
	text := ""
	if v.Text != nil {
		text = *v.Text
	}
	if got.Status != v.Status || string(got.Text) != text {
		t.Errorf("%s: is read as status %q with %q, want %q with %q", v.Name, got.Status, got.Text, v.Status, text)
	}
}

// compareFault reports what is no fault, or not in the right field.
func (s subject) compareFault(t *testing.T, what string, got *peer.Failure) {
	t.Helper()
	if got == nil {
		t.Errorf("%s: is %s without an error; want one, since %s", s.v.Name, what, s.v.Why)
	} else if got.At != s.v.At {
		t.Errorf("%s: the error is in field %q, want %q: %s", s.v.Name, got.At, s.v.At, got.Err)
	}
}

func sameFrames(a, b []Frame) bool {
	return slices.EqualFunc(a, b, func(a, b Frame) bool { return bytes.Equal(a, b) })
}

func bytesOf(frames []Frame) [][]byte {
	if frames == nil {
		return nil
	}
	out := [][]byte{}
	for _, f := range frames {
		out = append(out, f)
	}
	return out
}

func framesOf(frames [][]byte) []Frame {
	out := []Frame{}
	for _, f := range frames {
		out = append(out, f)
	}
	return out
}
