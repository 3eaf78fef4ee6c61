package doctor

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// String returns the report as lines of text, what is wrong last.
func (r Report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...)) }
	row("graft", "%s, built with %s, %s", r.Graft, r.Go, r.Platform)
	row("machine", "%d cores, %s memory", r.Cores, gigabytes(r.Memory))
	r.backendRows(row)
	row("cache", "%s in %s%s", gigabytes(r.Cache.Bytes), r.Cache.Dir, offlineNote(r.Cache.Offline))
	for _, e := range r.Cache.Entries {
		row("", "%s  %s", gigabytes(e.Bytes), e.Name)
	}
	for _, m := range r.Missing {
		row("missing", "%s, for %s: %s", m.What, m.For, m.Remedy)
	}
	if r.OK {
		row("ok", "a training step ran on %s in %.0f ms", r.Backend.Name, r.Backend.StepMS)
	} else {
		row("FAILED", "no training step ran: %s", r.Error)
	}
	w.Flush() // to a strings.Builder: cannot fail
	return b.String()
}

func (r Report) backendRows(row func(name, format string, args ...any)) {
	if r.Backend.Name == "" {
		return
	}
	row("backend", "%s, loaded in %.0f ms", r.Backend.Name, r.Backend.LoadMS)
	if r.Backend.Plugin == "" {
		return
	}
	tested := "not the one graft is tested with"
	if r.Backend.Known {
		tested = "the one graft is tested with"
	}
	row("plugin", "%s", r.Backend.Plugin)
	row("", "sha256 %s…, %s", r.Backend.Digest[:min(16, len(r.Backend.Digest))], tested)
}

func offlineNote(offline bool) string {
	if offline {
		return ", offline"
	}
	return ""
}

func gigabytes(n int64) string {
	if n <= 0 {
		return "0.00 GB"
	}
	return fmt.Sprintf("%.2f GB", float64(n)/1e9)
}
