// Package repl is graft's terminal front end: it reads cells from a person, runs
// them in a session, and shows what they show, live displays included, as
// opposed to package kernel, which serves the same session to Jupyter, and
// internal/batch, which runs files. All state of the screen lives in one bubbletea
// model; the session works beside it and sends messages.
//
//	err := repl.Run(ctx, repl.Options{Version: "1.0"})
//
// Where there is no terminal on either side, or TERM is dumb, cells are read line
// by line and printed without escape codes, so that
//
//	echo '1+1' | graft
//
// prints 2.
package repl

import (
	"context"
	"fmt"
	"io/fs"
	"os"

	"github.com/charmbracelet/x/term"
)

// Options are the settings of a terminal session. The zero value is useful.
type Options struct {
	// Version is shown in the greeting; empty leaves the greeting out.
	Version string
	// Cells run first, one after the other as if they had been typed, until one
	// fails; then the prompt appears.
	Cells []string
	// EditMode is "emacs" or "vi"; empty takes the environment's GRAFT_EDIT_MODE, and
	// "emacs" if that is empty too.
	EditMode string
	// Tree is graft's own source tree, for help on its names; may be nil.
	Tree fs.FS
	// Pictures is how pictures are shown on a terminal: "kitty" or "sixel" for pixels,
	// "blocks", "braille", "text" (typewriter characters), or "auto" for the best that
	// the terminal has. The default is the environment's GRAFT_PICTURES, then auto.
	Pictures string
	// In and Out are the terminal, or files or pipes; Err takes errors and
	// prompts where Out is no terminal. The defaults are those of the process.
	In, Out, Err *os.File
}

func (o Options) filled() Options {
	for _, f := range []struct {
		at  **os.File
		std *os.File
	}{{&o.In, os.Stdin}, {&o.Out, os.Stdout}, {&o.Err, os.Stderr}} {
		if *f.at == nil {
			*f.at = f.std
		}
	}
	return o
}

// Run serves one session until the user leaves, the input ends or ctx is done.
// In line mode it returns an error if a cell failed, so that scripts notice; on a
// terminal errors of cells are the user's business.
func Run(ctx context.Context, o Options) error {
	o = o.filled()
	if _, err := o.wished(); err != nil {
		return err
	}
	if !interactive(o) {
		return runLines(ctx, o, o.openSession)
	}
	return runScreen(ctx, o, o.openSession)
}

// interactive reports whether a screen can be drawn.
func interactive(o Options) bool {
	return term.IsTerminal(o.In.Fd()) && term.IsTerminal(o.Out.Fd()) && os.Getenv("TERM") != "dumb"
}

func greeting(version string) string {
	if version == "" {
		return ""
	}
	return fmt.Sprintf("graft %s · transfer learning in Go · ? keys · :help commands · name? help", version)
}
