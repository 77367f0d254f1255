package gen

// This file is the part of the intermediate representation that is about devices and securities.

// device becomes what opens it, a handle and an entry of the topology's table.
type device struct {
	name      string // as the topology writes it
	kind      string // name of the runtime's constant
	capture   bool
	openFn    string
	openDoc   []string
	handleFn  string
	handleDoc []string
}

// security becomes an entry of the topology's table.
type security struct {
	name      string // with that of its topology in front, if that is another one
	mechanism string // name of the runtime's constant
	domain    string
	server    []credential
	client    []credential
}

// credential becomes a field of what one side of a security has. If neither env nor file is set, it is true.
type credential struct {
	name      string // of the runtime's field
	env, file string
}
