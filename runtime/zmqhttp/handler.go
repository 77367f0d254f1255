//go:build cgo

// Package zmqhttp serves a page, and JSON, of the pumps of a program: their sockets, devices, endpoints, queues, peers and drops.
//
// It is no part of package runtime because net/http would make every program that has a pump larger by two thirds.
package zmqhttp

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

// This file answers requests; what the page shows is in page.go.

//go:embed page.html
var page string

// head and tail are what stands around the main part of the page.
var head, tail, _ = strings.Cut(page, "<!--main-->")

// policy lets the page do no more than what it does: its own style and script, which it knows by their hashes, and fetching from
// where it came. Whatever else stood in it would not run.
var policy = fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	hashOf("style"), hashOf("script"))

// hashOf is the hash of what an element of the page holds, as a policy has it.
func hashOf(element string) string {
	_, text, _ := strings.Cut(page, "<"+element+">")
	text, _, _ = strings.Cut(text, "</"+element+">")
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// State is the JSON that Handler serves.
type State struct {
	Time  time.Time
	Pumps []zmqrt.PumpInfo
}

// Handler serves the state of pumps: a page that refreshes itself, with JavaScript or without, and a State as JSON where the path
// ends in stats.json or the query has format=json. It may be mounted anywhere. It changes nothing, has nothing secret but the names,
// endpoints and addresses of the program's sockets, and authenticates nobody: serve it on 127.0.0.1, or where only those come who
// may know them.
//
// An answer is made whole before its first byte is sent. Of a server without WriteTimeout, who has not read it after 30 s is cut off.
func Handler(pumps ...*zmqrt.Pump) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD are accepted", http.StatusMethodNotAllowed)
			return
		}
		state := State{Time: time.Now(), Pumps: make([]zmqrt.PumpInfo, 0, len(pumps))}
		for _, p := range pumps {
			state.Pumps = append(state.Pumps, p.Inspect())
		}
		// All of it is made before the first byte goes, so that nothing waits for whoever reads slowly.
		var out bytes.Buffer
		switch format := r.URL.Query().Get("format"); {
		case format == "json" || strings.HasSuffix(r.URL.Path, "/stats.json"):
			h.Set("Content-Type", "application/json")
			encoder := json.NewEncoder(&out)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(state); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		case format == "part":
			pageHeaders(h)
			writeMain(&out, &state)
		default:
			pageHeaders(h)
			out.WriteString(head)
			writeMain(&out, &state)
			out.WriteString(tail)
		}
		answer(w, r, out.Bytes())
	})
}

// answerTime is how long whoever asks may take to read the answer, unless the server has a limit of its own.
const answerTime = 30 * time.Second

// answer sends what was made. Who reads too slowly, or not at all, is cut off, so that no goroutine waits for him for ever.
func answer(w http.ResponseWriter, r *http.Request, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	server, known := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !known || server.WriteTimeout > 0 {
		w.Write(body) //nolint:errcheck // who asked has gone
		return
	}
	control := http.NewResponseController(w)
	control.SetWriteDeadline(time.Now().Add(answerTime)) //nolint:errcheck // a writer that cannot has no connection either
	if _, err := w.Write(body); err != nil && r.Method != http.MethodHead { // which has an answer without a body
		return
	}
	if control.Flush() == nil { // the connection may go on to handlers that take longer
		control.SetWriteDeadline(time.Time{}) //nolint:errcheck // likewise
	}
}

func pageHeaders(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
}
