package train

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"time"

	"github.com/gomlx/gomlx/core/tensors"
	"graft/lib/device"
	"graft/lib/plot"
	"graft/lib/train/program"
	"graft/lib/train/schedule"
	"graft/lib/tune"
)

// Fit trains what the plan says is trainable for a number of epochs and shows the
// run on the display of ctx. The optimizer starts afresh.
//
// Whatever happens, the parameters are usable afterwards. When ctx ends, or an example
// cannot be loaded, they are those of the last finished step; when a step fails or its
// loss is not a number, those of the last finished epoch, or of the start; with
// [EarlyStop] or [KeepBest], those of the best epoch. The history tells as far as the
// run went.
//
// At the end the plan is held against the parameters: a frozen one that moved, or a
// trainable one that did not, is an error that wraps tune.ErrPlanBroken.
func (t *Trainer) Fit(ctx context.Context, epochs int, train Source, opts ...Option) (*History, error) {
	s, err := Resolve("Fit", Settings{}, opts, FitOptions...)
	if err != nil {
		return nil, err
	}
	return t.FitWith(ctx, epochs, train, s)
}

// FitWith is Fit with settings already resolved.
func (t *Trainer) FitWith(ctx context.Context, epochs int, train Source, s Settings) (*History, error) {
	if !t.busy.TryLock() {
		return nil, ErrBusy
	}
	defer t.busy.Unlock()
	if t.paused.Load() {
		return nil, ErrPaused
	}
	return t.fit(ctx, epochs, train, s, nil)
}

// fit begins a run, or goes on with one from its checkpoint.
func (t *Trainer) fit(ctx context.Context, epochs int, train Source, s Settings, from *Savepoint) (*History, error) {
	r, err := t.start(ctx, epochs, train, s)
	if err != nil {
		return nil, err
	}
	r.examples, r.resumed = train, from
	if from != nil {
		r.at = from.point.At
	}
	if err := r.plan(); err != nil {
		return nil, err
	}
	if err := r.warm(); err != nil {
		return nil, err
	}
	if err := r.startKeeping(ctx); err != nil {
		return nil, err
	}
	defer device.Idle()
	defer r.abandoned()
	err = r.train(ctx)
	r.closeFeeds()
	if len(r.history.StepLoss) > 0 {
		t.last = &lastOptimizer{r.settings.Optimizer.Rule, r.taught}
	}
	return r.history, r.finish(ctx, err)
}

// abandoned ends a run that a panic has ended, mostly of a callback: its loading, the
// hold on its checkpoint and its board. The panic goes on.
func (r *run) abandoned() {
	if r.closed {
		return
	}
	r.closeFeeds()
	r.board.end(plot.Failed, "a panic ended the run; the weights are those of the last finished step"+r.keeper.end(false))
}

// run is one call of Fit.
type run struct {
	*Trainer
	settings Settings
	source   Source
	epochs   int
	steps    int // per epoch
	batch    int

	round     int // which call of Fit, for all that is drawn at random
	in, valid *inputs
	plain     *inputs // of all examples as they are
	plainFor  string  // plan that it was made for
	feed      *feed   // of the running epoch
	ahead     *feed   // of the one after, or nil
	stepped   bool    // the first batch was taken
	streamed  bool    // examples were loaded while steps ran
	program   *program.Program
	phase     phase
	history   *History
	board     *board
	before    tune.Snapshot
	ever      *tune.Plan // what any phase trained
	taught    []int      // steps that each group has learned in, frozen ones not counted
	factors   []float64  // on the learning rate, by group
	first     state      // parameters from before
	safe      state      // parameters after the last finished epoch
	best      state
	stopper   Stopper
	halted    bool // by StopWhen
	closed    bool // the board is

	at       stand      // the next step
	keeper   *keeper    // nil if no checkpoints are written
	resumed  *Savepoint // what the run goes on from; nil if it began here
	examples Source     // as they were given
	kept     state      // the optimizer's, to go on with
	turning  bool       // the plan is being changed
	digests  [2]string  // of the training and the validation set, once known
}

