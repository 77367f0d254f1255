//go:build cgo

package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pebbe/zmq4"
)

// This file makes a socket secure, by what its topology says: it reads the credentials of the side that the socket is, and
// sets the options by which libzmq asks for them, before anything is bound or connected.

const (
	maxPlain    = 255 // bytes of a name or a password, and of a domain
	curveFrame  = 33  // bytes that CURVE adds to a frame
	nobodyToLet = "nobody would be let in: give server.allow a list, or any, or make the pump with WithAuthorizer"
)

// What credentials are read for.
var (
	serverPublic = sourceKind{"server.public_key", false, maxCredential}
	serverSecret = sourceKind{"server.secret_key", true, maxCredential}
	clientPublic = sourceKind{"client.public_key", false, maxCredential}
	clientSecret = sourceKind{"client.secret_key", true, maxCredential}
	clientUser   = sourceKind{"client.username", false, maxCredential}
	clientWord   = sourceKind{"client.password", true, maxCredential}
)

// String returns the name that ZMTP has for the mechanism.
func (m Mechanism) String() string {
	switch m {
	case Null:
		return "NULL"
	case Plain:
		return "PLAIN"
	case Curve:
		return "CURVE"
	}
	return fmt.Sprintf("Mechanism(%d)", int(m))
}

// secured is what a socket with security keeps.
type secured struct {
	name      string // of the security
	mechanism Mechanism
	server    bool
	local     bool // it opened over inproc alone, which has no security, so that no credentials were read
	domain    string
	refused   refused
	returns   returns // of a client
}

// securitySpec returns what the topology says of the socket's security. One of an imported topology has that
// one's name before its own.
func (c *socketConfig) securitySpec() (SecuritySpec, error) {
	spec, ok := c.topology.Security[c.Security]
	if owner, name, qualified := strings.Cut(c.Security, "."); !ok && qualified {
		for _, in := range c.topology.Imports {
			if in.Name == owner {
				spec, ok = in.Security[name]
			}
		}
	}
	if !ok {
		return spec, fmt.Errorf("topology %s has no security %q", c.topology.Name, c.Security)
	}
	if spec.Mechanism < Null || spec.Mechanism > Curve {
		return spec, fmt.Errorf("unknown mechanism %v", spec.Mechanism)
	}
	return spec, nil
}

// secure makes zsock, which is about to bind and to connect, a server or a client of its security. Nothing is set if
// there is none.
func (s *Socket) secure(c *socketConfig, zsock *zmq4.Socket, bind, connect []string) error {
	if c.Security == "" {
		return nil
	}
	err := s.secureAs(c, zsock, remote(bind), remote(connect))
	if err != nil {
		return &Error{"secure", s.name, fmt.Errorf("security %s: %w", c.Security, err)}
	}
	return nil
}

func (s *Socket) secureAs(c *socketConfig, zsock *zmq4.Socket, bind, connect []string) error {
	spec, err := c.securitySpec()
	if err != nil {
		return err
	}
	if len(bind) > 0 && len(connect) > 0 {
		return fmt.Errorf("a socket that binds is a server of its security, one that connects a client, and none is both: it would bind %s and connect to %s", bind[0], connect[0])
	}
	if s.secured == nil { // or it is opened anew, as what it was, and goes on counting
		s.secured = &secured{name: c.Security, mechanism: spec.Mechanism, server: len(bind) > 0, local: len(bind)+len(connect) == 0}
	}
	if spec.Mechanism == Curve && !s.secured.local {
		if err := zsock.SetMaxmsgsize(c.frameSize() + curveFrame); err != nil {
			return err
		}
	}
	switch {
	case s.secured.local:
		return nil
	case s.secured.server:
		return s.secureServer(zsock, spec)
	}
	return spec.secureClient(zsock)
}

// remote returns the endpoints that others than the pump's own sockets can reach.
func remote(endpoints []string) (out []string) {
	for _, e := range endpoints {
		if !isInproc(e) {
			out = append(out, e)
		}
	}
	return out
}

