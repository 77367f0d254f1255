module github.com/zmqgen/zmqgen/parity

go 1.24.0

require (
	github.com/bufbuild/protocompile v0.14.1
	github.com/zmqgen/zmqgen v0.0.0
	google.golang.org/protobuf v1.36.12
)

require (
	github.com/dave/jennifer v1.7.1 // indirect
	github.com/pebbe/zmq4 v1.4.0 // indirect
	golang.org/x/sync v0.8.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace github.com/zmqgen/zmqgen => ../
