package preset

import (
	"fmt"
	"slices"
	"strings"

	"graft/lib/hub"
)

func all() []*Preset { return rows }

func allData() []*Data { return dataRows }

func labels(set string) []string { return nil }

func lookup(name string) (*Preset, error) {
	i := slices.IndexFunc(rows, func(p *Preset) bool { return p.Name == name || p.Arch == name })
	if i < 0 {
		return nil, fmt.Errorf("preset: unknown %q", name)
	}
	return rows[i], nil
}

func lookupData(name string) (*Data, error) {
	i := slices.IndexFunc(dataRows, func(d *Data) bool { return strings.EqualFold(d.Name, name) })
	if i < 0 {
		return nil, fmt.Errorf("preset: unknown data set %q", name)
	}
	return dataRows[i], nil
}

var _ = hub.Source{}