// secureServer has the pump's handler decide who is let in, and sets what the server proves itself by.
func (s *Socket) secureServer(zsock *zmq4.Socket, spec SecuritySpec) error {
	if len(spec.Domain) > maxPlain/2 {
		return fmt.Errorf("domain of %d bytes, want at most %d", len(spec.Domain), maxPlain/2)
	}
	var errs []error
	switch spec.Mechanism {
	case Curve:
		errs = append(errs, spec.setServerKey(zsock), optCurveServer.turnOn(zsock))
	case Plain:
		errs = append(errs, optPlainServer.turnOn(zsock))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	domain, err := s.pump.zap.guard(s, spec)
	if err != nil {
		return err
	}
	s.secured.domain = domain
	// libzmq without drafts does not know the second, so the handler is there for as long as the socket is.
	_ = optEnforceDomain.turnOn(zsock)
	return optZAPDomain.set(zsock, []byte(domain))
}

// setServerKey sets the secret key of a server, and checks that its public key, if it is given, is the one of it.
func (spec *SecuritySpec) setServerKey(zsock *zmq4.Socket) error {
	secret, _, err := keyPair(spec.Server, serverPublic, serverSecret)
	if err != nil {
		return err
	}
	defer wipe(secret[:])
	return optCurveSecretKey.setKey(zsock, secret)
}

// keyPair reads the keys of one side. The caller wipes the secret one. The public key may be left out: it follows
// from the secret one.
func keyPair(c Credentials, publicKind, secretKind sourceKind) (secret, public *z85, err error) {
	secret, err = c.SecretKey.key(secretKind)
	if err != nil {
		return nil, nil, err
	}
	if public, err = c.publicOf(secret, publicKind, secretKind); err != nil {
		wipe(secret[:])
		return nil, nil, err
	}
	return secret, public, nil
}

// publicOf returns the public key of a secret one, and an error if it is not the one that is given.
func (c *Credentials) publicOf(secret *z85, publicKind, secretKind sourceKind) (*z85, error) {
	public, err := secret.public()
	if err != nil || !c.PublicKey.isSet() {
		return public, err
	}
	given, err := c.PublicKey.key(publicKind)
	if err != nil {
		return nil, err
	}
	if *given != *public {
		return nil, fmt.Errorf("%s from %v is not the public key of %s from %v: both come from one run of zmqgen keygen", publicKind.name, c.PublicKey, secretKind.name, c.SecretKey)
	}
	return public, nil
}

// secureClient sets what a client proves itself by, and whom it expects.
func (spec *SecuritySpec) secureClient(zsock *zmq4.Socket) error {
	switch spec.Mechanism {
	case Curve:
		server, err := spec.Server.PublicKey.key(serverPublic)
		if err != nil {
			return err
		}
		secret, public, err := keyPair(spec.Client, clientPublic, clientSecret)
		if err != nil {
			return err
		}
		defer wipe(secret[:])
		if *public == *server {
			return errors.New("client.public_key is that of the server: a client needs keys of its own")
		}
		return errors.Join(optCurveServerKey.setKey(zsock, server), optCurvePublicKey.setKey(zsock, public), optCurveSecretKey.setKey(zsock, secret))
	case Plain:
		user, err := spec.Client.Username.value(clientUser)
		if err != nil {
			return err
		}
		word, err := spec.Client.Password.value(clientWord)
		if err != nil {
			return err
		}
		defer wipe(word)
		if bytes.ContainsAny(user, " \t") {
			return errors.New("client.username has a space, which no allow-list could have")
		}
		return errors.Join(optPlainUsername.set(zsock, user), optPlainPassword.set(zsock, word))
	}
	return nil
}

// checkConnect returns an error if a connection that the handle is asked for would not have the socket's security.
func (s *Socket) checkConnect(endpoint string) error {
	if s.secured == nil || isInproc(endpoint) {
		return nil
	}
	switch {
	case s.secured.local:
		return errors.New("the socket opened over inproc alone, and so without its security: open it with this endpoint")
	case s.secured.server:
		return errors.New("the socket binds, and so is a server of its security: it connects to nobody")
	}
	return nil
}

// unsecure has the pump's handler forget the socket, which is about to be closed.
func (s *Socket) unsecure() {
	if s.secured != nil && s.secured.domain != "" {
		s.pump.zap.forget(s.secured.domain)
		s.secured.domain = ""
	}
}
