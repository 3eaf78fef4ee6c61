package session

import (
	"fmt"

	"graft/internal/golang/registry"
	"graft/lib/preset"
)

// The functions of the library of which an argument is a name of the tables:
// completion proposes these names inside the string.
func init() {
	for _, name := range []string{"ImageClassifier", "ImageRegressor"} {
		registry.RegisterTexts("graft/lib", name, 0, networks)
		registry.RegisterTexts("graft/lib/task", "New"+name, 0, networks)
	}
	registry.RegisterTexts("graft/lib/preset", "Lookup", 0, networks)
	registry.RegisterTexts("graft/lib", "Dataset", 0, dataSets)
	registry.RegisterTexts("graft/lib/preset", "LookupData", 0, dataSets)
	registry.RegisterTexts("graft/lib/data", "Load", 1, dataSets)
}

func networks() (list []registry.Text) {
	for _, p := range preset.All() {
		list = append(list, registry.Text{Text: p.Name, Detail: fmt.Sprintf("%.1f M parameters, %d px", float64(p.Params)/1e6, p.Input.Size)})
	}
	return list
}

func dataSets() (list []registry.Text) {
	for _, d := range preset.AllData() {
		list = append(list, registry.Text{Text: d.Name, Detail: fmt.Sprintf("%d examples", d.Examples)})
	}
	return list
}
