package main

import (
	"context"
	"fmt"
	"strings"

	"graft/lib/hub"
	"graft/lib/preset"
)

// fetchCmd downloads networks and data sets ahead of their use.
type fetchCmd struct {
	Names []string `arg:"" name:"name" help:"Presets (graft models), data sets, or sources such as hf:owner/name."`
}

func (c fetchCmd) Run(ctx context.Context) error {
	for _, name := range c.Names {
		source, err := sourceOf(name)
		if err != nil {
			return err
		}
		path, err := hub.Fetch(ctx, source)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s\n", name, path)
	}
	return nil
}

// sourceOf finds a name among the presets, then the data sets; whatever has a
// scheme may be fetched without naming an architecture.
func sourceOf(name string) (hub.Source, error) {
	p, err := preset.Lookup(name)
	if err == nil && p.Source.Ref == "" {
		return hub.Source{}, fmt.Errorf("fetch: %q is an architecture without weights of its own (name them: graft fetch hf:owner/name)", name)
	}
	if err == nil {
		return p.Source, nil
	}
	if d, dataErr := preset.LookupData(name); dataErr == nil {
		return d.Source, nil
	}
	if strings.Contains(name, ":") {
		ref, file, _ := strings.Cut(name, "!")
		return hub.Source{Ref: ref, File: file}, nil
	}
	return hub.Source{}, err
}
