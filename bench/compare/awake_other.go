//go:build !linux

package main

import "errors"

const cannotKeepAwake = "only Linux has threads that run where nothing else does"

func runOnlyIdle() error { return errors.New(cannotKeepAwake) }
