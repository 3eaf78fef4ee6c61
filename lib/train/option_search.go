package train

import "fmt"

// Search says how a search goes through its space. The zero value is a random search
// of 20 points.
type Search struct {
	Method string `json:"method,omitempty"` // "random", "grid" or "halving"
	// Points is how many points a random search and the first rung of halving have,
	// and how many values a grid takes from each range.
	Points int  `json:"points,omitempty"`
	Epochs int  `json:"epochs,omitempty"` // of each trial, in halving of the last rung
	Least  int  `json:"least,omitempty"`  // epochs of the first rung
	Keep   int  `json:"keep,omitempty"`   // one point in so many reaches the next rung
	Lowest bool `json:"lowest,omitempty"` // small scores are good
}

// RandomSearch tries n points drawn from the space, each a function of the seed and
// its number alone, for epochs each.
func RandomSearch(n, epochs int) Option {
	return searching("RandomSearch", n, epochs, func(s *Search) { s.Method, s.Points, s.Epochs = "random", n, epochs })
}

// GridSearch tries all combinations, taking n values from each range, for epochs
// each.
func GridSearch(n, epochs int) Option {
	return searching("GridSearch", n, epochs, func(s *Search) { s.Method, s.Points, s.Epochs = "grid", n, epochs })
}

// Halving tries n random points for least epochs, and the best third again from the
// start for three times as many, and so on, up to epochs: successive halving
// (Jamieson and Talwalkar 2016) with the factor 3 of Hyperband.
func Halving(n, least, epochs int) Option {
	o := searching("Halving", n, epochs, func(s *Search) {
		s.Method, s.Points, s.Epochs, s.Least, s.Keep = "halving", n, epochs, least, 3
	})
	set := o.set
	o.set = func(s *Settings) error {
		if least < 1 || least > epochs {
			return fmt.Errorf("train: halving from %d to %d epochs (want at least 1, and the first not above the last)", least, epochs)
		}
		return set(s)
	}
	return o
}

// Lowest makes small scores the good ones, such as losses; otherwise large ones are.
func Lowest() Option {
	return Option{"Lowest", func(s *Settings) error { s.Search.Lowest = true; return nil }}
}

func searching(name string, n, epochs int, set func(*Search)) Option {
	return Option{name, func(s *Settings) error {
		if n < 1 || epochs < 1 {
			return fmt.Errorf("train: %s of %d points for %d epochs (each must be at least 1)", name, n, epochs)
		}
		set(&s.Search)
		return nil
	}}
}

// SearchOptions are the names of the options that a search takes.
var SearchOptions = []string{"RandomSearch", "GridSearch", "Halving", "Lowest", "Seed"}
