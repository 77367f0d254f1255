package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zmqgen/zmqgen/gen"
)

// ours returns content with the marks of a file generated from topology.yaml.
func ours(body string) []byte {
	return []byte(header + "\n" + sourcePrefix + "topology.yaml\n\n" + body)
}

// wanted are the files that the tests generate.
var wanted = []gen.File{
	{Name: "codec_zmqgen.go", Content: ours("package market // codec 2\n")},
	{Name: "messages_zmqgen.go", Content: ours("package market // messages 2\n")},
	{Name: "sockets_zmqgen.go", Content: ours("package market // sockets 2\n")},
}

// oldDirectory returns a directory with a file that is missing, one outdated, one up to date and one
// stale.
func oldDirectory(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"messages_zmqgen.go": ours("package market // messages 1\n"),
		"sockets_zmqgen.go":  ours("package market // sockets 2\n"),
		"calls_zmqgen.go":    ours("package market // calls 1\n"),
		"market.go":          []byte("package market // by hand\n"),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, longAgo, longAgo); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// snapshot describes all of dir: names, modes, times and contents.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := entry.Info()
		if err != nil || info.IsDir() {
			files[entry.Name()] = "directory"
			return err
		}
		content, err := os.ReadFile(path)
		files[entry.Name()] = fmt.Sprintf("%v %v\n%s", info.Mode(), info.ModTime().UTC(), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// mustPlan compares the wanted files with dir.
func mustPlan(t *testing.T, dir string) plan {
	t.Helper()
	p, err := newPlan(dir, "topology.yaml", wanted)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// faulty is the file system, except that its operation number n, from 1, ends with fault.
func faulty(n int, fault func() error) disk {
	count := 0
	hit := func() error {
		if count++; count == n {
			return fault()
		}
		return nil
	}
	return disk{
		mkdir: func(path string) error { return errors.Join(hit(), realDisk.mkdir(path)) },
		write: func(path string, content []byte) error {
			if err := hit(); err != nil {
				return err
			}
			return realDisk.write(path, content)
		},
		chmod:  func(path string, mode fs.FileMode) error { return errors.Join(hit(), realDisk.chmod(path, mode)) },
		chtime: func(path string, t time.Time) error { return errors.Join(hit(), realDisk.chtime(path, t)) },
		rename: func(from, to string) error {
			if err := hit(); err != nil {
				return err
			}
			return realDisk.rename(from, to)
		},
		remove: func(path string) error {
			if err := hit(); err != nil {
				return err
			}
			return realDisk.remove(path)
		},
	}
}

func TestApplyBringsDirectoryUpToDate(t *testing.T) {
	dir := oldDirectory(t)
	p := mustPlan(t, dir)
	var states []string
	for _, ch := range p.changes {
		states = append(states, filepath.Base(ch.path)+" "+string(ch.state))
	}
	if got, want := strings.Join(states, ", "), "calls_zmqgen.go stale, codec_zmqgen.go missing, messages_zmqgen.go outdated"; got != want {
		t.Errorf("the plan is %s, want %s", got, want)
	}
	before := snapshot(t, dir)
	if err := p.apply(context.Background(), realDisk); err != nil {
		t.Fatal(err)
	}
	after := snapshot(t, dir)
	for _, name := range []string{"sockets_zmqgen.go", "market.go"} {
		if after[name] != before[name] {
			t.Errorf("%s was touched", name)
		}
	}
	if mode, _, _ := strings.Cut(after["messages_zmqgen.go"], " "); mode != "-rw-------" {
		t.Errorf("the outdated file had mode -rw-------, and has %s", mode)
	}
	if len(after) != 4 {
		t.Errorf("the directory has %v", after)
	}
	if again := mustPlan(t, dir); len(again.changes) > 0 {
		t.Errorf("a second plan has changes: %+v", again.changes)
	}
}

// TestApplyIsAllOrNothing makes each operation fail in turn, until there are no more to fail.
func TestApplyIsAllOrNothing(t *testing.T) {
	fault := errors.New("device on fire")
	for n := 1; ; n++ {
		dir := oldDirectory(t)
		before := snapshot(t, dir)
		err := mustPlan(t, dir).apply(context.Background(), faulty(n, func() error { return fault }))
		after := snapshot(t, dir)
		if err == nil {
			if n < 10 {
				t.Fatalf("only %d operations", n-1)
			}
			return
		}
		if !errors.Is(err, fault) {
			t.Errorf("operation %d: error %v", n, err)
		}
		if strings.Contains(err.Error(), "remove temporary file") {
			continue // all is written, and the error names what is left
		}
		if !maps.Equal(before, after) {
			t.Errorf("operation %d: %v\nbefore %v\nafter  %v", n, err, before, after)
		}
		if !strings.HasSuffix(err.Error(), "; nothing was written") {
			t.Errorf("operation %d: error %q does not say that nothing was written", n, err)
		}
	}
}

func TestApplyUndoesAfterPanic(t *testing.T) {
	for n := 1; n <= 10; n++ {
		dir := oldDirectory(t)
		before := snapshot(t, dir)
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("operation %d: the panic was swallowed", n)
				}
			}()
			mustPlan(t, dir).apply(context.Background(), faulty(n, func() error { panic("device on fire") }))
		}()
		if after := snapshot(t, dir); !maps.Equal(before, after) {
			t.Errorf("operation %d:\nbefore %v\nafter  %v", n, before, after)
		}
	}
}

