//go:build cgo

package zmqhttp

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file writes the main part of the page. All that a program or a peer has named goes through text, which escapes it.

// maxRows bounds the sockets of a pump that are on the page; the JSON has all.
const maxRows = 500

// writer writes HTML.
type writer struct {
	*bytes.Buffer
	now time.Time
}

// text escapes what is to be read.
func text(s string) string { return html.EscapeString(strings.ToValidUTF8(s, "\ufffd")) }

// div writes a line of its own, of a class.
func (w writer) div(class, format string, args ...any) {
	fmt.Fprintf(w, `<div class="%s">%s</div>`, class, text(fmt.Sprintf(format, args...)))
}

// cell writes a cell with what inside writes, under a label where there is no head of a table.
func (w writer) cell(class, label string, inside func()) {
	fmt.Fprintf(w, `<td class="%s" data-l="%s">`, class, label)
	inside()
	w.WriteString("</td>")
}

func (w writer) pill(class, s string) {
	fmt.Fprintf(w, `<span class="pill %s">%s</span>`, class, text(s))
}

// count writes a number that grows, by which the page knows rates.
func (w writer) count(key, label string, n uint64, more string) {
	fmt.Fprintf(w, `<td class="n" data-l="%s"><div data-key="%s" data-n="%d">%s`, label, text(key), n, number(n))
	if n > 0 && more != "" {
		fmt.Fprintf(w, `<div class="dim">%s</div>`, more)
	}
	w.WriteString("</div></td>")
}

func (w writer) heads(heads ...string) {
	w.WriteString("<table><thead><tr>")
	for _, h := range heads {
		name, right := strings.CutPrefix(h, ">")
		class := ""
		if right {
			class = ` class="n"`
		}
		fmt.Fprintf(w, `<th scope="col"%s>%s</th>`, class, name)
	}
	w.WriteString("</tr></thead><tbody>\n")
}

func writeMain(out *bytes.Buffer, state *State) {
	w := writer{out, state.Time}
	fmt.Fprintf(w, `<main data-time="%d">`, state.Time.UnixMilli())
	for i := range state.Pumps {
		w.pump(i, &state.Pumps[i])
	}
	w.WriteString("</main>\n")
}

func (w writer) pump(i int, p *zmqrt.PumpInfo) {
	fmt.Fprintf(w, "<h2>Pump %d</h2>\n", i+1)
	say := fmt.Sprintf("%s open, %s so far", plural(uint64(len(p.Sockets)), "socket"), number(p.Totals.Opened))
	if n := len(p.Devices); n > 0 {
		say += ", " + plural(uint64(n), "device")
	}
	say += "; up for " + age(w.now.Sub(p.Made))
	if p.Totals.Errors > 0 {
		say += "; " + plural(p.Totals.Errors, "error") + " reported"
	}
	if !p.Open {
		say += "; closed"
	}
	w.div("say", "%s", say)
	key := strconv.Itoa(i) + "/"
	if len(p.Devices) > 0 {
		w.heads("device", "sides", ">forwarded", ">returned", ">parked")
		for j := range p.Devices {
			w.device(key, &p.Devices[j])
		}
		w.WriteString("</tbody></table>\n")
	}
	if len(p.Sockets) == 0 {
		return
	}
	sockets := slices.Clone(p.Sockets)
	slices.SortStableFunc(sockets, func(a, b zmqrt.SocketInfo) int { return cmp.Compare(troubleOf(&b), troubleOf(&a)) })
	w.heads("socket", "endpoints", ">in", ">out", ">queues", ">peers", "trouble")
	for j := range sockets[:min(len(sockets), maxRows)] {
		w.socket(key, &sockets[j])
	}
	w.WriteString("</tbody></table>\n")
	if more := len(sockets) - maxRows; more > 0 {
		w.div("say", "and %s that have less to say; the JSON has all", plural(uint64(more), "socket"))
	}
}

