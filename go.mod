module github.com/zmqgen/zmqgen

go 1.24.0

require (
	github.com/dave/jennifer v1.7.1
	github.com/pebbe/zmq4 v1.4.0
	github.com/rogpeppe/go-internal v1.14.1
	go.uber.org/goleak v1.3.0
	golang.org/x/tools v0.26.0
	gopkg.in/yaml.v3 v3.0.1
)

require (
	github.com/kr/text v0.2.0 // indirect
	golang.org/x/sys v0.26.0 // indirect
)
