package tune

import (
	"fmt"
	"slices"
	"strings"
)

// Schedule says which groups become trainable during one run. It is a function of
// the plan and the number of the epoch alone, so a run that is resumed goes on as it
// would have. The zero value changes nothing.
type Schedule struct {
	// Every unfreezes one more stage, from the head towards the input, after every so
	// many epochs (gradual unfreezing, Howard and Ruder 2018); 0 does not.
	Every int `json:"every,omitempty"`
	// At are changes before certain epochs, made after those of Every.
	At []Change `json:"at,omitempty"`
}

// Change is a change of the plan before an epoch.
type Change struct {
	Epoch  int    `json:"epoch"` // from 1, before which the change is made
	Spec   string `json:"spec"`  // groups, as in [Plan.Choose]
	Freeze bool   `json:"freeze,omitempty"`
}

// Gradual unfreezes one more stage after every so many epochs.
func Gradual(every int) Schedule { return Schedule{Every: every} }

// UnfreezeAt unfreezes the groups that spec names before an epoch, counted from 1.
func (s Schedule) UnfreezeAt(epoch int, spec string) Schedule {
	return s.with(Change{Epoch: epoch, Spec: spec})
}

// FreezeAt freezes the groups that spec names before an epoch, counted from 1.
func (s Schedule) FreezeAt(epoch int, spec string) Schedule {
	return s.with(Change{Epoch: epoch, Spec: spec, Freeze: true})
}

func (s Schedule) with(c Change) Schedule {
	s.At = append(slices.Clone(s.At), c)
	return s
}

// Empty reports whether the schedule changes nothing.
func (s Schedule) Empty() bool { return s.Every == 0 && len(s.At) == 0 }

// Check holds the schedule against a plan and a number of epochs: a change that
// names no group or never comes is an error.
func (s Schedule) Check(p *Plan, epochs int) error {
	if s.Every < 0 {
		return fmt.Errorf("tune: gradual unfreezing every %d epochs (want at least 1)", s.Every)
	}
	for _, c := range s.At {
		if c.Epoch < 1 || c.Epoch > epochs {
			return fmt.Errorf("tune: %s is planned for epoch %d, but the run has epochs 1 to %d", c, c.Epoch, epochs)
		}
		if _, err := p.Choose(c.Spec); err != nil {
			return err
		}
	}
	trial := p.Clone()
	for n := 1; n <= epochs; n++ {
		if _, err := s.Apply(trial, n); err != nil {
			return err
		}
	}
	return nil
}

// Apply makes the changes that are due before epoch n and says what was done, "" for
// nothing. After an error the plan is as before.
func (s Schedule) Apply(p *Plan, n int) (done string, err error) {
	old := p.Key()
	var words []string
	err = p.atomically(func() error {
		if s.Every > 0 && n > 1 && (n-1)%s.Every == 0 {
			if name := p.unfreezeNext(); name != "" {
				words = append(words, "unfrozen "+name)
			}
		}
		for _, c := range s.At {
			if c.Epoch != n {
				continue
			}
			if err := c.apply(p); err != nil {
				return err
			}
			words = append(words, c.String())
		}
		if !p.trains() {
			return fmt.Errorf("tune: before epoch %d every group is frozen, so there is nothing to train (unfreeze some)", n)
		}
		return nil
	})
	if err != nil || p.Key() == old {
		return "", err
	}
	return strings.Join(words, "; "), nil
}

func (c Change) apply(p *Plan) error {
	if c.Freeze {
		return p.Freeze(c.Spec)
	}
	return p.Unfreeze(c.Spec)
}

// String says what is changed: "unfrozen last 2".
func (c Change) String() string {
	word := "unfrozen "
	if c.Freeze {
		word = "frozen "
	}
	if c.Spec == "" {
		return word + "all"
	}
	return word + c.Spec
}

// unfreezeNext makes the last frozen stage trainable and returns its name, "" if
// there is none.
func (p *Plan) unfreezeNext() string {
	for i := p.Stages() - 1; i >= 0; i-- {
		if g := &p.Groups[i]; !g.Trainable {
			g.Trainable = true
			return g.Name
		}
	}
	return ""
}

// trains reports whether any group is trainable.
func (p *Plan) trains() bool {
	return slices.ContainsFunc(p.Groups, func(g Group) bool { return g.Trainable })
}

// Force makes all changes of At now, whatever their epoch.
func (s Schedule) Force(p *Plan) error {
	return p.atomically(func() error {
		for _, c := range s.At {
			if err := c.apply(p); err != nil {
				return err
			}
		}
		return nil
	})
}
