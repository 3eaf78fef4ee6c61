package task

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
)

// space is what a search goes through: the fields of a struct that have a search
// tag, and the value of the others.
type space struct {
	base reflect.Value
	dims []dim
}

// dim is one field: a list of values, or a range.
type dim struct {
	name   string
	index  int
	values []reflect.Value // nil for a range
	lo, hi float64
	log    bool
	whole  bool
}

// newSpace reads the tags of v, a struct:
//
//	LR     float64 `search:"1e-4..1e-1 log"` // a range, by factors
//	Layers int     `search:"1..4"`           // whole numbers
//	Batch  int     `search:"8|16|32"`        // a list
//	Which  string  `search:"last 1|all"`
//	Mirror bool    `search:"true|false"`
//	Seed   int64                             // no tag: the same in all trials
func newSpace(v any) (*space, error) {
	base := reflect.ValueOf(v)
	if base.Kind() == reflect.Pointer && !base.IsNil() {
		base = base.Elem()
	}
	if base.Kind() != reflect.Struct {
		return nil, fmt.Errorf("task: Search in a %T (want a struct whose fields have tags like `search:\"1e-4..1e-1 log\"`)", v)
	}
	s := &space{base: base}
	for i := range base.NumField() {
		f := base.Type().Field(i)
		tag, ok := f.Tag.Lookup("search")
		if !ok {
			continue
		}
		if !f.IsExported() {
			return nil, fmt.Errorf("task: Search cannot set the field %s (begin its name with a capital letter)", f.Name)
		}
		d, err := newDim(f, tag)
		if err != nil {
			return nil, fmt.Errorf("task: Search, field %s with the tag %q: %w", f.Name, tag, err)
		}
		d.index = i
		s.dims = append(s.dims, d)
	}
	if len(s.dims) == 0 {
		return nil, fmt.Errorf("task: Search in a %T, which has no field with a tag like `search:\"1e-4..1e-1 log\"`", v)
	}
	return s, nil
}

func newDim(f reflect.StructField, tag string) (dim, error) {
	d := dim{name: f.Name}
	lo, hi, ranged := strings.Cut(tag, "..")
	if !ranged {
		for _, text := range strings.Split(tag, "|") {
			v, err := parse(f.Type, strings.TrimSpace(text))
			if err != nil {
				return d, err
			}
			d.values = append(d.values, v)
		}
		return d, nil
	}
	hi, word, _ := strings.Cut(strings.TrimSpace(hi), " ")
	if word = strings.TrimSpace(word); word != "" && word != "log" {
		return d, fmt.Errorf("unknown word %q after the range (use log, or nothing)", word)
	}
	var errLo, errHi error
	d.lo, errLo = strconv.ParseFloat(strings.TrimSpace(lo), 64)
	d.hi, errHi = strconv.ParseFloat(hi, 64)
	d.log, d.whole = word == "log", f.Type.Kind() != reflect.Float64 && f.Type.Kind() != reflect.Float32
	switch kind := f.Type.Kind(); {
	case errors.Join(errLo, errHi) != nil:
		return d, fmt.Errorf("no range of numbers (write 1e-4..1e-1)")
	case d.whole && (kind < reflect.Int || kind > reflect.Uint64):
		return d, fmt.Errorf("a range for a %s (list its values with | between them)", f.Type)
	case !(d.lo < d.hi) || d.log && d.lo <= 0 || d.whole && (d.lo != math.Trunc(d.lo) || d.hi != math.Trunc(d.hi)):
		return d, fmt.Errorf("the range needs low < high, above 0 with log, and whole numbers for a %s", f.Type)
	}
	return d, nil
}

// parse reads a value of a list.
func parse(t reflect.Type, text string) (reflect.Value, error) {
	v := reflect.New(t).Elem()
	var err error
	switch t.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		v.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		var n int64
		n, err = strconv.ParseInt(text, 10, t.Bits())
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		var n uint64
		n, err = strconv.ParseUint(text, 10, t.Bits())
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		var x float64
		x, err = strconv.ParseFloat(text, t.Bits())
		v.SetFloat(x)
	default:
		return v, fmt.Errorf("a %s cannot be searched (use numbers, strings or bools)", t)
	}
	if err != nil {
		return v, fmt.Errorf("%q is no %s", text, t)
	}
	return v, nil
}

// at is the value a share of the way along d, 0 to 1.
func (d dim) at(share float64) float64 {
	v := d.lo + share*(d.hi-d.lo)
	if d.log {
		v = d.lo * math.Pow(d.hi/d.lo, share)
	}
	if d.whole {
		return math.Round(v)
	}
	return min(d.hi, max(d.lo, v))
}

// draw is a value of d by chance. Each whole number of a range is as likely as any.
func (d dim) draw(rng *rand.Rand) choice {
	if d.values != nil {
		return choice{list: rng.IntN(len(d.values))}
	}
	if d.whole && !d.log {
		return choice{number: d.lo + float64(rng.IntN(int(d.hi-d.lo)+1))}
	}
	return choice{number: d.at(rng.Float64())}
}

// choice is the value of one dim: an index into its list, or a number of its range.
type choice struct {
	list   int
	number float64
}

// grid is the choices of d with n values of a range, repeated ones left out.
func (d dim) grid(n int) (list []choice) {
	if d.values != nil {
		for i := range d.values {
			list = append(list, choice{list: i})
		}
		return list
	}
	for i := range n {
		share := 0.5
		if n > 1 {
			share = float64(i) / float64(n-1)
		}
		if c := (choice{number: d.at(share)}); len(list) == 0 || list[len(list)-1] != c {
			list = append(list, c)
		}
	}
	return list
}

// value makes the struct of a point.
func (s *space) value(point []choice) reflect.Value {
	v := reflect.New(s.base.Type()).Elem()
	v.Set(s.base)
	for i, d := range s.dims {
		f := v.Field(d.index)
		switch {
		case d.values != nil:
			f.Set(d.values[point[i].list])
		case f.CanFloat():
			f.SetFloat(point[i].number)
		case f.CanInt():
			f.SetInt(int64(point[i].number))
		default:
			f.SetUint(uint64(point[i].number))
		}
	}
	return v
}

// random is point number i of a random search: a function of seed and i alone.
func (s *space) random(seed int64, i int) []choice {
	point := make([]choice, len(s.dims))
	for d := range s.dims {
		point[d] = s.dims[d].draw(rand.New(rand.NewPCG(uint64(seed), uint64(i)<<16|uint64(d))))
	}
	return point
}

// maxGrid is more combinations than anyone waits for.
const maxGrid = 10_000

// all are the points of a grid, the last field changing fastest.
func (s *space) all(n int) ([][]choice, error) {
	points := [][]choice{nil}
	for _, d := range s.dims {
		var next [][]choice
		for _, p := range points {
			for _, c := range d.grid(n) {
				next = append(next, append(p[:len(p):len(p)], c))
			}
		}
		if points = next; len(points) > maxGrid {
			return nil, fmt.Errorf("task: a grid of more than %d points (take fewer values, or RandomSearch)", maxGrid)
		}
	}
	return points, nil
}
