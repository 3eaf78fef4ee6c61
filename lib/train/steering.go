package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"graft/lib/display"
	"graft/lib/tune"
)

// Steering is the wheel of a run: what is asked of it happens between two steps of
// the run, or between two epochs. It is made before the run and passed to it with
// [Steered]; one Steering may steer several runs one after the other. All methods
// are safe for concurrent use, by callbacks of the run, too.
type Steering struct {
	plan     *tune.Plan // of the network; belongs to the run while there is one
	groups   *tune.Plan // a copy, for the names of groups
	guard    sync.Locker
	snapshot func(name string) error

	mu     sync.Mutex
	wake   chan struct{} // has room for one: something was asked
	paused bool
	stop   bool
	parked bool
	ended  bool
	peak   float64 // 0 until SetLR
	rates  []rateChange
	plans  []tune.Change
	names  []string  // snapshots to take; "" is one named after its place
	base   float64   // learning rate of the run, or the peak of its schedule
	shares []float64 // of it, by group
	status Status
	shown  display.Bundle
}

type rateChange struct {
	spec  string
	share float64
}

// Status is where a run is.
type Status struct {
	State         string // starting, running, pausing, paused, stopping or ended
	Epoch, Epochs int    // the running one, from 1, of all
	Step, Steps   int    // finished ones of the running epoch, of all
	Loss          float64
	LR            float64  // base learning rate of the last step
	Trainable     string   // the plan, as tune.Plan.Key
	Waiting       []string // what is to happen after the step or the epoch, such as "unfreeze last 2"
	Snapshots     []string // taken so far
	Problem       string   // what of the things asked could not be done; "" for none
}

// ErrPaused is returned by calls that train a network whose run is paused.
var ErrPaused = errors.New("train: a run of this network is paused (continue or stop it first)")

// ErrParked is wrapped by the error of a run that [Steering.Park] has ended.
var ErrParked = errors.New("the run is parked")

// ErrEnded is returned by the methods of a [Steering] whose run has ended.
var ErrEnded = errors.New("train: the run has ended, so it cannot be steered")

// NewSteering returns a wheel for runs of t. guard is held while a run changes the
// plan; it may be nil. snapshot stores a copy of the parameters under a name; nil if
// nothing can. It is called between two steps, by the goroutine of the run.
func (t *Trainer) NewSteering(guard sync.Locker, snapshot func(name string) error) *Steering {
	if guard == nil {
		guard = &sync.Mutex{}
	}
	return &Steering{
		plan: t.net.Plan, groups: t.net.Plan.Clone(), guard: guard, snapshot: snapshot, wake: make(chan struct{}, 1),
		status: Status{State: "starting", Loss: math.NaN()},
	}
}

// Steered lets s steer the run.
func Steered(s *Steering) Option {
	return Option{"Steered", func(set *Settings) error { set.Steering = s; return nil }}
}

// ask puts a wish down with change, unless the run has ended.
func (s *Steering) ask(change func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return ErrEnded
	}
	change()
	select {
	case s.wake <- struct{}{}:
	default:
	}
	return nil
}

// Pause holds the run before its next step. The network can be used meanwhile: to
// predict, evaluate and look, but not to train.
func (s *Steering) Pause() error { return s.ask(func() { s.paused = true }) }

// Continue ends a pause.
func (s *Steering) Continue() error { return s.ask(func() { s.paused = false }) }

// Stop ends the run well after the step it is in; the parameters are those of that
// step, or of the best epoch with EarlyStop and KeepBest. It ends a pause, too.
func (s *Steering) Stop() error { return s.ask(func() { s.stop = true }) }

// Park ends the run after the step it is in, as an interrupt does, and leaves a
// checkpoint, so that Resume can go on with it, in another process too; there is none
// with NoCheckpoint. It ends a pause, too.
func (s *Steering) Park() error { return s.ask(func() { s.parked = true }) }

// SetLR makes rate the learning rate from the next step on; with a schedule, it is
// the peak that changes. Nothing is compiled again.
func (s *Steering) SetLR(rate float64) error {
	if !(rate > 0) || math.IsInf(rate, 1) {
		return fmt.Errorf("train: learning rate %g (must be above 0; to hold a group still, give it the share 0 with SetRate)", rate)
	}
	return s.ask(func() { s.peak = rate })
}

// SetRate gives the groups that spec names a share of the learning rate from the
// next step on; 0 holds them still. Nothing is compiled again.
func (s *Steering) SetRate(spec string, share float64) error {
	if err := s.groups.Clone().SetRate(spec, share); err != nil {
		return err
	}
	return s.ask(func() { s.rates = append(s.rates, rateChange{spec, share}) })
}