// trouble is how much a socket asks for attention.
type trouble int

const (
	calm    trouble = iota
	lossy           // something was dropped or refused since it opened
	waiting         // it waits now
)

func troubleOf(s *zmqrt.SocketInfo) trouble {
	st := &s.Stats
	switch {
	case !st.BlockedSince.IsZero() || !st.StalledSince.IsZero():
		return waiting
	case len(st.Dropped) > 0 || len(st.Refused) > 0 || st.DecodeErrors > 0 || st.HandshakeFailures > 0:
		return lossy
	}
	return calm
}

var rowClasses = map[trouble]string{calm: "", lossy: "is-warn", waiting: "is-bad"}

func (w writer) socket(key string, s *zmqrt.SocketInfo) {
	name := s.Topology + "." + s.Name
	key += name + "/" + strconv.FormatInt(s.Opened.UnixNano(), 36) + "/"
	st := &s.Stats
	fmt.Fprintf(w, `<tr class="%s">`, rowClasses[troubleOf(s)])
	w.cell("name", "", func() {
		w.WriteString(text(name) + "<div>")
		fmt.Fprintf(w, `<span class="type">%s</span>`, text(s.Type))
		if s.Security != nil {
			w.pill("", strings.TrimSpace(s.Security.Mechanism+" "+s.Security.Role))
		}
		if s.Device != "" {
			w.pill("", "of "+s.Device)
		}
		if s.Ending {
			w.pill("warn", "ending")
		}
		w.WriteString("</div>")
	})
	w.cell("ends", "endpoints", func() {
		w.WriteString("<div>")
		for _, e := range s.Bound {
			w.div("", "bound to %s", e)
		}
		for _, e := range s.Connected {
			w.div("", "connects to %s", e)
		}
		w.WriteString("</div>")
	})
	w.count(key+"in", "in", st.MessagesIn, size(st.BytesIn))
	w.count(key+"out", "out", st.MessagesOut, size(st.BytesOut))
	w.cell("n", "queues", func() { w.queues(st) })
	w.cell("n", "peers", func() { w.peers(key, s) })
	w.cell("trouble", "trouble", func() { w.trouble(st) })
	w.WriteString("</tr>\n")
}

func (w writer) queues(st *zmqrt.Stats) {
	w.WriteString("<div>")
	for _, q := range []struct {
		what string
		zmqrt.QueueLength
	}{{"to send", st.SendQueue}, {"received", st.ReceiveQueue}} {
		if q.Cap > 0 || q.Len > 0 {
			fmt.Fprintf(w, `<div><span class="dim">%s</span> %d of %d<meter min="0" max="%d" low="%d" high="%d" optimum="0" value="%d"></meter></div>`,
				q.what, q.Len, q.Cap, max(q.Cap, 1), q.Cap/2, max(q.Cap-1, 1), q.Len)
		}
	}
	if st.Parked > 0 {
		w.div("warn", "%s parked", number(uint64(st.Parked)))
	}
	if st.Calls > 0 {
		w.div("", "%s in flight", plural(uint64(st.Calls), "call"))
	}
	w.WriteString("</div>")
}

func (w writer) peers(key string, s *zmqrt.SocketInfo) {
	switch {
	case !s.Tracked && len(s.Addresses) == 0:
		w.WriteString(`<span class="dim" title="peers are not tracked">–</span>`)
		return
	case len(s.Addresses) == 0:
		w.WriteString(strconv.Itoa(s.Stats.Peers))
		return
	}
	n := s.Stats.Peers
	if !s.Tracked {
		n = len(s.Addresses)
	}
	fmt.Fprintf(w, `<details data-open="%s"><summary>%d</summary>`, text(key), n)
	for _, a := range s.Addresses {
		w.div("", "%s", a)
	}
	w.WriteString("</details>")
}

