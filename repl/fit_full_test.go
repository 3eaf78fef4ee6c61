//go:build full

package repl

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// photographs runs the program with what the user's cache holds of weights and
// photographs, and everything else of its own.
func photographs(t *testing.T, exe string, width, height int) *terminal {
	t.Helper()
	home, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	kept, own := filepath.Join(cmp.Or(os.Getenv("GRAFT_CACHE"), filepath.Join(home, "graft")), "packages"), t.TempDir()
	if err := os.MkdirAll(kept, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(kept, filepath.Join(own, "packages")); err != nil {
		t.Fatal(err)
	}
	x := newTerminal(t, width, height, "'"+exe+"'", "LANG=C.UTF-8", "GRAFT_CACHE="+own)
	x.shows("In [1]:")
	return x
}

// run types a cell and waits for what it shows.
func (x *terminal) run(cell, shows string) {
	x.t.Helper()
	x.text(cell)
	x.key("Enter")
	x.shows(shows)
}

// steering trains a pretrained network on photographs, with all the keys, and uses it
// afterwards.
func steering(x *terminal) {
	x.run(`photos := graft.Dataset("elpv")`, "In [2]:")
	x.run(`train, valid, test := photos.Split(48, 32, graft.Rest)`, "In [3]:")
	x.run(`m := graft.ImageClassifier("mobilenet_v2.tv_in1k", train, graft.Valid(valid), graft.ImageSize(64))`, "In [4]:")
	x.run("m.Freeze(); m.Fit(100000, graft.BatchSize(16))", "p pause  q stop  s snapshot  l learning rate  u unfreeze  ? help")
	x.shows("step 1/3")
	x.text("p")
	x.shows("paused  epoch")
	x.text("s")
	x.shows("· snapshot \"epoch")
	x.text("l")
	x.shows("learning rate, now 0.002")
	x.text("5e-4")
	x.key("Enter")
	x.shows("· learning rate 0.002 → 0.0005")
	x.text("up")
	x.shows("· unfrozen head before epoch")
	x.shows("2 of 10 trained: head, classifier")
	x.text("?")
	x.shows("u make the next frozen stage trainable when the next epoch begins")
	x.text("q")
	x.shows("■ stopped after")
	x.last("In [5]:")
	if n := strings.Count(x.all(), "epoch  train_loss"); n != 1 {
		x.t.Errorf("%d tables in the scrollback, want 1\n%s", n, x.all())
	}
	x.run("m.Snapshots()", "\nepoch ")
	x.run("m.Evaluate(valid)", "In [7]:")
	x.run("m.Fit(1)", "✓ done: 1 epoch")
	background(x)
}

// focus gives the keys to a fit, does what they say, and gives them back.
func (x *terminal) focus(keys, shows string) {
	x.t.Helper()
	x.key("F6")
	x.shows("esc back")
	x.text(keys)
	x.shows(shows)
	x.key("Escape")
	x.until("keys are back", func() bool { return !strings.Contains(x.screen(), "esc back") })
}

// background trains beside the prompt, and leaves.
func background(x *terminal) {
	x.run("h := m.FitAsync(100000, graft.BatchSize(16))", "f6 steers: pause, stop, snapshot")
	x.run("21*2", "42")
	x.focus("p", "paused  epoch")
	x.run("h.Status().State", `"paused"`)
	x.focus("p", "· paused for")
	x.text("fmt.Pri")
	x.last("fmt.Pri")
	x.key("C-u", "C-d")
	x.last("press ctrl+d again to leave; the fit stops, and Resume goes on with it")
	x.key("C-d")
	x.last("gone 0")
	if all := x.screen(); !strings.Contains(all, "■ interrupted after") || !strings.Contains(all, "Resume goes on from its checkpoint") {
		x.t.Errorf("no summary of the fit in the background\n%s", x.all())
	}
}
