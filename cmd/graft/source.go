package main

import (
	"fmt"

	source "graft"
)

// sourceCmd writes the source that this binary carries.
type sourceCmd struct {
	Dir string `arg:"" type:"path" help:"A new or an empty folder."`
}

func (c sourceCmd) Run() error {
	w, err := source.Write(c.Dir)
	if err != nil {
		return err
	}
	fmt.Printf("wrote %d files, %.1f MB, to %s\n", w.Files, float64(w.Bytes)/1e6, c.Dir)
	fmt.Printf("build graft, with Go 1.26 or later and gcc: cd %q && go build -o graft ./cmd/graft\n", c.Dir)
	fmt.Printf("use its library in a module of yours: go mod edit -require=graft@v0.0.0 -replace=graft=%q && go mod tidy\n", c.Dir)
	return nil
}
