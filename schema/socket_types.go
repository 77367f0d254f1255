package schema

import (
	"slices"
	"strings"
)

// This file is the table of socket types: which a kind of pattern has, and which of them meet.

// side is a socket type of a kind of pattern, with those of the other side that it talks to.
type side struct {
	socket SocketType
	meets  []SocketType
}

// socketSides are the socket types of each kind of pattern. What meets is mutual.
var socketSides = map[PatternKind][]side{
	PubSub: {
		{Pub, []SocketType{Sub, XSub}}, {XPub, []SocketType{Sub, XSub}},
		{Sub, []SocketType{Pub, XPub}}, {XSub, []SocketType{Pub, XPub}},
	},
	PushPull: {{Push, []SocketType{Pull}}, {Pull, []SocketType{Push}}},
	ReqRep: {
		{Req, []SocketType{Rep, Router}}, {Dealer, []SocketType{Rep, Router}},
		{Rep, []SocketType{Req, Dealer}}, {Router, []SocketType{Req, Dealer}},
	},
	DealerRouter: {{Dealer, []SocketType{Router}}, {Router, []SocketType{Dealer}}},
	Pair:         {{PairSocket, []SocketType{PairSocket}}, {Dealer, []SocketType{Dealer}}},
}

// kinds are the kinds of pattern.
var kinds = []PatternKind{PubSub, PushPull, ReqRep, DealerRouter, Pair}

var socketTypes = []SocketType{Pub, XPub, Sub, XSub, Push, Pull, Req, Dealer, Rep, Router, PairSocket}

// sends and receives report whether a socket of the type does, apart from subscriptions.
func (t SocketType) sends() bool    { return t != Sub && t != XSub && t != Pull }
func (t SocketType) receives() bool { return t != Pub && t != XPub && t != Push }

// typesOf are the socket types of a kind of pattern.
func typesOf(kind PatternKind) []SocketType {
	var types []SocketType
	for _, s := range socketSides[kind] {
		types = append(types, s.socket)
	}
	return types
}

// counterparts returns the types of socket that s talks to.
func counterparts(s *Socket) []SocketType {
	sides := socketSides[s.Pattern.Kind]
	if i := slices.IndexFunc(sides, func(side side) bool { return side.socket == s.Type }); i >= 0 {
		return sides[i].meets
	}
	return nil
}

// texts are words as plain text.
func texts[T ~string](words []T) []string {
	var out []string
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}

// listed joins words in English: a, b and c.
func listed[T ~string](words []T, and string) string {
	all := texts(words)
	if n := len(all); n > 1 {
		return strings.Join(all[:n-1], ", ") + " " + and + " " + all[n-1]
	}
	return strings.Join(all, "")
}
