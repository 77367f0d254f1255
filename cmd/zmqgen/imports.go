package main

// This file turns the paths by which topologies import others into the text of those, and directories into
// the Go packages that are in them.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// imports reads what a topology imports, each file once.
type imports struct {
	files []readFile
}

// readFile is a topology that has been read.
type readFile struct {
	schema.File
	info fs.FileInfo // nil for standard input
	dir  string      // where its code is, unless it says otherwise
}

// parse takes src and all that it imports to the model. dir is where its code is to be.
func (im *imports) parse(src source, dir string) (*schema.Topology, schema.Diagnostics) {
	root := readFile{File: schema.File{Name: src.name, Text: src.text}, info: src.info, dir: dir}
	im.files = append(im.files, root)
	return schema.ParseFiles(root.File, im.read)
}

// read reads the file at a path, with slashes, from the directory of the file called from.
func (im *imports) read(from, slashed string) (schema.File, error) {
	// Not joined yet: the system may not mean the same by a .. as package filepath.
	file := filepath.Dir(filepath.FromSlash(from)) + string(filepath.Separator) + filepath.FromSlash(slashed)
	file = settle(file)
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return schema.File{}, fmt.Errorf("there is no %s%s", shown(file), relatives(filepath.Dir(file)))
	case err != nil:
		return schema.File{}, cause(err)
	case info.IsDir():
		return schema.File{}, fmt.Errorf("it is a directory; name the file: %s", path.Join(slashed, defaultName))
	case !info.Mode().IsRegular():
		return schema.File{}, errors.New("it is not a regular file")
	}
	for _, known := range im.files {
		if known.info != nil && os.SameFile(known.info, info) {
			return known.File, nil
		}
	}
	f, err := os.Open(file)
	if err != nil {
		return schema.File{}, cause(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTopology+1))
	if err != nil {
		return schema.File{}, cause(err)
	}
	read := readFile{File: schema.File{Name: shown(file), Text: text}, info: info, dir: filepath.Dir(file)}
	if len(text) > schema.MaxSourceSize { // enough of it to be refused again
		text = bytes.Clone(text[:schema.MaxSourceSize+1])
	}
	if len(im.files) < schema.MaxFiles { // others will be refused too, and are not worth their room
		im.files = append(im.files, readFile{File: schema.File{Name: read.Name, Text: text}, info: info, dir: read.dir})
	}
	return read.File, nil
}

// goPackage returns the import path of the Go package that is, or will be, in the directory of a topology.
func (im *imports) goPackage(t *schema.Topology) (string, error) {
	for _, f := range im.files {
		if f.Name == t.File && f.dir != "" {
			return goPackageIn(f.dir)
		}
	}
	return "", errors.New("it has no directory")
}

// importPathElement is a directory as it can stand in an import path.
var importPathElement = regexp.MustCompile(`^[A-Za-z0-9._~+-]*[A-Za-z0-9_~+-]$`)

// goPackageIn returns the import path of the package in a directory, by the nearest go.mod.
func goPackageIn(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for root := dir; ; root = filepath.Dir(root) {
		mod := filepath.Join(root, "go.mod")
		if info, err := os.Stat(mod); err != nil || info.IsDir() {
			if root == filepath.Dir(root) {
				return "", errors.New("there is no go.mod in its directory nor above")
			}
			continue
		}
		text, err := os.ReadFile(mod)
		if err != nil {
			return "", fmt.Errorf("go.mod cannot be read: %w", cause(err))
		}
		module := modulePath(string(text))
		if module == "" {
			return "", errors.New("the nearest go.mod names no module")
		}
		below, err := filepath.Rel(root, dir)
		if err != nil {
			return "", err
		}
		for _, element := range strings.Split(filepath.ToSlash(below), "/") {
			if below != "." && !importPathElement.MatchString(element) {
				return "", fmt.Errorf("directory %q cannot be part of an import path", element)
			}
		}
		return path.Join(module, filepath.ToSlash(below)), nil
	}
}

// modulePath returns the path on the module line of a go.mod; "" if there is none.
func modulePath(mod string) string {
	for _, line := range strings.Split(mod, "\n") {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		if len(words) != 2 || words[0] != "module" {
			continue
		}
		if unquoted, err := strconv.Unquote(words[1]); err == nil {
			return unquoted
		}
		return words[1]
	}
	return ""
}
