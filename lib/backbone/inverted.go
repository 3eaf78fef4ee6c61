package backbone

import (
	"fmt"
	"math"

	"graft/lib/nn"
)

// row is one line of the table in which networks of inverted residuals are
// published: depth blocks, the first of which has the stride.
type row struct{ expand, channels, depth, stride, kernel int }

// inverted describes a network of inverted residuals: a stem of 32 channels, the
// rows, and a 1x1 convolution to 1,280 features.
type inverted struct {
	rows    []row
	epsilon float64
	padding nn.Padding
	names   naming   // the architecture's own
	others  []naming // understood by Load
}

// mobileNetV2 is Sandler et al. 2018, table 2, with torchvision's names.
func mobileNetV2() *Model {
	return inverted{
		rows: []row{
			{1, 16, 1, 1, 3}, {6, 24, 2, 2, 3}, {6, 32, 3, 2, 3}, {6, 64, 4, 2, 3},
			{6, 96, 3, 1, 3}, {6, 160, 3, 2, 3}, {6, 320, 1, 1, 3},
		},
		epsilon: 1e-5,
		names:   torchvision{},
		others:  []naming{timm{}},
	}.model()
}

// efficientNetLite is EfficientNet (Tan and Le 2019, table 1) in its Lite form: no
// squeeze-excite, ReLU6, first and last row of fixed depth. width and depth are
// the multipliers; names are timm's.
func efficientNetLite(width, depth float64) *Model {
	rows := []row{
		{1, 16, 1, 1, 3}, {6, 24, 2, 2, 3}, {6, 40, 2, 2, 5}, {6, 80, 3, 2, 3},
		{6, 112, 3, 1, 5}, {6, 192, 4, 2, 5}, {6, 320, 1, 1, 3},
	}
	for i := range rows {
		rows[i].channels = eighths(float64(rows[i].channels) * width)
		if i > 0 && i < len(rows)-1 {
			rows[i].depth = int(math.Ceil(float64(rows[i].depth) * depth))
		}
	}
	return inverted{rows: rows, epsilon: 1e-3, padding: nn.Same, names: timm{}, others: []naming{published{}}}.model()
}

// eighths rounds to a multiple of eight that is not more than a tenth below n.
func eighths(n float64) int {
	rounded := max(8, int(n+4)/8*8)
	if float64(rounded) < 0.9*n {
		rounded += 8
	}
	return rounded
}

func (v inverted) model() *Model {
	m := &Model{Head: Head{Linear: nn.Linear{Name: v.names.classifier(), Out: 1000}, Dropout: 0.2}}
	m.schemes = v.schemes()
	add := func(s Stage) { m.Stages = append(m.Stages, s) }
	add(Stage{Name: "stem", Reduction: 2, body: chain{v.unit(place{role: stem}, conv("", 3, 32, 3, 2), nn.ReLU6)}})
	in, reduction := 32, 2
	at := place{index: -1}
	for i, r := range v.rows {
		stage := Stage{Name: fmt.Sprintf("blocks.%d", i)}
		for j := range r.depth {
			at = place{stage: i, block: j, index: at.index + 1, expanded: r.expand > 1}
			stride := 1
			if j == 0 {
				stride = r.stride
			}
			stage.body = append(stage.body, v.block(at, r, in, stride))
			in, reduction = r.channels, reduction*stride
		}
		stage.Reduction = reduction
		add(stage)
	}
	last := place{role: head, index: at.index + 1}
	add(Stage{Name: "head", Reduction: reduction, body: chain{v.unit(last, conv("", in, 1280, 1, 1), nn.ReLU6)}})
	return m
}

// block is 1x1 up, depthwise, 1x1 down, with a shortcut where the shape is kept.
func (v inverted) block(at place, r row, in, stride int) block {
	width := in * r.expand
	var body chain
	if at.expanded {
		body = append(body, v.unit(at.as(expand), conv("", in, width, 1, 1), nn.ReLU6))
	}
	middle := conv("", width, width, r.kernel, stride)
	middle.Depthwise = true
	body = append(body, v.unit(at.as(depthwise), middle, nn.ReLU6),
		v.unit(at.as(project), conv("", width, r.channels, 1, 1), nn.None))
	if stride == 1 && in == r.channels {
		return residual{body: body, act: nn.None}
	}
	return body
}

func (v inverted) unit(at place, c nn.Conv, act nn.Activation) unit {
	n := norm("", c.Out)
	c.Name, n.Name = v.names.unit(at)
	c.Padding, n.Epsilon = v.padding, v.epsilon
	return unit{c, n, act}
}
