package schema

// This file is the part of the model that is about devices and securities.

// DeviceKind is a kind of device.
type DeviceKind string

// The kinds of device, with the socket types of frontend and backend.
const (
	Queue     DeviceKind = "queue"     // router, dealer: clients in front, servers behind
	Forwarder DeviceKind = "forwarder" // xsub, xpub: publishers in front, subscribers behind
	Streamer  DeviceKind = "streamer"  // pull, push: those who push in front, workers behind
)

// Device passes the messages of a pattern on between two sockets, without reading them.
type Device struct {
	Topology *Topology // that declares it
	Name     Text
	GoName   Text
	Doc      string
	Kind     DeviceKind
	Pattern  *Pattern
	// Node holds the device's host and its sides, which are named frontend, backend and capture, so that a side is a socket like
	// others: hub.frontend. It is not in Topology.Nodes.
	Node     *Node
	Frontend *Socket
	Backend  *Socket
	Capture  *Socket // a pub of all that passes, tagged by the side it came from; nil if there is none
	Places   Places
}

// Mechanism is a security mechanism of ZeroMQ's.
type Mechanism string

// The mechanisms.
const (
	MechanismNull  Mechanism = "null"  // no authentication; peers may be told apart by their address
	MechanismPlain Mechanism = "plain" // names and passwords, in the clear
	MechanismCurve Mechanism = "curve" // keys; authenticated and encrypted
)

// Security is how the peers of sockets prove who they are. Sockets that bind are its servers, others its clients.
type Security struct {
	Topology  *Topology // that declares it
	Name      Text
	Doc       string
	Mechanism Mechanism
	Domain    Text // the domain that a handler is told; the name if the file is silent
	// Server is what sockets that bind have, Client what the others have; the zero value if the file is silent.
	Server Credentials
	Client Credentials
	Places Places
}

// Credentials are what one side of a security has. What is not set is not in the file.
type Credentials struct {
	PublicKey KeySource // curve
	SecretKey KeySource // curve
	Username  KeySource // plain, client
	Password  KeySource // plain, client
	Allow     KeySource // server: who is let in: keys (curve), names and passwords (plain) or addresses (null)
	AllowAny  bool      // server, curve: allow: any lets in all who know the server's public key
	Places    Places
}

// KeySource is where a program finds a key, a name, a password or a list of who is allowed when it runs. Exactly one of both is set, or
// none.
type KeySource struct {
	Env  Text // the environment variable that holds it
	File Text // the file that does; relative to the program's working directory
}

// IsSet reports whether the file says where.
func (k KeySource) IsSet() bool { return k.Env.IsSet() || k.File.IsSet() }
