package task

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"graft/lib/display"
	"graft/lib/plot"
	"graft/lib/train"
)

// Trials are the results of a search.
type Trials struct {
	Fields []string // searched fields
	List   []Result // the best first; those of longer trials before others
	Lowest bool     // small scores are good
	Note   string   // how the search ended

	space   *space
	planned int
}

// Result is one trial.
type Result struct {
	Number int // in the order they were made, from 1
	Value  any // the struct
	Epochs int
	Score  float64 // NaN if it failed
	Err    error
	Time   time.Duration

	point []choice
}

// Best is the struct with the best score; nil if no trial came to an end.
func (t *Trials) Best() any {
	if len(t.List) == 0 || t.List[0].Err != nil {
		return nil
	}
	return t.List[0].Value
}

// Search looks for the values of a struct with the best score. Fields with a tag are
// searched, the others stay as they are in space:
//
//	type Setup struct {
//		LR    float64 `search:"1e-4..1e-1 log"`
//		Batch int     `search:"8|16|32"`
//	}
//	trials, err := graft.Search(Setup{}, func(s Setup, epochs int) (float64, error) {
//		return m.Trial(epochs, graft.LR(s.LR), graft.BatchSize(s.Batch))
//	}, graft.RandomSearch(20, 3))
//	best := trials.Best().(Setup)
//
// objective gets the struct and the epochs to train for, and returns the score, the
// larger the better unless Lowest is given; the epochs and the error may be left out
// of its signature. A trial that returns an error, or a NaN, comes last; the search
// goes on. When the context ends, so does the search, with the trials made so far and
// an error.
//
// The options are [train.SearchOptions] and With; default is RandomSearch(20, 5). Trials are
// functions of the seed, so the same search gives the same table.
func Search(space, objective any, opts ...train.Option) (*Trials, error) {
	s, err := train.Resolve("Search", train.Settings{}, opts, train.SearchOptions...)
	if err != nil {
		return nil, err
	}
	sp, err := newSpace(space)
	if err != nil {
		return nil, err
	}
	score, err := scorer(objective, sp.base.Type())
	if err != nil {
		return nil, err
	}
	how := s.Search
	if how.Method == "" {
		how.Method, how.Points, how.Epochs = "random", 20, 5
	}
	x := &search{Search: how, seed: s.Seed, score: score, live: display.NewLive(display.From(s.Context))}
	x.trials = &Trials{space: sp, Lowest: how.Lowest}
	for _, d := range sp.dims {
		x.trials.Fields = append(x.trials.Fields, d.name)
	}
	return x.trials, x.run(s.Context)
}

// SearchOver is [Search] with types: it returns the best struct, the zero one if no
// trial came to an end.
func SearchOver[S any](space S, objective func(s S, epochs int) (float64, error), opts ...train.Option) (best S, trials *Trials, err error) {
	trials, err = Search(space, objective, opts...)
	if trials != nil {
		best, _ = trials.Best().(S)
	}
	return best, trials, err
}

// scorer checks the signature of objective: func(S[, int]) (float64[, error]).
func scorer(objective any, of reflect.Type) (func(v reflect.Value, epochs int) (float64, error), error) {
	f := reflect.ValueOf(objective)
	number, fault := reflect.TypeFor[float64](), reflect.TypeFor[error]()
	fits := f.Kind() == reflect.Func && !f.IsNil()
	if fits {
		t := f.Type()
		fits = !t.IsVariadic() && (t.NumIn() == 1 || t.NumIn() == 2 && t.In(1) == reflect.TypeFor[int]()) && t.In(0) == of &&
			(t.NumOut() == 1 || t.NumOut() == 2 && t.Out(1) == fault) && t.Out(0) == number
	}
	if !fits {
		return nil, fmt.Errorf("task: Search with a %T (want a func(%s, int) (float64, error): the values and the epochs in, the score out)", objective, of)
	}
	return func(v reflect.Value, epochs int) (float64, error) {
		out := f.Call([]reflect.Value{v, reflect.ValueOf(epochs)}[:f.Type().NumIn()])
		var err error
		if len(out) == 2 {
			err, _ = out[1].Interface().(error)
		}
		return out[0].Float(), err
	}, nil
}

