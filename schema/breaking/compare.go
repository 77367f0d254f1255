package breaking

import "github.com/zmqgen/zmqgen/schema"

// This file compares.

// Compare returns what is changed from old to new. Both are valid topologies; neither is written to.
func Compare(old, new *schema.Topology) []Change { return nil }

// Rules returns the rules that changes have.
func Rules() []schema.Rule { return nil }