func (t *Trainer) start(ctx context.Context, epochs int, train Source, s Settings) (*run, error) {
	n := train.Len()
	switch {
	case epochs < 1:
		return nil, fmt.Errorf("train: %d epochs (want at least 1)", epochs)
	case n == 0:
		return nil, errors.New("train: no examples to train on")
	case s.Schedule.Shape == schedule.Plateau && s.Valid == nil:
		return nil, errors.New("train: no validation set, so no plateau can be seen (add one, or use another schedule)")
	case s.KeepBest && s.Valid == nil:
		return nil, errors.New("train: no validation set, so no epoch can be called best (add one, or leave out EarlyStop and KeepBest)")
	}
	if err := s.measurable(); err != nil {
		return nil, err
	}
	train, err := augmented(train, s)
	if err = errors.Join(err, s.checkSampling(train)); err != nil {
		return nil, err
	}
	t.features.Begin()
	if s.Steering == nil {
		s.Steering = t.NewSteering(nil, nil)
	}
	r := &run{Trainer: t, settings: s, source: train, epochs: epochs, batch: min(s.Batch, n)}
	r.steps, r.at = (n+r.batch-1)/r.batch, stand{Epoch: 1}
	if err := r.steer(ctx); err != nil {
		return nil, err
	}
	if err := r.check(ctx); err != nil {
		return nil, err
	}
	r.stopper = Stopper{Patience: s.Patience, MinDelta: s.MinDelta}
	r.history = &History{planned: epochs, title: r.title(), Note: strings.Join(s.Warnings, "; "), changing: !s.Unfreezing.Empty()}
	if s.Valid != nil {
		r.history.Metrics = s.Metrics
	}
	t.phases++
	r.round = t.phases
	r.board = newBoard(ctx, r.history, r.steps)
	r.board.name, r.board.groups = r.net.Name, r.shownGroups
	wheel := r.settings.Steering
	r.board.keep, r.board.actions = wheel.picture, wheel.actions
	r.board.waiting = func() []string { return wheel.Status().Waiting }
	return r, nil
}

// title says what is trained: "fit: 1 of 10 groups, 2,562 parameters, Adam 0.002".
func (r *run) title() string {
	groups := 0
	for _, g := range r.net.Plan.Groups {
		if g.Trainable {
			groups++
		}
	}
	_, trainable := r.net.Plan.Ledger(0).Totals()
	s := r.settings
	if s.Rate != nil {
		s.Schedule.Peak = s.Rate()
	}
	text := fmt.Sprintf("%s%d of %d groups trainable, %s parameters, %s, %s %.3g",
		s.Title, groups, len(r.net.Plan.Groups), thousands(trainable), s.Optimizer.Rule, s.Schedule.Shape, s.Schedule.Peak)
	if spread := s.Rates.String(); spread != "" {
		text += " " + spread
	}
	if recipe := s.Recipe.title(); recipe != "" {
		text += ", " + recipe
	}
	return text + r.viewTitle()
}

func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// train prepares and runs the epochs.
func (r *run) train(ctx context.Context) error {
	r.stopped() // what was pressed before is forgotten
	if err := r.prepare(ctx); err != nil {
		return err
	}
	if err := r.adopt(); err != nil {
		return err
	}
	for n := r.at.Epoch; n <= r.epochs; n++ {
		if err := r.turn(ctx, n); err != nil {
			return err
		}
		stop, err := r.epoch(ctx, n)
		if err != nil || stop {
			return err
		}
		if err := r.keep(); err != nil {
			return err
		}
	}
	return nil
}

// prepare takes the first snapshot and begins the first phase.
func (r *run) prepare(ctx context.Context) (err error) {
	if r.taught == nil {
		if err := r.plan(); err != nil {
			return err
		}
	}
	plan, store := r.net.Plan, r.net.Store
	if r.before, err = plan.Snapshot(store); err != nil {
		return err
	}
	if r.first, err = capture(store, plan); err != nil {
		return err
	}
	r.safe, r.ever = maps.Clone(r.first), plan.Clone()
	if err := r.remember(r.first); err != nil {
		return err
	}
	if err := r.enter(ctx, min(r.at.Epoch, r.epochs), "", r.before); err != nil {
		return err
	}
	return nil
}

