package backbone

import (
	"fmt"

	"graft/lib/nn"
)

// resNet is He et al. 2015 as torchvision builds it ("v1.5": bottlenecks stride at
// their 3x3 convolution). timm's resnet18 and resnet50 have the same names.
func resNet(build func(name string, in, width, stride int) residual, depths ...int) *Model {
	stem := conv("conv1", 3, 64, 7, 2)
	m := &Model{
		Stages: []Stage{{Name: "stem", Reduction: 4, body: chain{unit{stem, norm("bn1", 64), nn.ReLU}, pooling{nn.MaxPooling{Window: 3, Stride: 2}}}}},
		Head:   Head{Linear: nn.Linear{Name: "fc", Out: 1000}},
	}
	in, reduction := 64, 4
	for i, depth := range depths {
		stage := Stage{Name: fmt.Sprintf("layer%d", i+1)}
		stride := min(2, i+1) // the first layer keeps the size
		for j := range depth {
			b := build(fmt.Sprintf("%s.%d", stage.Name, j), in, 64<<i, stride)
			stage.body = append(stage.body, b)
			reduction *= stride
			in, stride = b.body.units()[len(b.body)-1].conv.Out, 1
		}
		stage.Reduction = reduction
		m.Stages = append(m.Stages, stage)
	}
	return m
}

// basic is two 3x3 convolutions.
func basic(name string, in, width, stride int) residual {
	return residual{
		body: chain{
			unit{conv(name+".conv1", in, width, 3, stride), norm(name+".bn1", width), nn.ReLU},
			unit{conv(name+".conv2", width, width, 3, 1), norm(name+".bn2", width), nn.None},
		},
		shortcut: projection(name, in, width, stride),
		act:      nn.ReLU,
	}
}

// bottleneck is 1x1 down, 3x3, 1x1 up to four times the width.
func bottleneck(name string, in, width, stride int) residual {
	return residual{
		body: chain{
			unit{conv(name+".conv1", in, width, 1, 1), norm(name+".bn1", width), nn.ReLU},
			unit{conv(name+".conv2", width, width, 3, stride), norm(name+".bn2", width), nn.ReLU},
			unit{conv(name+".conv3", width, 4*width, 1, 1), norm(name+".bn3", 4*width), nn.None},
		},
		shortcut: projection(name, in, 4*width, stride),
		act:      nn.ReLU,
	}
}

// projection is the shortcut where the shape changes; else x passes as it is.
func projection(name string, in, out, stride int) chain {
	if in == out && stride == 1 {
		return nil
	}
	return chain{unit{conv(name+".downsample.0", in, out, 1, stride), norm(name+".downsample.1", out), nn.None}}
}

func conv(name string, in, out, kernel, stride int) nn.Conv {
	return nn.Conv{Name: name, In: in, Out: out, Kernel: kernel, Stride: stride}
}

func norm(name string, channels int) nn.BatchNorm {
	return nn.BatchNorm{Name: name, Channels: channels, Epsilon: 1e-5}
}
