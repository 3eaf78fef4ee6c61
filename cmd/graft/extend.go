package main

import (
	"context"
	"fmt"
	"os"

	source "graft"
	"graft/internal/extend"
)

// extendCmd builds a graft with more packages.
type extendCmd struct {
	Packages []string `arg:"" name:"pkg" help:"Import paths, such as golang.org/x/text/unicode/norm; @VERSION may follow."`
	Source   string   `placeholder:"DIR" help:"graft's source tree (default: GRAFT_SOURCE, the tree around this folder or program, or the one inside the program)."`
	Out      string   `short:"o" default:"graft-extended" placeholder:"FILE" help:"The program to write."`
}

func (c extendCmd) Run(ctx context.Context) error {
	err := extend.Build(ctx, extend.Options{Packages: c.Packages, Source: c.Source, Tree: source.Tree(), Out: c.Out, Log: os.Stderr})
	if err == nil {
		fmt.Printf("%s: a graft whose cells can import %d more\n", c.Out, len(c.Packages))
	}
	return err
}
