//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/zmqgen/zmqgen/runtime/internal/config"
)

// This file has a pump read files of overrides, and gives its sockets the topology that these make of their own.

// WithConfigFile has the file at path override what the topology that it names says of sockets: endpoints, high-water marks and
// other options, buffers, and where keys are found. It is YAML if the name ends in .yaml or .yml, which takes
//
//	import _ "github.com/zmqgen/zmqgen/runtime/yamlconfig"
//
// and JSON if it ends in .json. NewPump reads the file, once, and returns an error for all that is wrong with it in itself. What
// the topology does not fit, as a socket that it does not have, is an error when the first socket of that topology opens, or of
// one that imports it. A file for a topology of which nothing ever opens is reported when the pump closes. Both errors are a
// *ConfigError. Several files may be given, one for each topology.
//
// The environment, WithEndpoint and the options of a constructor come before a file, and it before the topology.
func WithConfigFile(path string) PumpOption {
	return func(p *Pump) {
		p.overriding.read = append(p.overriding.read, func() *configFile { return readConfigFile(path) })
	}
}

// WithConfig is WithConfigFile for a file whose text the program has. It has name in errors, and its ending says what it is.
func WithConfig(name string, text []byte) PumpOption {
	return func(p *Pump) {
		p.overriding.read = append(p.overriding.read, func() *configFile { return parseConfig(name, text) })
	}
}

// ConfigError is all that is wrong with files of overrides.
type ConfigError struct {
	Problems []ConfigProblem
	More     int // that are not among Problems, because they are too many
}

// ConfigProblem is one thing that is wrong with a file of overrides.
type ConfigProblem struct {
	File         string
	Line, Column int // from 1; 0 if the problem is of the whole file
	Message      string
}

