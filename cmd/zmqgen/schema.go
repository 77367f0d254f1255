package main

// This file prints the JSON Schemas of what zmqgen reads and writes.

import (
	"slices"

	"github.com/zmqgen/zmqgen/schema"
	"github.com/zmqgen/zmqgen/schema/report"
)

var schemaCommand = command{
	name:    "schema",
	args:    "[topology|diagnostics]",
	summary: "print the JSON Schema of topology.yaml, or of findings",
	about: `Prints the JSON Schema of a topology, in draft-07: for editors, and for tools that write topologies. It is
made from the table by which zmqgen reads topologies, so that the two know the same keys and words; what a
schema cannot say, such as that a pattern is declared, lint finds.

An editor with yaml-language-server, which is in the YAML extensions of most, completes and checks a
topology that starts with the line

  # yaml-language-server: $schema=` + schema.JSONSchemaURL + `

or with the path of a file that holds what this command prints.

With diagnostics, prints the JSON Schema of what lint and others print with --format json.`,
	examples: "zmqgen schema >topology.schema.json\nzmqgen schema diagnostics",
	maxArgs:  1,
	run:      runSchema,
}

// publishedSchema is a JSON Schema that the command prints.
type publishedSchema struct {
	name string
	text func() []byte
}

// publishedSchemas returns the table of them, of which the first is printed if none is named.
func publishedSchemas() []publishedSchema {
	return []publishedSchema{{"topology", schema.JSONSchema}, {"diagnostics", func() []byte { return report.JSONSchema }}}
}

func runSchema(c *console, opts options) error {
	all := publishedSchemas()
	wanted := all[0]
	if len(opts.args) > 0 {
		i := slices.IndexFunc(all, func(s publishedSchema) bool { return s.name == opts.args[0] })
		if i < 0 {
			var names []string
			for _, s := range all {
				names = append(names, s.name)
			}
			return usagef("schema: unknown schema %q; %s", opts.args[0], instead(opts.args[0], names))
		}
		wanted = all[i]
	}
	_, _ = c.stdout.Write(wanted.text()) // consoles keep their first error
	return nil
}
