package systemd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The unit of the documentation is one that systemd takes.
func TestTheUnitOfTheDocs(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd here to read it: ", err)
	}
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, unit, _ := strings.Cut(string(page), "```ini\n")
	unit, _, ok := strings.Cut(unit, "```")
	if !ok {
		t.Fatal("docs/operations.md has no unit")
	}
	path := filepath.Join(t.TempDir(), "feed.service")
	unit = strings.ReplaceAll(unit, "/usr/local/bin/feed", os.Args[0])
	if err := os.WriteFile(path, []byte(unit), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(analyze, "verify", "--man=no", path).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}
