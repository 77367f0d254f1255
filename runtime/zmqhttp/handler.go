//go:build cgo

// Package zmqhttp serves a page, and JSON, of the pumps of a program: their sockets, endpoints, queues, peers and drops.
//
// It is no part of package runtime because net/http would make every program that has a pump larger by two thirds.
package zmqhttp

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	zmqrt "github.com/zmqgen/zmqgen/runtime"
)

//go:embed page.html
var page []byte

// policy lets the page do no more than what it does: its own style and script, and fetching from where it came.
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// State is the JSON that Handler serves.
type State struct {
	Time  time.Time
	Pumps []zmqrt.PumpInfo
}

// Handler serves the state of pumps: a page that refreshes itself, and a State as JSON where the path ends in stats.json or
// the query has format=json. It may be mounted anywhere. It changes nothing, has nothing secret but the names, endpoints and
// addresses of the program's sockets, and authenticates nobody: serve it where only those come who may know them.
func Handler(pumps ...*zmqrt.Pump) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD are accepted", http.StatusMethodNotAllowed)
			return
		}
		if r.URL.Query().Get("format") != "json" && !strings.HasSuffix(r.URL.Path, "/stats.json") {
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Security-Policy", policy)
			w.Write(page) //nolint:errcheck // who asked has gone
			return
		}
		state := State{Time: time.Now(), Pumps: make([]zmqrt.PumpInfo, 0, len(pumps))}
		for _, p := range pumps {
			state.Pumps = append(state.Pumps, p.Inspect())
		}
		h.Set("Content-Type", "application/json")
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.Encode(state) //nolint:errcheck // who asked has gone
	})
}
