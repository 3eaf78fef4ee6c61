package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"graft/lib/plot"
	"graft/lib/train/program"
	"graft/lib/tune"
)

// Phase is a stretch of a run with one plan.
type Phase struct {
	Epoch     int    // its first
	Cause     string // what changed the plan, such as "unfrozen last 2"; "" for the first
	Trainable string // the plan, as tune.Plan.Key
	Params    int    // trainable parameters
	Features  string // found in the cache when it began, such as "100/100"; "" if nothing is frozen
	Compile   time.Duration
	Loaded    time.Duration // part of Compile, see [History]
	// Ledger says which groups moved in the phase; empty if it did not come to its end.
	Ledger tune.Ledger
}

// phase is the running one.
type phase struct {
	Phase
	before tune.Snapshot
	driven []bool // groups with a learning rate in some step that must move them
	steps  int
}

// shownCompile is the shortest compilation worth mentioning.
const shownCompile = 100 * time.Millisecond

// plan makes the changes that are due before the first epoch and holds the rest of
// the schedule against the plan. A resumed run has done that.
func (r *run) plan() error {
	plan, s := r.net.Plan, r.settings
	if err := s.Rates.Check(); err != nil {
		return err
	}
	r.taught, r.factors = make([]int, len(plan.Groups)), s.Rates.Factors(plan)
	if r.resumed != nil {
		return nil
	}
	if err := s.Unfreezing.Check(plan, r.epochs); err != nil {
		return err
	}
	next := plan.Clone()
	if _, err := s.Unfreezing.Apply(next, 1); err != nil {
		return err
	}
	return r.replan(next)
}

// replan makes the network's plan what next says is trainable.
func (r *run) replan(next *tune.Plan) error {
	guard := r.settings.Steering.guard
	guard.Lock()
	defer guard.Unlock()
	return r.net.Plan.SetKey(next.Key())
}

// next is the plan of epoch n: what the schedule and then the user ask for. what
// says how it differs, "" if it does not. A wish that would leave nothing to train
// is refused, not the end of the run.
func (r *run) next(n int) (next *tune.Plan, what string, err error) {
	s := r.settings.Steering
	next = r.net.Plan.Clone()
	if what, err = r.settings.Unfreezing.Apply(next, n); err != nil {
		return nil, "", err
	}
	wishes := tune.Schedule{At: s.wishes()}
	for i := range wishes.At {
		wishes.At[i].Epoch = n
	}
	asked, err := tune.Schedule{At: wishes.At}.Apply(next, n)
	if err != nil {
		r.refuse(err.Error())
	}
	words := slices.DeleteFunc([]string{what, asked}, func(w string) bool { return w == "" })
	return next, strings.Join(words, "; "), nil
}

// turn begins a new phase before epoch n if the schedule or the user changes the
// plan there.
func (r *run) turn(ctx context.Context, n int) error {
	if r.phase.Epoch >= n { // the first one, or a resumed run that has turned here
		return nil
	}
	next, what, err := r.next(n)
	if err != nil || what == "" {
		return err
	}
	if err := r.verify(); err != nil {
		return err
	}
	r.turning = true
	if err := r.replan(next); err != nil {
		return err
	}
	before, err := r.net.Plan.Snapshot(r.net.Store)
	if err != nil {
		return err
	}
	err = r.enter(ctx, n, what, before)
	r.turning = err != nil
	return err
}

// enter starts a phase: marks, features of the new prefix, optimizer state of what
// is trained for the first time, and the executable of the plan.
func (r *run) enter(ctx context.Context, n int, cause string, before tune.Snapshot) (err error) {
	plan := r.net.Plan
	plan.Apply(r.net.Store)
	_, trainable := plan.Ledger(0).Totals()
	r.phase = phase{
		Phase:  Phase{Epoch: n, Cause: cause, Trainable: plan.Key(), Params: trainable},
		before: before, driven: make([]bool, len(plan.Groups)),
	}
	r.ever = r.ever.Ever(plan)
	r.settings.Steering.note(func(s *Status) { s.Epoch, s.Epochs, s.Steps, s.Trainable = n, r.epochs, r.steps, plan.Key() })
	r.tellPace()
	r.history.title = r.title()
	if cause != "" {
		r.remark("%s before epoch %d: %s parameters are trainable now", cause, n, thousands(trainable))
	}
	if n > 1 {
		if err := errors.Join(r.widen(), r.check(ctx)); err != nil {
			return err
		}
	}
	if _, err = r.open(ctx, n); err != nil {
		return err
	}
	r.phase.Features = r.in.hits()
	if r.settings.Valid != nil {
		if r.valid, err = r.inputs(ctx, r.settings.Valid, true, r.board.computing); err != nil {
			return err
		}
	}
	if err := r.begin(r.untaught()); err != nil {
		return err
	}
	r.program = r.step(r.settings)
	r.history.Phases = append(r.history.Phases, r.phase.Phase)
	return nil
}

// widen adds the parameters that the plan has just made trainable to the copies kept
// for going back: until now they were what they were at the time of each copy.
func (r *run) widen() error {
	now, err := capture(r.net.Store, r.net.Plan)
	if err != nil {
		return err
	}
	if err := r.remember(now); err != nil {
		return err
	}
	for _, copies := range []*state{&r.first, &r.safe, &r.best} {
		if *copies == nil {
			continue
		}
		wider := maps.Clone(*copies) // the old one may be on its way to the disk
		for path, value := range now {
			if wider[path] == nil {
				wider[path] = value
			}
		}
		*copies = wider
	}
	return nil
}

