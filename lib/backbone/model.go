package backbone

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"graft/internal/near"
	"graft/lib/nn"
)

// Root is the scope under which [Model.Load] and [Model.Init] keep parameters.
const Root = "/backbone"

// Model is an architecture. It holds no parameters and can be shared.
type Model struct {
	Arch     string
	Features int // length of the vector that [Model.Pool] returns
	Stages   []Stage
	Head     Head

	// schemes are other projects' names of the same modules, by scheme.
	schemes []scheme
}

// Stage is a stretch of layers that is frozen or trained as one.
type Stage struct {
	Name        string  // "stem", "layer1", "blocks.3", "head"
	Params      []Param // in the order of PyTorch's state dict
	OutChannels int
	Reduction   int // pixels of input per pixel of output, along one side

	in   int
	body chain
}

// Param is one parameter and the index of its stage.
type Param struct {
	nn.Param
	Stage int
}

// Head is the classifier a pretrained network was published with. It is not part
// of any stage and is loaded only on request.
type Head struct {
	nn.Linear
	Dropout float64 // before the matrix, while training
}

// archs is the table of architectures.
var archs = map[string]func() *Model{
	"mobilenet_v2":          mobileNetV2,
	"resnet18":              func() *Model { return resNet(basic, 2, 2, 2, 2) },
	"resnet50":              func() *Model { return resNet(bottleneck, 3, 4, 6, 3) },
	"tf_efficientnet_lite0": func() *Model { return efficientNetLite(1.0, 1.0) },
	"tf_efficientnet_lite1": func() *Model { return efficientNetLite(1.0, 1.1) },
	"tf_efficientnet_lite2": func() *Model { return efficientNetLite(1.1, 1.2) },
}

// Archs lists the architectures in alphabetical order.
func Archs() []string { return slices.Sorted(maps.Keys(archs)) }

// New returns the architecture called arch; an unknown one is an error that
// suggests a near name.
func New(arch string) (*Model, error) {
	build, ok := archs[arch]
	if !ok {
		return nil, fmt.Errorf("backbone: unknown %q%s", arch, near.Hint(arch, Archs()))
	}
	m := build()
	m.Arch = arch
	m.finish()
	return m, nil
}

// finish fills in what follows from the layers.
func (m *Model) finish() {
	in := 3
	for i := range m.Stages {
		s := &m.Stages[i]
		s.in = in
		for _, u := range s.body.units() {
			for _, p := range append(u.conv.Params(), u.norm.Params()...) {
				s.Params = append(s.Params, Param{p, i})
			}
			s.OutChannels = u.conv.Out
		}
		in = s.OutChannels
	}
	m.Features = in
	m.Head.In = in
}

// Params lists the parameters of all stages in order, the head's not included.
func (m *Model) Params() []Param {
	var all []Param
	for _, s := range m.Stages {
		all = append(all, s.Params...)
	}
	return all
}

// Apply builds stages [from, to) on x, which is the image, normalised, as [batch,
// height, width, 3] if from is 0, and the output of stage from-1 otherwise.
// Parameters are taken from scope, usually store.Scope(Root), and made with fresh
// values where they are missing. mode says for each stage whether BatchNorm
// follows the batch or keeps to its running statistics.
//
// Like all graph code it panics on misuse.
func (m *Model) Apply(scope *model.Scope, x *graph.Node, from, to int, mode nn.Mode) *graph.Node {
	if from < 0 || to > len(m.Stages) || from > to {
		panic(fmt.Errorf("backbone: %s has stages 0 to %d, got [%d, %d)", m.Arch, len(m.Stages)-1, from, to))
	}
	for i := from; i < to; i++ {
		x = m.Stages[i].body.apply(scope, x, mode.Stage(i))
	}
	return x
}

// Pool averages the output of the last stage over space: [batch, Features].
func (m *Model) Pool(x *graph.Node) *graph.Node { return nn.GlobalMean(x) }

// Logits applies the pretrained classifier to pooled features [batch, Features]
// and returns [batch, Head.Out]. It must have been loaded with [WithHead].
func (m *Model) Logits(scope *model.Scope, features *graph.Node, mode nn.Mode) *graph.Node {
	return m.Head.Apply(scope, nn.Dropout(features, m.Head.Dropout, mode))
}
