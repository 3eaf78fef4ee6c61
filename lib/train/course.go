package train

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"graft/lib/tune"
)

// course is where a run stands among its phases, for a checkpoint.
type course struct{ run *run }

type storedCourse struct {
	Phase   Phase             `json:"phase"`
	Before  map[string]string `json:"before"` // digests from the beginning of the phase
	Driven  []bool            `json:"driven"`
	Steps   int               `json:"steps"`
	Ever    string            `json:"ever"`
	Taught  []int             `json:"taught"`
	Factors []float64         `json:"factors"`
}

// MarshalJSON writes what a resumed run needs to judge its phases, to count its steps
// by group and to keep the rates that were steered.
func (c *course) MarshalJSON() ([]byte, error) {
	r := c.run
	s := storedCourse{
		Phase: r.phase.Phase, Before: map[string]string{}, Driven: r.phase.driven, Steps: r.phase.steps,
		Ever: r.ever.Key(), Taught: r.taught, Factors: r.factors,
	}
	for path, digest := range r.phase.before {
		s.Before[path] = hex.EncodeToString(digest[:])
	}
	return json.Marshal(s)
}

// UnmarshalJSON makes the run stand where MarshalJSON saw it.
func (c *course) UnmarshalJSON(raw []byte) error {
	var s storedCourse
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	r := c.run
	if n := len(r.net.Plan.Groups); len(s.Taught) != n || len(s.Factors) != n || len(s.Driven) != n {
		return fmt.Errorf("train: checkpoint: phases of a plan with other groups than the network's %d", n)
	}
	before, err := digests(s.Before)
	if err != nil {
		return err
	}
	r.phase = phase{Phase: s.Phase, before: before, driven: s.Driven, steps: s.Steps}
	r.taught, r.factors = s.Taught, s.Factors
	return r.ever.SetKey(s.Ever)
}

// digests reads a snapshot of digests in hexadecimal.
func digests(text map[string]string) (tune.Snapshot, error) {
	s := tune.Snapshot{}
	for path, t := range text {
		raw, err := hex.DecodeString(t)
		if err != nil || len(raw) != len(tune.Digest{}) {
			return nil, fmt.Errorf("train: checkpoint: %q is no digest of %s", t, path)
		}
		s[path] = tune.Digest(raw)
	}
	return s, nil
}
