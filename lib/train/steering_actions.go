package train

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"graft/lib/display"
	"graft/lib/tune"
)

// actions are what the board of a run offers to a front end with keys.
func (s *Steering) actions() []display.Action {
	pause := display.Action{Key: "p", Label: "pause", Do: s.toldPause,
		Help: "hold the run before its next step; the model can be used meanwhile, but not trained"}
	s.mu.Lock()
	if s.paused {
		pause.Label, pause.Help, pause.Do = "resume", "go on with the run", s.toldContinue
	}
	list := []display.Action{pause,
		{Key: "q", Label: "stop", Do: s.toldStop, Help: "end the run well after the running step; what was learned stays"}}
	if s.snapshot != nil {
		list = append(list, display.Action{Key: "s", Label: "snapshot", Do: s.toldSnapshot,
			Help: "keep a copy of the model as it is after the running step, for Restore and Diff"})
	}
	ask := fmt.Sprintf("learning rate, now %.3g (or groups and their share of it: last 2 0.1)", s.base)
	s.mu.Unlock()
	return append(list,
		display.Action{Key: "l", Label: "learning rate", Do: s.toldRate, Ask: ask,
			Help: "change the learning rate, or the share of it that some groups have, from the next step on"},
		display.Action{Key: "u", Label: "unfreeze", Do: s.toldUnfreeze,
			Help: "make the next frozen stage trainable when the next epoch begins"},
		display.Action{Label: "park", Do: s.toldPark, Ends: true,
			Help: "end the run after the running step, and leave a checkpoint for Resume"})
}

func (s *Steering) toldPause(string) (string, error) {
	return "pausing after the running step", s.Pause()
}

func (s *Steering) toldContinue(string) (string, error) { return "going on", s.Continue() }

func (s *Steering) toldStop(string) (string, error) {
	return "stopping after the running step", s.Stop()
}

func (s *Steering) toldPark(string) (string, error) {
	return "stopping after the running step; Resume goes on from there", s.Park()
}

func (s *Steering) toldSnapshot(string) (string, error) {
	return "a snapshot after the running step", s.ask(func() { s.names = append(s.names, "") })
}

// toldRate takes "5e-4", a learning rate, or "last 2 0.1", groups and their share.
func (s *Steering) toldRate(answer string) (string, error) {
	words := strings.Fields(answer)
	if len(words) == 0 {
		return "", errors.New("train: no learning rate was given (want a number such as 5e-4)")
	}
	n := len(words) - 1
	value, err := strconv.ParseFloat(words[n], 64)
	if err != nil {
		return "", fmt.Errorf("train: %q is no learning rate (want a number such as 5e-4, or groups and their share of it, such as \"last 2 0.1\")", answer)
	}
	if n == 0 {
		return fmt.Sprintf("learning rate %.3g from the next step on", value), s.SetLR(value)
	}
	spec := strings.Join(words[:n], " ")
	return fmt.Sprintf("%.3g of the learning rate for %s from the next step on", value, spec), s.SetRate(spec, value)
}

func (s *Steering) toldUnfreeze(string) (string, error) {
	name, err := s.nextFrozen()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s learns from the next epoch on", name), s.Unfreeze(name)
}

// nextFrozen is the frozen stage nearest to the head, with what was asked for already.
func (s *Steering) nextFrozen() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	plan := s.groups.Clone()
	if s.status.Trainable != "" {
		if err := plan.SetKey(s.status.Trainable); err != nil {
			return "", err
		}
	}
	if err := (tune.Schedule{At: s.plans}).Force(plan); err != nil {
		return "", err
	}
	for i := plan.Stages() - 1; i >= 0; i-- {
		if !plan.Groups[i].Trainable {
			return plan.Groups[i].Name, nil
		}
	}
	return "", errors.New("train: every stage is trainable already, or will be with the next epoch")
}