func (p ConfigProblem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Error has a line for each problem: path:line:column: message.
func (e *ConfigError) Error() string {
	if len(e.Problems) == 1 && e.More == 0 {
		return e.Problems[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d problems with overrides:", len(e.Problems)+e.More)
	for _, p := range e.Problems {
		b.WriteString("\n" + p.String())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\nand %d more", e.More)
	}
	return b.String()
}

// add adds the problems of a file, in the order in which they stand there.
func (e *ConfigError) add(name string, problems *config.Problems) {
	slices.SortStableFunc(problems.List, func(a, b config.Problem) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return a.At.Column - b.At.Column
	})
	for _, p := range problems.List {
		e.Problems = append(e.Problems, ConfigProblem{name, p.At.Line, p.At.Column, p.Text})
	}
	e.More += problems.More
}

// orNil returns e, or nil if nothing is wrong.
func (e *ConfigError) orNil() error {
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// overriding is what a pump has of files of overrides.
type overriding struct {
	read  []func() *configFile
	files map[string]*configFile // by topology

	mu     sync.Mutex // guards what follows
	made   map[*Topology]effective
	asked  []*Topology     // of which something has opened
	opened []string        // names of topologies, those of imports too
	told   map[string]bool // what was reported
	env    environment
}

// effective is a topology with its overrides, or what is wrong with them.
type effective struct {
	*Topology
	err error
}

func readConfigFile(path string) *configFile {
	text, info, err := readConfigText(path)
	if err != nil {
		f := &configFile{name: path}
		f.problems.Add(config.Place{}, "%v", err)
		return f
	}
	f := parseConfig(path, text)
	if len(f.securities) > 0 {
		if err := checkFile(path, info, sourceKind{most: config.MaxSize}); err != nil {
			f.problems.Add(config.Place{}, "it says where keys are found, but %v", err)
		}
	}
	return f
}

func readConfigText(path string) ([]byte, os.FileInfo, error) {
	// A FIFO would keep the open waiting for ever.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, plainPathError(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, plainPathError(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("it is no regular file")
	}
	if info.Size() > config.MaxSize {
		return nil, nil, fmt.Errorf("it has %d bytes; at most %d (1 MiB) are read", info.Size(), config.MaxSize)
	}
	text, err := io.ReadAll(io.LimitReader(f, config.MaxSize+1))
	return text, info, plainPathError(err)
}

// parseConfig reads what the text of a file says.
func parseConfig(name string, text []byte) *configFile {
	f := &configFile{name: name}
	if root := config.Read(name, text, &f.problems); root != nil {
		configReader{f}.root(root)
	}
	return f
}

// readAll reads all files, of which there is one for each topology.
func (o *overriding) readAll() error {
	o.files, o.made, o.told = make(map[string]*configFile), make(map[*Topology]effective), make(map[string]bool)
	var e ConfigError
	for _, read := range o.read {
		f := read()
		if other := o.files[f.topology]; f.topology != "" && other != nil {
			f.problems.Add(f.at, "topology %q has overrides already, in %s: one file for each topology", config.Clip(f.topology), other.name)
		}
		if f.topology != "" {
			o.files[f.topology] = f
		}
		e.add(f.name, &f.problems)
	}
	return e.orNil()
}

// checkGiven returns what is wrong with the overrides that the pump was made with, as far as it shows without a topology.
func (p *Pump) checkGiven() error {
	errs := []error{p.overriding.readAll()}
	for _, socket := range sortedKeys(p.overrides) {
		if !isReference(socket) {
			errs = append(errs, fmt.Errorf("WithEndpoint(%q, …) names no socket: NODE.SOCKET is expected, or TOPOLOGY.NODE.SOCKET", config.Clip(socket)))
		}
		errs = append(errs, checkEndpoints(toReach, fmt.Sprintf("WithEndpoint(%q, …)", socket), p.overrides[socket]))
	}
	return errors.Join(errs...)
}

// effective returns t with the overrides of files, those of its imports too: t itself if there are none.
func (p *Pump) effective(t *Topology) (*Topology, error) {
	o := &p.overriding
	o.mu.Lock()
	made := o.make(t)
	var strange []error
	if !slices.Contains(o.asked, t) {
		o.asked = append(o.asked, t)
		strange = o.tellOnce(slices.Concat(o.env.nearlyOf(p.envPrefix, t), strangeEndpoints(p.overrides, o.asked), o.nearlyFor(t)))
	}
	o.mu.Unlock()
	for _, err := range strange {
		p.report(&Error{Op: "overrides", Err: err})
	}
	return made.Topology, made.err
}

// make applies the files to t and its imports.
func (o *overriding) make(t *Topology) effective {
	if made, known := o.made[t]; known {
		return made
	}
	o.opened = append(o.opened, t.Name)
	out, e, changed := *t, new(ConfigError), false
	out.Imports = nil
	for _, in := range t.Imports {
		made := o.make(in)
		var inner *ConfigError
		if errors.As(made.err, &inner) {
			e.Problems, e.More = append(e.Problems, inner.Problems...), e.More+inner.More
		}
		out.Imports, changed = append(out.Imports, made.Topology), changed || made.Topology != in
	}
	if f := o.files[t.Name]; f != nil {
		changed = true
		var problems config.Problems
		f.apply(&out, &problems)
		e.add(f.name, &problems)
	}
	made := effective{&out, e.orNil()}
	if !changed {
		made.Topology = t
	}
	o.made[t] = made
	return made
}

// tellOnce returns those of errs that were not told yet.
func (o *overriding) tellOnce(errs []error) []error {
	return slices.DeleteFunc(errs, func(err error) bool {
		text := err.Error()
		if o.told[text] {
			return true
		}
		o.told[text] = true
		return false
	})
}

// nearlyFor returns an error for each file whose topology nearly has the name of t.
func (o *overriding) nearlyFor(t *Topology) (strange []error) {
	for _, name := range sortedKeys(o.files) {
		if !slices.Contains(o.opened, name) && config.Nearest(name, []string{t.Name}) != "" {
			strange = append(strange, o.files[name].unfit("the file is for topology %q, and %q opens: did you mean that?", config.Clip(name), t.Name))
		}
	}
	return strange
}

// unfit makes an error of a file, at the name of its topology.
func (f *configFile) unfit(format string, args ...any) error {
	return &ConfigError{Problems: []ConfigProblem{{f.name, f.at.Line, f.at.Column, fmt.Sprintf(format, args...)}}}
}

// unused returns an error for each variable and each file that had no effect, as far as it is likely that it was to have one. Nothing is
// said of files if nothing has opened at all.
func (o *overriding) unused() (strange []error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	strange = o.env.unexplained()
	for _, name := range sortedKeys(o.files) {
		if len(o.opened) > 0 && !slices.Contains(o.opened, name) {
			strange = append(strange, o.files[name].unfit("the file is for topology %q, of which nothing opened: it had no effect", config.Clip(name)))
		}
	}
	return strange
}
