package train

import (
	"fmt"
	"hash/fnv"

	"graft/lib/preprocess"
)

// Augment trains on varied views of the examples, made by recipe. Validation and
// evaluation always see the plain ones. While nothing is frozen, every epoch gets new
// views. With a frozen part, each example has a few views whose features are computed
// once and cached, see [Views]; [FreshViews] makes new ones all the same. A recipe that
// varies nothing ends what an earlier one began.
func Augment(recipe preprocess.Augment) Option {
	return Option{"Augment", func(s *Settings) error {
		if s.Augment = recipe; !recipe.Varied() {
			s.Views, s.FreshViews = 0, false
		}
		return recipe.Check()
	}}
}

// DefaultViews is how many views of each example are cached with a frozen part.
const DefaultViews = 4

// Views is the number of different views of each example, from 1; their features are
// cached, and each epoch takes the next of them. Default with a frozen part:
// [DefaultViews]. The features of n views take n times the time and the room.
func Views(n int) Option {
	return Option{"Views", func(s *Settings) error {
		if n < 1 || n > 1<<20 {
			return fmt.Errorf("train: %d views (want 1 to %d)", n, 1<<20)
		}
		s.Views, s.FreshViews = n, false
		return nil
	}}
}

// FreshViews makes new views in every epoch, also of a frozen part, which then runs
// in every epoch again.
func FreshViews() Option {
	return Option{"FreshViews", func(s *Settings) error { s.FreshViews, s.Views = true, 0; return nil }}
}

// views says how many views of each example a run has: 0 for none but the plain one,
// -1 for ever new ones.
func (r *run) views() int {
	switch s := r.settings; {
	case !s.Augment.Varied():
		return 0
	case s.Views > 0:
		return s.Views
	case s.FreshViews || r.net.Plan.Prefix() == 0:
		return -1
	}
	return DefaultViews
}

// augmented is src with the views that the settings ask for.
func augmented(src Source, s Settings) (Source, error) {
	if !s.Augment.Varied() {
		if s.Views > 0 || s.FreshViews {
			return nil, fmt.Errorf("train: Views and FreshViews need something that varies (add Augment)")
		}
		return src, nil
	}
	a, ok := src.(Augmenter)
	if !ok {
		return nil, fmt.Errorf("train: examples of type %T cannot be augmented (give photographs, or implement train.Augmenter)", src)
	}
	recipe := s.Augment
	if recipe.Seed == 0 {
		recipe.Seed = uint64(s.Seed)
	}
	return a.Augment(recipe), nil
}

// sights gives each example of an epoch's order its view, which depends on phase,
// epoch, place in the order and example alone. Of a few views each example takes one
// after the other, beginning anywhere; fresh ones are numbered by a hash.
func sights(order []int, views, phase, epoch int) []sight {
	list, before := make([]sight, len(order)), map[int]int{}
	for at, i := range order {
		list[at].example = i
		switch {
		case views < 0:
			list[at].view = mixed(phase, epoch, at) | 1 // never the plain one
		case views > 0:
			first := mixed(phase, i) % uint64(views)
			list[at].view = 1 + (first+uint64(epoch+before[i]))%uint64(views)
			before[i]++
		}
	}
	return list
}

func mixed(numbers ...int) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, numbers)
	return h.Sum64()
}

// viewTitle says how examples are drawn and varied, for the title of the run.
func (r *run) viewTitle() (title string) {
	switch s := r.settings; {
	case s.Balanced:
		title = ", classes drawn equally often"
	case s.SampleWeights != nil:
		title = ", examples drawn by weight"
	}
	switch n := r.views(); {
	case n < 0:
		title += fmt.Sprintf(", new views every epoch: %s", r.settings.Augment)
	case n > 0:
		title += fmt.Sprintf(", %d cached views: %s", n, r.settings.Augment)
	}
	return title
}
