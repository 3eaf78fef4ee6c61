package weights

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Want is one parameter a model asks for.
type Want struct {
	Name  string
	Shape []int // must match the file's exactly; ignored for a head with nil Shape
	// Head marks the classifier of the pretrained task. A head with a nil Shape is
	// never loaded; one with a Shape is loaded if the file's agrees and is
	// otherwise left as initialised. Both are reported, neither is an error.
	Head bool
}

// ErrMismatch is wrapped by the error of [Load] when names or shapes of the file
// and the model do not agree.
var ErrMismatch = errors.New("the file does not fit the model")

// Load reads every wanted tensor of f and hands it to set, in the order of want.
// It finds out by itself which prefix the file puts before the names ("module.",
// "model.backbone.", "_orig_mod." ...) and says so in the report.
//
// Load is strict: a missing name, a name nobody asked for, or a shape that
// differs is an error wrapping [ErrMismatch], and set is then not called at all.
// Counters of BatchNorm ("num_batches_tracked") are read past. The report is
// valid also when there is an error.
func Load(f *File, want []Want, set func(Want, Tensor) error) (*Report, error) {
	names := resolve(f.Names(), want)
	report := compare(f, want, names)
	if err := report.Err(); err != nil {
		return report, err
	}
	for _, w := range want {
		if !slices.Contains(report.Loaded, w.Name) {
			continue
		}
		t, err := f.Tensor(names.file[w.Name])
		if err != nil {
			return report, err
		}
		if n := t.NonFinite(); n > 0 {
			report.Notes = append(report.Notes, fmt.Sprintf("%s holds %d values that are NaN or infinite", w.Name, n))
		}
		t.Name = w.Name
		report.Values += int64(t.Len())
		if err := set(w, t); err != nil {
			return report, fmt.Errorf("weights: %s: %w", w.Name, err)
		}
	}
	return report, nil
}

// compare sorts the names of want and of f into a report, reading no values.
func compare(f *File, want []Want, names resolved) *Report {
	r := &Report{Path: f.Path, Notes: slices.Clone(f.Notes)}
	r.Notes = append(r.Notes, names.notes...)
	for _, w := range want {
		compareOne(r, f, w, names)
	}
	for _, name := range names.rest {
		if strings.HasSuffix(name, "num_batches_tracked") {
			r.Counters++
			continue
		}
		r.Unexpected = append(r.Unexpected, name)
	}
	r.suggest()
	return r
}

func compareOne(r *Report, f *File, w Want, names resolved) {
	info, ok := f.Info(names.file[w.Name])
	switch {
	case !ok && w.Head:
		return
	case !ok:
		r.Missing = append(r.Missing, Missing{Name: w.Name})
	case w.Head && w.Shape == nil, w.Head && !slices.Equal(info.Shape, w.Shape):
		r.Skipped = append(r.Skipped, Skipped{Name: w.Name, Shape: info.Shape, Want: w.Shape})
	case !slices.Equal(info.Shape, w.Shape):
		r.Mismatched = append(r.Mismatched, Skipped{Name: w.Name, Shape: info.Shape, Want: w.Shape})
	default:
		r.Loaded = append(r.Loaded, w.Name)
	}
}
