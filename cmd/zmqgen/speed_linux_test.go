package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/zmqgen/zmqgen/internal/large"
)

// BenchmarkCommands runs whole processes on large topologies: what they take in all, of processors, and at most of
// memory.
func BenchmarkCommands(b *testing.B) {
	for _, command := range []string{"generate", "check", "lint"} {
		for _, messages := range []int{250, 500, 1000, 2000} {
			b.Run(fmt.Sprint(command, "/", messages), func(b *testing.B) {
				dir := b.TempDir()
				if err := os.WriteFile(filepath.Join(dir, "topology.yaml"), large.Topology(messages, messages/5), 0o644); err != nil {
					b.Fatal(err)
				}
				zmqgen := func(args ...string) *os.ProcessState {
					cmd := exec.Command("zmqgen", args...)
					if out, err := cmd.CombinedOutput(); err != nil {
						b.Fatalf("%v\n%s", err, out)
					}
					return cmd.ProcessState
				}
				if command == "check" {
					zmqgen("generate", dir)
				}
				var cpu, peak float64
				for b.Loop() {
					if command == "generate" {
						old, _ := filepath.Glob(filepath.Join(dir, "*.go"))
						for _, file := range old {
							os.Remove(file)
						}
					}
					state := zmqgen(command, dir)
					cpu += (state.UserTime() + state.SystemTime()).Seconds()
					peak = max(peak, float64(state.SysUsage().(*syscall.Rusage).Maxrss))
				}
				b.ReportMetric(cpu*1e3/float64(b.N), "cpu-ms/op")
				b.ReportMetric(cpu*1e6/float64(b.N*messages), "cpu-µs/message")
				b.ReportMetric(peak/1024, "peak-MiB")
			})
		}
	}
}

// BenchmarkReview runs what reviewers of a topology run, on topologies of so many sockets: whole processes, each with what
// it takes in all of time and of processors.
func BenchmarkReview(b *testing.B) {
	for _, sockets := range []int{10, 100, 1000} {
		dir := b.TempDir()
		old, new := filepath.Join(dir, "old.yaml"), filepath.Join(dir, "topology.yaml")
		text := large.Topology(sockets/2, sockets)
		edited := bytes.Replace(text, []byte("string @"), []byte("bytes @"), 1)
		if bytes.Equal(text, edited) {
			b.Fatal("the topology has no string to change")
		}
		for file, text := range map[string][]byte{old: text, new: edited} {
			if err := os.WriteFile(file, text, 0o644); err != nil {
				b.Fatal(err)
			}
		}
		for _, args := range [][]string{
			{"lint"}, {"fmt", "-d"}, {"breaking", "--against", old}, {"changelog", "--against", old},
			{"graph", "--format", "svg"}, {"graph", "--format", "dot"}, {"graph", "--format", "mermaid"},
			{"docs", "--format", "html"}, {"docs", "--format", "markdown"},
			{"export", "asyncapi"}, {"export", "jsonschema"}, {"export", "proto"},
		} {
			name := args[0]
			if len(args) > 1 && args[1] != "-d" && args[1] != "--against" {
				name += "-" + args[len(args)-1]
			}
			b.Run(fmt.Sprintf("%s/%d", name, sockets), func(b *testing.B) {
				var cpu float64
				for b.Loop() {
					cmd := exec.Command("zmqgen", append(args, new)...)
					out, err := cmd.CombinedOutput()
					if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 {
						b.Fatalf("%v\n%s", err, out)
					}
					cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
				}
				b.ReportMetric(cpu*1e3/float64(b.N), "cpu-ms/op")
			})
		}
	}
}