func TestApplyUndoesWhenInterrupted(t *testing.T) {
	dir := oldDirectory(t)
	before := snapshot(t, dir)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	interrupting := realDisk
	interrupting.rename = func(from, to string) error {
		cancel() // between this rename and the next
		return os.Rename(from, to)
	}
	err := mustPlan(t, dir).apply(ctx, interrupting)
	if err == nil || err.Error() != "interrupted; nothing was written" {
		t.Errorf("error %v", err)
	}
	if after := snapshot(t, dir); !maps.Equal(before, after) {
		t.Errorf("before %v\nafter  %v", before, after)
	}
}

func TestApplySaysWhereOldContentIsIfItCannotBePutBack(t *testing.T) {
	dir := oldDirectory(t)
	renames := 0
	broken := realDisk
	broken.rename = func(from, to string) error {
		// The stale file is removed, the missing one written; then the device fails for good.
		if renames++; renames > 1 {
			return errors.New("device on fire")
		}
		return os.Rename(from, to)
	}
	err := mustPlan(t, dir).apply(context.Background(), broken)
	if err == nil || strings.Contains(err.Error(), "nothing was written") {
		t.Fatalf("error %v", err)
	}
	_, rest, found := strings.Cut(err.Error(), "calls_zmqgen.go could not be put back; its old content is in ")
	if !found {
		t.Fatalf("error %v", err)
	}
	backup, _, _ := strings.Cut(rest, ": device on fire")
	content, err := os.ReadFile(backup)
	if err != nil || string(content) != string(ours("package market // calls 1\n")) {
		t.Errorf("%s has %q, %v", backup, content, err)
	}
}

func TestApplyMakesDirectoriesAndTakesThemBack(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "internal", "market")
	p := mustPlan(t, dir)
	for n := 1; n <= 8; n++ { // 2 directories, 3 files, 3 renames
		err := p.apply(context.Background(), faulty(n, func() error { return errors.New("device on fire") }))
		if err == nil {
			t.Fatalf("operation %d: no error", n)
		}
		// mkdir fails after the fact here, so the directory of that very operation stays.
		if left := snapshot(t, root); n > 2 && len(left) > 0 {
			t.Errorf("operation %d: left %v", n, left)
		}
		os.RemoveAll(filepath.Join(root, "internal"))
	}
	if err := p.apply(context.Background(), realDisk); err != nil {
		t.Fatal(err)
	}
	if again := mustPlan(t, dir); len(again.changes) > 0 {
		t.Errorf("a second plan has changes: %+v", again.changes)
	}
}

func TestApplyStepsAroundTemporariesOfOthers(t *testing.T) {
	dir := oldDirectory(t)
	other := filepath.Join(dir, fmt.Sprintf(".zmqgen-%d-0.tmp", os.Getpid()))
	if err := os.WriteFile(other, []byte("of a run that was killed"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := mustPlan(t, dir).apply(context.Background(), realDisk); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(other); err != nil || string(content) != "of a run that was killed" {
		t.Errorf("the other's file has %q, %v", content, err)
	}
}

func TestSourceOf(t *testing.T) {
	for content, want := range map[string]string{
		header + "\n// Source: topology.yaml\n\npackage x\n":                     "topology.yaml",
		header + "\r\n// Source: topology.yaml\r\n\r\npackage x\n":               "topology.yaml",
		header + "\n// Source: topology.yaml":                                    "topology.yaml",
		header + "\n\n// Source: topology.yaml\n":                                "",
		"\n" + header + "\n// Source: topology.yaml\n":                           "",
		" " + header + "\n// Source: topology.yaml\n":                            "",
		header + " \n// Source: topology.yaml\n":                                 "",
		"// Code generated by zmqgen2. DO NOT EDIT.\n// Source: topology.yaml\n": "",
		header: "",
		"":     "",
	} {
		if got := sourceOf([]byte(content)); got != want {
			t.Errorf("sourceOf(%q) = %q, want %q", content, got, want)
		}
	}
}

func TestFilesOfAnotherRunAreNotStale(t *testing.T) {
	dir := t.TempDir()
	file := gen.File{Name: "codec_zmqgen.go", Content: []byte(header + "\n// Source: topology.yaml\n\npackage p\n")}
	if err := os.WriteFile(filepath.Join(dir, file.Name), file.Content, 0o644); err != nil {
		t.Fatal(err)
	}
	// The file came to be after this run had found it missing.
	if found, err := staleFiles(dir, "topology.yaml", []gen.File{file}, nil); err != nil || len(found) != 0 {
		t.Errorf("stale: %v, %v", found, err)
	}
	if found, err := staleFiles(dir, "topology.yaml", nil, nil); err != nil || len(found) != 1 {
		t.Errorf("a file that is no longer generated: %v, %v", found, err)
	}
}

func TestADirectoryThatAnotherRunMakesIsNoObstacle(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "deep")
	late := realDisk
	late.mkdir = func(path string) error { return errors.Join(os.Mkdir(path, 0o777), realDisk.mkdir(path)) }
	tx := transaction{disk: late}
	if err := tx.makeDir(dir); err != nil || len(tx.dirs) != 0 {
		t.Errorf("made %q, %v", tx.dirs, err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		t.Errorf("%s: %v", dir, err)
	}
}
