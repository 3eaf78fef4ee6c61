package backbone

import "fmt"

// role is which convolution of a network of inverted residuals is meant.
type role uint8

const (
	stem role = iota
	expand
	depthwise
	project
	head
)

// place is where a convolution stands.
type place struct {
	role         role
	stage, block int  // row of the table, block within it
	index        int  // block counted through the whole network
	expanded     bool // the block has an expand convolution
}

func (p place) as(r role) place { p.role = r; return p }

// naming gives modules the names that some project uses for them.
type naming interface {
	unit(place) (conv, norm string)
	classifier() string
}

// torchvision counts everything: "features.3.conv.1.0".
type torchvision struct{}

func (torchvision) classifier() string { return "classifier.1" }

func (torchvision) unit(at place) (conv, norm string) {
	step := int(at.role - expand)
	if !at.expanded {
		step--
	}
	in := fmt.Sprintf("features.%d.", at.index+1)
	switch at.role {
	case stem:
		return "features.0.0", "features.0.1"
	case head:
		return in + "0", in + "1"
	case project: // not wrapped with an activation, so numbered one level up
		return fmt.Sprintf("%sconv.%d", in, step), fmt.Sprintf("%sconv.%d", in, step+1)
	}
	return fmt.Sprintf("%sconv.%d.0", in, step), fmt.Sprintf("%sconv.%d.1", in, step)
}

// timm names stages and kinds: "blocks.1.0.conv_dw".
type timm struct{}

func (timm) classifier() string { return "classifier" }

func (timm) unit(at place) (conv, norm string) {
	in := fmt.Sprintf("blocks.%d.%d.", at.stage, at.block)
	switch at.role {
	case stem:
		return "conv_stem", "bn1"
	case head:
		return "conv_head", "bn2"
	}
	if !at.expanded {
		names := map[role][2]string{depthwise: {"conv_dw", "bn1"}, project: {"conv_pw", "bn2"}}[at.role]
		return in + names[0], in + names[1]
	}
	names := map[role][2]string{expand: {"conv_pw", "bn1"}, depthwise: {"conv_dw", "bn2"}, project: {"conv_pwl", "bn3"}}[at.role]
	return in + names[0], in + names[1]
}

// published is how the EfficientNet-Lite weight files name modules:
// "_blocks.1._depthwise_conv".
type published struct{}

func (published) classifier() string { return "_fc" }

func (published) unit(at place) (conv, norm string) {
	in := fmt.Sprintf("_blocks.%d.", at.index)
	switch at.role {
	case stem:
		return "_conv_stem", "_bn0"
	case head:
		return "_conv_head", "_bn1"
	case expand:
		return in + "_expand_conv", in + "_bn0"
	case depthwise:
		return in + "_depthwise_conv", in + "_bn1"
	}
	return in + "_project_conv", in + "_bn2"
}

// scheme maps another project's module names to the architecture's own.
type scheme map[string]string

// schemes walks the network once per other naming.
func (v inverted) schemes() []scheme {
	var all []scheme
	for _, other := range v.others {
		s := scheme{other.classifier(): v.names.classifier()}
		for _, at := range v.places() {
			conv, norm := other.unit(at)
			s[conv], s[norm] = v.names.unit(at)
		}
		all = append(all, s)
	}
	return all
}

// places lists every convolution.
func (v inverted) places() []place {
	all := []place{{role: stem}}
	at := place{index: -1}
	for i, r := range v.rows {
		for j := range r.depth {
			at = place{stage: i, block: j, index: at.index + 1, expanded: r.expand > 1}
			if at.expanded {
				all = append(all, at.as(expand))
			}
			all = append(all, at.as(depthwise), at.as(project))
		}
	}
	return append(all, place{role: head, index: at.index + 1})
}
