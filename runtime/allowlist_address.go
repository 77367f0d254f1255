//go:build cgo

package runtime

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// This file is the list of a NULL server: addresses and networks and, for ipc, users of the host.

// addressList is who may connect without any proof, by where it connects from.
type addressList struct {
	networks []netip.Prefix
	uids     []int
	gids     []int
}

func (l *addressList) add(line string) error {
	word, rest := cutWord(line)
	if rest != "" && rest[0] != '#' {
		return errors.New("want one address, network, uid:NUMBER or gid:NUMBER a line")
	}
	for prefix, to := range map[string]*[]int{"uid:": &l.uids, "gid:": &l.gids} {
		if number, ok := strings.CutPrefix(word, prefix); ok {
			id, err := strconv.ParseUint(number, 10, 31)
			if err != nil {
				return fmt.Errorf("want a number behind %s", prefix)
			}
			*to = append(*to, int(id))
			return nil
		}
	}
	network, err := netip.ParsePrefix(word)
	if err != nil {
		address, err := netip.ParseAddr(word)
		if err != nil {
			return errors.New("want an address such as 10.0.0.7, a network such as 10.0.0.0/8 or fd00::/8, or uid:NUMBER or gid:NUMBER") // and no word of what may be another file's secret
		}
		address = address.Unmap().WithZone("")
		network = netip.PrefixFrom(address, address.BitLen())
	} else if network != network.Masked() {
		return fmt.Errorf("%v has bits behind the network: want %v", network, network.Masked())
	}
	l.networks = append(l.networks, network)
	return nil
}

func (l *addressList) check() error {
	if len(l.networks)+len(l.uids)+len(l.gids) == 0 {
		return errEmptyList
	}
	return nil
}

func (l *addressList) decide(_ *zap, q *question, decide func(verdict)) {
	if l.has(q.peer.Address) {
		decide(admitted(""))
	} else {
		decide(refusal(RefusedUnlisted))
	}
}

// has reports whether the list has an address as libzmq tells it: that of a host, or what ends in :uid:gid:pid.
func (l *addressList) has(address string) bool {
	if ip, err := netip.ParseAddr(address); err == nil {
		ip = ip.Unmap().WithZone("")
		for _, network := range l.networks {
			if network.Contains(ip) {
				return true
			}
		}
		return false
	}
	uid, gid, ok := peerIDs(address)
	if !ok {
		return false
	}
	for _, id := range l.uids {
		if id == uid {
			return true
		}
	}
	for _, id := range l.gids {
		if id == gid {
			return true
		}
	}
	return false
}

// peerIDs reads the :uid:gid:pid at the end of the address of a peer over ipc.
func peerIDs(address string) (uid, gid int, ok bool) {
	parts := strings.Split(address, ":")
	if len(parts) < 4 {
		return 0, 0, false
	}
	var ids [3]int
	for i, part := range parts[len(parts)-3:] {
		id, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return 0, 0, false
		}
		ids[i] = int(id)
	}
	return ids[0], ids[1], true
}
