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
