package main

import (
	"context"

	"github.com/zmqgen/zmqgen/bench/soak/flows"
	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file is the table of what the soak plays: pairs of sockets, with what is special of each.

// class says what is to be counted of a kind.
type class int

const (
	spread   class = iota // each message goes to one receiver: PUSH, DEALER, PAIR
	fan                   // each message goes to every subscriber
	newest                // queues keep the newest message alone, and do not tell what they drop
	twoWay                // spread, in both directions
	callings              // requests and replies
)

// kind is one pair of sockets of the topology. Its ends are those of nodes near and far, and of calm_near and calm_far.
type kind struct {
	name      string // of the sockets
	class     class
	near, far [2]opener       // rough and calm
	hub       [2]deviceOpener // the device between them, if there is one; both ends connect to it
	secret    bool            // they speak CURVE or PLAIN, which inproc does not have
	batch     int             // of a sender of slices
	alerts    bool            // the pattern has Notes and Alerts
	fixed     bool            // the far end always binds
	lone      bool            // calls are not correlated: a client without an answer opens its socket anew
	single    bool            // one socket at each end
	xsub      bool            // the subscriber does not filter what it receives
	holdsBack bool            // a PUB conflates, which may hold back the newest message until there is another
	drops     bool            // receivers may drop what they have no room for
}

type deviceOpener func(context.Context, *zmqrt.Pump, ...zmqrt.DeviceOption) (*zmqrt.Device, error)

var kinds = []kind{
	{name: "work", class: spread,
		near: [2]opener{sends(flows.NewNearWork, writeNote), sends(flows.NewCalmNearWork, writeNote)},
		far:  [2]opener{receives(flows.NewFarWork, readNote), receives(flows.NewCalmFarWork, readNote)}},
	{name: "slices", class: spread, batch: 32,
		near: [2]opener{sendsSlices(flows.NewNearSlices, writeNote), sendsSlices(flows.NewCalmNearSlices, writeNote)},
		far:  [2]opener{receivesSlices(flows.NewFarSlices, readNote), receivesSlices(flows.NewCalmFarSlices, readNote)}},
	{name: "mixed", class: spread, alerts: true,
		near: [2]opener{sends(flows.NewNearMixed, writeMixedItem), sends(flows.NewCalmNearMixed, writeMixedItem)},
		far:  [2]opener{receives(flows.NewFarMixed, readMixedItem), receives(flows.NewCalmFarMixed, readMixedItem)}},
	{name: "newest", class: spread, drops: true,
		near: [2]opener{sends(flows.NewNearNewest, writeNote), sends(flows.NewCalmNearNewest, writeNote)},
		far:  [2]opener{receives(flows.NewFarNewest, readNote), receives(flows.NewCalmFarNewest, readNote)}},
	{name: "oldest", class: spread, drops: true,
		near: [2]opener{sends(flows.NewNearOldest, writeNote), sends(flows.NewCalmNearOldest, writeNote)},
		far:  [2]opener{receivesSlices(flows.NewFarOldest, readNote), receivesSlices(flows.NewCalmFarOldest, readNote)}},
	{name: "level", class: newest, single: true,
		near: [2]opener{sends(flows.NewNearLevel, writeNote), sends(flows.NewCalmNearLevel, writeNote)},
		far:  [2]opener{receives(flows.NewFarLevel, readNote), receives(flows.NewCalmFarLevel, readNote)}},
	{name: "pub_sub", class: fan,
		near: [2]opener{sends(flows.NewNearPubSub, writeNote), sends(flows.NewCalmNearPubSub, writeNote)},
		far:  [2]opener{receives(flows.NewFarPubSub, readNote), receives(flows.NewCalmFarPubSub, readNote)}},
	{name: "pub_xsub", class: fan, xsub: true,
		near: [2]opener{sends(flows.NewNearPubXsub, writeNote), sends(flows.NewCalmNearPubXsub, writeNote)},
		far:  [2]opener{subscribes(flows.NewFarPubXsub), subscribes(flows.NewCalmFarPubXsub)}},
	{name: "xpub_sub", class: fan, drops: true,
		near: [2]opener{publishes(flows.NewNearXpubSub), publishes(flows.NewCalmNearXpubSub)},
		far:  [2]opener{receives(flows.NewFarXpubSub, readNote), receives(flows.NewCalmFarXpubSub, readNote)}},
	{name: "xpub_xsub", class: fan, xsub: true,
		near: [2]opener{publishes(flows.NewNearXpubXsub), publishes(flows.NewCalmNearXpubXsub)},
		far:  [2]opener{subscribes(flows.NewFarXpubXsub), subscribes(flows.NewCalmFarXpubXsub)}},
	{name: "tape", class: fan, alerts: true, batch: 16,
		near: [2]opener{sendsSlices(flows.NewNearTape, writeTapeItem), sendsSlices(flows.NewCalmNearTape, writeTapeItem)},
		far:  [2]opener{receivesSlices(flows.NewFarTape, readTapeItem), receivesSlices(flows.NewCalmFarTape, readTapeItem)}},
	{name: "latest", class: fan, drops: true,
		near: [2]opener{sends(flows.NewNearLatest, writeNote), sends(flows.NewCalmNearLatest, writeNote)},
		far:  [2]opener{receives(flows.NewFarLatest, readNote), receives(flows.NewCalmFarLatest, readNote)}},
	{name: "state", class: newest, single: true, holdsBack: true,
		near: [2]opener{sends(flows.NewNearState, writeNote), sends(flows.NewCalmNearState, writeNote)},
		far:  [2]opener{receives(flows.NewFarState, readNote), receives(flows.NewCalmFarState, readNote)}},
	{name: "chat", class: twoWay, alerts: true, fixed: true,
		near: [2]opener{exchanges(flows.NewNearChat, writeChat, readNote), exchanges(flows.NewCalmNearChat, writeChat, readNote)},
		far:  [2]opener{exchanges(flows.NewFarChat, writeRouted, readRouted), exchanges(flows.NewCalmFarChat, writeRouted, readRouted)}},
	{name: "pair", class: twoWay, alerts: true, fixed: true, single: true,
		near: [2]opener{exchanges(flows.NewNearPair, writeLink, readNote), exchanges(flows.NewCalmNearPair, writeLink, readNote)},
		far:  [2]opener{exchanges(flows.NewFarPair, writeNote, readLink), exchanges(flows.NewCalmFarPair, writeNote, readLink)}},
	{name: "dealers", class: twoWay, alerts: true, fixed: true,
		near: [2]opener{exchanges(flows.NewNearDealers, writeLink, readNote), exchanges(flows.NewCalmNearDealers, writeLink, readNote)},
		far:  [2]opener{exchanges(flows.NewFarDealers, writeNote, readLink), exchanges(flows.NewCalmFarDealers, writeNote, readLink)}},
	{name: "dealer_router", class: callings,
		near: [2]opener{calls(flows.NewNearDealerRouter), calls(flows.NewCalmNearDealerRouter)},
		far:  [2]opener{serves(flows.NewFarDealerRouter), serves(flows.NewCalmFarDealerRouter)}},
	{name: "dealer_rep", class: callings,
		near: [2]opener{calls(flows.NewNearDealerRep), calls(flows.NewCalmNearDealerRep)},
		far:  [2]opener{serves(flows.NewFarDealerRep), serves(flows.NewCalmFarDealerRep)}},
	{name: "req_router", class: callings,
		near: [2]opener{calls(flows.NewNearReqRouter), calls(flows.NewCalmNearReqRouter)},
		far:  [2]opener{serves(flows.NewFarReqRouter), serves(flows.NewCalmFarReqRouter)}},
	{name: "req_rep", class: callings,
		near: [2]opener{calls(flows.NewNearReqRep), calls(flows.NewCalmNearReqRep)},
		far:  [2]opener{serves(flows.NewFarReqRep), serves(flows.NewCalmFarReqRep)}},
	{name: "lone_req", class: callings, fixed: true, lone: true,
		near: [2]opener{calls(flows.NewNearLoneReq), calls(flows.NewCalmNearLoneReq)},
		far:  [2]opener{servesLone(flows.NewFarLoneReq), servesLone(flows.NewCalmFarLoneReq)}},
	{name: "lone_dealer", class: callings, fixed: true, lone: true,
		near: [2]opener{calls(flows.NewNearLoneDealer), calls(flows.NewCalmNearLoneDealer)},
		far:  [2]opener{servesLone(flows.NewFarLoneDealer), servesLone(flows.NewCalmFarLoneDealer)}},
	{name: "words", class: spread, secret: true,
		near: [2]opener{sends(flows.NewNearWords, writeNote), sends(flows.NewCalmNearWords, writeNote)},
		far:  [2]opener{receives(flows.NewFarWords, readNote), receives(flows.NewCalmFarWords, readNote)}},
	{name: "secret", class: spread, secret: true,
		near: [2]opener{sends(flows.NewNearSecret, writeNote), sends(flows.NewCalmNearSecret, writeNote)},
		far:  [2]opener{receives(flows.NewFarSecret, readNote), receives(flows.NewCalmFarSecret, readNote)}},
	{name: "secret_calls", class: callings, secret: true,
		near: [2]opener{calls(flows.NewNearSecretCalls), calls(flows.NewCalmNearSecretCalls)},
		far:  [2]opener{serves(flows.NewFarSecretCalls), serves(flows.NewCalmFarSecretCalls)}},
	{name: "queue", class: callings, hub: [2]deviceOpener{flows.NewQueue, flows.NewCalmQueue},
		near: [2]opener{calls(flows.NewNearQueue), calls(flows.NewCalmNearQueue)},
		far:  [2]opener{serves(flows.NewFarQueue), serves(flows.NewCalmFarQueue)}},
	{name: "forwarder", class: fan, single: true, hub: [2]deviceOpener{flows.NewForwarder, flows.NewCalmForwarder},
		near: [2]opener{sends(flows.NewNearForwarder, writeNote), sends(flows.NewCalmNearForwarder, writeNote)},
		far:  [2]opener{receives(flows.NewFarForwarder, readNote), receives(flows.NewCalmFarForwarder, readNote)}},
	{name: "streamer", class: spread, hub: [2]deviceOpener{flows.NewStreamer, flows.NewCalmStreamer},
		near: [2]opener{sends(flows.NewNearStreamer, writeNote), sends(flows.NewCalmNearStreamer, writeNote)},
		far:  [2]opener{receives(flows.NewFarStreamer, readNote), receives(flows.NewCalmFarStreamer, readNote)}},
}

// hasHub says whether there is a device between the ends.
func (k *kind) hasHub() bool { return k.hub[0] != nil }

// kindNamed finds a kind by its name.
func kindNamed(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	return nil
}
