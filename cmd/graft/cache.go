package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"graft/lib/hub"
)

// cacheCmd shows and empties what graft keeps on disk.
type cacheCmd struct {
	List  cacheListCmd  `cmd:"" default:"1" help:"Show what is in the cache and how large it is."`
	Clear cacheClearCmd `cmd:"" help:"Remove entries of the cache, or all of it."`
}

type cacheListCmd struct{}

func (cacheListCmd) Run() error {
	entries, err := hub.Entries()
	if err != nil {
		return err
	}
	return printEntries(entries, "in "+hub.CacheDir())
}

type cacheClearCmd struct {
	Names []string `arg:"" optional:"" name:"name" help:"Names or kinds of entries (graft cache list); all if none is given."`
}

func (c cacheClearCmd) Run() error {
	gone, err := hub.Clear(c.Names...)
	if err != nil {
		return err
	}
	return printEntries(gone, "removed")
}

func printEntries(entries []hub.Entry, what string) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	var total int64
	for _, e := range entries {
		fmt.Fprintf(w, "%.1f MB\t  %s\n", float64(e.Bytes)/1e6, e.Name)
		total += e.Bytes
	}
	fmt.Fprintf(w, "%.1f MB\t  %s\n", float64(total)/1e6, what)
	return w.Flush()
}
