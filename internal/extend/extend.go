// Package extend builds a graft whose cells can import more packages than this
// one's: it copies graft's source (a checkout, or what the program carries), adds
// the packages to the list that internal/bindgen reads, and has the go command do
// the rest, as opposed to package bindgen itself, which makes the committed tables.
//
//	err := extend.Build(ctx, extend.Options{Packages: []string{"golang.org/x/text/unicode/norm"}, Out: "graft-extended", Log: os.Stderr})
package extend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Options say what to build.
type Options struct {
	// Packages are import paths, or patterns such as example.org/mod/...; a
	// version may follow: PATH@v1.2.3.
	Packages []string
	// Source is graft's source tree; empty means $GRAFT_SOURCE, the tree that the
	// working folder or this program lies in, or else Tree.
	Source string
	// Tree is the source that this program carries; may be nil.
	Tree fs.FS
	// Out is the program to write; a relative path is one of the working folder.
	Out string
	// Log gets what the go command says.
	Log io.Writer
}

// Build writes the program. It needs the go command, and a way to the modules of
// the packages if they are not among graft's own; the source tree stays as it is.
func Build(ctx context.Context, o Options) error {
	if len(o.Packages) == 0 {
		return errors.New("extend: no packages (graft extend PATH...)")
	}
	command, err := exec.LookPath("go")
	if err != nil {
		return errors.New("extend: no go command in PATH (install the Go toolchain, version 1.26 or later)")
	}
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return fmt.Errorf("extend: %w", err)
	}
	work, err := os.MkdirTemp("", "graft-extend")
	if err != nil {
		return fmt.Errorf("extend: %w", err)
	}
	defer os.RemoveAll(work)
	if err := o.copyTo(work); err != nil {
		return err
	}
	b := builder{ctx: ctx, command: command, dir: work, log: o.Log}
	if err := b.able(); err != nil {
		return err
	}
	return b.build(o.Packages, out)
}

// copyTo copies the source tree to dir.
func (o Options) copyTo(dir string) error {
	source, err := find(o.Source)
	switch {
	case err != nil:
		return err
	case source != "":
		fmt.Fprintln(o.Log, "extend: the source tree is", source)
		err = copyTree(dir, source)
	case o.Tree != nil:
		err = os.CopyFS(dir, o.Tree)
	default:
		return errors.New("extend: graft's source tree is not at hand (get it and name it with --source DIR or GRAFT_SOURCE)")
	}
	if err != nil {
		return fmt.Errorf("extend: %w", err)
	}
	return nil
}

// marks are files that graft's source tree has.
var marks = []string{"go.mod", "internal/bindgen/packages.txt", "cmd/graft/main.go"}

// find returns the source tree, or "" if none is named and none is around.
func find(dir string) (string, error) {
	if dir == "" {
		dir = os.Getenv("GRAFT_SOURCE")
	}
	if dir != "" {
		if !isSource(dir) {
			return "", fmt.Errorf("extend: %q is not graft's source tree (it has no %s)", dir, marks[1])
		}
		return dir, nil
	}
	var starts []string
	if wd, err := os.Getwd(); err == nil {
		starts = append(starts, wd)
	}
	if self, err := os.Executable(); err == nil {
		starts = append(starts, filepath.Dir(self))
	}
	for _, start := range starts {
		for dir := start; ; dir = filepath.Dir(dir) {
			if isSource(dir) {
				return dir, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", nil
}

func isSource(dir string) bool {
	for _, mark := range marks {
		if _, err := os.Stat(filepath.Join(dir, mark)); err != nil {
			return false
		}
	}
	return true
}

// copyTree copies the source tree without hidden folders and built programs.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && (d.Name()[0] == '.' || name == "dist" || name == "bench") {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, name), 0o777)
		}
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 != 0 {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), data, 0o666)
	})
}

// builder runs the go command in the copy.
type builder struct {
	ctx          context.Context
	command, dir string
	log          io.Writer
}

// able reports what this machine lacks to build graft.
func (b builder) able() error {
	if err := b.run(b.log, io.Discard, "list", "-m"); err != nil {
		return fmt.Errorf("extend: the go command refuses graft's go.mod: %w (install the Go toolchain, version 1.26 or later)", err)
	}
	var cgo bytes.Buffer
	if err := b.run(b.log, &cgo, "env", "CGO_ENABLED"); err != nil {
		return fmt.Errorf("extend: go env: %w", err)
	}
	if strings.TrimSpace(cgo.String()) != "1" {
		return errors.New("extend: no C compiler (install gcc or name one in CC; CGO_ENABLED must not be 0)")
	}
	return nil
}

// extra begins the group of the packages that were added; an extended graft's
// source has it already.
const extra = "group extra internal/session/bindings\n"

func (b builder) build(packages []string, out string) error {
	list := "\n"
	if text, err := os.ReadFile(filepath.Join(b.dir, marks[1])); err != nil {
		return fmt.Errorf("extend: %w", err)
	} else if !strings.Contains(string(text), "\n"+extra) {
		list += extra
	}
	for _, p := range packages {
		path, _, versioned := strings.Cut(p, "@")
		if versioned || b.run(io.Discard, io.Discard, "list", path) != nil {
			if err := b.run(b.log, b.log, "get", strings.Replace(p, "/...", "", 1)); err != nil {
				return fmt.Errorf("extend: no package %q: %w", p, err)
			}
		}
		list += path + "\n"
	}
	if err := b.add(list); err != nil {
		return fmt.Errorf("extend: %w", err)
	}
	for _, step := range [][]string{
		{"run", "./internal/bindgen", "-only", "extra"},
		{"build", "-o", out, "./cmd/graft"},
	} {
		if err := b.run(b.log, b.log, step...); err != nil {
			return fmt.Errorf("extend: go %s: %w", step[0], err)
		}
	}
	return nil
}

// add appends to the list of packages.
func (b builder) add(text string) error {
	f, err := os.OpenFile(filepath.Join(b.dir, marks[1]), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func (b builder) run(log, out io.Writer, args ...string) error {
	cmd := exec.CommandContext(b.ctx, b.command, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.dir, out, log
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	return cmd.Run()
}
