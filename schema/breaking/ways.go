package breaking

// This file is the ways that messages go between nodes, of which an order of rollout is made.

// way is a way of messages from nodes to nodes.
type way struct {
	senders, receivers []string // names of nodes
}