// shownGroups are the groups as the board shows them.
func (r *run) shownGroups() []plot.Group {
	groups := make([]plot.Group, len(r.net.Plan.Groups))
	for i, g := range r.net.Plan.Groups {
		groups[i] = plot.Group{Name: g.Name, Trainable: g.Trainable}
	}
	return groups
}

// untaught lists the learned parameters of the groups that have not yet learned in
// this run, whose optimizer state starts from zero.
func (r *run) untaught() [][]tune.Param {
	learned := r.net.Plan.Learned()
	for i := range learned {
		if r.taught[i] > 0 {
			learned[i] = nil
		}
	}
	return learned
}

// pace is the learning rate by group for the next step.
func (r *run) pace(lr float64) (rates []float32) {
	for i := range r.net.Plan.Groups {
		rates = append(rates, float32(lr*r.factor(i)))
		r.phase.driven[i] = r.phase.driven[i] || rates[i] >= drives
	}
	return rates
}

// factor is that on the learning rate of group i: the plan's, which callbacks may
// change, unless the run spreads its rates by itself.
func (r *run) factor(i int) float64 {
	if r.settings.Rates == (tune.Rates{}) {
		return r.net.Plan.Groups[i].Rate
	}
	return r.factors[i]
}

// tellPace tells the wheel at which rates the run learns.
func (r *run) tellPace() {
	shares := make([]float64, len(r.net.Plan.Groups))
	for i := range shares {
		shares[i] = r.factor(i)
	}
	r.settings.Steering.paced(r.settings.Schedule.Peak, shares)
}

// drives is the lowest learning rate of which a change is expected: below it, that
// of a float32 near 1 may be lost in rounding, as at the tail of one-cycle.
const drives = 1e-6

// count books a step, which moved the parameters or only added to their gradients.
func (r *run) count(moved bool) {
	r.phase.steps++
	for i, g := range r.net.Plan.Groups {
		if g.Trainable && moved {
			r.taught[i]++
		}
	}
}

// verify holds the parameters against the plan of the phase that ends.
func (r *run) verify() error {
	if r.phase.steps == 0 {
		return nil
	}
	after, err := r.net.Plan.Snapshot(r.net.Store)
	if err != nil {
		return err
	}
	plan := r.net.Plan.Clone()
	r.phase.Ledger = r.ledger(plan).Compare(plan, r.phase.before, after)
	r.history.Phases[len(r.history.Phases)-1] = r.phase.Phase
	for i := range plan.Groups {
		plan.Groups[i].Rate = 0 // of the steps that were, not of the plan as it is now
		if r.phase.driven[i] {
			plan.Groups[i].Rate = 1
		}
	}
	return plan.Verify(r.phase.before, after)
}

// account is the ledger of the whole run, after weights were put back: what no phase
// trained must be as it was before.
func (r *run) account() error {
	if len(r.history.StepLoss) == 0 {
		return nil
	}
	after, err := r.net.Plan.Snapshot(r.net.Store)
	if err != nil {
		return err
	}
	r.history.Ledger = r.ledger(r.net.Plan).Compare(r.net.Plan, r.before, after)
	return r.ever.VerifyFrozen(r.before, after)
}

// ledger is the account of plan with the rates of this run.
func (r *run) ledger(plan *tune.Plan) tune.Ledger {
	paced := plan.Clone()
	for i := range paced.Groups {
		paced.Groups[i].Rate = r.factor(i)
	}
	return paced.Ledger(r.settings.Schedule.Peak)
}

// expected says how long the compilation before this one took, the best guess there
// is; "" if there was none.
func (r *run) expected() string {
	var longest time.Duration
	for _, took := range r.CompileTimes() {
		longest = max(longest, took)
	}
	if longest < shownCompile {
		return ""
	}
	return fmt.Sprintf(" (the one before took up to %.1f s)", longest.Seconds())
}

// compiling says what the executables of a run of one phase cost.
func (h *History) compiling() (list []string) {
	if len(h.Phases) > 1 {
		return nil
	}
	if took := h.Compile - h.Loaded; took >= shownCompile {
		list = append(list, fmt.Sprintf("compiled in %.1f s", took.Seconds()))
	}
	if h.Loaded >= shownCompile {
		list = append(list, fmt.Sprintf("programs found compiled, ready in %.1f s", h.Loaded.Seconds()))
	}
	return list
}

// changes says what each phase after the first did and what it cost.
func (h *History) changes() []string {
	var list []string
	for i, p := range h.Phases {
		if i == 0 {
			continue
		}
		cost := "executable reused"
		switch {
		case p.Compile > 0 && p.Loaded == p.Compile:
			cost = fmt.Sprintf("programs found compiled, ready in %.1f s", p.Loaded.Seconds())
		case p.Compile > 0:
			cost = fmt.Sprintf("recompiled in %.1f s", p.Compile.Seconds())
		}
		list = append(list, fmt.Sprintf("epoch %d: %s, %s parameters trainable, %s", p.Epoch, p.Cause, thousands(p.Params), cost))
	}
	return slices.Clip(list)
}

// Compilations is the number of executables compiled so far: of steps, of frozen
// prefixes and of inference. Going back to an earlier plan, or changing rates, adds
// none.
func (t *Trainer) Compilations() int {
	n := 0
	count := func(p *program.Program) { n += p.Compiled() }
	for _, p := range t.steps {
		count(p)
	}
	for _, p := range t.suffixes {
		count(p)
	}
	for _, p := range t.prefixes {
		count(p.Program)
	}
	return n
}
