// Package templates holds what is written that is not Go, as text with places for what a topology says.
package templates

import "embed"

// files are the templates, the style and the script of documentation, and the topologies that projects start with.
//
//go:embed *.tmpl *.css *.js init
var files embed.FS

// Text returns one of the files by its path in this directory, where it has to be.
func Text(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic("gen/templates: " + err.Error())
	}
	return string(text)
}
