package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"go/parser"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"unicode"

	"graft/internal/golang"
	"graft/internal/session/event"
)

// Shell runs a line in a shell; it is part of [command.Host]. The line has no input,
// and no terminal whose keys its programs could take from the prompt (as sudo would).
// What it leaves running in the background goes on, and what that prints belongs to
// the cell.
func (x *execution) Shell(_ context.Context, line string) error {
	cmd := exec.CommandContext(x.ctx, "sh", "-c", line)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error {
		if context.Cause(x.ctx) != errInterrupted { // which signals all programs itself
			x.family.interrupt()
		}
		return nil
	}
	cmd.WaitDelay = 2 * grace
	out, err := pipeTo(x.out.Stream(event.Stdout))
	if err != nil {
		return err
	}
	errs, err := pipeTo(x.out.Stream(event.Stderr))
	if err != nil {
		out.finish()
		return err
	}
	cmd.Stdout, cmd.Stderr = out.w, errs.w
	if err = cmd.Start(); err == nil {
		err = cmd.Wait()
	}
	out.finish()
	errs.finish()
	if cause := context.Cause(x.ctx); cause != nil {
		return &golang.Error{Kind: golang.Interrupt, Message: cause.Error(), Cause: cause}
	}
	return x.shellError(line, err)
}

// notFound is the status of a shell that knows no such program.
const notFound = 127

// shellError says how a line ended, and what may have been meant.
func (x *execution) shellError(line string, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return fmt.Errorf("session: !%s: %w", line, err)
		}
		if word, _, _ := strings.Cut(line, " "); word == "cd" {
			fmt.Fprintln(x.out.Stream(event.Stderr), "note: !cd changes the folder of its own shell alone; :cd changes that of the session")
		}
		return nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return fmt.Errorf("session: !%s was ended by the signal %q", line, status.Signal())
	}
	remedy := ""
	if exit.ExitCode() == notFound && x.isGo(line) {
		remedy = fmt.Sprintf(" (! runs a line in the shell: the Go expression is (!%s))", line)
	}
	return fmt.Errorf("session: !%s ended with status %d%s", line, exit.ExitCode(), remedy)
}

// isGo reports whether line is an expression that begins with a variable.
func (x *execution) isGo(line string) bool {
	if _, err := parser.ParseExpr(line); err != nil {
		return false
	}
	in, err := x.s.interp()
	if err != nil {
		return false
	}
	end := strings.IndexFunc(line+" ", func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.ContainsFunc(in.Vars(), func(v golang.Var) bool { return v.Name == line[:end] })
}

// pipe is an output of a program on its way to a stream.
type pipe struct {
	w    *os.File
	mark []byte
	seen chan struct{} // closed when the mark has come through, or the pipe has ended
}

// pipeTo makes a pipe whose text goes to out, up to its end.
func pipeTo(out io.Writer) (*pipe, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	p := &pipe{w: w, mark: []byte("\x00" + rand.Text() + "\x00"), seen: make(chan struct{})}
	go p.copy(out, r)
	return p, nil
}

// finish waits for what was written so far: a program in the background may hold the
// pipe for long.
func (p *pipe) finish() {
	if _, err := p.w.Write(p.mark); err == nil {
		<-p.seen
	}
	_ = p.w.Close()
}

// copy copies r to out without the mark.
func (p *pipe) copy(out io.Writer, r *os.File) {
	defer r.Close()
	found := false
	var held []byte // a beginning of the mark
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		text := append(held, buf[:n]...)
		held = nil
		if !found {
			text, held, found = p.without(text)
			if found {
				close(p.seen)
			}
		}
		_, _ = out.Write(text)
		if err != nil {
			_, _ = out.Write(held)
			if !found {
				close(p.seen)
			}
			return
		}
	}
}

// without takes the mark out of text, or keeps back the end of text that may be its
// beginning.
func (p *pipe) without(text []byte) (rest, held []byte, found bool) {
	if before, after, ok := strings.Cut(string(text), string(p.mark)); ok {
		return []byte(before + after), nil, true
	}
	for n := min(len(p.mark)-1, len(text)); n > 0; n-- {
		if strings.HasPrefix(string(p.mark), string(text[len(text)-n:])) {
			return text[:len(text)-n], append([]byte(nil), text[len(text)-n:]...), false
		}
	}
	return text, nil, false
}