// search is one call of Search.
type search struct {
	train.Search
	seed   int64
	score  func(v reflect.Value, epochs int) (float64, error)
	live   *display.Live
	trials *Trials
}

func (x *search) run(ctx context.Context) error {
	points, err := x.points()
	if err != nil {
		return err
	}
	rungs := x.rungs(len(points))
	for _, r := range rungs {
		x.trials.planned += r.points
	}
	for i, r := range rungs {
		if i > 0 {
			points = x.survivors(rungs[i-1].epochs, r.points)
		}
		if err := x.rung(ctx, points, r.epochs); err != nil {
			x.trials.Note = fmt.Sprintf("interrupted after %d of %d trials", len(x.trials.List), x.trials.planned)
			x.live.Update(x.trials.Display())
			return fmt.Errorf("task: the search was %s: %w", x.trials.Note, err)
		}
	}
	if len(x.trials.List) > 0 && x.trials.Best() == nil {
		return fmt.Errorf("task: all %d trials failed, the first with: %w", len(x.trials.List), x.trials.List[0].Err)
	}
	return nil
}

func (x *search) points() ([][]choice, error) {
	if x.Method == "grid" {
		return x.trials.space.all(x.Points)
	}
	points := make([][]choice, x.Points)
	for i := range points {
		points[i] = x.trials.space.random(x.seed, i)
	}
	return points, nil
}

// rungSize is a rung of successive halving: so many points for so many epochs.
type rungSize struct{ points, epochs int }

// rungs are one, or those of successive halving.
func (x *search) rungs(n int) []rungSize {
	if x.Method != "halving" {
		return []rungSize{{n, x.Epochs}}
	}
	var list []rungSize
	for epochs := x.Least; ; epochs = min(x.Epochs, epochs*x.Keep) {
		list = append(list, rungSize{n, epochs})
		if epochs >= x.Epochs || n == 1 {
			return list
		}
		n = max(1, n/x.Keep)
	}
}

// survivors are the best n points of the rung of so many epochs.
func (x *search) survivors(epochs, n int) (points [][]choice) {
	for _, r := range x.trials.List {
		if r.Epochs == epochs && len(points) < n {
			points = append(points, r.point)
		}
	}
	return points
}

// rung makes a trial of each point.
func (x *search) rung(ctx context.Context, points [][]choice, epochs int) error {
	for _, p := range points {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		start, v := time.Now(), x.trials.space.value(p)
		r := Result{Number: len(x.trials.List) + 1, Value: v.Interface(), Epochs: epochs, point: p}
		r.Score, r.Err = x.score(v, epochs)
		if r.Err != nil && ctx.Err() != nil {
			return context.Cause(ctx) // of the interrupt, not of the point
		}
		if r.Err == nil && math.IsNaN(r.Score) {
			r.Err = errors.New("the score is NaN")
		}
		if r.Err != nil {
			r.Score = math.NaN()
		}
		r.Time = time.Since(start)
		x.trials.add(r)
		b := x.trials.Display()
		b.Metadata = map[string]any{display.LineKey: x.trials.line(r)}
		x.live.Update(b)
	}
	return nil
}

// add keeps the list sorted.
func (t *Trials) add(r Result) {
	t.List = append(t.List, r)
	slices.SortStableFunc(t.List, func(a, b Result) int {
		failed := func(r Result) int {
			if r.Err != nil {
				return 1
			}
			return 0
		}
		order := cmp.Compare(b.Score, a.Score)
		if t.Lowest {
			order = -order
		}
		return cmp.Or(failed(a)-failed(b), cmp.Compare(b.Epochs, a.Epochs), order, cmp.Compare(a.Number, b.Number))
	})
}

