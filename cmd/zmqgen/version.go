package main

// This file turns what the Go linker knows of the program into one line.

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// generation is the generation of code that generate writes: it needs a runtime that has the constant
// GeneratedCode of this number.
const generation = 1

var versionCommand = command{
	name:     "version",
	summary:  "print the version",
	about:    "Prints the version of zmqgen, the Go it was built with, and the generation of code it writes:\ncode of generation N needs a runtime that has the constant GeneratedCodeN.",
	examples: "zmqgen version",
	run: func(c *console, _ options) error {
		info, _ := debug.ReadBuildInfo()
		fmt.Fprintln(c.stdout, versionLine(info))
		return nil
	},
}

// versionLine describes a build of zmqgen. info is nil if the build says nothing of itself.
func versionLine(info *debug.BuildInfo) string {
	version, revision, modified := "(devel)", "", false
	if info != nil {
		if v := info.Main.Version; v != "" {
			version = v
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				revision = s.Value
			case "vcs.modified":
				modified = s.Value == "true"
			}
		}
	}
	parts := []string{"zmqgen " + version}
	if revision != "" {
		revision = "revision " + revision[:min(12, len(revision))]
		if modified {
			revision += " (modified)"
		}
		parts = append(parts, revision)
	}
	parts = append(parts, runtime.Version(), fmt.Sprintf("generated code %d", generation))
	return strings.Join(parts, ", ")
}