// Unfreeze makes the groups that specs name trainable when the next epoch begins;
// all without a spec. If none comes, they are trainable when the run has ended.
func (s *Steering) Unfreeze(specs ...string) error { return s.replan(false, specs) }

// Freeze freezes groups when the next epoch begins; see [Steering.Unfreeze].
func (s *Steering) Freeze(specs ...string) error { return s.replan(true, specs) }

func (s *Steering) replan(freeze bool, specs []string) error {
	if len(specs) == 0 {
		specs = []string{""}
	}
	var changes []tune.Change
	for _, spec := range specs {
		if _, err := s.groups.Choose(spec); err != nil {
			return err
		}
		changes = append(changes, tune.Change{Spec: spec, Freeze: freeze})
	}
	return s.ask(func() { s.plans = append(s.plans, changes...) })
}

// Snapshot stores a copy of the parameters under name after the step that is under
// way. It does not wait for it; what goes wrong is the Problem of [Steering.Status].
func (s *Steering) Snapshot(name string) error {
	switch {
	case name == "":
		return errors.New("train: a snapshot needs a name")
	case s.snapshot == nil:
		return errors.New("train: this run has no place for snapshots (pass one to NewSteering)")
	}
	return s.ask(func() { s.names = append(s.names, name) })
}

// Status says where the run is.
func (s *Steering) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := s.status
	switch {
	case s.ended:
		status.State = "ended"
	case s.stop || s.parked:
		status.State = "stopping"
	case s.paused && status.State != "paused":
		status.State = "pausing"
	}
	status.Snapshots = slices.Clone(status.Snapshots)
	status.Waiting = s.waiting()
	return status
}

// waiting lists what was asked and has not happened; the caller holds mu.
func (s *Steering) waiting() []string {
	var list []string
	if s.peak > 0 {
		list = append(list, fmt.Sprintf("learning rate %.3g", s.peak))
	}
	for _, r := range s.rates {
		list = append(list, fmt.Sprintf("%.3g of the rate for %s", r.share, r.spec))
	}
	for _, c := range s.plans {
		list = append(list, c.String()+" at the next epoch")
	}
	for _, name := range s.names {
		list = append(list, strings.TrimSpace("snapshot "+name))
	}
	return list
}

// Stopped reports whether Stop or Park was called.
func (s *Steering) Stopped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop || s.parked
}

// parking reports whether Park was called.
func (s *Steering) parking() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parked
}

// Display is the table and the curves of the run as they are now.
func (s *Steering) Display() display.Bundle {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown.Data == nil {
		return display.Plain("the run has not begun")
	}
	return s.shown
}

// String is the status in one line.
func (s Status) String() string {
	text := s.State
	if s.Epochs > 0 {
		text += fmt.Sprintf(": epoch %d of %d, step %d of %d", s.Epoch, s.Epochs, s.Step, s.Steps)
	}
	if !math.IsNaN(s.Loss) {
		text += fmt.Sprintf(", loss %.4f, learning rate %.3g", s.Loss, s.LR)
	}
	if len(s.Waiting) > 0 {
		text += "; waiting: " + strings.Join(s.Waiting, ", ")
	}
	if s.Problem != "" {
		text += "; " + s.Problem
	}
	return text
}

// End says that no run will follow: what was still waiting to change the plan
// changes it now, and further wishes are refused.
func (s *Steering) End() error {
	s.mu.Lock()
	s.ended = true
	plans := s.plans
	s.plans, s.rates, s.names, s.peak = nil, nil, nil, 0
	s.mu.Unlock()
	s.guard.Lock()
	defer s.guard.Unlock()
	return tune.Schedule{At: plans}.Force(s.plan)
}

// note changes the status.
func (s *Steering) note(change func(*Status)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.status)
}

// Pace is the learning rate of the run, or the peak of its schedule, and the share of it
// that each group has, as they are now, or were when the run ended; 0 and nil before it
// began.
func (s *Steering) Pace() (rate float64, shares []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base, slices.Clone(s.shares)
}

// paced says what Pace is.
func (s *Steering) paced(base float64, shares []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base, s.shares = base, shares
}

// picture keeps what the board shows.
func (s *Steering) picture(b display.Bundle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown = b
}

// pausing reports whether the run is to wait.
func (s *Steering) pausing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.paused && !s.stop && !s.parked
}

// wishes are the changes of the plan that were asked for.
func (s *Steering) wishes() []tune.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	plans := s.plans
	s.plans = nil
	return plans
}
