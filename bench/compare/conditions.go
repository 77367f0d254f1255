package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// This file says under which conditions is measured.

func printConditions(ctx context.Context, o options) {
	say := func(what, format string, args ...any) { fmt.Printf("- %s: %s\n", what, fmt.Sprintf(format, args...)) }
	ask := func(name string, args ...string) string {
		out, err := output(ctx, name, args...)
		if err != nil {
			return "unknown"
		}
		return out
	}
	module := func(path string) string { return ask("go", "list", "-m", "-f", "{{.Version}}", path) }
	if o.quick {
		say("rounds", "1, cut short: this shows that all works, and the figures mean nothing")
	} else {
		say("rounds", "%d, in each of which the rows of a table take turns; figures are medians", o.rounds)
	}
	say("processor", "%d cores, %s; load %s when this began", runtime.NumCPU(), processor(), loadAverage())
	say("system", "%s", ask("uname", "-srm"))
	say("Go", "%s", strings.TrimPrefix(runtime.Version(), "go"))
	say("libzmq", "%s", ask("pkg-config", "--modversion", "libzmq"))
	say("pebbe/zmq4", "%s", module("github.com/pebbe/zmq4"))
	say("go-zeromq/zmq4", "%s", module("github.com/go-zeromq/zmq4"))
	say("gRPC", "%s", module("google.golang.org/grpc"))
	say("pyzmq", "%s", ask(python, "-c", "import zmq, platform; print(zmq.__version__, 'with Python', platform.python_version())"))
}

// processor returns the model of the first core.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

// loadAverage returns the average number of runnable threads of the last minute.
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	average, _, ok := strings.Cut(string(text), " ")
	if !ok {
		return "unknown"
	}
	return average
}
