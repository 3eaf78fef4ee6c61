// Command graft is transfer learning in Go, step by step: a Jupyter kernel, a
// terminal session and a runner of notebooks in one binary.
//
//	graft                      a session in the terminal
//	graft run lesson.ipynb     run a notebook, cell file or program
//	graft kernel install       offer graft to Jupyter
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker in releases.
var version = "0.1.0"

// commands are the command line. A command is one field; its type has a method
// Run, which may take the process's context.
type commands struct {
	REPL   replCmd   `cmd:"" default:"1" help:"A session in the terminal (what graft alone does)."`
	Run    runCmd    `cmd:"" help:"Run a notebook, a file of cells split by //%%, or a Go program."`
	Demo   demoCmd   `cmd:"" help:"Run the first lesson on real photographs, then open a session."`
	Kernel kernelCmd `cmd:"" help:"The Jupyter kernel: install, uninstall, run."`
	Models modelsCmd `cmd:"" help:"List the networks and data sets that graft knows by name."`
	Fetch  fetchCmd  `cmd:"" help:"Download networks and data sets ahead of their use."`
	Cache  cacheCmd  `cmd:"" help:"Show or empty what graft keeps on disk."`
	Extend extendCmd `cmd:"" help:"Build a graft whose cells can import more packages."`
	Source sourceCmd `cmd:"" help:"Write the source of this graft to a folder, ready to build."`
	Doctor doctorCmd `cmd:"" help:"Examine this machine; with --fix, install what is missing."`

	Version kong.VersionFlag `short:"v" help:"Print the version."`
}

// exitError is a status for the process whose reason has been told already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	// The first Ctrl-C ends what runs by way of the context; commands that live
	// on after one (a session, a kernel) take signals themselves.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	parser, err := kong.New(&c, kong.Name("graft"), kong.Vars{"version": "graft " + version},
		kong.Description("Transfer learning in Go, step by step: in Jupyter, in a terminal, and from a file."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		panic(err) // the struct above is wrong
	}
	parsed, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	return status(parsed.Run())
}

// status reports err unless it is only a number.
func status(err error) int {
	var code exitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(os.Stderr, "graft: "+err.Error())
	return 1
}
