module github.com/zmqgen/zmqgen/compat

go 1.24.0

require (
	github.com/go-zeromq/zmq4 v0.17.0
	github.com/zmqgen/zmqgen v0.0.0
	golang.org/x/sync v0.7.0
)

require (
	github.com/go-zeromq/goczmq/v4 v4.2.2 // indirect
	github.com/pebbe/zmq4 v1.4.0 // indirect
	golang.org/x/text v0.15.0 // indirect
)

replace github.com/zmqgen/zmqgen => ../
