package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"graft/internal/doctor"
)

// doctorCmd examines the machine; it fails unless a training step ran.
type doctorCmd struct {
	Fix  bool `help:"Install what is missing."`
	JSON bool `help:"Print the report as JSON."`
}

func (c doctorCmd) Run(ctx context.Context) error {
	r := doctor.Examine(ctx, doctor.Options{Fix: c.Fix})
	if c.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r); err != nil {
			return err
		}
	} else {
		fmt.Print(r)
	}
	if !r.OK {
		return errors.New("doctor: no training step ran on this machine")
	}
	return nil
}
