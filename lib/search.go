package graft

import (
	"graft/lib/task"
	"graft/lib/train"
)

// Trials are the results of a [Search], the best first.
type Trials = task.Trials

// Search looks for the values of a struct with the best score: fields with a tag
// like `search:"1e-4..1e-1 log"` or `search:"8|16|32"` are searched. objective is a
// func(S, epochs int) (float64, error), usually around Trial of a model; see
// [task.Search].
func Search(space, objective any, opts ...Option) (*Trials, error) {
	return task.Search(space, objective, opts...)
}

// SearchOver is [Search] with types, for programs: a generic function that cells
// cannot call.
func SearchOver[S any](space S, objective func(s S, epochs int) (float64, error), opts ...Option) (best S, trials *Trials, err error) {
	return task.SearchOver(space, objective, opts...)
}

// RandomSearch tries n points of the space by chance, for epochs each.
func RandomSearch(n, epochs int) Option { return train.RandomSearch(n, epochs) }

// GridSearch tries all combinations, with n values of each range, for epochs each.
func GridSearch(n, epochs int) Option { return train.GridSearch(n, epochs) }

// Halving tries n points for least epochs, the best third for three times as many,
// and so on up to epochs.
func Halving(n, least, epochs int) Option { return train.Halving(n, least, epochs) }

// Lowest makes small scores the good ones.
func Lowest() Option { return train.Lowest() }
