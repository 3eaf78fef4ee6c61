package preset

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"graft/internal/near"
	"graft/lib/hub"
)

// imagenetText holds ImageNet-1k's class names in the order of the classifier's
// outputs, as torchvision publishes them: testdata/labels.py wrote it.
//
//go:embed imagenet1k.txt
var imagenetText string

// labelSets are the class names of pretrained classifiers by Preset.LabelSet.
var labelSets = map[string]func() []string{
	"imagenet-1k": sync.OnceValue(func() []string { return strings.Split(strings.TrimSpace(imagenetText), "\n") }),
}

func labels(set string) []string {
	if names := labelSets[set]; names != nil {
		return slices.Clone(names())
	}
	return nil
}

func all() []*Preset { return slices.Clone(rows) }

func allData() []*Data { return slices.Clone(dataRows) }

// foreign are the schemes by which a user names weights that have no row.
var foreign = []string{"hf:", "file:", "dir:", "pypi:", "npm:", "maven:", "deb:"}

func lookup(name string) (*Preset, error) {
	for _, scheme := range foreign {
		if strings.HasPrefix(name, scheme) {
			return lookupForeign(name)
		}
	}
	for _, p := range rows {
		if p.Name == name || p.Arch == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("preset: unknown %q%s", name, near.Hint(name, slices.Concat(names(), archs())))
}

func names() []string {
	var list []string
	for _, p := range rows {
		list = append(list, p.Name)
	}
	return list
}

// lookupForeign makes a preset of "SOURCE#arch": the row of the architecture
// with the weights from elsewhere. The part after "#" may be left out if the
// source's name holds the name of an architecture: "hf:timm/resnet18.a1_in1k".
func lookupForeign(name string) (*Preset, error) {
	source, arch, given := strings.Cut(name, "#")
	if !given {
		arch = archIn(source)
	}
	row := rowOf(arch)
	switch {
	case row == nil && given:
		return nil, fmt.Errorf("preset: unknown architecture %q in %q%s", arch, name, near.Hint(arch, archs()))
	case row == nil:
		return nil, fmt.Errorf("preset: %q does not say its architecture (write %s#ARCH with one of %s)", name, source, strings.Join(archs(), ", "))
	}
	p := *row
	ref, file, _ := strings.Cut(source, "!")
	p.Name, p.Tag, p.Licence = name, "", "unknown"
	p.Source = hub.Source{Ref: ref, File: file}
	p.Description = row.Arch + " with weights from " + source
	p.LabelSet = ""
	return &p, nil
}

// archIn returns the longest architecture named in text, or "".
func archIn(text string) string {
	best := ""
	for _, arch := range archs() {
		if strings.Contains(text, arch) && len(arch) > len(best) {
			best = arch
		}
	}
	return best
}

func rowOf(arch string) *Preset {
	i := slices.IndexFunc(rows, func(p *Preset) bool { return p.Arch == arch })
	if i < 0 {
		return nil
	}
	return rows[i]
}

func archs() []string {
	var list []string
	for _, p := range rows {
		list = append(list, p.Arch)
	}
	return list
}

func lookupData(name string) (*Data, error) {
	var known []string
	for _, d := range dataRows {
		if strings.EqualFold(d.Name, name) {
			return d, nil
		}
		known = append(known, d.Name)
	}
	return nil, fmt.Errorf("preset: unknown data set %q%s", name, near.Hint(name, known))
}