// epoch runs one pass and measures it.
func (r *run) epoch(ctx context.Context, n int) (stop bool, err error) {
	start, compiled := time.Now(), r.history.Compile
	e := Epoch{N: n, ValidLoss: math.NaN(), Trainable: r.net.Plan.Key(), Params: r.phase.Params}
	rows, err := r.epochInputs(ctx, n)
	if err != nil {
		return false, err
	}
	e.Features = r.in.hits()
	for b := r.at.Batch; b < r.steps; b++ {
		err := r.oneStep(ctx, n, b, rows)
		if errors.Is(err, ErrStop) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if err := r.keep(); err != nil {
			return false, err
		}
	}
	e.TrainLoss, e.LR = r.at.Sum/float64(len(rows)), r.at.LR
	if err := r.openNext(ctx, n+1); err != nil {
		return false, err
	}
	if err := r.withAverages(func() error { return r.measure(ctx, &e) }); err != nil {
		return false, err
	}
	e.Time, e.Compile = time.Since(start), r.history.Compile-compiled
	return r.close(e)
}

// oneStep runs batch b of epoch n; order is the epoch's.
func (r *run) oneStep(ctx context.Context, n, b int, order []int) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := r.obey(ctx); err != nil {
		return err
	}
	number := (n-1)*r.steps + b
	lr, err := r.rate(number)
	if err != nil {
		return err
	}
	r.tellPace() // a slider or a callback may have changed it
	args, err := r.arguments(ctx, order, b, lr, number+1)
	if err != nil {
		return err
	}
	if err := r.compile(ctx, args); err != nil {
		return err
	}
	start := time.Now()
	loss, err := r.descendOnce(args)
	if err != nil {
		return errors.Join(explain(err, r.batch), r.safe.restore(r.net.Store))
	}
	if math.IsNaN(loss) || math.IsInf(loss, 0) {
		err := fmt.Errorf("train: the loss is %v in epoch %d, batch %d (the parameters of the last finished epoch are back; try a learning rate below %.3g, or look at the inputs)", loss, n, b+1, lr)
		return errors.Join(err, r.safe.restore(r.net.Store))
	}
	r.history.StepLoss = append(r.history.StepLoss, loss)
	r.settings.Steering.note(func(s *Status) {
		s.State, s.Epoch, s.Epochs, s.Step, s.Steps, s.Loss, s.LR = "running", n, r.epochs, b+1, r.steps, loss, lr
	})
	r.count(r.moves(b))
	step := Step{Epoch: n, Batch: b + 1, Loss: loss, LR: lr}
	examples := min(r.batch, len(order)-b*r.batch)
	r.advance(step, examples)
	r.board.step(step, examples, time.Since(start))
	return r.tell(step)
}

// compile makes the step ready for args and says how long it took.
func (r *run) compile(ctx context.Context, args []*tensors.Tensor) error {
	if r.program.Compiled() == 0 {
		r.board.say("compiling the training step for this plan" + r.expected())
	}
	took, err := r.program.Prepare(ctx, args)
	r.history.Compile += took
	r.phase.Compile += took
	if took > 0 && r.program.Loaded(args) {
		r.history.Loaded += took
		r.phase.Loaded += took
	}
	return explain(err, r.batch)
}

// descendOnce runs one step and returns its loss.
func (r *run) descendOnce(args []*tensors.Tensor) (float64, error) {
	out, err := r.program.Call(args)
	if err != nil {
		return 0, err
	}
	flat, err := program.Take(out)
	if err != nil {
		return 0, err
	}
	return float64(flat[0]), nil
}

