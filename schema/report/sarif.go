package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// This file writes findings as SARIF 2.1.0, the form that code scanning services and editors exchange them in.

const (
	sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"
	toolURI     = "https://github.com/zmqgen/zmqgen"
	rulesURI    = toolURI + "/blob/main/docs/rules.md#"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID                   string     `json:"id"`
	ShortDescription     sarifText  `json:"shortDescription"`
	HelpURI              string     `json:"helpUri"`
	DefaultConfiguration sarifLevel `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifResult struct {
	RuleID              string            `json:"ruleId"`
	RuleIndex           *int              `json:"ruleIndex,omitempty"`
	Level               string            `json:"level"`
	Message             sarifText         `json:"message"`
	Locations           []sarifLocation   `json:"locations"`
	RelatedLocations    []sarifLocation   `json:"relatedLocations,omitempty"`
	Fixes               []sarifFix        `json:"fixes,omitempty"`
	PartialFingerprints map[string]string `json:"partialFingerprints"`
	Properties          *sarifProperties  `json:"properties,omitempty"`
}

// sarifProperties is what SARIF itself has no place for.
type sarifProperties struct {
	Help    string `json:"help,omitempty"`
	Notes   []note `json:"notes,omitempty"`
	Details any    `json:"details,omitempty"`
}

type sarifLocation struct {
	ID               int            `json:"id,omitempty"`
	PhysicalLocation sarifPhysical  `json:"physicalLocation"`
	LogicalLocations []sarifLogical `json:"logicalLocations,omitempty"`
	Message          *sarifText     `json:"message,omitempty"`
}

type sarifPhysical struct {
	ArtifactLocation sarifArtifact `json:"artifactLocation"`
	Region           *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
}

type sarifFix struct {
	Description     sarifText     `json:"description"`
	ArtifactChanges []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	ArtifactLocation sarifArtifact      `json:"artifactLocation"`
	Replacements     []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	DeletedRegion   sarifRegion `json:"deletedRegion"`
	InsertedContent sarifText   `json:"insertedContent"`
}

// sarifLevels are SARIF's names of severities.
var sarifLevels = map[schema.Severity]string{schema.Error: "error", schema.Warning: "warning", schema.Info: "note", schema.Off: "none"}

// SARIF writes the findings as a SARIF log of one run, even if there are none. rules are those that there are.
func SARIF(w io.Writer, ds schema.Diagnostics, rules []schema.Rule) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	driver := sarifDriver{Name: "zmqgen", InformationURI: toolURI, Rules: []sarifRule{}}
	index := map[string]int{}
	for i, r := range rules {
		index[r.ID] = i
		driver.Rules = append(driver.Rules, sarifRule{r.ID, sarifText{r.Summary}, rulesURI + r.ID, sarifLevel{sarifLevels[r.Severity]}})
	}
	run.Tool.Driver = driver
	same := map[string]int{}
	for i := range ds {
		result := resultOf(&ds[i])
		if n, known := index[ds[i].Rule]; known {
			result.RuleIndex = &n
		}
		// Several findings may have one rule and path: the first stays the first while others come and go behind it.
		key := ds[i].Rule + "\x00" + ds[i].File + "\x00" + ds[i].Path
		same[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, same[key]))
		result.PartialFingerprints = map[string]string{"rulePath/v1": hex.EncodeToString(sum[:16])}
		run.Results = append(run.Results, result)
	}
	return encode(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func resultOf(d *schema.Diagnostic) sarifResult {
	r := sarifResult{
		RuleID: d.Rule, Level: sarifLevels[d.Severity], Message: sarifText{strings.Join(lines(d), "\n")},
		Locations: []sarifLocation{{PhysicalLocation: physical(d.File, d.Span)}},
	}
	if d.Path != "" {
		r.Locations[0].LogicalLocations = []sarifLogical{{d.Path}}
	}
	for i, other := range d.Related {
		r.RelatedLocations = append(r.RelatedLocations, sarifLocation{
			ID: i + 1, PhysicalLocation: physical(fileOf(d, other), other.Span), Message: &sarifText{visible(other.Message)},
		})
	}
	if d.Fix != nil {
		change := sarifChange{ArtifactLocation: sarifArtifact{uri(d.File)}, Replacements: []sarifReplacement{}}
		for _, e := range d.Fix.Edits {
			region := sarifRegion{e.Start.Line, e.Start.Col, e.End.Line, e.End.Col}
			change.Replacements = append(change.Replacements, sarifReplacement{region, sarifText{e.Text}})
		}
		r.Fixes = []sarifFix{{sarifText{d.Fix.Message}, []sarifChange{change}}}
	}
	if d.Help != "" || len(d.Notes) > 0 || d.Details != nil {
		f := findingOf(d)
		r.Properties = &sarifProperties{f.Help, f.Notes, f.Details}
	}
	return r
}

// physical is a place in a file, or the whole file for what has no line.
func physical(file string, span schema.Span) sarifPhysical {
	p := sarifPhysical{ArtifactLocation: sarifArtifact{uri(file)}}
	if span.Line > 0 {
		p.Region = &sarifRegion{span.Line, span.Col, span.Line, span.EndCol}
	}
	return p
}

// uri returns the name of a file as a reference: relative to where zmqgen ran, or absolute with its scheme.
func uri(file string) string {
	u := url.URL{Path: file}
	switch {
	case strings.HasPrefix(file, "/"):
		u.Scheme = "file"
	case len(file) > 2 && file[1] == ':' && file[2] == '/': // C:/market/topology.yaml
		u.Scheme, u.Path = "file", "/"+file
	}
	return u.String()
}
