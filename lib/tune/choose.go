package tune

import (
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"

	"graft/internal/near"
)

// Freeze freezes the groups that spec names; "" freezes every stage and leaves the
// head trainable. See [Plan.Choose] for what spec can be.
func (p *Plan) Freeze(spec string) error {
	if spec == "" {
		spec = fmt.Sprintf("first %d", p.Stages())
		p.Groups[p.Stages()].Trainable = true
	}
	return p.set(spec, false)
}

// Unfreeze makes the groups that spec names trainable, besides those that already
// are; "" means all of them.
func (p *Plan) Unfreeze(spec string) error { return p.set(spec, true) }

// SetRate gives the groups that spec names a factor on the learning rate, at least
// 0. Changing it never recompiles anything.
func (p *Plan) SetRate(spec string, rate float64) error {
	if rate < 0 || math.IsNaN(rate) || math.IsInf(rate, 0) {
		return fmt.Errorf("tune: rate %g for %q (want a factor from 0 upwards)", rate, spec)
	}
	chosen, err := p.Choose(spec)
	for _, i := range chosen {
		p.Groups[i].Rate = rate
	}
	return err
}

func (p *Plan) set(spec string, trainable bool) error {
	chosen, err := p.Choose(spec)
	for _, i := range chosen {
		p.Groups[i].Trainable = trainable
	}
	return err
}

// Choose returns the indices of the groups that spec names. It is a list, parted by
// commas, of
//
//	last 2, first 3    that many stages, counted from the head or the input
//	0.25, 25%          that share of the stages, from the head, rounded up
//	blocks.6           a group by name
//	blocks.*           groups by glob, as in path.Match
//	all, ""            every group
//
// A spec that names nothing is an error that suggests a near name.
func (p *Plan) Choose(spec string) ([]int, error) {
	chosen := make([]bool, len(p.Groups))
	for _, part := range strings.Split(spec, ",") {
		if err := p.choose(strings.TrimSpace(part), chosen); err != nil {
			return nil, err
		}
	}
	var list []int
	for i, yes := range chosen {
		if yes {
			list = append(list, i)
		}
	}
	return list, nil
}

func (p *Plan) choose(spec string, chosen []bool) error {
	from, to, ok, err := p.stretch(spec)
	if err != nil {
		return err
	}
	found := ok
	for i := range p.Groups {
		named := !ok && matches(spec, p.Groups[i].Name)
		if named || ok && i >= from && i < to {
			chosen[i], found = true, true
		}
	}
	if !found {
		return fmt.Errorf("tune: no group matches %q%s (there are %s; or use a count like \"last 2\", or a fraction)", spec, near.Hint(spec, p.names()), strings.Join(p.names(), ", "))
	}
	return nil
}

// stretch reads the forms of spec that count; ok is false for the others.
func (p *Plan) stretch(spec string) (from, to int, ok bool, err error) {
	n := p.Stages()
	if spec == "" || spec == "all" {
		return 0, n + 1, true, nil
	}
	word, number, _ := strings.Cut(spec, " ")
	if word == "last" || word == "first" {
		count, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil || count < 0 || count > n {
			return 0, 0, false, fmt.Errorf("tune: %q: want \"%s N\" with N from 0 to %d, the number of stages", spec, word, n)
		}
		if word == "first" {
			return 0, count, true, nil
		}
		return n - count, n, true, nil
	}
	share, ok, err := fraction(spec)
	return n - int(math.Ceil(share*float64(n)-1e-9)), n, ok, err
}

func fraction(spec string) (share float64, ok bool, err error) {
	digits, percent := strings.CutSuffix(spec, "%")
	share, parse := strconv.ParseFloat(digits, 64)
	if parse != nil {
		return 0, false, nil
	}
	if percent {
		share /= 100
	}
	if !(share >= 0 && share <= 1) {
		return 0, false, fmt.Errorf("tune: fraction %q is not from 0 to 1 (for a number of stages write \"last %s\")", spec, digits)
	}
	return share, true, nil
}

func matches(glob, name string) bool {
	ok, err := path.Match(glob, name)
	return glob == name || err == nil && ok
}

func (p *Plan) names() []string {
	names := make([]string, len(p.Groups))
	for i, g := range p.Groups {
		names[i] = g.Name
	}
	return names
}
