module github.com/zmqgen/zmqgen/bench

go 1.24.0

require (
	github.com/pebbe/zmq4 v1.4.0
	github.com/zmqgen/zmqgen v0.0.0
)

replace github.com/zmqgen/zmqgen => ../
