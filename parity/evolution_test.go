package parity

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zmqgen/zmqgen/gen"
	"github.com/zmqgen/zmqgen/parity/peer"
	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/breaking"
	"github.com/zmqgen/zmqgen/schema/report"
)

var (
	pairsOfRule = flag.Int("parity.pairs", 1, "go on until so many random pairs of versions were seen of each rule that speaks of messages")
	ofPair      = flag.Int("parity.values-of-pair", 6, "so many messages in each direction")
)

// A program has so many families, and a family so many versions: the first, and others that are made of it. Of two
// versions either may be the older one.
const (
	families = 24
	versions = 8
	batch    = families * versions * (versions - 1)
)

// TestWhatBreakingSaysOfMessagesIsTrue makes pairs of versions of a pattern by random edits, and sends messages between
// the generated codecs of both. Where breaking says that a peer reads them, it does, and loses nothing that breaking
// does not name; and each kind of trouble that it tells of happens in some pair.
func TestWhatBreakingSaysOfMessagesIsTrue(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	t.Logf("-parity.seed=%d", *seed)
	p := &proof{t: t, r: rand.New(rand.NewPCG(*seed, 1)), edits: map[string]int{}, rules: map[string]*evidence{}}
	for most := 4 * batch * (1 + *pairsOfRule/20); len(p.wanting()) > 0 && !t.Failed(); {
		if p.count >= most {
			t.Errorf("too few of %d pairs are of these rules: %s", p.count, strings.Join(p.wanting(), ", "))
			break
		}
		p.run()
	}
	p.report()
}

// proof is what was seen so far.
type proof struct {
	t     *testing.T
	r     *rand.Rand
	count int
	sent  int
	edits map[string]int // how many versions were made by each
	rules map[string]*evidence
}

// evidence is what was seen of a rule.
type evidence struct {
	pairs   int
	trouble map[string][2]int // by what is claimed, in pairs with no other rule: how often it was, and how often it came true
}

// aboutMessages are the rules of changes that can show in what a codec reads.
var aboutMessages = []string{
	"message-added", "message-removed", "message-renamed", "unknown-changed", "field-added", "field-removed", "field-removed-unreserved",
	"field-renamed", "field-number-changed", "number-reused", "reserved-removed", "field-type-changed", "field-type-one-way",
	"field-type-alike", "field-optional-changed", "field-oneof-changed", "oneof-renamed", "required-added", "limits-tightened",
	"limits-loosened", "frames-changed", "form-changed", "const-changed", "enum-added", "enum-removed", "enum-renamed", "enum-value-added",
	"enum-value-removed", "enum-value-removed-unreserved", "enum-value-renamed", "enum-value-number-changed", "encoding-changed",
	"framing-changed", "pattern-message-added", "pattern-message-removed", "pattern-message-changed", "wire-name-changed",
	"topic-changed", "topic-frame-changed", "go-name-changed",
}

// wanting are the rules of too few pairs.
func (p *proof) wanting() []string {
	var out []string
	for _, id := range aboutMessages {
		if e := p.rules[id]; e == nil || e.pairs < *pairsOfRule {
			out = append(out, id)
		}
	}
	return out
}

// family is versions of a pattern.
type family struct {
	versions   [versions]*draft
	topologies [versions]*schema.Topology
	edits      [versions][]string // that make it of the first
}

// pair is two versions of a pattern, and what breaking says of them.
type pair struct {
	family   *family
	old, new int
	changes  []breaking.Change
}

// edits are what makes the new version of the old one; what is undone is marked.
func (p pair) edits() []string {
	var all []string
	for _, e := range p.family.edits[p.old] {
		all = append(all, "not: "+e)
	}
	return append(all, p.family.edits[p.new]...)
}

// draw makes a family of valid versions.
func (p *proof) draw(index int) *family {
	f := new(family)
	for f.topologies[0] == nil {
		f.versions[0] = newDraft(p.r, index)
		f.topologies[0] = parseDraft(f.versions[0])
	}
	for i := 1; i < versions; i++ {
		several := 1
		if p.r.IntN(3) == 0 {
			several = 2 + p.r.IntN(3)
		}
		f.versions[i], f.topologies[i] = f.versions[0].clone(), f.topologies[0]
		f.versions[i].Spare += 100 * i // what versions add is not the same
		for len(f.edits[i]) < several {
			e, edited := p.rarer(), f.versions[i].clone()
			if !e.apply(p.r, edited) {
				continue
			}
			if t := parseDraft(edited); t != nil {
				p.edits[e.name]++
				f.versions[i], f.topologies[i] = edited, t
				f.edits[i] = append(f.edits[i], e.name)
			}
		}
	}
	return f
}

