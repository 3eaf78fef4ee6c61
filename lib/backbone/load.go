package backbone

import (
	"fmt"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"graft/lib/nn"
	"graft/lib/weights"
)

// LoadOption changes what [Model.Load] takes.
type LoadOption func(*loading)

type loading struct{ head bool }

// WithHead also loads the pretrained classifier, for [Model.Logits].
func WithHead() LoadOption { return func(l *loading) { l.head = true } }

// Load puts the tensors of f into store under [Root]. Names may be the
// architecture's own or those of another project that publishes it: timm's for
// mobilenet_v2, the weight files' for tf_efficientnet_lite. It is strict: a
// missing, unexpected or differently shaped tensor is an error, nothing is then
// loaded, and the report says what did not fit. The pretrained classifier is
// reported as skipped unless [WithHead] is given.
func (m *Model) Load(store *model.Store, f *weights.File, opts ...LoadOption) (*weights.Report, error) {
	var l loading
	for _, opt := range opts {
		opt(&l)
	}
	params := m.wanted()
	want := make([]weights.Want, len(params))
	byName := make(map[string]nn.Param, len(params))
	for i, p := range params {
		want[i] = weights.Want{Name: p.Name, Shape: p.Shape, Head: p.Stage < 0}
		if p.Stage < 0 && !l.head {
			want[i].Shape = nil
		}
		byName[p.Name] = p.Param
	}
	report, err := weights.Load(m.rename(f), want, func(w weights.Want, t weights.Tensor) error {
		return put(store, byName[w.Name], t)
	})
	if err != nil {
		return report, fmt.Errorf("backbone: %s: %w", m.Arch, err)
	}
	return report, nil
}

// wanted is all parameters, the head's with stage -1.
func (m *Model) wanted() []Param {
	all := m.Params()
	for _, p := range m.Head.Params() {
		all = append(all, Param{p, -1})
	}
	return all
}

func put(store *model.Store, p nn.Param, t weights.Tensor) error {
	values, err := t.Float32()
	if err != nil {
		return err
	}
	values, shape := nn.ToStored(values, p.Shape)
	return p.Put(store, Root, tensors.FromFlatDataAndDimensions(values, shape...))
}

// rename shows f under the architecture's own names, if it speaks another
// project's.
func (m *Model) rename(f *weights.File) *weights.File {
	names := f.Names()
	best, most := map[string]string{}, 0
	own := map[string]bool{}
	for _, p := range m.wanted() {
		own[p.Name] = true
	}
	for _, name := range names {
		if own[lastOf(name, func(s string) bool { return own[s] })] {
			most++
		}
	}
	for _, s := range m.schemes {
		if to := s.translate(names); len(to) > most {
			best, most = to, len(to)
		}
	}
	if len(best) == 0 {
		return f
	}
	return f.Rename(best)
}

// translate maps each name whose module the scheme knows, under any prefix.
func (s scheme) translate(names []string) map[string]string {
	to := map[string]string{}
	for _, name := range names {
		dot := strings.LastIndexByte(name, '.')
		if dot < 0 {
			continue
		}
		module := lastOf(name[:dot], func(tail string) bool { return s[tail] != "" })
		if own := s[module]; own != "" {
			to[name] = strings.TrimSuffix(name[:dot], module) + own + name[dot:]
		}
	}
	return to
}

// lastOf returns the longest tail of a dotted name that ok accepts, or "".
func lastOf(name string, ok func(string) bool) string {
	for tail := name; ; {
		if ok(tail) {
			return tail
		}
		_, rest, more := strings.Cut(tail, ".")
		if !more {
			return ""
		}
		tail = rest
	}
}

// Init puts fresh values for every stage into store under [Root], for training
// from scratch. They depend on seed and names alone.
func (m *Model) Init(store *model.Store, seed int64) error {
	for _, p := range m.Params() {
		if err := p.Put(store, Root, p.Initial(seed)); err != nil {
			return fmt.Errorf("backbone: %s: %w", p.Name, err)
		}
	}
	return nil
}

// Tensors reads the parameters of all stages out of store, with PyTorch's names
// and axis order: what weights.Save writes and [Model.Load] reads again.
func (m *Model) Tensors(store *model.Store) ([]weights.Tensor, error) {
	var all []weights.Tensor
	for _, p := range m.Params() {
		values, err := read(store, p.Param)
		if err != nil {
			return nil, err
		}
		values, _ = nn.FromStored(values, p.StoredShape())
		t, err := weights.FromFloat32(p.Name, p.Shape, values)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// read copies a parameter's values in stored order.
func read(store *model.Store, p nn.Param) ([]float32, error) {
	v := store.GetVariable(p.Path(Root))
	if v == nil {
		return nil, fmt.Errorf("backbone: no parameter %q in the store (call Load or Init first)", p.Name)
	}
	value, err := v.Value()
	if err != nil {
		return nil, fmt.Errorf("backbone: %s: %w", p.Name, err)
	}
	return tensors.CopyFlatData[float32](value)
}