// arguments makes the tensors of a step; number counts steps of the run from 1.
func (r *run) arguments(ctx context.Context, order []int, b int, lr float64, number int) ([]*tensors.Tensor, error) {
	rows, weight := batchOf(order, b, r.batch)
	values, err := r.batchValues(ctx, b)
	if err != nil {
		return nil, err
	}
	rates := r.pace(lr)
	args := []*tensors.Tensor{
		r.in.tensor(values, r.batch),
		truthOf(r.settings.Loss, r.source, rows),
		tensors.FromFlatDataAndDimensions(weight, r.batch),
		tensors.FromFlatDataAndDimensions(rates, len(rates)),
	}
	return append(args, r.extras(number)...), nil
}

// close books a finished epoch and says whether to stop.
func (r *run) close(e Epoch) (stop bool, err error) {
	r.history.Epochs = append(r.history.Epochs, e)
	if r.safe, err = capture(r.net.Store, r.net.Plan); err != nil {
		return false, err
	}
	if r.valid != nil {
		var better bool
		better, stop = r.stopper.Observe(e.N, e.ValidLoss)
		if better && r.settings.KeepBest {
			if r.best, err = r.tested(); err != nil {
				return false, err
			}
		}
		r.history.Best = r.stopper.Best
	}
	r.at = stand{Epoch: e.N + 1}
	r.board.epoch()
	for _, fn := range r.settings.OnEpoch {
		if err := fn(e); errors.Is(err, ErrStop) {
			return true, nil
		} else if err != nil {
			return false, err
		}
	}
	return stop, nil
}

// finish restores what is to be restored, holds the plan against the parameters and
// closes the board. cause is why the run ended, nil for its natural end.
func (r *run) finish(ctx context.Context, cause error) error {
	state, note, finished := plot.Done, "", cause == nil
	r.history.Stopped = r.halted
	if cause == nil {
		if cause = r.verify(); cause != nil {
			note = cause.Error() // before weights are put back, which may be those of another plan
		}
	}
	switch {
	case note != "":
		state = plot.Failed
	case cause != nil && (ctx.Err() != nil || errors.Is(cause, ErrParked)):
		r.park(r.settings.Steering.parking())
		state = plot.Interrupted
		note = fmt.Sprintf("interrupted after %d steps; the weights are those of the last finished step", len(r.history.StepLoss))
		cause = fmt.Errorf("train: %s: %w", note, cause)
	case cause != nil:
		state, note = plot.Failed, cause.Error()
	case r.settings.KeepBest && r.stopper.Best == 0 && len(r.history.Epochs) > 0:
		cause = fmt.Errorf("train: the validation loss was NaN in all %d epochs, so none is best; the weights are those from before", len(r.history.Epochs))
		cause = errors.Join(cause, r.first.restore(r.net.Store))
		state, note = plot.Failed, cause.Error()
	case r.settings.KeepBest && r.stopper.Best > 0:
		note = r.restoreBest()
		cause = r.best.restore(r.net.Store)
	case r.halted:
		note = fmt.Sprintf("stopped after %d steps; the weights are those of the last one", len(r.history.StepLoss))
	case len(r.history.Epochs) < r.epochs:
		note = "stopped by a callback"
	}
	if cause == nil {
		if r.halted {
			state = plot.Stopped
		}
		if cause = errors.Join(r.keepAverages(), r.account()); cause != nil {
			state, note = plot.Failed, cause.Error()
		}
	}
	r.closed = true
	r.board.end(state, strings.TrimPrefix(r.closing(note)+r.keeper.end(finished), "; "))
	return cause
}

// restoreBest notes that the weights are those of the best epoch.
func (r *run) restoreBest() string {
	r.history.Restored = true
	if n := len(r.history.Epochs); n < r.epochs {
		return fmt.Sprintf("stopped early after epoch %d; the weights are those of epoch %d", n, r.stopper.Best)
	}
	return fmt.Sprintf("the weights are those of epoch %d", r.stopper.Best)
}

// closing adds to note what compiling took and what the data were like.
func (r *run) closing(note string) string {
	var parts []string
	if note != "" {
		parts = append(parts, note)
	}
	parts = append(parts, r.history.compiling()...)
	parts = append(parts, r.history.changes()...)
	return strings.Join(append(parts, r.dataNotes()...), "; ")
}