// Display shows the trials by score, and the fields beside it as parallel coordinates.
func (t *Trials) Display() display.Bundle {
	table := plot.Table{Columns: append([]string{"score"}, t.Fields...), Note: t.Note}
	if table.Columns = append(table.Columns, "epochs", "time", "trial"); t.Note == "" && len(t.List) < t.planned {
		table.Note = fmt.Sprintf("trial %d of at most %d", len(t.List)+1, t.planned)
	}
	for _, r := range t.List {
		score := fmt.Sprintf("%.4g", r.Score)
		if r.Err != nil {
			score = "failed: " + r.Err.Error()
		}
		row := append([]string{score}, t.texts(r)...)
		table.Rows = append(table.Rows, append(row, fmt.Sprint(r.Epochs), seconds(r.Time), fmt.Sprint(r.Number)))
	}
	if len(t.List) < 2 {
		return table.Display()
	}
	return plot.Stack(table.Display(), t.picture().Display())
}

// line is what a log gets of a trial.
func (t *Trials) line(r Result) string {
	text := fmt.Sprintf("trial %d: score %.4g", r.Number, r.Score)
	if r.Err != nil {
		text = fmt.Sprintf("trial %d failed: %v", r.Number, r.Err)
	}
	for i, value := range t.texts(r) {
		text += fmt.Sprintf(", %s %s", t.Fields[i], value)
	}
	return fmt.Sprintf("%s, epochs %d, %s", text, r.Epochs, seconds(r.Time))
}

func (t *Trials) texts(r Result) (list []string) {
	v := reflect.ValueOf(r.Value)
	for _, d := range t.space.dims {
		if f := v.Field(d.index); f.CanFloat() {
			list = append(list, fmt.Sprintf("%.3g", f.Float()))
		} else {
			list = append(list, fmt.Sprint(f.Interface()))
		}
	}
	return list
}

// picture has an axis for each field and one for the score.
func (t *Trials) picture() plot.Parallel {
	var p plot.Parallel
	for _, d := range t.space.dims {
		a := plot.ParallelAxis{Name: d.name, Log: d.log}
		for _, v := range d.values {
			a.Values = append(a.Values, fmt.Sprint(v.Interface()))
		}
		p.Axes = append(p.Axes, a)
	}
	p.Axes = append(p.Axes, plot.ParallelAxis{Name: "score"})
	for _, r := range t.List {
		line := make([]float64, 0, len(p.Axes))
		for i, d := range t.space.dims {
			if d.values != nil {
				line = append(line, float64(r.point[i].list))
			} else {
				line = append(line, r.point[i].number)
			}
		}
		p.Lines = append(p.Lines, append(line, r.Score))
	}
	p.Lowest = t.Lowest
	return p
}

// Trial is a Fit that leaves no trace, for a search: it returns the first of Metrics
// on the validation set after the last epoch, or of the best one with EarlyStop or
// KeepBest, and puts parameters, plan and optimizer back. Features of the frozen part
// are computed once for all trials, and plans compiled once. It takes the options of
// Fit and shows nothing.
func (m *Image) Trial(epochs int, opts ...train.Option) (float64, error) {
	s, set, err := m.prepare("Trial", opts)
	if err != nil {
		return math.NaN(), err
	}
	if s.Valid == nil {
		return math.NaN(), errors.New("task: Trial has no validation set to measure on (give one with Valid)")
	}
	release, err := m.steer(&s)
	if err != nil {
		return math.NaN(), err
	}
	quiet := display.WithSink(s.Context, silent)
	h, err := m.trainer.Trial(quiet, epochs, set, s)
	if err = joined(err, release()); err != nil {
		return math.NaN(), err
	}
	if len(h.Epochs) == 0 {
		return math.NaN(), errors.New("task: Trial was stopped before its first epoch ended")
	}
	e := h.Epochs[len(h.Epochs)-1]
	if h.Restored {
		e = h.Epochs[h.Best-1]
	}
	return e.Metrics[0], nil
}
