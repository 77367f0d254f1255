// Package templates holds what is written that is not Go, as text with places for what a topology says.
package templates

import "embed"

// Files are the templates, and the style and the script of documentation.
//
//go:embed *.tmpl *.css *.js
var Files embed.FS

// Text returns one of the files, which is there.
func Text(name string) string {
	text, err := Files.ReadFile(name)
	if err != nil {
		panic("gen/templates: " + err.Error())
	}
	return string(text)
}
