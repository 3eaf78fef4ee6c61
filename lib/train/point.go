package train

import (
	"encoding/json"
	"time"

	"graft/lib/train/checkpoint"
)

// point is where a fit stood: everything but numbers.
type point struct {
	Format   int                        `json:"format"`
	Net      string                     `json:"net"`
	Written  time.Time                  `json:"written"`
	Plan     string                     `json:"plan"` // tune.Plan.Key
	Groups   []string                   `json:"groups"`
	Rates    []float64                  `json:"rates"` // of the groups
	Settings Settings                   `json:"settings"`
	Weights  []float64                  `json:"sample_weights,omitempty"`
	Epochs   int                        `json:"epochs"`
	Phase    int                        `json:"phase"` // which call of Fit, part of its random numbers
	At       stand                      `json:"at"`
	Steps    int                        `json:"steps"` // per epoch
	Train    string                     `json:"train"` // digest of the examples
	Valid    string                     `json:"valid,omitempty"`
	Hooks    []string                   `json:"hooks,omitempty"` // options that are code
	Before   map[string]string          `json:"before"`          // digests of the parameters from before
	Moved    []bool                     `json:"moved"`           // groups that were ever trainable, which the base lacks
	Run      map[string]json.RawMessage `json:"run"`
	Parts    map[string]checkpoint.Part `json:"parts"`
}
