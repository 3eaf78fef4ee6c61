package tune

import (
	"fmt"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/stretchr/testify/require"
	"graft/lib/backbone"
	"graft/lib/nn"
)

func mobileNet(t *testing.T) *Plan {
	t.Helper()
	m, err := backbone.New("mobilenet_v2")
	require.NoError(t, err)
	head := []Param{{"/head/linear/weight", nn.Weight, 2560}, {"/head/linear/bias", nn.Bias, 2}}
	return NewPlan(FromStages(m.Stages), head)
}

func TestChoose(t *testing.T) {
	p := mobileNet(t)
	require.Equal(t, "tttttttttt", p.Key())
	for _, c := range []struct{ freeze, unfreeze, key string }{
		{"", "last 2", "fffffffttt"},
		{"", "last 0", "ffffffffft"},
		{"", "blocks.6", "ffffffftft"},
		{"", "blocks.*", "ftttttttft"},
		{"", "0.25", "fffffftttt"},
		{"", "25%", "fffffftttt"},
		{"", "1", "tttttttttt"},
		{"", "stem, head", "tffffffftt"},
		{"all", "classifier", "ffffffffft"},
		{"first 3", "last 0", "fffttttttt"},
		{"classifier", "last 0", "tttttttttf"},
	} {
		p := mobileNet(t)
		require.NoError(t, p.Freeze(c.freeze))
		require.NoError(t, p.Unfreeze(c.unfreeze))
		require.Equal(t, c.key, p.Key(), "%+v", c)
	}
}

func TestChooseErrors(t *testing.T) {
	p := mobileNet(t)
	for spec, want := range map[string]string{
		"blocks.66": `no group matches "blocks.66" (did you mean "blocks.6"?)`,
		"last 10":   `want "last N" with N from 0 to 9`,
		"last two":  `want "last N"`,
		"1.5":       `fraction "1.5" is not from 0 to 1`,
		"NaN":       `is not from 0 to 1`,
		"[":         `no group matches "["`,
	} {
		require.ErrorContains(t, p.Unfreeze(spec), want, spec)
	}
	require.Equal(t, "tttttttttt", p.Key(), "an error changes nothing")
	require.ErrorContains(t, p.SetRate("head", -1), "rate -1")
	require.ErrorContains(t, p.SetKey("ft"), "no plan for 10 groups")
	require.ErrorContains(t, p.SetKey("ffffffffx?"), "no plan")
}

func TestPrefix(t *testing.T) {
	p := mobileNet(t)
	require.Equal(t, 0, p.Prefix())
	require.NoError(t, p.Freeze(""))
	require.Equal(t, 9, p.Prefix())
	require.NoError(t, p.Unfreeze("blocks.3"))
	require.Equal(t, 4, p.Prefix())
	require.Equal(t, "ffffTffff", mustSet(t, p)[:9])
	require.Equal(t, []bool{true, true, true, true, false, true, true, true, true}, p.Inference())
	require.NoError(t, p.SetKey("fffffffttt"))
	require.Equal(t, 7, p.Prefix())
}

// mustSet lets BatchNorm of blocks.3 follow the batches.
func mustSet(t *testing.T, p *Plan) string {
	t.Helper()
	require.NoError(t, p.SetBatchStats("blocks.3", true))
	return p.Key()
}

func TestLedger(t *testing.T) {
	p := mobileNet(t)
	require.NoError(t, p.Freeze(""))
	require.NoError(t, p.Unfreeze("last 1"))
	l := p.Ledger(0.01)
	all, trainable := l.Totals()
	require.Equal(t, 2_223_872+2562, all)
	require.Equal(t, 412_160+2562, trainable)
	require.Equal(t, Row{Group: "stem", Layers: 2, Params: 928, BatchNorm: "running"}, l.Rows[0])
	require.Equal(t, Row{Group: "head", Layers: 2, Params: 412_160, Trainable: true, LR: 0.001, BatchNorm: "running"}, l.Rows[8])
	require.Equal(t, Row{Group: "classifier", Layers: 1, Params: 2562, Trainable: true, LR: 0.01}, l.Rows[9])
	require.Contains(t, l.String(), "414722 of 2226434 parameters are trainable")
}

// TestVerify moves one value at a time and asks what the plan thinks of it.
func TestVerify(t *testing.T) {
	store := model.NewStore()
	params := []Param{{"/b/w", nn.Weight, 1}, {"/b/m", nn.RunningMean, 1}, {"/h/w", nn.Weight, 1}}
	for _, q := range params {
		store.VariableWithValue(q.Path, float32(1))
	}
	p := NewPlan([]Group{{Name: "b", Params: params[:2], Rate: 1}}, params[2:])
	before, err := p.Snapshot(store)
	require.NoError(t, err)
	verify := func(key string, moved ...string) error {
		require.NoError(t, p.SetKey(key))
		for _, path := range moved {
			require.NoError(t, store.GetVariable(path).SetValue(tensors.FromScalar(float32(2))))
		}
		after, err := p.Snapshot(store)
		require.NoError(t, err)
		for _, path := range moved {
			require.NoError(t, store.GetVariable(path).SetValue(tensors.FromScalar(float32(1))))
		}
		return p.Verify(before, after)
	}
	require.NoError(t, verify("ft", "/h/w"))
	require.NoError(t, verify("tt", "/h/w", "/b/w"))
	require.NoError(t, verify("ff"))
	err = verify("ft", "/h/w", "/b/m")
	require.ErrorIs(t, err, ErrPlanBroken)
	require.ErrorContains(t, err, "frozen, but moved: /b/m")
	require.ErrorContains(t, verify("tt", "/h/w", "/b/w", "/b/m"), "frozen, but moved: /b/m")
	require.NoError(t, verify("Tt", "/h/w", "/b/w", "/b/m"), "following the batches")
	require.ErrorContains(t, verify("tt", "/h/w"), "trainable, but did not move: /b/w")
	require.NoError(t, p.SetRate("b", 0))
	require.NoError(t, verify("tt", "/h/w"), "a rate of 0 moves nothing")
}

func TestApplyOverrulesTheLayers(t *testing.T) {
	store := model.NewStore()
	store.VariableWithValue("/b/w", float32(1)).SetTrainable(true)
	p := NewPlan([]Group{{Name: "b", Params: []Param{{"/b/w", nn.Weight, 1}}}}, nil)
	p.Apply(store)
	require.False(t, store.GetVariable("/b/w").Trainable)
	require.Nil(t, p.Learned()[0])
}

func TestPrefixDigestFollowsValues(t *testing.T) {
	store := model.NewStore()
	store.VariableWithValue("/b/w", float32(1))
	p := NewPlan([]Group{{Name: "b", Params: []Param{{"/b/w", nn.Weight, 1}}}}, nil)
	one, err := p.PrefixDigest(store, 1)
	require.NoError(t, err)
	require.NoError(t, store.GetVariable("/b/w").SetValue(tensors.FromScalar(float32(2))))
	two, err := p.PrefixDigest(store, 1)
	require.NoError(t, err)
	require.NotEqual(t, one, two)
	_, err = NewPlan([]Group{{Name: "x", Params: []Param{{"/x/w", nn.Weight, 1}}}}, nil).PrefixDigest(store, 1)
	require.ErrorContains(t, err, `no variable "/x/w"`)
}

func ExamplePlan() {
	p := NewPlan([]Group{{Name: "stem"}, {Name: "layer1"}, {Name: "layer2"}}, nil)
	if err := p.Unfreeze("last 1"); err != nil {
		fmt.Println(err)
	}
	fmt.Println(p.Prefix(), p.Key())
	// Output: 2 fftt
}