// rarer draws two edits, and returns the one that was made less often so far: few drafts have what some of them change.
// Every third one is of those that were made least often of all.
func (p *proof) rarer() edit {
	if p.r.IntN(3) == 0 {
		least := slices.Clone(edits)
		slices.SortStableFunc(least, func(a, b edit) int { return p.edits[a.name] - p.edits[b.name] })
		return pick(p.r, least[:4]...)
	}
	a, b := pick(p.r, edits...), pick(p.r, edits...)
	if p.edits[a.name] < p.edits[b.name] {
		return a
	}
	return b
}

// parseDraft returns the topology of a draft alone, or nil if it is not valid.
func parseDraft(d *draft) *schema.Topology {
	t, _ := schema.Parse("topology.yaml", []byte(draftsText("one", d)))
	return t
}

// run builds a program of families, and sends messages both ways between any two versions of each.
func (p *proof) run() {
	var all []*family
	for i := range families {
		all = append(all, p.draw(i))
	}
	dir := p.t.TempDir()
	var subjects []subject
	for v := range versions {
		var drafts []*draft
		for _, f := range all {
			drafts = append(drafts, f.versions[v])
		}
		subjects = append(subjects, p.subject(dir, fmt.Sprintf("v%d", v), drafts))
	}
	program := startProgram(p.t, dir, subjects, "-gcflags="+programModule+"/...=-N -l")
	for i, f := range all {
		for old := range versions {
			for new := range versions {
				if old != new {
					p.compare(program, pair{family: f, old: old, new: new, changes: breaking.Compare(f.topologies[old], f.topologies[new])}, i, subjects)
				}
			}
		}
	}
}

// compare sends messages both ways between two versions of pattern i.
func (p *proof) compare(program *program, next pair, i int, subjects []subject) {
	p.count++
	for _, rule := range rulesOf(next.changes) {
		if p.rules[rule] == nil {
			p.rules[rule] = &evidence{trouble: map[string][2]int{}}
		}
		p.rules[rule].pairs++
	}
	old, new := subjects[next.old].topology.Patterns[i], subjects[next.new].topology.Patterns[i]
	p.send(program, next, direction{
		"old peers read new messages", claimsOf(next.changes, func(c breaking.Change) breaking.Reading { return c.OldReadsNew }), new, old,
	})
	p.send(program, next, direction{
		"new peers read old messages", claimsOf(next.changes, func(c breaking.Change) breaking.Reading { return c.NewReadsOld }), old, new,
	})
}

func (p *proof) subject(dir, name string, drafts []*draft) subject {
	text := draftsText(name, drafts...)
	topology, ds := schema.Parse(name+".yaml", []byte(text))
	var files []gen.File
	if !ds.HasErrors() {
		var found schema.Diagnostics
		files, found = gen.Generate(topology)
		ds = append(ds, found...)
	}
	if ds.HasErrors() {
		var b strings.Builder
		report.Text(&b, ds, report.Options{})
		p.t.Fatalf("%s\n%s", b.String(), text)
	}
	for _, f := range files {
		write(p.t, filepath.Join(dir, name, f.Name), f.Content)
	}
	return subject{topology: topology}
}

// direction is one of the two ways that messages go between the versions.
type direction struct {
	name     string
	claims   claims
	from, to *schema.Pattern
}

// claims is what breaking says of a direction.
type claims struct {
	ignores  bool            // the reader drops what it does not know
	defaults bool            // what is not written is zero or absent
	trouble  map[string]bool // some messages are refused, misread or lost
}

func claimsOf(changes []breaking.Change, reading func(breaking.Change) breaking.Reading) claims {
	c := claims{trouble: map[string]bool{}}
	for _, change := range changes {
		switch outcome := reading(change).Outcome; outcome {
		case breaking.Ignores:
			c.ignores = true
		case breaking.Default:
			c.ignores, c.defaults = true, true // a field of another number is both
		case breaking.Refuses, breaking.Misreads, breaking.Lost:
			c.trouble[string(outcome)] = true
		}
	}
	return c
}

