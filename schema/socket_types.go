package schema

import (
	"slices"
	"strings"
)

// This file is the table of socket types: which a kind of pattern has, and which of them meet.

// meeting is two sides that meet: each socket type of one side talks to each of the other.
type meeting [2][]SocketType

// meetings are the socket types of each kind of pattern. What is of one meeting has no part in another.
var meetings = map[PatternKind][]meeting{
	PubSub:       {{{Pub, XPub}, {Sub, XSub}}},
	PushPull:     {{{Push}, {Pull}}},
	ReqRep:       {{{Req, Dealer}, {Rep, Router}}},
	DealerRouter: {{{Dealer}, {Router}}},
	Pair:         {{{PairSocket}, {PairSocket}}, {{Dealer}, {Dealer}}},
}

// kinds are the kinds of pattern.
var kinds = []PatternKind{PubSub, PushPull, ReqRep, DealerRouter, Pair}

var socketTypes = []SocketType{Pub, XPub, Sub, XSub, Push, Pull, Req, Rep, Dealer, Router, PairSocket}

// sends and receives report whether a socket of the type does, apart from subscriptions.
func (t SocketType) sends() bool    { return t != Sub && t != XSub && t != Pull }
func (t SocketType) receives() bool { return t != Pub && t != XPub && t != Push }

// one is the type with its article: a pub, an xpub.
func (t SocketType) one() string {
	if strings.HasPrefix(string(t), "x") {
		return "an " + string(t)
	}
	return "a " + string(t)
}

// counterparts returns the socket types that one of type t talks to in patterns of a kind; none if it speaks no such
// pattern.
func counterparts(kind PatternKind, t SocketType) []SocketType {
	for _, m := range meetings[kind] {
		for side, types := range m {
			if slices.Contains(types, t) {
				return m[1-side]
			}
		}
	}
	return nil
}

// showSides are the types of both sides: pub or xpub, and sub or xsub.
func showSides(kind PatternKind) string {
	var all []string
	for _, m := range meetings[kind] {
		and := " and "
		if len(m[0])+len(m[1]) > 2 {
			and = ", and "
		}
		all = append(all, joined(m[0], " or ")+and+joined(m[1], " or "))
	}
	return strings.Join(all, ", or ")
}

// joined are words as one text.
func joined[T ~string](words []T, between string) string {
	return strings.Join(texts(words), between)
}

// texts are words as plain texts.
func texts[T ~string](words []T) []string {
	var out []string
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}
