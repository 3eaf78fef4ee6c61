package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"graft/lib/hub"
	"graft/lib/preset"
)

// modelsCmd lists what graft knows by name.
type modelsCmd struct{}

func (modelsCmd) Run() error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tPARAMS\tINPUT\tLICENCE\tCACHED\tSOURCE")
	for _, p := range preset.All() {
		fmt.Fprintf(w, "%s\t%.1f M\t%d px\t%s\t%s\t%s\n", p.Name, float64(p.Params)/1e6, p.Input.Size, dash(p.Licence), cached(p.Source), dash(p.Source.Ref))
	}
	fmt.Fprintln(w, "\nDATA SET\tEXAMPLES\t\tLICENCE\tCACHED\tSOURCE")
	for _, d := range preset.AllData() {
		fmt.Fprintf(w, "%s\t%d\t\t%s\t%s\t%s\n", d.Name, d.Examples, d.Source.Licence, cached(d.Source), d.Source.Ref)
	}
	return w.Flush()
}

func cached(s hub.Source) string {
	if s.Ref == "" {
		return "-"
	}
	if _, ok := hub.Cached(s); ok {
		return "yes"
	}
	return "no"
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
