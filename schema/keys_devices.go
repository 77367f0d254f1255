package schema

// This file is the part of the table of keys that is about devices, securities and defaults.

var deviceKeys = objectDef{"a device", "Two sockets, and what passes messages from one to the other without reading them.", []keyDef{
	{"doc", text, false, "What the device is for.", anything},
	{"go_name", text, false, "The first part of its Go names.", like(goNamePattern)},
	{"host", text, false, "What others connect to where a bind says *; 127.0.0.1 if left out.", anything.usually("127.0.0.1")},
	{"kind", text, true, "queue, of a req-rep pattern, forwarder, of a pub-sub one, or streamer, of a push-pull one.", oneOf(texts(deviceKinds)...)},
	{"pattern", text, true, "The pattern whose messages pass.", like(referenceToPattern)},
	{"frontend", mapping, true, "The side of those who begin: clients, publishers, or those who push.", object(&sideKeys)},
	{"backend", mapping, true, "The other side: servers, subscribers, or those who pull.", object(&sideKeys)},
	{"capture", mapping, false, "A PUB of all that passes, each message after a frame that is frontend or backend, the side it came from.", object(&sideKeys)},
}}

var sideKeys = objectDef{"a side of a device", "A socket of a device, whose type follows from the device's kind.", []keyDef{
	{"bind", textOrList, false, "Endpoints that the socket binds.", like(literalPattern).atLeast(1)},
	{"connect", textOrList, false, "Endpoints that the socket connects to, or node.socket, or device.side.", like(endpointPattern).atLeast(1)},
	{"advertise", textOrList, false, "Endpoints that others connect to, instead of bind.", like(literalPattern).atLeast(1)},
	{"options", mapping, false, "ZeroMQ's socket options.", object(&optionKeys)},
	{"security", text, false, "A security, of which the socket is a server if it binds, and a client if it connects; or none, if the defaults have one.", like(referenceToSecurity)},
	{"external", text, false, "Whether peers of the socket are not in the file: true or false, the default.", yesOrNo.usually("false")},
	{"doc", text, false, "What the side is for.", anything},
}}

var defaultsKeys = objectDef{"defaults", "What sockets have unless they say otherwise, each as far as its type has it.", []keyDef{
	{"buffer", text, false, "The capacity of the Go channels, in messages.", from(0, maxBuffer).usually("256")},
	{"overflow", text, false, "What happens to received messages while a channel is full.", oneOf(policies...).usually("block")},
	{"security", text, false, "A security; or none, on a node, if the topology's defaults have one.", like(referenceToSecurity)},
	{"options", mapping, false, "ZeroMQ's socket options.", object(&optionKeys)},
}}

var securityKeys = objectDef{"a security", "How peers prove who they are. Sockets that bind are its servers, those that connect its clients.", []keyDef{
	{"doc", text, false, "Whom the security keeps out.", anything},
	{"mechanism", text, true, "curve: keys, authenticated and encrypted; plain: names and passwords, in the clear; null: addresses alone.", oneOf(texts(mechanisms)...)},
	{"domain", text, false, "The domain that whoever decides who is let in is told; the security's name if left out.", anything},
	{"server", mapping, false, "What sockets that bind have.", object(&serverKeys)},
	{"client", mapping, false, "What sockets that connect have.", object(&clientKeys)},
}}

var serverKeys = objectDef{"a server", "What sockets that bind have.", []keyDef{
	{"public_key", mapping, false, "curve: where the public key is, which clients know the server by.", object(&keySourceKeys)},
	{"secret_key", mapping, false, "curve: where the secret key is.", object(&keySourceKeys)},
	{"allow", textOrMapping, false, "Where the list is of who is let in: public keys, names with passwords, or addresses; or any, with curve. The program decides if left out.", allowedValue},
}}

var clientKeys = objectDef{"a client", "What sockets that connect have.", []keyDef{
	{"public_key", mapping, false, "curve: where the public key is, which the server knows the client by.", object(&keySourceKeys)},
	{"secret_key", mapping, false, "curve: where the secret key is.", object(&keySourceKeys)},
	{"username", mapping, false, "plain: where the name is.", object(&keySourceKeys)},
	{"password", mapping, false, "plain: where the password is.", object(&keySourceKeys)},
}}

var keySourceKeys = objectDef{"a reference to a key", "Where a program finds what is not to stand in the file: {env: NAME} or {file: PATH}.", []keyDef{
	{"env", text, false, "The environment variable that holds it.", like(envPattern)},
	{"file", text, false, "The path of the file that holds it, from the program's working directory.", anything},
}}