// send sends random messages in one direction, and holds what comes to what was claimed.
func (p *proof) send(program *program, next pair, d direction) {
	k := treeMaker{p.r}
	troubled := false
	for range *ofPair {
		carried := pick(p.r, carriedBy(d.from)...)
		tree := k.message(carried)
		given, err := json.Marshal([]any{goNameOf(carried), tree})
		if err != nil {
			p.t.Fatal(err)
		}
		frames, err := program.askFor(peer.AskSend, d.from.Topology.Name.Value, d.from.Name.Value, given)
		if err != nil {
			continue // beyond the limits of the sender
		}
		p.sent++
		trouble := p.receive(program, d, carried, tree, frames[0])
		troubled = troubled || trouble != ""
		if trouble != "" && len(d.claims.trouble) == 0 {
			p.t.Errorf("seed %d: %s: %s\nedits: %s\nmessage: %s\nchanges:\n%s\nold:\n%s\nnew:\n%s", *seed, d.name, trouble,
				strings.Join(next.edits(), "; "), given, showChanges(next.changes),
				draftsText("one", next.family.versions[next.old]), draftsText("one", next.family.versions[next.new]))
			return
		}
	}
	if rules := rulesOf(next.changes); len(rules) == 1 {
		for claim := range d.claims.trouble {
			e := p.rules[rules[0]]
			n := e.trouble[d.name+": "+claim]
			n[0]++
			if troubled {
				n[1]++
			}
			e.trouble[d.name+": "+claim] = n
		}
	}
}

func rulesOf(changes []breaking.Change) []string {
	rules := map[string]bool{}
	for _, c := range changes {
		rules[c.Rule] = true
	}
	return slices.Sorted(maps.Keys(rules))
}

// receive has the reader read frames, and says what is wrong with what it makes of them; "" if nothing.
func (p *proof) receive(program *program, d direction, carried *schema.Message, tree any, frames []byte) string {
	question := peer.AskReceive
	if d.to.Kind == schema.ReqRep {
		question = peer.AskReceiveValid
	}
	answer, err := program.askFor(question, d.to.Topology.Name.Value, d.to.Name.Value, frames)
	if err != nil {
		return "refused: " + err.Error()
	}
	var got []any
	if err := json.Unmarshal(answer[0], &got); err != nil {
		p.t.Fatal(err)
	}
	var reader *schema.Message
	for _, m := range carriedBy(d.to) {
		if goNameOf(m) == got[0] {
			reader = m
		}
	}
	written := see(carried, tree, d.from.Encoding)
	read := see(reader, got[1], d.to.Encoding)
	return lost(written, read, carried, reader, d.to.Encoding, d.claims)
}

// carriedBy are the messages that a pattern carries from its sender, or its client.
func carriedBy(p *schema.Pattern) []*schema.Message {
	if p.Kind == schema.ReqRep {
		return []*schema.Message{p.Methods[0].Request}
	}
	var all []*schema.Message
	for _, m := range p.Messages {
		all = append(all, m.Message)
	}
	return all
}

func showChanges(changes []breaking.Change) string {
	var b strings.Builder
	for _, c := range changes {
		fmt.Fprintf(&b, "  %s %s: %s (old reads new: %s; new reads old: %s)\n", c.Severity, c.Rule, c.Message, c.OldReadsNew.Outcome, c.NewReadsOld.Outcome)
	}
	return b.String()
}

// report prints the counts, and fails for trouble that was claimed often and never seen.
func (p *proof) report() {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p.edits)) {
		fmt.Fprintf(&b, "%7d versions by edit  %s\n", p.edits[name], name)
	}
	for _, id := range slices.Sorted(maps.Keys(p.rules)) {
		fmt.Fprintf(&b, "%7d pairs of rule  %s\n", p.rules[id].pairs, id)
		for _, claim := range slices.Sorted(maps.Keys(p.rules[id].trouble)) {
			n := p.rules[id].trouble[claim]
			fmt.Fprintf(&b, "%15s %s: claimed of %d pairs with this rule alone, seen in %d\n", "", claim, n[0], n[1])
			if n[0] >= 30 && n[1] == 0 && id != "enum-value-number-changed" { // to a codec, a number of an enum is a number
				p.t.Errorf("%s: %s is claimed of %d pairs and happens in none", id, claim, n[0])
			}
		}
	}
	p.t.Logf("%d pairs, %d messages\n%s", p.count, p.sent, b.String())
}
