package main

import (
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
