//go:build cgo

package runtime

// This file is who sent a message, as the security of a server knows it: the user id with which the handler of ZAP has let its
// connection in (RFC 27). libzmq keeps it beside each message that comes by the connection, and the shim puts it before
// the message's frames. Nothing that a peer says can be taken for it: libzmq prefers it to what peers say of themselves in
// their handshakes, and only servers are asked for it, whose handler always gives one, if only an empty one.

// knowsUsers reports whether peers are let in as somebody.
func (s *Socket) knowsUsers() bool {
	return s.secured != nil && s.secured.server && s.secured.mechanism != Null
}

// withUser is a message that has a place for the user.
type withUser interface{ setUser(user string) }

// takesUser reports whether a *T is one.
func takesUser[T any]() bool {
	_, ok := any((*T)(nil)).(withUser)
	return ok
}

// userName is the user of the last message. Many messages in a row are often the same user's, who then costs no memory.
type userName string

func (u *userName) set(user []byte) {
	if string(user) != string(*u) {
		*u = userName(user)
	}
}

// give tells m, the message that in has just come to, of its user.
func (u *userName) give(in *inbox, m any) {
	if in.named {
		u.set(in.user)
		m.(withUser).setUser(string(*u))
	}
}
