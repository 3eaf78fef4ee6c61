package tune

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"graft/lib/nn"
)

// TestRatesAsFastaiAndTimm compares with the formulas of both, run in Python.
func TestRatesAsFastaiAndTimm(t *testing.T) {
	var want struct {
		Slices []struct {
			Lo, Hi float64
			Groups int
			Rates  []float64
		}
		Decays []struct {
			Decay float64
			Rates []float64
		}
	}
	raw, err := os.ReadFile(filepath.Join("testdata", "rates.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &want))
	require.NotEmpty(t, want.Slices)
	plan := func(groups int) *Plan { return NewPlan(make([]Group, groups-1), nil) }
	for _, c := range want.Slices {
		r, err := Spread(c.Lo, c.Hi)
		require.NoError(t, err)
		got := r.Factors(plan(c.Groups))
		for i := range got {
			got[i] *= c.Hi
		}
		require.InDeltaSlice(t, c.Rates, got, 1e-12, "%+v", c)
	}
	require.NotEmpty(t, want.Decays)
	for _, c := range want.Decays {
		require.InDeltaSlice(t, c.Rates, Rates{Decay: c.Decay}.Factors(plan(len(c.Rates))), 1e-12)
	}
	p := mobileNet(t)
	require.NoError(t, p.SetRate("blocks.2", 0.5))
	require.Equal(t, 0.5, Rates{}.Factors(p)[3], "without a spread the plan's own")
}

func TestRatesErrors(t *testing.T) {
	for _, c := range [][2]float64{{0, 1}, {-1, 1}, {2, 1}} {
		_, err := Spread(c[0], c[1])
		require.ErrorContains(t, err, "want 0 < lo <= hi")
	}
	require.ErrorContains(t, Rates{Low: 1, Decay: 1}.Check(), "choose one")
	require.ErrorContains(t, Rates{Decay: 1.5}.Check(), "layer decay 1.5")
	require.ErrorContains(t, Rates{Low: 2}.Check(), "lowest rate")
	require.NoError(t, Rates{}.Check())
}

func TestFreezeTo(t *testing.T) {
	p := mobileNet(t)
	for n, key := range map[int]string{0: "tttttttttt", 3: "fffttttttt", 9: "ffffffffft", -1: "ffffffffft", -3: "fffffffttt", -10: "tttttttttt"} {
		require.NoError(t, p.FreezeTo(n))
		require.Equal(t, key, p.Key(), "%d", n)
	}
	require.ErrorContains(t, p.FreezeTo(10), "want 0 to 9")
	require.ErrorContains(t, p.FreezeTo(-11), "want 0 to 9")
}

func TestGradualSchedule(t *testing.T) {
	p := mobileNet(t)
	require.NoError(t, p.Freeze(""))
	s := Gradual(2)
	require.NoError(t, s.Check(p, 9))
	require.Equal(t, "ffffffffft", p.Key(), "checking changes nothing")
	var keys, done []string
	for n := 1; n <= 6; n++ {
		what, err := s.Apply(p, n)
		require.NoError(t, err)
		keys, done = append(keys, p.Key()), append(done, what)
	}
	require.Equal(t, []string{"ffffffffft", "ffffffffft", "fffffffftt", "fffffffftt", "fffffffttt", "fffffffttt"}, keys)
	require.Equal(t, []string{"", "", "unfrozen head", "", "unfrozen blocks.6", ""}, done)
}

func TestScheduleAt(t *testing.T) {
	s := Schedule{}.UnfreezeAt(2, "last 2").FreezeAt(3, "").UnfreezeAt(3, "stem")
	raw, err := json.Marshal(s)
	require.NoError(t, err)
	var again Schedule
	require.NoError(t, json.Unmarshal(raw, &again))
	require.Equal(t, s, again)
	p := mobileNet(t)
	require.NoError(t, p.Freeze(""))
	what, err := again.Apply(p, 2)
	require.NoError(t, err)
	require.Equal(t, "unfrozen last 2", what)
	require.Equal(t, "fffffffttt", p.Key())
	what, err = again.Apply(p, 3)
	require.NoError(t, err)
	require.Equal(t, "frozen all; unfrozen stem", what)
	require.Equal(t, "tfffffffft", p.Key())
	what, err = again.Apply(p, 4)
	require.NoError(t, err)
	require.Empty(t, what)
	require.True(t, Schedule{}.Empty())
	require.False(t, s.Empty())
}

func TestScheduleErrors(t *testing.T) {
	p := mobileNet(t)
	for want, s := range map[string]Schedule{
		"epoch 9, but the run has epochs 1 to 3": Schedule{}.UnfreezeAt(9, "last 2"),
		"epoch 0, but the run":                   Schedule{}.UnfreezeAt(0, "last 2"),
		`did you mean "blocks.6"`:                Schedule{}.UnfreezeAt(2, "blocks.66"),
		"every -1 epochs":                        Gradual(-1),
		"before epoch 2 every group is frozen":   Schedule{}.FreezeAt(2, "all"),
	} {
		require.ErrorContains(t, s.Check(p, 3), want)
	}
	require.Equal(t, "tttttttttt", p.Key())
	_, err := Schedule{}.FreezeAt(1, "stem").FreezeAt(1, "blocks.66").Apply(p, 1)
	require.Error(t, err)
	require.Equal(t, "tttttttttt", p.Key(), "an error changes nothing")
}

func TestNorm(t *testing.T) {
	p := mobileNet(t)
	require.Equal(t, NormKeep, p.Norm())
	require.NoError(t, p.SetNorm("batch"))
	require.Equal(t, NormBatch, p.Norm())
	require.NoError(t, p.SetNorm("keep"))
	require.NoError(t, p.SetNorm("batch", "last 1", "stem"))
	require.Equal(t, "batch in stem, head", p.Norm())
	require.Equal(t, "TtttttttTt", p.Key())
	require.ErrorContains(t, p.SetNorm("bach"), `did you mean "batch"?`)
	require.Error(t, p.SetNorm("keep", "stem", "nowhere"))
	require.Equal(t, "TtttttttTt", p.Key(), "an error changes nothing")
}

// TestEverTrained is the account of a run whose plan changed on the way.
func TestEverTrained(t *testing.T) {
	p := NewPlan([]Group{{Name: "a", Params: []Param{{"/a/w", nn.Weight, 1}}}, {Name: "b", Params: []Param{{"/b/w", nn.Weight, 1}}}}, nil)
	later := p.Clone()
	require.NoError(t, later.FreezeTo(1))
	require.NoError(t, p.FreezeTo(2))
	both := p.Ever(later)
	require.Equal(t, "ftt", both.Key())
	before := Snapshot{"/a/w": {}, "/b/w": {}}
	require.NoError(t, both.VerifyFrozen(before, Snapshot{"/a/w": {}, "/b/w": {}}), "standing still is no error here")
	require.NoError(t, both.VerifyFrozen(before, Snapshot{"/a/w": {}, "/b/w": {1}}))
	require.ErrorContains(t, both.VerifyFrozen(before, Snapshot{"/a/w": {1}, "/b/w": {}}), "frozen, but moved: /a/w")
}
