package main

// This file reads a topology, and what it imports, as they were at a commit of git. Nothing that is given reaches git where it
// could be taken for an option, and no shell is asked.

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zmqgen/zmqgen/schema"
)

// commit is a commit of the repository that a directory is in.
type commit struct {
	dir    string // where git runs
	prefix string // of the directory in the repository, with slashes; "" for its top
	ref    string // as it was given
	hash   string
	paths  map[string]string // from the names of files, as findings call them, to their paths in the repository
}

// openCommit finds the commit of a ref in the repository that dir is in.
func openCommit(dir, ref string) (*commit, error) {
	if dir == "" {
		dir = "."
	}
	if _, err := exec.LookPath("git"); err != nil {
		return nil, fmt.Errorf("git is not there to read %s; compare with a file: --against FILE", ref)
	}
	c := &commit{dir: dir, ref: ref, paths: map[string]string{}}
	prefix, err := c.git("rev-parse", "--show-prefix")
	if err != nil {
		return nil, fmt.Errorf("there is no file or directory %s, and %s is in no git repository: %w", ref, shown(dir), err)
	}
	c.prefix = strings.TrimRight(string(prefix), "\n")
	hash, err := c.git("rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("there is no file, no directory and no commit called %s%s", ref, c.shallowHint())
	}
	c.hash = strings.TrimSpace(string(hash))
	return c, nil
}

// shallowHint says why a ref may be missing, in a clone that has but some.
func (c *commit) shallowHint() string {
	if shallow, err := c.git("rev-parse", "--is-shallow-repository"); err == nil && strings.TrimSpace(string(shallow)) == "true" {
		return "; this is a shallow clone: fetch the ref, or in GitHub's actions/checkout set fetch-depth: 0"
	}
	return "; a branch of a remote has its name before it, as in origin/main"
}

// git runs git and returns what it prints, or what it complains of as an error.
func (c *commit) git(args ...string) ([]byte, error) {
	cmd := exec.Command("git", append([]string{"-C", c.dir}, args...)...)
	cmd.Env = gitEnv(os.Environ())
	out, errs := limited{most: maxTopology + 1}, limited{most: 4096}
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(errs.String())
		said, _, _ = strings.Cut(strings.TrimPrefix(said, "fatal: "), "\n")
		if said == "" {
			return nil, err
		}
		return nil, errors.New(said)
	}
	return out.Bytes(), nil
}

// gitEnv returns the environment of git. What says which repository there is, as it does in git's own hooks, goes: it is the one
// that the topology is in. And git fetches nothing, not even what a partial clone lacks: the configuration of a repository names
// the programs that do.
func gitEnv(env []string) []string {
	env = slices.DeleteFunc(slices.Clone(env), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains(gitRepository, name)
	})
	return append(env, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none",
		"GIT_LITERAL_PATHSPECS=1")
}

// gitRepository are the variables that name a repository, or parts of one.
var gitRepository = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",
}

// limited keeps the first bytes written to it, and drops the others.
type limited struct {
	bytes.Buffer
	most int
}

func (l *limited) Write(p []byte) (int, error) {
	if room := l.most - l.Len(); room > 0 {
		l.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

var errNotThere = errors.New("it was not there")

// maxLinks bounds how many symbolic links lead to a file, of which each may lead to another.
const maxLinks = 10

// text returns the text of a file of the repository; errNotThere if the commit has none at the path.
func (c *commit) text(repoPath string) ([]byte, error) {
	for range maxLinks {
		// The tree says whether there is a file; that git cannot read one says nothing of that.
		entry, err := c.git("ls-tree", "-z", "--full-tree", c.hash, "--", repoPath)
		if err != nil {
			return nil, err
		}
		mode, rest, _ := strings.Cut(string(entry), " ")
		kind, rest, _ := strings.Cut(rest, " ")
		object, _, found := strings.Cut(rest, "\t")
		switch {
		case !found:
			return nil, errNotThere
		case kind != "blob":
			return nil, errors.New("it was no file")
		}
		text, err := c.git("cat-file", "blob", object)
		switch {
		case err != nil:
			return nil, fmt.Errorf("git cannot read it: %w%s", err, c.partialHint(object))
		case len(text) > maxTopology:
			return nil, fmt.Errorf("it had more than %d MiB, which no topology has", maxTopology>>20)
		case mode != symbolicLink:
			return text, nil
		}
		if repoPath = path.Join(path.Dir(repoPath), string(text)); path.IsAbs(string(text)) || isOutside(repoPath) {
			return nil, errors.New("it was a symbolic link that leads out of the git repository")
		}
	}
	return nil, errors.New("it was a symbolic link that leads to too many others")
}

// symbolicLink is the mode of one in a tree of git.
const symbolicLink = "120000"

// partialHint says how to get an object that a partial clone lacks.
func (c *commit) partialHint(object string) string {
	if filter, err := c.git("config", "--get-regexp", `^remote\..*\.promisor$`); err != nil || len(filter) == 0 {
		return ""
	}
	return "; this is a partial clone: git cat-file -e " + object + " fetches it"
}

// isOutside reports whether a path is not in the repository.
func isOutside(repoPath string) bool { return repoPath == ".." || strings.HasPrefix(repoPath, "../") }

// parse reads the topology called name, which is base in the directory of the commit, with all that it imported.
func (c *commit) parse(name, base string) (*schema.Topology, schema.Diagnostics, error) {
	repoPath := c.prefix + base
	text, err := c.text(repoPath)
	if err != nil {
		return nil, nil, err
	}
	c.paths[name] = repoPath
	t, ds := schema.ParseFiles(schema.File{Name: name, Text: text, ID: repoPath}, c.read)
	return t, ds, nil
}

// read reads what a file of the commit imported.
func (c *commit) read(from, slashed string) (schema.File, error) {
	repoPath := path.Join(path.Dir(c.paths[from]), slashed)
	if isOutside(repoPath) {
		return schema.File{}, errors.New("it is outside of the git repository")
	}
	name := shown(filepath.Join(filepath.Dir(filepath.FromSlash(from)), filepath.FromSlash(slashed)))
	text, err := c.text(repoPath)
	if err != nil {
		return schema.File{}, fmt.Errorf("at %s: %w", c.ref, err)
	}
	c.paths[name] = repoPath
	return schema.File{Name: name, Text: text, ID: repoPath}, nil
}