// trouble is what waits now, and what went wrong since the socket opened.
func (w writer) trouble(st *zmqrt.Stats) {
	w.WriteString("<div>")
	defer w.WriteString("</div>")
	for _, wait := range []struct {
		what  string
		times uint64
		total time.Duration
		since time.Time
	}{{"sending", st.Blocked, st.BlockedTime, st.BlockedSince}, {"receiving", st.Stalled, st.StalledTime, st.StalledSince}} {
		if !wait.since.IsZero() {
			w.WriteString("<div>")
			w.pill("bad", wait.what+" blocked for "+age(w.now.Sub(wait.since)))
			w.WriteString("</div>")
		}
		if wait.times > 1 || wait.times > 0 && wait.since.IsZero() {
			w.div("dim", "%s has waited %s, %s in all", wait.what, plural(wait.times, "time"), age(wait.total))
		}
	}
	for _, cause := range sortedKeys(st.Dropped) {
		w.div("warn", "%s dropped: %s", number(st.Dropped[cause]), cause)
	}
	for _, reason := range sortedKeys(st.Refused) {
		w.div("warn", "%s refused: %s", number(st.Refused[reason]), reason)
	}
	if st.HandshakeFailures > 0 && len(st.Refused) == 0 {
		w.div("warn", "%s failed", plural(st.HandshakeFailures, "handshake"))
	}
	if st.DecodeErrors > 0 {
		w.div("warn", "%s could not be read", plural(st.DecodeErrors, "message"))
	}
	if st.Retries > 0 {
		w.div("dim", "%s sent again", plural(st.Retries, "request"))
	}
	if st.ConnectRetries > 0 && st.Peers == 0 {
		w.div("dim", "nobody there %s", plural(st.ConnectRetries, "time"))
	}
}

func sortedKeys[K ~string](m map[K]uint64) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (w writer) device(key string, d *zmqrt.DeviceInfo) {
	name := d.Topology + "." + d.Name
	key += "device/" + name + "/" + strconv.FormatInt(d.Opened.UnixNano(), 36) + "/"
	class := ""
	if d.Paused || d.Parked > 0 {
		class = "is-warn"
	}
	fmt.Fprintf(w, `<tr class="%s">`, class)
	w.cell("name", "", func() {
		w.WriteString(text(name) + "<div>")
		fmt.Fprintf(w, `<span class="type">%s</span>`, text(d.Kind))
		if d.Paused {
			w.pill("warn", "paused")
		}
		if d.Ending {
			w.pill("warn", "ending")
		}
		w.WriteString("</div>")
	})
	w.cell("ends", "sides", func() { w.WriteString(text(strings.Join(d.Sides, ", "))) })
	w.count(key+"forwarded", "forwarded", d.Forwarded, "")
	w.count(key+"returned", "returned", d.Returned, "")
	w.cell("n", "parked", func() { w.WriteString(strconv.Itoa(d.Parked)) })
	w.WriteString("</tr>\n")
}

// number is a number with its thousands apart.
func number(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

func plural(n uint64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}

// size is a number of bytes to three digits.
func size(n uint64) string {
	if n < 1000 {
		return strconv.FormatUint(n, 10) + " B"
	}
	value, unit := float64(n)/1024, 0
	for value >= 1000 && unit < 5 {
		value, unit = value/1024, unit+1
	}
	digits := 2
	for limit := value; limit >= 10 && digits > 0; limit /= 10 {
		digits--
	}
	return strconv.FormatFloat(value, 'f', digits, 64) + " " + [...]string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}[unit]
}

// age is a duration as people say it.
func age(d time.Duration) string {
	switch d = max(d, 0); {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < 2*time.Minute:
		return strconv.FormatInt(int64(d.Seconds()), 10) + " s"
	case d < 2*time.Hour:
		return strconv.FormatInt(int64(d.Minutes()), 10) + " min"
	case d < 48*time.Hour:
		return strconv.FormatInt(int64(d.Hours()), 10) + " h"
	}
	return strconv.FormatInt(int64(d.Hours()/24), 10) + " days"
}
