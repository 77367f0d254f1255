package schema

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"
)

// badCase is a topology with mistakes. In its text, « and » stand around the place of each finding;
// rules are those of the findings, in the order of their places.
type badCase struct {
	name  string
	text  string
	rules []string
}

// header starts every case whose text does not start with a bar.
const header = "version: 1\nname: m\n"

// source returns the text of the case without its marks, and the places that they mark.
func (c badCase) source() (string, []Span) {
	text, whole := strings.CutPrefix(c.text, "|")
	if !whole {
		text = header + text
	}
	var spans []Span
	var open []int // spans that have no end yet
	out := strings.Builder{}
	line, col := 1, 1
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch r {
		case '«':
			open = append(open, len(spans))
			spans = append(spans, Span{line, col, 0})
		case '»':
			spans[open[len(open)-1]].EndCol = col
			open = open[:len(open)-1]
		case '\n':
			line, col = line+1, 1
			out.WriteByte('\n')
		default:
			out.WriteString(text[i : i+size]) // as it is: it may be no UTF-8
			col++
		}
		i += size
	}
	return out.String(), spans
}

func checkBadCases(t *testing.T, cases []badCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text, spans := c.source()
			topology, ds := Parse("topology.yaml", []byte(text))
			var want, got []string
			for i, rule := range c.rules {
				if i < len(spans) {
					want = append(want, fmt.Sprintf("%v %s", spans[i], rule))
				}
			}
			for _, d := range ds {
				got = append(got, fmt.Sprintf("%v %s", d.Span, d.Rule))
			}
			if len(spans) != len(c.rules) || strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant (%d marks)\n%s\nin\n%s\n%s", strings.Join(got, "\n"), len(spans), strings.Join(want, "\n"), text, textOf(ds))
			}
			if (topology == nil) != ds.HasErrors() {
				t.Errorf("topology is nil: %v, errors: %v", topology == nil, ds.HasErrors())
			}
		})
	}
}

func allBadCases() []badCase {
	var all []badCase
	for _, cases := range [][]badCase{
		sourceCases, keyCases, typeCases, limitCases, patternCases, callCases, flowCases, nodeCases, socketKeyCases, endpointCases, frameCases,
		deviceCases, securityCases, optionCases, defaultCases,
	} {
		all = append(all, cases...)
	}
	return all
}

func TestEveryRuleHasACase(t *testing.T) {
	shown := map[string]bool{
		fileTooLarge.ID:  true, // TestParseRefusesMoreThanOneMiB
		moreFindings.ID:  true, // TestParseStopsTellingAfterFifty
		nameCollision.ID: true, // package gen finds those
	}
	for _, c := range importCases {
		for _, line := range strings.Split(c.want, "\n") {
			shown[line[strings.LastIndexByte(line, ' ')+1:]] = true
		}
	}
	for _, c := range allBadCases() {
		for _, rule := range c.rules {
			shown[rule] = true
		}
	}
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("rule %s is defined twice", r.ID)
		}
		seen[r.ID] = true
		if !shown[r.ID] {
			t.Errorf("no case shows rule %s", r.ID)
		}
	}
}

func TestParseAcceptsTheExample(t *testing.T) {
	top := parseExample(t)
	if got := len(top.Messages); got != 8 {
		t.Errorf("%d messages", got)
	}
	desk := top.Nodes[1]
	if !desk.Replicated || desk.Doc == "" {
		t.Errorf("desk is %+v", desk)
	}
	quotes := desk.Sockets[0]
	if quotes.Connect[0].Ref != top.Nodes[0].Sockets[0] || quotes.Overflow != Latest || quotes.Buffer != 1024 || quotes.Subscribe[0].Value != "quote.EUR" {
		t.Errorf("desk.quotes is %+v", quotes)
	}
	if tape := desk.Sockets[1]; tape.Buffer != -1 || len(tape.Subscribe) != 1 || tape.Subscribe[0].Value != "" {
		t.Errorf("desk.tape is %+v", tape)
	}
	orders := desk.Sockets[3].Options
	if *orders.SendHWM != 10000 || orders.Linger.String() != "2s" || orders.RecvHWM != nil || orders.MaxMessageSize != nil {
		t.Errorf("options of desk.orders are %+v", orders)
	}
	lookup := top.Patterns[3].Methods[0]
	if lookup.Request.Name.Value != "LookupRequest" || lookup.Errors[0].Name.Value != "NotFound" || lookup.Timeout.String() != "2s" {
		t.Errorf("Lookup is %+v", lookup)
	}
	if e := top.Enums[0]; e.Values[0].Name.Value != "UNSPECIFIED" || e.Values[2].Number != 2 {
		t.Errorf("Side is %+v", e.Values)
	}
	order := top.Messages[3]
	if limit := order.Fields[4].Type; limit.Scalar != Float64 || !limit.Optional {
		t.Errorf("limit is %+v", limit)
	}
	if legs := order.Fields[6].Type; legs.Elem == nil || legs.Elem.Message != top.Messages[4] {
		t.Errorf("legs is %+v", legs)
	}
	topic := top.Patterns[1].Messages[0].Topic
	if len(topic.Segments) != 5 || topic.Segments[1].Field.Name.Value != "venue" || topic.Segments[4].Literal != "." {
		t.Errorf("topic is %+v", topic)
	}
}

// textOf writes findings for the output of a test.
func textOf(ds Diagnostics) string {
	out := strings.Builder{}
	for _, d := range ds {
		fmt.Fprintf(&out, "%s:%d:%d: %s: %s [%s]\n", d.File, d.Span.Line, d.Span.Col, d.Severity, d.Message, d.Rule)
		if d.Help != "" {
			fmt.Fprintf(&out, "      help: %s\n", d.Help)
		}
		for _, r := range d.Related {
			fmt.Fprintf(&out, "      %s at %s:%d:%d\n", r.Message, r.File, r.Span.Line, r.Span.Col)
		}
	}
	return out.String()
}

func parseExample(t *testing.T) *Topology {
	t.Helper()
	src, err := os.ReadFile("../examples/topology.yaml")
	if err != nil {
		t.Fatal(err)
	}
	top, ds := Parse("topology.yaml", src)
	if len(ds) > 0 {
		t.Fatalf("findings:\n%s", textOf(ds))
	}
	return top
}

// mustParse parses a topology without findings; header goes before it.
func mustParse(t *testing.T, text string) *Topology {
	t.Helper()
	top, ds := Parse("topology.yaml", []byte(header+text))
	if len(ds) > 0 {
		t.Fatalf("findings:\n%s", textOf(ds))
	}
	return top
}

func TestErrorfShowsTheLine(t *testing.T) {
	top := parseExample(t)
	d := top.Errorf(top.Messages[0].Name.Span, nameCollision.ID, "both are %s", "Quote")
	if d.File != "topology.yaml" || d.Source != "  Quote:" || d.Severity != Error || d.Message != "both are Quote" {
		t.Errorf("%+v", d)
	}
	if d := top.Errorf(Span{}, replicaBind.ID, "x"); d.Severity != Warning || d.Source != "" {
		t.Errorf("%+v", d)
	}
}
