package difftest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"graft/internal/golang"
)

// limit is the time that one program may take as cells.
const limit = 2 * time.Minute

// separator ends the output of one program of a batch.
const separator = "\x01end of program\x01\n"

// harness runs the programs of a batch and writes what they panic with as the
// runtime does.
const harness = `
func run(f func()) {
	defer fmt.Print("\x01end of program\x01\n")
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			fmt.Println("panic:", r.Error())
		case fmt.Stringer:
			fmt.Println("panic:", r.String())
		default:
			fmt.Println("panic:", r)
		}
	}()
	f()
}
`

// RunNative builds one binary of all programs in dir and returns their outputs.
func RunNative(ctx context.Context, dir string, programs []Program) ([]string, error) {
	if err := writeBatch(dir, programs); err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-gcflags=-N -l -dwarf=false", "-ldflags=-s -w", "-o", "batch", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("difftest: the batch does not build: %w\n%s", err, out)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "batch"))
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("difftest: the batch ended early: %w\n%s", err, stderr.String())
	}
	outputs := strings.Split(stdout.String(), separator)
	if len(outputs) != len(programs)+1 {
		return nil, fmt.Errorf("difftest: %d outputs of %d programs", len(outputs)-1, len(programs))
	}
	for i, p := range programs {
		outputs[i] = strings.ReplaceAll(outputs[i], prefix(p), "")
	}
	return outputs[:len(programs)], nil
}

// prefix returns what the names of a program begin with in a batch.
func prefix(p Program) string { return fmt.Sprintf("P%d_", p.Seed) }

// writeBatch writes a module: one file for each program and one for main.
func writeBatch(dir string, programs []Program) error {
	old, err := filepath.Glob(filepath.Join(dir, "p*.go"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	var main strings.Builder
	main.WriteString(head() + prelude + harness + "\nfunc main() {\n")
	files := map[string]string{"go.mod": "module batch\n\ngo 1.26\n"}
	for _, p := range programs {
		fmt.Fprintf(&main, "\trun(%smain)\n", prefix(p))
		files[fmt.Sprintf("p%d.go", p.Seed)] = head() + p.Native(prefix(p))
	}
	files["main.go"] = main.String() + "}\n"
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// RunCells runs cells in a session of their own and returns the output. After a
// cell that fails it ends, like a program, with the error's text: "panic: ..."
// as natively, or the kind of the error in front.
func RunCells(ctx context.Context, cells []string) string {
	in, err := golang.New(golang.Options{})
	if err != nil {
		return err.Error()
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var out output
	env := &golang.Env{Context: ctx, Stdout: &out, Stderr: &out}
	for i, cell := range cells {
		_, err := in.Eval(env, golang.Cell{Name: fmt.Sprintf("cell[%d]", i+1), Source: cell})
		var e *golang.Error
		switch {
		case errors.As(err, &e) && e.Kind == golang.Panic:
			return out.String() + "panic: " + e.Message + "\n"
		case errors.As(err, &e):
			return out.String() + e.Kind.String() + ": " + e.Pretty() + "\n"
		}
	}
	return out.String()
}

// output is a buffer that goroutines may share.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends to the buffer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String returns what was written.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}
